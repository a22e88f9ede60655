using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>The packages, packed once per run, and a cache of their own that NuGet unpacks them to.</summary>
public sealed class Packages : IAsyncLifetime
{
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("rewright-packages-");

    /// <summary>Where the packages are.</summary>
    public static string Folder => Path.Combine(Repository.Root, "artifacts", "packages");

    /// <summary>Where they are unpacked to.</summary>
    public string Cache => _cache.FullName;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // What build/test has built is packed as it is: building again would replace files that other tests are running.
        var packed = await Command.RunAsync("bash", ["build/pack", "--no-build"], Repository.Root);
        Assert.True(packed.ExitCode == 0, packed.Output);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _cache.Delete(recursive: true);
        return default;
    }
}
