using System;
using System.Linq;
using System.Text;
using System.Threading;
using Rewright.Llvm.Compile;
using Xunit;

namespace Rewright.Llvm.Tests;

public class CompileTests
{
    public static TheoryData<int> Versions => TestMachine.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void CompilesAtEveryLevel(int version)
    {
        LlvmCompiler compiler = TestMachine.Compiler(version);
        for (int level = 0; level <= 3; level++)
        {
            var result = Assert.IsType<CompileSucceeded>(compiler.Compile(
                TestMachine.AddOne, new CompileOptions { OptimizationLevel = level }, TestContext.Current.CancellationToken));
            var elf = Assert.IsType<ElfObject>(ElfObject.Read(result.Output.Span));
            ElfSymbol symbol = Assert.Single(elf.Symbols, s => s.Name == "add_one");
            Assert.True(symbol is { IsDefined: true, Binding: ElfBinding.Global, Size: > 0 });
            Assert.True(result.Timings.Emit > TimeSpan.Zero);
            Assert.Equal(version, result.Target.LlvmVersion.Major);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void TheSameTextGivesTheSameObject(int version)
    {
        LlvmCompiler compiler = TestMachine.Compiler(version);
        Assert.Equal(compiler.CompileOk(TestMachine.AddOne).ToArray(), compiler.CompileOk(TestMachine.AddOne).ToArray());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void EmitsAssemblyAndIr(int version)
    {
        LlvmCompiler compiler = TestMachine.Compiler(version);
        string Text(CompileOptions options) => Assert.IsType<CompileSucceeded>(compiler.Compile(
            "define i64 @f() {\n  %r = add i64 1, 41\n  ret i64 %r\n}", options, TestContext.Current.CancellationToken)).Text;

        Assert.Contains("f:", Text(new() { Output = CompileOutput.Assembly }), StringComparison.Ordinal);
        Assert.Contains("ret i64 42", Text(new() { Output = CompileOutput.OptimizedIr }), StringComparison.Ordinal);
        Assert.Contains("ret i64 42", Text(new() { Output = CompileOutput.OptimizedIr, OptimizationLevel = 0, Pipeline = "instcombine" }),
            StringComparison.Ordinal);
        Assert.Equal("", Text(new() { Output = CompileOutput.None }));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ChoosesTheTarget(int version)
    {
        LlvmCompiler compiler = TestMachine.Compiler(version);
        const string Vector =
            """
            define void @f(ptr %p) {
              %v = load <8 x i32>, ptr %p
              %w = add <8 x i32> %v, %v
              store <8 x i32> %w, ptr %p
              ret void
            }
            """;
        string Asm(string? cpu, string features = "") => Encoding.UTF8.GetString(compiler.CompileOk(
            Vector, new() { Triple = "x86_64-linux-gnu", Cpu = cpu, Features = features, Output = CompileOutput.Assembly }).Span);

        Assert.DoesNotContain("ymm", Asm(null), StringComparison.Ordinal);
        Assert.Contains("ymm", Asm("x86-64-v3"), StringComparison.Ordinal);
        Assert.Contains("ymm", Asm(null, "+avx2"), StringComparison.Ordinal);
        compiler.CompileOk(Vector, new() { Cpu = CompileOptions.NativeCpu });

        const int ArmMachine = 183;
        ReadOnlyMemory<byte> arm = compiler.CompileOk(Vector, new() { Triple = "aarch64-linux-gnu", Cpu = "neoverse-n1" });
        Assert.Equal(ArmMachine, Assert.IsType<ElfObject>(ElfObject.Read(arm.Span)).Machine);
    }

    [Theory]
    [InlineData("riscv64-linux-gnu", null, "", 2, "not supported")]
    [InlineData("no triple", null, "", 2, "not supported")]
    [InlineData("x86_64-linux-gnu", "z80", "", 2, "cpu 'z80' is not known")]
    [InlineData("x86_64-linux-gnu", "i386", "", 2, "cpu 'i386' is not known")]
    [InlineData("x86_64-linux-gnu", null, "avx2", 2, "must start with")]
    [InlineData("x86_64-linux-gnu", null, "", 4, "levels")]
    public void RefusesBadOptions(string triple, string? cpu, string features, int level, string message)
    {
        var options = new CompileOptions { Triple = triple, Cpu = cpu, Features = features, OptimizationLevel = level };
        LlvmCompiler compiler = TestMachine.Compiler(19);
        CompileFailed failed = compiler.CompileBad(TestMachine.AddOne, options);
        Assert.Equal((CompileStage.Prepare, CompileFailureCause.Error), (failed.Stage, failed.Cause));
        Assert.Contains(message, failed.Message, StringComparison.Ordinal);
        Assert.StartsWith("invalid", compiler.Identity(options), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryProcessorNameCompiles()
    {
        // A 32-bit one would be a fatal error.
        LlvmCompiler compiler = TestMachine.Compiler(19);
        foreach (TargetArchitecture architecture in (TargetArchitecture[])[TargetArchitecture.X64, TargetArchitecture.Arm64])
        {
            foreach (string cpu in architecture.Cpus)
            {
                var options = new CompileOptions { Triple = $"{architecture.Name}-linux-gnu", Cpu = cpu, OptimizationLevel = 0 };
                Assert.False(compiler.CompileOk(TestMachine.AddOne, options).IsEmpty);
            }
        }
    }

    [Fact]
    public void IdentityHoldsWhatDecidesTheOutput()
    {
        LlvmCompiler compiler = TestMachine.Compiler(19);
        CompileOptions[] options =
        [
            new(), new() { OptimizationLevel = 3 }, new() { CodegenLevel = 0 }, new() { Pipeline = "gvn" }, new() { Cpu = "x86-64-v3" },
            new() { Cpu = CompileOptions.NativeCpu }, new() { Features = "+avx" }, new() { Triple = "aarch64-linux-gnu" },
            new() { Output = CompileOutput.Assembly }, new() { DebugInfo = true },
        ];
        string[] identities = [.. options.Select(o => compiler.Identity(o))];
        Assert.Equal(identities.Length, identities.Distinct().Count());
        Assert.All(identities, identity => Assert.Contains("19.1", identity, StringComparison.Ordinal));
        Assert.Equal(identities[0], compiler.Identity(new() { TimeLimit = TimeSpan.FromSeconds(1) }));
        Assert.DoesNotContain("native", identities[5], StringComparison.Ordinal);
    }

    [Fact]
    public void LeavesDebugInformationOutUnlessAsked()
    {
        const string WithDebug =
            """
            define i64 @f() !dbg !3 {
              ret i64 1, !dbg !6
            }
            !llvm.dbg.cu = !{!0}
            !llvm.module.flags = !{!2}
            !0 = distinct !DICompileUnit(language: DW_LANG_C, file: !1, emissionKind: FullDebug)
            !1 = !DIFile(filename: "rules.rw", directory: "somewhere")
            !2 = !{i32 2, !"Debug Info Version", i32 3}
            !3 = distinct !DISubprogram(name: "f", file: !1, line: 1, type: !4, unit: !0, spFlags: DISPFlagDefinition)
            !4 = !DISubroutineType(types: !5)
            !5 = !{}
            !6 = !DILocation(line: 1, column: 1, scope: !3)
            """;
        LlvmCompiler compiler = TestMachine.Compiler(19);
        bool Has(bool debug) => compiler.CompileOk(WithDebug, new() { DebugInfo = debug }).Span.IndexOf("somewhere"u8) >= 0;
        Assert.False(Has(false));
        Assert.True(Has(true));
    }

    [Fact]
    public void ACancelledCallerDoesNotWait()
    {
        LlvmCompiler compiler = TestMachine.Compiler(19);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => compiler.Compile(TestMachine.AddOne, null, cancelled.Token));

        // From a thread of its own: timers run on the pool, which other tests keep busy.
        using var soon = new CancellationTokenSource();
        var canceller = new Thread(() =>
        {
            Thread.Sleep(50);
            soon.Cancel();
        });
        canceller.Start();
        Assert.Throws<OperationCanceledException>(() => compiler.Compile(RobustnessTests.SlowToEmit, null, soon.Token));
        canceller.Join();
    }
}
