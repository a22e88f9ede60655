using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rewright.Llvm;
using Rewright.Quantum.Optimizing;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

/// <summary>Compiled rules find what interpreted ones find.</summary>
public class MatcherTests
{
    // Sums with variables, on gates that are periodic and on one that is not; conditions; rules on more qubits; variables twice.
    private const string Odd = """
        rule Halves: [Rz(2*a, q), Rz(a + b, r), CX(q, r)] -> [Rz(a + b, r), Rz(2*a, q), CX(q, r)]
        rule Twice: [Rx(a, q), Ry(b, q), Rx(a, q)] -> [Rx(a, q), Ry(b, q), Rx(a, q)] if a != b
        rule Opposite: [Rz(a, q), CX(r, q), Rz(-a, q), CX(r, q)] -> [Rz(a, q), CX(r, q), Rz(-a, q), CX(r, q)]
        rule Half: [Rz(a/2, q), H(q), Rz(a, q)] -> [Rz(a/2, q), H(q), Rz(a, q)]
        rule General: [U3(a, b, c, q), H(q), Rz(b, q)] -> [U3(a, b, c, q), H(q), Rz(b, q)]
        rule Fixed: [U3(pi/2, -pi/4, b, q), Rz(-pi/4, q)] -> [U3(pi/2, -pi/4, b, q), Rz(-pi/4, q)]
        rule Late: [H(r), Rz(a, s), CCX(q, r, s), H(r)] -> [H(r), Rz(a, s), CCX(q, r, s), H(r)]
        rule C1: [Rz(a, q), CX(q, r)] -> [CX(q, r), Rz(a, q)]
        rule C2: [Rz(a, q), Rz(b, q)] -> [Rz(b, q), Rz(a, q)]
        rule C3: [CX(q, s), CX(r, s)] -> [CX(r, s), CX(q, s)]
        rule C4: [CCX(q, r, s), CX(t, s)] -> [CX(t, s), CCX(q, r, s)]
        rule C5 [phase]: [Rx(pi, q), Ry(pi, q)] -> [Ry(pi, q), Rx(pi, q)]
        """;

    [Fact]
    public void LlvmAcceptsTheFixedPartByItself()
    {
        using var reader = new StreamReader(typeof(MatcherEmitter).Assembly.GetManifestResourceStream("matcher.ll")!);
        var compiler = new LlvmCompiler(((LlvmFound)LlvmDiscovery.Find()).Library);
        var result = compiler.Compile(reader.ReadToEnd(), cancellation: TestContext.Current.CancellationToken);
        Assert.True(result is CompileSucceeded, result.ToString());
    }

    [Fact]
    public void StandardRulesFindTheSame()
    {
        Compare(CircuitRuleSet.Standard, seed: 1, circuits: 160);
    }

    [Fact]
    public void SumsOfAnglesAreSolved()
    {
        Compare(CircuitRuleSet.Parse(Odd), seed: 2, circuits: 200);
    }

    [Fact]
    public void CircuitsOfManyWiresHaveNoFalseNeighbours()
    {
        // 70 qubits and a barrier on all: wires 0 and 64 share a bit.
        var q = Qubit.Register(70);
        var rules = CircuitRuleSet.Standard;
        var found = new Dictionary<string, int>();
        for (int shift = 0; shift < 8; shift++)
        {
            Circuit circuit = [H(q[shift]), H(q[64 + shift % 6]), CX(q[0], q[64]), CX(q[64], q[1]), Rz(0.3, q[1]), H(q[shift]),
                CX(q[0], q[64]), new BarrierOperation([.. q]), H(q[64]), H(q[0]), H(q[64])];
            Compare(rules, circuit, found);
        }

        Assert.True(found.GetValueOrDefault("HH") >= 8);
    }

    [Fact]
    public void EnginesOptimiseAlike()
    {
        var random = new RandomSource(77);
        for (int i = 0; i < 6; i++)
        {
            var circuit = Random(random, 4, 60);
            OptimizedCircuit Run(CircuitEngine? engine) => new CircuitOptimizer(
                CircuitRuleSet.Standard, new() { Budget = TimeSpan.FromHours(1), MaxRounds = 16, Seed = i, Engine = engine }).Optimize(
                circuit);
            OptimizedCircuit native = Run(CircuitEngine.Native), interpreted = Run(CircuitEngine.Interpreter), mixed = Run(null);
            Assert.Equal(interpreted.Circuit, native.Circuit);
            Assert.Equal(interpreted.GlobalPhase, native.GlobalPhase);
            Assert.Equal(interpreted.Statistics.Entries, native.Statistics.Entries);
            Assert.Equal(interpreted.Circuit, mixed.Circuit);
        }
    }

    private static void Compare(CircuitRuleSet rules, ulong seed, int circuits)
    {
        var random = new RandomSource(seed);
        var found = new Dictionary<string, int>();
        for (int i = 0; i < circuits; i++) Compare(rules, Random(random, 4 + random.Below(4), 5 + random.Below(40), rules), found);
        // A search that finds nothing proves nothing.
        Assert.Empty(rules.Compiled.All.Select(r => r.Rule.Name).Except(found.Where(f => f.Value > 4).Select(f => f.Key)));
    }

    // Every rule from every gate.
    private static void Compare(CircuitRuleSet set, Circuit circuit, Dictionary<string, int> count)
    {
        var rules = set.Compiled;
        var sequence = new GateSequence(rules);
        var angles = new AngleTable(rules.Constants);
        foreach (var operation in circuit.Operations)
        {
            int[] wires = [.. operation.Qubits.Select(q => q.Index)];
            if (operation is GateOperation gate && rules.KindOf(gate.Gate) is >= 0 and int kind)
                sequence.Append(sequence.Create(
                    kind, wires, [.. gate.Angles.Select(a => angles.Of(AnglePeriods.IsPeriodic(gate.Gate) ? a.Modulo2Pi : a))]));
            else sequence.Append(sequence.Create(operation, wires));
        }

        var interpreted = new RuleMatcher(sequence, angles, rules);
        var native = rules.Native.Matcher(sequence, angles, wanted: true)!;
        for (int node = sequence.First; node >= 0; node = sequence.Nodes[node].Next)
        {
            foreach (var rule in rules.All)
            {
                if (rule.Source[0].Kind != sequence.Nodes[node].Kind) continue;
                bool expected = interpreted.Find(rule, node), actual = native.Find(rule, node);
                Assert.True(expected == actual,
                    rule.Rule.Name + " at " + node + " of " + circuit + (expected ? " not" : "") + " found by machine code only");
                if (!expected) continue;
                count[rule.Rule.Name] = count.GetValueOrDefault(rule.Rule.Name) + 1;
                Assert.Equal(interpreted.Describe(), native.Describe());
            }
        }
    }

    private static Circuit Random(RandomSource random, int qubits, int count, CircuitRuleSet? rules = null)
    {
        var gates = (rules ?? CircuitRuleSet.Standard).Rules.SelectMany(r => r.Source).OfType<GateOperation>().Select(g => g.Gate).Where(
            g => g.QubitCount <= qubits && g.QubitCount > 0)
            .Append(StandardGates.SXdg).ToArray();
        Angle[] angles = [Angle.Zero, Angle.Pi / 4, -Angle.Pi / 4, Angle.Pi / 2, Angle.Pi, Angle.FromRadians(0.3), Angle.Symbol("t"),
            Angle.Pi / 8];
        var operations = new List<CircuitOperation>();
        Qubit[] Wires(int wanted)
        {
            var wires = new List<Qubit>();
            while (wires.Count < wanted)
            {
                var qubit = new Qubit(random.Below(qubits));
                if (!wires.Contains(qubit)) wires.Add(qubit);
            }

            return [.. wires];
        }

        while (operations.Count < count)
        {
            if (rules is not null && random.Below(6) == 0)
            {
                // The source of a rule somewhere.
                var rule = rules.Rules[random.Below(rules.Rules.Length)];
                var (wires, values) = (
                    Wires(Math.Min(qubits, rule.Qubits.Count)),
                    rule.AngleVariables.ToDictionary(n => n, _ => angles[random.Below(angles.Length)]));
                if (rule.Qubits.Count <= qubits)
                    operations.AddRange(
                        rule.Source.Cast<GateOperation>().Select(
                        g => new GateOperation(
                        g.Gate, [.. g.Angles.Select(a => a.Substitute(n => values[n]))], [.. g.Qubits.Select(q => wires[q.Index])])));
            }

            var gate = gates[random.Below(gates.Length)];
            var qs = Wires(gate.QubitCount);
            operations.Add(random.Below(40) == 0
                ? new BarrierOperation([.. qs])
                : new GateOperation(
                gate, [.. Enumerable.Range(0, gate.AngleCount).Select(_ => angles[random.Below(angles.Length)])], [.. qs]));
        }

        return new Circuit([.. operations], [new Register("q", 0, qubits)]);
    }
}
