using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Emit.Ir;

/// <summary>A function under construction: its parameters, blocks and used names.</summary>
/// <param name="name">The global name.</param>
/// <param name="result">The result type.</param>
/// <param name="linkage">The linkage and calling convention: <c>internal tailcc</c>.</param>
public sealed class IrFunction(string name, IrType result, string linkage = "")
{
    private readonly Dictionary<string, int> _names = [];
    private readonly List<string> _parameters = [];
    private readonly List<IrBlock> _blocks = [];
    private readonly HashSet<string> _globals = [];

    /// <summary>The attributes, which follow the parameters.</summary>
    public string Attributes { get; set; } = "nounwind";

    /// <summary>The text between blocks: an empty line if people read the IR.</summary>
    public string BetweenBlocks { get; init; } = "";

    /// <summary>Adds a parameter.</summary>
    public IrValue AddParameter(IrType type, IrName hint, string attributes = "")
    {
        var parameter = Take(hint).As(type);
        _parameters.Add($"{type}{attributes} {parameter.Text}");
        return parameter;
    }

    /// <summary>Makes a new block, which <see cref="Place"/> must place.</summary>
    public IrBlock NewBlock(string hint) => new(Take(hint).Text);

    /// <summary>Places a block after the others.</summary>
    public void Place(IrBlock block) => _blocks.Add(block);

    /// <summary>Reserves a unique name. Needed for a value that is used before its instruction.</summary>
    public IrName Take(IrName name)
    {
        if (name.IsTaken) return name;
        string plain = IrText.Plain(name.Text);
        if (!_names.TryGetValue(plain, out int count))
        {
            _names.Add(plain, 0);
            return new(plain, IsTaken: true);
        }

        string candidate;
        do candidate = plain + "." + IrText.Number(++count);
        while (_names.ContainsKey(candidate));
        _names[plain] = count;
        _names.Add(candidate, 0);
        return new(candidate, IsTaken: true);
    }

    /// <summary>The address of a global, which the function then counts as used.</summary>
    public IrValue Global(string global)
    {
        _globals.Add(global);
        return new(IrType.Ptr, global);
    }

    /// <summary>The finished definition.</summary>
    public IrDefinition ToDefinition(string comment = "")
        => new(name, (comment.Length > 0 ? "; " + IrText.Comment(comment) + "\n" : "") + this, _globals);

    /// <inheritdoc/>
    public override string ToString()
    {
        string prefix = linkage.Length > 0 ? linkage + " " : "";
        var text = new StringBuilder($"define {prefix}{result} {name}({string.Join(", ", _parameters)}) {Attributes} {{\n");
        for (int i = 0; i < _blocks.Count; i++) _blocks[i].Print(text.Append(i > 0 ? BetweenBlocks : ""));
        return text.Append("}\n").ToString();
    }
}
