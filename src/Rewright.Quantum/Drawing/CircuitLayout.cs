using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum.Drawing;

/// <summary>The shapes of a part of an operation at one qubit.</summary>
internal enum MarkKind { Box, Control, Target, Cross, Barrier, Text }

/// <summary>The part of an operation at one qubit.</summary>
internal sealed record Mark(int Qubit, MarkKind Kind, string Label = "");

/// <summary>The marks of one operation, which a line joins if there are several.</summary>
internal sealed record GateSymbol(List<Mark> Marks, bool IsJoined)
{
    public int Top => Marks.Min(m => m.Qubit);

    public int Bottom => Marks.Max(m => m.Qubit);
}

/// <summary>Arranges the operations of a circuit in columns, each as far left as the preceding operations allow.</summary>
internal sealed class CircuitLayout
{
    private readonly List<List<GateSymbol>> _columns = [];
    private readonly Circuit _circuit;
    private readonly int[] _next;

    private CircuitLayout(Circuit circuit) => (_circuit, _next) = (circuit, new int[circuit.QubitCount]);

    public static List<List<GateSymbol>> Columns(Circuit circuit)
    {
        var layout = new CircuitLayout(circuit);
        layout.Add(circuit.Operations);
        return layout._columns;
    }

    /// <summary>The labels of the qubits.</summary>
    public static string[] Labels(EquatableArray<Register> registers)
        => [.. registers.SelectMany(r => Enumerable.Range(0, r.Size).Select(i => r.IsArray ? r.Name + "[" + (Rational)i + "]" : r.Name))];

    private void Add(IEnumerable<CircuitOperation> operations)
    {
        foreach (var operation in operations) Add(operation);
    }

    private void Add(CircuitOperation operation)
    {
        switch (operation)
        {
            case GateOperation { Qubits.Count: 0 } o:
                // A global phase belongs to no qubit.
                if (_next.Length > 0) Place([new Mark(0, MarkKind.Text, o.ToString())], false, 0, 0);
                break;
            case GateOperation o:
                Place(Marks(o), o.Qubits.Count > 1);
                break;
            case MeasureOperation o:
                Place([new Mark(o.Qubit.Index, MarkKind.Box, o.Bit is { } bit ? "M:" + BitLabel(bit) : "M")], false);
                break;
            case ResetOperation o:
                Place([new Mark(o.Qubit.Index, MarkKind.Box, "|0>")], false);
                break;
            case BarrierOperation { Qubits.Count: > 0 } o:
                Place([.. o.Qubits.Select(q => new Mark(q.Index, MarkKind.Barrier))], false, o.Qubits.Min(q => q.Index),
                    o.Qubits.Max(q => q.Index));
                break;
            case AssignOperation o:
                Everywhere(BitLabel(o.Bit) + "=" + Text(o.Value));
                break;
            case IfOperation o:
                Everywhere("if(" + Text(o.Condition) + "){");
                Add(o.Then);
                if (o.Else.Count > 0)
                {
                    Everywhere("}else{");
                    Add(o.Else);
                }

                Everywhere("}");
                break;
            case WhileOperation o:
                Everywhere("while(" + Text(o.Condition) + "){");
                Add(o.Body);
                Everywhere("}");
                break;
        }
    }

    // Classical control keeps its order with everything around it.
    private void Everywhere(string text)
    {
        if (_next.Length == 0) return;
        Place([.. Enumerable.Range(0, _next.Length).Select(q => new Mark(q, q == 0 ? MarkKind.Text : MarkKind.Barrier, text))], false);
    }

    private void Place(List<Mark> marks, bool isJoined) => Place(marks, isJoined, marks.Min(m => m.Qubit), marks.Max(m => m.Qubit));

    private void Place(List<Mark> marks, bool isJoined, int top, int bottom)
    {
        int column = 0;
        for (int q = top; q <= bottom; q++) column = Math.Max(column, _next[q]);
        for (int q = top; q <= bottom; q++) _next[q] = column + 1;
        while (_columns.Count <= column) _columns.Add([]);
        _columns[column].Add(new(marks, isJoined));
    }

    private static List<Mark> Marks(GateOperation operation)
    {
        var (root, controls) = operation.Gate switch
        {
            StandardGate s => ((Gate)s.Root, s.Controls),
            ModifiedGate { Base: StandardGate s, Power: var power } m when power == 1 => (s.Root, m.Controls + s.Controls),
            ModifiedGate m => (m.ToPower(1) is ModifiedGate { Controls: > 0 } c ? Uncontrolled(c) : m, m.Controls),
            var gate => (gate, 0),
        };
        string angles = operation.Angles.Count == 0 ? "" : "(" + string.Join(",", operation.Angles) + ")";
        var marks = operation.Qubits.Take(controls).Select(q => new Mark(q.Index, MarkKind.Control)).ToList();
        var targets = operation.Qubits.Skip(controls).ToList();
        for (int i = 0; i < targets.Count; i++)
        {
            int qubit = targets[i].Index;
            marks.Add(root == StandardGates.Swap ? new Mark(qubit, MarkKind.Cross)
                : controls > 0 && root == StandardGates.X ? new Mark(qubit, MarkKind.Target)
                : controls > 0 && root == StandardGates.Z ? new Mark(qubit, MarkKind.Control)
                : new Mark(qubit, MarkKind.Box, root.Name + (targets.Count > 1 ? ":" + (Rational)i : "") + angles));
        }

        return marks;

        static Gate Uncontrolled(ModifiedGate gate) => gate.Power == 1 ? gate.Base : gate.Base.ToPower(gate.Power);
    }

    private string BitLabel(int bit)
    {
        var register = _circuit.BitRegisters.First(r => bit >= r.Start && bit < r.Start + r.Size);
        return register.IsArray ? register.Name + "[" + (Rational)(bit - register.Start) + "]" : register.Name;
    }

    private string Text(ClassicalExpression expression) => expression switch
    {
        ClassicalConstant c => ((Rational)new System.Numerics.BigInteger(c.Value)).ToString(),
        ClassicalBits { Positions.Count: 1 } b => BitLabel(b.Positions[0]),
        ClassicalBits b => "{" + string.Join(",", b.Positions.Reverse().Select(BitLabel)) + "}",
        ClassicalNot n => "!" + Text(n.Operand),
        ClassicalBinary b => Text(b.Left) + b.Operator + Text(b.Right),
        _ => expression.ToString(),
    };
}
