using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>A parameter of a Rust function.</summary>
/// <param name="Name">The name; that of an unused parameter starts with an underscore.</param>
/// <param name="IsUsed">True if the parameter is read.</param>
internal sealed record RustParameter(string Name, bool IsUsed);

/// <summary>The facts that the blocks of a function share.</summary>
internal sealed class RustFrame
{
    public RustFrame(RustRules rules, RustWriter output, Function function)
    {
        (Rules, Out, Function, Code) = (rules, output, function, rules.Program[function]);
        Variables = new(rules);
        Values = new(rules, Variables);
    }

    public RustRules Rules { get; }

    public RustWriter Out { get; }

    public Function Function { get; }

    public Definition Code { get; }

    public RustVariables Variables { get; }

    public RustValues Values { get; }

    public RustUses Uses { get; } = new();

    /// <summary>The targets of jumps: Rust's labels, or functions.</summary>
    public Dictionary<Label, (string Name, bool IsFunction)> Labels { get; } = [];

    /// <summary>The function's parameters if its own tail calls assign them; null if it is not a loop.</summary>
    public List<RustParameter>? Loop { get; set; }

    /// <summary>The states of a loop that several functions share; null for a function by itself.</summary>
    public IReadOnlyDictionary<Function, string>? States { get; init; }

    /// <summary>The terms to build around the value with which a loop ends; null if that value is the result.</summary>
    public RustSurroundings? Around { get; set; }

    /// <summary>True if the code of a label, or of one that it jumps to, needs the evaluation.</summary>
    public bool UsesRun(Label label)
    {
        var reached = new HashSet<Label> { label };
        var pending = new Stack<Label>(reached);
        while (pending.Count > 0)
        {
            var next = pending.Pop();
            var body = Code.Labels.First(l => l.Label == next).Body;
            if (Rules.UsesRun(body.Blocks())) return true;
            foreach (var target in body.Jumps())
                if (reached.Add(target)) pending.Push(target);
        }

        return false;
    }
}

/// <summary>The locals that blocks read.</summary>
internal sealed class RustUses
{
    private readonly Dictionary<Block, HashSet<Local>> _known = new(ReferenceComparer<Block>.Instance);

    public HashSet<Local> Of(Block block)
    {
        if (_known.TryGetValue(block, out var known)) return known;
        var uses = Of(block.End);
        foreach (var instruction in block.Instructions) uses.UnionWith(Locals.ReadBy(instruction));
        _known.Add(block, uses);
        return uses;
    }

    public HashSet<Local> Of(Terminator end)
    {
        var uses = new HashSet<Local>(end.Arguments);
        foreach (var arm in end.Arms) uses.UnionWith(Of(arm));
        return uses;
    }

    /// <summary>True if the end reads a local and nothing else does, so that the local needs no name.</summary>
    public bool IsOnlyUse(Local local, Terminator end) => end switch
    {
        Return r => r.Result == local,
        Branch b => b.Test == local && !Of(b.WhenTrue).Contains(local) && !Of(b.WhenFalse).Contains(local),
        _ => false,
    };
}
