using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Rewright.Build.Tests;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>
/// What has been compiled once is not compiled again: after cleaning, in another clone, on another machine. And it is the same everywhere.
/// </summary>
public sealed class CacheTests(Packages packages) : IDisposable
{
    private readonly TestProject _here = new(packages), _there = new(packages);

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public async Task Neither_a_clean_rebuild_nor_a_fresh_clone_compiles_code()
    {
        Fill(_here);
        (await _here.BuildAsync("-p:RewrightNative=require")).SucceededWithoutWarnings();
        (await _here.DotnetAsync("clean", "App")).SucceededWithoutWarnings();
        // Where LLVM is missing and required, nothing can be compiled.
        _here.Environment["REWRIGHT_LLVM"] = "/nonexistent";
        (await _here.BuildAsync("--no-restore", "-p:RewrightNative=require")).SucceededWithoutWarnings();

        Fill(_there);
        _there.Environment["REWRIGHT_LLVM"] = "/nonexistent";
        _there.Environment["REWRIGHT_CACHE"] = _here["cache"];
        (await _there.BuildAsync("-p:RewrightNative=require")).SucceededWithoutWarnings();
        Assert.Equal("Succ(Succ(Zero))\nNative\n", await _there.RunAsync());
    }

    [Fact]
    public async Task A_fresh_clone_on_another_machine_takes_code_from_a_server()
    {
        await using var server = await CacheServer.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // More time than builds have, for a machine where much else is running.
        string[] options =
        [
            "-p:RewrightNative=require", "-p:RewrightRemoteCache=" + server.Address, "-p:RewrightRemoteCacheTimeLimit=60000",
            "-p:RewrightRemoteCachePublicKey=" + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
        ];
        Fill(_here);
        _here.Environment["REWRIGHT_REMOTE_CACHE_KEY"] = key.ExportPkcs8PrivateKeyPem();
        (await _here.BuildAsync([.. options, "-p:RewrightRemoteCacheWrite=true"])).SucceededWithoutWarnings();

        Fill(_there);
        _there.Environment["REWRIGHT_LLVM"] = "/nonexistent";
        (await _there.BuildAsync(options)).SucceededWithoutWarnings();
        Assert.Equal("Succ(Succ(Zero))\nNative\n", await _there.RunAsync());

        // Without the server, and with warnings as errors: a build as any other.
        await server.DisposeAsync();
        _there.Environment.Remove("REWRIGHT_LLVM");
        _there.Environment["REWRIGHT_CACHE"] = _there["another"];
        Directory.Delete(_there["App/obj/Debug"], recursive: true);
        var alone = (await _there.BuildAsync([.. options, "--no-restore", "-p:TreatWarningsAsErrors=true"])).Succeeded();
        Assert.Equal("RW0213", Assert.Single(alone.Warnings).Code);
        Assert.Equal("Succ(Succ(Zero))\nNative\n", await _there.RunAsync());
    }

    [Fact]
    public async Task Builds_in_different_folders_give_the_same_bytes()
    {
        foreach (var project in new[] { _here, _there })
        {
            Fill(project, "Library");
            // What a repository with sources in git has by itself.
            project.Environment["SOURCE_DATE_EPOCH"] = "1700000000";
            (await project.DotnetAsync(
                "pack", "App", "-o", project["packages"],
                "-p:PathMap=" + project["App"].Replace(",", ",,").Replace("=", "==") + "=/_/")).SucceededWithoutWarnings();
        }

        foreach (string file in new[] { "App/bin/Release/net10.0/libApp.rewright.so", "App/bin/Release/net10.0/App.dll",
            "App/bin/Release/net10.0/App.pdb", "packages/App.1.0.0.nupkg" })
            Assert.True(File.ReadAllBytes(_here[file]).SequenceEqual(File.ReadAllBytes(_there[file])), file);
        foreach (string file in Directory.GetFiles(
            _here["App/obj/Release/net10.0/rewright/native/objects"], "*", SearchOption.AllDirectories))
            Assert.True(File.ReadAllBytes(file).SequenceEqual(
                File.ReadAllBytes(Path.Combine(_there["."], Path.GetRelativePath(_here["."], file)))), file);
    }

    private static void Fill(TestProject project, string outputType = "Exe")
    {
        project.Write("App/App.csproj", TestProject.Project(outputType));
        project.Write("App/Peano.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples", "Peano", "Peano.cs")));
        if (outputType == "Exe")
        {
            project.Write("App/Program.cs", """
                using System;
                using Rewright;
                using static Peano;

                using var heap = new TermHeap();
                Console.WriteLine(Plus(Succ(Zero()), Succ(Zero())));
                Console.WriteLine(Peano.Module.Engine);
                """);
        }
    }
}
