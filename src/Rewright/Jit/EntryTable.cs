using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rewright.Jit;

/// <summary>IR that was given as text, and what it was called.</summary>
/// <remarks>Texts are long, so their length stands for them in the hash; two of one name and length are rare.</remarks>
internal sealed record IrText(string PatternId, string Ir)
{
    public bool Equals(IrText? other) => other is not null && PatternId == other.PatternId && Ir == other.Ir;

    public override int GetHashCode() => HashCode.Combine(PatternId, Ir.Length);
}

/// <summary>
/// The code at hand: an entry for each module or text, made once whoever asks. Where there are too many functions, the entries that were
/// not used for the longest time are dropped. Thread-safe.
/// </summary>
/// <param name="maxFunctions">How many functions are kept.</param>
/// <param name="counters">Counts hits, misses and evictions.</param>
internal sealed class EntryTable(int maxFunctions, JitCounters counters)
{
    private readonly ConcurrentDictionary<Module, Lazy<JitEntry>> _modules = new();
    // Keys are objects throughout: for a key that is a struct every process would have to compile the table itself.
    private readonly ConcurrentDictionary<IrText, Lazy<JitEntry>> _texts = new();
    private long _clock;
    private int _functions;

    /// <summary>How many functions are at hand.</summary>
    public int FunctionCount => Volatile.Read(ref _functions);

    /// <summary>The entries, in no order.</summary>
    public IEnumerable<JitEntry> Entries()
        => _modules.Values.Concat(_texts.Values).Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value);

    /// <summary>The next tick of the clock by which uses are ordered.</summary>
    public long Tick() => Interlocked.Increment(ref _clock);

    /// <summary>The entry of a module, used once more; null where there is none.</summary>
    public JitEntry? TryUse(Module module)
    {
        if (!_modules.TryGetValue(module, out var known) || !known.IsValueCreated) return null;
        var entry = known.Value;
        if (!entry.TryUse()) return null;
        // The clock may lose a tick to another thread: it only says about when.
        entry.LastUsed = ++_clock;
        Interlocked.Increment(ref counters.MemoryHits);
        return entry;
    }

    /// <summary>True where a module has an entry, or one is being made.</summary>
    public bool Contains(Module module) => _modules.ContainsKey(module);

    /// <summary>Adds the entry of a module, or gives it back where there is one by now.</summary>
    public void AddOrRelease(Module module, JitEntry entry)
    {
        if (_modules.TryAdd(module, new Lazy<JitEntry>(entry))) Added(entry);
        else entry.Release();
    }

    /// <summary>The entry of a module, used once more, made where there is none.</summary>
    public JitEntry Use(Module module, Func<JitEntry> make, CancellationToken cancellation) => Use(_modules, module, make, cancellation);

    /// <summary>The entry of a text, used once more, made where there is none.</summary>
    public JitEntry Use(IrText text, Func<JitEntry> make, CancellationToken cancellation) => Use(_texts, text, make, cancellation);

    /// <summary>Drops all entries. What was given out keeps its code.</summary>
    public void Clear()
    {
        foreach (var module in _modules.Keys) Forget(_modules, module);
        foreach (var text in _texts.Keys) Forget(_texts, text);
    }

    // One compilation for each key: the threads that wait for a Lazy share its result, or its exception, which is forgotten then.
    private JitEntry Use<TKey>(
        ConcurrentDictionary<TKey, Lazy<JitEntry>> table, TKey key, Func<JitEntry> make, CancellationToken cancellation)
        where TKey : notnull
    {
        while (true)
        {
            if (!table.TryGetValue(key, out var lazy)) lazy = table.GetOrAdd(key, new Lazy<JitEntry>(() => Made(make())));
            bool isMade = lazy.IsValueCreated;
            JitEntry entry;
            try
            {
                entry = lazy.Value;
            }
            catch (Exception e)
            {
                table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy));
                // Another caller that waited for the same has given up; this one has not.
                if (e is OperationCanceledException && !cancellation.IsCancellationRequested) continue;
                throw;
            }

            if (entry.TryUse())
            {
                if (isMade) Interlocked.Increment(ref counters.MemoryHits);
                entry.LastUsed = Tick();
                return entry;
            }

            // It was evicted between the two.
            table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy));
        }
    }

    private JitEntry Made(JitEntry entry)
    {
        Added(entry);
        return entry;
    }

    private void Added(JitEntry entry)
    {
        Interlocked.Increment(ref counters.MemoryMisses);
        int functions = Interlocked.Add(ref _functions, entry.FunctionCount);
        if (functions <= maxFunctions) return;
        var entries = _modules.Select(p => (p.Value, Forget: (Func<bool>)(() => Forget(_modules, p.Key))))
            .Concat(_texts.Select(p => (p.Value, Forget: (Func<bool>)(() => Forget(_texts, p.Key)))))
            .Where(p => p.Value.IsValueCreated && p.Value.Value != entry)
            .OrderBy(p => p.Value.Value.LastUsed);
        foreach (var (_, forget) in entries)
        {
            if (FunctionCount <= maxFunctions) break;
            if (forget()) Interlocked.Increment(ref counters.Evictions);
        }
    }

    private bool Forget<TKey>(ConcurrentDictionary<TKey, Lazy<JitEntry>> table, TKey key)
        where TKey : notnull
    {
        // What is being compiled stays: its threads wait for it.
        if (!table.TryGetValue(key, out var lazy) || !lazy.IsValueCreated
            || !table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy)))
            return false;
        Interlocked.Add(ref _functions, -lazy.Value.FunctionCount);
        lazy.Value.Release();
        return true;
    }
}
