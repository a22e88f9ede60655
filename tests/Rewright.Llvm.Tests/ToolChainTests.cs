using System;
using System.Collections.Generic;
using Xunit;

namespace Rewright.Llvm.Tests;

/// <summary>Programs are chosen by the version that they say, whatever their names are.</summary>
public sealed class ToolChainTests : IDisposable
{
    private static readonly string[] s_tools = ["llvm-as", "opt", "llc"];

    private readonly TempDirectory _directory = new();

    public ToolChainTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("14.0.6")]
    [InlineData("18.1.8")]
    [InlineData("23.1.0")]
    public void Programs_of_another_version_are_not_taken(string version)
    {
        Add("", version);
        Assert.Contains("of LLVM 19 to 22", Assert.IsType<ToolChainMissing>(Find()).Message, StringComparison.Ordinal);
        Add("-19", "19.1.7");
        Assert.Equal(new Version(19, 1, 7), Assert.IsType<ToolChainFound>(Find()).Tools.Version);
    }

    [Fact]
    public void A_name_with_a_version_does_not_decide()
    {
        // Such as a link that somebody has left.
        Add("-19", "14.0.6");
        Assert.IsType<ToolChainMissing>(Find());
        Add("", "20.1.2");
        Assert.Equal(new Version(20, 1, 2), Assert.IsType<ToolChainFound>(Find()).Tools.Version);
    }

    [Theory]
    [InlineData("llvm-as")]
    [InlineData("llc")]
    public void Programs_of_two_versions_are_not_mixed(string other)
    {
        Add("", "19.1.7");
        AddTool(other, "14.0.6");
        Assert.IsType<ToolChainMissing>(Find());
    }

    private ToolChainSearchResult Find()
    {
        AddTool("as", "2.40");
        return ToolChain.Find(TestMachine.Environment(new Dictionary<string, string> { ["PATH"] = _directory.Path }));
    }

    private void Add(string suffix, string version)
    {
        foreach (string tool in s_tools) AddTool(tool + suffix, version);
    }

    private void AddTool(string name, string version) => _directory.Script(name, $"echo 'Debian LLVM version {version}'");
}
