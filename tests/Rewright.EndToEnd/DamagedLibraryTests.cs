using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>A native library that something has damaged since it was built: noticed, made again, and never run.</summary>
public sealed class DamagedLibraryTests(Packages packages) : IDisposable
{
    private const string Library = "libApp.rewright.so";

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_damaged_library_is_said_interpreted_and_made_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries of other systems have no checksum");
        _project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        _project.Write("App/Program.cs",
            "using Rewright; System.Console.WriteLine(Peano.Module.Engine + \" \" + (Peano.Module.Failure ?? \"right\"));");
        (await _project.BuildAsync()).SucceededWithoutWarnings();
        Assert.Equal("Native right", (await _project.RunAsync()).Trim());
        string made = _project["App/obj/Debug/net10.0/rewright/native/" + Library], copied = _project["App/bin/Debug/net10.0/" + Library];
        byte[] right = File.ReadAllBytes(made);
        Assert.Equal(right, File.ReadAllBytes(copied));

        // One byte of the copy, as long and as old as before.
        byte[] flipped = [.. right];
        flipped[right.Length / 3] ^= 1;
        Replace(copied, flipped);
        string output = await _project.RunAsync();
        Assert.Contains("Interpreter The native library", output, StringComparison.Ordinal);
        Assert.Contains("is damaged: its checksum is wrong", output, StringComparison.Ordinal);
        var build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Contains(Library + " is not what the last build has made", build.Output, StringComparison.Ordinal);
        Assert.Equal("Native right", (await _project.RunAsync()).Trim());

        // Half of the one that builds keep.
        Replace(made, right[..(right.Length / 2)]);
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(["CompileNative"], build.OurTargets);
        Assert.Equal(right, File.ReadAllBytes(made));
        Assert.Equal("Native right", (await _project.RunAsync()).Trim());
        Assert.Empty((await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings().OurTargets);
    }

    private static void Replace(string path, byte[] content)
    {
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, time);
    }
}
