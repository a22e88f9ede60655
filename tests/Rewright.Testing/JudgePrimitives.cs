using System;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>A second implementation of the functions of built-in sorts in C#: every case is the expression whose meaning it has.</summary>
internal static class JudgePrimitives
{
    /// <summary>The value of a primitive applied to C# values; throws the same exceptions as C#.</summary>
    public static object Apply(Primitive primitive, object[] x)
    {
        if (primitive.Op is PrimitiveOp.Convert or PrimitiveOp.ConvertChecked)
            return Cast(x[0], primitive.Operand, primitive.Result, primitive.Op == PrimitiveOp.ConvertChecked);
        return x[0] switch
        {
            bool b => OfBool(primitive.Op, b, x.Length > 1 && (bool)x[1]),
            int i => OfInt(primitive.Op, i, x.Length > 1 ? (int)x[1] : 0),
            uint u => x.Length > 1
            && x[1] is int n ? OfUIntShift(primitive.Op, u, n) : OfUInt(primitive.Op, u, x.Length > 1 ? (uint)x[1] : 0),
            long l => x.Length > 1
            && x[1] is int n ? OfLongShift(primitive.Op, l, n) : OfLong(primitive.Op, l, x.Length > 1 ? (long)x[1] : 0),
            ulong u => x.Length > 1
            && x[1] is int n ? OfULongShift(primitive.Op, u, n) : OfULong(primitive.Op, u, x.Length > 1 ? (ulong)x[1] : 0),
            double d => OfDouble(primitive.Op, d, x.Length > 1 ? (double)x[1] : 0, x.Length > 2 ? (double)x[2] : 0),
            BigInteger b => x.Length > 1
            && x[1] is int n ? OfBigWithCount(primitive.Op, b, n) : OfBig(primitive.Op, b, x.Length > 1 ? (BigInteger)x[1] : 0),
            string s => primitive.Operand.Equals(BuiltInSort.Symbol)
            ? OfSymbol(primitive.Op, s, x.Length > 1 ? (string)x[1] : "") : OfString(primitive.Op, s, x.Length > 1 ? (string)x[1] : ""),
            _ => throw Undefined(primitive.Op),
        };
    }

    private static object OfBool(PrimitiveOp op, bool x, bool y) => op switch
    {
        PrimitiveOp.Not => !x,
        PrimitiveOp.BitAnd => x & y,
        PrimitiveOp.BitOr => x | y,
        PrimitiveOp.BitXor => x ^ y,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        _ => throw Undefined(op),
    };

    private static object OfInt(PrimitiveOp op, int x, int y) => op switch
    {
        PrimitiveOp.Add => unchecked(x + y),
        PrimitiveOp.Subtract => unchecked(x - y),
        PrimitiveOp.Multiply => unchecked(x * y),
        PrimitiveOp.Divide => x / y,
        PrimitiveOp.Remainder => x == int.MinValue && y == -1 ? throw new OverflowException() : x % y,
        PrimitiveOp.Negate => unchecked(-x),
        PrimitiveOp.AddChecked => checked(x + y),
        PrimitiveOp.SubtractChecked => checked(x - y),
        PrimitiveOp.MultiplyChecked => checked(x * y),
        PrimitiveOp.NegateChecked => checked(-x),
        PrimitiveOp.BitAnd => x & y,
        PrimitiveOp.BitOr => x | y,
        PrimitiveOp.BitXor => x ^ y,
        PrimitiveOp.Complement => ~x,
        PrimitiveOp.ShiftLeft => x << y,
        PrimitiveOp.ShiftRight => x >> y,
        PrimitiveOp.ShiftRightUnsigned => x >>> y,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.Less => x < y,
        PrimitiveOp.LessOrEqual => x <= y,
        PrimitiveOp.Greater => x > y,
        PrimitiveOp.GreaterOrEqual => x >= y,
        PrimitiveOp.Abs => Math.Abs(x),
        PrimitiveOp.Min => Math.Min(x, y),
        PrimitiveOp.Max => Math.Max(x, y),
        PrimitiveOp.Sign => Math.Sign(x),
        PrimitiveOp.Log2 => int.Log2(x),
        PrimitiveOp.IsPow2 => int.IsPow2(x),
        PrimitiveOp.PopCount => int.PopCount(x),
        PrimitiveOp.LeadingZeroCount => int.LeadingZeroCount(x),
        PrimitiveOp.TrailingZeroCount => int.TrailingZeroCount(x),
        _ => throw Undefined(op),
    };

    private static object OfUInt(PrimitiveOp op, uint x, uint y) => op switch
    {
        PrimitiveOp.Add => unchecked(x + y),
        PrimitiveOp.Subtract => unchecked(x - y),
        PrimitiveOp.Multiply => unchecked(x * y),
        PrimitiveOp.Divide => x / y,
        PrimitiveOp.Remainder => x % y,
        PrimitiveOp.AddChecked => checked(x + y),
        PrimitiveOp.SubtractChecked => checked(x - y),
        PrimitiveOp.MultiplyChecked => checked(x * y),
        PrimitiveOp.BitAnd => x & y,
        PrimitiveOp.BitOr => x | y,
        PrimitiveOp.BitXor => x ^ y,
        PrimitiveOp.Complement => ~x,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.Less => x < y,
        PrimitiveOp.LessOrEqual => x <= y,
        PrimitiveOp.Greater => x > y,
        PrimitiveOp.GreaterOrEqual => x >= y,
        PrimitiveOp.Min => Math.Min(x, y),
        PrimitiveOp.Max => Math.Max(x, y),
        PrimitiveOp.Log2 => uint.Log2(x),
        PrimitiveOp.IsPow2 => uint.IsPow2(x),
        PrimitiveOp.PopCount => uint.PopCount(x),
        PrimitiveOp.LeadingZeroCount => uint.LeadingZeroCount(x),
        PrimitiveOp.TrailingZeroCount => uint.TrailingZeroCount(x),
        _ => throw Undefined(op),
    };

    private static object OfLong(PrimitiveOp op, long x, long y) => op switch
    {
        PrimitiveOp.Add => unchecked(x + y),
        PrimitiveOp.Subtract => unchecked(x - y),
        PrimitiveOp.Multiply => unchecked(x * y),
        PrimitiveOp.Divide => x / y,
        PrimitiveOp.Remainder => x == long.MinValue && y == -1 ? throw new OverflowException() : x % y,
        PrimitiveOp.Negate => unchecked(-x),
        PrimitiveOp.AddChecked => checked(x + y),
        PrimitiveOp.SubtractChecked => checked(x - y),
        PrimitiveOp.MultiplyChecked => checked(x * y),
        PrimitiveOp.NegateChecked => checked(-x),
        PrimitiveOp.BitAnd => x & y,
        PrimitiveOp.BitOr => x | y,
        PrimitiveOp.BitXor => x ^ y,
        PrimitiveOp.Complement => ~x,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.Less => x < y,
        PrimitiveOp.LessOrEqual => x <= y,
        PrimitiveOp.Greater => x > y,
        PrimitiveOp.GreaterOrEqual => x >= y,
        PrimitiveOp.Abs => Math.Abs(x),
        PrimitiveOp.Min => Math.Min(x, y),
        PrimitiveOp.Max => Math.Max(x, y),
        PrimitiveOp.Sign => Math.Sign(x),
        PrimitiveOp.Log2 => long.Log2(x),
        PrimitiveOp.IsPow2 => long.IsPow2(x),
        PrimitiveOp.PopCount => long.PopCount(x),
        PrimitiveOp.LeadingZeroCount => long.LeadingZeroCount(x),
        PrimitiveOp.TrailingZeroCount => long.TrailingZeroCount(x),
        _ => throw Undefined(op),
    };

    private static object OfULong(PrimitiveOp op, ulong x, ulong y) => op switch
    {
        PrimitiveOp.Add => unchecked(x + y),
        PrimitiveOp.Subtract => unchecked(x - y),
        PrimitiveOp.Multiply => unchecked(x * y),
        PrimitiveOp.Divide => x / y,
        PrimitiveOp.Remainder => x % y,
        PrimitiveOp.AddChecked => checked(x + y),
        PrimitiveOp.SubtractChecked => checked(x - y),
        PrimitiveOp.MultiplyChecked => checked(x * y),
        PrimitiveOp.BitAnd => x & y,
        PrimitiveOp.BitOr => x | y,
        PrimitiveOp.BitXor => x ^ y,
        PrimitiveOp.Complement => ~x,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.Less => x < y,
        PrimitiveOp.LessOrEqual => x <= y,
        PrimitiveOp.Greater => x > y,
        PrimitiveOp.GreaterOrEqual => x >= y,
        PrimitiveOp.Min => Math.Min(x, y),
        PrimitiveOp.Max => Math.Max(x, y),
        PrimitiveOp.Log2 => ulong.Log2(x),
        PrimitiveOp.IsPow2 => ulong.IsPow2(x),
        PrimitiveOp.PopCount => ulong.PopCount(x),
        PrimitiveOp.LeadingZeroCount => ulong.LeadingZeroCount(x),
        PrimitiveOp.TrailingZeroCount => ulong.TrailingZeroCount(x),
        _ => throw Undefined(op),
    };

    private static object OfUIntShift(PrimitiveOp op, uint x, int n) => op switch
    {
        PrimitiveOp.ShiftLeft => x << n,
        PrimitiveOp.ShiftRight => x >> n,
        PrimitiveOp.ShiftRightUnsigned => x >>> n,
        _ => throw Undefined(op),
    };

    private static object OfLongShift(PrimitiveOp op, long x, int n) => op switch
    {
        PrimitiveOp.ShiftLeft => x << n,
        PrimitiveOp.ShiftRight => x >> n,
        PrimitiveOp.ShiftRightUnsigned => x >>> n,
        _ => throw Undefined(op),
    };

    private static object OfULongShift(PrimitiveOp op, ulong x, int n) => op switch
    {
        PrimitiveOp.ShiftLeft => x << n,
        PrimitiveOp.ShiftRight => x >> n,
        PrimitiveOp.ShiftRightUnsigned => x >>> n,
        _ => throw Undefined(op),
    };

    private static object OfDouble(PrimitiveOp op, double x, double y, double z) => op switch
    {
        PrimitiveOp.Add => x + y,
        PrimitiveOp.Subtract => x - y,
        PrimitiveOp.Multiply => x * y,
        PrimitiveOp.Divide => x / y,
        PrimitiveOp.Remainder => x % y,
        PrimitiveOp.Negate => -x,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.Less => x < y,
        PrimitiveOp.LessOrEqual => x <= y,
        PrimitiveOp.Greater => x > y,
        PrimitiveOp.GreaterOrEqual => x >= y,
        PrimitiveOp.Abs => Math.Abs(x),
        PrimitiveOp.Min => Math.Min(x, y),
        PrimitiveOp.Max => Math.Max(x, y),
        PrimitiveOp.Sign => Math.Sign(x),
        PrimitiveOp.Log2 => Math.Log2(x),
        PrimitiveOp.Pow => Math.Pow(x, y),
        PrimitiveOp.Sqrt => Math.Sqrt(x),
        PrimitiveOp.Cbrt => Math.Cbrt(x),
        PrimitiveOp.Exp => Math.Exp(x),
        PrimitiveOp.Log => Math.Log(x),
        PrimitiveOp.Log10 => Math.Log10(x),
        PrimitiveOp.Sin => Math.Sin(x),
        PrimitiveOp.Cos => Math.Cos(x),
        PrimitiveOp.Tan => Math.Tan(x),
        PrimitiveOp.Asin => Math.Asin(x),
        PrimitiveOp.Acos => Math.Acos(x),
        PrimitiveOp.Atan => Math.Atan(x),
        PrimitiveOp.Atan2 => Math.Atan2(x, y),
        PrimitiveOp.Sinh => Math.Sinh(x),
        PrimitiveOp.Cosh => Math.Cosh(x),
        PrimitiveOp.Tanh => Math.Tanh(x),
        PrimitiveOp.Asinh => Math.Asinh(x),
        PrimitiveOp.Acosh => Math.Acosh(x),
        PrimitiveOp.Atanh => Math.Atanh(x),
        PrimitiveOp.Floor => Math.Floor(x),
        PrimitiveOp.Ceiling => Math.Ceiling(x),
        PrimitiveOp.Round => Math.Round(x),
        PrimitiveOp.Truncate => Math.Truncate(x),
        PrimitiveOp.FusedMultiplyAdd => Math.FusedMultiplyAdd(x, y, z),
        PrimitiveOp.IsNaN => double.IsNaN(x),
        PrimitiveOp.IsFinite => double.IsFinite(x),
        PrimitiveOp.IsInteger => double.IsInteger(x),
        _ => throw Undefined(op),
    };

    private static object OfBig(PrimitiveOp op, BigInteger x, BigInteger y) => op switch
    {
        PrimitiveOp.Add => x + y,
        PrimitiveOp.Subtract => x - y,
        PrimitiveOp.Multiply => x * y,
        PrimitiveOp.Divide => x / y,
        PrimitiveOp.Remainder => x % y,
        PrimitiveOp.Negate => -x,
        PrimitiveOp.BitAnd => x & y,
        PrimitiveOp.BitOr => x | y,
        PrimitiveOp.BitXor => x ^ y,
        PrimitiveOp.Complement => ~x,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.Less => x < y,
        PrimitiveOp.LessOrEqual => x <= y,
        PrimitiveOp.Greater => x > y,
        PrimitiveOp.GreaterOrEqual => x >= y,
        PrimitiveOp.Abs => BigInteger.Abs(x),
        PrimitiveOp.Min => BigInteger.Min(x, y),
        PrimitiveOp.Max => BigInteger.Max(x, y),
        PrimitiveOp.Sign => x.Sign,
        PrimitiveOp.IsPow2 => BigInteger.IsPow2(x),
        PrimitiveOp.Gcd => BigInteger.GreatestCommonDivisor(x, y),
        _ => throw Undefined(op),
    };

    private static object OfBigWithCount(PrimitiveOp op, BigInteger x, int n) => op switch
    {
        PrimitiveOp.ShiftLeft => x << n,
        PrimitiveOp.ShiftRight => x >> n,
        PrimitiveOp.Pow => BigInteger.Pow(x, n),
        _ => throw Undefined(op),
    };

    private static object OfString(PrimitiveOp op, string x, string y) => op switch
    {
        PrimitiveOp.Concat => x + y,
        PrimitiveOp.Length => x.Length,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        PrimitiveOp.SymbolOf => x,
        _ => throw Undefined(op),
    };

    private static object OfSymbol(PrimitiveOp op, string x, string y) => op switch
    {
        PrimitiveOp.NameOf => x,
        PrimitiveOp.Equal => x == y,
        PrimitiveOp.NotEqual => x != y,
        _ => throw Undefined(op),
    };

    // An enum is its underlying number; the judge holds it as a long with the same bits.
    private static object Cast(object x, Sort from, Sort to, bool isChecked)
    {
        if (from is EnumSort source)
        {
            long bits = (long)x;
            x = source.Underlying switch
            {
                BuiltInKind.Int => (int)bits,
                BuiltInKind.UInt => (uint)bits,
                BuiltInKind.Long => bits,
                _ => (object)(ulong)bits
            };
        }

        if (to is not EnumSort target) return Cast(x, ((BuiltInSort)to).Kind, isChecked);
        return Cast(x, target.Underlying, isChecked) switch
        {
            int i => (long)i,
            uint u => (long)u,
            long l => l,
            ulong u => (object)unchecked((long)u),
            _ => throw new InvalidOperationException()
        };
    }

    private static object Cast(object x, BuiltInKind to, bool isChecked) => (x, to, isChecked) switch
    {
        (int v, BuiltInKind.Int, _) => v,
        (int v, BuiltInKind.UInt, false) => unchecked((uint)v),
        (int v, BuiltInKind.UInt, true) => checked((uint)v),
        (int v, BuiltInKind.Long, _) => (long)v,
        (int v, BuiltInKind.ULong, false) => unchecked((ulong)v),
        (int v, BuiltInKind.ULong, true) => checked((ulong)v),
        (int v, BuiltInKind.Double, _) => (double)v,
        (int v, BuiltInKind.BigInteger, _) => (BigInteger)v,
        (uint v, BuiltInKind.Int, false) => unchecked((int)v),
        (uint v, BuiltInKind.Int, true) => checked((int)v),
        (uint v, BuiltInKind.UInt, _) => v,
        (uint v, BuiltInKind.Long, _) => (long)v,
        (uint v, BuiltInKind.ULong, _) => (ulong)v,
        (uint v, BuiltInKind.Double, _) => (double)v,
        (uint v, BuiltInKind.BigInteger, _) => (BigInteger)v,
        (long v, BuiltInKind.Int, false) => unchecked((int)v),
        (long v, BuiltInKind.Int, true) => checked((int)v),
        (long v, BuiltInKind.UInt, false) => unchecked((uint)v),
        (long v, BuiltInKind.UInt, true) => checked((uint)v),
        (long v, BuiltInKind.Long, _) => v,
        (long v, BuiltInKind.ULong, false) => unchecked((ulong)v),
        (long v, BuiltInKind.ULong, true) => checked((ulong)v),
        (long v, BuiltInKind.Double, _) => (double)v,
        (long v, BuiltInKind.BigInteger, _) => (BigInteger)v,
        (ulong v, BuiltInKind.Int, false) => unchecked((int)v),
        (ulong v, BuiltInKind.Int, true) => checked((int)v),
        (ulong v, BuiltInKind.UInt, false) => unchecked((uint)v),
        (ulong v, BuiltInKind.UInt, true) => checked((uint)v),
        (ulong v, BuiltInKind.Long, false) => unchecked((long)v),
        (ulong v, BuiltInKind.Long, true) => checked((long)v),
        (ulong v, BuiltInKind.ULong, _) => v,
        (ulong v, BuiltInKind.Double, _) => (double)v,
        (ulong v, BuiltInKind.BigInteger, _) => (BigInteger)v,
        (double v, BuiltInKind.Int, false) => unchecked((int)v),
        (double v, BuiltInKind.Int, true) => checked((int)v),
        (double v, BuiltInKind.UInt, false) => unchecked((uint)v),
        (double v, BuiltInKind.UInt, true) => checked((uint)v),
        (double v, BuiltInKind.Long, false) => unchecked((long)v),
        (double v, BuiltInKind.Long, true) => checked((long)v),
        (double v, BuiltInKind.ULong, false) => unchecked((ulong)v),
        (double v, BuiltInKind.ULong, true) => checked((ulong)v),
        (double v, BuiltInKind.Double, _) => v,
        (double v, BuiltInKind.BigInteger, _) => (BigInteger)v,
        (BigInteger v, BuiltInKind.Int, _) => (int)v,
        (BigInteger v, BuiltInKind.UInt, _) => (uint)v,
        (BigInteger v, BuiltInKind.Long, _) => (long)v,
        (BigInteger v, BuiltInKind.ULong, _) => (ulong)v,
        (BigInteger v, BuiltInKind.Double, _) => (double)v,
        (BigInteger v, BuiltInKind.BigInteger, _) => v,
        _ => throw new InvalidOperationException("There is no cast from " + x.GetType().Name + " to " + to + "."),
    };

    private static InvalidOperationException Undefined(PrimitiveOp op) => new(op + " is not defined here.");
}
