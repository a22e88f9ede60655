using System.Collections.Generic;
using System.Linq;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;

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

/// <summary>A function of built-in sorts at one operand sort.</summary>
/// <param name="Op">What it computes.</param>
/// <param name="Operand">The sort of the operands; a shift count and the exponent of an integer power are <c>int</c> besides.</param>
/// <param name="Result">The sort of the result.</param>
public sealed record Primitive(PrimitiveOp Op, Sort Operand, Sort Result)
{
    private static readonly BuiltInKind[] Integers = [Int, UInt, Long, ULong];
    private static readonly BuiltInKind[] Numbers = [Int, UInt, Long, ULong, Double, BigInteger];
    private static readonly BuiltInKind[] Signed = [Int, Long, Double, BigInteger];

    private static readonly Dictionary<PrimitiveOp, (BuiltInKind[] Operands, BuiltInKind? Result)> Signatures = MakeSignatures();

    private static readonly Dictionary<PrimitiveOp, string> Operators = new()
    {
        [Add] = "+", [Subtract] = "-", [Multiply] = "*", [Divide] = "/", [Remainder] = "%", [Negate] = "-",
        [AddChecked] = "+", [SubtractChecked] = "-", [MultiplyChecked] = "*", [NegateChecked] = "-",
        [BitAnd] = "&", [BitOr] = "|", [BitXor] = "^", [Complement] = "~", [Not] = "!",
        [ShiftLeft] = "<<", [ShiftRight] = ">>", [ShiftRightUnsigned] = ">>>",
        [Equal] = "==", [NotEqual] = "!=", [Less] = "<", [LessOrEqual] = "<=", [Greater] = ">", [GreaterOrEqual] = ">=",
        [Concat] = "+",
    };

    private static readonly Dictionary<string, PrimitiveOp> Functions = MakeFunctions();

    /// <summary>The operator as it is written, null for functions and conversions.</summary>
    public string? Operator => Operators.TryGetValue(Op, out var text) ? text : null;

    /// <summary>The function's name in <c>.rw</c> text: <c>log2</c>, <c>fma</c>; null for operators and conversions.</summary>
    public string? FunctionName => Operator is null && Op is not (PrimitiveOp.Convert or ConvertChecked) ? NameOfFunction(Op) : null;

    /// <summary>True for the operations that were written in a checked context.</summary>
    public bool IsChecked => Op is AddChecked or SubtractChecked or MultiplyChecked or NegateChecked or ConvertChecked;

    /// <summary>True where the same text in a checked context means another primitive.</summary>
    internal bool HasCheckedForm => Op switch
    {
        Add or Subtract or Multiply => Operand is BuiltInSort { Kind: Int or UInt or Long or ULong },
        Negate => Operand is BuiltInSort { Kind: Int or Long },
        PrimitiveOp.Convert => Operand is not BuiltInSort { Kind: var from } || Result is not BuiltInSort { Kind: var to }
        || !Widens(from, to),
        _ => false,
    };

    /// <summary>Number of operands.</summary>
    public int Arity => Op switch
    {
        Negate or NegateChecked or Complement or Not or PrimitiveOp.Convert or ConvertChecked => 1,
        FusedMultiplyAdd => 3,
        Gcd or Pow or Atan2 or Min or Max => 2,
        CountUp => 2,
        _ when Operators.ContainsKey(Op) => 2,
        _ => 1,
    };

    /// <summary>The sort of operand <paramref name="index"/>.</summary>
    public Sort OperandAt(int index)
        => index == 1 && (Op is ShiftLeft or ShiftRight or ShiftRightUnsigned || (Op == Pow && !Operand.Equals(BuiltInSort.Double)))
            ? BuiltInSort.Int : Operand;

    /// <summary>True where some operands raise an exception: such a call may be neither dropped nor moved before a test.</summary>
    public bool CanThrow => Op switch
    {
        Divide or Remainder => !Operand.Equals(BuiltInSort.Double),
        AddChecked or SubtractChecked or MultiplyChecked or NegateChecked or ConvertChecked or CountUp => true,
        Abs or Log2 => Operand is BuiltInSort { Kind: Int or Long or BigInteger },
        Sign => Operand.Equals(BuiltInSort.Double),
        Pow or ShiftLeft or ShiftRight => Operand is BuiltInSort { Kind: BigInteger },
        PrimitiveOp.Convert => Operand is BuiltInSort { Kind: BigInteger } && !Result.Equals(BuiltInSort.Double)
            || Operand is BuiltInSort { Kind: Double } && Result is BuiltInSort { Kind: BigInteger },
        _ => false,
    };

    /// <summary>The primitive of an operator or function at an operand sort, or null where there is none.</summary>
    public static Primitive? Find(PrimitiveOp op, Sort operand)
    {
        if (operand is not BuiltInSort builtIn || !Signatures.TryGetValue(op, out var signature)) return null;
        if (!signature.Operands.Contains(builtIn.Kind)) return null;
        return new Primitive(op, operand, signature.Result is { } result ? BuiltInSort.Of(result) : operand);
    }

    /// <summary>The operand kinds an operator or function is defined at; empty for conversions.</summary>
    public static IReadOnlyList<BuiltInKind> OperandKinds(PrimitiveOp op)
        => Signatures.TryGetValue(op, out var signature) ? signature.Operands : [];

    /// <summary>The conversion between two numeric or enum sorts, or null where C# has none.</summary>
    public static Primitive? Conversion(Sort from, Sort to, bool isChecked)
    {
        bool fromNumber = from is EnumSort || from is BuiltInSort f && Numbers.Contains(f.Kind);
        bool toNumber = to is EnumSort || to is BuiltInSort t && Numbers.Contains(t.Kind);
        if (!fromNumber || !toNumber) return null;
        // Enums pass through their underlying integers; a cast between an enum and a BigInteger does not exist in C#.
        if (from is EnumSort && to is BuiltInSort { Kind: BigInteger } || to is EnumSort && from is BuiltInSort { Kind: BigInteger })
            return null;
        return new Primitive(isChecked ? ConvertChecked : PrimitiveOp.Convert, from, to);
    }

    /// <summary>True where C# converts from one number sort to another without a cast.</summary>
    internal static bool Widens(BuiltInKind from, BuiltInKind to) => (from, to) switch
    {
        (Int, Long or Double or BigInteger) => true,
        (UInt, Long or ULong or Double or BigInteger) => true,
        (Long or ULong, Double or BigInteger) => true,
        _ => false,
    };

    /// <summary>The function of a lower-case name.</summary>
    public static bool TryFunction(string name, out PrimitiveOp op) => Functions.TryGetValue(name, out op);

    /// <summary>The names of all functions.</summary>
    public static IEnumerable<string> FunctionNames => Functions.Keys;

    /// <inheritdoc/>
    public override string ToString()
        => (FunctionName ?? Op.ToString()) + "." + Operand.Name + (Op is PrimitiveOp.Convert or ConvertChecked ? "." + Result.Name : "");

    // The names of C#'s own functions in lower case, the longest shortened as in C's or the processor's usual spelling.
    private static string NameOfFunction(PrimitiveOp op) => op switch
    {
        LeadingZeroCount => "lzcnt",
        TrailingZeroCount => "tzcnt",
        FusedMultiplyAdd => "fma",
        NameOf => "name",
        SymbolOf => "symbol",
#pragma warning disable CA1308 // lower case is the spelling, not a comparison
        _ => op.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
    };

    private static Dictionary<string, PrimitiveOp> MakeFunctions()
    {
        var functions = new Dictionary<string, PrimitiveOp>();
        for (var op = Abs; op <= SymbolOf; op++)
            if (op != Concat) functions.Add(NameOfFunction(op), op);
        return functions;
    }

    private static Dictionary<PrimitiveOp, (BuiltInKind[], BuiltInKind?)> MakeSignatures()
    {
        var table = new Dictionary<PrimitiveOp, (BuiltInKind[], BuiltInKind?)>();
        void Define(BuiltInKind[] operands, BuiltInKind? result, params PrimitiveOp[] ops)
        {
            foreach (var op in ops) table.Add(op, (operands, result));
        }

        Define(Numbers, null, Add, Subtract, Multiply, Divide, Remainder, Min, Max);
        Define(Signed, null, Negate, Abs);
        Define(Integers, null, AddChecked, SubtractChecked, MultiplyChecked);
        Define([Int, Long], null, NegateChecked);
        Define([.. Integers, BigInteger, Bool], null, BitAnd, BitOr, BitXor);
        Define([.. Integers, BigInteger], null, Complement, ShiftLeft, ShiftRight);
        Define(Integers, null, ShiftRightUnsigned, PopCount, LeadingZeroCount, TrailingZeroCount);
        Define([Bool], null, Not);
        Define([.. Numbers, Bool, Symbol, String], Bool, Equal, NotEqual);
        Define(Numbers, Bool, Less, LessOrEqual, Greater, GreaterOrEqual);
        Define(Signed, Int, Sign);
        Define([.. Integers, Double], null, Log2);
        Define([.. Integers, BigInteger], Bool, IsPow2);
        Define([BigInteger], null, Gcd);
        Define([Double, BigInteger], null, Pow);
        Define([Double], null, Sqrt, Cbrt, Exp, Log, Log10, Sin, Cos, Tan, Asin, Acos, Atan, Atan2, Sinh, Cosh, Tanh,
            Asinh, Acosh, Atanh, Floor, Ceiling, Round, Truncate, FusedMultiplyAdd);
        Define([Double], Bool, IsNaN, IsFinite, IsInteger);
        Define([String], Int, Length);
        Define([String], null, Concat);
        Define([Symbol], String, NameOf);
        Define([String], Symbol, SymbolOf);
        Define([ULong], null, CountUp);
        return table;
    }
}
