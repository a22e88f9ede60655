using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;
using Rewright.Primitives;
using Rewright.Smt;
using static Rewright.Model.BuiltInKind;
using BigInteger = System.Numerics.BigInteger;
using Rational = Rewright.Quantum.Rational;

namespace Rewright.Proofs;

/// <summary>Literals as values of carriers.</summary>
public static class LiteralValues
{
    /// <summary>The value of a literal in its carrier.</summary>
    public static object OfLiteral(Literal literal, bool doublesAreReals) => literal.Value switch
    {
        bool b => b,
        int i => Bits.Wrap(i, 32),
        uint u => (BigInteger)u,
        long l => Bits.Wrap(l, literal.Sort is EnumSort { Underlying: Int or UInt } ? 32 : 64),
        ulong u => (BigInteger)u,
        BigInteger b => b,
        // As a real number a literal is what its digits say.
        double d => !doublesAreReals ? d : double.IsNaN(d)
            || double.IsInfinity(d) ? throw new NotComputableException("double") : FromDigits(d),
        _ => literal.Value,
    };

    /// <summary>The literal of a value that is not read as a real number.</summary>
    public static Literal ToLiteral(object value, Sort sort)
        => new(sort, value is not BigInteger number ? value : (sort, NumberKinds.Of(sort)) switch
        {
            (EnumSort, Int or Long) => (long)Bits.Signed(number, NumberKinds.Of(sort).Width()),
            (EnumSort, _) => unchecked((long)(ulong)number),
            (_, Int) => (int)Bits.Signed(number, 32),
            (_, UInt) => (uint)number,
            (_, Long) => (long)Bits.Signed(number, 64),
            (_, ULong) => (ulong)number,
            _ => (object)number,
        });

    /// <summary>Computes a primitive for literals; null where C# throws.</summary>
    /// <exception cref="NotComputableException">The value cannot be computed exactly.</exception>
    public static Literal? Compute(Primitive primitive, IEnumerable<Literal> operands)
    {
        object[] values = [.. operands.Select(o => OfLiteral(o, doublesAreReals: false))];
        return PrimitiveCode.Of(primitive).Evaluate(primitive, values, doublesAreReals: false) is { } value
            ? ToLiteral(value, primitive.Result) : null;
    }

    private static Rational FromDigits(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E'),
            exponent = exponentAt < 0
            ? 0 : int.Parse(text.Substring(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = exponentAt < 0 ? text : text.Substring(0, exponentAt);
        int dot = digits.IndexOf('.');
        if (dot >= 0) exponent -= digits.Length - dot - 1;
        var number = BigInteger.Parse(digits.Replace(".", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent >= 0 ? number * BigInteger.Pow(10, exponent) : new Rational(number, BigInteger.Pow(10, -exponent));
    }
}
