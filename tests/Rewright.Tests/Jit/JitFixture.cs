using System;
using System.IO;
using Rewright.Caches;
using Rewright.Llvm;
using Xunit;

namespace Rewright.Tests.Jit;

/// <summary>A directory that a test has for itself.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Rewright.Llvm.WorkDirectory.Create(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "rewright-test-" + Guid.NewGuid().ToString("N"));

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
}

/// <summary>What tests need of the machine.</summary>
internal static class Machine
{
    /// <summary>Skips a test of <see cref="JitPipeline.ExternalTools"/> where the programs are missing or of a wrong version.</summary>
    public static void Needs(JitPipeline pipeline)
        => Assert.SkipWhen(pipeline == JitPipeline.ExternalTools && ToolChain.Find() is ToolChainMissing,
            (ToolChain.Find() as ToolChainMissing)?.Message ?? "");
}

/// <summary>Modules and code that tests compile.</summary>
internal static class Samples
{
    public const string PeanoText = """
        module Demo.Peano
        sort Nat = Zero | Succ(Nat)
        op Plus(Nat, Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
        """;

    public const string AddIr = """
        define i64 @add(i64 %x, i64 %y) {
          %r = add i64 %x, %y
          ret i64 %r
        }

        define i64 @twice(i64 %x) {
          %r = call i64 @add(i64 %x, i64 %x)
          ret i64 %r
        }
        """;

    public static Module Peano { get; } = Module.Parse(PeanoText);

    /// <summary>Small modules that all differ.</summary>
    public static Module Number(int n) => Module.Parse($"""
        module Demo.M{n}
        sort E = Num(long) | Add(E, E)
        op Eval(E): long
        rule EvalNum: Eval(Num(x)) -> x + {n}
        rule EvalAdd: Eval(Add(x, y)) -> Eval(x) + Eval(y)
        """);

    public static JitOptions With(this TemporaryDirectory directory)
        => new() { CacheDirectory = directory.File("cache"), FallBackToInterpreter = false, UseBundles = false };

    public static CodeKey Key(int n, string cpu = "x86-64", string options = "O2", string emitter = "e", int abi = 1)
        => new()
        {
            Name = "M" + n, Identity = new ModuleIdentity((ulong)n, 0x0123456789ABCDEF * (ulong)n), Emitter = emitter,
            Options = options, Cpu = cpu, AbiVersion = abi
        };

    public static CodeInfo Info { get; } = new()
    {
        LlvmVersion = "19.1.7",
        CompiledAt = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero), CompileTime = TimeSpan.FromMilliseconds(12.5),
        Exports = ["a", "b%c"]
    };
}
