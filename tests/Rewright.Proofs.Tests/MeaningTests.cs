using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Threading;
using Rewright.Model;
using Rewright.Primitives;
using Rewright.Smt;
using Xunit;
using Rational = Rewright.Quantum.Rational;

namespace Rewright.Proofs.Tests;

/// <summary>Counterexamples are computed, proofs are made of formulas: both must say the same.</summary>
public class MeaningTests
{
    private static readonly string[] NotComputed = ["exp", "ln", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
        "power", "root2", "cbrt"];

    [Fact]
    public void Functions_of_meanings_compute_what_their_formulas_say()
    {
        var options = Support.Options(60);
        var carriers = new Carrier[] { BoolCarrier.Only, new BitsCarrier(1), new BitsCarrier(5), new BitsCarrier(8), new BitsCarrier(64),
            IntCarrier.Only, RealCarrier.Only, DoubleCarrier.Only };
        var samples = new SampleValues();
        var script = new SmtScript();
        int compared = 0;
        var computed = Vocabulary.Names.Select(Vocabulary.Find).OfType<VocabularyFunction>().Where(f => !NotComputed.Contains(f.Name));
        foreach (var function in computed)
        {
            foreach (var carrier in carriers.Where(c => function.Accepts(c, null)))
            {
                var results = function.Typing switch
                {
                    Typing.Same => [carrier],
                    Typing.Test => [BoolCarrier.Only],
                    _ => carriers.Where(c => function.Accepts(carrier, c)).ToArray()
                };
                foreach (var result in results)
                {
                    for (int i = 0; i < 12; i++)
                    {
                        var values = Enumerable.Range(0, Math.Min(2, function.MaxArity)).Take(Math.Max(function.MinArity, 1)).Select(
                            _ => Next(samples, carrier)).ToArray();
                        if (function.Name is "quotient" or "euclidean-div" or "euclidean-mod" && IsZero(values[1])) continue;
                        Compare(script, function.Smt(script, [.. values.Select(v => SmtScript.Value(v, carrier))], result),
                            function.Evaluate(values, carrier, result), result);
                        compared++;
                    }
                }
            }
        }

        Assert.True(compared > 1000);
        using var session = new SolverSession(options.Solvers[0]);
        Assert.True(Holds(session, options, script));
    }

    [Fact]
    public void Functions_of_built_in_sorts_compute_what_their_formulas_say()
    {
        var options = Support.Options(120);
        var samples = new SampleValues();
        var wrong = new List<string>();
        int compared = 0;
        using var session = new SolverSession(options.Solvers[0]);
        foreach (var op in Enum.GetValues<PrimitiveOp>())
        {
            foreach (var primitive in Primitive.OperandKinds(op).Select(k => Primitive.Find(op, BuiltInSort.Of(k))).OfType<Primitive>())
            {
                foreach (bool reals in new[] { false, true })
                {
                    if (Carrier.Of(primitive.Operand, reals) is OpaqueCarrier
                        || reals != (primitive.Operand.Equals(BuiltInSort.Double) && reals))
                        continue;
                    var script = new SmtScript();
                    for (int i = 0; i < 12; i++)
                    {
                        var operands = Enumerable.Range(0, primitive.Arity).Select(
                            a => a == 1 && op is PrimitiveOp.ShiftLeft or PrimitiveOp.ShiftRight or PrimitiveOp.ShiftRightUnsigned && a == 1
                            ? new BitsCarrier(32) : Carrier.Of(primitive.Operand, reals)).ToArray();
                        object[] values = [.. operands.Select(c => Next(samples, c))];
                        object? value;
                        try
                        {
                            value = PrimitiveCode.Of(primitive).Evaluate(primitive, values, reals);
                        }
                        catch (NotComputableException)
                        {
                            continue;
                        }

                        var known = new SmtScript();
                        _ = PrimitiveCode.Translate(known, primitive, [.. values.Zip(operands, SmtScript.Value)], reals);
                        if (known.HasUnknownFunctions) continue;
                        var (term, defined) = PrimitiveCode.Translate(
                            script, primitive, [.. values.Zip(operands, SmtScript.Value)], reals);
                        script.Assert(value is null ? script.Not(defined) : defined);
                        if (value is not null) Compare(script, term, value, Carrier.Of(primitive.Result, reals));
                        compared++;
                    }

                    if (!Holds(session, options, script)) wrong.Add(primitive + (reals ? " of reals" : ""));
                }
            }
        }

        Assert.True(compared > 1000);
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("add x", "")]
    [InlineData("(add x", "a ')' is missing")]
    [InlineData("(bvand x)", "does not take 1 operands")]
    [InlineData("(nobody x y)", "there is no function 'nobody'")]
    [InlineData("(zext x)", "does not take bits of width 8 to bits of width 8")]
    public void Meanings_that_cannot_be_read_say_why(string text, string expected)
    {
        var (meaning, fault) = Meaning.Read(text, ["x", "y"]);
        if (meaning is not null) (_, fault) = TypedMeaning.Of(meaning, [new BitsCarrier(8), new BitsCarrier(8)], new BitsCarrier(8));
        if (expected.Length == 0) Assert.NotEmpty(fault);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    private static object Next(SampleValues samples, Carrier carrier)
        => samples.Next(new ClaimVariable("", carrier, MayLackValue: false, IsNatural: false, HasEveryValue: true)).Value!;

    private static bool IsZero(object value) => value is BigInteger { IsZero: true } or Rational { Sign: 0 };

    private static void Compare(SmtScript script, SmtTerm term, object value, Carrier carrier)
        => script.Assert(script.Equal(term, SmtScript.Value(value, carrier)));

    // All assertions are of constants: the solver only computes.
    private static bool Holds(SolverSession session, ProverOptions options, SmtScript script)
        => session.Ask(script.ToString(), [], options.TimeLimit, CancellationToken.None).Answer == Answer.Satisfiable;
}
