using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Analysis;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Testing;
using Xunit;

namespace Rewright.Core.Tests;

public class RuleSetTests
{
    private const string Nat = "sort N = Z | S(N)\nop Plus(N, N): N\nrule P0: Plus(Z, y) -> y\nrule P1: Plus(S(x), y) -> S(Plus(x, y))\n";

    [Fact]
    public void Rules_come_by_priority_then_by_specificity()
        => Properties.ForAllModules(300, m =>
        {
            foreach (var set in m.Module.Rules.GroupBy(r => r.Root).Select(g => g.ToList()))
            {
                for (int i = 0; i < set.Count; i++)
                {
                    for (int j = i + 1; j < set.Count; j++)
                    {
                        Assert.True(set[i].Priority >= set[j].Priority);
                        if (set[i].Priority > set[j].Priority || m.Module.Order == RuleOrder.Textual) continue;
                        Assert.False(IsMoreSpecific(set[j], set[i]), set[j].Name + " goes before " + set[i].Name);
                    }
                }
            }
        });

    // Either source as a pattern, the variables of the other as constants.
    private static bool IsMoreSpecific(RewriteRule left, RewriteRule right)
    {
        bool isInstance = Naive.Matches(right.Source, left.Source, []), isGeneral = Naive.Matches(left.Source, right.Source, []);
        return isInstance && (!isGeneral || left.Conditions.Count > 0 && right.Conditions.Count == 0);
    }

    [Fact]
    public void Textual_order_is_that_of_the_text()
        => Properties.ForAllModules(200, m =>
        {
            if (m.Module.Order != RuleOrder.Textual) return;
            var written = m.Module.Patterns.Select((p, i) => (p.Name, i)).ToDictionary(p => p.Name, p => p.i);
            foreach (var set in m.Module.Rules.GroupBy(r => r.Root))
                Assert.Equal(set.OrderByDescending(r => r.Priority).ThenBy(r => written[r.Name]), set);
        });

    [Theory]
    [InlineData("rule b: F(x) -> Z\nrule a: F(S(Z)) -> Z\nrule c: F(S(x)) -> x", "a c b")]
    [InlineData("rule a: F(x) -> Z\nrule b: F(x) -> S(x) if x == Z", "b a")]
    [InlineData("rule a: F(x) -> Z if x != Z\nrule b: F(Z) -> Z", "b a")]
    [InlineData("rule a [priority -1]: F(Z) -> Z\nrule b: F(x) -> x", "b a")]
    [InlineData("rule z: F(S(_)) -> Z\nrule b: F(Z) -> Z", "b z")]
    [InlineData("rule a: F(x) -> Z if true\nrule b: F(Z) -> Z\nrule c [priority 7]: F(S(_)) -> Z", "c b a")]
    public void More_specific_rules_go_first(string rules, string order)
        => Assert.Equal(order,
            string.Join(" ", Module.Check("sort N = Z | S(N)\nop F(N): N\n" + rules, "").Declarations.Rules.Select(r => r.Name)));

    [Theory]
    // Joinable: at once, after steps, by the assumptions of the conditions.
    [InlineData("op F(N, N): N\nrule a: F(x, Z) -> x\nrule b: F(Z, y) -> y\nrule c: F(S(_), S(_)) -> Z")]
    [InlineData("op F(N, N): N\nrule a: F(x, Z) -> Plus(S(Z), x)\nrule b: F(Z, y) -> S(y)\nrule c: F(S(_), S(_)) -> Z")]
    [InlineData("op F(N, N): N\nrule a: F(a, Z) -> Plus(S(a), Z)\nrule b: F(Z, x) -> Plus(S(Z), x)\nrule c: F(S(_), S(_)) -> Z")]
    [InlineData("op F(N, N): N\nrule a: F(x, y) -> S(x) if x == y && x != S(Z)\nrule b: F(x, y) -> Plus(S(Z), x) if y == x\nrule c [priority -1]: F(_, _) -> Z")]
    [InlineData("op G(N): N\nrule g1: G(x) -> Z if x == S(Z)\nrule g2 [priority -1]: G(_) -> S(Z)\nop F(N): N\nrule a: F(x) -> G(x) if x == S(Z)\nrule b: F(y) -> Z if y == S(Z) || y == Z\nrule c [priority -1]: F(_) -> Z")]
    // Disjoint sources, priorities, specificity.
    [InlineData("op F(N, N): N\nrule a: F(x, S(Z)) -> x\nrule b: F(_, Z) -> Z\nrule c: F(_, S(S(y))) -> y")]
    [InlineData("op F(N, N): N\nrule a [priority 1]: F(x, Z) -> x\nrule b: F(Z, y) -> S(y)\nrule c: F(S(_), S(_)) -> Z")]
    [InlineData("op F(N, N): N\nrule a: F(x, x) -> Z\nrule b: F(x, y) -> Plus(x, y)")]
    // A rule of its own for what two have in common.
    [InlineData("op F(N, N): N\nrule a: F(x, Z) -> x\nrule b: F(Z, y) -> S(y)\nrule ab: F(Z, Z) -> Z\nrule c: F(S(_), S(_)) -> Z")]
    [InlineData("op F(N, N): N\nrule a: F(x, S(Z)) -> x\nrule b: F(S(Z), y) -> S(y)\nrule ab [priority 1]: F(S(_), S(_)) -> Z\nrule c [priority -1]: F(_, _) -> Z")]
    // The same where it repeats a variable, or has conditions that the two have.
    [InlineData("op F(N, N, N): N\nrule a: F(x, x, y) -> y\nrule b: F(x, y, y) -> S(x)\nrule ab [priority 1]: F(x, x, x) -> Z\nrule c [priority -1]: F(_, _, _) -> Z")]
    [InlineData("op F(N, int): N\nrule a: F(S(_), i) -> Z if i > 0\nrule b: F(x, 7) -> x\nrule ab [priority 1]: F(S(x), i) -> x if i > 0 && i > 5\nrule c [priority -1]: F(_, _) -> Z")]
    // Disjoint conditions.
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if x > 0\nrule b: F(y) -> 2 if y <= 0")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if x > 0\nrule b: F(y) -> 2 if !(y > 0)")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if 0 < x\nrule b: F(y) -> 2 if 0 >= y")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if x < 4\nrule b: F(y) -> 2 if y >= 4 && y <= 9\nrule c: F(y) -> 3 if 10 <= y")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if x == 4\nrule b: F(y) -> 2 if y == 5\nrule c [priority -1]: F(_) -> 0")]
    [InlineData("op F(BigInteger): int\nrule a: F(x) -> 1 if x > 99999999999999999999999N\nrule b: F(y) -> 2 if y < 99999999999999999999999N\nrule c [priority -1]: F(_) -> 0")]
    [InlineData("op F(int, int): int\nrule a: F(x, y) -> 1 if x < y\nrule b: F(x, y) -> 2 if y < x\nrule c: F(x, y) -> 3 if x == y")]
    [InlineData("op F(N, N): int\nrule a: F(x, y) -> 1 if x == y\nrule b: F(x, y) -> 2 if y != x")]
    [InlineData("op F(int, bool): int\nrule a: F(x, p) -> 1 if p && x > 2\nrule b: F(x, p) -> 2 if !(p && x > 2)")]
    [InlineData("op F(bool): int\nrule a: F(p) -> 1 if p\nrule b: F(p) -> 2 if !p")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if ispow2(x)\nrule b: F(y) -> 2 if !ispow2(y)")]
    [InlineData("op F(int): int\nrule a: F(_) -> 1 if false\nrule b: F(_) -> 2")]
    [InlineData("order textual\nop F(N, N): N\nrule a: F(x, Z) -> x\nrule b: F(Z, y) -> S(y)\nrule c: F(S(_), S(_)) -> Z")]
    // What is neutral in arithmetic.
    [InlineData("sort E = L(long) | A(E, E) | M(E, E)\nrule a: A(L(a), L(b)) -> L(a + b)\nrule z: A(x, L(0)) -> x\nrule m: M(L(a), L(b)) -> L(a * b)\nrule o: M(L(1), x) -> x\nrule n: M(L(0), _) -> L(0)\nnormalizer Simplify: E")]
    [InlineData("sort E = B(uint) | O(E, E) | X(E, E)\nrule o: O(B(a), B(b)) -> B(a | b)\nrule z: O(B(0U), x) -> x\nrule c: X(B(a), B(b)) -> B(b ^ a)\nrule d: X(B(a), B(b)) -> B(a ^ b) if a < b\nnormalizer Simplify: E")]
    public void Rules_that_cannot_disagree_are_accepted(string rules) => Support.Expect(Nat + rules);

    [Theory]
    [InlineData("op F(N, N): N\nrule a: F(x, Z) -> x\nrule b: F(Z, y) -> S(y)\nrule c: F(S(_), S(_)) -> Z", "RW0030 7:6", "F(Z, Z)")]
    [InlineData("op F(N): N\nrule a: F(x) -> x\nrule b: F(y) -> S(y)", "RW0030 7:6", "F(y)")]
    [InlineData("op F(N, N): N\nrule a: F(x, Z) -> x\nrule b: F(Z, y) -> S(y)\nrule ab: F(Z, Z) -> Z if true\nrule c: F(S(_), S(_)) -> Z",
        "", "")]
    [InlineData("op F(N, N): N\nrule a: F(x, Z) -> x\nrule b: F(Z, y) -> S(y)\nrule ab [priority -1]: F(Z, Z) -> Z\nrule c: F(S(_), S(_)) -> Z", "RW0030 7:6, RW0032 8:6", "F(Z, Z)")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if x > 0\nrule b: F(y) -> 2 if y < 5", "RW0030 7:6", "F(y)")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 if x >= 0\nrule b: F(y) -> 2 if y <= 0", "RW0030 7:6", "F(y)")]
    [InlineData("op F(double): int\nrule a: F(x) -> 1 if x > 0.0\nrule b: F(y) -> 2 if !(y >= 0.0)\nrule d: F(y) -> 2 if !(y > 0.0)", "",
        "")]
    [InlineData("op F(int): int\nrule a: F(x) -> 1 where y = x + 1 if y > 0\nrule b: F(x) -> 2 where y = x + 2 if y <= 0\nrule c: F(_) -> 0", "RW0030 7:6", "F(x)")]
    // What a call comes to is not known: G(x) could be Z, so the rule for Z cannot be passed over.
    [InlineData("op G(N): N\nrule g: G(Z) -> S(Z)\nrule h: G(S(_)) -> Z\nop K(N): N\nrule k: K(Z) -> Z\nrule l: K(_) -> S(Z)\nop F(N, N): N\nrule a: F(x, Z) -> K(G(x))\nrule b: F(Z, _) -> S(Z)\nrule c: F(S(_), S(_)) -> Z", "", "")]
    [InlineData("op G(N): N\nrule g: G(Z) -> S(Z)\nrule h: G(S(_)) -> Z\nop K(N): N\nrule k: K(Z) -> Z\nrule l: K(_) -> S(Z)\nop F(N, N): N\nrule a: F(x, Z) -> K(G(x))\nrule b: F(S(_), _) -> S(Z)\nrule c: F(Z, S(_)) -> Z", "RW0030 13:6", "F(S(_1), Z)")]
    [InlineData("op G(N): N [host]\nop K(N): N\nrule k: K(Z) -> Z\nrule l: K(_) -> S(Z)\nop F(N, N, N): N\nrule a: F(x, _, Z) -> K(G(x))\nrule b: F(_, Z, _) -> S(Z)\nrule c: F(_, S(_), S(_)) -> Z", "RW0030 11:6", "F(_1, Z, Z)")]
    // The second rule's x is another one: Plus(x, S(x)) and the rule's own variables must not be mixed up.
    [InlineData("op F(N, N): N\nrule a: F(x, S(y)) -> Plus(y, S(x))\nrule b: F(S(x), y) -> Plus(x, S(y))\nrule c: F(Z, Z) -> Z",
        "RW0030 7:6", "F(S(x), S(y))")]
    [InlineData("op F(N, N, N): N\nrule a: F(x, y, Z) -> Plus(x, y)\nrule b: F(Z, x, y) -> Plus(y, x)\nrule c [priority -1]: F(_, _, _) -> Z", "", "")]
    [InlineData("op F(N, N, N): N\nrule a: F(x, y, Z) -> Plus(x, y)\nrule b: F(Z, x, y) -> S(Plus(y, x))\nrule c [priority -1]: F(_, _, _) -> Z", "RW0030 7:6", "F(Z, x, Z)")]
    // -0.0 + 0.0 is 0.0.
    [InlineData("op F(double, double): double\nrule a: F(a, 0.0) -> a + 0.0\nrule b: F(-0.0, b) -> b\nrule c [priority -1]: F(_, _) -> 0.0",
        "RW0030 7:6", "F(-0.0, 0.0)")]
    public void Rules_that_may_disagree_are_rejected(string rules, string place, string term)
    {
        var errors = Module.Check(Nat + rules, "").Diagnostics.Where(d => d.Kind.Severity == Severity.Error).ToList();
        Assert.Equal(place, string.Join(", ", Support.Places(errors)));
        if (errors.Count == 0) return;
        Assert.Equal(term, errors[0].Arguments[2]);
        // The other rule is named as a related place.
        Assert.NotEmpty(errors[0].Related);
    }

    [Fact]
    public void Simplifications_of_groups_that_never_meet_do_not_overlap()
    {
        const string Rules = "sort E = Zero | Neg(E)\nrule a [group g]: Neg(Neg(x)) -> x\nrule b [group h]: Neg(Neg(x)) -> Neg(x)\n";
        Support.Expect(Rules + "normalizer N: E [innermost, groups g]\nnormalizer M: E [innermost, groups h]");
        Support.Expect(Rules + "normalizer N: E [innermost, groups g h]", "RW0031 3:6");
        Support.Expect(Rules.Replace("group h", "group g", StringComparison.Ordinal), "RW0031 3:6");
    }

    [Fact]
    public void Accepted_overlaps_give_one_result()
    {
        int compared = 0;
        Properties.ForAllModules(400, m =>
        {
            if (m.Module.Order == RuleOrder.Textual) return;
            var random = new Random(m.Seed);
            foreach (var set in m.Module.Rules.Where(r => !r.IsSimplification).GroupBy(r => r.Root))
            {
                for (int i = 0; i < 30; i++)
                {
                    var term = RandomTerms.Call(random, m.Module, (Operation)set.Key, 6);
                    if (term.Descendants().Skip(1).Any(e => e is ApplyExpr { Symbol: Operation })) continue;
                    var matching = set.Where(r => Naive.Matches(r.Source, term, [])).ToList();
                    foreach (var other in matching.Skip(1).Where(
                        r => r.Priority == matching[0].Priority && !IsMoreSpecific(matching[0], r)))
                    {
                        if (Result(m.Module, matching[0], term) is not { } left || Result(m.Module, other, term) is not { } right) continue;
                        compared++;
                        Assert.True(left.Equals(right),
                            matching[0].Name + " and " + other.Name + " at " + term + " give " + left + " and " + right);
                    }
                }
            }
        }, ModuleShape.DataOnly with { Sorts = 1, Constructors = 3, Depth = 2, Rules = 8, Arity = 2 });
        Assert.True(compared > 100, FormattableString.Invariant($"only {compared} compared"));
    }

    private static Expr? Result(Module module, RewriteRule rule, ApplyExpr term)
    {
        var values = new Dictionary<Variable, Expr>();
        Assert.True(Naive.Matches(rule.Source, term, values));
        int steps = 100_000;
        return Naive.Evaluate(module, Naive.Instance(rule.Target, values), ref steps);
    }

    [Fact]
    public void Random_modules_evaluate_in_few_steps()
        => Properties.ForAllModules(400, m =>
        {
            var random = new Random(m.Seed);
            foreach (var operation in m.Module.Operations)
            {
                for (int i = 0; i < 10; i++)
                {
                    int steps = 20_000;
                    Naive.Evaluate(m.Module, RandomTerms.Call(random, m.Module, operation, 12), ref steps);
                }
            }
        }, ModuleShape.DataOnly with { Operations = 6 });

    [Fact]
    public void Dead_rules_and_uncovered_terms_are_found_exactly_where_there_are_finitely_many()
    {
        var random = new Random(11);
        int dead = 0, uncovered = 0, complete = 0;
        for (int round = 0; round < 300; round++)
        {
            int columns = 1 + random.Next(4), count = 1 + random.Next(8);
            string text = "order textual\nop F(" + string.Join(", ", Enumerable.Repeat("bool", columns)) + "): int\n"
                + string.Concat(Enumerable.Range(0, count).Select(i => FormattableString.Invariant(
                    $"rule r{i}: F({string.Join(", ", Enumerable.Range(0, columns).Select(_ => random.Next(3) switch { 0 => "true", 1 => "false", _ => "_" }))}) -> {i}\n")));
            var result = Module.Check(text, "");
            var rules = result.Declarations.Rules;
            var terms = Enumerable.Range(0, 1 << columns).Select(bits => new ApplyExpr(rules[0].Root,
                Enumerable.Range(0, columns).Select(
                    c => (Expr)new LiteralExpr(Literal.Of((bits >> c & 1) == 1))).ToEquatableArray())).ToList();
            var firing = terms.Select(t => Naive.First(rules, t, _ => true)?.Name).ToHashSet();
            var expected = rules.Select(r => r.Name).Where(n => !firing.Contains(n)).ToList();
            Assert.Equal(expected, result.Diagnostics.Where(d => d.Kind == DiagnosticKinds.DeadRule).Select(d => d.Arguments[0]));
            dead += expected.Count;

            var witness = Uncovered.Find((Operation)rules[0].Root, rules, new Inhabitants([]));
            Assert.Equal(firing.Contains(null), witness is not null);
            if (witness is null)
            {
                complete++;
                continue;
            }

            uncovered++;
            Assert.Contains(witness.Term, terms);
            Assert.Null(Naive.First(rules, witness.Term, _ => true));
        }

        Assert.True(dead > 50 && uncovered > 50 && complete > 50);
    }

    [Fact]
    public void Terms_shown_as_uncovered_are_uncovered_and_none_is_missed()
    {
        int uncovered = 0, complete = 0;
        Properties.ForAllModules(300, m =>
        {
            var inhabitants = new Inhabitants(m.Module.Sorts);
            var random = new Random(m.Seed);
            foreach (var operation in m.Module.Operations)
            {
                var rules = m.Module.Rules.Where(r => ReferenceEquals(r.Root, operation)).ToImmutableArray();
                if (Uncovered.Find(operation, rules, inhabitants) is { } witness)
                {
                    if (!witness.Failing.IsEmpty) continue;
                    uncovered++;
                    for (int i = 0; i < 5; i++)
                    {
                        // A `_` stands for any term.
                        var term = (ApplyExpr)Substitution.Rebuild(witness.Term, v => RandomTerms.Term(random, v.Sort, 5));
                        Assert.Null(Naive.First(rules, term, _ => true));
                    }
                }
                else
                {
                    complete++;
                    Assert.All(RandomTerms.Tuples(
                        operation.Parameters, 2, s => [RandomTerms.Value(random, s), RandomTerms.Value(random, s)]).Take(300),
                        a => Assert.NotNull(Naive.First(rules, new ApplyExpr(operation, a), _ => true)));
                }
            }
        }, new ModuleShape { Conditions = false, Depth = 2 });
        Assert.True(uncovered > 200 && complete > 100, FormattableString.Invariant($"{uncovered} {complete}"));
    }

    [Fact]
    public void Terms_are_uncovered_also_where_rules_are_tested_one_by_one()
    {
        const int Columns = 40;
        var random = new Random(5);
        string text = "order textual\nop F(" + string.Join(", ", Enumerable.Repeat("bool", Columns)) + "): int\n"
            + string.Concat(Enumerable.Range(0, 80).Select(i => FormattableString.Invariant(
                $"rule r{i}: F({string.Join(", ", Enumerable.Range(0, Columns).Select(_ => random.Next(14) switch { 0 => "true", 1 => "false", _ => "_" }))}) -> {i}\n")));
        var rules = Module.Check(text, "").Declarations.Rules;
        var witness = Uncovered.Find((Operation)rules[0].Root, rules, new Inhabitants([]));
        Assert.NotNull(witness);
        Assert.Null(Naive.First(rules, witness.Term, _ => true));
    }

    [Theory]
    [InlineData("op F(N): N\nrule a: F(Z) -> Z", "'F(S(Z))'")]
    [InlineData("op F(N): N", "'F(Z)'")]
    [InlineData("op F(N, int): N\nrule a: F(Z, 0) -> Z\nrule b: F(S(x), _) -> x\nrule c: F(_, 1) -> Z", "'F(Z, 2)'")]
    [InlineData("op F(Color): int\nrule a: F(Color.Red) -> 0\nrule b: F(Color.Green) -> 1", "'F(Demo.Color(0))'")]
    [InlineData("op F(string): int\nrule a: F(\"\") -> 0\nrule b: F(\"a\") -> 0", "'F(\"aa\")'")]
    [InlineData("op F(Ref<object>, N): int\nrule a: F(_, Z) -> 0", "'F(_, S(Z))'")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 0", "'F(_)' when the conditions of 'a' do not hold")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 0\nrule b: F(y) -> 0 if y < 0",
        "'F(_)' when the conditions of 'a', 'b' do not hold")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 3 && x != 7\nrule b: F(y) -> 0 if y < 5",
        "'F(_)' when the conditions of 'a', 'b' do not hold")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 3 && x < 5\nrule b: F(y) -> 0 if y < 4 && y > 0\nrule c: F(y) -> 0 if y >= 6",
        "'F(_)' when the conditions of 'a', 'b', 'c' do not hold")]
    [InlineData("op F(double): int\nrule a: F(x) -> 0 if x > 0.0\nrule b: F(y) -> 0 if y <= 0.0",
        "'F(_)' when the conditions of 'a', 'b' do not hold")]
    [InlineData("op F(N, int): int\nrule a: F(Z, x) -> 0 if x > 0\nrule b: F(_, x) -> 0 if x <= 0",
        "'F(S(Z), _)' when the conditions of 'b' do not hold")]
    [InlineData("op F(int): int\nrule a: F(0) -> 0\nrule b: F(x) -> 0 if x > 0", "'F(_)' when the conditions of 'b' do not hold")]
    [InlineData("op F(int): int\nrule a: F(0) -> 0 if 1 < 0\nrule b: F(x) -> 0 if x != 0",
        "'F(0)' when the conditions of 'a', 'b' do not hold")]
    [InlineData("op F(N, N): int\nrule a: F(x, x) -> 0", "'F(_, _)' when the conditions of 'a' do not hold")]
    [InlineData("op F(N): int\nrule a: F(x) -> 0 where S(_) = x", "'F(_)' when the conditions of 'a' do not hold")]
    [InlineData("op F(Big): int\nrule a: F(B1(_, _)) -> 0", "'F(B2(_, _))'")]
    public void An_operation_that_does_not_cover_its_terms_is_shown_one(string rules, string witness)
    {
        const string Sorts = "enum Demo.Color : int = Red 1 | Green 2\nsort N = Z | S(N)\n"
            + "sort Big = B1(A0, A0) | B2(A1, A1)\nsort A0 = C0(A1, A1)\nsort A1 = C1(A2, A2)\nsort A2 = C2(A3, A3)\n"
            + "sort A3 = C3(A4, A4)\nsort A4 = C4(A5, A5)\nsort A5 = C5(N, N)\n";
        var found = Assert.Single(Module.Check(Sorts + rules, "").Diagnostics, d => d.Kind == DiagnosticKinds.NotExhaustive);
        Assert.Equal("No rule of 'F' applies to " + witness + "; add one, or declare the operation open", found.Message);
        Assert.Equal(9, found.Span.Line - 1);
    }

    [Theory]
    [InlineData("op F(N): N\nrule a: F(Z) -> Z\nrule b: F(S(x)) -> x")]
    [InlineData("op F(bool, bool): N\nrule a: F(true, _) -> Z\nrule b: F(_, true) -> Z\nrule c: F(false, false) -> Z")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 0\nrule b: F(y) -> 0 if y <= 0")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 0\nrule b: F(y) -> 0 if y < 1")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if x > 0\nrule b: F(0) -> 0\nrule c: F(z) -> 0 if z <= 0")]
    [InlineData("op F(N, int): int\nrule a: F(Z, x) -> 0 if x > 0\nrule b: F(S(_), x) -> 0 if x > 0\nrule c: F(_, y) -> 0 if y <= 0")]
    [InlineData("op F(N, N): int\nrule a: F(x, x) -> 0\nrule b: F(x, y) -> 0 if x != y")]
    [InlineData("op F(int, int): int\nrule a: F(x, x) -> 0\nrule b: F(x, y) -> 0 if y != x")]
    [InlineData("op F(bool): int\nrule a: F(p) -> 0 if p\nrule b: F(p) -> 1 if !p")]
    [InlineData("op F(int): int\nrule a: F(x) -> y where y = x + 1")]
    [InlineData("op D(int): P\nrule d: D(x) -> P(x, x)\nop F(int): int\nrule a: F(x) -> y where P(y, _) = D(x)")]
    [InlineData("op F(int): int\nrule a: F(_) -> 0 if true\nrule b [priority 1]: F(x) -> 0 if x > 0")]
    [InlineData("op F(int): int\nrule a: F(0) -> 0\nrule b: F(x) -> 0 if x != 0")]
    [InlineData("op F(long): int\nrule a: F(0) -> 0\nrule b: F(1) -> 0 if 0 == 0\nrule c: F(x) -> 0 if x > 1\nrule d: F(x) -> 0 if x < 0")]
    [InlineData("op F(int): int\nrule a: F(x) -> 0 if 3 <= x && x < 7\nrule b: F(3) -> 1\nrule c: F(x) -> 2 if !(x > 2)\nrule d: F(x) -> 4 if x > 6 && x < 9\nrule e: F(x) -> 3 if x == 9\nrule f: F(x) -> 5 if 10 <= x")]
    [InlineData("op F(N): N [open]\nop G(N): int [host]")]
    public void An_operation_that_covers_its_terms_is_accepted(string rules)
        => Support.Expect("sort N = Z | S(N)\nsort P = P(int, int)\n" + rules);

    [Theory]
    [InlineData("rule a: F(x) -> x\nrule b [priority -1]: F(Z) -> Z", "b", "'a' covers")]
    [InlineData("rule a: F(Z) -> Z\nrule b: F(S(_)) -> Z\nrule c: F(Z) -> Z if F(S(Z)) == Z", "a", "")]
    [InlineData("rule a [priority 2]: F(S(S(_))) -> Z\nrule b [priority 1]: F(S(_)) -> Z\nrule c: F(S(S(S(_)))) -> Z\nrule z: F(Z) -> Z",
        "c", "'a', 'b' together cover")]
    [InlineData("rule a: F(x) -> y where y = S(x)\nrule b [priority -1]: F(S(x)) -> x", "b", "'a' covers")]
    public void A_rule_that_others_cover_is_an_error(string rules, string rule, string covering)
    {
        var found = Module.Check("sort N = Z | S(N)\nop F(N): N\n" + rules, "").Diagnostics.Where(
            d => d.Kind == DiagnosticKinds.DeadRule).ToList();
        if (covering.Length == 0)
        {
            Assert.Empty(found);
            return;
        }

        Assert.Equal("'" + rule + "' can never fire: " + covering + " every term that it matches", Assert.Single(found).Message);
        Assert.NotEmpty(found[0].Related);
    }

    [Theory]
    [InlineData("rule a: F(x, y) -> F(y, x)", true)]
    [InlineData("rule a: F(x, y) -> F(x, y)", true)]
    [InlineData("rule a: F(x, y) -> S(F(S(x), y))", true)]
    [InlineData("rule a: F(x, y) -> F(G(x), y)", true)]
    [InlineData("rule z: F(Z, y) -> y\nrule a: F(x, y) -> F(y, x)", true)]
    [InlineData("rule a: F(S(x), y) -> F(x, y)", false)]
    [InlineData("rule a: F(S(x), y) -> F(S(Z), y)", true)]
    // A rule that goes first may end it.
    [InlineData("rule z: F(Z, y) -> y\nrule a: F(x, y) -> F(G(x), y)", false)]
    [InlineData("rule z: F(Z, y) -> y\nrule a: F(x, y) -> F(S(x), y)", true)]
    [InlineData("rule z [priority -1]: F(Z, y) -> y\nrule a: F(x, y) -> F(G(x), y)", true)]
    // Only one side of a choice is evaluated; its test always is.
    [InlineData("rule a: F(x, y) -> x == Z ? y : F(G(x), y)", false)]
    [InlineData("rule a: F(x, y) -> F(x, y) == Z ? y : x", true)]
    [InlineData("rule a: F(x, y) -> F(y, x) if x != y", false)]
    public void A_rule_that_applies_to_its_own_result_warns(string rules, bool loops)
    {
        string text = "sort N = Z | S(N)\nop F(N, N): N\nop G(N): N [host]\n" + rules;
        Assert.Equal(loops ? ["a"] : [],
            Module.Check(text, "").Diagnostics.Where(d => d.Kind == DiagnosticKinds.ObviousLoop).Select(d => d.Arguments[0]));
    }

    [Theory]
    [InlineData("rule a [symmetric]: Plus(x, Z) -> x", "Plus(x, Z) -> x")]
    [InlineData("rule a [symmetric]: Neg(Z) -> Neg(Neg(Z))", "Neg(Neg(Z)) -> Neg(Z)")]
    [InlineData("rule a [symmetric]: Neg(Z) -> Plus(Z, Z)", "Plus(Z, Z) -> Neg(Z)")]
    [InlineData("rule a [symmetric]: Pair(x, y) -> Pair(y, x)", null)]
    [InlineData("rule a [symmetric]: Pair(x, Neg(Z)) -> Pair(Neg(Z), x)", null)]
    [InlineData("rule a [symmetric]: Pair(Pair(x, y), z) -> Pair(x, Pair(y, z))", "Pair(Pair(x, y), z) -> Pair(x, Pair(y, z))")]
    [InlineData("rule a [symmetric]: Pair(x, Pair(y, z)) -> Pair(Pair(x, y), z)", "Pair(Pair(x, y), z) -> Pair(x, Pair(y, z))")]
    // The smaller side mentions a variable more often: no order puts it below for all values.
    [InlineData("rule a [symmetric]: Neg(Neg(Neg(Neg(x)))) -> Pair(x, x)", null)]
    [InlineData("rule a [symmetric]: Neg(Neg(Neg(Neg(x)))) -> Neg(Neg(x)) if x != Z", "Neg(Neg(Neg(Neg(x)))) -> Neg(Neg(x))")]
    [InlineData("rule a [symmetric]: Neg(x) -> Neg(Neg(x)) if x != Z", null)]
    // A computation has a value that the order does not know.
    [InlineData("rule a [symmetric]: Num(x) -> Num(x + 1)", null)]
    // Heavy by declaration, not by number; and far beyond the range of an int.
    [InlineData("rule a [symmetric]: Heavy(Heavy(Heavy(x))) -> Neg(Neg(Neg(Neg(x))))", "Heavy(Heavy(Heavy(x))) -> Neg(Neg(Neg(Neg(x))))")]
    // The other side would be a rule for an operation that is evaluated before, or that C# implements.
    [InlineData("rule a [symmetric]: Neg(x) -> Neg(Plus(x, Z))", null)]
    [InlineData("rule a [symmetric]: Neg(x) -> Host(Neg(x))", null)]
    public void An_equation_is_a_rule_where_an_order_orients_it(string rule, string? expected)
    {
        var module = Module.Parse(
            "sort N = Z | Neg(N) | Pair(N, N) | Num(int) | Heavy(N) [cost 2147483647]\nop Plus(N, N): N\nop Host(N): N [host]\n" + rule);
        Assert.Equal(expected, module.Rules.SingleOrDefault()?.ToString().Split(" if ")[0]);
        Assert.Single(module.Patterns);
    }

    [Fact]
    public void An_equation_is_no_rule_for_an_operation_of_another_module()
    {
        var used = Module.Parse("module A\nsort N = Z | S(N)\nop F(N, N): N [open]");
        var (found, _) = (Module.Check("module B\nuse A\nop G(N): N [open]\nrule a [symmetric]: G(x) -> F(x, x)", "", used), 0);
        Assert.Equal(["RW0025 4:6"], Support.Places(found.Diagnostics));
        Assert.Empty(found.Module!.Rules);
    }

    [Fact]
    public void A_backward_pattern_is_read_from_its_target()
    {
        var module = Module.Parse("sort N = Z | S(N)\nop Twice(N): N\nop Plus(N, N): N [open]\n"
            + "rule a [backward]: Plus(x, x) -> Twice(x)\nrule b [backward]: S(y) -> S(S(y)) if y != Z");
        Assert.Equal(["Twice(x) -> Plus(x, x)", "S(S(y)) -> S(y) if y != Z"], module.Rules.Select(r => r.ToString()));
        Assert.Equal(["Plus(x, x)", "S(y)"], module.Patterns.Select(p => p.Source.ToString()));
        Support.Expect("sort N = Z | S(N)\nop F(N): N [open]\nrule a [backward]: F(x) -> F(S(Z))", "RW0014 3:22");
        Support.Expect("sort N = Z | S(N)\nop F(N): N [open]\nrule a [backward]: F(Z) -> x", "RW0020 3:28");
    }

    [Fact]
    public void A_sort_without_terms_is_an_error_where_it_is_declared()
    {
        Support.Expect("sort A = B(A)\nsort C = D(A) | E(C, A)\nsort F = G | H(F)\nsort I = J(F, K)\nsort K = L(I) | M(int)", "RW0009 1:6",
            "RW0009 2:6");
        // What is left out because of another mistake could have been the way out.
        Support.Expect("sort A = B(A) | C(Unknown)", "RW0002 1:19");
    }

    [Fact]
    public void Sorts_that_share_do_not_make_checking_exponential()
    {
        string sorts = string.Concat(
            Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"sort A{i} = C{i}(A{i + 1}, A{i + 1})\n")));
        Support.Expect(sorts + "sort A60 = Z\nop F(A0): int", "RW0033 62:4");
        // A term of 2^60 nodes on the way to a result that may join.
        string deep = string.Concat(Enumerable.Repeat("S(", 60)) + "x" + new string(')', 60);
        var found = Module.Check(Nat + "sort P = L | Q(P, P)\nop F(N, P): P\nrule f: F(S(x), y) -> F(x, Q(y, y))\nrule g: F(Z, y) -> y\n"
            + "op G(N, N, P): P\n"
            + "rule a: G(Z, x, p) -> F(" + deep + ", Q(p, L))\nrule b: G(x, Z, p) -> F(" + deep
                + ", Q(L, p))\nrule c: G(S(_), S(_), p) -> p", "").Diagnostics;
        Assert.Equal(["RW0030 11:6"], Support.Places(found));
        Assert.True(found[0].Message.Length < 1000);
    }

    [Fact]
    public void Unification_that_explodes_is_given_up()
    {
        const int Columns = 40;
        string left = string.Join(
            ", ", Enumerable.Range(0, Columns).Select(
            i => i == Columns - 1
            ? FormattableString.Invariant($"P(x{i}, x{i}), x0") : FormattableString.Invariant($"P(x{i}, x{i}), x{i + 1}")));
        string right = string.Join(", ", Enumerable.Range(0, Columns).Select(i => FormattableString.Invariant($"y{i}, y{i}")));
        string text = "sort T = L | P(T, T)\nop F(" + string.Join(", ", Enumerable.Repeat("T", 2 * Columns)) + "): T [open]\nrule a: F("
            + left + ") -> L\nrule b: F(" + right + ") -> P(L, L)";
        // It takes 2^40 steps, or is found impossible early; either way nothing is reported.
        Support.OnSmallStack(() => Support.Expect(text));
    }
}
