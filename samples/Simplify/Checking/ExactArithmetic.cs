using System;
using Simplify.Expressions;

namespace Simplify.Checking;

/// <summary>The operations that take fractions to fractions.</summary>
public static class ExactArithmetic
{
    /// <summary>Fractions longer than this are left to intervals.</summary>
    private const long MaxBits = 10_000;

    /// <summary>The result, or null where it is not (or not cheaply) a fraction.</summary>
    public static Enclosure? Apply(Operation operation, ReadOnlySpan<Rational> arguments)
    {
        Rational a = arguments[0];
        Rational b = arguments.Length > 1 ? arguments[1] : default;
        switch (operation)
        {
            case Operation.Div or Operation.Fmod or Operation.Remainder when b.Sign == 0:
            case Operation.Pow when a.Sign == 0 && b.Sign < 0:
                return Undefined.Value;
        }

        Rational? result = operation switch
        {
            Operation.Neg => -a,
            Operation.Add => a + b,
            Operation.Sub => a - b,
            Operation.Mul => a * b,
            Operation.Div => a / b,
            Operation.Fma => a * b + arguments[2],
            Operation.Fabs => Rational.Abs(a),
            Operation.Fmin => Rational.Min(a, b),
            Operation.Fmax => Rational.Max(a, b),
            Operation.Fdim => Rational.Max(a - b, Rational.Zero),
            Operation.Floor => Rational.Floor(a),
            Operation.Ceil => Rational.Ceiling(a),
            Operation.Trunc => Rational.Truncate(a),
            Operation.Round => Rational.Round(a),
            Operation.NearbyInt => Rational.RoundToEven(a),
            Operation.Fmod => a - b * Rational.Truncate(a / b),
            Operation.Remainder => a - b * Rational.RoundToEven(a / b),
            Operation.Copysign => b.Sign < 0 ? -Rational.Abs(a) : Rational.Abs(a),
            Operation.Pow when b.IsInteger && Rational.Abs(b) * (int)Math.Min(a.BitLength, int.MaxValue) <= (int)MaxBits =>
                Rational.Pow(a, (int)b.Numerator),
            _ => null,
        };
        return result is { } value && value.BitLength <= MaxBits ? new Exact(value) : null;
    }

    public static bool Compare(Operation comparison, Rational a, Rational b) => comparison switch
    {
        Operation.Less => a < b,
        Operation.LessEqual => a <= b,
        Operation.Greater => a > b,
        Operation.GreaterEqual => a >= b,
        Operation.Equal => a == b,
        Operation.NotEqual => a != b,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
    };
}
