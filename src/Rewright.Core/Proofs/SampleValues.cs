using System.Linq;
using System.Numerics;
using Rewright.Quantum;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>A fixed sequence of values, among them many at which rules often fail.</summary>
internal sealed class SampleValues
{
    private static readonly double[] Doubles = [0, -0.0, 1, -1, 0.5, 2, 3, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        double.MaxValue, double.Epsilon, 0.1, 1e16];

    private ulong _state = 0x9E3779B97F4A7C15;

    /// <summary>The next value for a variable.</summary>
    public Result Next(ClaimVariable variable)
    {
        if (variable.MayLackValue && Below(8) is var kind and < 2)
            return kind == 0 ? Result.Undefined : Result.Of(Value(variable.Carrier)) with { IsClean = false };
        return Result.Of(Value(variable.Carrier));
    }

    private object Value(Carrier carrier)
    {
        switch (carrier)
        {
            case BoolCarrier: return Below(2) == 1;
            case BitsCarrier { Width: var width }:
                BigInteger bits = Below(4) switch
                {
                    0 => Below(4),
                    1 => BigInteger.MinusOne - Below(3),
                    2 => (BigInteger.One << Below(width)) - Below(2),
                    _ => new BigInteger(Next()) << width / 2 ^ Next(),
                };
                return Bits.Wrap(bits, width);
            case IntCarrier: return Whole();
            case RealCarrier: return Below(2) == 0 ? (Rational)Whole() : new Rational(Whole(), Below(4) + 1);
            case DoubleCarrier: return Doubles[Below(Doubles.Length)];
            default: return new string((char)('a' + Below(3)), 1);
        }
    }

    private BigInteger Whole() => Below(4) == 0 ? Below(200) - 100 : Below(9) - 4;

    private int Below(int bound) => (int)(Next() % (ulong)bound);

    // Marsaglia, Xorshift RNGs, 2003, with the multiplier of Vigna, 2016.
    private ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return unchecked(_state * 2685821657736338717UL) >> 16;
    }
}
