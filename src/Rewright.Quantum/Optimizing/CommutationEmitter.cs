using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;

namespace Rewright.Quantum.Optimizing;

/// <summary>
/// Emits the look-ups in a <see cref="CommutationTable"/> as comparisons with constants, in a switch over pairs of kinds.
/// </summary>
internal sealed class CommutationEmitter
{
    private readonly CompiledRules _rules;
    private readonly IrFunction _function;
    private readonly MatcherCode _code;
    private readonly IrBlock _yes, _no;

    private CommutationEmitter(CompiledRules rules, string name)
    {
        (_rules, _function) = (rules, new(name, IrType.I1, "internal"));
        _code = new(_function);
        (_yes, _no) = (Ir.NewBlock("yes"), Ir.NewBlock("no"));
    }

    private IrBuilder Ir => _code.Ir;

    /// <summary>A function that decides whether two nodes commute.</summary>
    public static IrDefinition Commute(CompiledRules rules) => new CommutationEmitter(rules, "@commute").EmitCommute();

    /// <summary>
    /// A function that decides whether a node, whose wire is at a given place, commutes with any gate of a kind on only that wire.
    /// </summary>
    public static IrDefinition CommuteOne(CompiledRules rules) => new CommutationEmitter(rules, "@commute.one").EmitCommuteOne();

    private IrDefinition EmitCommute()
    {
        IrValue nodes = _function.AddParameter(IrType.Ptr, "nodes"), operands = _function.AddParameter(IrType.Ptr, "operands");
        IrValue a = _function.AddParameter(IrType.I32, "a"), b = _function.AddParameter(IrType.I32, "b");
        IrBlock entry = Ir.NewBlock("entry"), kinds = Ir.NewBlock("kinds"), any = Ir.NewBlock("any"), known = Ir.NewBlock("known");
        Ir.Start(entry);
        IrValue first = _code.NodeAt(nodes, a), second = _code.NodeAt(nodes, b);
        IrValue firstMask = Ir.Load(IrType.I64, first, "mask"), secondMask = Ir.Load(IrType.I64, second, "mask");
        Ir.Branch(_code.IsEqual(_code.And(firstMask, secondMask), IrValue.I64(0)), _yes, kinds);
        Ir.Start(kinds);
        IrValue firstKind = _code.LoadField(first, MatcherCode.Int(0), MatcherCode.Kind);
        IrValue secondKind = _code.LoadField(second, MatcherCode.Int(0), MatcherCode.Kind);
        Ir.Branch(_code.IsMissing(_code.Or(firstKind, secondKind)), any, known);
        Ir.Start(any);
        Ir.Return(Ir.Call(new(IrType.I1, "@apart"), [nodes, operands, a, b], "apart"));
        Ir.Start(known);
        IrValue firstOperands = _code.LoadOperands(operands, first), secondOperands = _code.LoadOperands(operands, second);
        EmitCases(firstKind, secondKind, any, alike: true, (i, j) => EmitCommute(i, j, firstOperands, secondOperands));
        return _function.ToDefinition();
    }

    // Two gates of known kinds.
    private void EmitCommute(int i, int j, IrValue firstOperands, IrValue secondOperands)
    {
        var (first, second) = (_rules.Gates[i], _rules.Gates[j]);
        var common = EmitCommon(first, second, firstOperands, secondOperands);
        _code.Accept(_code.IsEqual(common, MatcherCode.Int(0)), _yes);
        var firstAngles = _code.Element(firstOperands, MatcherCode.Int(first.QubitCount));
        var secondAngles = _code.Element(secondOperands, MatcherCode.Int(second.QubitCount));
        if (i == j)
        {
            // Two equal gates commute.
            uint all = 0;
            for (int q = 0; q < first.QubitCount; q++) all |= CommutationTable.Bit(q, q);
            var angles = Enumerable.Range(0, first.AngleCount).Select(n => EmitSameAngle(firstAngles, secondAngles, n));
            _code.Accept(_code.All([_code.IsEqual(common, MatcherCode.Int(all)), .. angles]), _yes);
        }

        foreach (var entry in _rules.Commutations.Of(i, j))
        {
            IEnumerable<IrValue> conditions = [_code.IsEqual(common, MatcherCode.Int(entry.Common)), .. Fits(entry.First, firstAngles),
                .. Fits(entry.Second, secondAngles)];
            _code.Accept(_code.All(conditions), _yes);
        }
    }

    // The mask of the wires that two gates share, as in the table.
    private IrValue EmitCommon(Gate first, Gate second, IrValue firstOperands, IrValue secondOperands)
    {
        var common = MatcherCode.Int(0);
        IrValue[] firstWires = [.. Enumerable.Range(0, first.QubitCount).Select(i => _code.LoadElement(firstOperands, MatcherCode.Int(i)))];
        IrValue[] secondWires = [.. Enumerable.Range(0, second.QubitCount).Select(i
            => _code.LoadElement(secondOperands, MatcherCode.Int(i)))];
        for (int i = 0; i < firstWires.Length; i++)
        {
            for (int j = 0; j < secondWires.Length; j++)
            {
                var isSame = _code.IsEqual(firstWires[i], secondWires[j]);
                common = _code.Or(common, Ir.Select(isSame, MatcherCode.Int(CommutationTable.Bit(i, j)), MatcherCode.Int(0), "bit"));
            }
        }

        return common;
    }

    private IrValue EmitSameAngle(IrValue first, IrValue second, int index)
    {
        var left = _code.LoadElement(first, MatcherCode.Int(index));
        return _code.IsEqual(left, _code.LoadElement(second, MatcherCode.Int(index)));
    }

    private IrDefinition EmitCommuteOne()
    {
        IrValue operands = _function.AddParameter(IrType.Ptr, "operands"), node = _function.AddParameter(IrType.Ptr, "p");
        IrValue place = _function.AddParameter(IrType.I32, "place"), kind = _function.AddParameter(IrType.I32, "kind");
        IrBlock entry = Ir.NewBlock("entry"), known = Ir.NewBlock("known");
        Ir.Start(entry);
        var ownKind = _code.LoadField(node, MatcherCode.Int(0), MatcherCode.Kind);
        Ir.Branch(_code.IsMissing(ownKind), _no, known);
        Ir.Start(known);
        var count = _code.LoadField(node, MatcherCode.Int(0), MatcherCode.WireCount);
        var angles = _code.Element(_code.LoadOperands(operands, node), count);
        var bit = _code.And(Ir.Binary("mul", place, MatcherCode.Int(CommutationTable.MaxWires), "first"), MatcherCode.Int(31));
        var common = Ir.Binary("shl", MatcherCode.Int(1), bit, "common");
        EmitCases(ownKind, kind, _no, alike: false, (i, j) =>
        {
            foreach (var entry in _rules.Commutations.Of(i, j))
            {
                bool isFree = entry.Second.All(a => a < 0);
                _code.Accept(isFree ? _code.All([_code.IsEqual(common, MatcherCode.Int(entry.Common)), .. Fits(entry.First, angles)])
                    : IrValue.False, _yes);
            }
        });
        return _function.ToDefinition();
    }

    // Emits a case for each pair of kinds, and the end of the function.
    private void EmitCases(IrValue first, IrValue second, IrBlock otherwise, bool alike, Action<int, int> emit)
    {
        int kinds = _rules.Gates.Length;
        var pair = _code.Add(Ir.Binary("mul", first, MatcherCode.Int(kinds), "row"), second);
        var cases = Pairs(alike).Select(p => (p.First, p.Second, Block: Ir.NewBlock("case"))).ToList();
        Ir.Switch(pair, otherwise, cases.Select(c => (MatcherCode.Int(c.First * kinds + c.Second), c.Block)));
        foreach (var (i, j, block) in cases)
        {
            Ir.Start(block);
            emit(i, j);
            Ir.Jump(_no);
        }

        _code.ReturnIn(_yes, IrValue.True);
        _code.ReturnIn(_no, IrValue.False);
    }

    private IEnumerable<(int First, int Second)> Pairs(bool alike)
        => from a in Enumerable.Range(0, _rules.Gates.Length)
           from b in Enumerable.Range(0, _rules.Gates.Length)
           where _rules.Commutations.Of(a, b).Length > 0 || alike && a == b && IsShort(_rules.Gates[a])
           select (a, b);

    // True if a gate has so few wires that they can be compared one by one.
    private static bool IsShort(Gate gate) => gate.QubitCount <= CommutationTable.MaxWires;

    // Conditions for the angles at a place among the operands to have the expected values.
    private IEnumerable<IrValue> Fits(int[] expected, IrValue angles)
    {
        for (int i = 0; i < expected.Length; i++)
            if (expected[i] >= 0) yield return _code.IsEqual(_code.LoadElement(angles, MatcherCode.Int(i)), MatcherCode.Int(expected[i]));
    }
}
