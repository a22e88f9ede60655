using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Model;
using Rewright.Quantum;

namespace Rewright.Proofs;

/// <summary>A symbol's meaning as the user writes it: an expression in the style of SMT-LIB over the symbol's parameters.</summary>
public abstract record Meaning
{
    private protected Meaning() { }

    /// <summary>Reads a meaning, or returns its fault. The name of a single function applies to all parameters.</summary>
    /// <param name="text">The text of the meaning.</param>
    /// <param name="parameters">The names of the parameters; empty for those without a name. <c>$1</c> always means the first one.</param>
    public static (Meaning? Meaning, string Fault) Read(string text, IReadOnlyList<string> parameters)
    {
        var tokens = Tokens(text);
        if (tokens.Count == 1 && tokens[0] is not ("(" or ")") && ParameterOf(tokens[0], parameters) < 0 && Number(tokens[0]) is null
            && parameters.Count > 0)
            return (new CallMeaning(tokens[0], parameters.Select((_, i) => (Meaning)new ParameterMeaning(i)).ToEquatableArray()), "");
        int position = 0;
        var (meaning, fault) = Read(tokens, ref position, parameters, 0);
        if (meaning is not null && position < tokens.Count) return (null, "'" + tokens[position] + "' stands behind its end");
        return (meaning, fault);
    }

    private static (Meaning? Meaning, string Fault) Read(List<string> tokens, ref int position, IReadOnlyList<string> parameters, int depth)
    {
        if (position >= tokens.Count) return (null, "it is not complete");
        if (depth > 100) return (null, "it nests too deep");
        string token = tokens[position++];
        if (token == ")") return (null, "there is a ')' too many");
        if (token != "(")
        {
            if (ParameterOf(token, parameters) is >= 0 and var index) return (new ParameterMeaning(index), "");
            return Number(token) is { } number
                ? (new NumberMeaning(number), "") : (new CallMeaning(token, EquatableArray<Meaning>.Empty), "");
        }

        if (position >= tokens.Count) return (null, "it is not complete");
        string function = tokens[position++];
        if (function is "(" or ")") return (null, "a function's name must follow '('");
        var arguments = new List<Meaning>();
        while (position < tokens.Count && tokens[position] != ")")
        {
            var (argument, fault) = Read(tokens, ref position, parameters, depth + 1);
            if (argument is null) return (null, fault);
            arguments.Add(argument);
        }

        if (position++ >= tokens.Count) return (null, "a ')' is missing");
        return (new CallMeaning(function, arguments.ToEquatableArray()), "");
    }

    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            bool ends = i == text.Length || text[i] is '(' or ')' || char.IsWhiteSpace(text[i]);
            if (!ends) continue;
            if (i > start) tokens.Add(text.Substring(start, i - start));
            if (i < text.Length && text[i] is '(' or ')') tokens.Add(text[i].ToString());
            start = i + 1;
        }

        return tokens;
    }

    private static int ParameterOf(string token, IReadOnlyList<string> parameters)
    {
        if (token[0] == '$' && int.TryParse(token.Substring(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number >= 1 && number <= parameters.Count ? number - 1 : -1;
        for (int i = 0; i < parameters.Count; i++)
            if (parameters[i] == token) return i;
        return -1;
    }

    private static Rational? Number(string token)
    {
        int dot = token.IndexOf('.');
        string digits = dot < 0 ? token : token.Remove(dot, 1);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || token[0] == '+')
            return null;
        return new Rational(value, BigInteger.Pow(10, dot < 0 ? 0 : token.Length - dot - 1));
    }
}

/// <summary>A parameter of the symbol.</summary>
internal sealed record ParameterMeaning(int Index) : Meaning;

/// <summary>A number; its use decides whether it is an integer, a real, or bits.</summary>
internal sealed record NumberMeaning(Rational Value) : Meaning;

/// <summary>A function applied; without arguments, a constant like <c>true</c>.</summary>
internal sealed record CallMeaning(string Function, EquatableArray<Meaning> Arguments) : Meaning;
