using System;
using System.Globalization;
using Rewright.Emit.Ir;
using Rewright.Emit.RustSyntax;
using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.BuiltInKind;
using static Rewright.Primitives.RustOperands;
using BigInteger = System.Numerics.BigInteger;
using Rational = Rewright.Quantum.Rational;

namespace Rewright.Primitives;

/// <summary>A conversion between sorts of numbers, or of a truth value to one.</summary>
internal sealed record ConversionCode : PrimitiveCode
{
    /// <inheritdoc/>
    public override bool IsExact => Inexact.Length == 0;

    /// <inheritdoc/>
    public override object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals)
        => Conversions.Exact(primitive, operands[0], doublesAreReals);
}

/// <summary>The conversions: in place of rows, each column is a function of the two sorts. Enums are converted as their integers.</summary>
internal static class Conversions
{
    private const BuiltInKind Real = BuiltInKind.Double, Big = BuiltInKind.BigInteger;

    private const string NoFormula = "SMT-LIB converts between integers and doubles by way of real numbers only.";

    /// <summary>The row of a conversion.</summary>
    public static ConversionCode Row(Primitive primitive)
    {
        BuiltInKind from = NumberKinds.Of(primitive.Operand), to = NumberKinds.Of(primitive.Result);
        bool isChecked = primitive.IsChecked;
        return new()
        {
            Llvm = IsInline(from, to, isChecked) ? (c, x, _) => Llvm(c, from, to, x) : null,
            Rust = (r, x, _) => Rust(r, from, to, isChecked, x),
            Smt = (s, x, _) => Smt(s, from, to, isChecked, x),
            Inexact = (from, to) is (Real, Big) or (Big, Real) ? NoFormula : "",
        };
    }

    // The runtime computes what raises errors, and what concerns integers of any size.
    private static bool IsInline(BuiltInKind from, BuiltInKind to, bool isChecked)
        => from != Big && to != Big && (!isChecked || from != Real && to == Real);

    private static IrValue Llvm(LlvmOperands c, BuiltInKind from, BuiltInKind to, IrValue x)
    {
        var type = to == Real ? IrType.Double : to.Width() == 32 ? IrType.I32 : IrType.I64;
        if (from == Bool) return c.Cast("zext", x, type);
        if (x.Type == type && (from == Real) == (to == Real)) return x;
        if (from == Real) return c.Call(new(type, $"@llvm.fpto{(to.IsSigned() ? "s" : "u")}i.sat.{type}.f64"), x);
        if (to == Real) return c.Cast(from.IsSigned() ? "sitofp" : "uitofp", x, type);
        return type == IrType.I32 ? c.Cast("trunc", x, type) : c.Cast(from.IsSigned() ? "sext" : "zext", x, type);
    }

    private static RustExpression Rust(RustOperands r, BuiltInKind from, BuiltInKind to, bool isChecked, RustExpression x)
    {
        if (r.Primitive.Operand is EnumSort) x = x.Field("0");
        var result = Rust(from, to, isChecked, x, r.TypeOf(BuiltInSort.Of(to)));
        return r.Primitive.Result is EnumSort e ? Call(r.TypeOf(e), result) : result;
    }

    private static RustExpression Rust(BuiltInKind from, BuiltInKind to, bool isChecked, RustExpression x, string type)
    {
        if (from == to) return from == Big ? x.Cloned() : x;
        if (from == Big)
            return to == Real ? x.Method("to_f64") : x.Method("to_fixed::<" + type + ">").Try();
        if (to == Big)
            return from == Real ? Call("Integer::from_f64", x).Try() : Call("Integer::from", x.As(from.IsSigned() ? "i64" : "u64"));
        if (!isChecked || to == Real) return x.As(type);
        if (from != Real) return Call("number::convert::<" + type + ", _>", x).Try();
        var (below, above) = to switch
        {
            Int => ("-2_147_483_649.0", "2_147_483_648.0"),
            UInt => ("-1.0", "4_294_967_296.0"),
            // The next double below the smallest integer.
            Long => ("-9_223_372_036_854_777_856.0", "9_223_372_036_854_775_808.0"),
            _ => ("-1.0", "18_446_744_073_709_551_616.0"),
        };
        return Call("number::within", x, RustExpression.Of(below), RustExpression.Of(above)).Try().As(type);
    }

    private static Formula? Smt(SmtOperands s, BuiltInKind from, BuiltInKind to, bool isChecked, SmtTerm x) => (from, to) switch
    {
        _ when from == to => x,
        _ when from.IsFixed() && to.IsFixed() => SmtOfFixed(s, from, to, isChecked, x),
        (_, Big) when from.IsFixed() => Integer(s, from, x),
        (Big, _) when to.IsFixed() => SmtOfInteger(s, to, x),
        (Big, Real) when s.DoublesAreReals => s.Script.Call(RealCarrier.Only, "to_real", x),
        (_, Real) when from.IsFixed() && s.DoublesAreReals => s.Script.Call(RealCarrier.Only, "to_real", Integer(s, from, x)),
        (_, Real) when from.IsFixed()
            => s.Script.Call(DoubleCarrier.Only, (from.IsSigned() ? "(_ to_fp" : "(_ to_fp_unsigned") + " 11 53) RNE", x),
        (Real, _) when to.IsFixed() && !s.DoublesAreReals => SmtOfDouble(s, to, isChecked, x),
        _ => null,
    };

    private static SmtTerm Integer(SmtOperands s, BuiltInKind from, SmtTerm x)
        => from.IsSigned() ? BitFunctions.SignedToInt(s.Script, x) : s.Script.Call(IntCarrier.Only, "bv2nat", x);

    private static Formula SmtOfFixed(SmtOperands s, BuiltInKind from, BuiltInKind to, bool isChecked, SmtTerm x)
    {
        var value = BitFunctions.Resize(s.Script, x, to.Width(), from.IsSigned());
        // It fits where the same number comes out of both, written wide enough for each.
        return !isChecked ? value : new Formula(value, s.Equal(
            BitFunctions.Resize(s.Script, x, 66, from.IsSigned()), BitFunctions.Resize(s.Script, value, 66, to.IsSigned())));
    }

    // C# throws in unchecked contexts too.
    private static Formula SmtOfInteger(SmtOperands s, BuiltInKind to, SmtTerm x)
    {
        var (least, most) = to.Range();
        var fits = s.Script.And(s.Test(">=", x, SmtScript.Value(least, IntCarrier.Only)),
            s.Test("<=", x, SmtScript.Value(most, IntCarrier.Only)));
        return new(s.Script.Call(new BitsCarrier(to.Width()), "(_ int2bv " + Number(to.Width()) + ")", x), fits);
    }

    private static Formula SmtOfDouble(SmtOperands s, BuiltInKind to, bool isChecked, SmtTerm x)
    {
        var (least, most) = to.Range();
        var carrier = new BitsCarrier(to.Width());
        var whole = s.Script.Call(DoubleCarrier.Only, "fp.roundToIntegral RTZ", x);
        // The bounds are powers of two, or 0, and so are doubles.
        var below = s.Test("fp.lt", whole, SmtScript.Value((double)least, DoubleCarrier.Only));
        var above = s.Test("fp.geq", whole, SmtScript.Value((double)(most + 1), DoubleCarrier.Only));
        var isNaN = s.Test("fp.isNaN", x);
        var inside = s.Script.Call(carrier, (to.IsSigned() ? "(_ fp.to_sbv " : "(_ fp.to_ubv ") + Number(to.Width()) + ") RTZ", x);
        if (isChecked) return new(inside, s.Not(s.Script.Or(isNaN, below, above)));
        return s.Ite(isNaN, SmtScript.Bit(0, to.Width()),
            s.Ite(below, SmtScript.Value(least, carrier), s.Ite(above, SmtScript.Value(most, carrier), inside)));
    }

    /// <summary>The value for proofs; null where C# throws.</summary>
    /// <exception cref="NotComputableException">The value cannot be computed exactly.</exception>
    public static object? Exact(Primitive primitive, object x, bool doublesAreReals)
    {
        BuiltInKind from = NumberKinds.Of(primitive.Operand), to = NumberKinds.Of(primitive.Result);
        if (from == to) return x;
        if (x is double number && to.IsFixed()) return Truncated(number, to, primitive.IsChecked);
        if (x is not BigInteger) throw new NotComputableException(primitive.ToString());
        var value = from.IsFixed() ? from.Read(x) : (BigInteger)x;
        if (to == Big) return value;
        if (to == Real)
        {
            if (doublesAreReals) return (Rational)value;
            return from == Big ? throw new NotComputableException(primitive.ToString()) : ToDouble(value);
        }

        var (least, most) = to.Range();
        bool throws = (primitive.IsChecked || from == Big) && (value < least || value > most);
        return throws ? null : Bits.Wrap(value, to.Width());
    }

    // Towards zero, and within the range.
    private static object? Truncated(double value, BuiltInKind to, bool isChecked)
    {
        if (double.IsNaN(value)) return isChecked ? null : BigInteger.Zero;
        var (least, most) = to.Range();
        var exact = double.IsInfinity(value) ? value < 0 ? least - 1 : most + 1 : new BigInteger(value);
        if (exact >= least && exact <= most) return Bits.Wrap(exact, to.Width());
        return isChecked ? null : Bits.Wrap(exact < least ? least : most, to.Width());
    }

    // Rounded to nearest, ties to even, by hand: what frameworks do with large numbers differs.
    private static object ToDouble(BigInteger value)
    {
        var magnitude = BigInteger.Abs(value);
        int drop = Math.Max(0, Bits.Length(magnitude) - 53);
        BigInteger kept = magnitude >> drop, rest = magnitude - (kept << drop), half = drop == 0 ? 1 : BigInteger.One << (drop - 1);
        if (drop > 0 && (rest > half || rest == half && !kept.IsEven)) kept += 1;
        double result = (double)(ulong)kept * Math.Pow(2, drop);
        return value.Sign < 0 ? -result : result;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
