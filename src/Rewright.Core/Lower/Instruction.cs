using System.Collections.Generic;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>A step of a block.</summary>
public abstract record Instruction
{
    private protected Instruction() { }
}

/// <summary>Computes a value and names it.</summary>
public sealed record Let(Local Target, Value Value) : Instruction;

/// <summary>Puts a value, owned, into a hole.</summary>
public sealed record Fill(Local Hole, Local Value) : Instruction;

/// <summary>Calls a function that fills a hole instead of giving a result.</summary>
public sealed record Perform(Call Call) : Instruction;

/// <summary>A rule fires: where steps are counted and traced.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Times">How often, null for once.</param>
public sealed record Fire(RewriteRule Rule, Local? Times = null) : Instruction
{
    /// <summary>The values of the rule's variables, in programs that are traced. They are only looked at.</summary>
    public EquatableArray<KeyValuePair<Variable, Local>> Bindings { get; init; }
}

/// <summary>Notes what has come of a shared cell, its normal form or the term after a step, for the rest of this normalization.</summary>
/// <remarks>Both are only looked at; the memory keeps references of its own.</remarks>
public sealed record Remember(Local Term, Local Normal) : Instruction;

/// <summary>Memoises the value of an operation without parameters, which is only looked at, for the life of the heap.</summary>
public sealed record Memoise(Function Operation, Local Value) : Instruction;

/// <summary>
/// Sets the changed flag beside the result of a function, a number: for how many of the terms around the result a step of a
/// normalizer may matter; 0 for none.
/// </summary>
public sealed record SetChanged(int Levels) : Instruction;

/// <summary>One more reference. Inserted by <see cref="ReferenceCounts"/>, like those that follow.</summary>
public sealed record Dup(Local Target) : Instruction;

/// <summary>One reference less; the last one frees the term.</summary>
public sealed record Drop(Local Target) : Instruction;

/// <summary>
/// Takes a cell apart whose own reference ends here: the wanted fields, borrowed until now, become owned.
/// A cell that nobody else holds gives its fields away and its memory to the token; of a shared one the wanted fields get
/// one more reference each, and the token stays empty.
/// </summary>
/// <param name="Cell">The cell, owned.</param>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Wanted">By field index: the local that becomes owned, or null for a field that is dropped.</param>
/// <param name="Token">Takes the memory; null to free it.</param>
public sealed record Open(Local Cell, FunctionSymbol Symbol, EquatableArray<Local?> Wanted, Local? Token) : Instruction;

/// <summary>Gives back the memory of a token that nothing was built in.</summary>
public sealed record Free(Local Token) : Instruction;
