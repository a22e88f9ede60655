using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Llvm.Tests;

public class LlvmDiscoveryTests
{
    public static TheoryData<int> Versions => TestMachine.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void FindsTheVersionAskedFor(int version)
    {
        LlvmLibrary library = TestMachine.Library(version);
        Assert.Equal(version, library.Version.Major);
        Assert.Contains('-', library.HostTriple);
        Assert.NotEmpty(library.HostCpu);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void PassesItsSelfTest(int version)
    {
        var passed = Assert.IsType<SelfTestPassed>(SelfTest.Of(TestMachine.Library(version)));
        if (version == 19)
            Assert.True(passed.TailCallsPassStackArguments);
    }

    [Fact]
    public void PrefersVersion19()
    {
        LlvmLibrary wanted = TestMachine.Library(19);
        Assert.Same(wanted, Assert.IsType<LlvmFound>(LlvmDiscovery.Find()).Library);
    }

    [Fact]
    public void LoadsALibraryOnceWhateverItsSpelling()
    {
        LlvmLibrary library = TestMachine.Library(19);
        string file = LocateLibrary(19);
        var search = new LlvmSearch { Path = file };
        Assert.Same(library, Assert.IsType<LlvmFound>(LlvmDiscovery.Find(search)).Library);
    }

    [Fact]
    public void TakesADirectoryOfTheEnvironmentVariable()
    {
        string file = LocateLibrary(19);
        using var directory = new TempDirectory();
        File.CreateSymbolicLink(directory[Path.GetFileName(file)], file);
        var found = Assert.IsType<LlvmFound>(LlvmDiscovery.Find(
            new LlvmSearch { Environment = TestMachine.Environment(new() { ["REWRIGHT_LLVM"] = directory.Path }) }));
        Assert.Equal(19, found.Library.Version.Major);
        Assert.StartsWith("REWRIGHT_LLVM", found.Tried[^1].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void AsksLlvmConfigForTheDirectory()
    {
        string file = LocateLibrary(19);
        using var directory = new TempDirectory();
        directory.Script("llvm-config-19", $"echo 19.1.7; echo '{Path.GetDirectoryName(file)}'");
        var found = Assert.IsType<LlvmFound>(LlvmDiscovery.Find(
            new LlvmSearch { Environment = TestMachine.Environment(new() { ["PATH"] = directory.Path }) }));
        Assert.Equal(19, found.Library.Version.Major);
    }

    [Fact]
    public void NamesWhatWasTriedAndThePackageToInstall()
    {
        using var directory = new TempDirectory();
        directory.Script("llvm-config", "echo 14.0.6; echo /usr/lib/llvm-14/lib");
        directory.Script("llvm-config-20", "exit 1");
        var missing = Assert.IsType<LlvmMissing>(LlvmDiscovery.Find(
            new LlvmSearch { Environment = TestMachine.Environment(new() { ["PATH"] = directory.Path }, directory.Path) }));
        Assert.Contains(missing.Tried,
            a => a.Where.EndsWith("llvm-config", StringComparison.Ordinal) && a.Outcome.Contains("14.0.6", StringComparison.Ordinal));
        Assert.Contains(missing.Tried,
            a => a.Where.EndsWith("llvm-config-20", StringComparison.Ordinal) && a.Outcome.Contains("--libdir", StringComparison.Ordinal));
        Assert.Contains(missing.Tried, a => a.Where == "llvm-config-19" && a.Outcome == "not on PATH");
        Assert.Contains("REWRIGHT_LLVM", missing.Message, StringComparison.Ordinal);
        Assert.Contains(directory.Path, missing.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
            Assert.Contains("libllvm19", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libm.so.6", "not an LLVM library")]
    [InlineData("libLLVM-14.so.1", "LLVM 15 or older")]
    [InlineData("libLLVM-15.so.1", "LLVM 15 or older")]
    [InlineData("/no such/libLLVM.so", "No such file")]
    public void DoesNotWorkAroundASettingThatFails(string path, string reason)
    {
        var missing = Assert.IsType<LlvmMissing>(LlvmDiscovery.Find(new LlvmSearch { Path = path }));
        ProbeAttempt attempt = Assert.Single(missing.Tried);
        Assert.SkipWhen(path.StartsWith("libLLVM", StringComparison.Ordinal)
            && attempt.Outcome.Contains("No such file", StringComparison.Ordinal), $"{path} is not installed");
        Assert.Contains(reason, attempt.Outcome, StringComparison.Ordinal);
    }

    private static string LocateLibrary(int version)
    {
        TestMachine.Library(version);
        string maps = File.ReadLines("/proc/self/maps").First(line => line.Contains($"libLLVM.so.{version}", StringComparison.Ordinal));
        return maps[maps.IndexOf('/', StringComparison.Ordinal)..];
    }
}
