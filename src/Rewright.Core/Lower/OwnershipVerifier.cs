using System.Collections.Generic;
using System.Linq;

namespace Rewright.Lower;

/// <summary>
/// Checks that each reference is given away exactly once on every path, and that nothing is read from a term that is gone.
/// </summary>
/// <remarks>Paths that end in an error or a bailout are exempt, because the whole heap is restored then.</remarks>
internal sealed class OwnershipVerifier
{
    private readonly string _pass;
    private readonly Definition _function;
    private readonly Layouts _layouts;

    private OwnershipVerifier(string pass, Definition function, Layouts layouts)
        => (_pass, _function, _layouts) = (pass, function, layouts);

    /// <summary>Checks a function after memory operations have been inserted.</summary>
    /// <exception cref="LoweredFormException">The references are not balanced.</exception>
    public static void Verify(string pass, Definition function, Layouts layouts)
    {
        var verifier = new OwnershipVerifier(pass, function, layouts);
        verifier.Verify(function.Body, verifier.Start(function.Function.Parameters));
        foreach (var (label, body) in function.Labels) verifier.Verify(body, verifier.Start(label.Parameters));
    }

    // The facts known at a place on a path.
    private sealed class State
    {
        /// <summary>The number of references that each local owns.</summary>
        public Dictionary<Local, int> Owned { get; init; } = [];

        /// <summary>The cell from which each field was read.</summary>
        public Dictionary<Local, Local> Holders { get; init; } = [];

        /// <summary>Locals that are constants, not cells, so that they have no count.</summary>
        public HashSet<Local> Constants { get; init; } = [];

        /// <summary>Tokens whose memory must still be used or freed.</summary>
        public HashSet<Local> Tokens { get; init; } = [];

        public State Copy() => new() { Owned = new(Owned), Holders = new(Holders), Constants = [.. Constants], Tokens = [.. Tokens] };
    }

    private State Start(IEnumerable<Local> parameters)
    {
        var state = new State();
        foreach (var parameter in parameters.Where(IsCounted)) state.Owned[parameter] = 1;
        return state;
    }

    private bool IsCounted(Local local) => local.Type is LocalType.ValueType { Sort: var sort } && _layouts.IsCounted(sort);

    private void Verify(Block block, State state)
    {
        foreach (var instruction in block.Instructions) Verify(instruction, state);
        var end = block.End;
        foreach (var local in end.Arguments) Look(local, state);
        switch (end)
        {
            case Return or TailCall or Jump or Done:
                foreach (var local in end.Arguments) Take(local, state);
                var left = state.Owned.FirstOrDefault(o => o.Value > 0 && !state.Constants.Contains(o.Key)).Key;
                if (left is not null) Fail(left.Name + " is never given back");
                if (state.Tokens.Count > 0) Fail("memory is never given back");
                break;
            case Switch s:
                foreach (var arm in s.Cases)
                {
                    var inner = state.Copy();
                    if (!Layouts.IsCell(arm.Key)) inner.Constants.Add(s.Subject);
                    Verify(arm.Value, inner);
                }

                if (s.Otherwise is not null) Verify(s.Otherwise, state.Copy());
                break;
            default:
                foreach (var arm in end.Arms) Verify(arm, state.Copy());
                break;
        }
    }

    private void Verify(Instruction instruction, State state)
    {
        foreach (var local in Locals.ReadBy(instruction)) Look(local, state);
        switch (instruction)
        {
            case Let let:
                Define(let, state);
                break;
            case Fill fill:
                Take(fill.Value, state);
                break;
            case Perform perform:
                foreach (var part in perform.Call.Parts) Take(part, state);
                break;
            case Dup dup:
                Give(dup.Target, state);
                break;
            case Drop drop:
                Take(drop.Target, state);
                break;
            case Open open:
                Take(open.Cell, state);
                foreach (var wanted in open.Wanted)
                    if (wanted is not null) Give(wanted, state);
                if (open.Token is not null) state.Tokens.Add(open.Token);
                break;
            case Free free:
                Use(free.Token, state);
                break;
        }
    }

    private void Define(Let let, State state)
    {
        if (let.Value.Consumes)
            foreach (var part in let.Value.Arguments) Take(part, state);
        switch (let.Value)
        {
            case Field field:
                state.Holders[let.Target] = field.Cell;
                return;
            case Construct construct:
                if (construct.Reuse is not null) Use(construct.Reuse, state);
                if (!Layouts.IsCell(construct.Symbol)) state.Constants.Add(let.Target);
                break;
            case ConstructAround { Reuse: { } token }:
                Use(token, state);
                break;
        }

        if (IsCounted(let.Target)) Give(let.Target, state);
    }

    private static void Give(Local local, State state)
        => state.Owned[local] = state.Owned.TryGetValue(local, out int count) ? count + 1 : 1;

    private void Take(Local local, State state)
    {
        if (!IsCounted(local)) return;
        if (!state.Owned.TryGetValue(local, out int count) || count == 0) Fail(local.Name + " is given away and not owned");
        state.Owned[local] = count - 1;
    }

    private void Use(Local token, State state)
    {
        if (!state.Tokens.Remove(token)) Fail("memory is used twice");
    }

    // A local may be read while it is owned, or while a cell that contains it is.
    private void Look(Local local, State state)
    {
        if (!IsCounted(local)) return;
        for (var holder = local; ;)
        {
            if (state.Owned.TryGetValue(holder, out int count) && count > 0) return;
            if (!state.Holders.TryGetValue(holder, out holder!)) break;
        }

        Fail(local.Name + " is read when it is gone");
    }

    private void Fail(string message) => throw new LoweredFormException(_pass, _function, message);
}
