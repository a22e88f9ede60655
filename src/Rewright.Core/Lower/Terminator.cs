using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>How a block ends.</summary>
public abstract record Terminator
{
    private protected Terminator() { }

    /// <summary>The locals it reads itself, without those of nested blocks.</summary>
    public virtual EquatableArray<Local> Arguments => EquatableArray<Local>.Empty;

    /// <summary>The nested blocks.</summary>
    public virtual IEnumerable<Block> Arms => [];
}

/// <summary>The result of the function.</summary>
public sealed record Return(Local Result) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Result);
}

/// <summary>The function, which fills a hole instead of giving a result, is done.</summary>
public sealed record Done : Terminator;

/// <summary>The result of the function is that of another call, which takes the place of this one on the stack.</summary>
public sealed record TailCall(Function Callee, EquatableArray<Local> Parts) : Terminator
{
    /// <summary>Where the call stands, in programs that are traced.</summary>
    public CallSite? Site { get; init; }

    /// <summary>Terms to be built around the result, innermost first; only in programs without memory operations.</summary>
    public EquatableArray<Surrounding> Around { get; init; } = EquatableArray<Surrounding>.Empty;

    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments
        => Around.Count == 0 ? Parts : Around.SelectMany(a => a.Others).Concat(Parts).ToEquatableArray();
}

/// <summary>A term to be built when one of its fields has been computed.</summary>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Index">The field that is missing.</param>
/// <param name="Others">The other fields, in order.</param>
public sealed record Surrounding(FunctionSymbol Symbol, int Index, EquatableArray<Local> Others);

/// <summary>Goes on at a labelled block of the same function.</summary>
public sealed record Jump(Label Target, EquatableArray<Local> Parts) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;
}

/// <summary>No rule applies to an operation that is not open: the evaluation ends with an error that names the term.</summary>
public sealed record Stuck(FunctionSymbol Symbol, EquatableArray<Local> Parts) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;
}

/// <summary>A term does not fit into a word: the evaluation is done again in the boxed form.</summary>
public sealed record Bailout : Terminator;

/// <summary>Goes on by the truth of a value.</summary>
public sealed record Branch(Local Test, Block WhenTrue, Block WhenFalse) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Test);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms => [WhenTrue, WhenFalse];
}

/// <summary>Goes on by the symbol that a term is built with.</summary>
/// <param name="Subject">The term; it stays owned or borrowed as it was.</param>
/// <param name="Cases">Constructors by tag, then open operations.</param>
/// <param name="Otherwise">For all other symbols; null where there are none.</param>
public sealed record Switch(Local Subject, EquatableArray<KeyValuePair<FunctionSymbol, Block>> Cases, Block? Otherwise) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Subject);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms
        => Otherwise is null ? Cases.Select(c => c.Value) : Cases.Select(c => c.Value).Append(Otherwise);
}

/// <summary>Goes on by the literal that a value equals.</summary>
public sealed record LiteralSwitch(Local Subject, EquatableArray<KeyValuePair<Literal, Block>> Cases, Block? Otherwise) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Subject);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms
        => Otherwise is null ? Cases.Select(c => c.Value) : Cases.Select(c => c.Value).Append(Otherwise);
}
