using System.Collections.Immutable;
using Simplify.Expressions;

namespace Simplify.FPCore;

/// <summary>One <c>(FPCore ...)</c> of a file, or what came instead of it.</summary>
/// <param name="Name">Its <c>:name</c>, otherwise its identifier, otherwise empty.</param>
/// <param name="Position">Where it starts; for a problem, where that is.</param>
public abstract record FPCoreEntry(string Name, Position Position);

/// <summary>An expression over the real numbers.</summary>
public sealed record FPCoreExpression(
    string Name,
    Position Position,
    ImmutableArray<string> Parameters,
    RealExpr? Precondition,
    RealExpr Body) : FPCoreEntry(Name, Position);

/// <summary>Valid FPCore that is not straight-line real arithmetic.</summary>
/// <param name="Construct">The first such construct.</param>
public sealed record FPCoreUnsupported(string Name, Position Position, string Construct) : FPCoreEntry(Name, Position);

/// <summary>Not valid FPCore.</summary>
public sealed record FPCoreError(string Name, Position Position, string Message) : FPCoreEntry(Name, Position);
