using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Caches;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed unsafe class JitCompilerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_module_runs_natively_and_is_found_again()
    {
        using var jit = new JitCompiler(_directory.With());
        using var first = jit.Compile(Samples.Peano);
        Assert.Equal((Engine.Native, CodeOrigin.Compiled, CacheMissReason.NotFound), (first.Engine, first.Origin, first.Miss!.Reason));
        Assert.Equal("Succ(Succ(Succ(Zero)))", first.Evaluate("Plus(Succ(Succ(Zero)), Succ(Zero))"));
        // Equal modules have one key, whoever has parsed them.
        using var again = jit.Compile(Module.Parse(Samples.PeanoText));
        Assert.Same(first.Entry, again.Entry);
        var statistics = jit.GetStatistics();
        Assert.Equal((1, 0, 0), (statistics.Compilations, statistics.Failures, statistics.Fallbacks));
        var cache = jit.GetCacheStatistics();
        Assert.Equal((1, 1, 0, 1), (cache.MemoryHits, cache.MemoryMisses, cache.DiskHits, cache.DiskMisses[CacheMissReason.NotFound]));
        Assert.Equal(1, cache.Functions);
        Assert.True(cache.CodeBytes > 0);
    }

    [Fact]
    public void A_function_tells_all_about_itself()
    {
        using var jit = new JitCompiler(_directory.With());
        using var peano = jit.Compile(Samples.Peano);
        jit.FlushCache();
        var plus = Assert.Single(peano.Functions);
        Assert.Equal(("Plus", "Demo.Peano"), (plus.Name, plus.PatternId));
        Assert.StartsWith("; Module Demo.Peano", plus.Ir, StringComparison.Ordinal);
        Assert.NotEqual(0, plus.Pointer);
        Assert.True(File.Exists(plus.NativePath));
        Assert.InRange(DateTimeOffset.UtcNow - plus.CompiledAt, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        var t = plus.Times;
        Assert.All([t.Emit, t.Parse, t.Optimize, t.Generate, t.Load], stage => Assert.InRange(stage, TimeSpan.FromTicks(1), t.Total));
        Assert.Equal(["Plus"], jit.ListCached().Select(f => f.Name));
        Assert.True(jit.TryGetCached("Demo.Peano", out var known));
        Assert.Equal(plus.Pointer, known.Functions[0].Pointer);
        known.Dispose();
        Assert.False(jit.TryGetCached("Demo", out _));
    }

    [Fact]
    public void Terms_are_read_and_operations_are_called()
    {
        using var jit = new JitCompiler(_directory.With());
        using var peano = jit.Compile(Samples.Peano);
        using var heap = new TermHeap();
        var two = peano.Read("Succ(Succ(Zero))");
        Assert.Equal("Succ(Succ(Succ(Succ(Zero))))", peano.Call("Plus", two, two).ToString());
        Assert.Throws<ArgumentException>(() => peano.Call("Minus", two, two));
        Assert.Throws<ArgumentException>(() => peano.Call("Plus", two));
        using var other = jit.Compile(Samples.Number(7));
        Assert.Equal("15", other.Evaluate("Eval(Add(Num(1), Num(0)))"));
        Assert.Throws<ArgumentException>(() => other.Call("Eval", other.Read("Num(1)")));
        Assert.Throws<ArgumentException>(() => peano.Call("Plus", two, other.Read("Num(1)")));
        peano.Dispose();
        Assert.Throws<ObjectDisposedException>(() => peano.Evaluate("Zero"));
    }

    [Fact]
    public void Another_process_would_find_it_on_disk()
    {
        using (var jit = new JitCompiler(_directory.With()))
            jit.Compile(Samples.Peano).Dispose();
        using var second = new JitCompiler(_directory.With());
        using var peano = second.Compile(Samples.Peano);
        Assert.Equal((CodeOrigin.DiskCache, null), (peano.Origin, peano.Miss));
        Assert.Equal("Succ(Zero)", peano.Evaluate("Plus(Zero, Succ(Zero))"));
        Assert.Equal(0, second.GetStatistics().Compilations);
        Assert.Equal(1, second.GetCacheStatistics().DiskHits);
        Assert.True(File.Exists(peano.NativePath));
    }

    [Fact]
    public void Code_that_is_cached_is_given_without_compiling()
    {
        using var jit = new JitCompiler(_directory.With());
        Assert.False(jit.TryGetCached(Samples.Peano, out _));
        jit.Compile(Samples.Peano).Dispose();
        Assert.True(jit.TryGetCached(Samples.Peano, out var fromMemory));
        fromMemory.Dispose();
        jit.FlushCache();
        jit.ClearCache();
        Assert.True(jit.TryGetCached(Samples.Peano, out var fromDisk));
        Assert.Equal(CodeOrigin.DiskCache, fromDisk.Origin);
        fromDisk.Dispose();
        jit.ClearCache(onDisk: true);
        Assert.False(jit.TryGetCached(Samples.Peano, out _));
        Assert.Empty(jit.ListCached());
    }

    [Theory]
    [InlineData("-O1", CacheMissReason.OtherOptions)]
    [InlineData("count", CacheMissReason.OtherOptions)]
    [InlineData("cpu", CacheMissReason.OtherCpu)]
    public void A_miss_says_what_differs(string what, CacheMissReason reason)
    {
        using (var jit = new JitCompiler(_directory.With()))
            jit.Compile(Samples.Peano).Dispose();
        var options = what switch
        {
            "-O1" => _directory.With() with { OptimizationLevel = 1 },
            "count" => _directory.With() with { CountRewrites = true },
            _ => _directory.With() with { TargetCpu = "x86-64" },
        };
        using var other = new JitCompiler(options);
        using var peano = other.Compile(Samples.Peano);
        Assert.Equal((CodeOrigin.Compiled, reason), (peano.Origin, peano.Miss!.Reason));
        Assert.Equal("Succ(Zero)", peano.Evaluate("Plus(Zero, Succ(Zero))"));
    }

    [Fact]
    public void Without_a_cache_nothing_is_written()
    {
        using var jit = new JitCompiler(_directory.With() with { UseCache = false });
        using var peano = jit.Compile(Samples.Peano);
        jit.FlushCache();
        Assert.Equal((Engine.Native, CacheMissReason.Off, null), (peano.Engine, peano.Miss!.Reason, peano.NativePath));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Compiled_code_counts_rewrites_if_asked_to()
    {
        using var jit = new JitCompiler(_directory.With() with { CountRewrites = true });
        using var peano = jit.Compile(Samples.Peano);
        using var heap = new TermHeap { Limits = new EvaluationLimits { MaxRewrites = 2 } };
        Assert.Equal("Succ(Succ(Zero))", peano.Evaluate("Plus(Succ(Zero), Succ(Zero))", heap));
        Assert.Throws<RewriteLimitException>(() => peano.Evaluate("Plus(Succ(Succ(Zero)), Succ(Zero))", heap));
    }

    [Fact]
    public void Many_threads_that_ask_for_one_module_compile_it_once()
    {
        using var jit = new JitCompiler(_directory.With());
        var entries = new ConcurrentBag<object>();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            using var compiled = jit.Compile(Samples.Number(i % 4));
            Assert.Equal((1 + 2 + 2 * (i % 4)).ToString(System.Globalization.CultureInfo.InvariantCulture),
                compiled.Evaluate("Eval(Add(Num(1), Num(2)))"));
            entries.Add(compiled.Entry);
        });
        Assert.Equal(4, entries.Distinct().Count());
        Assert.Equal(4, jit.GetStatistics().Compilations);
    }

    [Fact]
    public void Different_modules_compile_at_the_same_time()
    {
        // Each compilation waits at its beginning until another one has begun.
        using var jit = new JitCompiler(_directory.With());
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "Rewright",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllData,
        };
        using var both = new Barrier(2);
        int met = 0;
        listener.ActivityStarted = activity =>
        {
            if (activity.OperationName == "rewright.compile" && Barriers.TryRemove(Environment.CurrentManagedThreadId, out _)
                && both.SignalAndWait(TimeSpan.FromSeconds(60)))
                Interlocked.Increment(ref met);
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        Thread[] threads = [.. Enumerable.Range(10, 2).Select(n => new Thread(() =>
        {
            Barriers[Environment.CurrentManagedThreadId] = true;
            jit.Compile(Samples.Number(n)).Dispose();
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(2, met);
    }

    private static readonly ConcurrentDictionary<int, bool> Barriers = new();

    [Fact]
    public void The_least_recently_used_functions_go_first()
    {
        using var jit = new JitCompiler(_directory.With() with { MaxCachedFunctions = 3 });
        for (int n = 0; n < 3; n++) jit.Compile(Samples.Number(n)).Dispose();
        jit.Compile(Samples.Number(0)).Dispose();
        jit.Compile(Samples.Number(3)).Dispose();
        Assert.Equal(["Demo.M0", "Demo.M2", "Demo.M3"], jit.ListCached().Select(f => f.PatternId).Order());
        Assert.Equal((3, 1), (jit.GetCacheStatistics().Functions, jit.GetCacheStatistics().Evictions));
    }

    [Fact]
    public void Without_LLVM_the_interpreter_takes_over_and_says_why()
    {
        var options = _directory.With() with { LlvmPath = "/nonexistent/libLLVM.so", FallBackToInterpreter = true };
        using var jit = new JitCompiler(options);
        using var peano = jit.Compile(Samples.Peano);
        Assert.Equal((Engine.Interpreter, CodeOrigin.Interpreted), (peano.Engine, peano.Origin));
        Assert.Contains("/nonexistent/libLLVM.so", peano.Failure, StringComparison.Ordinal);
        Assert.Equal("Succ(Zero)", peano.Evaluate("Plus(Zero, Succ(Zero))"));
        Assert.Equal((1, 1), (jit.GetStatistics().Failures, jit.GetStatistics().Fallbacks));

        using var strict = new JitCompiler(options with { FallBackToInterpreter = false });
        for (int i = 0; i < 2; i++)
            Assert.Contains("libllvm19", Assert.Throws<NativeCompilationException>(() => strict.Compile(Samples.Peano)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_LLVM_uses_what_another_has_compiled()
    {
        using (var jit = new JitCompiler(_directory.With()))
            jit.Compile(Samples.Peano).Dispose();
        using var without = new JitCompiler(_directory.With() with { LlvmPath = "/nonexistent/libLLVM.so" });
        using var peano = without.Compile(Samples.Peano);
        Assert.Equal((Engine.Native, CodeOrigin.DiskCache), (peano.Engine, peano.Origin));
    }

    [Fact]
    public void Interpreter_mode_never_makes_native_code()
    {
        using var jit = new JitCompiler(_directory.With() with { Mode = JitMode.Interpreter, LlvmPath = "/nonexistent/libLLVM.so" });
        using var peano = jit.Compile(Samples.Peano);
        Assert.Equal((Engine.Interpreter, null), (peano.Engine, peano.Failure));
        Assert.Equal("Succ(Zero)", peano.Evaluate("Plus(Zero, Succ(Zero))"));
        Assert.Equal(0, peano.Functions[0].Pointer);
    }

    [Fact]
    public void The_interpreter_runs_where_no_native_code_may()
    {
        using var process = TestHost.Start("interpret");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, "610\nnothing mapped\n"), (process.ExitCode, output));
    }

    [Fact]
    public void What_is_precompiled_is_used_and_nothing_else_is_compiled()
    {
        using (var warm = new JitCompiler(_directory.With())) warm.Compile(Samples.Peano).Dispose();
        using var jit = new JitCompiler(_directory.With() with { Mode = JitMode.Precompiled, LlvmPath = "/nonexistent/libLLVM.so" });
        using var known = jit.Compile(Samples.Peano);
        using var unknown = jit.Compile(Samples.Number(5));
        Assert.Equal((Engine.Native, Engine.Interpreter, null), (known.Engine, unknown.Engine, unknown.Failure));
        Assert.Equal("7", unknown.Evaluate("Eval(Num(2))"));
    }

    [Theory]
    [InlineData(JitPipeline.InProcess, false)]
    [InlineData(JitPipeline.InProcess, true)]
    [InlineData(JitPipeline.ExternalTools, false)]
    public void Text_compiles_to_functions(JitPipeline pipeline, bool isolate)
    {
        Machine.Needs(pipeline);
        var options = _directory.With() with { Pipeline = pipeline, IsolateIr = isolate };
        for (int round = 0; round < 2; round++)
        {
            using var jit = new JitCompiler(options);
            using var library = jit.CompileLlvmIr(Samples.AddIr, "arithmetic");
            Assert.Equal(round == 0 ? CodeOrigin.Compiled : CodeOrigin.DiskCache, library.Origin);
            Assert.Equal(["add", "twice"], library.Functions.Select(f => f.Name).Order());
            Assert.Equal(42, ((delegate* unmanaged[Cdecl]<long, long, long>)library["add"].Pointer)(40, 2));
            Assert.Equal(84, ((delegate* unmanaged[Cdecl]<long, long>)library["twice"].Pointer)(42));
            Assert.Equal(Samples.AddIr, library["add"].Ir);
            Assert.Throws<KeyNotFoundException>(() => library["sub"]);
            using var again = jit.CompileLlvmIr(Samples.AddIr, "arithmetic");
            Assert.Equal(library["add"].Pointer, again["add"].Pointer);
        }
    }

    [Fact]
    public void Text_may_call_memory_and_mathematics_and_nothing_else()
    {
        using var jit = new JitCompiler(_directory.With() with { IsolateIr = false });
        using var root = jit.CompileLlvmIr(
            "declare double @fmod(double, double)\ndefine double @f(double %x) {\n  %r = call double @fmod(double %x, double 7.0)\n  ret "
                + "double %r\n}", "root");
        Assert.Equal(6.0, ((delegate* unmanaged[Cdecl]<double, double>)root["f"].Pointer)(27));
        var e = Assert.Throws<NativeCompilationException>(
            () => jit.CompileLlvmIr(
            "declare i32 @system(ptr)\ndefine i32 @f(ptr %x) {\n  %r = call i32 @system(ptr %x)\n  ret i32 %r\n}", "shell"));
        Assert.Contains("system", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("define i64 @f(", "Parse")]
    [InlineData("define i64 @f() {\n  ret i32 0\n}", "Parse")]
    [InlineData("define internal i64 @f() {\n  ret i64 0\n}", "exports no function")]
    [InlineData("define i64 @f() {\n  %a = add i64 %b, 1\n  %b = add i64 %a, 1\n  ret i64 %b\n}", "Verify")]
    public void Wrong_text_is_an_error_that_says_where(string ir, string expected)
    {
        foreach (bool isolate in (bool[])[true, false])
        {
            using var jit = new JitCompiler(_directory.With() with { IsolateIr = isolate });
            Assert.Contains(expected, Assert.Throws<NativeCompilationException>(() => jit.CompileLlvmIr(ir, "wrong")).Message,
                StringComparison.Ordinal);
            Assert.Equal(1, jit.GetStatistics().Failures);
        }
    }

    [Theory]
    [InlineData("define i64 @f(i64 %x) {\n  %r = call i64 asm \"bad instruction\", \"=r,r\"(i64 %x)\n  ret i64 %r\n}")]
    [InlineData("define void @f() gc \"nonsense\" {\n  ret void\n}")]
    public void After_text_that_ends_LLVM_the_next_compiles(string hostile)
    {
        using var jit = new JitCompiler(_directory.With());
        Assert.Throws<NativeCompilationException>(() => jit.CompileLlvmIr(hostile, "hostile"));
        using var good = jit.CompileLlvmIr(Samples.AddIr, "good");
        Assert.Equal(3, ((delegate* unmanaged[Cdecl]<long, long, long>)good["add"].Pointer)(1, 2));
    }

    [Fact]
    public void External_tools_give_the_same_results_for_modules()
    {
        Machine.Needs(JitPipeline.ExternalTools);
        using var tools = new JitCompiler(
            _directory.With() with { Pipeline = JitPipeline.ExternalTools, UseCache = false, WorkDirectory = _directory.Path });
        using var library = new JitCompiler(_directory.With() with { UseCache = false });
        using var a = tools.Compile(Samples.Peano);
        using var b = library.Compile(Samples.Peano);
        Assert.Equal((Engine.Native, CodeOrigin.Compiled), (a.Engine, a.Origin));
        const string Term = "Plus(Plus(Succ(Succ(Zero)), Succ(Zero)), Succ(Succ(Zero)))";
        Assert.Equal(b.Evaluate(Term), a.Evaluate(Term));
        // Nothing is left behind.
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }
}
