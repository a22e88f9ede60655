using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;
using Rewright.Primitives;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>A meaning applied to arguments, each of which it may need several times.</summary>
internal sealed record TypedApply(TypedMeaning Body, EquatableArray<TypedMeaning> Arguments) : TypedMeaning(Body.Carrier)
{
    public override IEnumerable<TypedMeaning> Parts => Arguments.Append(Body);

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
        => Body.Translate(script, Arguments.Select(a => a.Translate(script, arguments)).ToList());

    public override Result Evaluate(Func<int, Result> argument)
    {
        var known = new Result?[Arguments.Count];
        return Body.Evaluate(i => known[i] ??= Arguments[i].Evaluate(argument));
    }
}

/// <summary>A function of built-in sorts, as in C#.</summary>
internal sealed record TypedPrimitive(Primitive Primitive, EquatableArray<TypedMeaning> Arguments, bool DoublesAreReals)
    : TypedMeaning(Carrier.Of(Primitive.Result, DoublesAreReals))
{
    public override IEnumerable<TypedMeaning> Parts => Arguments;

    public override bool IsPartial
    {
        get
        {
            var scratch = new SmtScript();
            return !PrimitiveCode.Translate(
                scratch, Primitive, Arguments.Select(a => scratch.Constant(a.Carrier)).ToArray(), DoublesAreReals).Defined.IsTrue;
        }
    }

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        var operands = Arguments.Select(a => a.Translate(script, arguments)).ToList();
        var (value, defined) = PrimitiveCode.Translate(script, Primitive, operands.Select(o => o.Value).ToArray(), DoublesAreReals);
        return new(value, script.And(operands.Select(o => o.Defined).Append(defined).ToArray()),
            script.And(operands.Select(o => o.Clean).ToArray()));
    }

    public override Result Evaluate(Func<int, Result> argument)
    {
        var operands = Arguments.Select(a => a.Evaluate(argument)).ToList();
        if (operands.Any(o => ReferenceEquals(o.Value, Unspecified.Only))) throw new NotComputableException(Primitive.ToString());
        return operands.All(o => o.IsDefined)
            && PrimitiveCode.Of(Primitive).Evaluate(Primitive, operands.Select(o => o.Value!).ToArray(), DoublesAreReals) is { } value
            ? new(value, true, operands.All(o => o.IsClean)) : Result.Undefined;
    }
}

/// <summary>A literal that can only be compared for equality.</summary>
internal sealed record TypedName(Literal Literal, Carrier Carrier) : TypedMeaning(Carrier)
{
    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
        => Outcome.Of(script.Unknown(Literal.ToString(), Carrier));

    public override Result Evaluate(Func<int, Result> argument) => Result.Of(Literal.Value);
}

/// <summary>A symbol of which it is only known that equal arguments give equal results.</summary>
internal sealed record TypedUnknown(string Name, EquatableArray<TypedMeaning> Arguments, bool HasValue, Carrier Carrier)
    : TypedMeaning(Carrier)
{
    public override IEnumerable<TypedMeaning> Parts => Arguments;

    public override bool IsPartial => !HasValue;

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        var operands = Arguments.Select(a => a.Translate(script, arguments)).ToList();
        var values = operands.Select(o => o.Value).ToArray();
        var defined = HasValue ? SmtTerm.True : script.Unknown(Name + " has a value", BoolCarrier.Only, values);
        return new(script.Unknown(Name, Carrier, values), script.And(operands.Select(o => o.Defined).Append(defined).ToArray()),
            script.And(operands.Select(o => o.Clean).ToArray()));
    }

    public override Result Evaluate(Func<int, Result> argument) => throw new NotComputableException(Name);
}

/// <summary>
/// Equality of terms whose values are known: equal terms have equal values, but different terms may have equal values too.
/// </summary>
/// <param name="Left">The left term.</param>
/// <param name="Right">The right term.</param>
/// <param name="AreVariables">True if both are variables: then terms can be chosen that are equal if their values are.</param>
internal sealed record TypedTermEquality(TypedMeaning Left, TypedMeaning Right, bool AreVariables) : TypedMeaning(BoolCarrier.Only)
{
    public override IEnumerable<TypedMeaning> Parts => [Left, Right];

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
    {
        Outcome left = Left.Translate(script, arguments), right = Right.Translate(script, arguments);
        return Outcome.Of(script.And(script.Constant(BoolCarrier.Only), script.Equal(left.Value, right.Value),
            script.Equal(left.Defined, right.Defined), script.Equal(left.Clean, right.Clean)));
    }

    public override Result Evaluate(Func<int, Result> argument)
    {
        Result left = Left.Evaluate(argument), right = Right.Evaluate(argument);
        bool same = left.IsDefined == right.IsDefined && left.IsClean == right.IsClean
            && (!left.IsDefined || Vocabulary.Same(left.Value!, right.Value!));
        return same && !AreVariables ? throw new NotComputableException("==") : Result.Of(same);
    }
}

/// <summary>A term to which no rule applies, so it has no value.</summary>
internal sealed record TypedStuck(Carrier Carrier) : TypedMeaning(Carrier)
{
    public override bool IsPartial => true;

    public override Outcome Translate(SmtScript script, IReadOnlyList<Outcome> arguments)
        => new(script.Constant(Carrier), SmtTerm.False, SmtTerm.True);

    public override Result Evaluate(Func<int, Result> argument) => Result.Undefined;
}
