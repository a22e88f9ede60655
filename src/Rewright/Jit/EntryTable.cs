using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rewright.Jit;

/// <summary>IR given as text, with the caller's name for it.</summary>
/// <remarks>Texts are long, so the hash uses only the name and the length; few texts agree in both.</remarks>
internal sealed record IrKey(string PatternId, string Ir)
{
    public bool Equals(IrKey? other) => other is not null && PatternId == other.PatternId && Ir == other.Ir;

    public override int GetHashCode() => HashCode.Combine(PatternId, Ir.Length);
}

/// <summary>
/// The code in memory: an entry for each module or text, made once however many callers ask. If there are too many functions, the least
/// recently used entries are dropped. Thread-safe.
/// </summary>
/// <param name="maxFunctions">The most functions to keep.</param>
/// <param name="counters">Counts hits, misses and evictions.</param>
internal sealed class EntryTable(int maxFunctions, JitCounters counters)
{
    private readonly ConcurrentDictionary<Module, Lazy<JitEntry>> _modules = new();
    // All keys are objects: for a struct as key, every process would have to compile the table's code itself.
    private readonly ConcurrentDictionary<IrKey, Lazy<JitEntry>> _texts = new();
    private long _clock;
    private int _functions;

    /// <summary>The number of functions in memory.</summary>
    public int FunctionCount => Volatile.Read(ref _functions);

    /// <summary>The entries, in no order.</summary>
    public IEnumerable<JitEntry> Entries()
        => _modules.Values.Concat(_texts.Values).Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value);

    /// <summary>The next tick of the clock that orders uses.</summary>
    public long Tick() => Interlocked.Increment(ref _clock);

    /// <summary>The entry of a module, with a new use; null if there is none.</summary>
    public JitEntry? TryUse(Module module)
    {
        if (!_modules.TryGetValue(module, out var known) || !known.IsValueCreated) return null;
        var entry = known.Value;
        if (!entry.TryUse()) return null;
        // The clock may lose a tick to another thread, which is harmless: the order is only approximate.
        entry.LastUsed = ++_clock;
        Interlocked.Increment(ref counters.MemoryHits);
        return entry;
    }

    /// <summary>True if a module has an entry, or one is being made.</summary>
    public bool Contains(Module module) => _modules.ContainsKey(module);

    /// <summary>Adds the entry of a module, or releases it if there already is one.</summary>
    public void AddOrRelease(Module module, JitEntry entry)
    {
        if (_modules.TryAdd(module, new Lazy<JitEntry>(entry))) Added(entry);
        else entry.Release();
    }

    /// <summary>The entry of a module, with a new use; made if there is none.</summary>
    public JitEntry Use(Module module, Func<JitEntry> make, CancellationToken cancellation) => Use(_modules, module, make, cancellation);

    /// <summary>The entry of a text, with a new use; made if there is none.</summary>
    public JitEntry Use(IrKey text, Func<JitEntry> make, CancellationToken cancellation) => Use(_texts, text, make, cancellation);

    /// <summary>Drops all entries. Objects that were handed out keep their code.</summary>
    public void Clear()
    {
        foreach (var module in _modules.Keys) Forget(_modules, module);
        foreach (var text in _texts.Keys) Forget(_texts, text);
    }

    // Each key is compiled once: the threads that wait for a Lazy share its result or its exception. A failed Lazy is removed.
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
                // Another caller waited for the same entry and cancelled; this one did not.
                if (e is OperationCanceledException && !cancellation.IsCancellationRequested) continue;
                throw;
            }

            if (entry.TryUse())
            {
                if (isMade) Interlocked.Increment(ref counters.MemoryHits);
                entry.LastUsed = Tick();
                return entry;
            }

            // The entry was evicted in between.
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
        // An entry that is being compiled stays, because threads wait for it.
        if (!table.TryGetValue(key, out var lazy) || !lazy.IsValueCreated
            || !table.TryRemove(new KeyValuePair<TKey, Lazy<JitEntry>>(key, lazy)))
            return false;
        Interlocked.Add(ref _functions, -lazy.Value.FunctionCount);
        lazy.Value.Release();
        return true;
    }
}
