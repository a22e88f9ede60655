using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Rewright.Analysis;
using Rewright.Analysis.Termination;
using Rewright.Checks;
using Rewright.Testing;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>
/// Files of <c>Corpus/termination</c>. A line <c># expect Norm: open</c> says what is found of a normalizer, or of the <c>operations</c>:
/// that it <c>ends</c>, that it <c>loops</c>, or that it is <c>open</c>.
/// </summary>
public class TerminationTests
{
    private const string Expect = "# expect ";

    public static TheoryData<string> Systems
        => new(Directory.GetFiles(Folder(), "*.rw").Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f)!));

    [Theory]
    [MemberData(nameof(Systems))]
    public void A_system_ends_as_far_as_it_says(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder(), name + ".rw"));
        string[] expected = [.. text.Split('\n').Where(l => l.StartsWith(Expect, StringComparison.Ordinal)).Select(
            l => l[Expect.Length..])];
        Assert.NotEmpty(expected);
        var found = RuleSetAnalysis.Termination(
            Module.Parse(text), RuleSetAnalysis.BuildEffort, null, TestContext.Current.CancellationToken);
        Assert.All(expected, line => Assert.Equal(line, line.Split(':')[0] + ": " + VerdictOf(line.Split(':')[0], found)));
    }

    [Fact]
    public void What_is_shown_to_end_ends()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            if (RandomTermination.Make(seed) is not { } module) continue;
            Assert.Empty(RandomTermination.Exceeding(
                module, RuleSetAnalysis.Termination(module, 20_000, null, TestContext.Current.CancellationToken), seed));
        }
    }

    [Fact]
    public void The_rule_that_is_open_is_named_among_many()
    {
        string rules = string.Join("\n", Enumerable.Range(0, 100).Select(i => "rule R" + i + ": F(C" + i + "(x)) -> C" + i + "(F(x))"));
        string sort = "sort E = Num(long) | Add(E, E) | F(E) | "
            + string.Join(" | ", Enumerable.Range(0, 100).Select(i => "C" + i + "(E)"));
        var found = RuleSetAnalysis.Termination(Module.Parse(sort + "\n" + rules + """

            rule Fold [priority 1]: Add(Num(a), Num(b)) -> Num(a + b) if a > 0
            rule First: Add(x, Num(a)) -> Add(Num(a), x)
            normalizer N: E [innermost]
            """), RuleSetAnalysis.BuildEffort, null, TestContext.Current.CancellationToken);
        Assert.Equal("RW0311: It is not shown that rewriting by 'N' terminates: open is 'First' (Add(x, Num(a)) -> Add(Num(a), x))",
            Assert.Single(found.Diagnostics.Select(d => d.Kind.Id + ": " + d.Message)));
    }

    [Fact]
    public void After_an_edit_only_the_rule_that_changed_is_searched_again()
    {
        const int Count = 40;
        string Text(int edited) => "sort E = Num(long) | Add(E, E) | F(E) | G(E) | H(E)\nop Sum(long, long): long\n"
            + "rule Sum: Sum(a, b) -> a + b\n"
            + string.Concat(Enumerable.Range(0, Count).Select(
                i => $"rule R{i}: F(Add(Num({i}), x)) -> Add(Num(Sum({i}, {(i == 7 ? edited : 1)})), F(x))\n"))
            + "rule Back: G(F(x)) -> H(x)\nrule Forth: H(x) -> G(F(x))\nnormalizer N: E [innermost]";
        var known = new KnownRules();
        string first = Find(Text(1));
        int cold = known.Searches;
        Assert.InRange(cold, Count, Count + 2);
        Find(Text(2));
        Assert.Equal(cold + 1, known.Searches);
        Assert.Equal(first, Find(Text(1)));
        Assert.Equal(cold + 1, known.Searches);
        // Every rule needs the operation.
        Find(Text(1).Replace("-> a + b", "-> a + b + 0"));
        Assert.Equal(2 * cold + 1, known.Searches);

        string Find(string text)
            => Assert.Single(RuleSetAnalysis.Termination(
                Module.Parse(text), effort: 300, known, TestContext.Current.CancellationToken).Diagnostics).Message;
    }

    private static string VerdictOf(string name, RuleSetAnalysis.Findings found)
    {
        string subject = name == "operations" ? "the rules of operations" : "'" + name + "'";
        if (found.Shown.Any(s => s.StartsWith("Rewriting by " + subject + " terminates", StringComparison.Ordinal))) return "ends";
        return Assert.Single(found.Diagnostics, d => d.Arguments[0] == subject).Kind.Id == "RW0311" ? "open" : "loops";
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Corpus", "termination");
}
