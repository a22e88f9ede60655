using System;
using System.Numerics;
using Rewright.Emit.Ir;
using Rewright.Emit.RustSyntax;
using Rewright.Model;
using Rewright.Smt;
using static Rewright.Model.PrimitiveOp;
using static Rewright.Primitives.RustOperands;

namespace Rewright.Primitives;

/// <summary>A function of integers of fixed size.</summary>
internal sealed record IntegerCode : PrimitiveCode
{
    /// <summary>
    /// The value for proofs, computed on numbers without bounds: a truth value, a number that is cut to size, or null where C# throws.
    /// </summary>
    public Func<BuiltInKind, BigInteger, BigInteger, object?>? Exact { get; init; }

    /// <summary>True where C# throws if the number must be cut.</summary>
    public bool MustFit { get; init; }

    /// <inheritdoc/>
    public override bool IsExact => Exact is not null;

    /// <inheritdoc/>
    public override object? Evaluate(Primitive primitive, object[] operands, bool doublesAreReals)
    {
        var kind = NumberKinds.Of(primitive.Operand);
        var x = kind.Read(operands[0]);
        var y = operands.Length > 1 ? NumberKinds.Of(primitive.OperandAt(1)).Read(operands[1]) : x;
        object? exact = Exact!(kind, x, y);
        if (exact is not BigInteger number) return exact;
        var result = NumberKinds.Of(primitive.Result);
        var value = Bits.Wrap(number, result.Width());
        return MustFit && result.Read(value) != number ? null : value;
    }
}

/// <summary>The functions of integers of fixed size.</summary>
internal static class Integers
{
    /// <summary>The row of an operation; null for one that these integers do not have.</summary>
    public static IntegerCode? Row(PrimitiveOp op) => op switch
    {
        Add => new()
        {
            Llvm = (c, x, y) => c.Binary("add", x, y), Rust = (_, x, y) => x.Method("wrapping_add", y),
            Smt = (s, x, y) => s.Call("bvadd", x, y), Exact = (_, x, y) => x + y,
        },
        Subtract => new()
        {
            Llvm = (c, x, y) => c.Binary("sub", x, y), Rust = (_, x, y) => x.Method("wrapping_sub", y),
            Smt = (s, x, y) => s.Call("bvsub", x, y), Exact = (_, x, y) => x - y,
        },
        Multiply => new()
        {
            Llvm = (c, x, y) => c.Binary("mul", x, y), Rust = (_, x, y) => x.Method("wrapping_mul", y),
            Smt = (s, x, y) => s.Call("bvmul", x, y), Exact = (_, x, y) => x * y,
        },
        Divide => new()
        {
            Llvm = (c, x, y) => c.Raising("div", x, y), Rust = (_, x, y) => Call("number::divide", x, y).Try(),
            Smt = (s, x, y) => Quotient(s, "div", x, y), Exact = (n, x, y) => HasQuotient(n, x, y) ? BigInteger.Divide(x, y) : null,
        },
        Remainder => new()
        {
            Llvm = (c, x, y) => c.Raising("rem", x, y), Rust = (_, x, y) => Call("number::remainder", x, y).Try(),
            Smt = (s, x, y) => Quotient(s, "rem", x, y), Exact = (n, x, y) => HasQuotient(n, x, y) ? BigInteger.Remainder(x, y) : null,
        },
        Negate => new()
        {
            Llvm = (c, x, _) => c.Binary("sub", IrValue.Int(x.Type, 0), x), Rust = (_, x, _) => x.Method("wrapping_neg"),
            Smt = (s, x, _) => s.Call("bvneg", x), Exact = (_, x, _) => -x,
        },
        AddChecked => new()
        {
            Llvm = (c, x, y) => c.Raising("add", x, y), Rust = (_, x, y) => Checked(x.Method("checked_add", y)),
            Smt = (s, x, y) => Fitting(s, "bvadd", x, y), Exact = (_, x, y) => x + y, MustFit = true,
        },
        SubtractChecked => new()
        {
            Llvm = (c, x, y) => c.Raising("sub", x, y), Rust = (_, x, y) => Checked(x.Method("checked_sub", y)),
            Smt = (s, x, y) => Fitting(s, "bvsub", x, y), Exact = (_, x, y) => x - y, MustFit = true,
        },
        MultiplyChecked => new()
        {
            Llvm = (c, x, y) => c.Raising("mul", x, y), Rust = (_, x, y) => Checked(x.Method("checked_mul", y)),
            Smt = (s, x, y) => Fitting(s, "bvmul", x, y), Exact = (_, x, y) => x * y, MustFit = true,
        },
        NegateChecked => new()
        {
            Llvm = (c, x, _) => c.Raising("sub", IrValue.Int(x.Type, 0), x), Rust = (_, x, _) => Checked(x.Method("checked_neg")),
            Smt = (s, x, _) => new(s.Call("bvneg", x), IsNotSmallest(s, x)), Exact = (_, x, _) => -x, MustFit = true,
        },
        BitAnd => new()
        {
            Llvm = (c, x, y) => c.Binary("and", x, y), Rust = (_, x, y) => x.Infix("&", y),
            Smt = (s, x, y) => s.Call("bvand", x, y), Exact = (_, x, y) => x & y,
        },
        BitOr => new()
        {
            Llvm = (c, x, y) => c.Binary("or", x, y), Rust = (_, x, y) => x.Infix("|", y),
            Smt = (s, x, y) => s.Call("bvor", x, y), Exact = (_, x, y) => x | y,
        },
        BitXor => new()
        {
            Llvm = (c, x, y) => c.Binary("xor", x, y), Rust = (_, x, y) => x.Infix("^", y),
            Smt = (s, x, y) => s.Call("bvxor", x, y), Exact = (_, x, y) => x ^ y,
        },
        Complement => new()
        {
            Llvm = (c, x, _) => c.Binary("xor", x, IrValue.Int(x.Type, -1)), Rust = (_, x, _) => x.Not(),
            Smt = (s, x, _) => s.Call("bvnot", x), Exact = (_, x, _) => -x - 1,
        },
        ShiftLeft => new()
        {
            Llvm = (c, x, n) => Shift(c, "shl", x, n), Rust = (_, x, n) => x.Method("wrapping_shl", n.As("u32")),
            Smt = (s, x, n) => s.Call("bvshl", x, Count(s, n)), Exact = (k, x, n) => x << Count(k, n),
        },
        ShiftRight => new()
        {
            Llvm = (c, x, n) => Shift(c, c.IsSigned ? "ashr" : "lshr", x, n), Rust = (_, x, n) => x.Method("wrapping_shr", n.As("u32")),
            Smt = (s, x, n) => s.Call(s.IsSigned ? "bvashr" : "bvlshr", x, Count(s, n)), Exact = (k, x, n) => x >> Count(k, n),
        },
        ShiftRightUnsigned => new()
        {
            Llvm = (c, x, n) => Shift(c, "lshr", x, n),
            Rust = (r, x, n) => r.IsSigned
                ? x.As(r.IsLong ? "u64" : "u32").Method("wrapping_shr", n.As("u32")).As(r.Type) : x.Method("wrapping_shr", n.As("u32")),
            Smt = (s, x, n) => s.Call("bvlshr", x, Count(s, n)), Exact = (k, x, n) => Bits.Wrap(x, k.Width()) >> Count(k, n),
        },
        Equal => new()
        {
            Llvm = (c, x, y) => c.Compare("eq", x, y), Rust = (_, x, y) => x.Infix("==", y), Smt = (s, x, y) => s.Equal(x, y),
            Exact = (_, x, y) => x == y,
        },
        NotEqual => new()
        {
            Llvm = (c, x, y) => c.Compare("ne", x, y), Rust = (_, x, y) => x.Infix("!=", y), Smt = (s, x, y) => s.NotEqual(x, y),
            Exact = (_, x, y) => x != y,
        },
        Less => Comparison("lt", "<", (x, y) => x < y),
        LessOrEqual => Comparison("le", "<=", (x, y) => x <= y),
        Greater => Comparison("gt", ">", (x, y) => x > y),
        GreaterOrEqual => Comparison("ge", ">=", (x, y) => x >= y),
        Abs => new()
        {
            Llvm = (c, x, _) => c.Raising("abs", x), Rust = (_, x, _) => Checked(x.Method("checked_abs")),
            Smt = (s, x, _) => new(s.Ite(s.Test("bvslt", x, Zero(s)), s.Call("bvneg", x), x), IsNotSmallest(s, x)),
            Exact = (_, x, _) => BigInteger.Abs(x), MustFit = true,
        },
        Min => new()
        {
            Llvm = (c, x, y) => c.IntrinsicBySign("min", x, y), Rust = (_, x, y) => x.Method("min", y),
            Smt = (s, x, y) => s.Ite(s.TestBySign("le", x, y), x, y), Exact = (_, x, y) => BigInteger.Min(x, y),
        },
        Max => new()
        {
            Llvm = (c, x, y) => c.IntrinsicBySign("max", x, y), Rust = (_, x, y) => x.Method("max", y),
            Smt = (s, x, y) => s.Ite(s.TestBySign("ge", x, y), x, y), Exact = (_, x, y) => BigInteger.Max(x, y),
        },
        Sign => new()
        {
            Llvm = (c, x, _) => SignOf(c, x),
            Rust = (r, x, _) => r.IsLong ? x.Method("signum").As("i32") : x.Method("signum"),
            Smt = (s, x, _) => s.Ite(s.Equal(x, Zero(s)), SmtScript.Bit(0, 32),
                s.Ite(s.Test("bvslt", x, Zero(s)), SmtScript.Bit(-1, 32), SmtScript.Bit(1, 32))),
            Exact = (_, x, _) => new BigInteger(x.Sign),
        },
        Log2 => new()
        {
            Llvm = (c, x, _) => c.Raising("log2", x), Rust = Log2Of,
            Smt = (s, x, _) => new(
                BitFunctions.Log2(s.Script, x), s.IsSigned ? s.Test("bvsge", x, Zero(s)) : SmtTerm.True),
            Exact = (_, x, _) => x.Sign < 0 ? null : x.IsZero ? BigInteger.Zero : new BigInteger(Bits.Length(x) - 1),
        },
        IsPow2 => new()
        {
            Llvm = (c, x, _) => IsPowerOfTwo(c, x),
            Rust = (r, x, _) => r.IsSigned
                ? x.Infix(">", RustExpression.Of("0")).Infix("&&", x.Method("count_ones").Infix("==", RustExpression.Of("1")))
                : x.Method("is_power_of_two"),
            Smt = (s, x, _) => s.Script.And(s.TestBySign("gt", x, Zero(s)),
                s.Equal(s.Call("bvand", x, s.Call("bvsub", x, SmtScript.Bit(1, s.Width))), Zero(s))),
            Exact = (_, x, _) => x.Sign > 0 && x.IsPowerOfTwo,
        },
        PopCount => new()
        {
            Llvm = (c, x, _) => c.Intrinsic("ctpop", x), Rust = (r, x, _) => x.Method("count_ones").As(r.Type),
            Smt = (s, x, _) => BitFunctions.PopCount(s.Script, x),
            Exact = (n, x, _) => new BigInteger(Bits.Count(Bits.Wrap(x, n.Width()))),
        },
        LeadingZeroCount => new()
        {
            Llvm = (c, x, _) => c.Intrinsic("ctlz", x, IrValue.False), Rust = (r, x, _) => x.Method("leading_zeros").As(r.Type),
            Smt = (s, x, _) => BitFunctions.LeadingZeros(s.Script, x),
            Exact = (n, x, _) => new BigInteger(n.Width() - Bits.Length(Bits.Wrap(x, n.Width()))),
        },
        TrailingZeroCount => new()
        {
            Llvm = (c, x, _) => c.Intrinsic("cttz", x, IrValue.False), Rust = (r, x, _) => x.Method("trailing_zeros").As(r.Type),
            Smt = (s, x, _) => BitFunctions.TrailingZeros(s.Script, x),
            Exact = (n, x, _) => new BigInteger(x.IsZero ? n.Width() : Bits.Length(x & -x) - 1),
        },
        CountUp => new()
        {
            Llvm = (c, x, y) => c.Call(new(IrType.I64, "@rw.count.up"), c.Context, x, y),
            Rust = (_, x, y) => Call("number::count_up", x, y).Try(), Smt = (s, x, y) => CountedUp(s, x, y),
            Exact = (_, x, y) => x + y < BigInteger.One << 63 ? x + y : null,
        },
        _ => null,
    };

    private static IntegerCode Comparison(string predicate, string rust, Func<BigInteger, BigInteger, bool> exact) => new()
    {
        Llvm = (c, x, y) => c.CompareBySign(predicate, x, y), Rust = (_, x, y) => x.Infix(rust, y),
        Smt = (s, x, y) => s.TestBySign(predicate, x, y), Exact = (_, x, y) => exact(x, y),
    };

    private static IrValue Shift(LlvmOperands c, string operation, IrValue x, IrValue n)
    {
        bool isLong = x.Type == IrType.I64;
        var count = isLong ? c.Cast("zext", n, x.Type) : n;
        return c.Binary(operation, x, c.Binary("and", count, IrValue.Int(x.Type, isLong ? 63 : 31)));
    }

    private static IrValue SignOf(LlvmOperands c, IrValue x)
    {
        var zero = IrValue.Int(x.Type, 0);
        var positive = c.Cast("zext", c.Compare("sgt", x, zero), IrType.I32);
        var negative = c.Cast("zext", c.Compare("slt", x, zero), IrType.I32);
        return c.Binary("sub", positive, negative);
    }

    private static IrValue IsPowerOfTwo(LlvmOperands c, IrValue x)
    {
        var one = c.Compare("eq", c.Intrinsic("ctpop", x), IrValue.Int(x.Type, 1));
        return c.IsSigned ? c.Binary("and", one, c.Compare("sgt", x, IrValue.Int(x.Type, 0))) : one;
    }

    private static RustExpression Log2Of(RustOperands r, RustExpression x, RustExpression y) => r.IsSigned
        ? Call("number::log2", r.IsLong ? x : Call("i64::from", x)).Try().As(r.Type)
        : x.Infix("|", RustExpression.Of("1")).Method("ilog2").As(r.Type);

    private static SmtTerm Zero(SmtOperands s) => SmtScript.Bit(0, s.Width);

    // No width has a positive value of its smallest number.
    private static SmtTerm IsNotSmallest(SmtOperands s, SmtTerm x)
        => s.NotEqual(x, SmtScript.Value(BigInteger.One << (s.Width - 1), s.Carrier));

    private static Formula Fitting(SmtOperands s, string function, SmtTerm x, SmtTerm y)
        => new(s.Call(function, x, y), s.Not(BitFunctions.Overflows(s.Script, function, s.IsSigned, x, y)));

    private static Formula Quotient(SmtOperands s, string function, SmtTerm x, SmtTerm y)
    {
        var isDefined = s.NotEqual(y, Zero(s));
        if (s.IsSigned)
            isDefined = s.Script.And(
                isDefined, s.Script.Or(IsNotSmallest(s, x), s.NotEqual(y, SmtScript.Value(Bits.Ones(s.Width), s.Carrier))));
        return new(s.CallBySign(function, x, y), isDefined);
    }

    private static bool HasQuotient(BuiltInKind kind, BigInteger x, BigInteger y)
        => !y.IsZero && !(kind.IsSigned() && y == -1 && x == kind.Range().Least);

    // The count is an int of its own width.
    private static SmtTerm Count(SmtOperands s, SmtTerm n)
        => s.Call("bvand", BitFunctions.Resize(s.Script, n, s.Width, signed: false), SmtScript.Bit(s.Width - 1, s.Width));

    private static int Count(BuiltInKind kind, BigInteger n) => (int)(n & (kind.Width() - 1));

    private static Formula CountedUp(SmtOperands s, SmtTerm x, SmtTerm y)
    {
        var sum = s.Call("bvadd", x, y);
        return new(sum, s.Script.And(
            s.Not(BitFunctions.Overflows(s.Script, "bvadd", signed: false, x, y)), s.Test("bvsge", sum, Zero(s))));
    }
}
