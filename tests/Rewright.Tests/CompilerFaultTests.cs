using System;
using System.IO;
using System.Linq;
using Rewright.Engines;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Tests.Jit;
using Xunit;

namespace Rewright.Tests;

/// <summary>A fault of our own compiler is a message with a report; the module works all the same.</summary>
public sealed class CompilerFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        PassRunner.Fault = null;
        _directory.Dispose();
    }

    [Theory]
    [InlineData("call-patterns")]
    [InlineData("tail-modulo-constructors")]
    [InlineData("bottom-up-recursion")]
    [InlineData("counter-loops")]
    [InlineData("memoised-constants")]
    public void Without_the_pass_that_fails_code_is_native_and_right(string pass)
    {
        FailAfter(pass);
        using var jit = new JitCompiler(_directory.With());
        using var module = jit.Compile(Samples.Peano);
        Assert.Equal(Engine.Native, module.Engine);
        CheckReport(module.Fault);
        Assert.Null(module.Failure);
        Assert.Equal("Succ(Succ(Zero))", module.Evaluate("Plus(Succ(Zero), Succ(Zero))"));
    }

    [Fact]
    public void Where_no_code_can_be_made_the_module_is_interpreted()
    {
        FailAfter("reference-counts");
        using var jit = new JitCompiler(_directory.With() with { FallBackToInterpreter = true });
        using var module = jit.Compile(Samples.Peano);
        Assert.Equal(Engine.Interpreter, module.Engine);
        CheckReport(module.Failure);
        PassRunner.Fault = null;
        Assert.Equal("Succ(Succ(Zero))", module.Evaluate("Plus(Succ(Zero), Succ(Zero))"));
    }

    [Fact]
    public void Where_interpreting_is_not_wanted_the_exception_is_the_documented_one()
    {
        FailAfter("reference-counts");
        using var jit = new JitCompiler(_directory.With());
        CheckReport(Assert.Throws<NativeCompilationException>(() => jit.Compile(Samples.Peano)).Message);
    }

    [Theory]
    [InlineData(JitPipeline.InProcess)]
    [InlineData(JitPipeline.ExternalTools)]
    public void Where_llvm_rejects_our_code_it_is_made_again_without_optimisation(JitPipeline pipeline)
    {
        Machine.Needs(pipeline);
        int left = 1;
        PassRunner.Fault = (name, program) => Break(name, program, ref left);
        using var jit = new JitCompiler(_directory.With() with { Pipeline = pipeline });
        using var module = jit.Compile(Samples.Peano);
        Assert.Equal((Engine.Native, 0), (module.Engine, left));
        CheckReport(module.Fault, "LLVM rejects our IR", "define ");
        Assert.Equal("Succ(Succ(Zero))", module.Evaluate("Plus(Succ(Zero), Succ(Zero))"));
    }

    [Fact]
    public void Where_llvm_rejects_all_that_we_make_the_module_is_interpreted()
    {
        int left = 2;
        PassRunner.Fault = (name, program) => Break(name, program, ref left);
        using var jit = new JitCompiler(_directory.With() with { FallBackToInterpreter = true });
        using var module = jit.Compile(Samples.Peano);
        Assert.Equal((Engine.Interpreter, 0), (module.Engine, left));
        CheckReport(module.Failure, "LLVM rejects our IR", "define ");
        Assert.Equal("Succ(Succ(Zero))", module.Evaluate("Plus(Succ(Zero), Succ(Zero))"));
    }

    // After the last pass, so that nothing checks it any more: functions return a value of another sort.
    private static Lower.Program Break(string pass, Lower.Program program, ref int left)
    {
        // (Without optimisation each rule is to be seen.)
        if (pass != (program.SeesRules ? "reference-counts" : "reuse") || left == 0) return program;
        left--;
        var wrong = new Local("wrong", BuiltInSort.Double);
        var body = new Block([new Let(wrong, new Constant(new Literal(BuiltInSort.Double, 0.5)))], new Return(wrong));
        return program.With(program.Definitions.Select(d => new Definition(d.Function, body)));
    }

    [Fact]
    public void The_interpreter_does_without_a_pass_that_fails_too()
    {
        FailAfter("call-patterns");
        using var jit = new JitCompiler(_directory.With() with { Mode = JitMode.Interpreter });
        using var module = jit.Compile(Samples.Peano);
        Assert.Null(module.Fault);
        Assert.Equal("Succ(Succ(Zero))", module.Evaluate("Plus(Succ(Zero), Succ(Zero))"));
        CheckReport(module.Fault);
    }

    [Theory]
    [InlineData(ProgramForm.Unboxed)]
    [InlineData(ProgramForm.Boxed)]
    public void Any_change_of_lowered_code_that_matters_is_found(object form)
    {
        // Every instruction that names or counts something is left out once.
        int found = 0;
        foreach (var module in new[] { Samples.Peano, Samples.Number(1), Lists })
        {
            var program = Pipeline.Lower(module, (ProgramForm)form);
            foreach (var definition in program.Definitions)
            {
                foreach (var smaller in Smaller(definition.Body))
                {
                    var changed = program.With(program.Definitions.Select(d => d == definition ? d with { Body = smaller } : d));
                    Assert.Throws<LoweredFormException>(() => ProgramVerifier.Verify("a change", changed));
                    found++;
                }
            }
        }

        Assert.True(found > 40, found + " changes");
    }

    private static readonly Module Lists = Module.Parse("""
        sort List = Nil | Cons(List, List)
        op Rev(List, List): List
        rule RevNil: Rev(Nil, done) -> done
        rule RevCons: Rev(Cons(x, rest), done) -> Rev(rest, Cons(x, Cons(x, done)))
        op Both(List): bool
        rule Both: Both(Cons(x, x)) -> true
        rule BothNot: Both(_) -> false
        """);

    // The block without one instruction, its arms' included.
    private static System.Collections.Generic.IEnumerable<Block> Smaller(Block block)
    {
        for (int i = 0; i < block.Instructions.Length; i++)
            if (block.Instructions[i] is not Fire) yield return block with { Instructions = block.Instructions.RemoveAt(i) };
        var arms = block.End.Arms.ToList();
        for (int i = 0; i < arms.Count; i++)
        {
            foreach (var smaller in Smaller(arms[i]))
            {
                int k = 0;
                yield return block with { End = Locals.WithArms(block.End, arm => k++ == i ? smaller : arm) };
            }
        }
    }

    private static void FailAfter(string pass)
        => PassRunner.Fault = (name, program) => name != pass
            ? program : throw new InvalidOperationException("Simulated in " + name + ".\nMore.");

    private static void CheckReport(string? message) => CheckReport(message, "Simulated in", "PassRunner");

    private static void CheckReport(string? message, string said, string held)
    {
        Assert.StartsWith("RW0216: ", message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
        string path = message!.Split('\'')[^2];
        string report = File.ReadAllText(path);
        File.Delete(path);
        Assert.All(new[] { "rule PlusSucc: ", said, held, SourceIdentity.Value, "Options: " },
            part => Assert.Contains(part, report, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }
}
