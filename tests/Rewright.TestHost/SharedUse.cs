using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright;
using Rewright.Caches;

/// <summary>One user among several of a cache, some of them of other versions of Rewright: finds its own code or none.</summary>
internal static class SharedUse
{
    private const int Modules = 20;

    private static readonly Lazy<CodeKey> s_key = new(KeyOfThisVersion);

    /// <summary>Stores and looks up entries under keys as this version makes them.</summary>
    /// <param name="directory">The cache.</param>
    /// <param name="seed">Decides what is done.</param>
    /// <param name="steps">How often something is done.</param>
    /// <param name="maxEntries">The bound of the cache.</param>
    /// <returns>What was met, as <c>name=count</c>.</returns>
    /// <exception cref="InvalidDataException">Code of another version was found, or damage.</exception>
    public static string Run(string directory, int seed, int steps, int maxEntries)
    {
        var random = new Random(seed);
        var met = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var cache = CodeCache.Open(directory, new CodeCacheOptions { MaxEntries = maxEntries });
        for (int i = 0; i < steps; i++)
        {
            string what = Step(cache, random.Next(Modules), stores: random.Next(3) == 0);
            met[what] = met.GetValueOrDefault(what) + 1;
        }

        return string.Join(' ', met.Select(m => m.Key + "=" + m.Value.ToString(CultureInfo.InvariantCulture)));
    }

    private static string Step(CodeCache cache, int n, bool stores)
    {
        var key = s_key.Value with { Name = KnownCode.Key(n).Name, Identity = KnownCode.Key(n).Identity };
        byte[] code = [(byte)key.AbiVersion, .. KnownCode.Bytes(n)];
        if (stores)
            return cache.TryStore(key, KnownCode.Info(n), code, out string? error) is not null
                ? "stored" : throw new InvalidDataException("storing failed: " + error);
        return cache.Find(key) switch
        {
            CacheHit hit when !hit.Entry.Key.Equals(key) => throw new InvalidDataException($"asked for {key} and got {hit.Entry.Key}"),
            CacheHit hit => IsRight(hit.Entry.Path, code) ? "hits"
                : throw new InvalidDataException($"the code of M{n} is that of another version"),
            CacheMiss { Reason: CacheMissReason.NotFound or CacheMissReason.OtherVersion or CacheMissReason.OtherAbi } miss
                => "miss-" + miss.Reason,
            var other => throw new InvalidDataException($"looking for M{n}: {other}"),
        };
    }

    private static bool IsRight(string path, byte[] code)
    {
        try
        {
            return File.ReadAllBytes(path).AsSpan(0, code.Length).SequenceEqual(code);
        }
        catch (FileNotFoundException)
        {
            // Another user has made room.
            return true;
        }
    }

    // As programs make it, of what they compile.
    private static CodeKey KeyOfThisVersion()
    {
        string directory = Directory.CreateTempSubdirectory("rewright-test-").FullName;
        try
        {
            using var jit = new JitCompiler(
                new JitOptions { CacheDirectory = directory, FallBackToInterpreter = false, OptimizationLevel = 1 });
            jit.Compile(Module.Parse("module M\nop F(long): long\nrule F: F(x) -> x")).Dispose();
            jit.FlushCache();
            return CodeCache.Open(directory).List().Entries.Single().Key;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
