namespace Rewright.Model;

/// <summary>The functions of built-in sorts. Each means what C# means by it on the same operands, exceptions included.</summary>
public enum PrimitiveOp
{
    // Arithmetic, unchecked.
    /// <summary><c>x + y</c></summary>
    Add,
    /// <summary><c>x - y</c></summary>
    Subtract,
    /// <summary><c>x * y</c></summary>
    Multiply,
    /// <summary><c>x / y</c></summary>
    Divide,
    /// <summary><c>x % y</c></summary>
    Remainder,
    /// <summary><c>-x</c></summary>
    Negate,

    // Arithmetic, checked: OverflowException where the result does not fit.
    /// <summary><c>checked(x + y)</c></summary>
    AddChecked,
    /// <summary><c>checked(x - y)</c></summary>
    SubtractChecked,
    /// <summary><c>checked(x * y)</c></summary>
    MultiplyChecked,
    /// <summary><c>checked(-x)</c></summary>
    NegateChecked,

    // Bits and truth values.
    /// <summary><c>x &amp; y</c></summary>
    BitAnd,
    /// <summary><c>x | y</c></summary>
    BitOr,
    /// <summary><c>x ^ y</c></summary>
    BitXor,
    /// <summary><c>~x</c></summary>
    Complement,
    /// <summary><c>!x</c></summary>
    Not,
    /// <summary><c>x &lt;&lt; n</c>; the count is an int, masked as in C#</summary>
    ShiftLeft,
    /// <summary><c>x >> n</c>; arithmetic on signed operands</summary>
    ShiftRight,
    /// <summary><c>x >>> n</c></summary>
    ShiftRightUnsigned,

    // Comparisons.
    /// <summary><c>x == y</c>; IEEE on doubles</summary>
    Equal,
    /// <summary><c>x != y</c>; IEEE on doubles</summary>
    NotEqual,
    /// <summary><c>x &lt; y</c></summary>
    Less,
    /// <summary><c>x &lt;= y</c></summary>
    LessOrEqual,
    /// <summary><c>x > y</c></summary>
    Greater,
    /// <summary><c>x >= y</c></summary>
    GreaterOrEqual,

    // Conversions.
    /// <summary>A cast in an unchecked context; from a double it saturates, NaN becomes 0</summary>
    Convert,
    /// <summary>A cast in a checked context</summary>
    ConvertChecked,

    // Functions.
    /// <summary><c>Math.Abs</c>; OverflowException at the smallest integer</summary>
    Abs,
    /// <summary><c>Math.Min</c></summary>
    Min,
    /// <summary><c>Math.Max</c></summary>
    Max,
    /// <summary><c>Math.Sign</c>; ArithmeticException at NaN</summary>
    Sign,
    /// <summary><c>long.Log2</c>, <c>Math.Log2</c>; ArgumentOutOfRangeException below 0 on signed integers</summary>
    Log2,
    /// <summary><c>long.IsPow2</c></summary>
    IsPow2,
    /// <summary><c>long.PopCount</c></summary>
    PopCount,
    /// <summary><c>long.LeadingZeroCount</c></summary>
    LeadingZeroCount,
    /// <summary><c>long.TrailingZeroCount</c></summary>
    TrailingZeroCount,
    /// <summary><c>BigInteger.GreatestCommonDivisor</c></summary>
    Gcd,
    /// <summary><c>Math.Pow</c>, <c>BigInteger.Pow</c></summary>
    Pow,
    /// <summary><c>Math.Sqrt</c></summary>
    Sqrt,
    /// <summary><c>Math.Cbrt</c></summary>
    Cbrt,
    /// <summary><c>Math.Exp</c></summary>
    Exp,
    /// <summary><c>Math.Log</c></summary>
    Log,
    /// <summary><c>Math.Log10</c></summary>
    Log10,
    /// <summary><c>Math.Sin</c></summary>
    Sin,
    /// <summary><c>Math.Cos</c></summary>
    Cos,
    /// <summary><c>Math.Tan</c></summary>
    Tan,
    /// <summary><c>Math.Asin</c></summary>
    Asin,
    /// <summary><c>Math.Acos</c></summary>
    Acos,
    /// <summary><c>Math.Atan</c></summary>
    Atan,
    /// <summary><c>Math.Atan2</c></summary>
    Atan2,
    /// <summary><c>Math.Sinh</c></summary>
    Sinh,
    /// <summary><c>Math.Cosh</c></summary>
    Cosh,
    /// <summary><c>Math.Tanh</c></summary>
    Tanh,
    /// <summary><c>Math.Asinh</c></summary>
    Asinh,
    /// <summary><c>Math.Acosh</c></summary>
    Acosh,
    /// <summary><c>Math.Atanh</c></summary>
    Atanh,
    /// <summary><c>Math.Floor</c></summary>
    Floor,
    /// <summary><c>Math.Ceiling</c></summary>
    Ceiling,
    /// <summary><c>Math.Round</c>, to even</summary>
    Round,
    /// <summary><c>Math.Truncate</c></summary>
    Truncate,
    /// <summary><c>Math.FusedMultiplyAdd</c></summary>
    FusedMultiplyAdd,
    /// <summary><c>double.IsNaN</c></summary>
    IsNaN,
    /// <summary><c>double.IsFinite</c></summary>
    IsFinite,
    /// <summary><c>double.IsInteger</c></summary>
    IsInteger,
    /// <summary><c>string.Length</c></summary>
    Length,
    /// <summary><c>s + t</c></summary>
    Concat,
    /// <summary>The name of a symbol</summary>
    NameOf,
    /// <summary>The symbol of a name</summary>
    SymbolOf,

    // Made by lowering only.
    /// <summary>The sum of two counters; an error where it does not fit 63 bits</summary>
    CountUp,
}
