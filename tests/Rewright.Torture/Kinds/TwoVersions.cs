using System;
using System.Linq;
using System.Threading.Tasks;
using Rewright.Caches;
using Rewright.Emit;

namespace Rewright.Torture.Kinds;

/// <summary>Two versions of Rewright share a cache: each finds its own code or none, and neither deletes what the other uses.</summary>
internal sealed class TwoVersions : Kind
{
    private const int Modules = 20, Steps = 60, OfAllCode = 4;

    public override void Run(Random random)
    {
        // Versions differ in what emits code, in the ABI, or in both.
        bool otherAbi = random.Next(2) == 0;
        var versions = new Func<int, CodeKey>[]
        {
            KnownCode.Key,
            n => KnownCode.Key(n) with { Emitter = otherAbi && n % 2 == 0 ? "test" : "later", AbiVersion = otherAbi ? Abi.Version + 1 : Abi.Version },
        };
        int[] seeds = [.. Enumerable.Range(0, OfAllCode).Select(_ => random.Next())];
        var options = new CodeCacheOptions { MaxEntries = random.Next(4) == 0 ? Modules : 1000 };
        Parallel.For(0, OfAllCode, worker => Work(versions[worker % 2], worker % 2, new Random(seeds[worker]), options));

        var cache = CodeCache.Open(At("cache"));
        var (entries, faults) = cache.List();
        Promise(faults.Count == 0, "after two versions: " + string.Join("; ", faults));
        Count("entries-checked", entries.Count);
        // Nothing that one version has written is damage to the other.
        Promise(cache.Repair().Count == 0, "repairing deleted entries of the other version");
    }

    private void Work(Func<int, CodeKey> keyOf, int version, Random random, CodeCacheOptions options)
    {
        var cache = CodeCache.Open(At("cache"), options);
        for (int i = 0; i < Steps; i++)
        {
            int n = random.Next(Modules);
            var key = keyOf(n);
            if (random.Next(3) == 0)
            {
                Promise(cache.TryStore(key, KnownCode.Info(n), Code(n, version), out string? error) is not null, "storing failed: " + error);
                Count("stored");
                continue;
            }

            switch (cache.Find(key))
            {
                case CacheHit hit:
                    Promise(hit.Entry.Key.Equals(key), $"asked for {key} and got {hit.Entry.Key}");
                    Promise(hit.Code.Span.SequenceEqual(Code(n, version)), $"the code of M{n} is that of the other version");
                    Count("hits");
                    break;
                case CacheMiss { Reason: CacheMissReason.NotFound or CacheMissReason.OtherVersion or CacheMissReason.OtherAbi } miss:
                    Count("miss-" + miss.Reason);
                    break;
                case var other:
                    throw new BrokenPromiseException($"looking for M{n}: {other}");
            }
        }
    }

    private static byte[] Code(int n, int version) => [(byte)version, .. KnownCode.Bytes(n)];
}
