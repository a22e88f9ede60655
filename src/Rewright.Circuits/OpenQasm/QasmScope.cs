using System;
using System.Collections.Generic;

namespace Rewright.Quantum;

/// <summary>A named entity.</summary>
internal abstract record QasmEntity;

/// <summary>A constant, register or alias.</summary>
internal sealed record QasmValueEntity(QasmValue Value) : QasmEntity;

/// <summary>
/// A variable with a known value; <paramref name="RuntimeDepth"/> counts the enclosing blocks that run conditionally.
/// </summary>
internal sealed record QasmVariableEntity(QasmType Type, int RuntimeDepth) : QasmEntity
{
    public QasmValue? Value { get; set; }
}

/// <summary>A gate; null if it is only declared.</summary>
internal sealed record QasmGateEntity(DefinedGate? Gate) : QasmEntity;

/// <summary>The names of a block, and of the blocks around it.</summary>
internal sealed class QasmScope(QasmScope? outer)
{
    public QasmScope? Outer { get; } = outer;

    public Dictionary<string, QasmEntity> Entities { get; } = new(StringComparer.Ordinal);

    public QasmEntity? Find(string name) => Entities.TryGetValue(name, out var entity) ? entity : Outer?.Find(name);
}
