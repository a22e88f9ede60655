using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>The end of a block.</summary>
public abstract record Terminator
{
    private protected Terminator() { }

    /// <summary>The locals that the terminator itself reads, without those of nested blocks.</summary>
    public virtual EquatableArray<Local> Arguments => EquatableArray<Local>.Empty;

    /// <summary>The nested blocks.</summary>
    public virtual IEnumerable<Block> Arms => [];
}

/// <summary>Returns the result of the function.</summary>
public sealed record Return(Local Result) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Result);
}

/// <summary>Returns from a function that fills a hole and has no result.</summary>
public sealed record Done : Terminator;

/// <summary>Returns the result of another call, which replaces this one on the stack.</summary>
public sealed record TailCall(Function Callee, EquatableArray<Local> Parts) : Terminator
{
    /// <summary>The place of the call, in traced programs.</summary>
    public CallSite? Site { get; init; }

    /// <summary>Terms to build around the result, innermost first; only in programs without memory operations.</summary>
    public EquatableArray<Surrounding> Around { get; init; } = EquatableArray<Surrounding>.Empty;

    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments
        => Around.Count == 0 ? Parts : Around.SelectMany(a => a.Others).Concat(Parts).ToEquatableArray();
}

/// <summary>A term to build once one of its fields has been computed.</summary>
/// <param name="Symbol">The symbol of the term.</param>
/// <param name="Index">The index of the missing field.</param>
/// <param name="Others">The other fields, in order.</param>
public sealed record Surrounding(FunctionSymbol Symbol, int Index, EquatableArray<Local> Others);

/// <summary>Continues at a labelled block of the same function.</summary>
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

/// <summary>A term does not fit into a word, so the evaluation is repeated in the boxed form.</summary>
public sealed record Bailout : Terminator;

/// <summary>Branches on a truth value.</summary>
public sealed record Branch(Local Test, Block WhenTrue, Block WhenFalse) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Test);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms => [WhenTrue, WhenFalse];
}

/// <summary>Branches on the symbol of a term.</summary>
/// <param name="Subject">The term; its ownership does not change.</param>
/// <param name="Cases">Constructors by tag, then open operations.</param>
/// <param name="Otherwise">The block for all other symbols; null if there are none.</param>
public sealed record Switch(Local Subject, EquatableArray<KeyValuePair<FunctionSymbol, Block>> Cases, Block? Otherwise) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Subject);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms
        => Otherwise is null ? Cases.Select(c => c.Value) : Cases.Select(c => c.Value).Append(Otherwise);
}

/// <summary>Branches on the literal that a value equals.</summary>
public sealed record LiteralSwitch(Local Subject, EquatableArray<KeyValuePair<Literal, Block>> Cases, Block? Otherwise) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Subject);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms
        => Otherwise is null ? Cases.Select(c => c.Value) : Cases.Select(c => c.Value).Append(Otherwise);
}
