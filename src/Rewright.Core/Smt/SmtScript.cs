using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Quantum;

namespace Rewright.Smt;

/// <summary>A term of a script.</summary>
public readonly record struct SmtTerm(string Text, Carrier Carrier)
{
    /// <summary><c>true</c></summary>
    public static readonly SmtTerm True = new("true", BoolCarrier.Only);

    /// <summary><c>false</c></summary>
    public static readonly SmtTerm False = new("false", BoolCarrier.Only);

    /// <summary>True for the constant <c>true</c>.</summary>
    public bool IsTrue => Text == "true";

    /// <summary>True for the constant <c>false</c>.</summary>
    public bool IsFalse => Text == "false";
}

/// <summary>Writes an SMT-LIB 2 script. Larger terms get names, so that shared terms are written once.</summary>
/// <remarks>Equal calls give equal text, because verdicts are cached by the text.</remarks>
/// <param name="isAbstract">
/// True to treat products and quotients as unknown functions: a claim that holds for any functions holds for these, and is proved faster.
/// </param>
public sealed class SmtScript(bool isAbstract = false)
{
    private const int LongestUnnamed = 40;

    private static readonly HashSet<string> Abstracted = ["bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem"];

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, SmtTerm> _named = [];
    private readonly HashSet<string> _declared = [];
    private readonly HashSet<Carrier> _carriers = [];
    private int _definitions;

    /// <summary>The constants declared so far, in order.</summary>
    public List<SmtTerm> Constants { get; } = [];

    /// <summary>True if the script uses a function that the solver knows only by name.</summary>
    public bool HasUnknownFunctions => UnknownResults.Count > 0;

    /// <summary>The results of such functions.</summary>
    public List<SmtTerm> UnknownResults { get; } = [];

    /// <summary>The arguments of such functions.</summary>
    public List<SmtTerm> UnknownArguments { get; } = [];

    /// <summary>A new constant.</summary>
    public SmtTerm Constant(Carrier carrier)
    {
        Use(carrier);
        string name = "c" + Constants.Count.ToString(CultureInfo.InvariantCulture);
        _text.Append("(declare-const ").Append(name).Append(' ').Append(carrier.Smt).Append(")\n");
        var constant = new SmtTerm(name, carrier);
        Constants.Add(constant);
        return constant;
    }

    /// <summary>A function that is known only by name.</summary>
    public SmtTerm Unknown(string name, Carrier result, params SmtTerm[] arguments)
    {
        UnknownArguments.AddRange(arguments);
        var value = Function(name, result, arguments);
        UnknownResults.Add(value);
        return value;
    }

    /// <summary>A function that the script declares; the caller asserts its properties.</summary>
    public SmtTerm Function(string name, Carrier result, params SmtTerm[] arguments)
    {
        Use(result);
        string symbol = "|" + name.Replace('|', '!').Replace('\\', '!') + "|";
        if (_declared.Add(symbol))
            _text.Append("(declare-fun ").Append(symbol).Append(" (").Append(string.Join(" ", arguments.Select(a => a.Carrier.Smt))).Append(
                ") ").Append(result.Smt).Append(")\n");
        return arguments.Length == 0 ? new SmtTerm(symbol, result) : Call(result, symbol, arguments);
    }

    /// <summary>True if the script uses a function that an abstract script knows only by name.</summary>
    public bool HasHardFunctions { get; private set; }

    /// <summary>A function applied.</summary>
    public SmtTerm Call(Carrier result, string function, params SmtTerm[] arguments)
    {
        if (Abstracted.Contains(function) && result is BitsCarrier)
        {
            HasHardFunctions = true;
            if (isAbstract)
                return Function(function + result.Smt, result,
                    function == "bvmul" ? [.. arguments.OrderBy(a => a.Text, System.StringComparer.Ordinal)] : arguments);
        }

        string text = "(" + function + string.Concat(arguments.Select(a => " " + a.Text)) + ")";
        if (text.Length <= LongestUnnamed) return new SmtTerm(text, result);
        if (_named.TryGetValue(text, out var known)) return known;
        string name = "t" + (_definitions++).ToString(CultureInfo.InvariantCulture);
        _text.Append("(define-fun ").Append(name).Append(" () ").Append(result.Smt).Append(' ').Append(text).Append(")\n");
        var term = new SmtTerm(name, result);
        _named.Add(text, term);
        return term;
    }

    /// <summary>Equality of values; doubles by bits.</summary>
    public SmtTerm Equal(SmtTerm left, SmtTerm right) => left == right ? SmtTerm.True : Call(BoolCarrier.Only, "=", left, right);

    /// <summary><c>not</c>, simplified.</summary>
    public SmtTerm Not(SmtTerm term) => term.IsTrue ? SmtTerm.False : term.IsFalse ? SmtTerm.True
        : term.Text.StartsWith("(not ", System.StringComparison.Ordinal)
            ? new SmtTerm(term.Text.Substring(5, term.Text.Length - 6), BoolCarrier.Only)
        : Call(BoolCarrier.Only, "not", term);

    /// <summary><c>and</c>, simplified.</summary>
    public SmtTerm And(params SmtTerm[] terms)
    {
        var parts = terms.Where(t => !t.IsTrue).Distinct().ToArray();
        return parts.Any(t => t.IsFalse)
            ? SmtTerm.False : parts.Length == 0 ? SmtTerm.True : parts.Length == 1 ? parts[0] : Call(BoolCarrier.Only, "and", parts);
    }

    /// <summary><c>or</c>, simplified.</summary>
    public SmtTerm Or(params SmtTerm[] terms)
    {
        var parts = terms.Where(t => !t.IsFalse).Distinct().ToArray();
        return parts.Any(t => t.IsTrue)
            ? SmtTerm.True : parts.Length == 0 ? SmtTerm.False : parts.Length == 1 ? parts[0] : Call(BoolCarrier.Only, "or", parts);
    }

    /// <summary><c>=&gt;</c>, simplified.</summary>
    public SmtTerm Implies(SmtTerm premise, SmtTerm conclusion) => Or(Not(premise), conclusion);

    /// <summary><c>ite</c>, simplified.</summary>
    public SmtTerm Ite(SmtTerm test, SmtTerm whenTrue, SmtTerm whenFalse)
    {
        if (test.IsTrue || whenTrue == whenFalse) return whenTrue;
        if (test.IsFalse) return whenFalse;
        if (whenTrue.Carrier is BoolCarrier)
        {
            if (whenTrue.IsTrue || whenFalse.IsFalse) return whenTrue.IsTrue ? Or(test, whenFalse) : And(test, whenTrue);
            if (whenTrue.IsFalse || whenFalse.IsTrue) return whenTrue.IsFalse ? And(Not(test), whenFalse) : Or(Not(test), whenTrue);
        }

        return Call(whenTrue.Carrier, "ite", test, whenTrue, whenFalse);
    }

    /// <summary>Adds an assertion.</summary>
    public void Assert(SmtTerm term)
    {
        if (!term.IsTrue) _text.Append("(assert ").Append(term.Text).Append(")\n");
    }

    /// <summary>A value of a carrier: bool, BigInteger (bits and integers), Rational, double.</summary>
    public static SmtTerm Value(object value, Carrier carrier) => new((value, carrier) switch
    {
        (bool b, _) => b ? "true" : "false",
        (BigInteger n, BitsCarrier b) => "(_ bv" + Bits.Wrap(n, b.Width).ToString(CultureInfo.InvariantCulture) + " "
        + b.Width.ToString(CultureInfo.InvariantCulture) + ")",
        (BigInteger n, IntCarrier) => Number(n, ""),
        (Rational r, _) => r.IsInteger
        ? Number(r.Numerator, ".0") : "(/ " + Number(r.Numerator, ".0") + " " + Number(r.Denominator, ".0") + ")",
        (double d, _) => Double(d),
        _ => throw new System.ArgumentException("There is no SMT-LIB literal for " + value + " of " + carrier + ".", nameof(value)),
    }, carrier);

    /// <summary>
    /// The integer (<see cref="BigInteger"/>) or real number (<see cref="Rational"/>) that a term is; null if it is not a number.
    /// </summary>
    public static object? NumberOf(SmtTerm term)
    {
        if (term.Carrier is IntCarrier) return Integer(term.Text, "");
        if (term.Carrier is not RealCarrier) return null;
        if (Integer(term.Text, ".0") is { } whole) return (Rational)whole;
        // Apart from the blank after a sign, the only blank in a fraction separates its parts.
        if (!term.Text.StartsWith("(/ ", System.StringComparison.Ordinal)) return null;
        string parts = term.Text.Substring(3, term.Text.Length - 4);
        int split = parts.LastIndexOf(' ');
        return Integer(parts.Substring(0, split), ".0") is { } numerator
            && Integer(parts.Substring(split + 1), ".0") is { IsZero: false } denominator
            ? new Rational(numerator, denominator) : null;

        static BigInteger? Integer(string text, string suffix)
        {
            bool isNegative = text.StartsWith("(- ", System.StringComparison.Ordinal)
                && text.EndsWith(")", System.StringComparison.Ordinal);
            if (isNegative) text = text.Substring(3, text.Length - 4);
            if (!text.EndsWith(suffix, System.StringComparison.Ordinal)) return null;
            string digits = text.Substring(0, text.Length - suffix.Length);
            return BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? isNegative ? -value : value : null;
        }
    }

    /// <summary>A bit vector.</summary>
    public static SmtTerm Bit(int value, int width) => Value(new BigInteger(value), new BitsCarrier(width));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Use(Carrier carrier)
    {
        if (carrier is OpaqueCarrier && _carriers.Add(carrier)) _text.Append("(declare-sort ").Append(carrier.Smt).Append(" 0)\n");
    }

    private static string Number(BigInteger value, string suffix)
    {
        string digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture) + suffix;
        return value.Sign < 0 ? "(- " + digits + ")" : digits;
    }

    private static string Double(double value)
    {
        if (double.IsNaN(value)) return "(_ NaN 11 53)";
        ulong bits = unchecked((ulong)System.BitConverter.DoubleToInt64Bits(value));
        return "(fp #b" + (bits >> 63).ToString(CultureInfo.InvariantCulture)
            + " #b" + System.Convert.ToString((long)((bits >> 52) & 0x7FF), 2).PadLeft(11, '0')
            + " #x" + (bits & 0xFFFFFFFFFFFFF).ToString("x13", CultureInfo.InvariantCulture) + ")";
    }
}
