using System;
using System.IO;

namespace Rewright.Build.Tests;

/// <summary>A folder whose name makes trouble wherever a path is not passed on properly.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rewright bäu 'ß %41 ☃ ").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
