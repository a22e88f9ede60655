using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Explain;
using Rewright.Model;
using Rewright.Testing;
using Xunit;

namespace Rewright.Tests;

public class DerivationCheckerTests
{
    private const string Sample = """
        sort Nat = Zero | Succ(Nat)
        op Plus(Nat, Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
        op Less(Nat, Nat): bool
        rule LessZero: Less(Zero, Succ(_)) -> true
        rule LessSucc: Less(Succ(x), Succ(y)) -> Less(x, y)
        rule LessNot [priority -1]: Less(_, _) -> false
        op Max(Nat, Nat): Nat
        rule MaxRight: Max(x, y) -> y if Less(x, y)
        rule MaxLeft [priority -1]: Max(x, y) -> x
        sort E = A | B | F(E) | G(E, E)
        rule FF: F(F(x)) -> x
        rule GG: G(x, x) -> x
        rule GB [group other]: G(x, B) -> x
        op Half(E): E [open]
        rule HalfG: Half(G(x, x)) -> x
        op Pick(E): E
        rule Pick: Pick(x) -> Half(x) == Half(F(x)) ? A : F(Pick2(x))
        op Pick2(E): E
        rule Pick2: Pick2(x) -> Half(G(x, x))
        normalizer N: E [innermost]
        """;

    private static readonly Module Module = Module.Parse(Sample);

    [Theory]
    [InlineData("Max(Succ(Zero), Succ(Succ(Zero)))")]
    [InlineData("Max(Succ(Succ(Zero)), Succ(Zero))")]
    [InlineData("N(G(F(F(A)), F(F(F(F(A))))))")]
    [InlineData("Pick(B)")]
    public void What_engines_do_is_right(string term) => Trace(Module, term, d => Assert.Null(DerivationChecker.Check(d)));

    [Fact]
    public void A_step_that_does_not_follow_is_found()
    {
        Trace(Module, "Plus(Succ(Succ(Zero)), Succ(Zero))", d =>
        {
            var steps = d.Steps;
            Assert.Equal("the steps do not lead to the result", Fault(d, [steps[0], steps[1]]).Reason);
            Assert.Equal("its source is not what stands there", Fault(d, [steps[0], steps[2]]).Reason);
            Assert.Equal("there is no such place", Fault(d, [steps[0], steps[1], Changed(steps[2], place: [0, 0, 1, 7])]).Reason);
            Assert.Equal("its source is not what stands there", Fault(d, [steps[0], Changed(steps[1], place: [])]).Reason);
            Assert.Equal("'y' is not what the step says",
                Fault(d, [Changed(steps[0], bindings: b => b.Key.Name == "y" ? new(b.Key, d.Arguments[0]) : b)]).Reason);
            var fault = Fault(d, [Changed(steps[0], rule: Module.Parse(Sample).Rules.First(r => r.Name == "PlusSucc"))]);
            Assert.Equal("it is no rule of this module and normalizer", fault.Reason);
            Assert.Equal("PlusSucc", fault.Step!.Rule.Name);
            Assert.True(fault.IsRefuted);
        });
    }

    [Fact]
    public void A_rule_out_of_turn_and_a_condition_that_does_not_hold_are_found()
    {
        RewriteRule Rule(string name) => Module.Rules.First(r => r.Name == name);
        Trace(Module, "Less(Zero, Succ(Zero))",
            d => Assert.Equal("'LessZero' goes before it", Fault(d, [Changed(d.Steps[0], rule: Rule("LessNot"))]).Reason));
        // Of the condition of the rule that goes before nothing is in the trace; it is evaluated.
        Trace(Module, "Max(Zero, Succ(Zero))",
            d => Assert.Equal("'MaxRight' goes before it", Fault(d, [Changed(d.Steps[0], rule: Rule("MaxLeft"))]).Reason));
        Trace(Module, "Max(Succ(Zero), Zero)",
            d => Assert.Equal("condition 1 does not hold", Fault(d, [Changed(d.Steps[0], rule: Rule("MaxRight"))]).Reason));
    }

    [Fact]
    public void A_result_to_which_rules_still_apply_is_found()
    {
        Trace(Module, "N(F(F(A)))", d =>
        {
            var early = new Derivation(d.Module, d.Operation, d.Arguments) { Result = d.Arguments[0] };
            Assert.Equal("'FF' applies to the result", DerivationChecker.Check(early)!.Reason);
        });
        // Rules of other groups are none of this normalizer's.
        Trace(Module, "N(G(A, B))", d =>
        {
            Assert.Empty(d.Steps);
            Assert.Null(DerivationChecker.Check(d));
        });
    }

    [Fact]
    public void What_cannot_be_checked_is_not_called_wrong()
    {
        Trace(Module, "Plus(Succ(Zero), Zero)", d => Assert.False(DerivationChecker.Check(d)!.IsRefuted), maxSteps: 1);
        Trace(Module.Parse("op F(double): double\nrule F: F(x) -> sin(x)"), "F(1.0)",
            d => Assert.False(DerivationChecker.Check(d)!.IsRefuted));
    }

    [Fact]
    public void Shared_terms_and_deep_ones_are_checked()
    {
        var module = Module.Parse(TraceTests.SharedAndDeep);
        Trace(module, "Left(Inner(Square(A, 64)))", d => Assert.Null(DerivationChecker.Check(d)));
        Trace(module, "Count(5000)", d => Assert.Null(DerivationChecker.Check(d)));
    }

    [Theory]
    [InlineData("data only")]
    [InlineData("built-in sorts")]
    [InlineData("many rules")]
    public void Derivations_of_random_modules_are_right(string shape)
    {
        int right = 0, unchecked_ = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            var module = RandomModule.Make(seed, Shapes.All[shape](seed)).Module;
            var random = new Random(seed);
            var calls = module.Operations.Where(o => !o.IsHost).SelectMany(
                o => Enumerable.Range(0, 4).Select(_ => RandomTerms.Call(random, module, o, 8).ToString()))
                .Concat(module.Normalizers.SelectMany(
                    n => Enumerable.Range(0, 4).Select(_ => n.Name + "(" + RandomTerms.Term(random, n.Sort, 12) + ")")));
            foreach (string call in calls)
            {
                Trace(module, call, d =>
                {
                    var fault = DerivationChecker.Check(d);
                    Assert.False(fault is { IsRefuted: true }, fault + "\nin " + d + "\nof " + module);
                    if (fault is null && d.Steps.Count > 0) right++;
                    if (fault is not null) unchecked_++;
                });
            }
        }

        Assert.True(right > 100 && unchecked_ < right / 2, right + " right, " + unchecked_ + " not checked");
    }

    internal static void Trace(Module module, string term, Action<Derivation> check, int maxSteps = 20_000)
    {
        var engine = TestEngine.Interpret(module);
        using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromSeconds(2) } };
        using var trace = heap.BeginTrace(maxSteps);
        try
        {
            engine.Evaluate(heap, term);
        }
        catch (Exception e) when (e is EvaluationException or ArithmeticException or ArgumentException or FormatException)
        {
        }

        Assert.NotEmpty(trace.Derivations);
        foreach (var derivation in trace.Derivations) check(derivation);
    }

    private static DerivationFault Fault(Derivation derivation, IReadOnlyList<RewriteStep> steps)
    {
        var changed = new Derivation(derivation.Module, derivation.Operation, derivation.Arguments) { Result = derivation.Result };
        changed.StepList.AddRange(steps);
        return DerivationChecker.Check(changed)!;
    }

    private static RewriteStep Changed(
        RewriteStep step, RewriteRule? rule = null, int[]? place = null, Func<KeyValuePair<Variable, TracedValue>, KeyValuePair<Variable,
        TracedValue>>? bindings = null)
    {
        RewriteStep.TermPosition? at = null;
        foreach (int index in place ?? [.. step.Position]) at = new(at, index);
        return new RewriteStep(rule ?? step.Rule, at, [.. step.Bindings.Select(bindings ?? (b => b))], step.Conditions);
    }
}
