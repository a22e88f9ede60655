using System.Collections.Generic;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A part of a program's syntax.</summary>
internal abstract record QasmNode(SourceSpan Span);

internal abstract record QasmExpression(SourceSpan Span, int Depth) : QasmNode(Span);

/// <summary>A number, <c>true</c>, <c>false</c>, or a bit string.</summary>
internal sealed record QasmLiteral(SourceSpan Span, QasmValue Value) : QasmExpression(Span, 1);

internal sealed record QasmName(SourceSpan Span, string Name) : QasmExpression(Span, 1);

internal sealed record QasmUnary(SourceSpan Span, string Operator, QasmExpression Operand) : QasmExpression(Span, Operand.Depth + 1);

internal sealed record QasmBinary(SourceSpan Span, string Operator, QasmExpression Left, QasmExpression Right, int Depth)
    : QasmExpression(Span, Depth);

internal sealed record QasmIndex(SourceSpan Span, QasmExpression Operand, QasmExpression Index, int Depth) : QasmExpression(Span, Depth);

internal sealed record QasmCall(SourceSpan Span, string Function, List<QasmExpression> Arguments, int Depth) : QasmExpression(Span, Depth);

internal sealed record QasmCast(SourceSpan Span, QasmType Type, QasmExpression Operand) : QasmExpression(Span, Operand.Depth + 1);

/// <summary><c>start:step:stop</c>; missing parts are null.</summary>
internal sealed record QasmRange(SourceSpan Span, QasmExpression? Start, QasmExpression? Step, QasmExpression? Stop, int Depth)
    : QasmExpression(Span, Depth);

internal sealed record QasmSet(SourceSpan Span, List<QasmExpression> Elements, int Depth) : QasmExpression(Span, Depth);

internal sealed record QasmMeasure(SourceSpan Span, QasmExpression Operand) : QasmExpression(Span, Operand.Depth + 1);

/// <summary>A classical type: <c>bit</c>, <c>int</c>, <c>uint</c>, <c>float</c>, <c>angle</c>, <c>bool</c>.</summary>
internal sealed record QasmType(SourceSpan Span, string Name, QasmExpression? Size);

internal abstract record QasmStatement(SourceSpan Span) : QasmNode(Span);

internal sealed record QasmQubits(SourceSpan Span, string Name, QasmExpression? Size) : QasmStatement(Span);

internal sealed record QasmVariable(SourceSpan Span, QasmType Type, string Name, QasmExpression? Value, bool IsConst, bool IsInput)
    : QasmStatement(Span);

internal sealed record QasmAlias(SourceSpan Span, string Name, QasmExpression Value) : QasmStatement(Span);

/// <summary>A gate definition; without a body (null) the gate is opaque.</summary>
internal sealed record QasmGateDefinition(
    SourceSpan Span, string Name, List<QasmName> Angles, List<QasmName> Qubits, List<QasmStatement>? Body) : QasmStatement(Span);

internal sealed record QasmModifier(SourceSpan Span, string Kind, QasmExpression? Argument);

internal sealed record QasmGateCall(
    SourceSpan Span, List<QasmModifier> Modifiers, string Name, List<QasmExpression> Angles, List<QasmExpression> Operands)
    : QasmStatement(Span);

internal sealed record QasmAssignment(SourceSpan Span, QasmExpression? Target, string Operator, QasmExpression Value) : QasmStatement(Span);

internal sealed record QasmReset(SourceSpan Span, QasmExpression Operand) : QasmStatement(Span);

internal sealed record QasmBarrier(SourceSpan Span, List<QasmExpression> Operands) : QasmStatement(Span);

internal sealed record QasmIf(SourceSpan Span, QasmExpression Condition, List<QasmStatement> Then, List<QasmStatement> Else)
    : QasmStatement(Span);

internal sealed record QasmFor(SourceSpan Span, string Variable, QasmExpression Values, List<QasmStatement> Body) : QasmStatement(Span);

internal sealed record QasmWhile(SourceSpan Span, QasmExpression Condition, List<QasmStatement> Body) : QasmStatement(Span);

internal sealed record QasmBlock(SourceSpan Span, List<QasmStatement> Body) : QasmStatement(Span);

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed record QasmJump(SourceSpan Span, bool IsBreak) : QasmStatement(Span);
