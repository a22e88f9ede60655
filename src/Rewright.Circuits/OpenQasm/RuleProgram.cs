using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>Writes circuit rules as an OpenQASM 3 program with which other tools can check them.</summary>
/// <remarks>
/// Each rule becomes two gates. Its source and the inverse of its target are applied to one half of entangled pairs. The measurement then
/// gives 0 with certainty if and only if the two are equal up to a global phase. Angles get values that satisfy the conditions;
/// <see cref="RuleProof"/> proves the rule for all angles.
/// </remarks>
public static class RuleProgram
{
    private static readonly Rational[] Candidates = [new(1, 3), new(2, 5), new(1, 7), new(5, 13), new(1, 2), new(1, 4), 1, 0, new(4, 3),
        new(7, 4), new(-1, 3)];

    /// <summary>
    /// A program whose bits are all 0 if and only if the rules hold for the chosen values. Each rule has its own register.
    /// </summary>
    /// <remarks>Rules without qubits, which only state a phase, are left out.</remarks>
    public static string Write(IReadOnlyList<CircuitRule> rules)
    {
        int size = rules.Select(r => r.Qubits.Count).DefaultIfEmpty(0).Max(), bit = 0;
        var operations = new List<CircuitOperation>();
        var results = new List<Register>();
        foreach (var rule in rules)
        {
            if (rule.Qubits.Count == 0) continue;
            Qubit[] pattern = Qubit.Register(rule.Qubits.Count), others = Qubit.Register(rule.Qubits.Count, size);
            List<string> names = [.. rule.AngleVariables];
            var angles = Values(rule, names).ToEquatableArray();
            if (operations.Count > 0) operations.AddRange(pattern.Concat(others).Select(q => new ResetOperation(q)));
            operations.AddRange(Pairs(pattern, others));
            operations.Add(new GateOperation(Gate(rule.Source, "_source"), angles, pattern.ToEquatableArray()));
            operations.Add(new GateOperation(Gate(rule.Target, "_target").Inverse, angles, pattern.ToEquatableArray()));
            operations.AddRange(Pairs(pattern, others).Reverse());
            results.Add(new Register(rule.Name, bit, 2 * pattern.Length));
            foreach (var qubit in pattern.Concat(others)) operations.Add(new MeasureOperation(qubit, bit++));

            DefinedGate Gate(Circuit body, string suffix) => new(rule.Name + suffix, names.ToEquatableArray(), rule.Qubits, body);
        }

        var circuit = new Circuit(
            operations.ToEquatableArray(), EquatableArray.Of(new Register("pattern", 0, size), new Register("partner", size, size)),
            results.ToEquatableArray());
        return OpenQasm.Write(circuit);
    }

    private static IEnumerable<CircuitOperation> Pairs(Qubit[] pattern, Qubit[] others)
        => others.Select(q => Operation(StandardGates.H, q)).Concat(pattern.Zip(others, (p, q) => Operation(StandardGates.CX, q, p)));

    private static CircuitOperation Operation(Gate gate, params Qubit[] qubits)
        => new GateOperation(gate, EquatableArray<Angle>.Empty, qubits.ToEquatableArray());

    // Values that satisfy the conditions; symbols, which become inputs of the program, if none are found.
    private static IEnumerable<Angle> Values(CircuitRule rule, List<string> names)
    {
        const int MaxAttempts = 20_000;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            int rest = attempt;
            var values = new Dictionary<string, Angle>();
            // Tries different values first: each variable starts one candidate further than the one before it.
            for (int i = 0; i < names.Count; i++)
            {
                values[names[i]] = Angle.OfPi(Candidates[(rest + i) % Candidates.Length]);
                rest /= Candidates.Length;
            }

            if (rest > 0) break;
            if (rule.Conditions.All(c => c.Holds(n => values.TryGetValue(n, out var value) ? value : null)))
                return names.Select(n => values[n]);
        }

        return names.Select(n => Angle.Symbol(n));
    }
}
