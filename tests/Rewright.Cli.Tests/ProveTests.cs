using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Cli.Tests;

public sealed class ProveTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Circuit_rules_are_counted_and_wrong_ones_do_not_hide_the_others()
    {
        _tool.Write("circuits.rw", "rule HH: [H(q), H(q)] -> []\nrule XZ: [X(q), Z(q)] -> [Z(q), X(q)]\nrule HX: [H(q)] -> [X(q)]\n"
            + "rule XX: [X(q), X(q)] -> []\n");
        var outcome = _tool.Run("prove", "circuits.rw", "--json", "verdicts.json");
        Assert.Equal((1, """
            circuits.rw(2,6): error: 'XZ' is wrong: its sides differ by the global phase e^(i*(pi))
            circuits.rw(3,6): error: 'HX' is wrong: from |0> the source makes 0.7071 |0> + 0.7071 |1>, the target |1>
            2 proved, 2 refuted, 0 unknown, 0 assumed

            """), (outcome.ExitCode, outcome.Output));
        Assert.Equal(4, File.ReadAllText(Path.Combine(_tool.Folder, "verdicts.json")).Split("\"verdict\"").Length - 1);
    }

    [Fact]
    public void Check_says_once_that_a_rule_applies_to_its_own_result()
    {
        _tool.Write("loop.rw", "sort E = A | F(E) | G(E)\nrule R: F(x) -> G(F(x))\nnormalizer N: E [innermost]\n");
        string line = Assert.Single(_tool.Run("check", "loop.rw").Output.TrimEnd().Split('\n'));
        Assert.Contains("RW0034", line);
    }

    [Fact]
    public void Circuit_identities_of_others_get_the_documented_verdicts()
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        Assert.SkipWhen(data is null || !Directory.Exists(Path.Combine(data, "rules", "guoq")),
            "REWRIGHT_DATA names no folder with rules.");
        foreach (var (set, verdicts) in new[] { ("nam", "448 proved, 15 refuted"), ("ibmnew", "400 proved, 15 refuted"),
            ("cliffordt", "1024 proved, 0 refuted") })
        {
            Assert.Equal(0, _tool.Run(
                "import", "guoq", Path.Combine(data, "rules", "guoq", "rules_q3_s3_" + set + "_symb.txt"), "-o", set + ".rw").ExitCode);
            Assert.Equal(verdicts + ", 0 unknown, 0 assumed", _tool.Run("prove", set + ".rw").Output.TrimEnd().Split('\n').Last());
        }
    }
}
