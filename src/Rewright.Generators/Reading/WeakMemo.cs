using System.Runtime.CompilerServices;

namespace Rewright.Generators.Reading;

/// <summary>Remembers one value for each object as long as the object lives. Thread-safe; the last value set wins.</summary>
internal sealed class WeakMemo<TKey, TValue>
    where TKey : class
    where TValue : class
{
    private readonly ConditionalWeakTable<TKey, Slot> _slots = new();

    public TValue? this[TKey key]
    {
        get => _slots.TryGetValue(key, out var slot) ? slot.Value : null;
        set => _slots.GetOrCreateValue(key).Value = value;
    }

    private sealed class Slot
    {
        public volatile TValue? Value;
    }
}
