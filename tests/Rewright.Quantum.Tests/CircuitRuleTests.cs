using System;
using System.Linq;
using Rewright.Checks;
using Xunit;

namespace Rewright.Quantum.Tests;

public class CircuitRuleTests
{
    [Theory]
    [InlineData("rule Hxh: [H(q), Y(q), H(q)] -> [X(q), Y(q), X(q)]")]
    [InlineData("rule HH: [H(q), H(q)] -> []")]
    [InlineData("rule MergeRz: [Rz(a, q), Rz(b, q)] -> [Rz(a + b, q)]")]
    [InlineData("rule Full [phase]: [Rz(a, q)] -> [] if a % (2*pi) == 0")]
    [InlineData("rule Twice: [Rz(a, q)] -> [] if a % (4*pi) == 0")]
    [InlineData("rule Same: [Rz(a, q), Rz(b, q)] -> [] if a + b == 0")]
    [InlineData("rule Half: [Rz(a, q), X(q), Rz(b, q)] -> [X(q)] if a == b")]
    [InlineData("rule Scaled: [CP(t, a, b)] -> [P(t/2, a), P(t/2, b), CX(a, b), P(-t/2, b), CX(a, b)]")]
    [InlineData("rule Both [symmetric]: [CX(a, b), CX(b, a), CX(a, b)] -> [CX(b, a), CX(a, b), CX(b, a)]")]
    [InlineData("rule Odd: [GPhase(a), P(-2*a, q)] -> [Rz(-2*a, q)]")]
    [InlineData("rule Number: [Rz(0.3, q), Rz(b, q)] -> [Rz(b + 0.3, q)]")]
    [InlineData("rule Back [backward]: [Z(q)] -> [H(q), X(q), H(q)]")]
    [InlineData("rule Third [priority 3, group turn]: [Rz(pi/3, q), Rz(pi/3, q), Rz(pi/3, q)] -> [Rz(pi, q)]")]
    [InlineData("rule Toffoli: [H(c), CCX(a, b, c), H(c)] -> [CCZ(a, b, c)]")]
    [InlineData("rule Swaps: [Swap(a, b), H(a), Swap(a, b)] -> [H(b)]")]
    [InlineData("rule Names: [H($pi), Rz($Big, $pi), Rz(-$Big, $pi)] -> [H($pi)]")]
    public void ProvedRulesAreAcceptedAndPrintSoThatTheyReadBack(string text)
    {
        var module = Module.Parse(text);
        var rule = Assert.Single(module.CircuitRules);
        Assert.True(rule.IsProved);
        var again = Module.Parse(module.ToString());
        Assert.Equal(module.ToString(), again.ToString());
        Assert.Equal(rule, Assert.Single(again.CircuitRules));
    }

    [Theory]
    // Wrong for all states, for some, in a sign, in an angle, in a phase that depends on the state.
    [InlineData("rule R: [H(q), X(q), H(q)] -> [X(q)]", "RW0062", "|")]
    [InlineData("rule R: [CX(a, b), CX(a, c)] -> [CX(a, b)]", "RW0062", "|100>")]
    [InlineData("rule R: [CX(a, b), CX(b, c)] -> [CX(b, c), CX(a, b)]", "RW0062", "|")]
    [InlineData("rule R [phase]: [S(q)] -> [Sdg(q)]", "RW0062", "|1>")]
    [InlineData("rule R [phase]: [T(q), T(q)] -> [Sdg(q)]", "RW0062", "|")]
    [InlineData("rule R: [Rz(a, q), Rz(b, q)] -> [Rz(a - b, q)]", "RW0062", "where a is")]
    [InlineData("rule R: [Rz(a, q), H(q), Rz(b, q)] -> [Rz(a + b, q), H(q)]", "RW0062", "where a is")]
    [InlineData("rule R: [Rz(a, q), X(q)] -> [X(q), Rz(a, q)]", "RW0062", "where a is")]
    [InlineData("rule R [phase]: [Rz(a, q)] -> [] if a % pi == 0", "RW0062", "where a is")]
    [InlineData("rule R: [CRz(a, p, q)] -> [] if a % (2*pi) == 0", "RW0062", "where a is")]
    [InlineData("rule R: [Rz(a, q)] -> [] if a > 0", "RW0062", "where a is")]
    [InlineData("rule R [phase]: [Rzz(a, p, q)] -> [Rz(a, p), Rz(a, q)]", "RW0062", "where a is")]
    [InlineData("rule R: [CCX(a, b, c)] -> [CX(a, c), CX(b, c)]", "RW0062", "|")]
    // Right up to a phase, which is not said.
    [InlineData("rule R: [Rz(a, q)] -> [P(a, q)]", "RW0063", "-a/2")]
    [InlineData("rule R: [Rz(a, q)] -> [] if a % (2*pi) == 0", "RW0063", "a/2")]
    [InlineData("rule R: [X(q), Z(q)] -> [Z(q), X(q)]", "RW0063", "pi")]
    [InlineData("rule R: [H(q), Rz(pi/2, q), H(q)] -> [Rz(-pi/2, q), H(q), Rz(-pi/2, q)]", "RW0063", "pi/2")]
    // No circuits, or none that can be rules.
    [InlineData("rule R: [G(q)] -> []", "RW0060", "There is no gate 'G'")]
    [InlineData("rule R: [Cx(p, q)] -> []", "RW0060", "did you mean")]
    [InlineData("rule R: [H(q)] -> q", "RW0060", "circuit")]
    [InlineData("rule R: [] -> []", "RW0060", "without gates")]
    [InlineData("rule R: [H(2)] -> [H(2)]", "RW0060", "variables for qubits")]
    [InlineData("rule R: [Rz(a * b, q)] -> [H(q)]", "RW0060", "sum of")]
    [InlineData("rule R: [Rz(a, q)] -> [] where a = pi", "RW0060", "conditions")]
    [InlineData("rule R: [Rz(a, q), Rz(b, q)] -> [Rz(b, q), Rz(a, q)] if a % b == 0", "RW0060", "remainder")]
    [InlineData("rule R: [CX(q, q)] -> []", "RW0061", "'q' twice")]
    [InlineData("rule R: [H(p, q)] -> []", "RW0010", "1 qubit")]
    [InlineData("rule R: [Rz(q)] -> []", "RW0010", "1 angle and 1 qubit")]
    [InlineData("rule R: [Rz(q, q)] -> []", "RW0015", "'q'")]
    [InlineData("rule R: [H(q), H(q)] -> [H(r), H(r)]", "RW0014", "'r'")]
    [InlineData("rule R: [Rz(a, q)] -> [Rz(a, q)] if b == 0", "RW0014", "'b'")]
    [InlineData("rule R [symmetric]: [H(q), H(q)] -> []", "RW0014", "'q'")]
    [InlineData("pass NoSuchPass", "RW0065", "NoSuchPass")]
    [InlineData("pass RotationMergin", "RW0065", "did you mean 'RotationMerging'")]
    public void WrongRulesAreErrorsAtTheirLine(string text, string id, string part)
    {
        var result = Module.Check("# A line before.\nrule Right: [X(q), X(q)] -> []\n" + text, "rules.rw").CheckCircuits();
        Assert.Null(result.Module);
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal(id, diagnostic.Kind.Id);
        Assert.Equal(3, diagnostic.Span.Line);
        Assert.Contains(part, diagnostic.Message);
    }

    [Fact]
    public void ACounterexampleNamesStateAndAmplitudes()
    {
        var result = Module.Check("rule R: [H(q)] -> [X(q)]", "").CheckCircuits();
        Assert.Equal("'R' is wrong: from |0> the source makes 0.7071 |0> + 0.7071 |1>, the target |1>",
            Assert.Single(result.Diagnostics).Message);
    }

    [Fact]
    public void WrongRulesAreNotHandedOut()
    {
        var module = Module.Parse("rule R: [H(q)] -> [X(q)]");
        Assert.Equal("RW0062", Assert.Single(Assert.Throws<ModuleException>(() => module.CircuitRules).Diagnostics).Kind.Id);
        Assert.Throws<ModuleException>(() => CircuitRuleSet.Of(module));
    }

    [Fact]
    public void StandardRulesAreAllProved()
    {
        Assert.All(CircuitRuleSet.Standard.Rules, r => Assert.True(r.IsProved, r.Name));
        Assert.Equal(Enum.GetValues<CircuitPass>().Length, CircuitRuleSet.Standard.Passes.Length);
    }

    [Fact]
    public void PassesPrintAndMerge()
    {
        var module = Module.Parse("pass RotationMerging").With("pass Annealing\nrule HH: [H(q), H(q)] -> []");
        Assert.Equal([CircuitPass.RotationMerging, CircuitPass.Annealing], module.Passes);
        Assert.Equal(module, Module.Parse(module.ToString()));
    }

    [Fact]
    public void UsedModulesGiveTheirRules()
    {
        var basic = Module.Parse("module Basic\nrule HH: [H(q), H(q)] -> []");
        var set = CircuitRuleSet.Of(Module.Parse("use Basic\nrule XX: [X(q), X(q)] -> []", basic));
        Assert.Equal(["HH", "XX"], set.Rules.Select(r => r.Name));
    }

    [Fact]
    public void TermRulesCannotHoldUpToAPhase()
        => Assert.Equal("RW0001", Assert.Single(Module.Check("sort N = Z | S(N)\nrule R [phase]: S(x) -> x", "").Diagnostics).Kind.Id);
}
