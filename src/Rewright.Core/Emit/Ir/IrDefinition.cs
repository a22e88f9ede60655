using System.Collections.Generic;
using System.Linq;

namespace Rewright.Emit.Ir;

/// <summary>The definition or declaration of a function, as printed.</summary>
/// <param name="Name">The global name.</param>
/// <param name="Text">The text, including the final line end.</param>
/// <param name="Globals">The global names that the text uses.</param>
public sealed record IrDefinition(string Name, string Text, IReadOnlyCollection<string> Globals);

/// <summary>A set of definitions from which code takes those that it needs.</summary>
internal sealed class IrLibrary
{
    private readonly List<IrDefinition> _definitions = [];
    private readonly Dictionary<string, int> _byName = [];

    /// <param name="definitions">The definitions, in the order of printing.</param>
    public IrLibrary(IEnumerable<IrDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            _byName.Add(definition.Name, _definitions.Count);
            _definitions.Add(definition);
        }
    }

    /// <summary>The same library with more definitions at the end.</summary>
    public IrLibrary With(IEnumerable<IrDefinition> more) => new(_definitions.Concat(more));

    /// <summary>The definitions of some names and everything that these use, in order.</summary>
    public IEnumerable<IrDefinition> NeededBy(IEnumerable<string> names)
    {
        var needed = new SortedSet<int>();
        var open = new Stack<string>(names);
        while (open.Count > 0)
        {
            if (!_byName.TryGetValue(open.Pop(), out int index) || !needed.Add(index)) continue;
            foreach (string next in _definitions[index].Globals) open.Push(next);
        }

        return needed.Select(i => _definitions[i]);
    }
}
