using System;
using System.Globalization;
using System.Text;

namespace Rewright.Llvm.Compile;

/// <summary>What we must know of the text that LLVM's parser reads.</summary>
internal static class IrText
{
    /// <summary>The name LLVM knows the text by; constant, because it ends up in the object's symbol table.</summary>
    public const string BufferName = "module";

    /// <summary>LLVM's parser recurses over brackets without a limit and takes the process with it. Generated code nests a few deep.</summary>
    public const int MaxNesting = 1000;

    /// <summary>UTF-8 with the final zero that the parser reads as the end.</summary>
    public static byte[] Encode(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>The first place where brackets nest deeper than <see cref="MaxNesting"/>; line 0 if there is none.</summary>
    public static (int Line, int Column) FindTooDeep(ReadOnlySpan<byte> text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'(' or (byte)'[' or (byte)'{':
                    if (++depth > MaxNesting)
                        return PositionAt(text, i);
                    break;
                case (byte)')' or (byte)']' or (byte)'}':
                    depth--;
                    break;
                case (byte)'"':
                    // IR writes a quote inside a string as \22, so the next quote always closes.
                    i += Skip(text[(i + 1)..], (byte)'"');
                    break;
                case (byte)';':
                    i += Skip(text[(i + 1)..], (byte)'\n');
                    break;
            }
        }

        return (0, 0);
    }

    /// <summary>Splits the parser's <c>module:3:12: error: message</c>.</summary>
    public static CompileFailed ParseFailure(string message)
    {
        message = message.TrimEnd();
        string[] parts = message.Split(':', 4);
        if (parts.Length == 4 && parts[0] == BufferName
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int line)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int column))
        {
            string text = parts[3].TrimStart();
            const string Prefix = "error: ";
            if (text.StartsWith(Prefix, StringComparison.Ordinal))
                text = text[Prefix.Length..];
            return new CompileFailed(CompileStage.Parse, CompileFailureCause.Error, text, line, column);
        }

        return new CompileFailed(CompileStage.Parse, CompileFailureCause.Error, message);
    }

    private static int Skip(ReadOnlySpan<byte> rest, byte end)
    {
        int index = rest.IndexOf(end);
        return index < 0 ? rest.Length : index + 1;
    }

    private static (int Line, int Column) PositionAt(ReadOnlySpan<byte> text, int position)
    {
        ReadOnlySpan<byte> before = text[..position];
        return (before.Count((byte)'\n') + 1, position - before.LastIndexOf((byte)'\n'));
    }
}
