using System.Collections.Generic;
using System.Linq;

namespace Rewright.Generators;

/// <summary>
/// Remembers the code of modules by their content. A compiler server runs the generator anew for each build, and in a large project nearly
/// all modules are unchanged. Thread-safe.
/// </summary>
/// <param name="capacity">The most characters to remember; the oldest entries are dropped first.</param>
internal sealed class CodeMemo(int capacity)
{
    private readonly Dictionary<(string, ModuleIdentity), List<CarriedArtifact>> _entries = [];
    private readonly Queue<(string, ModuleIdentity)> _order = new();
    private long _size;

    /// <summary>The artifacts of a module; null if they are unknown.</summary>
    public List<CarriedArtifact>? Find(string stem, ModuleIdentity module)
    {
        lock (_entries) return _entries.TryGetValue((stem, module), out var found) ? found : null;
    }

    /// <summary>Remembers artifacts.</summary>
    public void Add(string stem, ModuleIdentity module, List<CarriedArtifact> artifacts)
    {
        lock (_entries)
        {
            if (_entries.ContainsKey((stem, module))) return;
            _entries.Add((stem, module), artifacts);
            _order.Enqueue((stem, module));
            _size += SizeOf(artifacts);
            while (_size > capacity)
            {
                var oldest = _order.Dequeue();
                _size -= SizeOf(_entries[oldest]);
                _entries.Remove(oldest);
            }
        }
    }

    private static long SizeOf(List<CarriedArtifact> artifacts) => artifacts.Sum(a => (long)a.Code.Length);
}
