using System.Collections.Generic;

namespace Rewright.Model;

/// <summary>A pattern variable.</summary>
/// <param name="Name">The name, unique in its pattern.</param>
/// <param name="Sort">The sort of the terms that it stands for.</param>
public sealed record Variable(string Name, Sort Sort)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A term with variables, of which the sources, targets and conditions of patterns are made. Compared by structure.</summary>
public abstract record Expr
{
    private protected Expr() { }

    /// <summary>The sort of the term's value.</summary>
    public abstract Sort Sort { get; }

    /// <summary>The direct parts, in order of evaluation.</summary>
    public virtual EquatableArray<Expr> Parts => EquatableArray<Expr>.Empty;

    /// <inheritdoc/>
    public sealed override string ToString() => Printer.Print(this);

    /// <summary>This term and everything below it, parents first.</summary>
    public IEnumerable<Expr> Descendants()
    {
        var stack = new Stack<Expr>();
        stack.Push(this);
        while (stack.Count > 0)
        {
            var top = stack.Pop();
            yield return top;
            for (int i = top.Parts.Count - 1; i >= 0; i--) stack.Push(top.Parts[i]);
        }
    }
}

/// <summary>A variable of the pattern.</summary>
public sealed record VariableExpr(Variable Variable) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => Variable.Sort;
}

/// <summary>A constant of a built-in sort.</summary>
public sealed record LiteralExpr(Literal Value) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => Value.Sort;
}

/// <summary>A constructor or operation applied to arguments.</summary>
public sealed record ApplyExpr(FunctionSymbol Symbol, EquatableArray<Expr> Arguments) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => Symbol.Result;

    /// <inheritdoc/>
    public override EquatableArray<Expr> Parts => Arguments;
}

/// <summary>A function of built-in sorts applied to arguments, with its C# meaning.</summary>
public sealed record PrimitiveExpr(Primitive Primitive, EquatableArray<Expr> Arguments) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => Primitive.Result;

    /// <inheritdoc/>
    public override EquatableArray<Expr> Parts => Arguments;
}

/// <summary>Equality of two terms of one sort: by structure, doubles by bits, references by identity.</summary>
public sealed record EqualityExpr(Expr Left, Expr Right, bool Negated) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => BuiltInSort.Bool;

    /// <inheritdoc/>
    public override EquatableArray<Expr> Parts => EquatableArray.Of(Left, Right);
}

/// <summary><c>&amp;&amp;</c> or <c>||</c>: the right side is evaluated only if the left does not decide.</summary>
public sealed record LogicalExpr(bool IsAnd, Expr Left, Expr Right) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => BuiltInSort.Bool;

    /// <inheritdoc/>
    public override EquatableArray<Expr> Parts => EquatableArray.Of(Left, Right);
}

/// <summary><c>c ? a : b</c>: only the chosen side is evaluated.</summary>
public sealed record ConditionalExpr(Expr Test, Expr WhenTrue, Expr WhenFalse) : Expr
{
    /// <inheritdoc/>
    public override Sort Sort => WhenTrue.Sort;

    /// <inheritdoc/>
    public override EquatableArray<Expr> Parts => EquatableArray.Of(Test, WhenTrue, WhenFalse);
}
