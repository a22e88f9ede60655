using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>
/// Normal forms of values that are equal by the laws of rings: bits are polynomials with coefficients modulo a power of two. A value to
/// which no law applies is an unknown of the polynomial, named by its own normal form.
/// </summary>
/// <remarks>
/// Solvers turn 64-bit products into tens of thousands of gates before they find out that multiplication distributes, so this is tried
/// first. It can only show that two values are equal. A left shift multiplies by a power of two, which is 0 for too large a count, and
/// right shifts by several counts commute.
/// </remarks>
internal sealed class NormalForm
{
    // Products of sums grow quickly; beyond these limits the solver takes over.
    private const int MaxTerms = 100, MaxLength = 4000;

    /// <summary>The form of a value, and the conditions for it to exist and not to be poison.</summary>
    private sealed record Form(
        string Text, SortedDictionary<string, BigInteger>? Terms, IReadOnlyCollection<string> Defined, IReadOnlyCollection<string> Clean)
    {
        public int Width { get; init; }

        /// <summary>For an equality of bits, the difference that is zero if it holds.</summary>
        public SortedDictionary<string, BigInteger>? Difference { get; init; }

        /// <summary>The polynomials that are zero if the value exists and is not poison.</summary>
        public IReadOnlyCollection<SortedDictionary<string, BigInteger>> Zeros { get; init; } = [];
    }

    /// <summary>Gives up: the form is too large, or a choice decides whether there is a value.</summary>
    private sealed class TooHardException : Exception;

    /// <summary>True if the target is the source in a different form, for all values.</summary>
    public static bool Same(TypedMeaning source, TypedMeaning target, IReadOnlyList<ClaimVariable> variables)
    {
        try
        {
            var arguments = variables.Select((v, i) =>
            {
                string name = "v" + Text(i);
                string[] defined = v.MayLackValue ? [name + " defined"] : [], clean = v.MayLackValue ? [name + " clean"] : [];
                return Atom(name, v.Carrier, defined, clean);
            }).ToList();
            Form from = Of(source, arguments), to = Of(target, arguments);
            return IsSame(from, to) && to.Defined.All(from.Defined.Contains)
                && to.Clean.All(c => from.Clean.Contains(c) || from.Defined.Contains(c));
        }
        catch (TooHardException)
        {
            return false;
        }
    }

    // True if the forms are equal, or their difference is known to be zero.
    private static bool IsSame(Form from, Form to)
    {
        if (from.Text == to.Text) return true;
        if (from.Terms is null || to.Terms is null || from.Width != to.Width) return false;
        return from.Zeros.Any(
            zero => new[] { 1, -1 }.Any(
            sign => Sum(Sum(from.Terms, to.Terms, -1), zero, sign).Values.All(c => Bits.Wrap(c, from.Width).IsZero)));
    }

    private static Form Of(TypedMeaning meaning, IReadOnlyList<Form> arguments)
    {
        switch (meaning)
        {
            case TypedParameter parameter: return arguments[parameter.Index];
            case TypedValue { Value: BigInteger number, Carrier: BitsCarrier bits }: return Polynomial(Constant(number), bits, [], []);
            case TypedValue value: return Atom(SmtScript.Value(value.Value, value.Carrier).Text, value.Carrier, [], []);
            case TypedApply apply: return Of(apply.Body, apply.Arguments.Select(a => Of(a, arguments)).ToList());
            case TypedGuard guard:
                Form test = Of(guard.Test, arguments), guarded = Of(guard.Guarded, arguments);
                string[] parts = [test.Text];
                return guarded with
                {
                    Defined = [.. guarded.Defined, .. test.Defined, .. guard.IsPoison ? [] : parts],
                    Clean = [.. guarded.Clean, .. test.Clean, .. guard.IsPoison ? parts : []],
                    Zeros = test.Difference is { } zero ? [.. guarded.Zeros, zero] : guarded.Zeros,
                };
            case TypedChoice choice:
                Form[] all = [Of(choice.Test, arguments), Of(choice.WhenTrue, arguments), Of(choice.WhenFalse, arguments)];
                if (all.Skip(1).Any(f => f.Defined.Count + f.Clean.Count > 0)) throw new TooHardException();
                return Atom("(ite " + string.Join(" ", all.Select(f => f.Text)) + ")", choice.Carrier, all[0].Defined, all[0].Clean);
            case TypedCall call: return Of(call, call.Arguments.Select(a => Of(a, arguments)).ToList());
            default: throw new TooHardException();
        }
    }

    private static Form Of(TypedCall call, IReadOnlyList<Form> parts)
    {
        string[] defined = [.. parts.SelectMany(p => p.Defined).Distinct()], clean = [.. parts.SelectMany(p => p.Clean).Distinct()];
        string name = call.Function.Name;
        SortedDictionary<string, BigInteger>[] zeros = [.. parts.SelectMany(p => p.Zeros)];
        if (call.Carrier is BitsCarrier bits)
        {
            SortedDictionary<string, BigInteger>? terms = name switch
            {
                "bvadd" => Sum(parts[0].Terms!, parts[1].Terms!, 1),
                "bvsub" => Sum(parts[0].Terms!, parts[1].Terms!, -1),
                "bvneg" => Sum(Constant(0), parts[0].Terms!, -1),
                // All ones are -1.
                "bvnot" => Sum(Constant(-1), parts[0].Terms!, -1),
                "bvmul" => Product(parts[0].Terms!, parts[1].Terms!),
                "bvshl" => Product(parts[0].Terms!, PowerOfTwo(parts[1], bits)),
                // SMT-LIB's quotients and remainders satisfy x = q * y + r, even for a zero divisor or a quotient that overflows.
                "bvurem" => Sum(parts[0].Terms!, Product(Quotient("bvudiv", parts), parts[1].Terms!), -1),
                "bvsrem" => Sum(parts[0].Terms!, Product(Quotient("bvsdiv", parts), parts[1].Terms!), -1),
                _ => null,
            };
            if (terms is not null) return Polynomial(terms, bits, defined, clean) with { Zeros = zeros };
        }

        // Ends with ";" if operands can be appended to the list.
        string text = name switch
        {
            "bvand" or "bvor" or "bvxor" or "=" or "distinct" => name + " "
            + string.Join(" ", Flat(name, parts).OrderBy(p => p, StringComparer.Ordinal)),
            "bvlshr" or "bvashr" => Shift(name, parts[0], parts[1]),
            _ => name + " " + string.Join(" ", parts.Select(p => p.Text)),
        };
        // Functions at other widths get other names.
        return Atom("[" + text + "]" + (call.Function.Typing == Typing.Convert ? ":" + call.Arguments[0].Carrier + ":" + call.Carrier : ""),
            call.Carrier, defined, clean) with
        {
            Difference = name == "=" && parts[0].Terms is { } left && parts[1].Terms is { } right ? Sum(left, right, -1) : null,
            Zeros = zeros,
        };
    }

    private static SortedDictionary<string, BigInteger> Quotient(string name, IReadOnlyList<Form> parts)
        => new(StringComparer.Ordinal) { ["[" + name + " " + parts[0].Text + " " + parts[1].Text + "]"] = 1 };

    private static IEnumerable<string> Flat(string name, IReadOnlyList<Form> parts)
        => parts.SelectMany(
            p => name is "=" or "distinct" || !IsOnly(p, name, out string inner) ? [p.Text] : Split(inner.Substring(name.Length + 1)));

    private static string Shift(string name, Form value, Form count)
    {
        if (!IsOnly(value, name, out string inner)) return name + " " + value.Text + " " + count.Text;
        var parts = Split(inner.Substring(name.Length + 1)).ToList();
        return name + " " + parts[0] + " " + string.Join(" ", parts.Skip(1).Append(count.Text).OrderBy(p => p, StringComparer.Ordinal));
    }

    // True if the form is a single application of the function.
    private static bool IsOnly(Form form, string name, out string inner)
    {
        string text = form.Text;
        const string Before = "{1*[", After = "]}";
        bool isOnly = form.Terms is { Count: 1 } && text.StartsWith(Before + name + " ", StringComparison.Ordinal)
            && text.EndsWith(After, StringComparison.Ordinal);
        inner = isOnly ? text.Substring(Before.Length, text.Length - Before.Length - After.Length) : "";
        return isOnly && IsBalanced(inner);
    }

    // Rejects "a]*[b", which only looks like a single application.
    private static bool IsBalanced(string text)
    {
        int depth = 0;
        foreach (char c in text)
        {
            if (c == '[') depth++;
            if (c == ']' && --depth < 0) return false;
        }

        return depth == 0;
    }

    // Splits operands at blanks outside of braces.
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is '{' or '[' or '(') depth++;
            if (i < text.Length && text[i] is '}' or ']' or ')') depth--;
            if (i < text.Length && (text[i] != ' ' || depth > 0)) continue;
            if (i > start) yield return text.Substring(start, i - start);
            start = i + 1;
        }
    }

    private static SortedDictionary<string, BigInteger> PowerOfTwo(Form count, BitsCarrier bits)
    {
        if (count.Terms is { Count: 0 }) return Constant(1);
        if (count.Terms is { Count: 1 } && count.Terms.TryGetValue("", out var known))
            return Constant(known >= bits.Width ? 0 : BigInteger.One << (int)known);
        return new(StringComparer.Ordinal) { ["[2^" + count.Text + "]"] = 1 };
    }

    private static SortedDictionary<string, BigInteger> Constant(BigInteger value) => new(StringComparer.Ordinal) { [""] = value };

    private static SortedDictionary<string,
        BigInteger> Sum(SortedDictionary<string, BigInteger> left, SortedDictionary<string, BigInteger> right, int sign)
    {
        var sum = new SortedDictionary<string, BigInteger>(left, StringComparer.Ordinal);
        foreach (var term in right) sum[term.Key] = (sum.TryGetValue(term.Key, out var known) ? known : 0) + sign * term.Value;
        return sum;
    }

    private static SortedDictionary<string,
        BigInteger> Product(SortedDictionary<string, BigInteger> left, SortedDictionary<string, BigInteger> right)
    {
        var product = new SortedDictionary<string, BigInteger>(StringComparer.Ordinal);
        if (left.Count * right.Count > MaxTerms) throw new TooHardException();
        foreach (var l in left)
        {
            foreach (var r in right)
            {
                string monomial = string.Join("*", Factors(l.Key).Concat(Factors(r.Key)).OrderBy(f => f, StringComparer.Ordinal));
                product[monomial] = (product.TryGetValue(monomial, out var known) ? known : 0) + l.Value * r.Value;
            }
        }

        return product;
    }

    private static IEnumerable<string> Factors(string monomial)
    {
        int depth = 0, start = 0;
        for (int i = 0; i <= monomial.Length; i++)
        {
            if (i < monomial.Length && monomial[i] is '{' or '[' or '(') depth++;
            if (i < monomial.Length && monomial[i] is '}' or ']' or ')') depth--;
            if (i < monomial.Length && (monomial[i] != '*' || depth > 0)) continue;
            if (i > start) yield return monomial.Substring(start, i - start);
            start = i + 1;
        }
    }

    private static Form Atom(string text, Carrier carrier, IReadOnlyCollection<string> defined, IReadOnlyCollection<string> clean)
        => carrier is BitsCarrier bits
            ? Polynomial(new(StringComparer.Ordinal) { [text] = 1 }, bits, defined, clean) : new(text, null, defined, clean);

    private static Form Polynomial(
        SortedDictionary<string, BigInteger> terms, BitsCarrier bits, IReadOnlyCollection<string> defined,
        IReadOnlyCollection<string> clean)
    {
        var kept = new SortedDictionary<string, BigInteger>(StringComparer.Ordinal);
        foreach (var term in terms)
            if (Bits.Wrap(term.Value, bits.Width) is { IsZero: false } coefficient) kept.Add(term.Key, coefficient);
        string text = "{" + string.Join("+", kept.Select(t => t.Value.ToString(CultureInfo.InvariantCulture) + "*" + t.Key)) + "}";
        return text.Length <= MaxLength
            && kept.Count <= MaxTerms ? new(text, kept, defined, clean) { Width = bits.Width } : throw new TooHardException();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
