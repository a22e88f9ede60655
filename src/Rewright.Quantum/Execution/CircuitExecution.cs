using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Quantum.Qir;
using Rewright.Quantum.Simulation;

namespace Rewright.Quantum;

/// <summary>The engines that run circuits and match rules in them.</summary>
public enum CircuitEngine
{
    /// <summary>Machine code by LLVM: circuits as QIR on the simulator, rules as functions.</summary>
    Native,
    /// <summary>No machine code: the simulator executes operation by operation, and rules are data.</summary>
    Interpreter,
}

/// <summary>The results of running a circuit.</summary>
/// <param name="Counts">The number of times that each outcome occurred. An outcome is the bits of each register, highest first, with blanks
/// between registers.</param>
/// <param name="Engine">The engine that ran the circuit.</param>
public sealed record RunResult(IReadOnlyDictionary<string, int> Counts, CircuitEngine Engine);

/// <summary>Runs circuits.</summary>
public static class CircuitExecution
{
    private const string EntryPoint = "circuit";

    /// <summary>Runs a circuit on the simulator.</summary>
    /// <remarks>
    /// If a circuit has no bits, all its qubits are measured at its end into a register of their own. The same seed gives the same
    /// outcomes.
    /// </remarks>
    /// <param name="circuit">The circuit; its angles must have values.</param>
    /// <param name="shots">The number of runs.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="engine">The engine; by default machine code if LLVM is available.</param>
    /// <param name="cancellation">Cancels the runs.</param>
    /// <exception cref="NotSupportedException">An angle has no value, or the state does not fit into memory.</exception>
    /// <example><code>
    /// Circuit bell = [H(a), CX(a, b)];
    /// foreach (var (bits, count) in bell.Run(shots: 1000, seed: 1).Counts) Console.WriteLine($"{bits} {count}");
    /// </code></example>
    public static RunResult Run(
        this Circuit circuit, int shots = 1000, int seed = 0, CircuitEngine? engine = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfNegative(shots);
        if (circuit.BitCount == 0)
        {
            circuit = new Circuit(
                [.. circuit.Operations, .. Enumerable.Range(0, circuit.QubitCount).Select(q => new MeasureOperation(new Qubit(q), q))],
                circuit.QubitRegisters, [.. circuit.QubitRegisters.Select(r => r with { Name = r.Name + "_" })]);
        }

        var random = new Random(seed);
        bool isBase = QirWriter.FitsBaseProfile(circuit);
        var outcomes = engine == CircuitEngine.Interpreter
            ? null : RunNative(circuit, isBase, shots, random, engine == CircuitEngine.Native, cancellation);
        var used = outcomes is null ? CircuitEngine.Interpreter : CircuitEngine.Native;
        outcomes ??= isBase
            ? Sample(circuit, shots, random) : [.. Enumerable.Range(0, shots).Select(_ => RunOnce(circuit, random, cancellation))];
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var bits in outcomes)
        {
            string text = string.Join(' ',
                circuit.BitRegisters.Select(
                r => string.Concat(Enumerable.Range(0, r.Size).Select(i => r.Start + r.Size - 1 - i).Select(
                i => i < bits.Length && bits[i] ? '1' : '0'))));
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        return new(counts, used);
    }

    private static List<bool[]>? RunNative(
        Circuit circuit, bool isBase, int shots, Random random, bool isRequired, CancellationToken cancellation)
    {
        string qir;
        try
        {
            qir = QirWriter.Write(circuit, new() { Profile = isBase ? QirProfile.Base : QirProfile.Adaptive, EntryPoint = EntryPoint });
        }
        catch (NotSupportedException) when (!isRequired)
        {
            return null;
        }

        using var module = QirMachine.Load(qir, EntryPoint, out string? error);
        if (module is null) return isRequired ? throw new NotSupportedException("The circuit cannot be compiled: " + error) : null;
        using var machine = new QirMachine(circuit.QubitCount, random);
        nint entry = module.Symbols[EntryPoint];
        if (isBase) return machine.Sample(entry, shots, cancellation);
        var outcomes = new List<bool[]>(shots);
        for (int i = 0; i < shots; i++) outcomes.Add(machine.Run(entry, cancellation));
        return outcomes;
    }

    private static List<bool[]> Sample(Circuit circuit, int shots, Random random)
    {
        using var state = new StateVector(circuit.QubitCount);
        foreach (var gate in circuit.Operations.OfType<GateOperation>()) state.Apply(gate);
        var measured = circuit.Operations.OfType<MeasureOperation>().Where(m => m.Bit is not null).ToList();
        return [.. state.Sample(shots, random).Select(basis =>
        {
            var bits = new bool[circuit.BitCount];
            foreach (var measure in measured) bits[measure.Bit!.Value] = (basis >> measure.Qubit.Index & 1) != 0;
            return bits;
        })];
    }

    private static bool[] RunOnce(Circuit circuit, Random random, CancellationToken cancellation)
    {
        using var state = new StateVector(circuit.QubitCount);
        var bits = new bool[circuit.BitCount];
        Block(circuit.Operations);
        return bits;

        void Block(IEnumerable<CircuitOperation> operations)
        {
            foreach (var operation in operations)
            {
                cancellation.ThrowIfCancellationRequested();
                switch (operation)
                {
                    case GateOperation gate:
                        state.Apply(gate);
                        break;
                    case MeasureOperation measure:
                        bool found = state.Measure(measure.Qubit.Index, random);
                        if (measure.Bit is { } bit) bits[bit] = found;
                        break;
                    case ResetOperation reset:
                        state.Reset(reset.Qubit.Index, random);
                        break;
                    case AssignOperation assign:
                        bits[assign.Bit] = assign.Value.Evaluate(i => bits[i]) != 0;
                        break;
                    case IfOperation o:
                        Block(o.Condition.Evaluate(i => bits[i]) != 0 ? o.Then : o.Else);
                        break;
                    case WhileOperation o:
                        while (o.Condition.Evaluate(i => bits[i]) != 0)
                        {
                            cancellation.ThrowIfCancellationRequested();
                            Block(o.Body);
                        }

                        break;
                }
            }
        }
    }
}
