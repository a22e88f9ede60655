using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Rewright.Caches;

namespace Rewright.Benchmarks.Jit;

/// <summary>What compilation at run time costs. Minima of many runs, since other work on the machine only ever adds.</summary>
internal static unsafe class JitBenchmarks
{
    private const string TinyIr = "define i64 @run(i64 %x) {\n  %r = add i64 %x, 1\n  ret i64 %r\n}\n";

    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            // Processes of their own, which print milliseconds.
            case ["first", var file, var pipeline]: return First(file, Enum.Parse<JitPipeline>(pipeline));
            case ["disk-hit", var cache, var file]: return DiskHit(cache, file);
            case ["plain-open", var library, var symbol]: return PlainOpen(library, symbol);
            case ["bundle", var bundle, var count]: return Bundle(bundle, int.Parse(count, CultureInfo.InvariantCulture));
            case ["adaptive", var file]: return Adaptive(file);
        }

        string directory = Directory.CreateTempSubdirectory("rewright-benchmark-").FullName;
        try
        {
            // All of it, or what is named.
            foreach (var (name, measure) in new (string, Action)[]
                { ("tools", () => CompareTools(directory)), ("hits", () => Hits(directory)), ("bundles", () => ShippedBundle(directory)),
                    ("memory", Memory), ("start", () => AdaptiveStart(directory)) })
            {
                if (arguments is [] || arguments.Contains(name)) measure();
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void CompareTools(string directory)
    {
        Console.WriteLine("Compilation until the first result, ms (lines of IR; ORC in a warm process, external tools at -O2, and their "
            + "ratio)");
        var samples = new (string Name, string Ir, int Runs)[] { ("one rule", TinyIr, 30), ("small module", TreeIr(1), 15),
            ("large module", TreeIr(13), 4) };
        foreach (var (name, ir, runs) in samples)
        {
            int lines = ir.Count(c => c == '\n');
            double tools = Fastest(Math.Min(runs, 8), () => CompileIr(ir, 2, JitPipeline.ExternalTools));
            foreach (int level in (int[])[0, 1, 2])
            {
                double orc = Fastest(runs, () => CompileIr(ir, level, JitPipeline.InProcess));
                Console.WriteLine(FormattableString.Invariant(
                    $"  {name,-14} {lines,6} lines  O{level}  ORC {orc,8:0.00}  tools {tools,8:0.0}  {tools / orc,6:0.0} times"));
            }

            string file = Path.Combine(directory, "sample.ll");
            File.WriteAllText(file, ir);
            double first = FastestProcess(10, "first", file, nameof(JitPipeline.InProcess)),
                firstTools = FastestProcess(5, "first", file, nameof(JitPipeline.ExternalTools));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {name,-14} {lines,6} lines  O2  first of a process, LLVM loaded: {first,8:0.0}  tools {firstTools,8:0.0}  "
                    + $"{first / firstTools,6:0.00} of the time"));
        }
    }

    private static long CompileIr(string ir, int level, JitPipeline pipeline)
    {
        using var jit = new JitCompiler(
            new JitOptions { UseCache = false, UseBundles = false, IsolateIr = false, OptimizationLevel = level, Pipeline = pipeline });
        using var library = jit.CompileLlvmIr(ir, "sample");
        return ((delegate* unmanaged[Cdecl]<long, long>)library["run"].Pointer)(3);
    }

    private static int First(string file, JitPipeline pipeline)
    {
        string ir = File.ReadAllText(file);
        long start = Stopwatch.GetTimestamp();
        CompileIr(ir, 2, pipeline);
        return Print(start);
    }

    private static void Hits(string directory)
    {
        string cache = Path.Combine(directory, "cache"), file = Path.Combine(directory, "module.rw");
        File.WriteAllText(file, ModuleText(1));
        var module = Module.Parse(ModuleText(1));
        using var jit = new JitCompiler(new JitOptions { CacheDirectory = cache });
        string path;
        using (var compiled = jit.Compile(module))
        {
            jit.FlushCache();
            path = compiled.NativePath!;
        }

        const int Calls = 1_000_000;
        double hit = Fastest(10, () =>
        {
            for (int i = 0; i < Calls; i++) jit.Compile(module).Dispose();
            return 0;
        });
        Console.WriteLine(FormattableString.Invariant($"Hit in memory: {hit * 1e6 / Calls:0.0} ns (Compile and Dispose)"));
        double verified = FastestProcess(20, "disk-hit", cache, file),
            plain = FastestProcess(20, "plain-open", path, Emit.Abi.DescriptorSymbol(module.Identity));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Hit on disk, fresh process, until the first result: {verified:0.00} ms; opening, mapping and reading the same library with "
                + $"nothing checked: {plain:0.00} ms; difference {verified - plain:0.00} ms"));
    }

    private static int DiskHit(string cache, string file)
    {
        // What a program has done before it needs a module: read it, and used a heap.
        var module = Module.Parse(File.ReadAllText(file));
        _ = module.Identity;
        using (var interpreter = new JitCompiler(new JitOptions { Mode = JitMode.Interpreter, UseCache = false }))
        using (var other = interpreter.Compile(Module.Parse("module Other\nsort N = Z | S(N)\nop Same(N): N\nrule Same: Same(x) -> x")))
        using (var heap = new TermHeap())
            other.Evaluate("Same(S(Z))", heap);
        using var own = new TermHeap();
        long start = Stopwatch.GetTimestamp();
        using var jit = new JitCompiler(new JitOptions { CacheDirectory = cache, FallBackToInterpreter = false });
        using var compiled = jit.Compile(module);
        string result = compiled.Evaluate("F0(N(1))", own);
        int exit = Print(start);
        return result == "2" && compiled.Origin == CodeOrigin.DiskCache ? exit : 1;
    }

    private static int PlainOpen(string path, string symbol)
    {
        long start = Stopwatch.GetTimestamp();
        nint library = NativeLibrary.Load(path);
        long version = *(long*)NativeLibrary.GetExport(library, symbol);
        int exit = Print(start);
        return version == Emit.Abi.Version ? exit : 1;
    }

    private static void ShippedBundle(string directory)
    {
        const int Count = 1000;
        string bundle = Path.Combine(directory, "all.rwb");
        Prewarming.WriteBundle(
            Enumerable.Range(0, Count).Select(n => Module.Parse(ModuleText(n))), bundle, new JitOptions { OptimizationLevel = 1 });
        double ready = FastestProcess(5, "bundle", bundle, Count.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(FormattableString.Invariant(
            $"Bundle of {Count} modules, {new FileInfo(bundle).Length >> 10} KB, each called once in a fresh process: {ready:0} ms"));
    }

    private static int Bundle(string bundle, int count)
    {
        Module[] modules = [.. Enumerable.Range(0, count).Select(n => Module.Parse(ModuleText(n)))];
        foreach (var module in modules) _ = module.Identity;
        using var heap = new TermHeap();
        long start = Stopwatch.GetTimestamp();
        using var jit = new JitCompiler(
            new JitOptions
            {
                UseCache = false, Bundles = [bundle], FallBackToInterpreter = false, LlvmPath = "/nonexistent",
                MaxCachedFunctions = 10_000
            });
        for (int n = 0; n < count; n++)
        {
            using var compiled = jit.Compile(modules[n]);
            if (compiled.Evaluate("F0(N(1))", heap) != (n + 1).ToString(CultureInfo.InvariantCulture)) return 1;
        }

        return Print(start);
    }

    private static void Memory()
    {
        // So many that what LLVM keeps for itself, some megabytes, does not show.
        const int Count = 4000;
        Module[] modules = [.. Enumerable.Range(0, Count).Select(n => Module.Parse(ModuleText(n)))];
        foreach (var module in modules) _ = module.Identity;
        string directory = Directory.CreateTempSubdirectory("rewright-benchmark-").FullName;
        try
        {
            // Compiled by LLVM here, and found on disk by the second.
            foreach (bool isFound in (bool[])[false, true])
            {
                using var jit = new JitCompiler(
                    new JitOptions { CacheDirectory = directory, OptimizationLevel = 1, MaxCachedFunctions = 10_000 });
                for (int n = 0; n < 100; n++) Use(n);
                jit.FlushCache();
                var before = MemoryInUse();
                for (int n = 100; n < Count; n++) Use(n);
                jit.FlushCache();
                var after = MemoryInUse();
                int functions = Count - 100;
                long managed = (after.Managed - before.Managed) / functions, allocated = (after.Allocated - before.Allocated) / functions,
                    mapped = (after.Mapped - before.Mapped) / functions;
                long code = CodeSize(File.ReadAllBytes(jit.ListCached()[0].NativePath!));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"Memory for each cached function, {(isFound ? "found on disk" : "compiled here")}: {managed} bytes managed, "
                        + $"{allocated} by malloc, {mapped} mapped for code; its code has {code}; {managed + allocated + mapped - code} "
                        + $"bytes beyond it"));

                void Use(int n)
                {
                    using var compiled = jit.Compile(modules[n]);
                    compiled.Evaluate("F0(N(1))");
                }
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Sections of an ELF file that are loaded and hold code or constants.
    private static long CodeSize(byte[] file)
    {
        long size = 0;
        int at = (int)BitConverter.ToInt64(file, 40);
        for (int i = 0; i < BitConverter.ToInt16(file, 60); i++, at += 64)
            if (BitConverter.ToInt32(file, at + 4) == 1 && (BitConverter.ToInt64(file, at + 8) & 2) != 0)
                size += BitConverter.ToInt64(file, at + 32);
        return size;
    }

    // What is in use, not what is resident: a heap that has grown for a while would hide it.
    private static (long Managed, long Allocated, long Mapped) MemoryInUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long managed = GC.GetTotalMemory(true), mapped = 0;
        bool isCode = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // Private and anonymous: neither of a file nor of .NET's own code, which is shared between two views.
            if (!parts[0].EndsWith(':')) isCode = parts[1] == "r-xp" && parts.Length == 5;
            else if (isCode && parts[0] == "Rss:") mapped += long.Parse(parts[1], CultureInfo.InvariantCulture) * 1024;
        }

        // All arenas: LLVM runs on threads of its own.
        string report = Path.GetTempFileName();
        nint stream = fopen(report, "w");
        malloc_info(0, stream);
        fclose(stream);
        string totals = File.ReadAllText(report);
        File.Delete(report);
        totals = totals[totals.LastIndexOf("</heap>", StringComparison.Ordinal)..];
        long SizeOf(string start) => long.Parse(
            totals[(totals.IndexOf(start, StringComparison.Ordinal) is var at
            ? totals.IndexOf("size=\"", at, StringComparison.Ordinal) + 6 : 0)..].Split('"')[0], CultureInfo.InvariantCulture);
        return (managed, SizeOf("<system type=\"current\"")
            + SizeOf("<total type=\"mmap\"") - SizeOf("<total type=\"fast\"") - SizeOf("<total type=\"rest\""), mapped);
    }

    [DllImport("libc.so.6", CharSet = CharSet.Ansi), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint fopen(string path, string mode);

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_info(int options, nint stream);

    [DllImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fclose(nint stream);

    private static void AdaptiveStart(string directory)
    {
        string file = Path.Combine(directory, "adaptive.rw");
        File.WriteAllText(file, ModuleText(30));
        double fresh = FastestProcess(10, "adaptive", file);
        using var jit = new JitCompiler(new JitOptions { Mode = JitMode.Adaptive, UseCache = false, UseBundles = false });
        using var heap = new TermHeap();
        int next = 10_000;
        double warm = double.MaxValue;
        for (int i = 0; i < 200; i++)
        {
            var module = Module.Parse(ModuleText(next++));
            long start = Stopwatch.GetTimestamp();
            using var compiled = jit.Compile(module);
            compiled.Evaluate("F0(N(1))", heap);
            warm = Math.Min(warm, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"First answer in adaptive mode after parsing: {warm:0.00} ms in a warm process, {fresh:0.00} ms as the first of a process"));
    }

    private static int Adaptive(string file)
    {
        var module = Module.Parse(File.ReadAllText(file));
        using var heap = new TermHeap();
        long start = Stopwatch.GetTimestamp();
        using var jit = new JitCompiler(new JitOptions { Mode = JitMode.Adaptive, UseCache = false, UseBundles = false });
        using var compiled = jit.Compile(module);
        compiled.Evaluate("F0(N(1))", heap);
        return Print(start);
    }

    private static string ModuleText(int n) => string.Create(CultureInfo.InvariantCulture, $"""
        module Demo.M{n}
        sort E = N(long) | Add(E, E) | Mul(E, E)
        op F0(E): long
        rule N: F0(N(x)) -> x + {n}
        rule Add: F0(Add(x, y)) -> F0(x) + F0(y)
        rule Mul: F0(Mul(x, y)) -> F0(x) * F0(y)
        """);

    // Functions that build, fold and free trees: what rules compile to, without the runtime that modules call.
    private static string TreeIr(int count)
    {
        var text = new StringBuilder("declare ptr @malloc(i64)\ndeclare void @free(ptr)\n");
        for (int i = 0; i < count; i++)
            text.Append(TreeFunctions.Replace("$", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        text.Append("define i64 @run(i64 %x) {\n  %r = call i64 @use.0(i64 %x)\n  ret i64 %r\n}\n");
        return text.ToString();
    }

    private static readonly string TreeFunctions = string.Concat(Enumerable.Range(0, 4).Select(k => $$"""
        define ptr @leaf{{k}}.$(i64 %v) {
          %p = call ptr @malloc(i64 32)
          store i64 0, ptr %p
          %f = getelementptr i64, ptr %p, i64 1
          store i64 %v, ptr %f
          ret ptr %p
        }
        define ptr @node{{k}}.$(i64 %tag, ptr %a, ptr %b) {
          %p = call ptr @malloc(i64 32)
          store i64 %tag, ptr %p
          %f = getelementptr i64, ptr %p, i64 1
          store ptr %a, ptr %f
          %g = getelementptr i64, ptr %p, i64 2
          store ptr %b, ptr %g
          ret ptr %p
        }
        define i64 @eval{{k}}.$(ptr %t) {
          %tag = load i64, ptr %t
          %f = getelementptr i64, ptr %t, i64 1
          %g = getelementptr i64, ptr %t, i64 2
          switch i64 %tag, label %leaf [
            i64 1, label %add
            i64 2, label %mul
            i64 3, label %sub
          ]
        leaf:
          %v = load i64, ptr %f
          call void @free(ptr %t)
          ret i64 %v
        add:
          %a = load ptr, ptr %f
          %b = load ptr, ptr %g
          call void @free(ptr %t)
          %x = call i64 @eval{{k}}.$(ptr %a)
          %y = call i64 @eval{{k}}.$(ptr %b)
          %r = add i64 %x, %y
          ret i64 %r
        mul:
          %c = load ptr, ptr %f
          %d = load ptr, ptr %g
          call void @free(ptr %t)
          %z = call i64 @eval{{k}}.$(ptr %c)
          %w = call i64 @eval{{k}}.$(ptr %d)
          %s = mul i64 %z, %w
          ret i64 %s
        sub:
          %e = load ptr, ptr %f
          %h = load ptr, ptr %g
          call void @free(ptr %t)
          %m = call i64 @eval{{k}}.$(ptr %e)
          %n = call i64 @eval{{k}}.$(ptr %h)
          %o = sub i64 %m, %n
          ret i64 %o
        }

        """.ReplaceLineEndings("\n"))) + """
        define i64 @use.$(i64 %x) {
          %a = call ptr @leaf0.$(i64 %x)
          %b = call ptr @leaf0.$(i64 2)
          %t = call ptr @node0.$(i64 2, ptr %a, ptr %b)
          %r = call i64 @eval0.$(ptr %t)
          ret i64 %r
        }

        """.ReplaceLineEndings("\n");

    private static double Fastest(int runs, Func<long> body)
    {
        double fastest = double.MaxValue;
        body();
        for (int i = 0; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            body();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return fastest;
    }

    private static double FastestProcess(int runs, params string[] arguments)
    {
        double fastest = double.MaxValue;
        for (int i = 0; i < runs; i++)
        {
            using var process = Process.Start(
                new ProcessStartInfo(Environment.ProcessPath!, [.. OwnAssembly(), "jit", .. arguments]) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException(string.Join(' ', arguments) + " failed: " + output);
            fastest = Math.Min(fastest, double.Parse(output, CultureInfo.InvariantCulture));
        }

        return fastest;
    }

    private static string[] OwnAssembly()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(JitBenchmarks).Assembly.Location] : [];

    private static int Print(long start)
    {
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.Out.Write(milliseconds.ToString("0.0000", CultureInfo.InvariantCulture));
        return 0;
    }
}
