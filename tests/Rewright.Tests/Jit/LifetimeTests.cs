using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Rewright.Engines;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed unsafe class LifetimeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Code_is_unmapped_with_the_last_reference_and_not_before()
    {
        bool isUnmapped = false;
        var code = new NativeCode(1, () => isUnmapped = true);
        Assert.True(code.TryAcquire());
        code.Release();
        Assert.False(isUnmapped);
        Assert.True(code.TryAcquire());
        code.Release();
        code.Release();
        Assert.True(isUnmapped);
        Assert.False(code.TryAcquire());
    }

    [Fact]
    public void Code_that_is_forgotten_is_unmapped_by_the_garbage_collector()
    {
        using var done = new ManualResetEventSlim();
        Forget(done);
        for (int i = 0; i < 50 && !done.IsSet; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            done.Wait(20);
        }

        Assert.True(done.IsSet);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(ManualResetEventSlim done) => _ = new NativeCode(1, done.Set);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Code_goes_from_memory_when_table_and_objects_have_given_it_up(bool fromDisk)
    {
        if (fromDisk)
            using (var warm = new JitCompiler(_directory.With())) warm.Compile(Samples.Peano).Dispose();
        using var jit = new JitCompiler(_directory.With());
        var first = jit.Compile(Samples.Peano);
        var second = jit.Compile(Samples.Peano);
        var code = first.Entry.Runtime!.Native!.Code;
        nint inside = (nint)first.Entry.Runtime.Native.Enter;
        Assert.True(IsExecutable(inside));
        jit.ClearCache();
        first.Dispose();
        first.Dispose();
        Assert.False(code.IsClosed);
        Assert.Equal("Succ(Zero)", second.Evaluate("Plus(Zero, Succ(Zero))"));
        second.Dispose();
        Assert.True(code.IsClosed);
        // What LLVM has linked lies in memory that it may use again.
        if (fromDisk) Assert.False(IsExecutable(inside));
    }

    [Fact]
    public void A_call_keeps_its_code_through_eviction_clearing_disposal_and_swap()
    {
        // A C# operation in the midst of native code gives the code up in every way there is, and then goes back into it.
        var module = Module.Parse("""
            module Demo.Hosted
            sort Nat = Zero | Succ(Nat)
            op Pause(Nat): Nat [host]
            op Work(Nat): Nat
            rule WorkZero: Work(Zero) -> Zero
            rule WorkSucc: Work(Succ(n)) -> Succ(Pause(Work(n)))
            """);
        using var jit = new JitCompiler(_directory.With());
        var (code, ir) = jit.Modules.CompileObject(module, CancellationToken.None);
        Assert.NotNull(ir);
        string symbol = Emit.Abi.DescriptorSymbol(module.Identity);
        NativeModule Load()
        {
            var (symbols, owner) = LlvmProcess.Find().Link(code, LlvmProcess.AddressesOf([]), [symbol]);
            return NativeModule.Read(symbols[symbol], module.Identity, owner)!;
        }

        ModuleRuntime? runtime = null;
        var first = Load();
        int calls = 0;
        runtime = new ModuleRuntime(module, [(ref Binding.HostCall call) =>
        {
            switch (++calls)
            {
                case 1: runtime!.Use(Load()); break;
                case 2: runtime!.Use(Load()); break;
                case 3: runtime!.Close(); break;
            }

            Assert.False(first.Code.IsClosed);
            call.Return(call.Term(0));
        }], first);
        using var heap = new TermHeap();
        Assert.Equal("Succ(Succ(Succ(Succ(Zero))))", GroundTerms.Evaluate(runtime, heap, "Work(Succ(Succ(Succ(Succ(Zero)))))"));
        Assert.Equal(4, calls);
        Assert.True(first.Code.IsClosed);
    }

    [Fact]
    public void Threads_call_while_others_evict_clear_and_dispose()
    {
        using var jit = new JitCompiler(_directory.With() with { MaxCachedFunctions = 2 });
        using var warm = new JitCompiler(_directory.With());
        for (int n = 0; n < 4; n++) warm.Compile(Samples.Number(n)).Dispose();
        warm.FlushCache();
        var failures = new List<Exception>();
        long deadline = Environment.TickCount64 + 3000;
        int evaluated = 0;
        void Run(Action body)
        {
            try
            {
                while (Environment.TickCount64 < deadline) body();
            }
            catch (Exception e)
            {
                lock (failures) failures.Add(e);
            }
        }

        Thread[] threads =
        [
            .. Enumerable.Range(0, 4).Select(t => new Thread(() => Run(() =>
            {
                int n = Random.Shared.Next(4);
                using var compiled = jit.Compile(Samples.Number(n));
                using var heap = new TermHeap();
                for (int i = 0; i < 10; i++)
                    Assert.Equal((3 + 2 * n).ToString(System.Globalization.CultureInfo.InvariantCulture),
                        compiled.Evaluate("Eval(Add(Num(1), Num(2)))", heap));
                Interlocked.Increment(ref evaluated);
            }))),
            new Thread(() => Run(() =>
            {
                jit.ClearCache();
                Thread.Sleep(1);
            })),
        ];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Empty(failures);
        Assert.True(evaluated > 20);
        jit.ClearCache();
        Assert.Equal(0, jit.GetCacheStatistics().Functions);
    }

    private static bool IsExecutable(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' '), range = parts[0].Split('-');
            nint At(int i) => nint.Parse(
                range[i], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
            if (address >= At(0) && address < At(1)) return parts[1].Contains('x', StringComparison.Ordinal);
        }

        return false;
    }
}
