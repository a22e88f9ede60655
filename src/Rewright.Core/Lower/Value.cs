using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>A computed value. Values are compared by structure, so that equal ones can be found and shared.</summary>
public abstract record Value
{
    private protected Value() { }

    /// <summary>The locals that the value reads.</summary>
    public virtual EquatableArray<Local> Arguments => EquatableArray<Local>.Empty;

    /// <summary>True if the value takes over the ownership of its arguments; otherwise it borrows them.</summary>
    public virtual bool Consumes => false;

    /// <summary>The same value with other locals, in the order of <see cref="Arguments"/>.</summary>
    public abstract Value With(EquatableArray<Local> arguments);
}

/// <summary>A constant.</summary>
public sealed record Constant(Literal Literal) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>A field of a cell whose symbol is <paramref name="Symbol"/>. The result is borrowed from the cell.</summary>
public sealed record Field(Local Cell, FunctionSymbol Symbol, int Index) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Cell);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Cell = arguments[0] };
}

/// <summary>A term built from its parts: a constructor, or the stuck term of an open operation.</summary>
/// <param name="Symbol">The symbol of the term.</param>
/// <param name="Parts">The fields.</param>
/// <param name="Reuse">A token whose memory is reused if it has any; null for none.</param>
public sealed record Construct(FunctionSymbol Symbol, EquatableArray<Local> Parts, Local? Reuse = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>
/// A term built from its parts, unless an earlier term is kept: one that has the same symbol and the same objects as parts.
/// </summary>
/// <param name="Old">The earlier term, or <see cref="Nothing"/>.</param>
/// <param name="Symbol">The symbol of the term.</param>
/// <param name="Parts">The fields.</param>
public sealed record Rebuild(Local Old, FunctionSymbol Symbol, EquatableArray<Local> Parts) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts.Append(Old).ToEquatableArray();

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments)
        => this with { Old = arguments[Parts.Count], Parts = arguments.Take(Parts.Count).ToEquatableArray() };
}

/// <summary>No term, where a function asks for one that it may keep.</summary>
public sealed record Nothing : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>A cell with a hole: one field must still be filled.</summary>
/// <param name="Symbol">The symbol of the cell.</param>
/// <param name="Index">The index of the missing field.</param>
/// <param name="Parts">The other fields, in order.</param>
/// <param name="Reuse">A token whose memory is reused if it has any; null for none.</param>
public sealed record ConstructAround(FunctionSymbol Symbol, int Index, EquatableArray<Local> Parts, Local? Reuse = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>The address of a cell's hole.</summary>
public sealed record HoleOf(Local Cell, FunctionSymbol Symbol, int Index) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Cell);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Cell = arguments[0] };
}

/// <summary>A call of a function of the program.</summary>
public sealed record Call(Function Callee, EquatableArray<Local> Parts) : Value
{
    /// <summary>The place of the call, in traced programs; it keeps calls at different places apart.</summary>
    public CallSite? Site { get; init; }

    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>A call of an operation that C# implements.</summary>
public sealed record ForeignCall(Operation Operation, EquatableArray<Local> Parts) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>A function of built-in sorts.</summary>
public sealed record Compute(Primitive Primitive, EquatableArray<Local> Parts) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>Whether two terms are equal.</summary>
public sealed record Same(Local Left, Local Right) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Left, Right);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new Same(arguments[0], arguments[1]);
}

/// <summary>Whether two terms are one cell.</summary>
public sealed record IsSameCell(Local Left, Local Right) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Left, Right);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsSameCell(arguments[0], arguments[1]);
}

/// <summary>Whether a term is a cell that more than one reference leads to.</summary>
/// <param name="Term">The term.</param>
/// <param name="Holder">The cell that contains <paramref name="Term"/> as a field and is taken apart only later; null if the term is
/// owned.</param>
public sealed record IsShared(Local Term, Local? Holder = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Holder is null ? EquatableArray.Of(Term) : EquatableArray.Of(Term, Holder);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsShared(arguments[0], arguments.Count > 1 ? arguments[1] : null);
}

/// <summary>Whether this normalization has met a shared cell before; <see cref="Recalled"/> then gives its result.</summary>
public sealed record IsRemembered(Local Term) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Term);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsRemembered(arguments[0]);
}

/// <summary>The result of a remembered cell, owned.</summary>
public sealed record Recalled(Local Term) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Term);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new Recalled(arguments[0]);
}

/// <summary>Whether the value of an operation without parameters has been computed in this heap.</summary>
public sealed record IsMemoised(Function Operation) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>The memoised value of an operation without parameters, owned.</summary>
public sealed record Memoised(Function Operation) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>True if the last <see cref="SetChanged"/> set at least this number.</summary>
public sealed record HasChanged(int Least = 1) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}
