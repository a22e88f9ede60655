using System;
using System.IO;
using System.Linq;
using Rewright.Cli.Import;
using Xunit;

namespace Rewright.Proofs.Tests;

public class ImportTests
{
    // The files that a test has time for; docs/proofs.md has the figures of all.
    [Theory]
    [InlineData("bool", 51, 51, 0)]
    [InlineData("bv32", 78, 78, 0)]
    [InlineData("rational", 113, 111, 2)]
    [InlineData("herbie-rational", 87, 83, 4)]
    [InlineData("oopsla-halide", 90, 90, 0)]
    public void Rules_of_ruler_get_the_documented_verdicts(string file, int rules, int proved, int refuted)
    {
        var module = RulerImport.Read(File.ReadAllText(DataFile("ruler", file + ".rules")), RulerImport.DomainOf(file));
        Assert.Equal(rules, module.RuleCount);
        var report = new Prover(Support.Options()).Prove(Module.Parse(module.ToString()), TestContext.Current.CancellationToken);
        Assert.Equal((rules, proved, refuted),
            (report.Verdicts.Length, report.Count(VerdictKind.Proved), report.Count(VerdictKind.Refuted)));
    }

    [Theory]
    [InlineData("addsub", 55)]
    [InlineData("andorxor", 166)]
    [InlineData("muldivrem", 75)]
    [InlineData("select", 67)]
    [InlineData("shift", 54)]
    public void Transformations_of_Alive_become_modules_whose_rules_claim_something(string file, int rules)
    {
        var module = Module.Parse(AliveImport.Read(File.ReadAllText(DataFile("alive", file + ".opt"))).ToString());
        Assert.Equal(rules, module.Patterns.Length);
        Assert.Equal(rules, Obligation.Of(module).Count());
        // Each has widths at which its types fit.
        var theory = new Theory(module);
        Assert.All(module.Patterns, p => Assert.NotEmpty(Claim.Of(theory, p)));
    }

    [Fact]
    public void Types_and_preconditions_of_Alive()
    {
        string text = AliveImport.Read("""
            Name: A
            Pre: C2 == ~C1 && (isPowerOf2(%X) || C1 u>> 1 != 0)   ; a comment
            %a = and %X, C1
            %r = zext %a
              =>
            %b = and %X, ~C2
            %r = zext %b

            Name: A
            %r = select i1 %c, %x, -1
              =>
            %r = select %c, %x, -1
            """).ToString();
        Assert.Contains("rule `A` [group r1]: zext_A_X(and_A($X, $C1)) -> zext_A_X(and_A($X, c_not_A($C2))) if (c_eq_A($C2, c_not_A($C1)) "
            + "&& (known_isPowerOf2_A($X) || c_ne_A(c_lshr_A($C1, n1_A()), n0_A())))", Rule(text, 1), StringComparison.Ordinal);
        Assert.Contains("rule `A (2)` [group r2]: select_I1_A($c, $x, nm1_A()) -> select_I1_A($c, $x, nm1_A())", Rule(text, 2),
            StringComparison.Ordinal);
        Assert.Contains("given_X_A", text, StringComparison.Ordinal);
        Assert.NotNull(Module.Parse(text));

        static string Rule(string text, int number)
            => text.Split('\n').Single(l => l.Contains("[group r" + number + "]", StringComparison.Ordinal)).Replace(
            "given_X_A(zext_A_X(and_A($X, $C1)), $C2)", "zext_A_X(and_A($X, $C1))", StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_of_circuit_identities_become_one_rule_for_each_path()
    {
        const string Swap = "{[false, false]=[false, false], [true, false]=[false, true], [false, true]=[true, false], [true, "
            + "true]=[true, true]}";
        const string Flip = "{[false, false]=[false, true], [true, false]=[true, true], [false, true]=[false, false], [true, true]=[true, "
            + "false]}";
        var text = GuoqImport.Read("symb q; rz(theta1) q1; | rz(theta1) q0; symb q; | [" + Swap + "]\n"
            + "symb q; tdg q1; | s q1; symb q; t q1; | [" + Flip + ", " + Flip + "]\nrz(a1) q0; | rz((a1+a2)) q0; rz(-a2) q0; | []\n");
        Assert.Equal(4, text.RuleCount);
        var module = Module.Parse(text.ToString());
        Assert.Equal(["line 1", "line 2", "line 2 (2)", "line 3"], module.CircuitRules.Select(r => r.Name));
        Assert.All(module.CircuitRules, r => Assert.True(r.IsProved));
    }

    [Theory]
    [InlineData("symb q; | symb q;", "left | right | paths")]
    [InlineData("frob q0; | | []", "there is no gate 'frob'")]
    [InlineData("rz(a) q0; | rz(b) q0; | []", "an angle that the other one lacks")]
    [InlineData("symb q; | symb q; | [{[false]=[true], [true]=[false]}]", "only blocks on two qubits")]
    public void Circuits_that_are_not_understood_are_said(string line, string expected)
        => Assert.Contains(expected, Assert.Throws<ImportException>(() => GuoqImport.Read(line)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("%r = add %x, ", "a value is missing")]
    [InlineData("%r = frob %x, %y", "'frob' is not understood")]
    [InlineData("%r = add i8 %x, %y\n%s = add i9 %r, %y", "types differ")]
    public void What_is_not_understood_is_said_with_its_line(string text, string expected)
    {
        var fault = Assert.Throws<ImportException>(() => AliveImport.Read("Name: A\n" + text + "\n=>\n%r = 0"));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n').Length + 1, fault.Line);
    }

    private static string DataFile(string folder, string name)
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        Assert.SkipWhen(data is null || !Directory.Exists(Path.Combine(data, "rules")), "REWRIGHT_DATA names no folder with rules.");
        return Path.Combine(data, "rules", folder, name);
    }
}
