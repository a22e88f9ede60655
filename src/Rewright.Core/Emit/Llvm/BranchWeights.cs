using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>How often the ways of a function are taken, by how often the rules fire that they lead to.</summary>
/// <remarks>
/// A block that several jumps lead to counts for each of them in equal parts. Rules of other functions do not count: calls end a way.
/// </remarks>
internal sealed class BranchWeights
{
    // LLVM adds weights up in 32 bits.
    private const long MaxWeight = 1_000_000;

    private readonly IReadOnlyDictionary<RewriteRule, long> _profile;
    private readonly Dictionary<Label, double> _labels = [];
    private readonly Dictionary<IrBlock, double> _targets = [];

    public BranchWeights(Definition function, IReadOnlyDictionary<RewriteRule, long> profile)
    {
        _profile = profile;
        var jumps = function.Blocks().Select(b => b.End).OfType<Jump>().ToLookup(j => j.Target);
        // Targets first, one by one: there can be more of them than a stack has room for.
        foreach (var (label, body) in Enumerable.Reverse(function.OrderedLabels()))
            _labels[label] = WeightOf(body) / Math.Max(1, jumps[label].Count());
    }

    /// <summary>Notes what a block begins with.</summary>
    public void Set(IrBlock target, Block block) => _targets[target] = WeightOf(block);

    /// <summary>Notes a block that leads to others and to nothing else, unless it is one of those noted already.</summary>
    public void SetSum(IrBlock target, IEnumerable<IrBlock> targets)
    {
        if (!_targets.ContainsKey(target)) _targets.Add(target, targets.Sum(t => _targets[t]));
    }

    /// <summary>LLVM's annotation of a branch; empty where no rule that it leads to has fired.</summary>
    public string Of(IReadOnlyCollection<IrBlock> targets)
    {
        double[] weights = [.. targets.Select(t => _targets.TryGetValue(t, out double weight) ? weight : 0)];
        double most = weights.Max();
        if (targets.Count < 2 || most <= 0) return "";
        // Nothing is said to be impossible.
        var scaled = weights.Select(w => "i32 " + IrText.Number(Math.Max(1, (long)(w / most * MaxWeight))));
        return ", !prof !{!\"branch_weights\", " + string.Join(", ", scaled) + "}";
    }

    private double WeightOf(Block block)
    {
        // Blocks nest as deep as rules do, and long chains of conditions are cut into labels.
        double weight = block.Instructions.OfType<Fire>().Sum(f => _profile.TryGetValue(f.Rule, out long times) ? times : 0);
        weight += block.End.Arms.Sum(WeightOf);
        return block.End is Jump jump ? weight + _labels[jump.Target] : weight;
    }
}
