using System;
using System.Numerics;
using Rewright.Emit.Ir;
using Rewright.Emit.RustSyntax;
using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.PrimitiveOp;
using static Rewright.Primitives.RustOperands;
using Rational = Rewright.Quantum.Rational;

namespace Rewright.Primitives;

/// <summary>A function of doubles. Proofs can read these as real numbers.</summary>
internal sealed record DoubleCode : PrimitiveCode
{
    /// <summary>The value for proofs; null where C# throws.</summary>
    public Func<double, double, object?>? Exact { get; init; }

    /// <summary>The formula of real numbers; null for a function of which only the name is known.</summary>
    public Func<SmtOperands, SmtTerm, SmtTerm, Formula?>? Real { get; init; }

    /// <summary>The value of real numbers; null where there is none.</summary>
    public Func<Rational, Rational, Rational, object?>? ExactReal { get; init; }

    /// <inheritdoc/>
    public override Func<SmtOperands, SmtTerm, SmtTerm, Formula?>? SmtOfReals => Real;

    /// <inheritdoc/>
    public override bool IsExact => Exact is not null;

    /// <inheritdoc/>
    public override object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals)
    {
        object y = operands[operands.Length > 1 ? 1 : 0], z = operands[operands.Length - 1];
        if (doublesAreReals)
            return ExactReal is null ? throw new NotComputableException(primitive.ToString())
                : ExactReal((Rational)operands[0], (Rational)y, (Rational)z);
        return Exact is null ? throw new NotComputableException(primitive.ToString()) : Exact((double)operands[0], (double)y);
    }
}

/// <summary>The functions of doubles.</summary>
internal static class Doubles
{
    private const string Digits = "Frameworks and C libraries differ in the last digits.";

    /// <summary>The row of an operation; null for one that doubles do not have.</summary>
    public static DoubleCode? Row(PrimitiveOp op) => op switch
    {
        Add => Arithmetic("fadd", "+", "fp.add RNE", (x, y) => x + y, (x, y, _) => x + y),
        Subtract => Arithmetic("fsub", "-", "fp.sub RNE", (x, y) => x - y, (x, y, _) => x - y),
        Multiply => Arithmetic("fmul", "*", "fp.mul RNE", (x, y) => x * y, (x, y, _) => x * y),
        Divide => Arithmetic("fdiv", "/", "fp.div RNE", (x, y) => x / y, (x, y, _) => y.Sign == 0 ? null : x / y) with
        {
            Real = (s, x, y) => new(s.Call("/", x, y), s.NotEqual(y, Zero)),
        },
        Remainder => new() { Rust = (_, x, y) => x.Infix("%", y), Inexact = "SMT-LIB's remainder rounds the quotient to nearest." },
        Negate => new()
        {
            Llvm = (c, x, _) => c.Ir.Unary("fneg", x, c.Name), Rust = (_, x, _) => x.Minus(),
            Smt = (s, x, _) => s.Call("fp.neg", x), Exact = (x, _) => -x,
            Real = (s, x, _) => s.Call("-", x), ExactReal = (x, _, _) => -x,
        },
        Equal => Comparison("oeq", "==", "fp.eq", (x, y) => x == y, (x, y) => x == y) with { Real = (s, x, y) => s.Equal(x, y) },
        NotEqual => Comparison("une", "!=", "", (x, y) => x != y, (x, y) => x != y) with
        {
            Smt = (s, x, y) => s.Not(s.Test("fp.eq", x, y)),
            Real = (s, x, y) => s.NotEqual(x, y),
        },
        Less => Comparison("olt", "<", "fp.lt", (x, y) => x < y, (x, y) => x < y),
        LessOrEqual => Comparison("ole", "<=", "fp.leq", (x, y) => x <= y, (x, y) => x <= y),
        Greater => Comparison("ogt", ">", "fp.gt", (x, y) => x > y, (x, y) => x > y),
        GreaterOrEqual => Comparison("oge", ">=", "fp.geq", (x, y) => x >= y, (x, y) => x >= y),
        Abs => new()
        {
            Llvm = (c, x, _) => c.Call(new(IrType.Double, "@llvm.fabs.f64"), x), Rust = (_, x, _) => x.Method("abs"),
            Smt = (s, x, _) => s.Call("fp.abs", x), Exact = (x, _) => Math.Abs(x),
            Real = (s, x, _) => s.Ite(s.Test(">=", x, Zero), x, s.Call("-", x)), ExactReal = (x, _, _) => x.Sign < 0 ? -x : x,
        },
        // NaN if there is one, and -0 is less than 0; older frameworks forget the sign of zero.
        Min => new()
        {
            Rust = (_, x, y) => Call("number::min", x, y), Smt = (s, x, y) => Extreme(s, "fp.isNegative", "fp.lt", x, y),
            Exact = (x, y) => double.IsNaN(x) || double.IsNaN(y) ? double.NaN : x < y || x == y && IsNegative(x) ? x : y,
            Real = (s, x, y) => s.Ite(s.Test("<=", x, y), x, y), ExactReal = (x, y, _) => x <= y ? x : y,
        },
        Max => new()
        {
            Rust = (_, x, y) => Call("number::max", x, y), Smt = (s, x, y) => Extreme(s, "fp.isPositive", "fp.gt", x, y),
            Exact = (x, y) => double.IsNaN(x) || double.IsNaN(y) ? double.NaN : x > y || x == y && !IsNegative(x) ? x : y,
            Real = (s, x, y) => s.Ite(s.Test(">=", x, y), x, y), ExactReal = (x, y, _) => x >= y ? x : y,
        },
        Sign => new()
        {
            Rust = (_, x, _) => Call("number::sign", x).Try(),
            Smt = (s, x, _) => new(s.Ite(s.Test("fp.isZero", x), SmtScript.Bit(0, 32),
                s.Ite(s.Test("fp.isNegative", x), SmtScript.Bit(-1, 32), SmtScript.Bit(1, 32))), s.Not(s.Test("fp.isNaN", x))),
            Exact = (x, _) => double.IsNaN(x) ? null : Bits.Wrap(Math.Sign(x), 32),
            Real = (s, x, _) => s.Ite(s.Equal(x, Zero), SmtScript.Bit(0, 32),
                s.Ite(s.Test(">", x, Zero), SmtScript.Bit(1, 32), SmtScript.Bit(-1, 32))),
            ExactReal = (x, _, _) => Bits.Wrap(x.Sign, 32),
        },
        Log2 => Library("log2"),
        Pow => Library("pow", arity: 2),
        Sqrt => Library("sqrt") with
        {
            Llvm = (c, x, _) => c.Call(new(IrType.Double, "@llvm.sqrt.f64"), x),
            Smt = (s, x, _) => s.Call("fp.sqrt RNE", x),
            Exact = (x, _) => Math.Sqrt(x),
            Inexact = "",
            Real = (s, x, _) => new(RealFunctions.Root(s.Script, x, 2), s.Test(">=", x, Zero)),
            ExactReal = (x, _, _) => x.Sign < 0 ? null : x.SquareRoot() ?? throw new NotComputableException("sqrt"),
        },
        Cbrt => Library("cbrt") with
        {
            Real = (s, x, _) => RealFunctions.Root(s.Script, x, 3),
            ExactReal = (x, _, _) => RealFunctions.CubeRoot(x) ?? throw new NotComputableException("cbrt"),
        },
        Exp => Library("exp") with { Real = Named("exp") },
        Log => Library("ln") with { Real = (s, x, _) => new(s.Script.Unknown("ln", s.Carrier, x), s.Test(">", x, Zero)) },
        Log10 => Library("log10"),
        Sin => Library("sin") with { Real = Named("sin") },
        Cos => Library("cos") with { Real = Named("cos") },
        Tan => Library("tan") with { Real = Named("tan") },
        Asin => Library("asin"),
        Acos => Library("acos"),
        Atan => Library("atan") with { Real = Named("atan") },
        Atan2 => Library("atan2", arity: 2),
        Sinh => Library("sinh") with { Real = Named("sinh") },
        Cosh => Library("cosh") with { Real = Named("cosh") },
        Tanh => Library("tanh") with { Real = Named("tanh") },
        Asinh => Library("asinh"),
        Acosh => Library("acosh"),
        Atanh => Library("atanh"),
        Floor => Rounding("floor", "RTN", Math.Floor) with
        {
            Real = (s, x, _) => FloorOf(s, x),
            ExactReal = (x, _, _) => FloorOf(x),
        },
        Ceiling => Rounding("ceil", "RTP", Math.Ceiling) with
        {
            Real = (s, x, _) => s.Call("-", FloorOf(s, s.Call("-", x))),
            ExactReal = (x, _, _) => -FloorOf(-x),
        },
        Round => Rounding("round", "RNE", Math.Round),
        Truncate => Rounding("trunc", "RTZ", Math.Truncate) with
        {
            Real = (s, x, _) => s.Ite(s.Test(">=", x, Zero), FloorOf(s, x), s.Call("-", FloorOf(s, s.Call("-", x)))),
            ExactReal = (x, _, _) => x.Sign < 0 ? -FloorOf(-x) : FloorOf(x),
        },
        FusedMultiplyAdd => new()
        {
            Rust = (r, x, y) => Call("real::fma", x, y, r.Z), Smt = (s, x, y) => s.Call("fp.fma RNE", x, y, s.Z),
            Inexact = "The framework of compilers has no such function.",
            Real = (s, x, y) => s.Call("+", s.Call("*", x, y), s.Z), ExactReal = (x, y, z) => x * y + z,
        },
        IsNaN => new()
        {
            Llvm = (c, x, _) => c.Compare("uno", x, IrValue.ZeroDouble), Rust = (_, x, _) => x.Method("is_nan"),
            Smt = (s, x, _) => s.Test("fp.isNaN", x), Exact = (x, _) => double.IsNaN(x),
            Real = (_, _, _) => SmtTerm.False, ExactReal = (_, _, _) => false,
        },
        IsFinite => new()
        {
            Rust = (_, x, _) => x.Method("is_finite"),
            Smt = (s, x, _) => s.Not(s.Script.Or(s.Test("fp.isNaN", x), s.Test("fp.isInfinite", x))),
            Exact = (x, _) => !double.IsNaN(x) && !double.IsInfinity(x),
            Real = (_, _, _) => SmtTerm.True, ExactReal = (_, _, _) => true,
        },
        IsInteger => new()
        {
            Rust = (_, x, _) => Call("number::is_integer", x),
            Smt = (s, x, _) => s.Script.And(
                s.Not(s.Test("fp.isInfinite", x)), s.Test("fp.eq", x, s.Call("fp.roundToIntegral RTZ", x))),
            Exact = (x, _) => !double.IsNaN(x) && !double.IsInfinity(x) && Math.Truncate(x) == x,
            Real = (s, x, _) => s.Test("is_int", x), ExactReal = (x, _, _) => x.IsInteger,
        },
        _ => null,
    };

    private static SmtTerm Zero => SmtScript.Value((Rational)0, RealCarrier.Only);

    private static DoubleCode Arithmetic(
        string llvm, string sign, string smt,
        Func<double, double, double> exact, Func<Rational, Rational, Rational, Rational?> real) => new()
        {
            Llvm = (c, x, y) => c.Binary(llvm, x, y), Rust = (_, x, y) => x.Infix(sign, y),
            Smt = (s, x, y) => s.Call(smt, x, y), Exact = (x, y) => exact(x, y),
            Real = (s, x, y) => s.Call(sign, x, y), ExactReal = (x, y, z) => real(x, y, z),
        };

    private static DoubleCode Comparison(
        string llvm, string sign, string smt, Func<double, double, bool> exact, Func<Rational, Rational, bool> real) => new()
        {
            Llvm = (c, x, y) => c.Compare(llvm, x, y), Rust = (_, x, y) => x.Infix(sign, y),
            Smt = (s, x, y) => s.Test(smt, x, y), Exact = (x, y) => exact(x, y),
            Real = (s, x, y) => s.Test(sign, x, y), ExactReal = (x, y, _) => real(x, y),
        };

    // No LLVM: calling the C library as C# does is the way to get the same bits.
    private static DoubleCode Library(string rust, int arity = 1)
        => new() { Rust = (_, x, y) => Call("real::" + rust, arity == 1 ? [x] : [x, y]), Inexact = Digits };

    private static DoubleCode Rounding(string rust, string mode, Func<double, double> exact) => new()
    {
        Rust = (_, x, _) => Call("real::" + rust, x), Smt = (s, x, _) => s.Call("fp.roundToIntegral " + mode, x),
        Exact = (x, _) => exact(x),
    };

    // The solver knows the name, and the identities that the user assumes.
    private static Func<SmtOperands, SmtTerm, SmtTerm, Formula?> Named(string function)
        => (s, x, _) => s.Script.Unknown(function, s.Carrier, x);

    private static SmtTerm Extreme(SmtOperands s, string isFirstZero, string isFirst, SmtTerm x, SmtTerm y)
        => s.Ite(s.Test("fp.isNaN", x), x, s.Ite(s.Test("fp.isNaN", y), y, s.Ite(s.Test("fp.eq", x, y),
            s.Ite(s.Test(isFirstZero, x), x, y), s.Ite(s.Test(isFirst, x, y), x, y))));

    private static bool IsNegative(double x) => BitConverter.DoubleToInt64Bits(x) < 0;

    private static SmtTerm FloorOf(SmtOperands s, SmtTerm x) => s.Call("to_real", s.Script.Call(IntCarrier.Only, "to_int", x));

    private static Rational FloorOf(Rational x)
        => BigInteger.Divide(x.Numerator - (x.Sign < 0 ? x.Denominator - 1 : 0), x.Denominator);
}
