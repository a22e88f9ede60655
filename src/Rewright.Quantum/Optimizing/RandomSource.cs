namespace Rewright.Quantum.Optimizing;

/// <summary>
/// Random numbers that are the same for the same seed on every machine and every version of .NET (xorshift64*, Vigna 2016).
/// </summary>
internal sealed class RandomSource(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15 + 0x6A09E667F3BCC909 | 1;

    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }

    /// <summary>A number that is at least 0 and less than <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    /// <summary>A number that is at least 0 and less than 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1ul << 53));
}
