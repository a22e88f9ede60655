using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Quantum;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>How the carriers of a function's operands and result are related.</summary>
internal enum Typing
{
    /// <summary>The operands and the result have one carrier.</summary>
    Same,
    /// <summary>The operands have one carrier, the result is a truth value.</summary>
    Test,
    /// <summary>One operand; the result has the required carrier.</summary>
    Convert,
}

/// <summary>A function that meanings can name, with its SMT translation and, independently, its computation.</summary>
/// <param name="Name">The name of the function.</param>
/// <param name="MinArity">The fewest operands.</param>
/// <param name="MaxArity">The most operands.</param>
/// <param name="Typing">The relation of the carriers.</param>
/// <param name="Accepts">Whether operands may have the first carrier and, for <see cref="Typing.Convert"/>, whether it converts to the
/// second.</param>
/// <param name="Smt">The SMT translation.</param>
/// <param name="Evaluate">The value for operands of the first carrier; the second carrier is that of the result.</param>
internal sealed record VocabularyFunction(
    string Name,
    int MinArity,
    int MaxArity,
    Typing Typing,
    Func<Carrier, Carrier?, bool> Accepts,
    Func<SmtScript, SmtTerm[], Carrier, SmtTerm> Smt,
    Func<object[], Carrier, Carrier, object> Evaluate);

/// <summary>The functions from which meanings are built.</summary>
/// <remarks>
/// SMT-LIB's names have SMT-LIB's meaning: functions are total, and <c>bvudiv</c> by zero has all bits set. LLVM's names (<c>udiv</c>,
/// <c>add_nsw</c>) have LLVM's meaning, including undefined behaviour and poison. Division of integers and reals by zero has no value.
/// </remarks>
internal static class Vocabulary
{
    private const int Many = int.MaxValue;

    private static readonly Dictionary<string, VocabularyFunction> Functions = Make().ToDictionary(f => f.Name);

    // Functions defined by others; $1 and $2 are the operands.
    private static readonly Dictionary<string, (int Arity, string Text)> Macros = MakeMacros();

    /// <summary>The function with a name, or null.</summary>
    public static VocabularyFunction? Find(string name) => Functions.TryGetValue(name, out var function) ? function : null;

    /// <summary>The definition of a name by other functions, or null.</summary>
    public static Meaning? Expand(string name, int arity)
        => Macros.TryGetValue(name, out var macro) && macro.Arity == arity ? Meaning.Read(macro.Text, new string[arity]).Meaning : null;

    /// <summary>All names, for hints and for the reference page.</summary>
    public static IEnumerable<string> Names
        => Functions.Keys.Concat(Macros.Keys).Concat(["ite", "select", "require", "poison-unless", "known", "true", "false"]);

    private static IEnumerable<VocabularyFunction> Make()
    {
        bool Bool(Carrier c, Carrier? to) => c is BoolCarrier;
        bool IsBits(Carrier c, Carrier? to) => c is BitsCarrier;
        bool Number(Carrier c, Carrier? to) => c is IntCarrier or RealCarrier;
        bool Real(Carrier c, Carrier? to) => c is RealCarrier;
        bool Int(Carrier c, Carrier? to) => c is IntCarrier;
        bool Double(Carrier c, Carrier? to) => c is DoubleCarrier;
        bool Any(Carrier c, Carrier? to) => true;

        Func<SmtScript, SmtTerm[], Carrier, SmtTerm> Plain(string name) => (s, a, c) => s.Call(c, name, a);

        VocabularyFunction Logic(string name, int min, int max, Func<bool[], bool> value)
            => new(name, min, max, Typing.Same, Bool, Plain(name), (a, _, _) => value(a.Cast<bool>().ToArray()));

        yield return Logic("not", 1, 1, a => !a[0]) with { Smt = (s, a, _) => s.Not(a[0]) };
        yield return Logic("and", 1, Many, a => a.All(v => v)) with { Smt = (s, a, _) => s.And(a) };
        yield return Logic("or", 1, Many, a => a.Any(v => v)) with { Smt = (s, a, _) => s.Or(a) };
        yield return Logic("xor", 2, 2, a => a[0] != a[1]);
        yield return Logic("=>", 2, 2, a => !a[0] || a[1]) with { Smt = (s, a, _) => s.Implies(a[0], a[1]) };
        yield return new("=", 2, 2, Typing.Test, Any, (s, a, _) => s.Equal(a[0], a[1]), (a, _, _) => Same(a[0], a[1]));
        yield return new("distinct", 2, 2, Typing.Test, Any, (s, a, _) => s.Not(s.Equal(a[0], a[1])), (a, _, _) => !Same(a[0], a[1]));

        // Bit vectors. Values are non-negative numbers.
        VocabularyFunction Vector(string name, int arity, Func<BigInteger, BigInteger, int, BigInteger> value)
            => new(name, arity, arity, Typing.Same, IsBits, Plain(name), (a, c, _) =>
            {
                int width = ((BitsCarrier)c).Width;
                return Bits.Wrap(value((BigInteger)a[0], arity > 1 ? (BigInteger)a[1] : 0, width), width);
            });
        VocabularyFunction Relation(string name, Func<BigInteger, BigInteger, int, bool> value)
            => new(name, 2, 2, Typing.Test, IsBits, Plain(name),
                (a, c, _) => value((BigInteger)a[0], (BigInteger)a[1], ((BitsCarrier)c).Width));

        yield return Vector("bvnot", 1, (x, _, w) => Bits.Ones(w) - x);
        yield return Vector("bvneg", 1, (x, _, w) => -x);
        yield return Vector("bvand", 2, (x, y, w) => x & y);
        yield return Vector("bvor", 2, (x, y, w) => x | y);
        yield return Vector("bvxor", 2, (x, y, w) => x ^ y);
        yield return Vector("bvnand", 2, (x, y, w) => Bits.Ones(w) - (x & y));
        yield return Vector("bvnor", 2, (x, y, w) => Bits.Ones(w) - (x | y));
        yield return Vector("bvxnor", 2, (x, y, w) => Bits.Ones(w) - (x ^ y));
        yield return Vector("bvadd", 2, (x, y, w) => x + y);
        yield return Vector("bvsub", 2, (x, y, w) => x - y);
        yield return Vector("bvmul", 2, (x, y, w) => x * y);
        yield return Vector("bvudiv", 2, (x, y, w) => y.IsZero ? -1 : x / y);
        yield return Vector("bvurem", 2, (x, y, w) => y.IsZero ? x : x % y);
        yield return Vector(
            "bvsdiv", 2, (x, y, w) => y.IsZero
            ? Bits.Signed(x, w).Sign < 0 ? 1 : -1 : BigInteger.Divide(Bits.Signed(x, w), Bits.Signed(y, w)));
        yield return Vector("bvsrem", 2, (x, y, w) => y.IsZero ? x : BigInteger.Remainder(Bits.Signed(x, w), Bits.Signed(y, w)));
        yield return Vector("bvsmod", 2, (x, y, w) =>
        {
            if (y.IsZero) return x;
            BigInteger divisor = Bits.Signed(y, w), rest = BigInteger.Remainder(Bits.Signed(x, w), divisor);
            return rest.Sign * divisor.Sign < 0 ? rest + divisor : rest;
        });
        yield return Vector("bvshl", 2, (x, y, w) => y >= w ? 0 : x << (int)y);
        yield return Vector("bvlshr", 2, (x, y, w) => y >= w ? 0 : x >> (int)y);
        yield return Vector("bvashr", 2, (x, y, w) => Bits.Signed(x, w) >> (int)BigInteger.Min(y, w));
        yield return Relation("bvult", (x, y, w) => x < y);
        yield return Relation("bvule", (x, y, w) => x <= y);
        yield return Relation("bvugt", (x, y, w) => x > y);
        yield return Relation("bvuge", (x, y, w) => x >= y);
        yield return Relation("bvslt", (x, y, w) => Bits.Signed(x, w) < Bits.Signed(y, w));
        yield return Relation("bvsle", (x, y, w) => Bits.Signed(x, w) <= Bits.Signed(y, w));
        yield return Relation("bvsgt", (x, y, w) => Bits.Signed(x, w) > Bits.Signed(y, w));
        yield return Relation("bvsge", (x, y, w) => Bits.Signed(x, w) >= Bits.Signed(y, w));

        // Overflow tests, under the names of SMT-LIB 2.7, which not all solvers know yet: they compare with the result at a larger width.
        VocabularyFunction Overflow(string name, bool signed, string op, Func<BigInteger, BigInteger, BigInteger> value)
            => Relation(name, (x, y, w) =>
            {
                var exact = signed ? value(Bits.Signed(x, w), Bits.Signed(y, w)) : value(x, y);
                return exact != (signed ? Bits.Signed(Bits.Wrap(exact, w), w) : Bits.Wrap(exact, w));
            }) with
            { Smt = (s, a, _) => BitFunctions.Overflows(s, op, signed, a[0], a[1]) };
        yield return Overflow("bvuaddo", false, "bvadd", (x, y) => x + y);
        yield return Overflow("bvsaddo", true, "bvadd", (x, y) => x + y);
        yield return Overflow("bvusubo", false, "bvsub", (x, y) => x - y);
        yield return Overflow("bvssubo", true, "bvsub", (x, y) => x - y);
        yield return Overflow("bvumulo", false, "bvmul", (x, y) => x * y);
        yield return Overflow("bvsmulo", true, "bvmul", (x, y) => x * y);

        // Counts of bits, as cases for the position of the deciding bit.
        yield return Vector("bvpopcount", 1, (x, _, w) => Bits.Count(x)) with { Smt = (s, a, _) => BitFunctions.PopCount(s, a[0]) };
        yield return Vector("bvclz", 1, (x, _, w) => w - Bits.Length(x)) with { Smt = (s, a, _) => BitFunctions.LeadingZeros(s, a[0]) };
        yield return Vector(
            "bvctz", 1, (x, _, w) => x.IsZero
            ? w : Bits.Length(x & -x) - 1) with
        { Smt = (s, a, _) => BitFunctions.TrailingZeros(s, a[0]) };
        // The position of the highest bit set; 0 for 0.
        yield return Vector(
            "bvlog2", 1, (x, _, w) => x.IsZero ? 0 : Bits.Length(x) - 1) with
        { Smt = (s, a, _) => BitFunctions.Log2(s, a[0]) };

        // Changes of width. LLVM's functions require a different width; with `_or_` in the name any width will do.
        VocabularyFunction Resize(string name, bool signed, Func<int, int, bool> accepts)
            => new(name, 1, 1, Typing.Convert,
                (from, to) => from is BitsCarrier f && (to is null || to is BitsCarrier t && accepts(f.Width, t.Width)),
                (s, a, to) => BitFunctions.Resize(s, a[0], ((BitsCarrier)to).Width, signed),
                (a, from, to) => Bits.Wrap(
                    signed ? Bits.Signed((BigInteger)a[0], ((BitsCarrier)from).Width) : (BigInteger)a[0], ((BitsCarrier)to).Width));
        yield return Resize("zext", false, (from, to) => from < to);
        yield return Resize("sext", true, (from, to) => from < to);
        yield return Resize("trunc", false, (from, to) => from > to);
        yield return Resize("zext_or_trunc", false, (_, _) => true);
        yield return Resize("sext_or_trunc", true, (_, _) => true);
        yield return new("width", 1, 1, Typing.Convert, (from, to) => from is BitsCarrier && to is null or BitsCarrier or IntCarrier,
            (_, a, to) => SmtScript.Value(new BigInteger(((BitsCarrier)a[0].Carrier).Width), to),
            (_, from, to) => to is BitsCarrier b
                ? Bits.Wrap(((BitsCarrier)from).Width, b.Width) : new BigInteger(((BitsCarrier)from).Width));

        // Integers and reals.
        VocabularyFunction Arithmetic(string name, int min, int max, Func<Rational[], Rational> value)
            => new(name, min, max, Typing.Same, Number, Plain(name), (a, c, _) => FromRational(value(a.Select(ToRational).ToArray()), c));
        VocabularyFunction Comparison(string name, Func<int, bool> value)
            => new(name, 2, 2, Typing.Test, Number, Plain(name), (a, _, _) => value(ToRational(a[0]).CompareTo(ToRational(a[1]))));

        yield return Arithmetic("+", 2, Many, a => a.Aggregate((x, y) => x + y));
        yield return Arithmetic("-", 1, 2, a => a.Length == 1 ? -a[0] : a[0] - a[1]);
        yield return Arithmetic("*", 2, Many, a => a.Aggregate((x, y) => x * y));
        yield return Comparison("<", c => c < 0);
        yield return Comparison("<=", c => c <= 0);
        yield return Comparison(">", c => c > 0);
        yield return Comparison(">=", c => c >= 0);
        yield return Arithmetic(
            "min", 2, 2, a => a[0] <= a[1]
            ? a[0] : a[1]) with
        { Smt = (s, a, _) => s.Ite(s.Call(BoolCarrier.Only, "<=", a[0], a[1]), a[0], a[1]) };
        yield return Arithmetic(
            "max", 2, 2, a => a[0] >= a[1]
            ? a[0] : a[1]) with
        { Smt = (s, a, _) => s.Ite(s.Call(BoolCarrier.Only, ">=", a[0], a[1]), a[0], a[1]) };
        yield return Arithmetic("abs", 1, 1, a => a[0].Sign < 0 ? -a[0] : a[0]) with
        {
            Smt = (s, a, c) => s.Ite(
            s.Call(BoolCarrier.Only, ">=", a[0], SmtScript.Value(FromRational(0, c), c)), a[0], s.Call(c, "-", a[0])),
        };
        // The macros with the usual names guard these, so that the solver's choice at zero does not matter.
        yield return new("quotient", 2, 2, Typing.Same, Real, (s, a, c) => s.Call(c, "/", a), (a, _, _) => (Rational)a[0] / (Rational)a[1]);
        yield return new("euclidean-div", 2, 2, Typing.Same, Int, (s, a, c) => s.Call(c, "div", a), (a, _, _) => Euclidean(a).Quotient);
        yield return new("euclidean-mod", 2, 2, Typing.Same, Int, (s, a, c) => s.Call(c, "mod", a), (a, _, _) => Euclidean(a).Remainder);
        yield return new("is_int", 1, 1, Typing.Test, Real, Plain("is_int"), (a, _, _) => ((Rational)a[0]).IsInteger);
        yield return new("to_real", 1, 1, Typing.Convert, (from, to) => from is IntCarrier && to is null or RealCarrier, Plain("to_real"),
            (a, _, _) => (Rational)(BigInteger)a[0]);
        yield return new("ubv_to_int", 1, 1, Typing.Convert, (from, to) => from is BitsCarrier && to is null or IntCarrier, Plain("bv2nat"),
            (a, _, _) => a[0]);
        yield return new("sbv_to_int", 1, 1, Typing.Convert, (from, to) => from is BitsCarrier && to is null or IntCarrier,
            (s, a, _) => BitFunctions.SignedToInt(s, a[0]), (a, from, _) => Bits.Signed((BigInteger)a[0], ((BitsCarrier)from).Width));

        // Roots are defined by their equation.
        yield return new("root2", 1, 1, Typing.Same, Real, (s, a, c) => RealFunctions.Root(s, a[0], 2),
            (a, _, _) => ((Rational)a[0]).SquareRoot() ?? throw new NotComputableException("sqrt"));
        yield return new("cbrt", 1, 1, Typing.Same, Real, (s, a, c) => RealFunctions.Root(s, a[0], 3),
            (a, _, _) => RealFunctions.CubeRoot((Rational)a[0]) ?? throw new NotComputableException("cbrt"));
        // The solver knows these only by name and by the identities that the user assumes.
        foreach (string name in new[] { "exp", "ln", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh" })
            yield return new(name, 1, 1, Typing.Same, Real, (s, a, c) => s.Unknown(name, c, a),
                (_, _, _) => throw new NotComputableException(name));
        yield return new("power", 2, 2, Typing.Same, Real, (s, a, c) => RealFunctions.Power(s, a[0], a[1]) ?? s.Unknown("power", c, a),
            (a, _, _) => RealFunctions.Power((Rational)a[0], (Rational)a[1]));

        // IEEE doubles.
        VocabularyFunction Float(string name, int arity, string smt, Func<double, double, double, double> value)
            => new(name, arity, arity, Typing.Same, Double, Plain(smt),
                (a, _, _) => value((double)a[0], arity > 1 ? (double)a[1] : 0, arity > 2 ? (double)a[2] : 0));
        VocabularyFunction FloatTest(string name, int arity, Func<double, double, bool> value)
            => new(name, arity, arity, Typing.Test, Double, Plain(name), (a, _, _) => value((double)a[0], arity > 1 ? (double)a[1] : 0));

        yield return Float("fp.add", 2, "fp.add RNE", (x, y, _) => x + y);
        yield return Float("fp.sub", 2, "fp.sub RNE", (x, y, _) => x - y);
        yield return Float("fp.mul", 2, "fp.mul RNE", (x, y, _) => x * y);
        yield return Float("fp.div", 2, "fp.div RNE", (x, y, _) => x / y);
        yield return Float("fp.neg", 1, "fp.neg", (x, _, _) => -x);
        yield return Float("fp.abs", 1, "fp.abs", (x, _, _) => Math.Abs(x));
        yield return Float("fp.sqrt", 1, "fp.sqrt RNE", (x, _, _) => Math.Sqrt(x));
        yield return FloatTest("fp.eq", 2, (x, y) => x == y);
        yield return FloatTest("fp.lt", 2, (x, y) => x < y);
        yield return FloatTest("fp.leq", 2, (x, y) => x <= y);
        yield return FloatTest("fp.gt", 2, (x, y) => x > y);
        yield return FloatTest("fp.geq", 2, (x, y) => x >= y);
        yield return FloatTest("fp.isNaN", 1, (x, _) => double.IsNaN(x));
        yield return FloatTest("fp.isInfinite", 1, (x, _) => double.IsInfinity(x));
    }

    private static Dictionary<string, (int, string)> MakeMacros()
    {
        var macros = new Dictionary<string, (int, string)>
        {
            ["/"] = (2, "(require (distinct $2 0) (quotient $1 $2))"),
            ["div"] = (2, "(require (distinct $2 0) (euclidean-div $1 $2))"),
            ["mod"] = (2, "(require (distinct $2 0) (euclidean-mod $1 $2))"),
            ["sqrt"] = (1, "(require (>= $1 0) (root2 $1))"),
            ["log"] = (1, "(require (> $1 0) (ln $1))"),
            ["pow"] = (2, "(require (or (> $1 0) (and (= $1 0) (> $2 0)) (and (distinct $1 0) (is_int $2))) (power $1 $2))"),
            ["bvumin"] = (2, "(ite (bvule $1 $2) $1 $2)"),
            ["bvumax"] = (2, "(ite (bvuge $1 $2) $1 $2)"),
            ["bvsmin"] = (2, "(ite (bvsle $1 $2) $1 $2)"),
            ["bvsmax"] = (2, "(ite (bvsge $1 $2) $1 $2)"),
            ["bvabs"] = (1, "(ite (bvslt $1 0) (bvneg $1) $1)"),
            ["bvispow2"] = (1, "(and (distinct $1 0) (= (bvand $1 (bvsub $1 1)) 0))"),
            // The only quotient that overflows, stated without a literal that some width might not hold.
            ["bvsdivo"] = (2, "(and (= (bvnot $2) 0) (distinct $1 0) (= (bvneg $1) $1))"),
            // LLVM's instructions.
            ["add"] = (2, "(bvadd $1 $2)"),
            ["sub"] = (2, "(bvsub $1 $2)"),
            ["mul"] = (2, "(bvmul $1 $2)"),
            ["udiv"] = (2, "(require (distinct $2 0) (bvudiv $1 $2))"),
            ["urem"] = (2, "(require (distinct $2 0) (bvurem $1 $2))"),
            ["sdiv"] = (2, "(require (and (distinct $2 0) (not (bvsdivo $1 $2))) (bvsdiv $1 $2))"),
            ["srem"] = (2, "(require (and (distinct $2 0) (not (bvsdivo $1 $2))) (bvsrem $1 $2))"),
            ["udiv_exact"] = (2, "(poison-unless (= (bvurem $1 $2) 0) (udiv $1 $2))"),
            ["sdiv_exact"] = (2, "(poison-unless (= (bvsrem $1 $2) 0) (sdiv $1 $2))"),
            ["shl"] = (2, "(poison-unless (bvult $2 (width $1)) (bvshl $1 $2))"),
            ["lshr"] = (2, "(poison-unless (bvult $2 (width $1)) (bvlshr $1 $2))"),
            ["ashr"] = (2, "(poison-unless (bvult $2 (width $1)) (bvashr $1 $2))"),
            ["lshr_exact"] = (2, "(poison-unless (= (bvshl (bvlshr $1 $2) $2) $1) (lshr $1 $2))"),
            ["ashr_exact"] = (2, "(poison-unless (= (bvshl (bvashr $1 $2) $2) $1) (ashr $1 $2))"),
        };
        foreach (string op in new[] { "add", "sub", "mul" })
        {
            macros.Add(op + "_nsw", (2, "(poison-unless (not (bvs" + op + "o $1 $2)) (bv" + op + " $1 $2))"));
            macros.Add(op + "_nuw", (2, "(poison-unless (not (bvu" + op + "o $1 $2)) (bv" + op + " $1 $2))"));
            macros.Add(op + "_nsw_nuw", (2, "(poison-unless (not (bvs" + op + "o $1 $2)) (" + op + "_nuw $1 $2))"));
        }

        macros.Add("shl_nsw", (2, "(poison-unless (= (bvashr (bvshl $1 $2) $2) $1) (shl $1 $2))"));
        macros.Add("shl_nuw", (2, "(poison-unless (= (bvlshr (bvshl $1 $2) $2) $1) (shl $1 $2))"));
        macros.Add("shl_nsw_nuw", (2, "(poison-unless (= (bvashr (bvshl $1 $2) $2) $1) (shl_nuw $1 $2))"));
        return macros;
    }

    /// <summary>Equality of values; doubles as in terms.</summary>
    /// <exception cref="NotComputableException">One of the values is not known.</exception>
    public static bool Same(object left, object right)
        => ReferenceEquals(left, Unspecified.Only)
            || ReferenceEquals(right, Unspecified.Only) ? throw new NotComputableException("=") : left is double x
            && right is double y ? Model.Literal.DoubleBits(x) == Model.Literal.DoubleBits(y) : left.Equals(right);

    private static Rational ToRational(object value) => value is BigInteger integer ? integer : (Rational)value;

    /// <summary>A number as a value of a carrier.</summary>
    public static object FromRational(Rational value, Carrier carrier) => carrier is IntCarrier ? (object)value.Numerator : value;

    // The remainder is never negative (Boute, The Euclidean definition of the functions div and mod, 1992).
    private static (object Quotient, object Remainder) Euclidean(object[] a)
    {
        BigInteger x = (BigInteger)a[0], y = (BigInteger)a[1], rest = BigInteger.Remainder(x, y);
        if (rest.Sign < 0) rest += BigInteger.Abs(y);
        return ((x - rest) / y, rest);
    }
}
