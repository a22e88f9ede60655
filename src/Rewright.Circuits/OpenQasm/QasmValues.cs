using System;
using System.Collections.Immutable;
using System.Numerics;

namespace Rewright.Quantum;

/// <summary>What an expression of a program stands for.</summary>
internal abstract record QasmValue;

internal sealed record QasmInteger(BigInteger Value) : QasmValue;

/// <summary>A number that need not be whole, or an angle: a number is so many radians.</summary>
internal sealed record QasmReal(Angle Value) : QasmValue;

internal sealed record QasmBoolean(bool Value) : QasmValue;

/// <summary>Bits that are known, the lowest first.</summary>
internal sealed record QasmBitString(ImmutableArray<bool> Bits) : QasmValue;

internal sealed record QasmQubitRange(ImmutableArray<int> Qubits, bool IsArray) : QasmValue;

/// <summary>Bits that are known when the program runs.</summary>
internal sealed record QasmBitRange(ImmutableArray<int> Bits, bool IsArray) : QasmValue;

/// <summary>Something computed when the program runs.</summary>
internal sealed record QasmRuntime(ClassicalExpression Expression) : QasmValue;

internal sealed record QasmRangeValue(BigInteger Start, BigInteger Step, BigInteger Stop) : QasmValue;

internal sealed record QasmSetValue(ImmutableArray<QasmValue> Elements) : QasmValue;

/// <summary>The result of measuring these qubits, which is still to be done.</summary>
internal sealed record QasmMeasured(ImmutableArray<int> Qubits, bool IsArray) : QasmValue;

/// <summary>Arithmetic on numbers that are exact where they can be.</summary>
internal static class QasmNumbers
{
    /// <summary>The number as a fraction; null where pi or a variable is in it.</summary>
    public static Rational? AsNumber(Angle angle)
        => angle.IsZero ? 0 : angle.PiMultiple.IsZero && angle.IsConstant ? angle.Terms[0].Factor : null;

    /// <summary>The product; null where it is one of variables.</summary>
    public static Angle? Multiply(Angle a, Angle b)
    {
        if (AsNumber(a) is { } left) return b * left;
        if (AsNumber(b) is { } right) return a * right;
        return a.IsConstant && b.IsConstant ? FromDouble(a.ToRadians() * b.ToRadians()) : null;
    }

    /// <summary>The quotient; null where a variable is below the line.</summary>
    public static Angle? Divide(Angle a, Angle b)
    {
        if (AsNumber(b) is { } divisor) return a * (1 / divisor);
        if (a.IsMultipleOfPi && b.IsMultipleOfPi) return Angle.OfRadians(a.PiMultiple / b.PiMultiple);
        return a.IsConstant && b.IsConstant ? FromDouble(a.ToRadians() / b.ToRadians()) : null;
    }

    public static Angle? FromDouble(double value)
        => double.IsNaN(value) || double.IsInfinity(value) ? null : Angle.OfRadians(Rational.FromDouble(value));

    /// <summary>
    /// The angle that is meant: a number of radians is the double nearest to it, and pi where it is as near as a double comes.
    /// </summary>
    public static Angle ToGateAngle(Angle angle)
    {
        var radians = angle.FactorOf("");
        if (radians.IsZero) return angle;
        // A power of two below the line: the sum of doubles, which is kept as it is.
        bool isBinary = radians.Denominator.IsPowerOfTwo;
        double nearest = radians.ToDouble();
        if (AsNumber(angle) is not null && (!isBinary || Rational.FromDouble(nearest) == radians)) return Angle.FromRadians(nearest);
        return isBinary ? angle : angle + Angle.OfRadians(Rational.FromDouble(nearest) - radians);
    }

    /// <summary>False for numbers that have grown beyond use.</summary>
    public static bool IsReasonable(BigInteger value) => BigInteger.Abs(value) < Largest;

    public static bool IsReasonable(Angle value)
    {
        foreach (var term in value.Terms)
            if (!IsReasonable(term.Factor)) return false;
        return IsReasonable(value.PiMultiple);
    }

    private static readonly BigInteger Largest = BigInteger.Pow(2, 6000);

    private static bool IsReasonable(Rational value) => IsReasonable(value.Numerator) && IsReasonable(value.Denominator);
}
