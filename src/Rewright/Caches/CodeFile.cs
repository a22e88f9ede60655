using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rewright.Caches;

/// <summary>The files in which native code is kept.</summary>
/// <remarks>
/// A file is the library or object itself, which the loaders of those formats recognise by its beginning, followed by a description for
/// each key that it has code for, as lines <c>name=value</c> ended by an empty line, and a footer of four words: lengths of code
/// and descriptions, checksum of all before it, and a mark.
/// </remarks>
internal static class CodeFile
{
    /// <summary>Extension of an entry of a cache.</summary>
    public const string EntryExtension = ".rwc";

    /// <summary>Extension of a bundle.</summary>
    public const string BundleExtension = ".rwb";

    private const int FooterBytes = 32;

    // "RWCODE", and the version of the format in the highest two bytes.
    private const ulong Mark = 0x0001_4544_4F43_5752;

    /// <summary>The contents of a file.</summary>
    public static byte[] Write(IReadOnlyCollection<(CodeKey Key, CodeInfo Info)> descriptions, ReadOnlySpan<byte> code)
    {
        var text = new StringBuilder();
        foreach (var (key, info) in descriptions) Describe(text, key, info);
        byte[] description = Encoding.UTF8.GetBytes(text.ToString());
        byte[] file = new byte[code.Length + description.Length + FooterBytes];
        code.CopyTo(file);
        description.CopyTo(file.AsSpan(code.Length));
        var footer = file.AsSpan(file.Length - FooterBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(footer, (ulong)code.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[8..], (ulong)description.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[16..], Checksum.Of(file.AsSpan(0, file.Length - 16)));
        BinaryPrimitives.WriteUInt64LittleEndian(footer[24..], Mark);
        return file;
    }

    /// <summary>Reads a whole file and checks it.</summary>
    /// <returns>What it has code for, or why it must not be used.</returns>
    public static (List<CacheEntry> Entries, CacheMiss? Miss) Read(string path, ReadOnlySpan<byte> file)
    {
        var entries = new List<CacheEntry>();
        if (file.Length < FooterBytes) return (entries, new CacheMiss(CacheMissReason.Truncated, $"'{path}' has only {file.Length} bytes"));
        var footer = file[^FooterBytes..];
        ulong mark = BinaryPrimitives.ReadUInt64LittleEndian(footer[24..]);
        if (mark != Mark)
        {
            // The lowest six bytes are the same in all versions.
            return (entries, (mark ^ Mark) << 16 == 0
                ? new CacheMiss(CacheMissReason.OtherVersion, $"'{path}' has another format")
                : new CacheMiss(CacheMissReason.Truncated, $"'{path}' does not end as a file of code does"));
        }

        ulong code = BinaryPrimitives.ReadUInt64LittleEndian(footer), description = BinaryPrimitives.ReadUInt64LittleEndian(footer[8..]);
        ulong rest = (ulong)(file.Length - FooterBytes);
        if (code > rest || description != rest - code) return (entries, new CacheMiss(CacheMissReason.Truncated, $"'{path}' has not the length that it was written with"));
        if (Checksum.Of(file[..^16]) != BinaryPrimitives.ReadUInt64LittleEndian(footer[16..])) return (entries, new CacheMiss(CacheMissReason.Damaged, $"the checksum of '{path}' is wrong"));
        var values = new Dictionary<string, string>();
        foreach (string line in Encoding.UTF8.GetString(file.Slice((int)code, (int)description)).Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values[line[..equals]] = Unescape(line[(equals + 1)..]);
                continue;
            }

            if (values.Count == 0) continue;
            if (Parse(values) is not { } parsed) return ([], new CacheMiss(CacheMissReason.OtherVersion, $"a description in '{path}' is of another version"));
            entries.Add(new CacheEntry(path, parsed.Key, parsed.Info) { FileBytes = file.Length, CodeBytes = (long)code });
            values.Clear();
        }

        return (entries, null);
    }

    /// <summary>Reads a file and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isRight">Gets the open file and what is in it if it can be used.</param>
    public static (List<CacheEntry> Entries, CacheMiss? Miss) Read(string path, Action<SafeFileHandle, byte[]>? isRight = null)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            byte[] file = new byte[RandomAccess.GetLength(handle)];
            int length = RandomAccess.Read(handle, file, 0);
            var result = Read(path, file.AsSpan(0, length));
            if (result.Miss is null) isRight?.Invoke(handle, file);
            return result;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ([], new CacheMiss(CacheMissReason.NotFound, "there is no code of it"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], new CacheMiss(CacheMissReason.Unreadable, e.Message));
        }
    }

    private static void Describe(StringBuilder text, CodeKey key, CodeInfo info)
    {
        void Line(string name, string value) => text.Append(name).Append('=').Append(Escape(value)).Append('\n');
        Line("name", key.Name);
        Line("identity", key.Identity.ToString());
        Line("emitter", key.Emitter);
        Line("options", key.Options);
        Line("cpu", key.Cpu);
        Line("abi", key.AbiVersion.ToString(CultureInfo.InvariantCulture));
        Line("kind", info.Kind == CodeKind.Library ? "library" : "object");
        Line("llvm", info.LlvmVersion);
        Line("compiled", info.CompiledAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Line("microseconds", ((long)info.CompileTime.TotalMicroseconds).ToString(CultureInfo.InvariantCulture));
        Line("exports", string.Join(' ', info.Exports));
        text.Append('\n');
    }

    private static (CodeKey Key, CodeInfo Info)? Parse(Dictionary<string, string> values)
    {
        string Value(string name) => values.TryGetValue(name, out var value) ? value : "";
        string identity = Value("identity");
        if (identity.Length != 32 || !ulong.TryParse(identity.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong high)
            || !ulong.TryParse(identity.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong low)
            || !int.TryParse(Value("abi"), NumberStyles.None, CultureInfo.InvariantCulture, out int abi)
            || !long.TryParse(Value("compiled"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long compiled)
            || !long.TryParse(Value("microseconds"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            || Value("kind") is not ("library" or "object")) return null;
        return (
            new CodeKey
            {
                Name = Value("name"), Identity = new ModuleIdentity(low, high), Emitter = Value("emitter"), Options = Value("options"), Cpu = Value("cpu"), AbiVersion = abi,
            },
            new CodeInfo
            {
                Kind = Value("kind") == "library" ? CodeKind.Library : CodeKind.Object, LlvmVersion = Value("llvm"),
                CompiledAt = DateTimeOffset.UnixEpoch.AddMilliseconds(compiled), CompileTime = TimeSpan.FromMicroseconds(microseconds),
                Exports = Value("exports").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            });
    }

    private static string Escape(string value)
        => value.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Unescape(string value)
        => value.Contains('%', StringComparison.Ordinal) ? value.Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal) : value;
}
