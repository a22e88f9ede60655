using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;

namespace Rewright.Quantum.Optimizing;

/// <summary>Builds a function over the arrays of a <see cref="GateSequence"/>.</summary>
internal sealed class MatcherCode(IrFunction function)
{
    // The indexes of GateNode's fields.
    public const int Mask = 0, Kind = 1, Next = 2, Operands = 4, WireCount = 5;

    private static readonly IrType Node = IrType.Named("node");

    private static readonly IrCallee OperandsOf = new(IrType.Ptr, "@operands.of");

    public IrBuilder Ir { get; } = new(function);

    public static IrValue Int(long value) => IrValue.Int(IrType.I32, value);

    /// <summary>The address of a node.</summary>
    public IrValue NodeAt(IrValue nodes, IrValue node) => Ir.AnyAddress(Node, nodes, [node], "node");

    /// <summary>Reads a field of a node in an array.</summary>
    public IrValue LoadField(IrValue nodes, IrValue node, int field)
        => Ir.Load(field == Mask ? IrType.I64 : IrType.I32, Ir.AnyAddress(Node, nodes, [node, Int(field)], "place"), "field");

    /// <summary>The operands of a node, by its address.</summary>
    public IrValue LoadOperands(IrValue operands, IrValue node) => Ir.Call(OperandsOf, [operands, node], "wires");

    /// <summary>The address of a number in an array.</summary>
    public IrValue Element(IrValue array, IrValue index) => Ir.AnyAddress(IrType.I32, array, [index], "place");

    public IrValue LoadElement(IrValue array, IrValue index) => Ir.Load(IrType.I32, Element(array, index), "element");

    public IrValue IsEqual(IrValue left, IrValue right) => Ir.Compare("eq", left, right, "same");

    /// <summary>True if a number is present, that is, not -1.</summary>
    public IrValue IsThere(IrValue number) => Ir.Compare("sge", number, Int(0), "there");

    public IrValue IsMissing(IrValue number) => Ir.Compare("slt", number, Int(0), "missing");

    public IrValue Or(IrValue left, IrValue right) => Ir.Binary("or", left, right, "or");

    public IrValue And(IrValue left, IrValue right) => Ir.Binary("and", left, right, "and");

    public IrValue Add(IrValue left, IrValue right) => Ir.Binary("add", left, right, "sum");

    /// <summary>True if all conditions hold.</summary>
    public IrValue All(IEnumerable<IrValue> conditions)
    {
        IrValue? all = null;
        foreach (var condition in conditions) all = all is { } others ? And(others, condition) : condition;
        return all ?? IrValue.True;
    }

    /// <summary>Continues in a new block if a condition holds, and otherwise at <paramref name="failure"/>.</summary>
    public void Require(IrValue condition, IrBlock failure)
    {
        var next = Ir.NewBlock("next");
        Ir.Branch(condition, next, failure);
        Ir.Start(next);
    }

    /// <summary>Continues at <paramref name="success"/> if a condition holds, and otherwise in a new block.</summary>
    public void Accept(IrValue condition, IrBlock success)
    {
        var next = Ir.NewBlock("next");
        Ir.Branch(condition, success, next);
        Ir.Start(next);
    }

    /// <summary>Makes a block end the function with a value.</summary>
    public void ReturnIn(IrBlock block, IrValue value)
    {
        Ir.Start(block);
        Ir.Return(value);
    }
}
