using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Caches;

namespace Rewright.Torture.Kinds;

/// <summary>
/// Damages entries of a cache in every way and looks them up. Damage must be a miss with a reason, and must be repaired; code must never be
/// wrong.
/// </summary>
internal sealed class CacheDamage : Kind
{
    // AtOnce: the entries damaged in one round. Most are looked up without a compiler.
    private const int AtOnce = 3, Modules = 12, CompilesOneOf = 12;

    private readonly Dictionary<int, (CodeKey Key, string Path, byte[] Whole)> _entries = [];

    public CacheDamage()
    {
        using var jit = NewJit();
        for (int n = 0; n < Modules; n++)
        {
            using var module = jit.Compile(Sample.Get(n));
            jit.FlushCache();
            _entries.Add(n, (jit.KeyOf(Sample.Get(n)), module.NativePath!, File.ReadAllBytes(module.NativePath!)));
        }
    }

    public override void Run(Random random)
    {
        Restore();
        var damaged = new Dictionary<int, Harm>();
        for (int i = random.Next(1, AtOnce + 1); i > 0; i--)
        {
            int n = random.Next(Modules);
            if (!damaged.ContainsKey(n)) damaged.Add(n, Damage(_entries[n].Path, _entries[n].Whole, random));
        }

        int[] asked = [.. damaged.Keys.Append(random.Next(Modules)).Distinct()];
        if (random.Next(CompilesOneOf) == 0)
        {
            using var jit = NewJit();
            foreach (int n in asked) Compile(jit, n, damaged.GetValueOrDefault(n, Harm.None), random);
            jit.FlushCache();
        }
        else
        {
            foreach (int n in asked) LookUp(n, damaged.GetValueOrDefault(n, Harm.None));
        }

        var cache = CodeCache.Open(At("cache"));
        foreach (int n in asked)
        {
            var found = cache.Find(_entries[n].Key);
            Promise(found is CacheHit, $"the entry of M{n} was not mended: {found}");
        }
    }

    private JitCompiler NewJit()
        => new(new JitOptions { CacheDirectory = At("cache"), FallBackToInterpreter = false, OptimizationLevel = 1, UseBundles = false });

    // Writes all entries back as they were first written.
    private void Restore()
    {
        foreach (var (_, path, whole) in _entries.Values)
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            File.Delete(path);
            File.WriteAllBytes(path, whole);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    // Compiles as programs do.
    private void Compile(JitCompiler jit, int n, Harm harm, Random random)
    {
        using var module = jit.Compile(Sample.Get(n));
        Sample.Ask(module, n, random);
        Found(n, harm, module.Origin == CodeOrigin.DiskCache ? null
            : module.Miss ?? throw new BrokenPromiseException("a miss has no reason"));
    }

    // Looks up as programs do, but without compiling missing code, which is slow.
    private void LookUp(int n, Harm harm)
    {
        var (key, _, whole) = _entries[n];
        var cache = CodeCache.Open(At("cache"));
        long before = BytesRead();
        var found = cache.Find(key);
        long read = BytesRead() - before;
        Found(n, harm, found as CacheMiss);
        if (found is CacheHit hit)
        {
            Count("hits");
            Promise(whole.AsSpan(0, hit.Code.Length).SequenceEqual(hit.Code.Span), $"the code of M{n} is not what was written");
            return;
        }

        // For many files the footer alone shows that they are unusable.
        Count("damaged-bytes-read", read >= harm.Length ? harm.Bytes : harm.BytesInFooter);
        Count("damaged-bytes", harm.Bytes);
        Promise(cache.TryStore(key, Describe(n), whole.AsSpan(0, CodeBytes(n)), out string? error) is not null,
            $"the damaged entry of M{n} cannot be replaced: {error}");
    }

    // The bytes that this process has read; its other threads wait meanwhile.
    private static long BytesRead()
    {
        string line = File.ReadLines("/proc/self/io").First();
        return long.Parse(line.AsSpan("rchar: ".Length), CultureInfo.InvariantCulture);
    }

    private void Found(int n, Harm harm, CacheMiss? miss)
    {
        Count("look-ups");
        Promise(miss is null == harm.IsNone,
            miss is null ? $"{harm.Bytes} damaged bytes of M{n} were used" : $"the whole entry of M{n} was not used: {miss}");
        if (miss is not null) Count("miss-" + miss.Reason);
    }

    private CodeInfo Describe(int n) => CodeFile.Read("", _entries[n].Whole).Entries[0].Info;

    private int CodeBytes(int n) => (int)CodeFile.Read("", _entries[n].Whole).Entries[0].CodeBytes;

    private Harm Damage(string path, byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                for (int i = random.Next(1, 64); i > 0; i--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                break;
            case 4:
                int start = random.Next(bytes.Length);
                bytes.AsSpan(start, random.Next(bytes.Length - start)).Clear();
                break;
            case 5:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 6:
                bytes = [.. bytes, .. new byte[random.Next(1, 5000)]];
                break;
            case 7:
                bytes = _entries[random.Next(Modules)].Whole;
                break;
            case 8:
                // Damages only the footer: lengths that do not fit.
                random.NextBytes(bytes.AsSpan(bytes.Length - 32, 16));
                break;
            default:
                Replace(path, random);
                return new Harm(0, 0, 0);
        }

        File.Delete(path);
        File.WriteAllBytes(path, bytes);
        bool isSame = bytes.AsSpan().SequenceEqual(whole);
        return isSame ? Harm.None
            : new Harm(bytes.Length, Differences(bytes, whole),
            Differences(bytes.AsSpan(Math.Max(0, bytes.Length - 32)), whole.AsSpan(whole.Length - 32)));
    }

    // The number of bytes that differ; missing bytes do not count, because they cannot be read.
    private static long Differences(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before)
    {
        long differences = Math.Max(0, now.Length - before.Length);
        for (int i = 0; i < Math.Min(now.Length, before.Length); i++)
            if (now[i] != before[i]) differences++;
        return differences;
    }

    private void Replace(string path, Random random)
    {
        File.Delete(path);
        switch (random.Next(5))
        {
            case 0:
                Directory.CreateDirectory(path);
                if (random.Next(2) == 0) File.WriteAllText(Path.Combine(path, "file"), "");
                break;
            case 1:
                using (var made = Process.Start("mkfifo", [path])) made.WaitForExit();
                break;
            case 2:
                using (var sparse = File.Create(path)) sparse.SetLength((8L << 30) + random.Next(1000));
                break;
            case 3:
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                File.CreateSymbolicLink(path, At("nowhere"));
                break;
        }

        Count("odd-entries");
    }

    /// <summary>The damage to an entry.</summary>
    /// <param name="Length">The bytes of the file; 0 if it is not a file any more.</param>
    /// <param name="Bytes">The number of changed bytes.</param>
    /// <param name="BytesInFooter">The number of changed bytes among the last 32.</param>
    private sealed record Harm(long Length, long Bytes, long BytesInFooter)
    {
        public static Harm None { get; } = new(-1, 0, 0);

        public bool IsNone => Length < 0;
    }
}
