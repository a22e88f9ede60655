using System;
using System.Text;

namespace Rewright.Emit.Rust;

/// <summary>Builds Rust text line by line, indented by the open blocks.</summary>
internal sealed class RustWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes a line; an empty line has no indentation.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0) _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    /// <summary>Opens a block with a line that ends in a brace; disposing closes it.</summary>
    public Block Open(string header, string end = "}")
    {
        Line(header + " {");
        _depth++;
        return new Block(this, end);
    }

    /// <summary>Closes a block and opens the one that follows it: <c>} else {</c>.</summary>
    public void Between(string line)
    {
        _depth--;
        Line(line);
        _depth++;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    public readonly struct Block(RustWriter writer, string end) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            writer.Line(end);
        }
    }
}
