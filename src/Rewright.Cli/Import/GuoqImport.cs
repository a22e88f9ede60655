using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Rewright.Quantum;
using Rewright.Text;

namespace Rewright.Cli.Import;

/// <summary>
/// Circuit identities of GUOQ and QUESO: <c>left | right | paths</c>, where <c>symb</c> is a block of which only the paths are known.
/// </summary>
/// <remarks>
/// A block maps each basis state to another, as one of its paths says, with any phase. On two qubits all such blocks are a diagonal gate
/// with three angles (the global phase does not count) followed by gates of {X, CX}, since all permutations of four states are affine. So a
/// rule with a block becomes one rule per path, with exactly the same meaning. See Xu et al., Synthesizing Quantum-Circuit Optimizers
/// (2023).
/// </remarks>
internal static partial class GuoqImport
{
    private const int BlockQubits = 2;

    public static ModuleText Read(string text)
    {
        var module = new ModuleText();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0) continue;
            if (line.Split('|') is not [var left, var right, var paths])
                throw new ImportException(i + 1, 1, "a rule is 'left | right | paths'");
            List<Step> source = Steps(left, i + 1), target = Steps(right, i + 1);
            bool hasBlock = source.Concat(target).Any(s => s.IsBlock);
            var blocks = hasBlock ? Paths(paths, i + 1).Select(p => Block(p, i + 1)).ToList() : [""];
            if (blocks.Count == 0) throw new ImportException(i + 1, 1, "there is a block and no path");
            // The side with all angles becomes the source, because the source binds them.
            var unbound = Angles(target).Except(Angles(source)).ToList();
            if (unbound.Count > 0 && Angles(source).Except(Angles(target)).Any())
                throw new ImportException(i + 1, 1, "each side has an angle that the other one lacks");
            foreach (string block in blocks)
                module.Rule("line " + (i + 1), Circuit(source, block), Circuit(target, block), [],
                    ReferenceEquals(block, blocks[0]) ? left.Trim() + " | " + right.Trim() : "",
                    unbound.Count > 0 ? "backward, phase" : "phase");
        }

        return module;
    }

    private static List<Step> Steps(string circuit, int line)
        => [.. circuit.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(s => Parse(s, line))];

    private static Step Parse(string step, int line)
    {
        var match = StepForm().Match(step);
        if (!match.Success) throw new ImportException(line, 1, "'" + step + "' is no gate on qubits");
        string name = match.Groups["name"].Value, angles = match.Groups["angles"].Value;
        if (name == "symb") return new("", "", IsBlock: true);
        if (StandardGates.Find(name) is not { } gate) throw new ImportException(line, 1, "there is no gate '" + name + "'");
        string text = gate.SharpName + "(" + (angles.Length > 0 ? angles + ", " : "")
            + string.Join(", ", match.Groups["qubit"].Captures.Select(c => c.Value)) + ")";
        return Parser.ParseModule("rule Gate: [" + text + "] -> []").Diagnostics.IsEmpty ? new(text, angles, IsBlock: false)
            : throw new ImportException(line, 1, "the angles of '" + step + "' are not understood");
    }

    private static IEnumerable<string> Angles(IEnumerable<Step> steps)
        => steps.SelectMany(s => AngleName().Matches(s.Angles)).Select(m => m.Value).Where(n => n != "pi").Distinct();

    private static string Circuit(List<Step> steps, string block)
        => "[" + string.Join(", ", steps.Select(s => s.IsBlock ? block : s.Text)) + "]";

    // The image of each basis state; the first qubit is the lowest bit.
    private static IEnumerable<int[]> Paths(string text, int line)
    {
        foreach (Match path in PathForm().Matches(text))
        {
            var states = new int[1 << BlockQubits];
            Array.Fill(states, -1);
            foreach (Match way in WayForm().Matches(path.Value))
            {
                bool[][] ends = [.. new[] { way.Groups[1], way.Groups[2] }.Select(
                    g => g.Value.Split(',', StringSplitOptions.TrimEntries).Select(v => v == "true").ToArray())];
                if (ends.Any(e => e.Length != BlockQubits)) throw new ImportException(line, 1, "only blocks on two qubits are understood");
                states[State(ends[0])] = State(ends[1]);
            }

            if (!states.Order().SequenceEqual(Enumerable.Range(0, states.Length)))
                throw new ImportException(line, 1, "'" + path.Value + "' takes two states to one");
            yield return states;
        }

        static int State(bool[] bits) => bits.Select((b, i) => b ? 1 << i : 0).Sum();
    }

    private static string Block(int[] path, int line)
    {
        // Breadth first, so that the shortest circuit comes first.
        var open = new Queue<(int[] States, string Gates)>([([.. Enumerable.Range(0, path.Length)], "")]);
        var seen = new HashSet<string>();
        while (open.TryDequeue(out var next))
        {
            if (next.States.SequenceEqual(path)) return "P(phase0, q0), P(phase1, q1), CP(phase01, q0, q1)" + next.Gates;
            if (!seen.Add(string.Join(",", next.States))) continue;
            open.Enqueue(([.. next.States.Select(s => s ^ 1)], next.Gates + ", X(q0)"));
            open.Enqueue(([.. next.States.Select(s => s ^ 2)], next.Gates + ", X(q1)"));
            open.Enqueue(([.. next.States.Select(s => s ^ (s & 1) << 1)], next.Gates + ", CX(q0, q1)"));
            open.Enqueue(([.. next.States.Select(s => s ^ s >> 1)], next.Gates + ", CX(q1, q0)"));
        }

        throw new ImportException(line, 1, "a block cannot be made of X and CX");
    }

    [GeneratedRegex(@"^(?<name>\w+)(\((?<angles>[\w+*/., ()-]+)\))?\s+(?<qubit>q\d*)([\s,]+(?<qubit>q\d+))*$")]
    private static partial Regex StepForm();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex AngleName();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex PathForm();

    [GeneratedRegex(@"\[([^\]]*)\]=\[([^\]]*)\]")]
    private static partial Regex WayForm();

    /// <summary>A gate, or the block.</summary>
    private sealed record Step(string Text, string Angles, bool IsBlock);
}
