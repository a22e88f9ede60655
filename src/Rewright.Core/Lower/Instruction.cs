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

/// <summary>Stores an owned value in a hole.</summary>
public sealed record Fill(Local Hole, Local Value) : Instruction;

/// <summary>Calls a function that fills a hole and has no result.</summary>
public sealed record Perform(Call Call) : Instruction;

/// <summary>Marks that a rule fires. Steps are counted and traced here.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Times">How often the rule fires; null for once.</param>
public sealed record Fire(RewriteRule Rule, Local? Times = null) : Instruction
{
    /// <summary>The values of the rule's variables in traced programs; they are borrowed.</summary>
    public EquatableArray<KeyValuePair<Variable, Local>> Bindings { get; init; }
}

/// <summary>Remembers the result of a shared cell, its normal form or the term after a step, for the rest of this normalization.</summary>
/// <remarks>Both are borrowed; the memory takes references of its own.</remarks>
public sealed record Remember(Local Term, Local Normal) : Instruction;

/// <summary>Memoises the borrowed value of an operation without parameters for the life of the heap.</summary>
public sealed record Memoise(Function Operation, Local Value) : Instruction;

/// <summary>
/// Sets the changed flag that goes with a function's result. The number says for how many of the terms around the result a normalizer's
/// step may matter; 0 for none.
/// </summary>
public sealed record SetChanged(int Levels) : Instruction;

/// <summary>Adds a reference. <see cref="ReferenceCounts"/> inserts this instruction and the following ones.</summary>
public sealed record Dup(Local Target) : Instruction;

/// <summary>Drops a reference; the last one frees the term.</summary>
public sealed record Drop(Local Target) : Instruction;

/// <summary>
/// Takes a cell apart and ends its own reference: the wanted fields, borrowed until now, become owned. An unshared cell gives its fields
/// away and its memory to the token. For a shared cell each wanted field gets another reference, and the token stays empty.
/// </summary>
/// <param name="Cell">The cell; its reference is consumed.</param>
/// <param name="Symbol">The symbol of the cell.</param>
/// <param name="Wanted">For each field, the local that becomes owned; null for a field that is dropped.</param>
/// <param name="Token">Receives the memory; null to free it.</param>
public sealed record Open(Local Cell, FunctionSymbol Symbol, EquatableArray<Local?> Wanted, Local? Token) : Instruction;

/// <summary>Frees the memory of a token in which nothing was built.</summary>
public sealed record Free(Local Token) : Instruction;
