using System;
using System.Text;

namespace Rewright.Emit.CSharp;

/// <summary>Builds text line by line, indented by the open blocks.</summary>
internal sealed class IndentedWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _blankLineDue;
    private bool _startsBlock;

    /// <summary>Writes a line; an empty line has no indentation.</summary>
    public void Line(string line = "")
    {
        if (_blankLineDue && line != "}") _text.Append('\n');
        _blankLineDue = _startsBlock = false;
        if (line.Length > 0) _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    /// <summary>Requests an empty line before the next one, unless that opens or closes a block.</summary>
    public void Separate() => _blankLineDue = !_startsBlock;

    /// <summary>Writes text unchanged, with its own lines and without indentation: the content of a raw string.</summary>
    public void Verbatim(string text) => _text.Append(text);

    /// <summary>Opens a block below a header; disposing closes it.</summary>
    public Block Open(string header)
    {
        Line(header);
        Line("{");
        _startsBlock = true;
        _depth++;
        return new Block(this);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    public readonly struct Block(IndentedWriter writer) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            writer._blankLineDue = false;
            writer.Line("}");
        }
    }
}
