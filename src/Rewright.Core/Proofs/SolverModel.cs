using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Quantum;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>Reads a solver's answer to <c>get-value</c>.</summary>
public static class SolverModel
{
    /// <summary>The values of a claim's variables; null if one is not a number that can be written.</summary>
    public static IReadOnlyList<Result>? Read(string answer, Claim claim)
    {
        int position = 0;
        if (Parse(answer, ref position, 0) is not Node { Parts: { } pairs }) return null;
        var values = new Queue<Node>(pairs.Where(p => p.Parts is [_, _]).Select(p => p.Parts![1]));
        var results = new List<Result>();
        foreach (var variable in claim.Variables)
        {
            if (values.Count == 0 || Value(values.Dequeue(), variable.Carrier) is not { } value) return null;
            bool isDefined = true, isClean = true;
            if (variable.MayLackValue)
            {
                if (values.Count < 2) return null;
                isDefined = values.Dequeue().Text == "true";
                isClean = values.Dequeue().Text == "true";
            }

            results.Add(isDefined ? new Result(value, true, isClean) : Result.Undefined);
        }

        return results;
    }

    private static object? Value(Node node, Carrier carrier) => carrier switch
    {
        BoolCarrier => node.Text switch { "true" => true, "false" => false, _ => null },
        BitsCarrier => Digits(node),
        IntCarrier => Number(node) is { IsInteger: true } number ? number.Numerator : null,
        RealCarrier => Number(node),
        DoubleCarrier => Double(node),
        _ => node.ToString(),
    };

    private static BigInteger? Digits(Node node)
    {
        if (node.Parts is [{ Text: "_" }, { Text: var name }, _] && name.StartsWith("bv", StringComparison.Ordinal))
            return BigInteger.Parse(name.Substring(2), CultureInfo.InvariantCulture);
        if (node.Text.StartsWith("#x", StringComparison.Ordinal))
            return BigInteger.Parse("0" + node.Text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (node.Text.StartsWith("#b", StringComparison.Ordinal))
            return node.Text.Skip(2).Aggregate(BigInteger.Zero, (n, c) => n * 2 + (c - '0'));
        return null;
    }

    private static Rational? Number(Node node)
    {
        switch (node.Parts)
        {
            case [{ Text: "-" }, var inner]: return Number(inner) is { } value ? -value : null;
            case [{ Text: "/" }, var left, var right]: return Number(left) is { } n && Number(right) is { Sign: not 0 } d ? n / d : null;
            case [{ Text: "to_real" }, var whole]: return Number(whole);
            case not null: return null;
        }

        // "1.0" and "1.5?": the question mark means that digits are cut off.
        int dot = node.Text.IndexOf('.');
        string digits = dot < 0 ? node.Text : node.Text.Remove(dot, 1);
        return BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Rational(number, BigInteger.Pow(10, dot < 0 ? 0 : node.Text.Length - dot - 1)) : null;
    }

    private static double? Double(Node node)
    {
        switch (node.Parts)
        {
            case [{ Text: "_" }, { Text: var name }, _, _]:
                return name switch
                {
                    "NaN" => double.NaN,
                    "+oo" => double.PositiveInfinity,
                    "-oo" => double.NegativeInfinity,
                    "+zero" => 0.0,
                    "-zero" => -0.0,
                    _ => null
                };
            case [{ Text: "fp" }, var sign, var exponent, var fraction] when Digits(sign) is { } s && Digits(exponent) is { } e
                && Digits(fraction) is { } f:
                return BitConverter.Int64BitsToDouble(unchecked((long)(ulong)((s << 63) | (e << 52) | f)));
            default: return null;
        }
    }

    private static Node? Parse(string text, ref int position, int depth)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
        if (position >= text.Length || depth > 1000) return null;
        if (text[position] == '(')
        {
            position++;
            var parts = new List<Node>();
            while (true)
            {
                while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
                if (position < text.Length && text[position] == ')')
                {
                    position++;
                    return new Node("", [.. parts]);
                }

                if (Parse(text, ref position, depth + 1) is not { } part) return null;
                parts.Add(part);
            }
        }

        int start = position;
        if (text[position] == '|') position = text.IndexOf('|', position + 1) is > 0 and var end ? end + 1 : text.Length;
        else while (position < text.Length && !char.IsWhiteSpace(text[position]) && text[position] is not ('(' or ')')) position++;
        return position > start ? new Node(text.Substring(start, position - start), null) : null;
    }

    private sealed record Node(string Text, Node[]? Parts)
    {
        public override string ToString() => Parts is null ? Text : "(" + string.Join(" ", Parts.Select(p => p.ToString())) + ")";
    }
}
