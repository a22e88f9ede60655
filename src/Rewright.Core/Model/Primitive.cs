using System.Collections.Generic;
using System.Linq;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Model;

/// <summary>A function of built-in sorts at one operand sort.</summary>
/// <param name="Op">What it computes.</param>
/// <param name="Operand">The sort of the operands; a shift count and the exponent of an integer power are <c>int</c> besides.</param>
/// <param name="Result">The sort of the result.</param>
public sealed record Primitive(PrimitiveOp Op, Sort Operand, Sort Result)
{
    private PrimitiveSignature Signature => PrimitiveSignature.Of(Op);

    /// <summary>The operator as it is written, null for functions and conversions.</summary>
    public string? Operator => Signature is { Notation: PrimitiveNotation.Operator, Text: var text } ? text : null;

    /// <summary>The function's name in <c>.rw</c> text: <c>log2</c>, <c>fma</c>; null for operators and conversions.</summary>
    public string? FunctionName
        => Signature is { Notation: PrimitiveNotation.Function or PrimitiveNotation.None, Text: var name } ? name : null;

    /// <summary>True for the operations that were written in a checked context.</summary>
    public bool IsChecked => Signature.Checked == Op;

    /// <summary>True where the same text in a checked context means another primitive.</summary>
    internal bool HasCheckedForm => !IsChecked && Signature.Checked is { } other && (other == ConvertChecked
        ? Operand is not BuiltInSort { Kind: var from } || Result is not BuiltInSort { Kind: var to } || !Widens(from, to)
        : Find(other, Operand) is not null);

    /// <summary>Number of operands.</summary>
    public int Arity => Signature.Arity;

    /// <summary>The sort of operand <paramref name="index"/>.</summary>
    public Sort OperandAt(int index) => index == 1 && Contains(Signature.TakesCount, Operand) ? BuiltInSort.Int : Operand;

    /// <summary>True where some operands raise an exception: such a call may be neither dropped nor moved before a test.</summary>
    public bool CanThrow => Op switch
    {
        ConvertChecked => true,
        PrimitiveOp.Convert => Operand is BuiltInSort { Kind: BigInteger } && !Result.Equals(BuiltInSort.Double)
            || Operand is BuiltInSort { Kind: Double } && Result is BuiltInSort { Kind: BigInteger },
        _ => Contains(Signature.Throws, Operand),
    };

    /// <summary>The primitive of an operator or function at an operand sort, or null where there is none.</summary>
    public static Primitive? Find(PrimitiveOp op, Sort operand)
    {
        var signature = PrimitiveSignature.Of(op);
        if (!Contains(signature.Operands, operand)) return null;
        return new Primitive(op, operand, signature.Result is { } result ? BuiltInSort.Of(result) : operand);
    }

    /// <summary>The operand kinds an operator or function is defined at; empty for conversions.</summary>
    public static IReadOnlyList<BuiltInKind> OperandKinds(PrimitiveOp op) => PrimitiveSignature.Of(op).Operands;

    /// <summary>The conversion between two numeric or enum sorts, or null where C# has none.</summary>
    public static Primitive? Conversion(Sort from, Sort to, bool isChecked)
    {
        if (!IsConvertible(from) || !IsConvertible(to)) return null;
        // Enums pass through their underlying integers; a cast between an enum and a BigInteger does not exist in C#.
        if (from is EnumSort && to is BuiltInSort { Kind: BigInteger } || to is EnumSort && from is BuiltInSort { Kind: BigInteger })
            return null;
        return new Primitive(isChecked ? ConvertChecked : PrimitiveOp.Convert, from, to);
    }

    /// <summary>True where C# converts from one number sort to another without a cast.</summary>
    internal static bool Widens(BuiltInKind from, BuiltInKind to) => (from, to) switch
    {
        (Int, Long or Double or BigInteger) => true,
        (UInt, Long or ULong or Double or BigInteger) => true,
        (Long or ULong, Double or BigInteger) => true,
        _ => false,
    };

    /// <summary>The function of a lower-case name.</summary>
    public static bool TryFunction(string name, out PrimitiveOp op)
    {
        bool isKnown = PrimitiveSignature.Functions.TryGetValue(name, out var signature);
        op = isKnown ? signature!.Op : default;
        return isKnown;
    }

    /// <summary>The names of all functions.</summary>
    public static IEnumerable<string> FunctionNames => PrimitiveSignature.Functions.Keys;

    /// <inheritdoc/>
    public override string ToString()
        => (FunctionName ?? Op.ToString()) + "." + Operand.Name + (Op is PrimitiveOp.Convert or ConvertChecked ? "." + Result.Name : "");

    private static bool IsConvertible(Sort sort)
        => sort is EnumSort or BuiltInSort { Kind: Int or UInt or Long or ULong or Double or BigInteger };

    private static bool Contains(IReadOnlyList<BuiltInKind> kinds, Sort sort)
    {
        if (sort is BuiltInSort { Kind: var kind })
            for (int i = 0; i < kinds.Count; i++)
                if (kinds[i] == kind) return true;
        return false;
    }
}
