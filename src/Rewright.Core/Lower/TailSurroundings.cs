using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Makes calls tail calls if only terms are built around their result, for languages without holes: a list of the terms to build replaces
/// the stack.
/// </summary>
/// <remarks>
/// Only for functions that then reach each other by tail calls and whose results have the same sort; these become one loop.
/// </remarks>
internal sealed class TailSurroundings
{
    private readonly Program _program;
    // The rewritten form of each block.
    private readonly Dictionary<Block, Block> _candidates = new(ReferenceComparer<Block>.Instance);

    private TailSurroundings(Program program) => _program = program;

    /// <summary>Rewrites the functions.</summary>
    public static Program Apply(Program program)
    {
        var pass = new TailSurroundings(program);
        pass.FindCandidates();
        return program.With(program.Definitions.Select(d => d.Map(pass.Rewrite)));
    }

    /// <summary>The groups of functions that reach each other by tail calls, callees first.</summary>
    public static List<List<Function>> TailGroups(Program program)
        => CallGraph.Components(program.Definitions, f => TailCallees(f.Blocks()));

    private static IEnumerable<Function> TailCallees(IEnumerable<Block> blocks)
        => blocks.Select(b => b.End).OfType<TailCall>().Select(t => t.Callee).Distinct();

    private void FindCandidates()
    {
        var components = CallGraph.ComponentOf(_program.Definitions);
        foreach (var definition in _program.Definitions)
            foreach (var block in definition.Blocks())
                if (block.End is Return end && Rewrite(definition.Function, block, end, components) is { } rewritten)
                    _candidates.Add(block, rewritten);
        // A call that does not lead back by tail calls should stay as it is; without it, other calls may lose their way back too.
        int before;
        do
        {
            before = _candidates.Count;
            var groups = CallGraph.Components(_program.Definitions,
                f => TailCallees(f.Blocks().Select(b => _candidates.TryGetValue(b, out var other) ? other : b)))
                .SelectMany((g, i) => g.Select(f => (f, i))).ToDictionary(x => x.f, x => x.i);
            foreach (var definition in _program.Definitions)
                foreach (var block in definition.Blocks())
                    if (_candidates.TryGetValue(block, out var other)
                        && groups[((TailCall)other.End).Callee] != groups[definition.Function]) _candidates.Remove(block);
        }
        while (_candidates.Count < before);
    }

    private Block? Rewrite(Function function, Block block, Return end, Dictionary<Function, int> components)
    {
        bool IsWanted(Function callee) => components[callee] == components[function] && function.Result!.Equals(callee.Result);
        if (TailModulo.FindChain(block, end, IsWanted) is not var (call, before, chain)) return null;
        var around = new List<Surrounding>();
        var current = call.Target;
        foreach (var link in chain)
        {
            if (link.Value is not Construct construct
                || _program.Layouts.RepresentationOf((DataSort)construct.Symbol.Result) is Representation.Counter) return null;
            int index = construct.Parts.Items.IndexOf(current);
            around.Add(new Surrounding(construct.Symbol, index, construct.Parts.Where((_, i) => i != index).ToEquatableArray()));
            current = link.Target;
        }

        var callee = (Call)call.Value;
        return new Block(before, new TailCall(callee.Callee, callee.Parts) { Around = around.ToEquatableArray() });
    }

    private Block Rewrite(Block block)
        => _candidates.TryGetValue(block, out var rewritten) ? rewritten : block with { End = Locals.WithArms(block.End, Rewrite) };
}
