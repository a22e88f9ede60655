using System;
using System.Linq;
using System.Threading;
using Rewright.Emit.Llvm;
using Rewright.Lower;
using Xunit;

namespace Rewright.Tests;

public class BranchWeightTests
{
    [Fact]
    public void Weights_of_many_conditions_take_no_stack()
    {
        const int Rules = 1500;
        string rules = string.Concat(
            Enumerable.Range(0, Rules).Select(i => FormattableString.Invariant($"rule R{i}: F(x) -> {i} if x % {Rules} == {i}\n")));
        var module = Module.Parse("order textual\nop F(int): int\n" + rules + "rule Rest: F(x) -> x\n");
        var program = Pipeline.Lower(module);
        string ir = "";
        var thread = new Thread(
            () => ir = LlvmEmitter.Emit(program, new(Profile: module.Rules.ToDictionary(r => r, r => r.Name == "R0" ? 1000L : 1))),
            192 << 10);
        thread.Start();
        thread.Join();
        // Each of the others fires as often: the first branch leads to the first rule a thousand times, and to each of those behind it
        // once.
        string first = ir[ir.IndexOf("branch_weights", StringComparison.Ordinal)..];
        Assert.StartsWith("branch_weights\", i32 666666, i32 1000000}", first, StringComparison.Ordinal);
    }
}
