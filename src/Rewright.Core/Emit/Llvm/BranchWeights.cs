using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>The frequency of the paths of a function, computed from how often the rules on them fire.</summary>
/// <remarks>
/// The weight of a block with several jumps to it is divided equally among the jumps. Rules of other functions do not count: calls end a
/// path.
/// </remarks>
internal sealed class BranchWeights
{
    // LLVM adds weights in 32 bits.
    private const long MaxWeight = 1_000_000;

    private readonly IReadOnlyDictionary<RewriteRule, long> _profile;
    private readonly Dictionary<Label, double> _labels = [];
    private readonly Dictionary<IrBlock, double> _targets = [];

    public BranchWeights(Definition function, IReadOnlyDictionary<RewriteRule, long> profile)
    {
        _profile = profile;
        var jumps = function.Blocks().Select(b => b.End).OfType<Jump>().ToLookup(j => j.Target);
        // Targets first and without recursion, because there can be more of them than the stack allows.
        foreach (var (label, body) in Enumerable.Reverse(function.OrderedLabels()))
            _labels[label] = WeightOf(body) / Math.Max(1, jumps[label].Count());
    }

    /// <summary>Records the block that starts at an IR block.</summary>
    public void Set(IrBlock target, Block block) => _targets[target] = WeightOf(block);

    /// <summary>Records an IR block that only leads to others, unless it is one of the recorded ones.</summary>
    public void SetSum(IrBlock target, IEnumerable<IrBlock> targets)
    {
        if (!_targets.ContainsKey(target)) _targets.Add(target, targets.Sum(t => _targets[t]));
    }

    /// <summary>LLVM's annotation of a branch; empty if no rule behind it has fired.</summary>
    public string Of(IReadOnlyCollection<IrBlock> targets)
    {
        double[] weights = [.. targets.Select(t => _targets.TryGetValue(t, out double weight) ? weight : 0)];
        double most = weights.Max();
        if (targets.Count < 2 || most <= 0) return "";
        // At least 1, so that no branch counts as impossible.
        var scaled = weights.Select(w => "i32 " + IrText.Number(Math.Max(1, (long)(w / most * MaxWeight))));
        return ", !prof !{!\"branch_weights\", " + string.Join(", ", scaled) + "}";
    }

    private double WeightOf(Block block)
    {
        // The recursion is only as deep as rules, because long chains of conditions are cut into labels.
        double weight = block.Instructions.OfType<Fire>().Sum(f => _profile.TryGetValue(f.Rule, out long times) ? times : 0);
        weight += block.End.Arms.Sum(WeightOf);
        return block.End is Jump jump ? weight + _labels[jump.Target] : weight;
    }
}
