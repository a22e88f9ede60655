using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Quantum.Optimizing;

/// <summary>Chooses signs of angles so that many rotations cancel.</summary>
/// <remarks>
/// CCZ is its own inverse, so the signs of all angles in its expansion can be changed together. Each expansion has a symbol for its sign
/// (pi or -pi); after merging, angles are sums of these symbols. The signs are found by descent from several random starts.
/// </remarks>
internal static class ToffoliSigns
{
    private const int Starts = 24;

    // The most signs to try in all; the first start always completes.
    private const long MostSteps = 1_000_000;

    // A name that cannot occur in text.
    private const string SignMark = "%sign";

    private static string Sign(int number) => SignMark + (Rational)number;

    /// <summary>
    /// Replaces CCX and CCZ by gates of the basis, with a symbol for the sign of each. Returns the number of replaced gates.
    /// </summary>
    public static int Expand(Netlist netlist)
    {
        int count = 0;
        var gates = new List<NetGate>(netlist.Gates.Count);
        foreach (var gate in netlist.Gates)
        {
            if (gate.Operation is not GateOperation { Gate: var toffoli, Qubits: var qubits } || toffoli != StandardGates.CCX
                && toffoli != StandardGates.CCZ)
            {
                gates.Add(gate);
                continue;
            }

            var (a, b, c) = (qubits[0].Index, qubits[1].Index, qubits[2].Index);
            var eighth = Angle.Symbol(Sign(count++)) / 4;
            if (toffoli == StandardGates.CCX) gates.Add(NetGate.H(c));
            gates.AddRange([NetGate.CX(b, c), NetGate.Rz(-eighth, c), NetGate.CX(a, c), NetGate.Rz(eighth, c), NetGate.CX(b, c),
                NetGate.Rz(-eighth, c), NetGate.CX(a, c),
                NetGate.CX(a, b), NetGate.Rz(-eighth, b), NetGate.CX(a, b), NetGate.Rz(eighth, a), NetGate.Rz(eighth, b),
                    NetGate.Rz(eighth, c)]);
            if (toffoli == StandardGates.CCX) gates.Add(NetGate.H(c));
        }

        netlist.Gates = gates;
        return count;
    }

    /// <summary>Replaces the symbols in the angles by pi or -pi.</summary>
    /// <param name="netlist">The circuit.</param>
    /// <param name="count">The number of replaced gates.</param>
    /// <param name="random">The source of random choices.</param>
    public static void Choose(Netlist netlist, int count, RandomSource random)
    {
        if (count == 0) return;
        var symbols = Enumerable.Range(0, count).Select(Sign).Order(StringComparer.Ordinal).ToList();
        var number = symbols.Select((s, i) => (s, i)).ToDictionary(p => p.s, p => p.i);
        // For each rotation, its constant part and the factors of the signs, in units of pi/d.
        var rotations = netlist.Gates.Where(
            g => g.Kind == NetKind.Rz && g.Angle.Symbols.Any(number.ContainsKey) && g.Angle.Terms.All(t => number.ContainsKey(t.Symbol)))
            .Select(g => (g.Angle,
                Members: g.Angle.Symbols.Select(s => (Sign: number[s], Factor: g.Angle.FactorOf(s))).ToArray())).ToList();
        var uses = symbols.Select(_ => new List<int>()).ToList();
        for (int r = 0; r < rotations.Count; r++)
            foreach (var (sign, _) in rotations[r].Members) uses[sign].Add(r);

        int[] Cost(bool[] signs, IEnumerable<int> which)
        {
            int left = 0, notQuarters = 0;
            foreach (int r in which)
            {
                var sum = Angle.OfPi(rotations[r].Angle.PiMultiple);
                foreach (var (sign, factor) in rotations[r].Members) sum += Angle.OfPi(signs[sign] ? -factor : factor);
                sum = sum.Modulo2Pi;
                if (sum.IsZero) continue;
                left++;
                if (RotationMerging.Quarters(sum) is null) notQuarters++;
            }

            return [left, notQuarters];
        }

        bool[]? best = null;
        (int, int) bestCost = default;
        long steps = 0;
        for (int start = 0; start < Starts && (start == 0 || steps < MostSteps); start++)
        {
            var signs = new bool[symbols.Count];
            if (start > 0)
                for (int i = 0; i < signs.Length; i++) signs[i] = (random.Next() >> 33 & 1) == 1;
            for (bool changed = true; changed;)
            {
                changed = false;
                steps += signs.Length;
                for (int i = 0; i < signs.Length; i++)
                {
                    var before = Cost(signs, uses[i]);
                    signs[i] ^= true;
                    var after = Cost(signs, uses[i]);
                    if (after[0] < before[0] || after[0] == before[0] && after[1] < before[1]) changed = true;
                    else signs[i] ^= true;
                }
            }

            var all = Cost(signs, Enumerable.Range(0, rotations.Count));
            if (best is null || (all[0], all[1]).CompareTo(bestCost) < 0) (best, bestCost) = (signs, (all[0], all[1]));
        }

        for (int g = 0; g < netlist.Gates.Count; g++)
        {
            var gate = netlist.Gates[g];
            if (gate.Angle.Terms.Count > 0)
                netlist.Gates[g] = gate with
                {
                    Angle = netlist.Normalize(
                    gate.Angle.Substitute(s => number.TryGetValue(s, out int i) ? best![i] ? -Angle.Pi : Angle.Pi : null))
                };
        }

        // CCZ is its expansion times e^(i pi/8), or e^(-i pi/8) with the opposite sign; in the expansion only |111> keeps a phase of its
        // own.
        netlist.Phase += Angle.Pi * new Rational(best!.Sum(negative => negative ? -1 : 1), 8);
        netlist.Phase = netlist.Phase.Substitute(s => number.TryGetValue(s, out int i) ? best![i] ? -Angle.Pi : Angle.Pi : null);
        netlist.Gates.RemoveAll(g => g.Kind == NetKind.Rz && g.Angle.IsZero);
    }
}
