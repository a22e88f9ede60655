using System.Collections.Generic;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Llvm.LlvmTypes;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Emit.Llvm;

/// <summary>How the functions of built-in sorts are written in LLVM. What has no exact counterpart goes to the runtime.</summary>
public static class LlvmPrimitives
{
    /// <summary>The number by which the runtime knows a function: operation, operand and result sort.</summary>
    public static int NumberOf(Primitive primitive)
        => (int)primitive.Op | (KindOf(primitive.Operand) << 8) | (KindOf(primitive.Result) << 12);

    /// <summary>The value of a primitive that is computed inline; null where the runtime does.</summary>
    /// <param name="primitive">The function.</param>
    /// <param name="a">Operands.</param>
    /// <param name="code">Where instructions are added.</param>
    /// <param name="name">A hint for the names of values.</param>
    public static IrValue? Inline(Primitive primitive, IReadOnlyList<IrValue> a, LlvmCode code, string name)
    {
        var kind = Layouts.KindOf(primitive.Operand);
        if (kind == WordKind.Term) return null;
        if (primitive.Op is PrimitiveOp.Convert or ConvertChecked) return Convert(primitive, a[0], code.Ir, name);
        return kind switch
        {
            WordKind.Double => InlineDouble(primitive.Op, a, code.Ir, name),
            WordKind.Bool => InlineBool(primitive.Op, a, code.Ir, name),
            _ => InlineInteger(primitive.Op, a, Layouts.IsSigned(primitive.Operand), code, name),
        };
    }

    private static IrValue? InlineBool(PrimitiveOp op, IReadOnlyList<IrValue> a, IrBuilder ir, string name) => op switch
    {
        BitAnd => ir.Binary("and", a[0], a[1], name),
        BitOr => ir.Binary("or", a[0], a[1], name),
        BitXor or NotEqual => ir.Binary("xor", a[0], a[1], name),
        Not => ir.Binary("xor", a[0], IrValue.True, name),
        Equal => ir.Compare("eq", a[0], a[1], name),
        _ => null,
    };

    private static IrValue? InlineInteger(PrimitiveOp op, IReadOnlyList<IrValue> a, bool isSigned, LlvmCode code, string name)
    {
        var ir = code.Ir;
        var type = a[0].Type;
        string sign = isSigned ? "s" : "u", bits = type == IrType.I64 ? "64" : "32";
        IrValue Constant(long value) => IrValue.Int(type, value);
        // The context is in reach of every function: what can raise takes it.
        IrValue Checked(string function, params IrValue[] arguments)
            => ir.Call(new(type, $"@rw.{function}.{sign}{bits}"), [code.Context, .. arguments], name);
        IrValue Intrinsic(string function, params IrValue[] arguments) => ir.Call(new(type, $"@llvm.{function}.{type}"), arguments, name);
        IrValue Compare(string predicate) => ir.Compare(sign + predicate, a[0], a[1], name);
        IrValue Shift(string operation)
        {
            var count = type == IrType.I64 ? ir.Cast("zext", a[1], type, name) : a[1];
            return ir.Binary(operation, a[0], ir.Binary("and", count, Constant(type == IrType.I64 ? 63 : 31), name), name);
        }

        return op switch
        {
            Add => ir.Binary("add", a[0], a[1], name),
            Subtract => ir.Binary("sub", a[0], a[1], name),
            Multiply => ir.Binary("mul", a[0], a[1], name),
            Divide => Checked("div", a[0], a[1]),
            Remainder => Checked("rem", a[0], a[1]),
            AddChecked => Checked("add", a[0], a[1]),
            SubtractChecked => Checked("sub", a[0], a[1]),
            MultiplyChecked => Checked("mul", a[0], a[1]),
            Negate => ir.Binary("sub", Constant(0), a[0], name),
            NegateChecked => Checked("sub", Constant(0), a[0]),
            Abs => Checked("abs", a[0]),
            Log2 => Checked("log2", a[0]),
            BitAnd => ir.Binary("and", a[0], a[1], name),
            BitOr => ir.Binary("or", a[0], a[1], name),
            BitXor => ir.Binary("xor", a[0], a[1], name),
            Complement => ir.Binary("xor", a[0], Constant(-1), name),
            ShiftLeft => Shift("shl"),
            ShiftRight => Shift(isSigned ? "ashr" : "lshr"),
            ShiftRightUnsigned => Shift("lshr"),
            Equal => ir.Compare("eq", a[0], a[1], name),
            NotEqual => ir.Compare("ne", a[0], a[1], name),
            Less => Compare("lt"),
            LessOrEqual => Compare("le"),
            Greater => Compare("gt"),
            GreaterOrEqual => Compare("ge"),
            Min => Intrinsic(sign + "min", a[0], a[1]),
            Max => Intrinsic(sign + "max", a[0], a[1]),
            PrimitiveOp.Sign => SignOf(a[0], ir, name),
            PopCount => Intrinsic("ctpop", a[0]),
            LeadingZeroCount => Intrinsic("ctlz", a[0], IrValue.False),
            TrailingZeroCount => Intrinsic("cttz", a[0], IrValue.False),
            CountUp => ir.Call(new(IrType.I64, "@rw.count.up"), [code.Context, a[0], a[1]], name),
            IsPow2 => IsPowerOfTwo(isSigned, a[0], ir, name),
            _ => null,
        };
    }

    private static IrValue? InlineDouble(PrimitiveOp op, IReadOnlyList<IrValue> a, IrBuilder ir, string name) => op switch
    {
        Add => ir.Binary("fadd", a[0], a[1], name),
        Subtract => ir.Binary("fsub", a[0], a[1], name),
        Multiply => ir.Binary("fmul", a[0], a[1], name),
        Divide => ir.Binary("fdiv", a[0], a[1], name),
        Negate => ir.Unary("fneg", a[0], name),
        Abs => ir.Call(new(IrType.Double, "@llvm.fabs.f64"), [a[0]], name),
        Sqrt => ir.Call(new(IrType.Double, "@llvm.sqrt.f64"), [a[0]], name),
        Equal => ir.Compare("oeq", a[0], a[1], name),
        NotEqual => ir.Compare("une", a[0], a[1], name),
        Less => ir.Compare("olt", a[0], a[1], name),
        LessOrEqual => ir.Compare("ole", a[0], a[1], name),
        Greater => ir.Compare("ogt", a[0], a[1], name),
        GreaterOrEqual => ir.Compare("oge", a[0], a[1], name),
        IsNaN => ir.Compare("uno", a[0], IrValue.ZeroDouble, name),
        // The other functions come from the C library; calling them as C# does is the way to get the same bits.
        _ => null,
    };

    private static IrValue? Convert(Primitive primitive, IrValue value, IrBuilder ir, string name)
    {
        var (from, to) = (Layouts.KindOf(primitive.Operand), Layouts.KindOf(primitive.Result));
        bool fromSigned = Layouts.IsSigned(primitive.Operand), toSigned = Layouts.IsSigned(primitive.Result);
        if (to == WordKind.Term) return null;
        if (primitive.Op == ConvertChecked && !(from != WordKind.Double && to == WordKind.Double)) return null;
        var type = TypeOf(to);
        return (from, to) switch
        {
            (WordKind.Bool, _) => ir.Cast("zext", value, type, name),
            (WordKind.Double, WordKind.Double) => value,
            (WordKind.Double, _) => ir.Call(new(type, $"@llvm.fpto{(toSigned ? "s" : "u")}i.sat.{type}.f64"), [value], name),
            (_, WordKind.Double) => ir.Cast(fromSigned ? "sitofp" : "uitofp", value, type, name),
            (WordKind.Int32, WordKind.Int64) => ir.Cast(fromSigned ? "sext" : "zext", value, type, name),
            (WordKind.Int64, WordKind.Int32) => ir.Cast("trunc", value, type, name),
            _ => value,
        };
    }

    private static IrValue SignOf(IrValue value, IrBuilder ir, string name)
    {
        var zero = IrValue.Int(value.Type, 0);
        var positive = ir.Cast("zext", ir.Compare("sgt", value, zero, name), IrType.I32, name);
        var negative = ir.Cast("zext", ir.Compare("slt", value, zero, name), IrType.I32, name);
        return ir.Binary("sub", positive, negative, name);
    }

    private static IrValue IsPowerOfTwo(bool isSigned, IrValue value, IrBuilder ir, string name)
    {
        var count = ir.Call(new(value.Type, $"@llvm.ctpop.{value.Type}"), [value], name);
        var one = ir.Compare("eq", count, IrValue.Int(value.Type, 1), name);
        return isSigned ? ir.Binary("and", one, ir.Compare("sgt", value, IrValue.Int(value.Type, 0), name), name) : one;
    }

    private static int KindOf(Sort sort) => sort switch
    {
        BuiltInSort b => (int)b.Kind,
        EnumSort e => (int)e.Underlying,
        _ => 15,
    };
}
