using System;
using System.Collections.Immutable;
using System.Numerics;

namespace Rewright.Quantum;

/// <summary>The value of an expression in a program.</summary>
internal abstract record QasmValue;

internal sealed record QasmInteger(BigInteger Value) : QasmValue;

/// <summary>A real number or an angle; a number counts as radians.</summary>
internal sealed record QasmReal(Angle Value) : QasmValue;

internal sealed record QasmBoolean(bool Value) : QasmValue;

/// <summary>Bits with known values, lowest first.</summary>
internal sealed record QasmBitString(ImmutableArray<bool> Bits) : QasmValue;

internal sealed record QasmQubitRange(ImmutableArray<int> Qubits, bool IsArray) : QasmValue;

/// <summary>Bits whose values are known only when the program runs.</summary>
internal sealed record QasmBitRange(ImmutableArray<int> Bits, bool IsArray) : QasmValue;

/// <summary>A value computed when the program runs.</summary>
internal sealed record QasmRuntime(ClassicalExpression Expression) : QasmValue;

internal sealed record QasmRangeValue(BigInteger Start, BigInteger Step, BigInteger Stop) : QasmValue;

internal sealed record QasmSetValue(ImmutableArray<QasmValue> Elements) : QasmValue;

/// <summary>The result of measuring these qubits; the measurement is still to be emitted.</summary>
internal sealed record QasmMeasured(ImmutableArray<int> Qubits, bool IsArray) : QasmValue;

/// <summary>Arithmetic on numbers, exact where possible.</summary>
internal static class QasmNumbers
{
    /// <summary>The number as a fraction; null if it contains pi or a variable.</summary>
    public static Rational? AsNumber(Angle angle)
        => angle.IsZero ? 0 : angle.PiMultiple.IsZero && angle.IsConstant ? angle.Terms[0].Factor : null;

    /// <summary>The product; null if it would multiply variables.</summary>
    public static Angle? Multiply(Angle a, Angle b)
    {
        if (AsNumber(a) is { } left) return b * left;
        if (AsNumber(b) is { } right) return a * right;
        return a.IsConstant && b.IsConstant ? FromDouble(a.ToRadians() * b.ToRadians()) : null;
    }

    /// <summary>The quotient; null if a variable is in the denominator.</summary>
    public static Angle? Divide(Angle a, Angle b)
    {
        if (AsNumber(b) is { } divisor) return a * (1 / divisor);
        if (a.IsMultipleOfPi && b.IsMultipleOfPi) return Angle.OfRadians(a.PiMultiple / b.PiMultiple);
        return a.IsConstant && b.IsConstant ? FromDouble(a.ToRadians() / b.ToRadians()) : null;
    }

    public static Angle? FromDouble(double value)
        => double.IsNaN(value) || double.IsInfinity(value) ? null : Angle.OfRadians(Rational.FromDouble(value));

    /// <summary>
    /// The intended angle of a gate: a number of radians becomes the nearest double, which counts as a multiple of pi if it is as close to
    /// one as a double can be.
    /// </summary>
    public static Angle ToGateAngle(Angle angle)
    {
        var radians = angle.FactorOf("");
        if (radians.IsZero) return angle;
        // A denominator that is a power of two comes from sums of doubles, which are kept as they are.
        bool isBinary = radians.Denominator.IsPowerOfTwo;
        double nearest = radians.ToDouble();
        if (AsNumber(angle) is not null && (!isBinary || Rational.FromDouble(nearest) == radians)) return Angle.FromRadians(nearest);
        return isBinary ? angle : angle + Angle.OfRadians(Rational.FromDouble(nearest) - radians);
    }

    /// <summary>False for absurdly large numbers.</summary>
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
