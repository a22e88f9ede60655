using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Llvm.Tests;

public class LinkerDiscoveryTests
{
    [Fact]
    public void FindsLinkersInOrderOfSpeed()
    {
        using var directory = new TempDirectory();
        var search = new LinkerSearch { Environment = TestMachine.Environment(new() { ["PATH"] = directory.Path }) };
        directory.Script("gcc", "");
        Assert.True(Assert.IsType<LinkerFound>(LinkerDiscovery.Find(search)).Linker.IsDriver);
        directory.Script("mold", "");
        Assert.Equal(directory["mold"], Assert.IsType<LinkerFound>(LinkerDiscovery.Find(search)).Linker.Program);
        directory.Script("ld", "");
        Assert.Equal(directory["ld"], Assert.IsType<LinkerFound>(LinkerDiscovery.Find(search)).Linker.Program);

        search = search with { Environment = TestMachine.Environment(new() { ["PATH"] = directory.Path, ["REWRIGHT_LINKER"] = "mold" }) };
        Assert.Equal(directory["mold"], Assert.IsType<LinkerFound>(LinkerDiscovery.Find(search)).Linker.Program);
    }

    [Fact]
    public void NamesThePackageOfAMissingLinker()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["ld"], "not executable");
        var search = new LinkerSearch { Environment = TestMachine.Environment(new() { ["PATH"] = directory.Path }) };
        var missing = Assert.IsType<LinkerMissing>(LinkerDiscovery.Find(search));
        Assert.Equal("binutils", missing.Package);
        Assert.Contains("apt-get install binutils", missing.Message, StringComparison.Ordinal);
        Assert.Equal(["ld", "mold", "ld.lld", "gcc", "clang", "cc"], missing.Tried.Select(a => a.Where));
    }

    [Theory]
    [InlineData("gcc", true)]
    [InlineData("cc", true)]
    [InlineData("aarch64-linux-gnu-gcc-12", true)]
    [InlineData("clang-19", true)]
    [InlineData("ld", false)]
    [InlineData("ld.lld-19", false)]
    [InlineData("mold", false)]
    public void TellsDriversFromLinkers(string name, bool isDriver)
        => Assert.Equal(isDriver, new SharedLibraryLinker(name).IsDriver);
}
