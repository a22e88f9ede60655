using System;
using System.Globalization;
using System.Text;

namespace Rewright.Llvm.Compile;

/// <summary>Examines and prepares text for LLVM's parser.</summary>
internal static class IrSource
{
    /// <summary>LLVM's name for the text. It is constant, because it ends up in the object's symbol table.</summary>
    public const string BufferName = "module";

    /// <summary>
    /// The deepest nesting of brackets to accept: LLVM's parser recurses over them without a limit and would crash the process. Generated
    /// code nests only a few levels.
    /// </summary>
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

    /// <summary>Finds text that could add lines to assembly that is written for an assembler; null if there is none.</summary>
    /// <remarks>
    /// Stricter than necessary: the word 'asm' counts even in comments and strings. LLVM writes names and sections with their line ends, so
    /// only strings that are data may contain control characters.
    /// </remarks>
    public static string? FindAssembly(string text)
    {
        for (int i = text.IndexOf("asm", StringComparison.Ordinal); i >= 0; i = text.IndexOf("asm", i + 1, StringComparison.Ordinal))
        {
            if ((i == 0 || !IsPartOfName(text[i - 1])) && (i + 3 == text.Length || !IsPartOfName(text[i + 3])))
                return "the text has the word 'asm', but assembly is not allowed";
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ';') i += Skip(text.AsSpan(i + 1), '\n');
            else if (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '*')
                return "the text has a comment '/*', which is not understood here";
            if (i >= text.Length || text[i] != '"') continue;
            int length = Skip(text.AsSpan(i + 1), '"');
            bool isData = i > 0 && text[i - 1] == 'c' && (i == 1 || !IsPartOfName(text[i - 2]));
            if (!isData && HasControl(text.AsSpan(i + 1, length))) return "a name has a control character";
            i += length;
        }

        return null;
    }

    // IR can also write characters as \0A.
    private static bool HasControl(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsControl(text[i]) || text[i] == '\\' && i + 2 < text.Length && text[i + 1] is '0' or '1'
                && char.IsAsciiHexDigit(text[i + 2]))
                return true;
        return false;
    }

    private static bool IsPartOfName(char c)
        => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '$' or '%' or '@' or '!' or '#' or '^';

    /// <summary>Parses the parser's message <c>module:3:12: error: message</c>.</summary>
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

    private static int Skip(ReadOnlySpan<char> rest, char end)
    {
        int index = rest.IndexOf(end);
        return index < 0 ? rest.Length : index + 1;
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
