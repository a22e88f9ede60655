using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Rewright.Build.Tests;

public sealed class DiagnosticsTests
{
    [Fact]
    public void Every_kind_has_an_id_of_its_own_and_a_page()
    {
        string root = typeof(DiagnosticsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            a => a.Key == "Root").Value!;
        Assert.Equal(BuildKinds.All.Length, BuildKinds.All.Select(k => k.Id).Distinct().Count());
        foreach (var kind in BuildKinds.All)
        {
            string page = File.ReadAllText(Path.Combine(root, "docs", "diagnostics", kind.Id + ".md"));
            Assert.StartsWith($"# {kind.Id}: {kind.Title}", page);
        }
    }

    [Fact]
    public void Every_property_of_a_project_is_explained()
    {
        string root = typeof(DiagnosticsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            a => a.Key == "Root").Value!;
        string targets = File.ReadAllText(Path.Combine(root, "src", "Rewright.Build", "build", "Rewright.targets"));
        string guide = File.ReadAllText(Path.Combine(root, "docs", "configuration.md"));
        var properties = Regex.Matches(targets, @"[$@]\((Rewright\w+)").Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.Contains("RewrightNative", properties);
        Assert.All(properties, p =>
        {
            Assert.Matches($@"\n    {p} ", targets);
            Assert.Contains($"`{p}`", guide);
        });
    }

    [Fact]
    public void Lines_carry_any_text()
    {
        string[] fields = ["a\tb", "", "\\t\n\r\\", "☃"];
        string line = Protocol.Write(fields);
        Assert.DoesNotContain('\n', line);
        Assert.Equal(fields, Protocol.Read(line));
    }
}
