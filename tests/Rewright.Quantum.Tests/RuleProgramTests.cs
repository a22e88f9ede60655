using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Quantum.Tests;

/// <summary>Rules as programs: by these, tools that we did not write check the rules.</summary>
public class RuleProgramTests
{
    [Fact]
    public void What_holds_measures_zeros()
    {
        var rules = CircuitRuleSet.Standard.Rules;
        var circuit = OpenQasm.Read(RuleProgram.Write([.. rules.Where(r => r.Qubits.Count <= 3).Take(12)]));
        var result = circuit.Run(20, 1, cancellation: TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(result.Counts).Key.All(c => c is '0' or ' '), string.Join('\n', result.Counts.Keys));
    }

    [Fact]
    public void What_does_not_hold_measures_others()
    {
        var wrong = CircuitRuleSet.Standard.Rules.First(r => r.Qubits.Count == 1 && r.Source.Count > 0);
        wrong = wrong with { Target = [Gates.Y(new Qubit(0)), Gates.T(new Qubit(0))] };
        var result = OpenQasm.Read(RuleProgram.Write([wrong])).Run(200, 1, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains(result.Counts.Keys, k => k.Contains('1', StringComparison.Ordinal));
    }

    [Fact]
    public void Others_find_that_all_rules_hold()
    {
        string file = Path.GetTempFileName();
        try
        {
            // Not all at once: others cannot return that many registers.
            foreach (var rules in CircuitRuleSet.Standard.Rules.Where(r => r.Qubits.Count <= 3).Chunk(15))
            {
                string text = RuleProgram.Write(rules);
                File.WriteAllText(file, text);
                var (status, output) = Data.Check("run", file, "--shots", "20");
                Assert.True(status == 0, output + text);
                Assert.Contains("Zero", output, StringComparison.Ordinal);
                Assert.False(output.Contains("One", StringComparison.Ordinal), output + text);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
