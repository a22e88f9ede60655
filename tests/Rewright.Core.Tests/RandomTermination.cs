using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Analysis;
using Rewright.Model;
using Rewright.Testing;

namespace Rewright.Core.Tests;

/// <summary>Small modules of any rules, most of which go on for ever for some term, and terms to try them on.</summary>
internal static class RandomTermination
{
    private const int MaxSteps = 100_000, TermsOfEach = 12;

    private static readonly (string Name, int Arity)[] Symbols = [("A", 0), ("B", 0), ("F", 1), ("G", 1), ("P", 2), ("M", 2)];
    private static readonly (string Name, int Arity)[] Operations = [("Q", 1), ("R", 2)];

    /// <summary>A module, null where the seed gives one with mistakes.</summary>
    public static Module? Make(int seed)
    {
        var random = new Random(seed);
        var lines = new List<string> { "sort E = A | B | F(E) | G(E) | P(E, E) | M(E, E) | N(int)", "op Q(E): E [open]",
            "op R(E, E): E [open]", "op S(E): int" };
        int simplifications = random.Next(1, 4), operations = random.Next(0, 4);
        for (int i = 0; i < simplifications; i++) lines.Add(Rule(random, "S" + i, Pick(random, Symbols, 1), isOperation: false));
        for (int i = 0; i < operations; i++) lines.Add(Rule(random, "O" + i, Pick(random, Operations, 1), isOperation: true));
        lines.Add("rule S [priority -9]: S(_) -> 1");
        lines.Add("normalizer Inner: E [innermost]\nnormalizer Outer: E [outermost]");
        return Module.Check(string.Join("\n", lines), "").Module;
    }

    /// <summary>Terms that took more steps than a limit though it was shown that every evaluation ends.</summary>
    public static IEnumerable<string> Exceeding(Module module, RuleSetAnalysis.Findings findings, int seed)
    {
        // The normalizers end only where the operations do.
        if (findings.Diagnostics.Any(d => d.Arguments[0].StartsWith("the rules", StringComparison.Ordinal))) yield break;
        var random = new Random(seed);
        var terms = Enumerable.Range(0, TermsOfEach).Select(_ => Term(random, [], 3, withOperations: true)).ToList();
        var extended = module.With(string.Join("\n", terms.Select((t, i) => "op T" + i + ": E\nrule T" + i + ": T" + i + " -> " + t)));
        for (int i = 0; i < TermsOfEach; i++)
        {
            var term = new Judge(extended, maxSteps: MaxSteps).Evaluate(extended.Rules.Single(r => r.Name == "T" + i).Target);
            if (term.IsUndecided) yield return "operations: " + terms[i] + "\n" + module;
            if (term.Term is not { } value) continue;
            foreach (var normalizer in extended.Normalizers)
            {
                bool ends = findings.Shown.Any(s => s.Contains("'" + normalizer.Name + "'", StringComparison.Ordinal));
                if (ends && new Judge(extended, maxSteps: MaxSteps).Normalize(normalizer, value).IsUndecided)
                    yield return normalizer.Name + ": " + terms[i] + "\n" + module;
            }
        }
    }

    private static string Rule(Random random, string name, (string Name, int Arity) root, bool isOperation)
    {
        var variables = new List<string>();
        string source = Apply(root.Name, Enumerable.Range(0, root.Arity).Select(_ => Pattern(random, variables, 2)));
        string target = Term(random, variables, 3, isOperation || random.Next(3) == 0);
        if (random.Next(6) == 0)
            target = Test(random, variables, isOperation) + " ? " + target + " : " + Term(random, variables, 2, isOperation);
        string condition = random.Next(5) switch
        {
            0 => " if " + Test(random, variables, isOperation),
            1 when random.Next(2) == 0 => " where G(w) = " + Term(random, variables, 2, withOperations: true),
            _ => "",
        };
        if (condition.StartsWith(" where", StringComparison.Ordinal) && random.Next(2) == 0) target = Apply("F", ["w"]);
        return "rule " + name + " [priority " + name[1..] + "]: " + source + " -> " + target + condition;
    }

    private static string Test(Random random, List<string> variables, bool isOperation)
        => "same(" + Term(random, variables, isOperation ? 2 : 0, isOperation) + ", "
            + (random.Next(2) == 0 ? "A" : Term(random, variables, 0, false)) + ")";

    private static string Pattern(Random random, List<string> variables, int depth)
    {
        if (depth == 0 || random.Next(5) < 2)
        {
            if (variables.Count > 0 && random.Next(8) == 0) return variables[0];
            variables.Add("x" + variables.Count);
            return variables[^1];
        }

        var symbol = Pick(random, Symbols, 0);
        return Apply(symbol.Name, Enumerable.Range(0, symbol.Arity).Select(_ => Pattern(random, variables, depth - 1)));
    }

    private static string Term(Random random, List<string> variables, int depth, bool withOperations)
    {
        if (depth == 0 || random.Next(4) == 0)
            return variables.Count > 0
                && random.Next(5) > 0
                ? variables[random.Next(variables.Count)] : random.Next(8) == 0
                ? "N(" + random.Next(3) + ")" : random.Next(2) == 0 ? "A" : "B";
        if (random.Next(12) == 0) return "N(S(" + Term(random, variables, depth - 1, withOperations) + "))";
        var symbol = withOperations && random.Next(4) == 0 ? Pick(random, Operations, 0) : Pick(random, Symbols, 1);
        return Apply(symbol.Name, Enumerable.Range(0, symbol.Arity).Select(_ => Term(random, variables, depth - 1, withOperations)));
    }

    private static (string Name, int Arity) Pick(Random random, (string Name, int Arity)[] symbols, int leastArity)
    {
        var fitting = symbols.Where(s => s.Arity >= leastArity).ToList();
        return fitting[random.Next(fitting.Count)];
    }

    private static string Apply(string name, IEnumerable<string> arguments)
        => arguments.ToList() is { Count: > 0 } list ? name + "(" + string.Join(", ", list) + ")" : name;
}
