using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Rewright.Analysis;
using Rewright.Matching;
using Rewright.Model;
using Rewright.Testing;
using Xunit;

namespace Rewright.Core.Tests;

public class MatchCompilerTests
{
    [Fact]
    public void A_tree_finds_the_rule_that_trying_them_one_by_one_finds()
    {
        int matched = 0, stuck = 0;
        Properties.ForAllModules(300, m =>
        {
            var random = new Random(m.Seed);
            foreach (var set in m.Module.Rules.GroupBy(r => r.Root))
            {
                var rules = set.ToImmutableArray();
                foreach (bool mayBeStuck in new[] { true, false })
                {
                    var tree = Compile(rules, mayBeStuck);
                    for (int i = 0; i < 30; i++)
                    {
                        var term = set.Key is Operation operation
                            && i % 3 > 0 ? RandomTerms.Call(random, m.Module, operation, 6) : RandomTerms.Call(random, set.Key, 6);
                        if (!mayBeStuck && term.Descendants().Skip(1).Any(e => e is ApplyExpr { Symbol: Operation })) continue;
                        int chance = random.Next();
                        bool Holds(RewriteRule rule) => new Random(chance ^ rule.Name.Length * 31 ^ rule.Name[^1]).Next(2) == 0;
                        var expected = Naive.First(rules, term, Holds);
                        Assert.Equal(expected?.Name, Naive.Follow(tree, term, Holds)?.Name);
                        if (expected is null) stuck++;
                        else matched++;
                    }
                }
            }
        });

        // The test is worth something only where both outcomes are common.
        Assert.True(matched > 10_000 && stuck > 5_000, FormattableString.Invariant($"{matched} matched, {stuck} did not"));
    }

    [Fact]
    public void A_tree_agrees_with_the_rules_on_all_small_terms()
    {
        Properties.ForAllModules(60, m =>
        {
            foreach (var set in m.Module.Rules.GroupBy(r => r.Root))
            {
                var rules = set.ToImmutableArray();
                var tree = Compile(rules, mayBeStuck: false);
                foreach (var arguments in RandomTerms.Tuples(set.Key.Parameters, 3, _ => []).Take(3000))
                {
                    var term = new ApplyExpr(set.Key, arguments);
                    Assert.Equal(Naive.First(rules, term, _ => true)?.Name, Naive.Follow(tree, term, _ => true)?.Name);
                }
            }
        }, ModuleShape.DataOnly with { Open = false, Sorts = 2, Constructors = 3 });
    }

    // Each rule tests another column first; each test splits the rules that are left.
    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    public void Boolean_columns_share_their_trees(int columns)
    {
        var rules = Rules(columns, Enumerable.Range(0, columns).Select(i => Row(columns, (i, "true"))));
        var tree = Compile(rules, mayBeStuck: true);
        Assert.True(Size(tree) <= 2 * columns + 1, "Size " + Size(tree));
    }

    // The example of Maranget's paper that makes trees exponential without sharing: pairs of columns that have to be equal.
    [Fact]
    public void Pairs_of_columns_do_not_multiply()
    {
        const int Pairs = 12;
        var rules = Rules(2 * Pairs, Enumerable.Range(0, Pairs).SelectMany(i => new[]
        {
            Row(2 * Pairs, (2 * i, "true"), (2 * i + 1, "false")), Row(2 * Pairs, (2 * i, "false"), (2 * i + 1, "true")),
        }));
        var tree = MatchCompiler.Compile(RuleChecks.Arguments(rules[0].Root), rules, _ => true, out bool testsAgain);
        Assert.False(testsAgain);
        Assert.True(Size(tree) < 20 * Pairs, "Size " + Size(tree));
        AssertAgrees(tree, rules, 2 * Pairs, "true", "false");
    }

    [Fact]
    public void Where_tests_multiply_the_rules_are_tested_one_by_one()
    {
        const int Columns = 40, Count = 80;
        var random = new Random(3);
        var rules = Rules(Columns,
            Enumerable.Range(0, Count).Select(
            _ => Row(Columns, [.. Enumerable.Range(0, 6).Select(_ => (random.Next(Columns), random.Next(2) == 0 ? "true" : "false"))])));
        var tree = MatchCompiler.Compile(RuleChecks.Arguments(rules[0].Root), rules, _ => true, out bool testsAgain);
        Assert.True(testsAgain);
        Assert.True(Size(tree) < 30_000, "Size " + Size(tree));
        AssertAgrees(tree, rules, Columns, "true", "false");
    }

    [Fact]
    public void Thousands_of_rules_need_little_stack()
    {
        const int Count = 2000;
        var text = new StringBuilder("order textual\nop F(long, long): long\n");
        for (int i = 0; i < Count; i++)
            text.Append(FormattableString.Invariant($"rule a{i}: F(x, _) -> x if x < {i}\nrule b{i}: F({i}, y) -> y\n"));
        Support.OnSmallStack(() =>
        {
            var module = Module.Check(text.ToString(), "").Module!;
            var tree = Compile(module.Rules, mayBeStuck: true);
            foreach (long value in new[] { 0L, 17L, Count - 1, Count })
            {
                var term = new ApplyExpr(
                    module.Operations[0],
                    EquatableArray.Of<Expr>(
                    new LiteralExpr(new Literal(BuiltInSort.Long, value)), new LiteralExpr(new Literal(BuiltInSort.Long, 1L))));
                Assert.Equal(value < Count ? "b" + value : null, Naive.Follow(tree, term, _ => false)?.Name);
                Assert.Equal(value > 3 ? "a3" : "b0", Naive.Follow(tree, term, r => r.Name == "a3" && value > 3)?.Name);
            }
        });
    }

    [Fact]
    public void A_place_is_looked_at_only_where_a_rule_needs_it()
    {
        var module = Module.Parse("order textual\nsort N = Z | S(N)\nop F(N, N, N): N\nrule a: F(_, S(_), _) -> Z\n"
            + "rule b: F(Z, _, _) -> Z\nrule c: F(_, _, x) -> x");
        var second = Assert.IsType<SymbolNode>(Compile(module.Rules, mayBeStuck: true));
        Assert.Equal("1", second.Occurrence.ToString());
        Assert.Equal("a", Assert.IsType<RuleNode>(second.Cases[0].Value).Rule!.Name);
        Assert.Equal("0", Assert.IsType<SymbolNode>(second.Otherwise).Occurrence.ToString());
    }

    [Fact]
    public void Cases_that_cover_a_sort_have_no_otherwise()
    {
        var module = Module.Parse("sort B = T | F\nsort O = N | Some(B)\nop G(B): O [open]\nop P(B, bool): bool\nop Q(O): bool\n"
            + "rule a: P(T, true) -> true\nrule b: P(F, false) -> false\nrule c: Q(N) -> true\nrule d: Q(Some(x)) -> P(x, true)");
        Assert.Null(Assert.IsType<SymbolNode>(Compile(Of(module, "P"), mayBeStuck: false)).Otherwise);
        Assert.NotNull(Assert.IsType<SymbolNode>(Compile(Of(module, "P"), mayBeStuck: true)).Otherwise);
        var text = Module.Parse("order textual\nop F(bool): int\nrule a: F(true) -> 1\nrule b: F(false) -> 2");
        Assert.Null(Assert.IsType<LiteralNode>(Compile(text.Rules, mayBeStuck: true)).Otherwise);
    }

    [Fact]
    public void A_rule_that_can_fail_leaves_the_others()
    {
        var module = Module.Parse("sort N = Z | S(N)\nop E(N, N): bool\nrule a: E(x, x) -> true\nrule b: E(x, y) -> false if x == S(y)\n"
            + "rule c [priority -1]: E(_, _) -> false");
        var first = Assert.IsType<RuleNode>(Compile(module.Rules, mayBeStuck: false));
        Assert.Equal(["x", "x"], first.Bindings.Select(o => o.Key.Name));
        Assert.Equal(["0", "1"], first.Bindings.Select(o => o.Value.ToString()));
        var second = Assert.IsType<RuleNode>(first.Otherwise);
        Assert.Equal("c", Assert.IsType<RuleNode>(second.Otherwise).Rule!.Name);
        Assert.Null(Assert.IsType<RuleNode>(second.Otherwise).Otherwise);
    }

    [Fact]
    public void A_pattern_of_a_condition_is_compiled_alone()
    {
        var module = Module.Parse("sort P = P(long, long)\nop D(long): P\nop F(long): long\nrule d: D(x) -> P(x, x)\n"
            + "rule f: F(x) -> q where P(q, 1) = D(x)");
        var pattern = Assert.IsType<WhereCondition>(Of(module, "F")[0].Conditions[0]).Pattern;
        var occurrence = Occurrence.Argument(0, module.Sorts[0]);
        var node = Assert.IsType<SymbolNode>(MatchCompiler.Compile(occurrence, pattern, _ => false));
        Assert.Null(node.Otherwise);
        var literal = Assert.IsType<LiteralNode>(node.Cases[0].Value);
        var leaf = Assert.IsType<RuleNode>(literal.Cases[0].Value);
        Assert.Null(leaf.Rule);
        Assert.IsType<FailNode>(leaf.Otherwise);
        Assert.IsType<FailNode>(literal.Otherwise);
    }

    [Fact]
    public void Doubles_are_told_apart_by_their_bits()
    {
        var module = Module.Parse("op F(double): int\nrule a: F(0.0) -> 1\nrule b: F(-0.0) -> 2\nrule c: F(double.NaN) -> 3\n"
            + "rule d: F(_) -> 4");
        Assert.Equal(3, Assert.IsType<LiteralNode>(Compile(module.Rules, mayBeStuck: false)).Cases.Length);
    }

    private static DecisionTree Compile(ImmutableArray<RewriteRule> rules, bool mayBeStuck)
        => MatchCompiler.Compile(RuleChecks.Arguments(rules[0].Root), rules, _ => mayBeStuck);

    private static ImmutableArray<RewriteRule> Of(Module module, string operation)
        => module.Rules.Where(r => r.Root.Name == operation).ToImmutableArray();

    private static int Size(DecisionTree tree)
    {
        int size = 0;
        RuleChecks.Walk(tree, _ => ++size > 0);
        return size;
    }

    private static string Row(int columns, params (int Column, string Value)[] tests)
        => string.Join(", ",
            Enumerable.Range(0, columns).Select(i => tests.Where(t => t.Column == i).Select(t => t.Value).FirstOrDefault() ?? "_"));

    private static ImmutableArray<RewriteRule> Rules(int columns, IEnumerable<string> rows)
    {
        string text = "order textual\nop F(" + string.Join(", ", Enumerable.Repeat("bool", columns)) + "): int\n"
            + string.Concat(rows.Select((row, i) => FormattableString.Invariant($"rule r{i:d3}: F({row}) -> {i}\n")));
        return Module.Check(text, "").Declarations.Rules;
    }

    private static void AssertAgrees(DecisionTree tree, ImmutableArray<RewriteRule> rules, int columns, params string[] values)
    {
        var random = new Random(columns);
        int matched = 0;
        for (int i = 0; i < 500; i++)
        {
            var term = new ApplyExpr(
                rules[0].Root, Enumerable.Range(0, columns).Select(
                _ => (Expr)new LiteralExpr(Literal.Of(values[random.Next(values.Length)] == "true"))).ToEquatableArray());
            var expected = Naive.First(rules, term, _ => true);
            if (expected is not null) matched++;
            Assert.Equal(expected?.Name, Naive.Follow(tree, term, _ => true)?.Name);
        }

        Assert.NotEqual(0, matched);
    }
}
