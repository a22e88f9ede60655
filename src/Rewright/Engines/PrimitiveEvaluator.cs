using System;
using System.Collections.Generic;
using System.Numerics;
using Rewright.Emit;
using Rewright.Heap;
using Rewright.Model;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Engines;

/// <summary>
/// A function is not defined at its arguments. What C# throws is the same for all engines, and made where the call has ended.
/// </summary>
internal sealed class OutsideDomainException(int status) : Exception
{
    /// <summary>Which one.</summary>
    public int Status => status;
}

/// <summary>Computes the functions of built-in sorts by the C# operators and functions that they are named after.</summary>
/// <remarks>Operands are borrowed; a result that is a cell is owned.</remarks>
internal static unsafe class PrimitiveEvaluator
{
    /// <summary>Computes a primitive by its number; see <c>LlvmPrimitives.NumberOf</c>.</summary>
    public static ulong Evaluate(int number, ulong* a, CellMemory memory)
        => Evaluate((PrimitiveOp)(number & 0xFF), (BuiltInKind)((number >> 8) & 0xF), (BuiltInKind)((number >> 12) & 0xF), a, memory);

    /// <summary>Computes a primitive.</summary>
    /// <param name="op">The function.</param>
    /// <param name="operand">The sort of its operands; the underlying one of an enum.</param>
    /// <param name="result">The sort of its result.</param>
    /// <param name="a">The operands.</param>
    /// <param name="memory">Where strings and large integers are.</param>
    public static ulong Evaluate(PrimitiveOp op, BuiltInKind operand, BuiltInKind result, ulong* a, CellMemory memory)
    {
        if (op == CountUp) return (long)(a[0] + a[1]) >= 0 ? a[0] + a[1] : throw new CounterOverflowException("");
        if (op is PrimitiveOp.Convert or ConvertChecked) return Convert(operand, result, a[0], op == ConvertChecked, memory);
        return operand switch
        {
            Bool => Truth(op, a[0] != 0, a[1] != 0),
            Int => Integer<int>(op, (int)a[0], a, v => (ulong)(long)v, int.Abs),
            UInt => Integer<uint>(op, (uint)a[0], a, v => v, v => v),
            Long => Integer<long>(op, (long)a[0], a, v => (ulong)v, long.Abs),
            ULong => Integer<ulong>(op, a[0], a, v => v, v => v),
            BuiltInKind.Double => Real(op, a),
            BuiltInKind.BigInteger => Big(op, a, memory),
            BuiltInKind.Symbol => op switch
            {
                Equal => Bit(a[0] == a[1]),
                NotEqual => Bit(a[0] != a[1]),
                _ => memory.NewExternal(ExternalKind.String, new Symbol((int)a[0]).Name),
            },
            _ => Text(op, a, memory),
        };
    }

    private static ulong Bit(bool value) => value ? 1UL : 0;

    private static ulong Truth(PrimitiveOp op, bool x, bool y) => Bit(op switch
    {
        BitAnd => x & y,
        BitOr => x | y,
        BitXor or NotEqual => x ^ y,
        Not => !x,
        Equal => x == y,
        _ => throw Unknown(op),
    });

    private static ulong Integer<T>(PrimitiveOp op, T x, ulong* a, Func<T, ulong> toWord, Func<T, T> abs)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var y = T.CreateTruncating(a[1]);
        int shift = (int)a[1] & ((sizeof(T) * 8) - 1);
        switch (op)
        {
            case Equal: return Bit(x == y);
            case NotEqual: return Bit(x != y);
            case Less: return Bit(x < y);
            case LessOrEqual: return Bit(x <= y);
            case Greater: return Bit(x > y);
            case GreaterOrEqual: return Bit(x >= y);
            case PrimitiveOp.Sign: return (ulong)(long)T.Sign(x);
            case IsPow2: return Bit(T.IsPow2(x));
        }

        return toWord(op switch
        {
            Add => unchecked(x + y),
            Subtract => unchecked(x - y),
            Multiply => unchecked(x * y),
            Divide => x / y,
            Remainder => T.IsNegative(y) && y == T.Zero - T.One && x == T.MinValue ? throw new OverflowException() : x % y,
            Negate => unchecked(T.Zero - x),
            AddChecked => checked(x + y),
            SubtractChecked => checked(x - y),
            MultiplyChecked => checked(x * y),
            NegateChecked => checked(-x),
            BitAnd => x & y,
            BitOr => x | y,
            BitXor => x ^ y,
            Complement => ~x,
            ShiftLeft => x << shift,
            ShiftRight => x >> shift,
            ShiftRightUnsigned => x >>> shift,
            Abs => abs(x),
            Min => T.Min(x, y),
            Max => T.Max(x, y),
            Log2 => T.IsNegative(x) ? throw new OutsideDomainException(Abi.OutOfRange) : T.Log2(x),
            PopCount => T.PopCount(x),
            LeadingZeroCount => T.LeadingZeroCount(x),
            TrailingZeroCount => T.TrailingZeroCount(x),
            _ => throw Unknown(op),
        });
    }

    private static ulong Real(PrimitiveOp op, ulong* a)
    {
        double x = BitConverter.UInt64BitsToDouble(a[0]), y = BitConverter.UInt64BitsToDouble(a[1]);
        switch (op)
        {
            case Equal: return Bit(x == y);
            case NotEqual: return Bit(x != y);
            case Less: return Bit(x < y);
            case LessOrEqual: return Bit(x <= y);
            case Greater: return Bit(x > y);
            case GreaterOrEqual: return Bit(x >= y);
            case PrimitiveOp.Sign: return double.IsNaN(x) ? throw new OutsideDomainException(Abi.NotANumber) : (ulong)(long)Math.Sign(x);
            case IsNaN: return Bit(double.IsNaN(x));
            case IsFinite: return Bit(double.IsFinite(x));
            case IsInteger: return Bit(double.IsInteger(x));
        }

        return (ulong)Literal.DoubleBits(op switch
        {
            Add => x + y,
            Subtract => x - y,
            Multiply => x * y,
            Divide => x / y,
            Remainder => x % y,
            Negate => -x,
            Abs => Math.Abs(x),
            Min => Math.Min(x, y),
            Max => Math.Max(x, y),
            Log2 => Math.Log2(x),
            Pow => Math.Pow(x, y),
            Sqrt => Math.Sqrt(x),
            Cbrt => Math.Cbrt(x),
            Exp => Math.Exp(x),
            Log => Math.Log(x),
            Log10 => Math.Log10(x),
            Sin => Math.Sin(x),
            Cos => Math.Cos(x),
            Tan => Math.Tan(x),
            Asin => Math.Asin(x),
            Acos => Math.Acos(x),
            Atan => Math.Atan(x),
            Atan2 => Math.Atan2(x, y),
            Sinh => Math.Sinh(x),
            Cosh => Math.Cosh(x),
            Tanh => Math.Tanh(x),
            Asinh => Math.Asinh(x),
            Acosh => Math.Acosh(x),
            Atanh => Math.Atanh(x),
            Floor => Math.Floor(x),
            Ceiling => Math.Ceiling(x),
            Round => Math.Round(x),
            Truncate => Math.Truncate(x),
            FusedMultiplyAdd => Math.FusedMultiplyAdd(x, y, BitConverter.UInt64BitsToDouble(a[2])),
            _ => throw Unknown(op),
        });
    }

    // .NET finds out that there is no such integer when it has taken the memory for it.
    private static void CheckSize(long bits, CellMemory memory)
    {
        const long most = (1L << 31) - 64;
        if (bits > most) throw new OverflowException();
        if (bits / 8 > memory.Room) throw new InsufficientMemoryException();
    }

    private static ulong Shift(PrimitiveOp op, System.Numerics.BigInteger x, int n, CellMemory memory)
    {
        if (op == Pow && n < 0) throw new OutsideDomainException(Abi.NegativeExponent);
        long count = op == ShiftRight ? -(long)n : n, length = System.Numerics.BigInteger.Abs(x).GetBitLength();
        if (count > 0 && !x.IsZero) CheckSize(op == Pow ? ((length - 1) * count) + 1 : length + count, memory);
        return Words.FromInteger(
            op switch { ShiftLeft => x << n, ShiftRight => x >> n, _ => LargeIntegers.Power(x, n, memory.Watch) }, memory);
    }

    private static ulong Big(PrimitiveOp op, ulong* a, CellMemory memory)
    {
        var x = Words.ToInteger(a[0], memory);
        if (op is ShiftLeft or ShiftRight or Pow) return Shift(op, x, (int)a[1], memory);
        bool isUnary = op is Negate or Abs or Complement or PrimitiveOp.Sign or IsPow2;
        var y = isUnary ? default : Words.ToInteger(a[1], memory);
        switch (op)
        {
            case Equal: return Bit(x == y);
            case NotEqual: return Bit(x != y);
            case Less: return Bit(x < y);
            case LessOrEqual: return Bit(x <= y);
            case Greater: return Bit(x > y);
            case GreaterOrEqual: return Bit(x >= y);
            case PrimitiveOp.Sign: return (ulong)(long)x.Sign;
            case IsPow2: return Bit(System.Numerics.BigInteger.IsPow2(x));
            case Multiply: CheckSize(x.GetBitLength() + y.GetBitLength(), memory); break;
        }

        return Words.FromInteger(op switch
        {
            Add => x + y,
            Subtract => x - y,
            Multiply => LargeIntegers.Multiply(x, y, memory.Watch),
            Divide => LargeIntegers.Divide(x, y, memory.Watch).Quotient,
            Remainder => LargeIntegers.Divide(x, y, memory.Watch).Remainder,
            Negate => -x,
            Complement => ~x,
            BitAnd => x & y,
            BitOr => x | y,
            BitXor => x ^ y,
            Abs => System.Numerics.BigInteger.Abs(x),
            Min => System.Numerics.BigInteger.Min(x, y),
            Max => System.Numerics.BigInteger.Max(x, y),
            Gcd => LargeIntegers.Gcd(x, y, memory.Watch),
            _ => throw Unknown(op),
        }, memory);
    }

    private static ulong Text(PrimitiveOp op, ulong* a, CellMemory memory)
    {
        string x = (string)memory.External(a[0])!;
        return op switch
        {
            Equal => Bit(x == (string)memory.External(a[1])!),
            NotEqual => Bit(x != (string)memory.External(a[1])!),
            Concat => Join(x, (string)memory.External(a[1])!, memory),
            Length => (ulong)x.Length,
            SymbolOf => memory.SymbolOf(x),
            _ => throw Unknown(op),
        };
    }

    private static ulong Join(string x, string y, CellMemory memory)
    {
        // Before there is one.
        if (2L * ((long)x.Length + y.Length) > memory.Room) throw new InsufficientMemoryException();
        return memory.NewExternal(ExternalKind.String, x + y);
    }

    private static ulong Convert(BuiltInKind from, BuiltInKind to, ulong word, bool isChecked, CellMemory memory) => from switch
    {
        Bool => word,
        Int => FromInteger((int)word, to, isChecked, memory),
        UInt => FromInteger((uint)word, to, isChecked, memory),
        Long => FromInteger((long)word, to, isChecked, memory),
        ULong => FromInteger(word, to, isChecked, memory),
        BuiltInKind.Double => FromReal(BitConverter.UInt64BitsToDouble(word), to, isChecked, memory),
        _ => FromBig(Words.ToInteger(word, memory), to, memory),
    };

    private static ulong FromInteger<T>(T value, BuiltInKind to, bool isChecked, CellMemory memory)
        where T : IBinaryInteger<T> => to switch
        {
            Int => (ulong)(long)(isChecked ? int.CreateChecked(value) : int.CreateTruncating(value)),
            UInt => isChecked ? uint.CreateChecked(value) : uint.CreateTruncating(value),
            Long => (ulong)(isChecked ? long.CreateChecked(value) : long.CreateTruncating(value)),
            ULong => isChecked ? ulong.CreateChecked(value) : ulong.CreateTruncating(value),
            BuiltInKind.Double => (ulong)Literal.DoubleBits(double.CreateTruncating(value)),
            _ => Words.FromInteger(System.Numerics.BigInteger.CreateTruncating(value), memory),
        };

    private static ulong FromReal(double value, BuiltInKind to, bool isChecked, CellMemory memory) => to switch
    {
        Int => (ulong)(long)(isChecked ? checked((int)value) : unchecked((int)value)),
        UInt => isChecked ? checked((uint)value) : unchecked((uint)value),
        Long => (ulong)(isChecked ? checked((long)value) : unchecked((long)value)),
        ULong => isChecked ? checked((ulong)value) : unchecked((ulong)value),
        BuiltInKind.Double => (ulong)Literal.DoubleBits(value),
        _ => Words.FromInteger(new BigInteger(value), memory),
    };

    // Conversions of a BigInteger throw where the value does not fit, in unchecked contexts too.
    private static ulong FromBig(BigInteger value, BuiltInKind to, CellMemory memory) => to switch
    {
        Int => (ulong)(long)(int)value,
        UInt => (uint)value,
        Long => (ulong)(long)value,
        ULong => (ulong)value,
        BuiltInKind.Double => (ulong)Literal.DoubleBits((double)value),
        _ => Words.FromInteger(value, memory),
    };

    private static InvalidOperationException Unknown(PrimitiveOp op) => new(op + " is not defined at this sort.");
}
