using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Rewright.Generators.Checking;
using Rewright.Generators.Reading;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Every kind of diagnostic of C# declarations has a page, whose code does what the page says.</summary>
public class DocumentationTests
{
    public static TheoryData<string> Ids => [.. DeclarationKinds.All.Select(k => k.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_page_shows_wrong_and_mended_code(string id)
    {
        var kind = DeclarationKinds.All.Single(k => k.Id == id);
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnostics", id + ".md"));
        Assert.StartsWith("# " + id + ": " + kind.Title + "\n", page);
        // What is wrong is in the project.
        if (kind == DeclarationKinds.InternalError || kind == DeclarationKinds.LanguageVersion) return;

        var code = Regex.Matches(page, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(2, code.Count);
        var wrong = await Diagnostics(code[0], id);
        Assert.Contains(wrong, d => d.Id == id);
        Assert.All(wrong, d => Assert.Equal(id, d.Id));
        Assert.Empty(await Diagnostics(code[1], id));
    }

    [Fact]
    public void Kinds_are_distinct_and_ordered()
    {
        Assert.Equal(Descriptors.All.Select(d => d.Id).Distinct().Order(StringComparer.Ordinal), Descriptors.All.Select(d => d.Id));
        Assert.All(Descriptors.All, d => Assert.EndsWith("/docs/diagnostics/" + d.Id + ".md", d.HelpLinkUri));
    }

    [Fact]
    public void Releases_list_every_diagnostic()
    {
        string[] lines = ["AnalyzerReleases.Shipped.md", "AnalyzerReleases.Unshipped.md"];
        var listed = lines.SelectMany(f => File.ReadAllLines(Path.Combine(Repository.Root, "src", "Rewright.Generators", f)))
            .Where(l => l.StartsWith("RW", StringComparison.Ordinal)).Select(l => l.Split('|').Select(p => p.Trim()).ToArray()).ToList();
        Assert.Equal(
            Descriptors.All.Select(d => (d.Id, d.Category, d.DefaultSeverity.ToString(), d.Title.ToString())),
            listed.Select(l => (l[0], l[1], l[2], l[3])).OrderBy(l => l.Item1, StringComparer.Ordinal));
    }

    private static async Task<Diagnostic[]> Diagnostics(string code, string id)
    {
        // Without the mark of where it is, the test kit does not compare.
        var test = new ModuleTest(code);
        if (id == "RW0116")
            test.TestState.AdditionalReferences.Add(
                new ModuleTest("namespace Library; [PatternModule] public static partial class "
                    + "Arith;").CreateCompilation().ToMetadataReference());
        return [.. await test.GetDiagnosticsAsync()];
    }
}
