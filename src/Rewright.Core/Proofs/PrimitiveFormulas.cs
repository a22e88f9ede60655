using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;
using BigInteger = System.Numerics.BigInteger;
using Rational = Rewright.Quantum.Rational;

namespace Rewright.Proofs;

/// <summary>The functions of built-in sorts as formulas: what C# computes, and where it throws.</summary>
/// <remarks>
/// What a solver has no theory for becomes a function of which only the name is known; proofs stay right, and nothing is refuted.
/// <see cref="PrimitiveValues"/> says the same for values, by other means; tests compare both with the engines.
/// </remarks>
internal static class PrimitiveFormulas
{
    /// <summary>Translates a primitive. Operands are taken to be evaluated without exception.</summary>
    /// <returns>The value, and the condition under which there is one.</returns>
    public static (SmtTerm Value, SmtTerm Defined) Translate(SmtScript s, Primitive primitive, SmtTerm[] a, bool doublesAreReals)
    {
        var operand = KindOf(primitive.Operand);
        var result = Carrier.Of(primitive.Result, doublesAreReals);
        SmtTerm Name() => s.Unknown(primitive.ToString(), result, a);
        if (primitive.Op is PrimitiveOp.Convert or ConvertChecked)
            return Conversion(s, operand, KindOf(primitive.Result), primitive.Op == ConvertChecked, a[0], doublesAreReals)
                ?? (Name(), SmtTerm.True);
        return operand switch
        {
            Bool => (Truth(s, primitive.Op, a), SmtTerm.True),
            Int or UInt or Long or ULong => Integer(s, primitive.Op, operand is Int or Long, a) ?? (Name(), SmtTerm.True),
            BuiltInKind.Double when doublesAreReals => Real(s, primitive.Op, a) ?? (Name(), SmtTerm.True),
            BuiltInKind.Double => Floating(s, primitive.Op, a) ?? (Name(), SmtTerm.True),
            BuiltInKind.BigInteger => Big(s, primitive.Op, a) ?? (Name(), SmtTerm.True),
            _ when primitive.Op == Equal => (s.Equal(a[0], a[1]), SmtTerm.True),
            _ when primitive.Op == NotEqual => (s.Not(s.Equal(a[0], a[1])), SmtTerm.True),
            _ => (Name(), SmtTerm.True),
        };
    }

    private static BuiltInKind KindOf(Sort sort) => sort is EnumSort e ? e.Underlying : ((BuiltInSort)sort).Kind;

    private static SmtTerm Truth(SmtScript s, PrimitiveOp op, SmtTerm[] a) => op switch
    {
        BitAnd => s.And(a[0], a[1]),
        BitOr => s.Or(a[0], a[1]),
        BitXor or NotEqual => s.Call(BoolCarrier.Only, "xor", a[0], a[1]),
        Equal => s.Equal(a[0], a[1]),
        Not => s.Not(a[0]),
        _ => throw Unknown(op),
    };

    private static (SmtTerm, SmtTerm)? Integer(SmtScript s, PrimitiveOp op, bool signed, SmtTerm[] a)
    {
        var carrier = a[0].Carrier;
        int width = ((BitsCarrier)carrier).Width;
        var zero = SmtScript.Bit(0, width);
        SmtTerm Call(string function, params SmtTerm[] x) => s.Call(carrier, function, x);
        SmtTerm Test(string function) => s.Call(BoolCarrier.Only, (signed ? "bvs" : "bvu") + function, a[0], a[1]);
        SmtTerm Fits(string overflow) => s.Not(Vocabulary.Find((signed ? "bvs" : "bvu") + overflow)!.Smt(s, a, BoolCarrier.Only));
        SmtTerm Named(string function) => Vocabulary.Find(function)!.Smt(s, [a[0]], carrier);
        // The count is an int of its own width.
        SmtTerm Count() => Call("bvand", BitFunctions.Resize(s, a[1], width, signed: false), SmtScript.Bit(width - 1, width));
        // No width has a positive value of its smallest number.
        SmtTerm NotSmallest() => s.Not(s.Equal(a[0], SmtScript.Value(BigInteger.One << (width - 1), carrier)));
        (SmtTerm, SmtTerm) Always(SmtTerm value) => (value, SmtTerm.True);

        switch (op)
        {
            case Add: return Always(Call("bvadd", a));
            case Subtract: return Always(Call("bvsub", a));
            case Multiply: return Always(Call("bvmul", a));
            case Negate: return Always(Call("bvneg", a[0]));
            case AddChecked: return (Call("bvadd", a), Fits("addo"));
            case SubtractChecked: return (Call("bvsub", a), Fits("subo"));
            case MultiplyChecked: return (Call("bvmul", a), Fits("mulo"));
            case NegateChecked: return (Call("bvneg", a[0]), NotSmallest());
            case Divide or Remainder:
                var hasQuotient = s.Not(s.Equal(a[1], zero));
                if (signed)
                    hasQuotient = s.And(hasQuotient, s.Or(NotSmallest(), s.Not(s.Equal(a[1], SmtScript.Value(Bits.Ones(width), carrier)))));
                return (Call((signed ? "bvs" : "bvu") + (op == Divide ? "div" : "rem"), a), hasQuotient);
            case BitAnd: return Always(Call("bvand", a));
            case BitOr: return Always(Call("bvor", a));
            case BitXor: return Always(Call("bvxor", a));
            case Complement: return Always(Call("bvnot", a[0]));
            case ShiftLeft: return Always(Call("bvshl", a[0], Count()));
            case ShiftRight: return Always(Call(signed ? "bvashr" : "bvlshr", a[0], Count()));
            case ShiftRightUnsigned: return Always(Call("bvlshr", a[0], Count()));
            case Equal: return Always(s.Equal(a[0], a[1]));
            case NotEqual: return Always(s.Not(s.Equal(a[0], a[1])));
            case Less: return Always(Test("lt"));
            case LessOrEqual: return Always(Test("le"));
            case Greater: return Always(Test("gt"));
            case GreaterOrEqual: return Always(Test("ge"));
            case Abs:
                return signed ? (s.Ite(s.Call(BoolCarrier.Only, "bvslt", a[0], zero), Call("bvneg", a[0]), a[0]), NotSmallest())
                    : Always(a[0]);
            case Min: return Always(s.Ite(Test("le"), a[0], a[1]));
            case Max: return Always(s.Ite(Test("ge"), a[0], a[1]));
            case PrimitiveOp.Sign:
                return Always(s.Ite(s.Equal(a[0], zero), SmtScript.Bit(0, 32),
                    signed ? s.Ite(s.Call(BoolCarrier.Only, "bvslt", a[0], zero), SmtScript.Bit(-1, 32), SmtScript.Bit(1, 32))
                        : SmtScript.Bit(1, 32)));
            case Log2: return (Named("bvlog2"), signed ? s.Call(BoolCarrier.Only, "bvsge", a[0], zero) : SmtTerm.True);
            case PopCount: return Always(Named("bvpopcount"));
            case LeadingZeroCount: return Always(Named("bvclz"));
            case TrailingZeroCount: return Always(Named("bvctz"));
            case IsPow2:
                return Always(s.And(s.Call(BoolCarrier.Only, signed ? "bvsgt" : "bvugt", a[0], zero),
                    s.Equal(Call("bvand", a[0], Call("bvsub", a[0], SmtScript.Bit(1, width))), zero)));
            case CountUp:
                var sum = Call("bvadd", a);
                return (sum, s.And(s.Not(Vocabulary.Find("bvuaddo")!.Smt(s, a, BoolCarrier.Only)),
                    s.Call(BoolCarrier.Only, "bvsge", sum, zero)));
            default: return null;
        }
    }

    private static (SmtTerm, SmtTerm)? Big(SmtScript s, PrimitiveOp op, SmtTerm[] a)
    {
        var zero = SmtScript.Value(BigInteger.Zero, IntCarrier.Only);
        SmtTerm Call(string function, params SmtTerm[] x) => s.Call(IntCarrier.Only, function, x);
        SmtTerm Test(string function, SmtTerm left, SmtTerm right) => s.Call(BoolCarrier.Only, function, left, right);
        (SmtTerm, SmtTerm) Always(SmtTerm value) => (value, SmtTerm.True);
        // SMT-LIB's division leaves a rest from 0; that of C# rounds towards zero.
        SmtTerm Quotient() => s.Ite(Test(">=", a[0], zero), Call("div", a), Call("-", Call("div", Call("-", a[0]), a[1])));

        return op switch
        {
            Add => Always(Call("+", a)),
            Subtract => Always(Call("-", a)),
            Multiply => Always(Call("*", a)),
            Negate => Always(Call("-", a[0])),
            Divide => (Quotient(), s.Not(s.Equal(a[1], zero))),
            Remainder => (Call("-", a[0], Call("*", Quotient(), a[1])), s.Not(s.Equal(a[1], zero))),
            Complement => Always(Call("-", Call("-", a[0]), SmtScript.Value(BigInteger.One, IntCarrier.Only))),
            Equal => Always(s.Equal(a[0], a[1])),
            NotEqual => Always(s.Not(s.Equal(a[0], a[1]))),
            Less => Always(Test("<", a[0], a[1])),
            LessOrEqual => Always(Test("<=", a[0], a[1])),
            Greater => Always(Test(">", a[0], a[1])),
            GreaterOrEqual => Always(Test(">=", a[0], a[1])),
            Abs => Always(s.Ite(Test(">=", a[0], zero), a[0], Call("-", a[0]))),
            Min => Always(s.Ite(Test("<=", a[0], a[1]), a[0], a[1])),
            Max => Always(s.Ite(Test(">=", a[0], a[1]), a[0], a[1])),
            PrimitiveOp.Sign => Always(
            s.Ite(s.Equal(a[0], zero), SmtScript.Bit(0, 32), s.Ite(Test(">", a[0], zero), SmtScript.Bit(1, 32), SmtScript.Bit(-1, 32)))),
            _ => null,
        };
    }

    private static (SmtTerm, SmtTerm)? Floating(SmtScript s, PrimitiveOp op, SmtTerm[] a)
    {
        SmtTerm Call(string function, params SmtTerm[] x) => s.Call(DoubleCarrier.Only, function, x);
        SmtTerm Test(string function, params SmtTerm[] x) => s.Call(BoolCarrier.Only, function, x);
        (SmtTerm, SmtTerm) Always(SmtTerm value) => (value, SmtTerm.True);
        SmtTerm IsNaN(SmtTerm x) => Test("fp.isNaN", x);
        // Math.Min and Math.Max: NaN where there is one, and -0 is less than 0.
        SmtTerm Extreme(bool least) => s.Ite(IsNaN(a[0]), a[0], s.Ite(IsNaN(a[1]), a[1], s.Ite(Test("fp.eq", a),
            s.Ite(Test(least ? "fp.isNegative" : "fp.isPositive", a[0]), a[0], a[1]),
                s.Ite(Test(least ? "fp.lt" : "fp.gt", a), a[0], a[1]))));

        switch (op)
        {
            case Add: return Always(Call("fp.add RNE", a));
            case Subtract: return Always(Call("fp.sub RNE", a));
            case Multiply: return Always(Call("fp.mul RNE", a));
            case Divide: return Always(Call("fp.div RNE", a));
            case Negate: return Always(Call("fp.neg", a[0]));
            case Abs: return Always(Call("fp.abs", a[0]));
            case Sqrt: return Always(Call("fp.sqrt RNE", a[0]));
            case Floor: return Always(Call("fp.roundToIntegral RTN", a[0]));
            case Ceiling: return Always(Call("fp.roundToIntegral RTP", a[0]));
            case Round: return Always(Call("fp.roundToIntegral RNE", a[0]));
            case Truncate: return Always(Call("fp.roundToIntegral RTZ", a[0]));
            case FusedMultiplyAdd: return Always(Call("fp.fma RNE", a));
            case Min: return Always(Extreme(least: true));
            case Max: return Always(Extreme(least: false));
            case Equal: return Always(Test("fp.eq", a));
            case NotEqual: return Always(s.Not(Test("fp.eq", a)));
            case Less: return Always(Test("fp.lt", a));
            case LessOrEqual: return Always(Test("fp.leq", a));
            case Greater: return Always(Test("fp.gt", a));
            case GreaterOrEqual: return Always(Test("fp.geq", a));
            case PrimitiveOp.IsNaN: return Always(IsNaN(a[0]));
            case IsFinite: return Always(s.Not(s.Or(IsNaN(a[0]), Test("fp.isInfinite", a[0]))));
            case IsInteger:
                return Always(s.And(s.Not(Test("fp.isInfinite", a[0])), Test("fp.eq", a[0], Call("fp.roundToIntegral RTZ", a[0]))));
            case PrimitiveOp.Sign:
                return (s.Ite(Test("fp.isZero", a[0]), SmtScript.Bit(0, 32),
                    s.Ite(Test("fp.isNegative", a[0]), SmtScript.Bit(-1, 32), SmtScript.Bit(1, 32))), s.Not(IsNaN(a[0])));
            default: return null;
        }
    }

    private static (SmtTerm, SmtTerm)? Real(SmtScript s, PrimitiveOp op, SmtTerm[] a)
    {
        var zero = SmtScript.Value((Rational)0, RealCarrier.Only);
        SmtTerm Call(string function, params SmtTerm[] x) => s.Call(RealCarrier.Only, function, x);
        SmtTerm Test(string function, SmtTerm left, SmtTerm right) => s.Call(BoolCarrier.Only, function, left, right);
        (SmtTerm, SmtTerm) Always(SmtTerm value) => (value, SmtTerm.True);
        SmtTerm Floor(SmtTerm x) => Call("to_real", s.Call(IntCarrier.Only, "to_int", x));
        (SmtTerm, SmtTerm) Named(string function) => (Vocabulary.Find(function)!.Smt(s, a, RealCarrier.Only), SmtTerm.True);

        switch (op)
        {
            case Add: return Always(Call("+", a));
            case Subtract: return Always(Call("-", a));
            case Multiply: return Always(Call("*", a));
            case Divide: return (Call("/", a), s.Not(s.Equal(a[1], zero)));
            case Negate: return Always(Call("-", a[0]));
            case Abs: return Always(s.Ite(Test(">=", a[0], zero), a[0], Call("-", a[0])));
            case Min: return Always(s.Ite(Test("<=", a[0], a[1]), a[0], a[1]));
            case Max: return Always(s.Ite(Test(">=", a[0], a[1]), a[0], a[1]));
            case FusedMultiplyAdd: return Always(Call("+", Call("*", a[0], a[1]), a[2]));
            case Sqrt: return (Vocabulary.Find("root2")!.Smt(s, a, RealCarrier.Only), Test(">=", a[0], zero));
            case Cbrt: return Named("cbrt");
            case Exp: return Named("exp");
            case Log: return (Vocabulary.Find("ln")!.Smt(s, a, RealCarrier.Only), Test(">", a[0], zero));
            case Sin: return Named("sin");
            case Cos: return Named("cos");
            case Tan: return Named("tan");
            case Atan: return Named("atan");
            case Sinh: return Named("sinh");
            case Cosh: return Named("cosh");
            case Tanh: return Named("tanh");
            case PrimitiveOp.Floor: return Always(Floor(a[0]));
            case Ceiling: return Always(Call("-", Floor(Call("-", a[0]))));
            case Truncate: return Always(s.Ite(Test(">=", a[0], zero), Floor(a[0]), Call("-", Floor(Call("-", a[0])))));
            case Equal: return Always(s.Equal(a[0], a[1]));
            case NotEqual: return Always(s.Not(s.Equal(a[0], a[1])));
            case Less: return Always(Test("<", a[0], a[1]));
            case LessOrEqual: return Always(Test("<=", a[0], a[1]));
            case Greater: return Always(Test(">", a[0], a[1]));
            case GreaterOrEqual: return Always(Test(">=", a[0], a[1]));
            case PrimitiveOp.IsNaN: return Always(SmtTerm.False);
            case IsFinite: return Always(SmtTerm.True);
            case IsInteger: return Always(s.Call(BoolCarrier.Only, "is_int", a[0]));
            case PrimitiveOp.Sign:
                return Always(s.Ite(
                    s.Equal(a[0], zero), SmtScript.Bit(0, 32), s.Ite(Test(">", a[0], zero), SmtScript.Bit(1, 32), SmtScript.Bit(-1, 32))));
            default: return null;
        }
    }

    private static (SmtTerm, SmtTerm)? Conversion(
        SmtScript s, BuiltInKind from, BuiltInKind to, bool isChecked, SmtTerm x, bool doublesAreReals)
    {
        if (from == to) return (x, SmtTerm.True);
        bool fromBits = from is Int or UInt or Long or ULong, toBits = to is Int or UInt or Long or ULong, signed = from is Int or Long;
        if (fromBits && toBits)
        {
            int width = WidthOf(to);
            var value = BitFunctions.Resize(s, x, width, signed);
            if (!isChecked) return (value, SmtTerm.True);
            // It fits where the same number comes out of both, written wide enough for each.
            bool toSigned = to is Int or Long;
            return (value, s.Equal(BitFunctions.Resize(s, x, 66, signed), BitFunctions.Resize(s, value, 66, toSigned)));
        }

        if (fromBits && to == BuiltInKind.BigInteger)
            return (signed ? BitFunctions.SignedToInt(s, x) : s.Call(IntCarrier.Only, "bv2nat", x), SmtTerm.True);
        if (from == BuiltInKind.BigInteger && toBits)
        {
            int width = WidthOf(to);
            BigInteger low = to is Int or Long ? -(BigInteger.One << (width - 1)) : 0, high = low + Bits.Ones(width);
            // Whatever the context says: C# throws.
            var fits = s.And(s.Call(BoolCarrier.Only, ">=", x, SmtScript.Value(low, IntCarrier.Only)),
                s.Call(BoolCarrier.Only, "<=", x, SmtScript.Value(high, IntCarrier.Only)));
            return (s.Call(new BitsCarrier(width), "(_ int2bv " + width.ToString(CultureInfo.InvariantCulture) + ")", x), fits);
        }

        if (doublesAreReals)
        {
            if (to == BuiltInKind.Double && fromBits)
                return (s.Call(RealCarrier.Only, "to_real", signed ? BitFunctions.SignedToInt(s, x) : s.Call(IntCarrier.Only, "bv2nat", x)),
                    SmtTerm.True);
            if (to == BuiltInKind.Double && from == BuiltInKind.BigInteger) return (s.Call(RealCarrier.Only, "to_real", x), SmtTerm.True);
            return null;
        }

        if (to == BuiltInKind.Double && fromBits)
            return (s.Call(DoubleCarrier.Only, (signed ? "(_ to_fp" : "(_ to_fp_unsigned") + " 11 53) RNE", x), SmtTerm.True);
        if (from == BuiltInKind.Double && toBits)
        {
            int width = WidthOf(to);
            bool toSigned = to is Int or Long;
            var carrier = new BitsCarrier(width);
            BigInteger least = toSigned ? -(BigInteger.One << (width - 1)) : 0, most = least + Bits.Ones(width);
            var whole = s.Call(DoubleCarrier.Only, "fp.roundToIntegral RTZ", x);
            // The bounds are powers of two, or 0, and so are doubles.
            var below = s.Call(BoolCarrier.Only, "fp.lt", whole, SmtScript.Value((double)least, DoubleCarrier.Only));
            var above = s.Call(BoolCarrier.Only, "fp.geq", whole, SmtScript.Value((double)(most + 1), DoubleCarrier.Only));
            var isNaN = s.Call(BoolCarrier.Only, "fp.isNaN", x);
            var inside = s.Call(
                carrier, (toSigned ? "(_ fp.to_sbv " : "(_ fp.to_ubv ") + width.ToString(CultureInfo.InvariantCulture) + ") RTZ", x);
            if (isChecked) return (inside, s.Not(s.Or(isNaN, below, above)));
            return (s.Ite(isNaN, SmtScript.Bit(0, width),
                s.Ite(below, SmtScript.Value(least, carrier), s.Ite(above, SmtScript.Value(most, carrier), inside))), SmtTerm.True);
        }

        return null;
    }

    private static int WidthOf(BuiltInKind kind) => kind is Int or UInt ? 32 : 64;

    private static InvalidOperationException Unknown(PrimitiveOp op) => new(op + " is not defined at this sort.");
}
