using System;
using System.Linq;
using System.Threading;
using Xunit;

namespace Rewright.Llvm.Tests;

/// <summary>Inputs at which LLVM gives up, in ways of its own. The process and the next compilation must survive each.</summary>
/// <remarks>Alone and last, because they count against the number of threads that one process may lose.</remarks>
[CollectionDefinition(nameof(LosesThreads), DisableParallelization = true)]
public sealed class LosesThreads;

[Collection(nameof(LosesThreads))]
public class RobustnessTests
{
    /// <summary>Takes LLVM about a second.</summary>
    internal const string SlowToEmit = "define i4096 @f(i4096 %a, i4096 %b) {\n  %r = mul i4096 %a, %b\n  ret i4096 %r\n}";

    public static TheoryData<int> Versions => TestMachine.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void SyntaxErrorsHaveAPosition(int version)
    {
        CompileFailed failed = Fails(version, "define i64 @f() {\n  %x = add i64 1,\n  ret i64 %x\n}", CompileStage.Parse);
        Assert.Equal((3, 3), (failed.Line, failed.Column));
        Assert.StartsWith("expected value token", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ParseErrors(int version)
    {
        Fails(version, "define i64 @f() {\n  ret i32 0\n}", CompileStage.Parse);
        Fails(version, "target datalayout = \"e-p:999999\"", CompileStage.Parse);
        Fails(version, "define void @f() {\n  \0call\0 }", CompileStage.Parse);
        Fails(version, "BC\u00c0\u00de bitcode, allegedly", CompileStage.Parse);
        Fails(version, "define void @f(", CompileStage.Parse);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void VerifierErrors(int version)
    {
        Fails(version, "define i64 @f(i1 %c) {\n br i1 %c, label %a, label %b\na:\n %x = add i64 1, 2\n br label %b\nb:\n ret i64 %x\n}",
            CompileStage.Verify);
        Fails(version, "@a = alias i32, ptr @b\n@b = alias i32, ptr @a", CompileStage.Verify);
        Fails(version, "define void @f() {\n  %x = landingpad { ptr, i32 } cleanup\n  ret void\n}", CompileStage.Verify);
        Fails(version, "declare i64 @g(i64)\ndefine i64 @f() {\n  %r = musttail call i64 @g(i64 1)\n  ret i64 %r\n}", CompileStage.Verify);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void BadAssemblyIsFoundThoughLlvmReportsSuccess(int version)
    {
        Fails(version, "define void @f() {\n  call void asm sideeffect \"bogus\", \"\"()\n  ret void\n}", CompileStage.Emit);
        Fails(version, "module asm \"bogus\"", CompileStage.Emit);
        Fails(version, "define i64 @f(i64 %x) {\n  %r = call i64 asm \"\", \"=r,{nonsense}\"(i64 %x)\n  ret i64 %r\n}", CompileStage.Emit);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void BadPipelines(int version)
    {
        CompileFailed failed = Fails(version, TestMachine.AddOne, CompileStage.Optimize, new() { Pipeline = "no-such-pass" });
        Assert.Contains("no-such-pass", failed.Message, StringComparison.Ordinal);
        Fails(version, TestMachine.AddOne, CompileStage.Optimize, new() { Pipeline = "function(" });
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void NestingThatLlvmsParserWouldNotSurvive(int version)
    {
        string nested = string.Concat(Enumerable.Repeat("ptrtoint (ptr inttoptr (i64 ", 50_000));
        CompileFailed failed = Fails(version, "; [[[\n@x = global i64 " + nested, CompileStage.Parse);
        Assert.Equal(2, failed.Line);
        Fails(version, "!0 = " + string.Concat(Enumerable.Repeat("!{", 100_000)), CompileStage.Parse);

        string quoted = $"@s = global [2000 x i8] c\"{new string('[', 2000)}\" ; {new string('(', 2000)}";
        TestMachine.Compiler(version).CompileOk(quoted);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void DeepButLegalInput(int version)
    {
        // Long chains of blocks and of values, which LLVM walks recursively here and there.
        string chain = "define i64 @f(i64 %x0) {\n"
            + string.Concat(Enumerable.Range(0, 5000).Select(i => $"  %x{i + 1} = add i64 %x{i}, {i}\n"))
            + "  ret i64 %x5000\n}";
        TestMachine.Compiler(version).CompileOk(chain);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void FatalErrorsCostAThreadAndNothingElse(int version)
    {
        LlvmLibrary library = TestMachine.Library(version);
        int before = library.LostThreads;

        CompileFailed failed = Fails(
            version, "define void @f() gc \"nonsense\" {\n  ret void\n}", CompileStage.Emit, null, CompileFailureCause.Fatal);
        Assert.Contains("GC", failed.Message, StringComparison.Ordinal);
        Fails(version, "declare void @llvm.aarch64.dmb(i32)\ndefine void @f() {\n  call void @llvm.aarch64.dmb(i32 15)\n  ret void\n}",
            CompileStage.Emit, new() { Triple = "x86_64-linux-gnu" }, CompileFailureCause.Fatal);

        Assert.Equal(before + 2, library.LostThreads);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void TheTimeLimitHolds(int version)
    {
        LlvmLibrary library = TestMachine.Library(version);
        int before = library.LostThreads;
        var options = new CompileOptions { TimeLimit = TimeSpan.FromMilliseconds(100) };
        Fails(version, SlowToEmit, CompileStage.Emit, options, CompileFailureCause.TimeLimit);

        // The thread comes back when LLVM is done, and no longer counts.
        Assert.True(SpinWait.SpinUntil(() => library.LostThreads == before, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void RefusesAfterTooManyLosses(int version)
    {
        LlvmLibrary library = TestMachine.Library(version);
        library.AddLostThreads(LlvmLibrary.MaxLostThreads);
        try
        {
            CompileFailed failed = new LlvmCompiler(library).CompileBad(TestMachine.AddOne);
            Assert.Equal((CompileStage.Prepare, CompileFailureCause.Refused), (failed.Stage, failed.Cause));
        }
        finally
        {
            library.AddLostThreads(-LlvmLibrary.MaxLostThreads);
        }
    }

    private static CompileFailed Fails(
        int version, string ir, CompileStage stage, CompileOptions? options = null, CompileFailureCause cause = CompileFailureCause.Error)
    {
        LlvmCompiler compiler = TestMachine.Compiler(version);
        CompileFailed failed = compiler.CompileBad(ir, options);
        Assert.Equal((stage, cause), (failed.Stage, failed.Cause));
        Assert.NotEmpty(failed.Message);
        compiler.CompileOk(TestMachine.AddOne);
        return failed;
    }
}
