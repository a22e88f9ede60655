using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Xunit;

namespace Rewright.Build.Tests;

/// <summary>A file of verdicts that builds share is believed only where no other user could have written it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ProveRulesTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private TestBuildEngine Prove(string cache)
    {
        var engine = new TestBuildEngine();
        string project = _folder["project"];
        Directory.CreateDirectory(project);
        var task = new ProveRules
        {
            BuildEngine = engine, Project = Path.Combine(project, "Test.csproj"), Known = Path.Combine(project, "known"),
            Verdicts = Path.Combine(project, "verdicts"),
            ReportFile = Path.Combine(project, "report"), Stamp = Path.Combine(project, "stamp"), Cache = cache, Mode = "cached",
            TimeLimit = "1", Dotnet = "dotnet",
            Worker = typeof(ProveRulesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            a => a.Key == "Worker").Value!,
        };
        Assert.True(task.Execute());
        return engine;
    }

    [Theory]
    [InlineData("all", "by all users")]
    [InlineData("group", "by a group")]
    [InlineData("directory", "is no plain file")]
    [InlineData("folder", "by all users")]
    [InlineData("sparse", "too many")]
    public void A_file_that_others_can_write_to_is_not_read(string what, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights of other systems are not known");
        string cache = Path.Combine(Directory.CreateDirectory(_folder["shared"]).FullName, "verdicts");
        if (what == "directory") Directory.CreateDirectory(cache);
        else File.WriteAllText(cache, "");
        if (what == "all") File.SetUnixFileMode(cache, Own | UnixFileMode.OtherWrite);
        if (what == "group") File.SetUnixFileMode(cache, Own | UnixFileMode.GroupWrite);
        if (what == "folder") File.SetUnixFileMode(_folder["shared"], Own | UnixFileMode.OtherWrite);
        if (what == "sparse") using (var file = File.OpenWrite(cache)) file.SetLength(8L << 30);
        Assert.Contains(expected, Prove(cache).Warning("RW0218").Message);
    }

    [Fact]
    public void One_of_this_user_is_read_and_so_is_one_that_those_can_write_who_can_write_the_project()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights of other systems are not known");
        string cache = _folder["verdicts"];
        Prove(cache).HasNothingToSay();
        File.WriteAllText(cache, "");
        Prove(cache).HasNothingToSay();
        File.SetUnixFileMode(cache, Own | UnixFileMode.GroupWrite);
        Prove(cache).Warning("RW0218");
        File.SetUnixFileMode(_folder["project"], Own | UnixFileMode.GroupWrite);
        Prove(cache).HasNothingToSay();
    }
}
