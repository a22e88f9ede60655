using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Emit.Ir;

/// <summary>A block of a function: phis that depend on the preceding blocks, and instructions.</summary>
/// <param name="name">The name, unique in the function; null for a first block without a label.</param>
public sealed class IrBlock(string? name)
{
    private readonly List<IrPhi> _phis = [];
    private readonly List<string> _lines = [];

    /// <summary>The name of the block, without <c>%</c>.</summary>
    public string? Name => name;

    internal void Add(IrPhi phi) => _phis.Add(phi);

    internal void Add(string line) => _lines.Add(line);

    internal void Print(StringBuilder text)
    {
        if (name is not null) text.Append(name).Append(":\n");
        foreach (var phi in _phis) text.Append("  ").Append(phi).Append('\n');
        foreach (string line in _lines) text.Append("  ").Append(line).Append('\n');
    }
}

/// <summary>A value that depends on the block that jumped here. Edges can be added until the function is printed.</summary>
/// <param name="value">The value.</param>
/// <param name="metadata">The metadata of the instruction.</param>
public sealed class IrPhi(IrValue value, string metadata)
{
    private readonly List<(IrValue Value, IrBlock From)> _edges = [];

    /// <summary>The value that the phi gives.</summary>
    public IrValue Value => value;

    /// <summary>Adds the value for jumps from a block.</summary>
    public void Add(IrValue incoming, IrBlock from) => _edges.Add((incoming, from));

    /// <inheritdoc/>
    public override string ToString()
        => $"{value.Text} = phi {value.Type} {string.Join(", ", _edges.Select(e => $"[ {e.Value.Text}, %{e.From.Name} ]"))}{metadata}";
}
