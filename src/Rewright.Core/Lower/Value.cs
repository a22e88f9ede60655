using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Something that is computed and named. Compared by structure, so that equal values can be found and shared.</summary>
public abstract record Value
{
    private protected Value() { }

    /// <summary>The locals it reads.</summary>
    public virtual EquatableArray<Local> Arguments => EquatableArray<Local>.Empty;

    /// <summary>True where the arguments' ownership passes to the value; otherwise they are only looked at.</summary>
    public virtual bool Consumes => false;

    /// <summary>The same value of other locals, in the order of <see cref="Arguments"/>.</summary>
    public abstract Value With(EquatableArray<Local> arguments);
}

/// <summary>A constant.</summary>
public sealed record Constant(Literal Literal) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>A field of a cell that is known to be built with <paramref name="Symbol"/>. The result is borrowed from the cell.</summary>
public sealed record Field(Local Cell, FunctionSymbol Symbol, int Index) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Cell);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Cell = arguments[0] };
}

/// <summary>A term built of its parts: a constructor, or the stuck term of an open operation.</summary>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Parts">The fields.</param>
/// <param name="Reuse">A token whose memory it takes if there is some; null for none.</param>
public sealed record Construct(FunctionSymbol Symbol, EquatableArray<Local> Parts, Local? Reuse = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>A cell of which one field is still to be filled: a hole.</summary>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Index">The field that is missing among the parts.</param>
/// <param name="Parts">The other fields, in order.</param>
/// <param name="Reuse">A token whose memory it takes if there is some; null for none.</param>
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
    /// <summary>Where the call stands, in programs that are traced; it keeps calls of different places apart.</summary>
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
/// <param name="Holder">The cell that <paramref name="Term"/> is a field of, which is taken apart only after this; null for a term that is
/// owned.</param>
public sealed record IsShared(Local Term, Local? Holder = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Holder is null ? EquatableArray.Of(Term) : EquatableArray.Of(Term, Holder);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsShared(arguments[0], arguments.Count > 1 ? arguments[1] : null);
}

/// <summary>Whether this normalization has met a shared cell before; <see cref="Recalled"/> then gives what came of it.</summary>
public sealed record IsRemembered(Local Term) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Term);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsRemembered(arguments[0]);
}

/// <summary>What came of a remembered cell, owned.</summary>
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

/// <summary>The value of an operation without parameters that has been computed, owned.</summary>
public sealed record Memoised(Function Operation) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>True where the last <see cref="SetChanged"/> has set at least a number.</summary>
public sealed record HasChanged(int Least = 1) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}
