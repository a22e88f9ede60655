using System.Threading;

namespace Rewright.Engines;

/// <summary>Counts references, starting with the maker's. Thread-safe. Keep it in a field and never copy it.</summary>
internal struct ReferenceCount
{
    private int _references;

    private ReferenceCount(int references) => _references = references;

    /// <summary>A count of one, for the maker.</summary>
    public static ReferenceCount One => new(1);

    /// <summary>True if the last reference has been released.</summary>
    public readonly bool IsZero => Volatile.Read(in _references) == 0;

    /// <summary>Takes a reference, unless the last one has been released.</summary>
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

    /// <summary>Releases a reference. Returns true for the last one.</summary>
    public bool Release() => Interlocked.Decrement(ref _references) == 0;
}
