using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Quantum;

namespace Rewright.Cli.Circuits;

/// <summary><c>rewright circuit optimize</c>.</summary>
internal static class OptimizeCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("IN.qasm") { Description = "A program in OpenQASM 2 or 3." };
        var output = new Option<string?>("-o", "--output") { Description = "The file to write; by default standard output." };
        var rules = new Option<string?>("--rules")
        {
            Description = "A .rw file with circuit rules and passes; by default the standard ones.",
        };
        var cost = new Option<string>("--cost")
        {
            Description = "The cost to reduce: total, cx, t or depth.", DefaultValueFactory = _ => "total",
        };
        cost.AcceptOnlyFromAmong("total", "cx", "t", "depth");
        var budget = new Option<string>("--budget")
        {
            Description = "Time limit of the search: 10s, 500ms, 2m.", DefaultValueFactory = _ => "1s",
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Maximum number of search rounds. If they end within the budget, the result is the same on "
                + "every machine.", DefaultValueFactory = _ => int.MaxValue
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the random choices.", DefaultValueFactory = _ => 1 };
        var stats = new Option<bool>("--stats") { Description = "Print what each rule and each pass did." };
        var engine = new Option<string>("--engine")
        {
            Description = "The engine that matches rules: auto, native or interpreter. The result does not depend on it.",
            DefaultValueFactory = _ => "auto"
        };
        engine.AcceptOnlyFromAmong("auto", "native", "interpreter");
        var qasm2 = new Option<bool>("--qasm2") { Description = "Write OpenQASM 2." };
        var command = new Command(
            "optimize", "Reduce the cost of a circuit by proved rules and declared passes.") { file, output, rules, cost, budget, rounds,
            seed, engine, stats, qasm2 };
        command.SetAction(parse => CircuitCommand.Guarded(() =>
        {
            if (Duration(parse.GetValue(budget)!) is not { } time)
            {
                Console.Error.WriteLine("error: '" + parse.GetValue(budget) + "' is no length of time; write 10s, 500ms or 2m");
                return 2;
            }

            if (Rules(parse.GetValue(rules)) is not { } set) return 2;
            var circuit = CircuitCommand.Read(parse.GetValue(file)!);
            var options = new OptimizerOptions
            {
                Cost = CircuitCost.Find(parse.GetValue(cost)!)!, Budget = time, MaxRounds = parse.GetValue(rounds),
                Seed = parse.GetValue(seed),
                Engine = parse.GetValue(
                engine) switch
                { "native" => CircuitEngine.Native, "interpreter" => CircuitEngine.Interpreter, _ => null },
            };
            var result = new CircuitOptimizer(set, options).Optimize(circuit);
            string text = OpenQasm.Write(result.Circuit, parse.GetValue(qasm2) ? OpenQasmVersion.V2 : OpenQasmVersion.V3);
            if (parse.GetValue(output) is { } path) File.WriteAllText(path, text);
            else Console.Out.Write(text);
            if (parse.GetValue(stats)) WriteStatistics(circuit, result);
            return 0;
        }));
        return command;
    }

    // Statistics go to standard error: standard output may carry the program.
    private static void WriteStatistics(Circuit circuit, OptimizedCircuit result)
    {
        var (before, after) = (CircuitStatistics.Of(circuit), CircuitStatistics.Of(result.Circuit));
        string gates = FormattableString.Invariant(
            $"gates {before.Total} -> {after.Total}, on two qubits {before.TwoQubit} -> {after.TwoQubit}, T {before.T} -> {after.T}");
        string depth = FormattableString.Invariant($"depth {before.Depth} -> {after.Depth}; {result.Rounds} rounds");
        Console.Error.WriteLine(gates + ", " + depth);
        if (!result.GlobalPhase.IsZero) Console.Error.WriteLine("global phase left out: " + result.GlobalPhase);
        var entries = result.Statistics.Entries.ToList();
        int width = entries.Count == 0 ? 0 : entries.Max(e => e.Name.Length);
        foreach (var entry in entries)
            Console.Error.WriteLine(
                "  " + entry.Name.PadRight(width)
                + string.Format(CultureInfo.InvariantCulture, " {0,8} times, {1,7} gates removed", entry.Applications, entry.Removed));
    }

    private static CircuitRuleSet? Rules(string? file)
    {
        if (file is null) return CircuitRuleSet.Standard;
        var result = Module.Check(TextFile.Read(file), file).CheckCircuits();
        foreach (var diagnostic in result.Diagnostics) Console.Error.WriteLine(diagnostic);
        return result.Module is null ? null : CircuitRuleSet.Of(result.Module);
    }

    private static TimeSpan? Duration(string text)
    {
        var (number, unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 0.001) : text.EndsWith('s') ? (text[..^1], 1.0)
            : text.EndsWith('m') ? (text[..^1], 60.0) : (text, 1.0);
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * unit is >= 0 and < 1e6 ? TimeSpan.FromSeconds(value * unit) : null;
    }
}
