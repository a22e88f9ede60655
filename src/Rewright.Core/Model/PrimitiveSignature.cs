using System.Collections.Generic;
using System.Linq;
using static Rewright.Model.BuiltInKind;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Model;

/// <summary>How <c>.rw</c> text writes a function of built-in sorts.</summary>
public enum PrimitiveNotation
{
    /// <summary>As an operator.</summary>
    Operator,
    /// <summary>As a call, by its name.</summary>
    Function,
    /// <summary>As a call of the sort that it converts to.</summary>
    Conversion,
    /// <summary>Not at all: only lowering makes it.</summary>
    None,
}

/// <summary>What a function of built-in sorts is: one row for each operation. The folder <c>Primitives</c> says what it becomes.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Notation">How it is written.</param>
/// <param name="Text">The operator, or the name in lower case: the longest have the usual short spelling of C or of processors.</param>
/// <param name="Arity">Number of operands.</param>
/// <param name="Operands">The sorts of operands that it is defined at. Overload resolution tries them in this order.</param>
public sealed record PrimitiveSignature(
    PrimitiveOp Op, PrimitiveNotation Notation, string Text, int Arity, IReadOnlyList<BuiltInKind> Operands)
{
    private static readonly BuiltInKind[] Integers = [Int, UInt, Long, ULong];
    private static readonly BuiltInKind[] AllIntegers = [.. Integers, BigInteger];
    private static readonly BuiltInKind[] Numbers = [Int, UInt, Long, ULong, Double, BigInteger];
    private static readonly BuiltInKind[] Signed = [Int, Long, Double, BigInteger];

    /// <summary>The sort of the result; null for that of the operands.</summary>
    public BuiltInKind? Result { get; init; }

    /// <summary>The sorts of operands at which some values raise an exception.</summary>
    public IReadOnlyList<BuiltInKind> Throws { get; init; } = [];

    /// <summary>The sorts of operands at which the second operand is an <c>int</c>.</summary>
    public IReadOnlyList<BuiltInKind> TakesCount { get; init; } = [];

    /// <summary>The method in C#: a static one of the types of the operands, if these are numbers.</summary>
    public string Method { get => field ?? Op.ToString(); init; }

    /// <summary>The sorts of operands for which <c>System.Math</c> has the method too.</summary>
    public IReadOnlyList<BuiltInKind> InMath { get; init; } = [];

    /// <summary>The operation that the same text means in a checked context; null if it is always this one.</summary>
    public PrimitiveOp? Checked { get; init; }

    // Indexed by PrimitiveOp.
    private static readonly PrimitiveSignature[] Rows =
    [
        Operator(Add, "+", Numbers) with { Checked = AddChecked },
        Operator(Subtract, "-", Numbers) with { Checked = SubtractChecked },
        Operator(Multiply, "*", Numbers) with { Checked = MultiplyChecked },
        Operator(Divide, "/", Numbers) with { Throws = AllIntegers },
        Operator(Remainder, "%", Numbers) with { Throws = AllIntegers },
        Operator(Negate, "-", Signed, arity: 1) with { Checked = NegateChecked },
        Operator(AddChecked, "+", Integers) with { Throws = Integers, Checked = AddChecked },
        Operator(SubtractChecked, "-", Integers) with { Throws = Integers, Checked = SubtractChecked },
        Operator(MultiplyChecked, "*", Integers) with { Throws = Integers, Checked = MultiplyChecked },
        Operator(NegateChecked, "-", [Int, Long], arity: 1) with { Throws = Integers, Checked = NegateChecked },
        Operator(BitAnd, "&", [.. AllIntegers, Bool]),
        Operator(BitOr, "|", [.. AllIntegers, Bool]),
        Operator(BitXor, "^", [.. AllIntegers, Bool]),
        Operator(Complement, "~", AllIntegers, arity: 1),
        Operator(Not, "!", [Bool], arity: 1),
        Operator(ShiftLeft, "<<", AllIntegers) with { TakesCount = AllIntegers, Throws = [BigInteger] },
        Operator(ShiftRight, ">>", AllIntegers) with { TakesCount = AllIntegers, Throws = [BigInteger] },
        Operator(ShiftRightUnsigned, ">>>", Integers) with { TakesCount = Integers },
        Operator(Equal, "==", [.. Numbers, Bool, Symbol, String]) with { Result = Bool },
        Operator(NotEqual, "!=", [.. Numbers, Bool, Symbol, String]) with { Result = Bool },
        Operator(Less, "<", Numbers) with { Result = Bool },
        Operator(LessOrEqual, "<=", Numbers) with { Result = Bool },
        Operator(Greater, ">", Numbers) with { Result = Bool },
        Operator(GreaterOrEqual, ">=", Numbers) with { Result = Bool },
        // Conversions have two sorts; see Primitive.Conversion.
        new(PrimitiveOp.Convert, PrimitiveNotation.Conversion, "", 1, []) { Checked = ConvertChecked },
        new(ConvertChecked, PrimitiveNotation.Conversion, "", 1, []) { Checked = ConvertChecked },
        Function(Abs, "abs", Signed) with { InMath = Signed, Throws = [Int, Long, BigInteger] },
        Function(Min, "min", Numbers, arity: 2) with { InMath = Numbers },
        Function(Max, "max", Numbers, arity: 2) with { InMath = Numbers },
        Function(Sign, "sign", Signed) with { InMath = Signed, Result = Int, Throws = [Double] },
        Function(Log2, "log2", [.. Integers, Double]) with { InMath = [Double], Throws = [Int, Long] },
        Function(IsPow2, "ispow2", AllIntegers) with { Result = Bool },
        Function(PopCount, "popcount", Integers),
        Function(LeadingZeroCount, "lzcnt", Integers),
        Function(TrailingZeroCount, "tzcnt", Integers),
        Function(Gcd, "gcd", [BigInteger], arity: 2) with { Method = "GreatestCommonDivisor" },
        Function(Pow, "pow", [Double, BigInteger], arity: 2) with
        {
            InMath = [Double], TakesCount = [BigInteger], Throws = [BigInteger],
        },
        OfMath(Sqrt, "sqrt"),
        OfMath(Cbrt, "cbrt"),
        OfMath(Exp, "exp"),
        OfMath(Log, "log"),
        OfMath(Log10, "log10"),
        OfMath(Sin, "sin"),
        OfMath(Cos, "cos"),
        OfMath(Tan, "tan"),
        OfMath(Asin, "asin"),
        OfMath(Acos, "acos"),
        OfMath(Atan, "atan"),
        OfMath(Atan2, "atan2", arity: 2),
        OfMath(Sinh, "sinh"),
        OfMath(Cosh, "cosh"),
        OfMath(Tanh, "tanh"),
        OfMath(Asinh, "asinh"),
        OfMath(Acosh, "acosh"),
        OfMath(Atanh, "atanh"),
        OfMath(Floor, "floor"),
        OfMath(Ceiling, "ceiling"),
        OfMath(Round, "round"),
        OfMath(Truncate, "truncate"),
        OfMath(FusedMultiplyAdd, "fma", arity: 3),
        Function(IsNaN, "isnan", [Double]) with { Result = Bool },
        Function(IsFinite, "isfinite", [Double]) with { Result = Bool },
        Function(IsInteger, "isinteger", [Double]) with { Result = Bool },
        Function(Length, "length", [String]) with { Result = Int },
        Operator(Concat, "+", [String]),
        Function(NameOf, "name", [Symbol]) with { Result = String },
        Function(SymbolOf, "symbol", [String]) with { Result = Symbol },
        new(CountUp, PrimitiveNotation.None, "countup", 2, [ULong]) { Throws = [ULong] },
    ];

    /// <summary>All rows, in the order of <see cref="PrimitiveOp"/>.</summary>
    public static IReadOnlyList<PrimitiveSignature> All => Rows;

    /// <summary>The functions by their names.</summary>
    public static IReadOnlyDictionary<string, PrimitiveSignature> Functions { get; } =
        Rows.Where(r => r.Notation == PrimitiveNotation.Function).ToDictionary(r => r.Text);

    /// <summary>The row of an operation.</summary>
    public static PrimitiveSignature Of(PrimitiveOp op) => Rows[(int)op];

    private static PrimitiveSignature Operator(PrimitiveOp op, string text, BuiltInKind[] operands, int arity = 2)
        => new(op, PrimitiveNotation.Operator, text, arity, operands);

    private static PrimitiveSignature Function(PrimitiveOp op, string name, BuiltInKind[] operands, int arity = 1)
        => new(op, PrimitiveNotation.Function, name, arity, operands);

    private static PrimitiveSignature OfMath(PrimitiveOp op, string name, int arity = 1)
        => Function(op, name, [Double], arity) with { InMath = [Double] };
}
