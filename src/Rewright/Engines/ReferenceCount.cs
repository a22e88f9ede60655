using System.Threading;

namespace Rewright.Engines;

/// <summary>Counts who needs something, from its maker on. Thread-safe; a field that is never copied.</summary>
internal struct ReferenceCount
{
    private int _references;

    private ReferenceCount(int references) => _references = references;

    /// <summary>One reference, the maker's.</summary>
    public static ReferenceCount One => new(1);

    /// <summary>True when the last reference has been given back.</summary>
    public readonly bool IsZero => Volatile.Read(in _references) == 0;

    /// <summary>Takes a reference, unless the last one is gone.</summary>
    public bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references != 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references) return true;
            references = seen;
        }

        return false;
    }

    /// <summary>Gives a reference back; true for the last one.</summary>
    public bool Release() => Interlocked.Decrement(ref _references) == 0;
}
