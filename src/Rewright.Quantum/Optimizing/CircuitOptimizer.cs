using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Rewright.Model;
using Rewright.Quantum.Optimizing;

namespace Rewright.Quantum;

/// <summary>The options of optimisation.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The cost to reduce.</summary>
    public CircuitCost Cost { get; init; } = CircuitCost.Total;

    /// <summary>The time limit of the search. With zero, only steps that gain at once are made.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The most search rounds. If they end a search, its result depends only on the circuit, the rules and the seed.
    /// </summary>
    public int MaxRounds { get; init; } = int.MaxValue;

    /// <summary>
    /// The clock for the budget; null for wall-clock time. On a busy machine, processor time is more meaningful.
    /// </summary>
    public Func<TimeSpan>? Clock { get; init; }

    /// <summary>The seed of the random choices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The engine that matches rules; both engines find the same. Null means the interpreter, and machine code as soon as it is ready, if
    /// LLVM is available and a search begins.
    /// </summary>
    public CircuitEngine? Engine { get; init; }
}

/// <summary>The result of optimisation.</summary>
/// <param name="Circuit">The optimised circuit, with the registers of the given one.</param>
/// <param name="GlobalPhase">The given circuit is this one times e^(i phase). Phases in blocks under classical control are left
/// out.</param>
/// <param name="Statistics">The effects of each rule and pass.</param>
/// <param name="Rounds">The number of search rounds.</param>
public sealed record OptimizedCircuit(Circuit Circuit, Angle GlobalPhase, OptimizerStatistics Statistics, int Rounds);

/// <summary>Reduces the cost of circuits, using only proved rules and declared passes.</summary>
public sealed class CircuitOptimizer(CircuitRuleSet rules, OptimizerOptions? options = null)
{
    private readonly OptimizerOptions _options = options ?? new();

    /// <summary>Finds a cheaper circuit that is equal up to a global phase.</summary>
    public OptimizedCircuit Optimize(Circuit circuit)
    {
        if (rules.Rules.IsEmpty && rules.Passes.IsEmpty) return new(circuit, Angle.Zero, new(), 0);
        var watch = Stopwatch.StartNew();
        var clock = _options.Clock ?? (() => watch.Elapsed);
        var run = new OptimizerRun(rules, _options, clock, clock() + _options.Budget);
        var (operations, phase) = run.Optimize(circuit.Operations, circuit.QubitCount, circuit.BitCount);
        rules.Compiled.Native.Finish();
        return new(circuit.With(operations), phase, run.Statistics, run.Rounds);
    }
}

/// <summary>One search.</summary>
internal sealed class OptimizerRun(CircuitRuleSet rules, OptimizerOptions options, Func<TimeSpan> clock, TimeSpan until)
{
    private const string Inlining = "definitions of gates";
    private const long MaxSteps = 1_000_000;

    private readonly RandomSource _random = new((ulong)options.Seed);
    private Netlist _netlist = null!;
    private double _cost;

    public OptimizerStatistics Statistics { get; private set; } = new();

    public int Rounds { get; private set; }

    public (List<CircuitOperation> Operations, Angle Phase) Optimize(EquatableArray<CircuitOperation> operations, int qubits, int bits)
    {
        _netlist = new(qubits, bits, [.. operations.SelectMany(Inline).Select(o => Netlist.Of(Inside(o, qubits, bits)))]);
        _netlist.Normalize();
        int toffolis = 0;
        if (Has(CircuitPass.ToffoliPolarity))
        {
            Exhaust("fold", onlyGains: false);
            int before = _netlist.Gates.Count;
            toffolis = ToffoliSigns.Expand(_netlist);
            if (toffolis > 0) Statistics.Count(nameof(CircuitPass.ToffoliPolarity), before - _netlist.Gates.Count, toffolis);
        }

        Exhaust("expand", onlyGains: false);
        Simplify();
        if (Has(CircuitPass.ToffoliPolarity))
        {
            int before = _netlist.Gates.Count;
            ToffoliSigns.Choose(_netlist, toffolis, _random);
            Statistics.Count(nameof(CircuitPass.ToffoliPolarity), before - _netlist.Gates.Count, 0);
            Simplify();
        }

        Search();
        return ([.. _netlist.Gates.Select(Operation)], _netlist.Phase);
    }

    private bool Has(CircuitPass pass) => rules.Passes.Contains(pass);

    private bool IsTimeOver() => clock() >= until;

    // Without a budget, steps that gain at once are still made to the end.
    private bool IsEndRequired() => options.Budget > TimeSpan.Zero && IsTimeOver();

    // Rules see only gates that are not defined by the program, so definitions are inlined.
    private IEnumerable<CircuitOperation> Inline(CircuitOperation operation)
    {
        // Nested definitions can expand to more gates than memory holds; such gates stay as they are.
        if (operation is not GateOperation { Gate: DefinedGate { StepCount: < MaxSteps } defined } gate) return [operation];
        List<CircuitOperation> body = [.. defined.Instantiate(gate.Angles, gate.Qubits).SelectMany(Inline)];
        Statistics.Count(Inlining, 1 - body.Count);
        return body;
    }

    // Blocks under classical control are optimised as separate circuits.
    private CircuitOperation Inside(CircuitOperation operation, int qubits, int bits)
    {
        EquatableArray<CircuitOperation> Block(EquatableArray<CircuitOperation> block)
        {
            if (block.Count == 0) return block;
            // A block gets the remaining time, and is tried even if none is left, because most blocks are small.
            var inner = new OptimizerRun(
                rules, options with { MaxRounds = Math.Min(options.MaxRounds, 200) }, clock, clock() + (until - clock()) / 8);
            var (operations, _) = inner.Optimize(block, qubits, bits);
            foreach (var entry in inner.Statistics.Entries) Statistics.Count(entry.Name, entry.Removed, entry.Applications);
            return operations.ToEquatableArray();
        }

        return operation switch
        {
            IfOperation branch => new IfOperation(branch.Condition, Block(branch.Then), Block(branch.Else)),
            WhileOperation loop => new WhileOperation(loop.Condition, Block(loop.Body)),
            _ => operation,
        };
    }

    // Angles between -pi and pi are easiest to read.
    private CircuitOperation Operation(NetGate gate)
    {
        if (gate.Operation is { } operation) return operation;
        var (a, b) = (new Qubit(gate.A), new Qubit(gate.B));
        switch (gate.Kind)
        {
            case NetKind.H: return Gates.H(a);
            case NetKind.X: return Gates.X(a);
            case NetKind.CX: return Gates.CX(a, b);
            default:
                if (gate.Angle.PiMultiple <= 1) return Gates.Rz(gate.Angle, a);
                _netlist.Phase += Angle.Pi;
                return Gates.Rz(gate.Angle - Angle.Pi * 2, a);
        }
    }

    private RuleEngine Engine()
        => new(_netlist, rules.Compiled, options.Cost, Statistics, options.Engine is { } engine ? engine == CircuitEngine.Native : null);

    private void Exhaust(string group, bool onlyGains)
    {
        if (rules.Compiled.Group(group) is null) return;
        var engine = Engine();
        if (engine.Exhaust(group, onlyGains, IsEndRequired)) _netlist = engine.ToNetlist();
    }

    private void Simplify()
    {
        for (int count = -1; count != _netlist.Gates.Count && (count < 0 || !IsEndRequired());)
        {
            count = _netlist.Gates.Count;
            Exhaust("", onlyGains: true);
            Pass(CircuitPass.RotationMerging, n => RotationMerging.Run(n, IsEndRequired));
            Pass(CircuitPass.PauliPropagation, n => PauliPropagation.Run(n, IsEndRequired));
        }
    }

    private void Pass(CircuitPass pass, Func<Netlist, bool> run)
    {
        if (!Has(pass)) return;
        int before = _netlist.Gates.Count;
        if (run(_netlist)) Statistics.Count(pass.ToString(), before - _netlist.Gates.Count);
    }

    private void Search()
    {
        bool regions = Has(CircuitPass.PhasePolynomials), annealing = Has(CircuitPass.Annealing) && rules.Compiled.Group("") is not null;
        if (!regions && !annealing) return;
        _cost = options.Cost.Of(_netlist);
        if (annealing && options.Engine is null && !IsTimeOver()) rules.Compiled.Native.Begin();
        for (; Rounds < options.MaxRounds && !IsTimeOver() && _netlist.Gates.Count > 1; Rounds++)
        {
            bool region = regions && (!annealing || Rounds % 8 != 7);
            if (region) Region();
            else Anneal();
            if (Rounds % 32 == 31) Try(Simplify);
        }

        Try(Simplify);
    }

    // Keeps the result of a step if it costs no more.
    private void Try(Action step)
    {
        var (netlist, statistics) = (_netlist, Statistics.Copy());
        _netlist = netlist.Copy();
        step();
        double cost = options.Cost.Of(_netlist);
        if (cost <= _cost + 1e-9) _cost = cost;
        else (_netlist, Statistics) = (netlist, statistics);
    }

    private void Region() => Try(() =>
    {
        if (Has(CircuitPass.RotationPlacement) && (_random.Next() >> 40 & 1) == 0)
            Pass(CircuitPass.RotationPlacement, n => RotationPlacement.Run(n, _random));
        int start = _random.Below(_netlist.Gates.Count);
        if (_random.Below(8) == 0) start = 0;
        // A long circuit is processed in parts.
        int end = Math.Min(_netlist.Gates.Count, start + 64 + _random.Below(2048));
        var region = PhaseRegions.Extract(_netlist, start, end);
        if (new PhaseRegions(_random).Improve(
            _netlist, region.Inside, new(20_000 + 400 * region.Inside.Count, 0.4, 0.12), IsTimeOver) is not { } better)
            return;
        Statistics.Count(nameof(CircuitPass.PhasePolynomials), region.Inside.Count - better.Count);
        _netlist.Gates = [.. region.Before, .. better, .. region.After];
    });

    private void Anneal() => Try(() =>
    {
        var engine = Engine();
        double start = 0.15 + 0.25 * _random.Unit();
        const int Stages = 24;
        int steps = Math.Clamp(engine.Count * 20, 2000, 20_000);
        for (int stage = 0; stage < Stages && !IsTimeOver(); stage++) engine.Anneal(steps, start * (Stages - stage) / Stages, _random);
        engine.Exhaust("", onlyGains: true, IsTimeOver);
        _netlist = engine.ToNetlist();
        Pass(CircuitPass.RotationMerging, n => RotationMerging.Run(n, IsEndRequired));
    });
}
