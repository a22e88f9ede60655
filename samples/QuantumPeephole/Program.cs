using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using QuantumPeephole;
using Rewright.Quantum;

// QuantumPeephole [--budget SECONDS] [--rounds N] [FILE.qasm | FOLDER]...
// Optimises circuits of its own, or those given, by the rules in Rules.cs, and proves that each result does the same.
double budget = 2;
int rounds = int.MaxValue;
var inputs = new List<(string Name, Circuit Circuit)>();
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--budget" && i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out budget)
        && budget is >= 0 and < 1e6)
        i++;
    else if (args[i] == "--rounds" && i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out rounds)
        && rounds >= 0)
        i++;
    else if (args[i].StartsWith('-'))
    {
        Console.Error.WriteLine("Usage: QuantumPeephole [--budget SECONDS] [--rounds N] [FILE.qasm | FOLDER]...\n"
            + "Optimises circuits of its own, or those given.");
        return args[i] is "--help" or "-h" ? 0 : 2;
    }
    else
    {
        IEnumerable<string> files = Directory.Exists(args[i])
            ? Directory.EnumerateFiles(args[i], "*.qasm").Order(StringComparer.Ordinal) : [args[i]];
        foreach (string file in files)
        {
            try
            {
                inputs.Add((Path.GetFileNameWithoutExtension(file), OpenQasm.Read(File.ReadAllText(file), new() { File = file })));
            }
            catch (Exception e) when (e is OpenQasmException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
        }
    }
}

if (inputs.Count == 0)
{
    inputs.AddRange([("adder of 4 bits", Circuits.Adder(4)), ("adder of 8 bits", Circuits.Adder(8)),
    ("ladder of 5 controls", Circuits.ToffoliLadder(5)),
        ("ladder of 10 controls", Circuits.ToffoliLadder(10)), ("Fourier of 5 qubits", Circuits.Fourier(5)),
            ("Fourier of 8 qubits", Circuits.Fourier(8))]);
}

var expand = new CircuitOptimizer(CircuitRuleSet.Of(Rules.Module), new() { Budget = TimeSpan.Zero });
var optimizer = new CircuitOptimizer(CircuitRuleSet.Of(Rules.Module), new() { Budget = TimeSpan.FromSeconds(budget), MaxRounds = rounds });
Console.WriteLine("circuit                  at once    searched   (gates; in brackets those on two qubits)");
foreach (var (name, circuit) in inputs)
{
    Circuit first = expand.Optimize(circuit).Circuit, best = optimizer.Optimize(circuit).Circuit;
    string verdict = RotationEquivalence.Compare(
        circuit, best) switch
    {
        Equivalent => "proved equal",
        NotEquivalent n => "DIFFERENT: " + n.Counterexample,
        EquivalenceUnknown u => "not known: " + u.Reason,
        _ => ""
    };
    Console.WriteLine($"{name,-22} {Count(first),10} {Count(best),11}   {verdict}");
    if (!verdict.StartsWith("proved", StringComparison.Ordinal)) return 1;
}

return 0;

static string Count(Circuit circuit)
{
    var statistics = CircuitStatistics.Of(circuit);
    return FormattableString.Invariant($"{statistics.Total} ({statistics.TwoQubit})");
}
