using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright;
using Rewright.Caches;

// A process of its own for tests: what it does is its first argument.
switch (args)
{
    case ["write", var directory, var seed]:
        WriteForEver(directory, int.Parse(seed, CultureInfo.InvariantCulture));
        return 0;
    case ["fill", var directory, var first, var count]:
        return Fill(directory, int.Parse(first, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
    case ["compile", var directory, var first, var count]:
        return Compile(directory, int.Parse(first, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
    case ["share", var directory, var seed, var steps, var most]:
        Console.WriteLine(SharedUse.Run(
            directory, int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(steps, CultureInfo.InvariantCulture),
            int.Parse(most, CultureInfo.InvariantCulture)));
        return 0;
    case ["interpret"]:
        return Interpret();
    case ["serve"]:
        return Serve();
    default:
        Console.Error.WriteLine("Unknown arguments: " + string.Join(' ', args));
        return 2;
}

// Entries of known contents, for readers to check; the process is killed in the midst of it.
static void WriteForEver(string directory, int seed)
{
    var cache = CodeCache.Open(directory);
    Store(cache, seed % 50);
    Console.Out.WriteLine("ready");
    Console.Out.Flush();
    for (int i = seed + 1; ; i++) Store(cache, i % 50);
}

static int Fill(string directory, int first, int count)
{
    // Small enough that all processes delete while others write.
    var cache = CodeCache.Open(directory, new CodeCacheOptions { MaxEntries = 100 });
    for (int i = 0; i < count; i++)
    {
        int n = (first + i) % 300;
        Store(cache, n);
        if (cache.Find(KnownCode.Key(n)) is CacheHit { Entry: var entry } && !KnownCode.IsRight(n, entry)) return 1;
        if (i % 20 == 0) cache.Trim();
    }

    return 0;
}

static void Store(CodeCache cache, int n)
{
    if (cache.TryStore(KnownCode.Key(n), KnownCode.Info(n), KnownCode.Bytes(n), out string? error) is null)
        throw new InvalidOperationException(error);
}

static int Compile(string directory, int first, int count)
{
    using var jit = new JitCompiler(new JitOptions { CacheDirectory = directory, FallBackToInterpreter = false, OptimizationLevel = 1 });
    for (int i = 0; i < count; i++)
    {
        int n = first + i;
        using var module = jit.Compile(Module.Parse($"module M{n}\nop F(long): long\nrule F: F(x) -> x * {n}"));
        if (module.Evaluate("F(3)") != (3L * n).ToString(CultureInfo.InvariantCulture)) return 1;
    }

    jit.FlushCache();
    var s = jit.GetCacheStatistics();
    Console.WriteLine(FormattableString.Invariant($"{jit.GetStatistics().Compilations} {s.DiskHits} {s.DiskWriteFailures}"));
    return 0;
}

// What a browser allows: no library of ours or of LLVM is mapped.
static int Interpret()
{
    using var jit = new JitCompiler(JitOptions.WebAssembly);
    using var module = jit.Compile(
        Module.Parse("module Demo.Fib\nop Fib(long): long\nrule Small: Fib(n) -> n if n < 2\n"
            + "rule Large: Fib(n) -> Fib(n - 1) + Fib(n - 2) if n >= 2"));
    Console.WriteLine(module.Evaluate("Fib(15)"));
    string maps = File.ReadAllText("/proc/self/maps");
    Console.WriteLine(maps.Contains("LLVM", StringComparison.Ordinal) || maps.Contains(".rwc", StringComparison.Ordinal)
        || maps.Contains(".rwb", StringComparison.Ordinal) ? "mapped" : "nothing mapped");
    return 0;
}

// Works until its input ends, for a dashboard to watch.
static int Serve()
{
    using var jit = new JitCompiler(new JitOptions { UseCache = false });
    using var peano = jit.Compile(
        Module.Parse("module Demo.Peano\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat\nrule PlusZero: Plus(Zero, y) -> y\n"
            + "rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))"));
    using var hostile = jit.Compile(Module.Parse("module `<img src=x onerror=alert(1)>`\nop F(long): long\nrule F: F(x) -> x + 1"));
    Console.WriteLine("ready");
    Console.Out.Flush();
    while (Console.In.ReadLine() is { } line)
    {
        for (int i = 0; i < 3; i++) jit.Compile(peano.Module).Dispose();
        Console.WriteLine(peano.Evaluate(line));
        Console.Out.Flush();
    }

    return 0;
}

/// <summary>Entries whose contents follow from a number.</summary>
internal static class KnownCode
{
    public static CodeKey Key(int n)
        => new()
        {
            Name = "M" + n, Identity = new ModuleIdentity((ulong)n * 0x9E3779B97F4A7C15, (ulong)n), Emitter = "test", Options = "O2",
            Cpu = "x86-64"
        };

    public static CodeInfo Info(int n)
        => new() { LlvmVersion = "19.1.7", CompiledAt = DateTimeOffset.UnixEpoch.AddSeconds(n), Exports = ["f" + n] };

    public static byte[] Bytes(int n)
    {
        byte[] bytes = new byte[2000 + (n * 517 % 30000)];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)((i * 31) + n);
        return bytes;
    }

    public static bool IsRight(int n, CacheEntry entry)
    {
        if (!entry.Key.Equals(Key(n)) || entry.Info.Exports is not [var export] || export != "f" + n) return false;
        try
        {
            byte[] expected = Bytes(n);
            return File.ReadAllBytes(entry.Path).AsSpan(0, expected.Length).SequenceEqual(expected);
        }
        catch (FileNotFoundException)
        {
            // Another process has made room.
            return true;
        }
    }
}
