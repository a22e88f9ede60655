using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>
/// A term of the judge: an immutable object. Equal by structure; doubles by bits with all NaNs equal, references by identity.
/// </summary>
public sealed class JudgeTerm : IEquatable<JudgeTerm>
{
    private JudgeTerm(Sort sort, FunctionSymbol? symbol, ImmutableArray<JudgeTerm> parts, object? value)
        => (Sort, Symbol, Parts, Value) = (sort, symbol, parts, value);

    /// <summary>The sort of the term.</summary>
    public Sort Sort { get; }

    /// <summary>The symbol: a constructor, or an open operation that is stuck; null for a value of a built-in sort.</summary>
    public FunctionSymbol? Symbol { get; }

    /// <summary>The fields.</summary>
    public ImmutableArray<JudgeTerm> Parts { get; }

    /// <summary>The C# value of a built-in sort: the name of a symbol, the number of an enum, the object of a reference.</summary>
    public object? Value { get; }

    /// <summary>A value of a built-in, enum or reference sort.</summary>
    public static JudgeTerm Of(Sort sort, object? value) => new(sort, null, [], value);

    /// <summary>A term built from parts.</summary>
    public static JudgeTerm Of(FunctionSymbol symbol, ImmutableArray<JudgeTerm> parts) => new(symbol.Result, symbol, parts, null);

    /// <summary>A term of constructors and literals.</summary>
    public static JudgeTerm Of(Expr expr)
        => expr is ApplyExpr apply ? Of(apply.Symbol, [.. apply.Arguments.Select(Of)]) : Of(expr.Sort, ((LiteralExpr)expr).Value.Value);

    /// <inheritdoc/>
    public bool Equals(JudgeTerm? other)
    {
        if (other is null) return false;
        var pending = new Stack<(JudgeTerm, JudgeTerm)>();
        pending.Push((this, other));
        while (pending.TryPop(out var pair))
        {
            var (a, b) = pair;
            if (ReferenceEquals(a, b)) continue;
            if (!ReferenceEquals(a.Symbol, b.Symbol)) return false;
            if (a.Symbol is null && !SameValue(a.Sort, a.Value, b.Value)) return false;
            for (int i = 0; i < a.Parts.Length; i++) pending.Push((a.Parts[i], b.Parts[i]));
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JudgeTerm);

    /// <inheritdoc/>
    public override int GetHashCode() => Symbol?.GetHashCode() ?? (Value is double ? 1 : Value?.GetHashCode() ?? 0);

    /// <summary>The term in the form that the runtime prints and parses.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var pending = new Stack<object>();
        pending.Push(this);
        while (pending.TryPop(out object? next))
        {
            if (next is not JudgeTerm term)
            {
                text.Append(next);
                continue;
            }

            if (term.Symbol is null)
            {
                text.Append(term.Sort is not RefSort ? LiteralText.Print(new Literal(term.Sort, term.Value!), sortIsKnown: true)
                    : term.Value is null ? "<null>" : "<" + term.Value.GetType().Name + ">");
                continue;
            }

            text.Append(LiteralText.Name(term.Symbol.Name));
            bool needsParentheses = term.Parts.Length > 0 || term.Symbol is Operation || !char.IsUpper(term.Symbol.Name[0]);
            if (!needsParentheses) continue;
            text.Append('(');
            pending.Push(")");
            for (int i = term.Parts.Length - 1; i >= 0; i--)
            {
                pending.Push(term.Parts[i]);
                if (i > 0) pending.Push(", ");
            }
        }

        return text.ToString();
    }

    private static bool SameValue(Sort sort, object? a, object? b)
    {
        if (sort is RefSort) return ReferenceEquals(a, b);
        if (a is not double x || b is not double y) return Equals(a, b);
        return double.IsNaN(x) ? double.IsNaN(y) : BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y);
    }
}
