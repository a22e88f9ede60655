using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Quantum;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>The result of evaluating a term, as formulas: its value, whether it exists, and whether it is not poison.</summary>
/// <param name="Value">The value; arbitrary if there is none.</param>
/// <param name="Defined">True if there is no undefined behaviour and no exception.</param>
/// <param name="Clean">True if the value is not poison, LLVM's term for a value on which no program may depend.</param>
public readonly record struct Outcome(SmtTerm Value, SmtTerm Defined, SmtTerm Clean)
{
    /// <summary>A term that is always defined.</summary>
    public static Outcome Of(SmtTerm value) => new(value, SmtTerm.True, SmtTerm.True);
}

/// <summary>The result of evaluating a term for given values of the variables.</summary>
public readonly record struct Result(object? Value, bool IsDefined, bool IsClean)
{
    /// <summary>No value.</summary>
    public static readonly Result Undefined = new(null, false, false);

    /// <summary>A value.</summary>
    public static Result Of(object value) => new(value, true, true);
}

/// <summary>A value that exists but cannot be computed exactly, such as a logarithm.</summary>
internal sealed class Unspecified
{
    private Unspecified() { }

    public static Unspecified Only { get; } = new();

    public override string ToString() => "some number";
}

/// <summary>A meaning at given widths: every part has a carrier.</summary>
public abstract record TypedMeaning(Carrier Carrier)
{
    /// <summary>Finds the carriers of all parts, or returns the fault.</summary>
    /// <param name="meaning">The meaning.</param>
    /// <param name="parameters">The carriers of the symbol's parameters; null for those without one.</param>
    /// <param name="expected">The required carrier; null if any will do.</param>
    public static (TypedMeaning? Typed, string Fault) Of(Meaning meaning, IReadOnlyList<Carrier?> parameters, Carrier? expected)
    {
        var (typed, fault) = Infer(meaning, parameters, expected);
        return typed is null || expected is null || typed.Carrier.Equals(expected) ? (typed, fault)
            : (null, "it is " + typed.Carrier + " where " + expected + " is needed");
    }

    /// <summary>Translates the meaning to formulas.</summary>
    public abstract Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments);

    /// <summary>The direct parts of the meaning.</summary>
    public virtual IEnumerable<TypedMeaning> Parts => [];

    /// <summary>True if it may have no value, or be poison, even if all its parts have values.</summary>
    public virtual bool IsPartial => false;

    /// <summary>True if it always has a value when the arguments have one.</summary>
    public bool IsTotal => !IsPartial && Parts.All(p => p.IsTotal);

    /// <summary>Evaluates the meaning for given arguments, which are computed on demand.</summary>
    public abstract Result Evaluate(Func<int, Result> argument);

    private static (TypedMeaning? Typed, string Fault) Infer(Meaning meaning, IReadOnlyList<Carrier?> parameters, Carrier? expected)
    {
        switch (meaning)
        {
            case ParameterMeaning { Index: var index }:
                return parameters[index] is { } carrier
                    ? (new TypedParameter(index, carrier), "")
                    : (null, "the sort of parameter " + InvariantText.Of(index + 1) + " has no meaning");
            case NumberMeaning { Value: var number }:
                return expected is null ? (null, "what the number " + number + " stands for cannot be told")
                    : Number(number, expected) is { } value ? (new TypedValue(value, expected), "")
                    : (null, number + " is no value of " + expected);
        }

        var call = (CallMeaning)meaning;
        if (Vocabulary.Expand(call.Function, call.Arguments.Count) is { } expansion)
            return Infer(Substitute(expansion, call.Arguments), parameters, expected);
        switch (call.Function)
        {
            case "true" or "false" when call.Arguments.Count == 0: return (new TypedValue(call.Function == "true", BoolCarrier.Only), "");
            case "ite" or "select" when call.Arguments.Count == 3: return Choice(call, parameters, expected);
            case "require" or "poison-unless" when call.Arguments.Count == 2: return Guard(call, parameters, expected);
            case "known" when call.Arguments.Count == 1:
                var (fact, fault) = Of(call.Arguments[0], parameters, BoolCarrier.Only);
                return fact is null ? (null, fault) : (new TypedKnown(fact), "");
        }

        if (Vocabulary.Find(call.Function) is not { } function)
            return (null, "there is no function '" + call.Function + "'" + NearNames.Hint(call.Function, Vocabulary.Names));
        if (call.Arguments.Count < function.MinArity || call.Arguments.Count > function.MaxArity)
            return (null, "'" + call.Function + "' does not take " + InvariantText.Of(call.Arguments.Count) + " operands");
        return Call(function, call, parameters, expected);
    }

    private static (TypedMeaning?, string) Call(
        VocabularyFunction function, CallMeaning call, IReadOnlyList<Carrier?> parameters, Carrier? expected)
    {
        // A number takes the carrier of an operand that determines its own, or that of the result.
        var typed = call.Arguments.Select(a => Of(a, parameters, null)).ToList();
        var operand = typed.Select(t => t.Typed).FirstOrDefault(t => t is not null)?.Carrier
            // Without further information, numbers are compared as plain numbers.
            ?? (function.Typing == Typing.Same ? expected : function.Typing == Typing.Test
                && call.Arguments.All(IsNumber) ? RealCarrier.Only : null);
        if (operand is null) return (null, typed[0].Fault);
        if (!function.Accepts(operand, function.Typing == Typing.Convert ? expected : null))
            return (null, "'" + function.Name + "' does not take " + operand
                + (function.Typing == Typing.Convert && expected is not null ? " to " + expected : ""));
        var arguments = new List<TypedMeaning>();
        foreach (var argument in call.Arguments)
        {
            var (part, fault) = Of(argument, parameters, operand);
            if (part is null) return (null, fault);
            arguments.Add(part);
        }

        var result = function.Typing switch
        {
            Typing.Same => operand,
            Typing.Test => BoolCarrier.Only,
            _ => expected ?? OnlyResult(function, operand)
        };
        return result is null
            ? (null, "the result of '" + function.Name + "' cannot be told")
            : (new TypedCall(function, arguments.ToEquatableArray(), result), "");
    }

    private static bool IsNumber(Meaning meaning)
        => meaning is NumberMeaning
            || meaning is CallMeaning { Function: "+" or "-" or "*" or "/" or "quotient" or "min" or "max" or "abs" or "require" } call
            && call.Arguments.Skip(call.Function == "require" ? 1 : 0).All(IsNumber);

    // If only one carrier is possible, none needs to be expected.
    private static Carrier? OnlyResult(VocabularyFunction function, Carrier operand)
    {
        if (function.Accepts(operand, new BitsCarrier(1)) || function.Accepts(operand, new BitsCarrier(1024))) return null;
        return new Carrier[] { IntCarrier.Only, RealCarrier.Only }.FirstOrDefault(c => function.Accepts(operand, c));
    }

    private static (TypedMeaning?, string) Choice(CallMeaning call, IReadOnlyList<Carrier?> parameters, Carrier? expected)
    {
        var (test, fault) = Of(call.Arguments[0], parameters, BoolCarrier.Only);
        if (test is null)
        {
            // LLVM's truth values are bits.
            var (bit, _) = Of(call.Arguments[0], parameters, new BitsCarrier(1));
            if (bit is null) return (null, fault);
            test = new TypedCall(
                Vocabulary.Find("=")!, EquatableArray.Of(bit, new TypedValue(BigInteger.One, bit.Carrier)), BoolCarrier.Only);
        }

        expected ??= Of(call.Arguments[1], parameters, null).Typed?.Carrier ?? Of(call.Arguments[2], parameters, null).Typed?.Carrier;
        var (whenTrue, firstFault) = Of(call.Arguments[1], parameters, expected);
        if (whenTrue is null) return (null, firstFault);
        var (whenFalse, secondFault) = Of(call.Arguments[2], parameters, whenTrue.Carrier);
        return whenFalse is null
            ? (null, secondFault) : (new TypedChoice(test, whenTrue, whenFalse, IsStrict: call.Function == "select"), "");
    }

    private static (TypedMeaning?, string) Guard(CallMeaning call, IReadOnlyList<Carrier?> parameters, Carrier? expected)
    {
        var (test, fault) = Of(call.Arguments[0], parameters, BoolCarrier.Only);
        if (test is null) return (null, fault);
        var (value, valueFault) = Of(call.Arguments[1], parameters, expected);
        return value is null ? (null, valueFault) : (new TypedGuard(test, value, IsPoison: call.Function == "poison-unless"), "");
    }

    private static object? Number(Rational number, Carrier carrier) => carrier switch
    {
        BitsCarrier { Width: var width } => number.IsInteger && number.Numerator <= Bits.Ones(width)
            && number.Numerator >= -(BigInteger.One << (width - 1))
            ? Bits.Wrap(number.Numerator, width) : null,
        IntCarrier => number.IsInteger ? number.Numerator : null,
        RealCarrier => number,
        DoubleCarrier => (double)number.Numerator / (double)number.Denominator,
        _ => null,
    };

    private static Meaning Substitute(Meaning meaning, EquatableArray<Meaning> arguments) => meaning switch
    {
        ParameterMeaning { Index: var index } => arguments[index],
        CallMeaning call => call with { Arguments = call.Arguments.Select(a => Substitute(a, arguments)).ToEquatableArray() },
        _ => meaning,
    };
}

/// <summary>A parameter of the symbol.</summary>
internal sealed record TypedParameter(int Index, Carrier Carrier) : TypedMeaning(Carrier)
{
    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments) => arguments[Index];

    public override Result Evaluate(Func<int, Result> argument) => argument(Index);
}

/// <summary>A constant.</summary>
internal sealed record TypedValue(object Value, Carrier Carrier) : TypedMeaning(Carrier)
{
    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments) => Outcome.Of(SmtScript.Value(Value, Carrier));

    public override Result Evaluate(Func<int, Result> argument) => Result.Of(Value);
}

/// <summary>A function applied to operands, all of which it needs.</summary>
internal sealed record TypedCall(VocabularyFunction Function, EquatableArray<TypedMeaning> Arguments, Carrier Carrier)
    : TypedMeaning(Carrier)
{
    public override IEnumerable<TypedMeaning> Parts => Arguments;

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        var operands = Arguments.Select(a => a.Translate(script, arguments)).ToList();
        return new(Folded(operands.Select(o => SmtScript.NumberOf(o.Value)).ToArray())
            ?? Function.Smt(script, operands.Select(o => o.Value).ToArray(), Carrier),
            script.And(operands.Select(o => o.Defined).ToArray()), script.And(operands.Select(o => o.Clean).ToArray()));
    }

    public override Result Evaluate(Func<int, Result> argument)
    {
        var operands = new List<Result>();
        foreach (var part in Arguments) operands.Add(part.Evaluate(argument));
        return operands.All(o => o.IsDefined)
            ? new(Value(operands.Select(o => o.Value!).ToArray()), true, operands.All(o => o.IsClean)) : Result.Undefined;
    }

    // Computations with written numbers become numbers, so that an exponent, for example, is recognised as one.
    private SmtTerm? Folded(object?[] numbers)
    {
        if (numbers.Length == 0 || !numbers.All(n => n is not null) || Carrier is not (IntCarrier or RealCarrier or BoolCarrier))
            return null;
        try
        {
            return SmtScript.Value(Function.Evaluate(numbers!, Arguments[0].Carrier, Carrier), Carrier);
        }
        catch (Exception e) when (e is NotComputableException or DivideByZeroException)
        {
            return null;
        }
    }

    // All functions are total; partial ones are behind a guard.
    private object Value(object[] operands)
    {
        try
        {
            if (!operands.Contains(Unspecified.Only)) return Function.Evaluate(operands, Arguments[0].Carrier, Carrier);
        }
        catch (NotComputableException) when (Function.Typing == Typing.Same)
        {
            return Unspecified.Only;
        }

        return Function.Typing == Typing.Same ? Unspecified.Only : throw new NotComputableException(Function.Name);
    }
}

/// <summary>A choice between two values. A strict one has no value if either has none; it is poison only if the chosen one is.</summary>
internal sealed record TypedChoice(TypedMeaning Test, TypedMeaning WhenTrue, TypedMeaning WhenFalse, bool IsStrict)
    : TypedMeaning(WhenTrue.Carrier)
{
    public override IEnumerable<TypedMeaning> Parts => [Test, WhenTrue, WhenFalse];

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        Outcome test = Test.Translate(script, arguments), whenTrue = WhenTrue.Translate(script, arguments),
            whenFalse = WhenFalse.Translate(script, arguments);
        return new(script.Ite(test.Value, whenTrue.Value, whenFalse.Value),
            script.And(test.Defined,
            IsStrict ? script.And(whenTrue.Defined, whenFalse.Defined) : script.Ite(test.Value, whenTrue.Defined, whenFalse.Defined)),
            script.And(test.Clean, script.Ite(test.Value, whenTrue.Clean, whenFalse.Clean)));
    }

    public override Result Evaluate(Func<int, Result> argument)
    {
        var test = Test.Evaluate(argument);
        if (!test.IsDefined) return Result.Undefined;
        var chosen = ((bool)test.Value! ? WhenTrue : WhenFalse).Evaluate(argument);
        bool isDefined = chosen.IsDefined && (!IsStrict || ((bool)test.Value! ? WhenFalse : WhenTrue).Evaluate(argument).IsDefined);
        return isDefined ? chosen with { IsClean = chosen.IsClean && test.IsClean } : Result.Undefined;
    }
}

/// <summary>A value that exists only under a condition, or is poison without it.</summary>
internal sealed record TypedGuard(TypedMeaning Test, TypedMeaning Guarded, bool IsPoison) : TypedMeaning(Guarded.Carrier)
{
    public override IEnumerable<TypedMeaning> Parts => [Test, Guarded];

    public override bool IsPartial => true;

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        Outcome test = Test.Translate(script, arguments), value = Guarded.Translate(script, arguments);
        return IsPoison
            ? new(value.Value, script.And(test.Defined, value.Defined), script.And(test.Clean, test.Value, value.Clean))
            : new(value.Value, script.And(test.Defined, test.Value, value.Defined), script.And(test.Clean, value.Clean));
    }

    public override Result Evaluate(Func<int, Result> argument)
    {
        var test = Test.Evaluate(argument);
        if (!test.IsDefined || !IsPoison && !(bool)test.Value!) return Result.Undefined;
        var value = Guarded.Evaluate(argument);
        return value.IsDefined ? value with { IsClean = value.IsClean && test.IsClean && (bool)test.Value! } : Result.Undefined;
    }
}

/// <summary>An analysis that may or may not find a fact: if it says yes, the fact holds.</summary>
internal sealed record TypedKnown(TypedMeaning Fact) : TypedMeaning(BoolCarrier.Only)
{
    public override IEnumerable<TypedMeaning> Parts => [Fact];

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        var fact = Fact.Translate(script, arguments);
        return fact with { Value = script.And(script.Constant(BoolCarrier.Only), fact.Value) };
    }

    // Evaluates as if the analysis found every fact, which is one of the possible analyses.
    public override Result Evaluate(Func<int, Result> argument) => Fact.Evaluate(argument);
}
