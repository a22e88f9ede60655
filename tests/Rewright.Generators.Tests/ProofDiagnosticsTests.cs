using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Rewright.Generators.Tests.Kit;
using Rewright.Proofs;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>What the build found out of rules is said again at the rules.</summary>
public class ProofDiagnosticsTests
{
    private const string Source = """
        [PatternModule]
        public static partial class M
        {
            [Sort, Means("bits 8")] public readonly partial struct Word;
            [Constructor] public static partial Word Name(Symbol name);
            [Constructor, Means("bvadd")] public static partial Word Add(Word x, Word y);
            [Constructor, Means("(bvadd x (bvneg y))")] public static partial Word Sub(Word x, Word y);
            [Pattern] static Rule Right(Word x, Word y) => Rewrite(Sub(x, Sub(x, y)), to: y);
            [Pattern] static Rule Wrong(Word x, Word y) => Rewrite(Sub(x, y), to: Sub(y, x));
            [Pattern(Group = "g")] static Rule Hard(Word x, Word y) => Rewrite(Add(x, y), to: Add(y, x));
            [Pattern(Group = "h", Assumed = "by authority")] static Rule Taken(Word x, Word y) => Rewrite(Add(x, y), to: x);
        }
        """;

    [Fact]
    public async Task Verdicts_are_said_again_while_the_rule_is_as_it_was()
    {
        var module = Module.Parse((await new ModuleTest(Source).GetResultAsync()).Model("M"));
        Assert.Equal("bits 8", module.Sorts[0].Meaning);
        var obligations = Obligation.Of(module).ToDictionary(o => o.Rule);
        Assert.Equal("by authority", obligations["Taken"].Assumed);
        string verdicts = VerdictFile.Write(
        [
            new("M", "Right", obligations["Right"].Key, new(VerdictKind.Proved)),
            new("M", "Wrong", obligations["Wrong"].Key, new(VerdictKind.Refuted, "for x = 0", "x == y")),
            new("M", "Hard", obligations["Hard"].Key, new(VerdictKind.Unknown, "no answer")),
        ]);

        Assert.Equal(
            ["RW0301 Wrong: 'Wrong' is wrong: for x = 0; it holds if x == y", "RW0302 Hard: 'Hard' is not proved: no answer",
            "RW0303 Taken: 'Taken' is assumed to be right: by authority"],
            await Said(Source, verdicts));
        // An edited rule is another one; a moved one is the same.
        Assert.DoesNotContain(await Said(Source.Replace("to: Sub(y, x)", "to: Sub(x, x)"), verdicts), d => d.StartsWith("RW0301"));
        Assert.Contains(await Said("// a comment\n\n" + Source, verdicts), d => d.StartsWith("RW0301"));
        Assert.DoesNotContain(await Said(Source.Replace("(bvadd x (bvneg y))", "bvsub"), verdicts), d => d.StartsWith("RW0301"));
        Assert.DoesNotContain(await Said("#pragma warning disable RW0302\n" + Source, verdicts), d => d.StartsWith("RW0302"));
    }

    [Fact]
    public async Task The_build_gets_modules_that_claim_something()
    {
        Assert.Contains("M-claims.g.cs", (await new ModuleTest(Source).GetResultAsync()).FileNames);
        var silent = await new ModuleTest(
            Source.Replace(", Means(\"bvadd\")", "").Replace(", Means(\"(bvadd x (bvneg y))\")", "").Replace(
            ", Means(\"bits 8\")", "").Replace(", Assumed = \"by authority\"", "")).GetResultAsync();
        Assert.DoesNotContain("M-claims.g.cs", silent.FileNames);
    }

    private static async Task<string[]> Said(string source, string verdicts)
    {
        var test = new ModuleTest(source);
        test.TestState.AdditionalFiles.Add((Path.Combine("obj", VerdictFile.Name), verdicts));
        return [.. (await test.GetDiagnosticsAsync()).Where(d => d.Id.StartsWith("RW03"))
            .Select(d => d.Id + " " + d.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(d.Location.SourceSpan)
                + ": " + d.GetMessage()).Order()];
    }
}
