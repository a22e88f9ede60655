using System.Text;
using Rewright.Lower;
using Xunit;

namespace Rewright.Tests;

public class TruthTableTests
{
    // All operations from two bits to a bit, of which some call others.
    private static readonly Module All = Module.Parse(Text());

    private static string Text()
    {
        var text = new StringBuilder("sort Bit = O | I\nop Not(Bit): Bit\nrule NotO: Not(O) -> I\nrule NotI: Not(I) -> O\n");
        for (int table = 0; table < 16; table++)
        {
            string bit(int input) => (table >> input & 1) == 1 ? "I" : "O";
            text.Append($"op F{table}(Bit, Bit): Bit\nop N{table}(Bit, Bit): Bit\nrule N{table}: N{table}(x, y) -> Not(F{table}(y, x))\n");
            text.Append($"rule F{table}a: F{table}(O, O) -> {bit(0)}\nrule F{table}b: F{table}(I, O) -> {bit(1)}\n");
            // A call in place of a result, to an operation that is tabulated too.
            text.Append($"rule F{table}c: F{table}(O, I) -> {bit(2)}\nrule F{table}d: F{table}(I, I) -> "
                + $"Not({(bit(3) == "I" ? "O" : "I")})\n");
        }

        return text.ToString();
    }

    [Fact]
    public void Every_operation_on_two_bits_computes_what_its_rules_say()
    {
        foreach (var (name, engine) in TestEngine.All(All))
            for (int table = 0; table < 16; table++)
                for (int input = 0; input < 4; input++)
                {
                    string x = (input & 1) == 1 ? "I" : "O", y = (input & 2) == 2 ? "I" : "O";
                    bool expected = (table >> input & 1) == 1;
                    Assert.Equal((name, expected ? "I" : "O"), (name, engine.Evaluate($"F{table}({x}, {y})")));
                    Assert.Equal((name, expected ? "O" : "I"), (name, engine.Evaluate($"N{table}({y}, {x})")));
                }
    }

    [Fact]
    public void No_test_of_a_bit_is_left_where_the_table_is_known()
    {
        var program = Pipeline.Lower(Module.Parse("""
            sort Bit = O | I
            op And(Bit, Bit): Bit
            rule AndO: And(O, _y) -> O
            rule AndI: And(I, y) -> y
            op Majority(Bit, Bit, Bit): Bit
            op Or(Bit, Bit): Bit
            rule OrO: Or(O, y) -> y
            rule OrI: Or(I, _y) -> I
            rule Majority: Majority(x, y, z) -> Or(And(x, y), And(z, Or(x, y)))
            """));
        var majority = Assert.Single(program.Definitions, f => f.Function.Name.EndsWith("Majority"));
        Assert.DoesNotContain(majority.Body.Instructions, i => i is Let { Value: Call });
        Assert.IsType<Return>(majority.Body.End);
    }

    [Fact]
    public void What_gets_stuck_or_does_not_end_has_no_table()
    {
        var module = Module.Parse("""
            sort Bit = O | I
            op Half(Bit): Bit
            rule Half: Half(O) -> I
            op Loop(Bit): Bit
            rule Loop: Loop(x) -> Loop(x)
            op Either(Bit, Bit): Bit
            rule Either1: Either(O, x) -> Half(x)
            rule Either2: Either(I, x) -> Loop(x)
            """);
        foreach (var (_, engine) in TestEngine.All(module))
        {
            Assert.Equal("I", engine.Evaluate("Either(O, O)"));
            Assert.Throws<StuckTermException>(() => engine.Evaluate("Either(O, I)"));
            using var heap = new TermHeap { Limits = new EvaluationLimits { Time = System.TimeSpan.FromMilliseconds(30) } };
            Assert.Throws<TimeLimitException>(() => engine.Evaluate(heap, "Either(I, I)"));
        }
    }
}
