using System;
using System.Numerics;
using Rewright.Emit;
using Rewright.Heap;
using Rewright.Model;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;
using BigInteger = System.Numerics.BigInteger;

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
/// <remarks>
/// Operands are borrowed; a result that is a cell is owned. Each row is the value of the row that <c>Core/Primitives</c> has for the same
/// function. The values are here because they need the heap, and number types that the framework of compilers does not have.
/// </remarks>
internal static unsafe class PrimitiveEvaluator
{
    /// <summary>Computes a primitive by its number; see <see cref="Abi.NumberOf"/>.</summary>
    /// <param name="number">The number.</param>
    /// <param name="a">The operands.</param>
    /// <param name="memory">Where strings and large integers are.</param>
    public static ulong Evaluate(int number, ulong* a, CellMemory memory)
    {
        var op = (PrimitiveOp)(number & 0xFF);
        // The most frequent one.
        if (op == CountUp) return (long)(a[0] + a[1]) >= 0 ? a[0] + a[1] : throw new CounterOverflowException("");
        var operand = (BuiltInKind)((number >> 8) & 0xF);
        if (op is PrimitiveOp.Convert or ConvertChecked)
            return Convert(operand, (BuiltInKind)((number >> 12) & 0xF), a[0], op == ConvertChecked, memory);
        return operand switch
        {
            Bool => Bit(Truth(op, a[0] != 0, a[1] != 0)),
            Int => Integer(op, (int)a[0], (int)a[1], (int)a[1]),
            UInt => Integer(op, (uint)a[0], (uint)a[1], (int)a[1]),
            Long => Integer(op, (long)a[0], (long)a[1], (int)a[1]),
            ULong => Integer(op, a[0], a[1], (int)a[1]),
            BuiltInKind.Double => Real(op, Number(a[0]), Number(a[1]), a),
            BuiltInKind.BigInteger => Big(op, a, memory),
            BuiltInKind.Symbol => op switch
            {
                Equal => Bit(a[0] == a[1]),
                NotEqual => Bit(a[0] != a[1]),
                NameOf => memory.NewExternal(ExternalKind.String, new Symbol((int)a[0]).Name),
                _ => throw Unknown(op),
            },
            _ => Text(op, a, memory),
        };
    }

    private static bool Truth(PrimitiveOp op, bool x, bool y) => op switch
    {
        BitAnd => x & y,
        BitOr => x | y,
        BitXor => x ^ y,
        NotEqual => x != y,
        Equal => x == y,
        Not => !x,
        _ => throw Unknown(op),
    };

    private static ulong Integer<T>(PrimitiveOp op, T x, T y, int count)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => op switch
        {
            Add => Word(unchecked(x + y)),
            Subtract => Word(unchecked(x - y)),
            Multiply => Word(unchecked(x * y)),
            Divide => Word(x / y),
            Remainder => IsSmallestByMinusOne(x, y) ? throw new OverflowException() : Word(x % y),
            Negate => Word(unchecked(T.Zero - x)),
            AddChecked => Word(checked(x + y)),
            SubtractChecked => Word(checked(x - y)),
            MultiplyChecked => Word(checked(x * y)),
            NegateChecked => Word(checked(-x)),
            BitAnd => Word(x & y),
            BitOr => Word(x | y),
            BitXor => Word(x ^ y),
            Complement => Word(~x),
            ShiftLeft => Word(x << Masked<T>(count)),
            ShiftRight => Word(x >> Masked<T>(count)),
            ShiftRightUnsigned => Word(x >>> Masked<T>(count)),
            Equal => Bit(x == y),
            NotEqual => Bit(x != y),
            Less => Bit(x < y),
            LessOrEqual => Bit(x <= y),
            Greater => Bit(x > y),
            GreaterOrEqual => Bit(x >= y),
            Abs => Word(T.Abs(x)),
            Min => Word(T.Min(x, y)),
            Max => Word(T.Max(x, y)),
            PrimitiveOp.Sign => (ulong)(long)T.Sign(x),
            Log2 => T.IsNegative(x) ? throw new OutsideDomainException(Abi.OutOfRange) : Word(T.Log2(x)),
            IsPow2 => Bit(T.IsPow2(x)),
            PopCount => Word(T.PopCount(x)),
            LeadingZeroCount => Word(T.LeadingZeroCount(x)),
            TrailingZeroCount => Word(T.TrailingZeroCount(x)),
            _ => throw Unknown(op),
        };

    private static ulong Real(PrimitiveOp op, double x, double y, ulong* a) => op switch
    {
        Add => Word(x + y),
        Subtract => Word(x - y),
        Multiply => Word(x * y),
        Divide => Word(x / y),
        Remainder => Word(x % y),
        Negate => Word(-x),
        Equal => Bit(x == y),
        NotEqual => Bit(x != y),
        Less => Bit(x < y),
        LessOrEqual => Bit(x <= y),
        Greater => Bit(x > y),
        GreaterOrEqual => Bit(x >= y),
        Abs => Word(Math.Abs(x)),
        Min => Word(Math.Min(x, y)),
        Max => Word(Math.Max(x, y)),
        PrimitiveOp.Sign => double.IsNaN(x) ? throw new OutsideDomainException(Abi.NotANumber) : (ulong)(long)Math.Sign(x),
        Log2 => Word(Math.Log2(x)),
        Pow => Word(Math.Pow(x, y)),
        Sqrt => Word(Math.Sqrt(x)),
        Cbrt => Word(Math.Cbrt(x)),
        Exp => Word(Math.Exp(x)),
        Log => Word(Math.Log(x)),
        Log10 => Word(Math.Log10(x)),
        Sin => Word(Math.Sin(x)),
        Cos => Word(Math.Cos(x)),
        Tan => Word(Math.Tan(x)),
        Asin => Word(Math.Asin(x)),
        Acos => Word(Math.Acos(x)),
        Atan => Word(Math.Atan(x)),
        Atan2 => Word(Math.Atan2(x, y)),
        Sinh => Word(Math.Sinh(x)),
        Cosh => Word(Math.Cosh(x)),
        Tanh => Word(Math.Tanh(x)),
        Asinh => Word(Math.Asinh(x)),
        Acosh => Word(Math.Acosh(x)),
        Atanh => Word(Math.Atanh(x)),
        Floor => Word(Math.Floor(x)),
        Ceiling => Word(Math.Ceiling(x)),
        Round => Word(Math.Round(x)),
        Truncate => Word(Math.Truncate(x)),
        FusedMultiplyAdd => Word(Math.FusedMultiplyAdd(x, y, Number(a[2]))),
        IsNaN => Bit(double.IsNaN(x)),
        IsFinite => Bit(double.IsFinite(x)),
        IsInteger => Bit(double.IsInteger(x)),
        _ => throw Unknown(op),
    };

    private static ulong Big(PrimitiveOp op, ulong* a, CellMemory memory)
    {
        var x = Words.ToInteger(a[0], memory);
        BigInteger Y() => Words.ToInteger(a[1], memory);
        ulong Word(BigInteger value) => Words.FromInteger(value, memory);
        return op switch
        {
            Add => Word(x + Y()),
            Subtract => Word(x - Y()),
            Multiply => Word(Product(x, Y(), memory)),
            Negate => Word(-x),
            Divide => Word(LargeIntegers.Divide(x, Y(), memory.Watch).Quotient),
            Remainder => Word(LargeIntegers.Divide(x, Y(), memory.Watch).Remainder),
            BitAnd => Word(x & Y()),
            BitOr => Word(x | Y()),
            BitXor => Word(x ^ Y()),
            Complement => Word(~x),
            ShiftLeft => Word(ShiftedLeft(x, (int)a[1], memory)),
            ShiftRight => Word(ShiftedRight(x, (int)a[1], memory)),
            Equal => Bit(x == Y()),
            NotEqual => Bit(x != Y()),
            Less => Bit(x < Y()),
            LessOrEqual => Bit(x <= Y()),
            Greater => Bit(x > Y()),
            GreaterOrEqual => Bit(x >= Y()),
            Abs => Word(BigInteger.Abs(x)),
            Min => Word(BigInteger.Min(x, Y())),
            Max => Word(BigInteger.Max(x, Y())),
            PrimitiveOp.Sign => (ulong)(long)x.Sign,
            IsPow2 => Bit(BigInteger.IsPow2(x)),
            Gcd => Word(LargeIntegers.Gcd(x, Y(), memory.Watch)),
            Pow => Word(Power(x, (int)a[1], memory)),
            _ => throw Unknown(op),
        };
    }

    private static ulong Text(PrimitiveOp op, ulong* a, CellMemory memory)
    {
        string x = TextOf(a[0], memory);
        string Y() => TextOf(a[1], memory);
        return op switch
        {
            Equal => Bit(x == Y()),
            NotEqual => Bit(x != Y()),
            Length => (ulong)x.Length,
            Concat => Joined(x, Y(), memory),
            SymbolOf => memory.SymbolOf(x),
            _ => throw Unknown(op),
        };
    }

    private static ulong Convert(BuiltInKind from, BuiltInKind to, ulong word, bool isChecked, CellMemory memory) => from switch
    {
        Bool => word,
        Int => FromInteger((int)word, to, isChecked, memory),
        UInt => FromInteger((uint)word, to, isChecked, memory),
        Long => FromInteger((long)word, to, isChecked, memory),
        ULong => FromInteger(word, to, isChecked, memory),
        BuiltInKind.Double => FromReal(Number(word), to, isChecked, memory),
        _ => FromBig(Words.ToInteger(word, memory), to, memory),
    };

    private static ulong FromInteger<T>(T value, BuiltInKind to, bool isChecked, CellMemory memory)
        where T : IBinaryInteger<T> => to switch
        {
            Int => (ulong)(long)(isChecked ? int.CreateChecked(value) : int.CreateTruncating(value)),
            UInt => isChecked ? uint.CreateChecked(value) : uint.CreateTruncating(value),
            Long => (ulong)(isChecked ? long.CreateChecked(value) : long.CreateTruncating(value)),
            ULong => isChecked ? ulong.CreateChecked(value) : ulong.CreateTruncating(value),
            BuiltInKind.Double => Word(double.CreateTruncating(value)),
            _ => Words.FromInteger(BigInteger.CreateTruncating(value), memory),
        };

    private static ulong FromReal(double value, BuiltInKind to, bool isChecked, CellMemory memory) => to switch
    {
        Int => (ulong)(long)(isChecked ? checked((int)value) : unchecked((int)value)),
        UInt => isChecked ? checked((uint)value) : unchecked((uint)value),
        Long => (ulong)(isChecked ? checked((long)value) : unchecked((long)value)),
        ULong => isChecked ? checked((ulong)value) : unchecked((ulong)value),
        BuiltInKind.Double => Word(value),
        _ => Words.FromInteger(new BigInteger(value), memory),
    };

    // Conversions of a BigInteger throw where the value does not fit, in unchecked contexts too.
    private static ulong FromBig(BigInteger value, BuiltInKind to, CellMemory memory) => to switch
    {
        Int => (ulong)(long)(int)value,
        UInt => (uint)value,
        Long => (ulong)(long)value,
        ULong => (ulong)value,
        BuiltInKind.Double => Word((double)value),
        _ => Words.FromInteger(value, memory),
    };

    private static ulong Bit(bool value) => value ? 1UL : 0;

    private static ulong Word<T>(T value)
        where T : IBinaryInteger<T> => ulong.CreateTruncating(value);

    private static ulong Word(double value) => (ulong)Literal.DoubleBits(value);

    private static double Number(ulong word) => BitConverter.UInt64BitsToDouble(word);

    private static string TextOf(ulong word, CellMemory memory) => (string)memory.External(word)!;

    private static int Masked<T>(int count)
        where T : unmanaged => count & ((sizeof(T) * 8) - 1);

    private static bool IsSmallestByMinusOne<T>(T x, T y)
        where T : IBinaryInteger<T>, IMinMaxValue<T> => T.IsNegative(y) && y == T.Zero - T.One && x == T.MinValue;

    // .NET finds out that there is no such integer when it has taken the memory for it.
    private static void CheckSize(long bits, CellMemory memory)
    {
        const long most = (1L << 31) - 64;
        if (bits > most) throw new OverflowException();
        if (bits / 8 > memory.Room) throw new InsufficientMemoryException();
    }

    private static long BitsOf(BigInteger x) => BigInteger.Abs(x).GetBitLength();

    private static BigInteger Product(BigInteger x, BigInteger y, CellMemory memory)
    {
        CheckSize(x.GetBitLength() + y.GetBitLength(), memory);
        return LargeIntegers.Multiply(x, y, memory.Watch);
    }

    private static BigInteger ShiftedLeft(BigInteger x, int count, CellMemory memory)
    {
        if (count > 0 && !x.IsZero) CheckSize(BitsOf(x) + count, memory);
        return x << count;
    }

    private static BigInteger ShiftedRight(BigInteger x, int count, CellMemory memory)
    {
        if (count < 0 && !x.IsZero) CheckSize(BitsOf(x) - (long)count, memory);
        return x >> count;
    }

    private static BigInteger Power(BigInteger x, int exponent, CellMemory memory)
    {
        if (exponent < 0) throw new OutsideDomainException(Abi.NegativeExponent);
        if (exponent > 0 && !x.IsZero) CheckSize(((BitsOf(x) - 1) * exponent) + 1, memory);
        return LargeIntegers.Power(x, exponent, memory.Watch);
    }

    private static ulong Joined(string x, string y, CellMemory memory)
    {
        // Before there is one.
        if (2L * ((long)x.Length + y.Length) > memory.Room) throw new InsufficientMemoryException();
        return memory.NewExternal(ExternalKind.String, x + y);
    }

    private static InvalidOperationException Unknown(PrimitiveOp op) => new(op + " is not defined at this sort.");
}
