using System;
using System.Numerics;
using Rewright.Emit.Ir;
using Rewright.Emit.RustSyntax;
using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.PrimitiveOp;
using static Rewright.Primitives.RustOperands;

namespace Rewright.Primitives;

/// <summary>A function of integers of any size.</summary>
internal sealed record BigIntegerCode : PrimitiveCode
{
    /// <summary>The instructions for operands that fit in words; null where the runtime computes it for all.</summary>
    public Func<SmallIntegers, IrValue, IrValue, IrValue>? Small { get; init; }

    /// <summary>The value for proofs; null where C# throws.</summary>
    public Func<BigInteger, BigInteger, object?>? Exact { get; init; }

    /// <inheritdoc/>
    public override bool IsExact => Exact is not null;

    /// <inheritdoc/>
    public override object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals) => Exact is null
        ? throw new NotComputableException(primitive.ToString())
        : Exact((BigInteger)operands[0], (BigInteger)operands[operands.Length - 1]);
}

/// <summary>The functions of integers of any size.</summary>
internal static class BigIntegers
{
    private const string NoFormula = "SMT-LIB has no such function of integers.";

    /// <summary>The row of an operation; null for one that these integers do not have.</summary>
    public static BigIntegerCode? Row(PrimitiveOp op) => op switch
    {
        // (2a + 1) + 2b, (2a + 1) - 2b, 2a * b + 1, and 2 - (2a + 1).
        Add => new()
        {
            Small = (w, x, y) => w.Fitting("sadd", x, w.Even(y)), Rust = (_, x, y) => Grown(x.Method("add", y.Reference())),
            Needs = RustNeeds.Memory, Smt = (s, x, y) => s.Call("+", x, y), Exact = (x, y) => x + y,
        },
        Subtract => new()
        {
            Small = (w, x, y) => w.Fitting("ssub", x, w.Even(y)), Rust = (_, x, y) => Grown(x.Method("sub", y.Reference())),
            Needs = RustNeeds.Memory, Smt = (s, x, y) => s.Call("-", x, y), Exact = (x, y) => x - y,
        },
        Multiply => new()
        {
            Small = (w, x, y) => w.Odd(w.Fitting("smul", w.Even(x), w.Half(y))),
            Rust = (_, x, y) => x.Method("mul_within", y.Reference(), Run).Try(), Needs = RustNeeds.Limits,
            Smt = (s, x, y) => s.Call("*", x, y), Exact = (x, y) => x * y,
        },
        Negate => new()
        {
            Small = (w, x, _) => w.Fitting("ssub", IrValue.I64(2), x), Rust = (_, x, _) => Grown(x.Method("negate")),
            Needs = RustNeeds.Memory, Smt = (s, x, _) => s.Call("-", x), Exact = (x, _) => -x,
        },
        Divide => new()
        {
            Small = (w, x, y) => w.Divided("sdiv", x, y),
            Rust = (_, x, y) => x.Method("div_rem_within", y.Reference(), Run).Try().Field("0"), Needs = RustNeeds.Limits,
            Smt = (s, x, y) => new(Quotient(s, x, y), s.NotEqual(y, Zero)), Exact = (x, y) => y.IsZero ? null : BigInteger.Divide(x, y),
        },
        Remainder => new()
        {
            Small = (w, x, y) => w.Divided("srem", x, y),
            Rust = (_, x, y) => x.Method("div_rem_within", y.Reference(), Run).Try().Field("1"), Needs = RustNeeds.Limits,
            Smt = (s, x, y) => new(s.Call("-", x, s.Call("*", Quotient(s, x, y), y)), s.NotEqual(y, Zero)),
            Exact = (x, y) => y.IsZero ? null : BigInteger.Remainder(x, y),
        },
        BitAnd => Bitwise("&") with { Small = (w, x, y) => w.Binary("and", x, y) },
        BitOr => Bitwise("|") with { Small = (w, x, y) => w.Binary("or", x, y) },
        BitXor => Bitwise("^") with { Small = (w, x, y) => w.Xor(x, y) },
        Complement => new()
        {
            Rust = (_, x, _) => Grown(x.Method("complement")), Needs = RustNeeds.Memory,
            Smt = (s, x, _) => s.Call("-", s.Call("-", x), SmtScript.Value(BigInteger.One, IntCarrier.Only)), Exact = (x, _) => -x - 1,
        },
        ShiftLeft => Shift("shift_left"),
        ShiftRight => Shift("shift_right"),
        Equal => Comparison("eq", "==", (x, y) => x == y) with { Smt = (s, x, y) => s.Equal(x, y) },
        NotEqual => Comparison("ne", "!=", (x, y) => x != y) with { Smt = (s, x, y) => s.NotEqual(x, y) },
        Less => Comparison("slt", "<", (x, y) => x < y),
        LessOrEqual => Comparison("sle", "<=", (x, y) => x <= y),
        Greater => Comparison("sgt", ">", (x, y) => x > y),
        GreaterOrEqual => Comparison("sge", ">=", (x, y) => x >= y),
        Abs => new()
        {
            Rust = (_, x, _) => Grown(x.Method("abs")), Needs = RustNeeds.Memory,
            Smt = (s, x, _) => s.Ite(s.Test(">=", x, Zero), x, s.Call("-", x)), Exact = (x, _) => BigInteger.Abs(x),
        },
        Min => new()
        {
            Small = (w, x, y) => w.Chosen("slt", x, y),
            Rust = (_, x, y) => x.Reference().Grouped().Method("min", y.Reference()).Cloned(),
            Smt = (s, x, y) => s.Ite(s.Test("<=", x, y), x, y), Exact = (x, y) => BigInteger.Min(x, y),
        },
        Max => new()
        {
            Small = (w, x, y) => w.Chosen("sgt", x, y),
            Rust = (_, x, y) => x.Reference().Grouped().Method("max", y.Reference()).Cloned(),
            Smt = (s, x, y) => s.Ite(s.Test(">=", x, y), x, y), Exact = (x, y) => BigInteger.Max(x, y),
        },
        Sign => new()
        {
            Rust = (_, x, _) => x.Method("sign"),
            Smt = (s, x, _) => s.Ite(s.Equal(x, Zero), SmtScript.Bit(0, 32),
                s.Ite(s.Test(">", x, Zero), SmtScript.Bit(1, 32), SmtScript.Bit(-1, 32))),
            Exact = (x, _) => Bits.Wrap(x.Sign, 32),
        },
        IsPow2 => new() { Rust = (_, x, _) => x.Method("is_pow2"), Inexact = NoFormula },
        Gcd => new()
        {
            Rust = (_, x, y) => x.Method("gcd_within", y.Reference(), Run).Try(), Needs = RustNeeds.Limits, Inexact = NoFormula,
        },
        Pow => new() { Rust = (_, x, n) => x.Method("pow_within", n, Run).Try(), Needs = RustNeeds.Limits, Inexact = NoFormula },
        _ => null,
    };

    private static SmtTerm Zero => SmtScript.Value(BigInteger.Zero, IntCarrier.Only);

    // Memory is looked at from time to time, and at once where a large integer was made.
    private static RustExpression Grown(RustExpression integer) => Call("run.grown", integer);

    private static BigIntegerCode Bitwise(string rust) => new()
    {
        Rust = (_, x, y) => Grown(x.Method("bitwise", y.Reference(), RustExpression.Of("|a, b| a " + rust + " b"))),
        Needs = RustNeeds.Memory, Inexact = NoFormula,
    };

    private static BigIntegerCode Shift(string rust) => new()
    {
        Rust = (_, x, n) => Grown(x.Method(rust, n, RustExpression.Of("run.room()")).Try()), Needs = RustNeeds.Memory, Inexact = NoFormula,
    };

    private static BigIntegerCode Comparison(string predicate, string sign, Func<BigInteger, BigInteger, bool> exact) => new()
    {
        Small = (w, x, y) => w.Compared(predicate, x, y), Rust = (_, x, y) => x.Infix(sign, y),
        Smt = (s, x, y) => s.Test(sign, x, y), Exact = (x, y) => exact(x, y),
    };

    // SMT-LIB's division leaves a rest from 0; that of C# rounds towards zero.
    private static SmtTerm Quotient(SmtOperands s, SmtTerm x, SmtTerm y)
        => s.Ite(s.Test(">=", x, Zero), s.Call("div", x, y), s.Call("-", s.Call("div", s.Call("-", x), y)));
}
