using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright.Model;
using Simplify;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;
using Simplify.Rules;
using Xunit;
using Expr = Rewright.Model.Expr;
using ModelVariable = Rewright.Model.VariableExpr;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>Each rule by itself: its source, with several terms for its variables, is simplified and compared with the result.</summary>
public sealed class RealRulesTests : IDisposable
{
    private const int Instances = 24;

    private readonly EquivalenceChecker _checker = SampleProgram.Exact(() => new EquivalenceChecker());

    public static TheoryData<string> Simplifications => [.. RealRules.Module.Rules.Where(r => r.IsSimplification).Select(r => r.Name)];

    public void Dispose() => _checker.Dispose();

    [Fact]
    public void ThereAreManyRules() => Assert.True(Simplifications.Count >= 60);

    [Theory]
    [MemberData(nameof(Simplifications))]
    public void EveryRuleSimplifiesAndIsRight(string name)
    {
        RewriteRule rule = RealRules.Module.Rules.Single(r => r.Name == name);
        List<RealExpr> sources = [.. Enumerable.Range(0, Instances).Select(i => Instance(rule, i)).DistinctBy(e => FPCorePrinter.Print(e))];
        int simplified = 0;
        int points = 0;
        foreach (RealExpr source in sources)
        {
            RealExpr result = Simplifier.Simplify(source);
            if (FPCorePrinter.Print(result) != FPCorePrinter.Print(source))
                simplified++;
            Assert.True(result.TreeSize() <= source.TreeSize(), $"{FPCorePrinter.Print(source)} became {FPCorePrinter.Print(result)}");

            var original = new FPCoreExpression(name, default, [.. source.Variables()], Precondition: null, source);
            CheckResult check = _checker.Check(original, result, points: 20, seed: 1);
            Assert.Empty(check.Differences.Select(d => $"{FPCorePrinter.Print(source)}: {d}"));
            points += check.Decided;
        }
        Assert.True(simplified > 0, "no instance was simplified");
        Assert.True(points > 0, "no instance is defined anywhere");
    }

    /// <summary>The source of a rule with terms for its variables; different ones for each number.</summary>
    private static RealExpr Instance(RewriteRule rule, int number)
    {
        var values = new Dictionary<Variable, string>();
        foreach (Variable variable in rule.SourceVariables)
            values.Add(variable, Value(variable.Sort, number, values.Count));

        using var heap = new TermHeap();
        string text = Write(rule.Source, values);
        string expression = rule.Root.Result.Name == nameof(RealRules.Condition) ? $"If({text}, Num(Int(1)), Num(Int(2)))" : text;
        return Terms.ToExpression(RealRules.Expr.Parse(expression));
    }

    private static string Value(Sort sort, int number, int position)
    {
        int choice = number + 5 * position;
        return sort.Name switch
        {
            nameof(RealRules.Expr) => $"Variable('x{position}')",
            nameof(RealRules.Condition) => $"Less(Variable('c{position}'), Num(Int({position})))",
            nameof(RealRules.Number) when choice % 2 == 0 => $"Int({Integer(choice / 2)})",
            nameof(RealRules.Number) => $"Frac({new[] { 1, -1, 3, -5, 9, 7 }[choice / 2 % 6]}, {new[] { 2, 4 }[choice / 4 % 2]})",
            nameof(BigInteger) => Integer(choice),
            _ => throw new NotSupportedException($"No values of sort {sort.Name}."),
        };
    }

    private static string Integer(int choice) => new[] { "2", "3", "-1", "4", "-2", "1", "0", "-3", "7", "12" }[choice % 10];

    private static string Write(Expr pattern, Dictionary<Variable, string> values) => pattern switch
    {
        ModelVariable variable => values[variable.Variable],
        ApplyExpr { Arguments.Count: 0 } constant => constant.Symbol.Name,
        ApplyExpr apply => $"{apply.Symbol.Name}({string.Join(", ", apply.Arguments.Select(a => Write(a, values)))})",
        _ => pattern.ToString(),
    };
}
