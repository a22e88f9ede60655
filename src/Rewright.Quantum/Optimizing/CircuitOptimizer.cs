using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Rewright.Model;
using Rewright.Quantum.Optimizing;

namespace Rewright.Quantum;

/// <summary>How to optimise.</summary>
public sealed record OptimizerOptions
{
    /// <summary>What has to become less.</summary>
    public CircuitCost Cost { get; init; } = CircuitCost.Total;

    /// <summary>How long to search. Zero: only what gains at once.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many rounds to search at most. Where these end a search, its result depends on nothing but circuit, rules and seed.
    /// </summary>
    public int MaxRounds { get; init; } = int.MaxValue;

    /// <summary>
    /// What time the budget is compared with; null for that on the wall. On a busy machine the time of the processor says more.
    /// </summary>
    public Func<TimeSpan>? Clock { get; init; }

    /// <summary>Where the random choices start.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// What matches rules; both find the same. Null: the interpreter, until machine code is ready where LLVM is there and a search begins.
    /// </summary>
    public CircuitEngine? Engine { get; init; }
}

/// <summary>What optimising gave.</summary>
/// <param name="Circuit">The circuit, with the registers of the one given.</param>
/// <param name="GlobalPhase">The circuit given is this one times e^(i phase). In blocks under classical control phases are left
/// out.</param>
/// <param name="Statistics">What each rule and pass did.</param>
/// <param name="Rounds">How many rounds were searched.</param>
public sealed record OptimizedCircuit(Circuit Circuit, Angle GlobalPhase, OptimizerStatistics Statistics, int Rounds);

/// <summary>Makes circuits cheaper by proved rules and declared passes, and by nothing else.</summary>
public sealed class CircuitOptimizer(CircuitRuleSet rules, OptimizerOptions? options = null)
{
    private readonly OptimizerOptions _options = options ?? new();

    /// <summary>A cheaper circuit that does the same, up to a global phase.</summary>
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

    // Without a budget what gains at once is still done to the end.
    private bool IsEndRequired() => options.Budget > TimeSpan.Zero && IsTimeOver();

    // What a program defines is what rules can see.
    private IEnumerable<CircuitOperation> Inline(CircuitOperation operation)
    {
        // Definitions of definitions can stand for more gates than memory holds; those stay as they are.
        if (operation is not GateOperation { Gate: DefinedGate { StepCount: < MaxSteps } defined } gate) return [operation];
        List<CircuitOperation> body = [.. defined.Instantiate(gate.Angles, gate.Qubits).SelectMany(Inline)];
        Statistics.Count(Inlining, 1 - body.Count);
        return body;
    }

    // Blocks under classical control are circuits of their own.
    private CircuitOperation Inside(CircuitOperation operation, int qubits, int bits)
    {
        EquatableArray<CircuitOperation> Block(EquatableArray<CircuitOperation> block)
        {
            if (block.Count == 0) return block;
            // A block gets what is left, and is tried even where nothing is: most of them are small.
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

    // Angles between -pi and pi read best.
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

    // Keeps what a step gives where it costs no more.
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
        // Of a long circuit a part at a time.
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
