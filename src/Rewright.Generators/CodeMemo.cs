using System.Collections.Generic;
using System.Linq;

namespace Rewright.Generators;

/// <summary>
/// Remembers the code of modules by their content. A compiler server runs the generator for one build after the other, each time as if it
/// was the first, and of a large project nearly all modules are what they were. Safe for several threads.
/// </summary>
/// <param name="capacity">How many characters are remembered; the oldest go first.</param>
internal sealed class CodeMemo(int capacity)
{
    private readonly Dictionary<(string, ModuleIdentity), List<CarriedArtifact>> _entries = [];
    private readonly Queue<(string, ModuleIdentity)> _order = new();
    private long _size;

    /// <summary>The artifacts of a module, null where they are not known.</summary>
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
