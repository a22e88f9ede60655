using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rewright.Caches;

/// <summary>The format of the files that hold native code.</summary>
/// <remarks>
/// A file begins with the library or object itself, which loaders of these formats recognise by its first bytes. Then follows a description
/// for each key that it has code for, as lines <c>name=value</c> ended by an empty line. A footer of four words ends the file: the lengths
/// of code and descriptions, the checksum of everything before it, and a mark.
/// </remarks>
internal static class CodeFile
{
    /// <summary>The file extension of a cache entry.</summary>
    public const string EntryExtension = ".rwc";

    /// <summary>The file extension of a bundle.</summary>
    public const string BundleExtension = ".rwb";

    /// <summary>The largest size of a code file, in bytes.</summary>
    public const long MaxBytes = 1 << 30;

    private const int FooterBytes = 32;

    // "RWCODE", with the version of the format in the highest two bytes.
    private const ulong Mark = 0x0001_4544_4F43_5752;

    /// <summary>Makes the contents of a file.</summary>
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

    /// <summary>Parses and checks a whole file.</summary>
    /// <returns>The entries of the file, or why it must not be used.</returns>
    public static (List<CacheEntry> Entries, CacheMiss? Miss) Read(string path, ReadOnlySpan<byte> file)
    {
        if (file.Length < FooterBytes) return ([], new CacheMiss(CacheMissReason.Truncated, $"'{path}' has only {file.Length} bytes"));
        var footer = file[^FooterBytes..];
        if (CheckFooter(path, footer, file.Length) is { } miss) return ([], miss);
        int code = (int)BinaryPrimitives.ReadUInt64LittleEndian(footer),
            description = (int)BinaryPrimitives.ReadUInt64LittleEndian(footer[8..]);
        if (Checksum.Of(file[..^16]) != BinaryPrimitives.ReadUInt64LittleEndian(footer[16..]))
            return ([], new CacheMiss(CacheMissReason.Damaged, $"the checksum of '{path}' is wrong"));
        var entries = new List<CacheEntry>();
        // Use nothing here that loads more of the framework than every process has loaded anyway: a hit should take a fraction of a
        // millisecond.
        var text = file.Slice(code, description);
        var fields = new Fields();
        while (text.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = text[..end];
            text = text[(end + 1)..];
            if (!line.IsEmpty)
            {
                fields.Take(line);
                continue;
            }

            if (fields.ToEntry(path) is not { } entry)
                return ([], new CacheMiss(CacheMissReason.OtherVersion, $"a description in '{path}' is of another version"));
            entries.Add(entry with { FileBytes = file.Length, CodeBytes = code });
            fields = new Fields();
        }

        return (entries, null);
    }

    /// <summary>Reads a file and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="writers">The users who may have written it.</param>
    /// <param name="follows">True if the file may be a link.</param>
    /// <param name="content">The contents of the file.</param>
    /// <param name="isRight">Called with the open file if it can be used.</param>
    public static (List<CacheEntry> Entries, CacheMiss? Miss) Read(
        string path, Writers writers, bool follows, out byte[] content, Action<SafeFileHandle>? isRight)
    {
        content = [];
        var opened = TrustedFiles.Open(path, MaxBytes, writers, follows);
        using var handle = opened.Handle;
        if (handle is null)
        {
            return ([], opened.Fault switch
            {
                FileFault.Missing => new CacheMiss(CacheMissReason.NotFound, "there is no code of it"),
                FileFault.Unsafe => new CacheMiss(CacheMissReason.UnsafeEntry, $"'{path}' {opened.Detail}"),
                _ => new CacheMiss(CacheMissReason.Unreadable, $"'{path}' {opened.Detail}"),
            });
        }

        try
        {
            // The footer shows whether the rest is worth the memory.
            Span<byte> footer = stackalloc byte[FooterBytes];
            if (opened.Length >= FooterBytes && RandomAccess.Read(handle, footer, opened.Length - FooterBytes) == FooterBytes
                && CheckFooter(path, footer, opened.Length) is { } miss)
                return ([], miss);
            content = new byte[opened.Length];
            int length = RandomAccess.Read(handle, content, 0);
            var result = Read(path, content.AsSpan(0, length));
            if (result.Miss is null) isRight?.Invoke(handle);
            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], new CacheMiss(CacheMissReason.Unreadable, e.Message));
        }
    }

    private static CacheMiss? CheckFooter(string path, ReadOnlySpan<byte> footer, long length)
    {
        ulong mark = BinaryPrimitives.ReadUInt64LittleEndian(footer[24..]);
        if (mark != Mark)
        {
            // The lowest six bytes are the same in all versions.
            return (mark ^ Mark) << 16 == 0
                ? new CacheMiss(CacheMissReason.OtherVersion, $"'{path}' has another format")
                : new CacheMiss(CacheMissReason.Truncated, $"'{path}' does not end as a file of code does");
        }

        ulong code = BinaryPrimitives.ReadUInt64LittleEndian(footer), description = BinaryPrimitives.ReadUInt64LittleEndian(footer[8..]);
        ulong rest = (ulong)(length - FooterBytes);
        return code > rest || description != rest - code
            ? new CacheMiss(CacheMissReason.Truncated, $"'{path}' has not the length that it was written with") : null;
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

    // The fields of a description. Unknown lines, from later versions, are skipped.
    private struct Fields
    {
        private string? _name, _emitter, _options, _cpu, _kind, _llvm, _exports;
        private ModuleIdentity? _identity;
        private long? _abi, _compiled, _microseconds;

        public void Take(ReadOnlySpan<byte> line)
        {
            int equals = line.IndexOf((byte)'=');
            if (equals < 0) return;
            var name = line[..equals];
            var value = line[(equals + 1)..];
            if (name.SequenceEqual("name"u8)) _name = Text(value);
            else if (name.SequenceEqual("identity"u8)) _identity = Identity(value);
            else if (name.SequenceEqual("emitter"u8)) _emitter = Text(value);
            else if (name.SequenceEqual("options"u8)) _options = Text(value);
            else if (name.SequenceEqual("cpu"u8)) _cpu = Text(value);
            else if (name.SequenceEqual("abi"u8)) _abi = Number(value);
            else if (name.SequenceEqual("kind"u8)) _kind = Text(value);
            else if (name.SequenceEqual("llvm"u8)) _llvm = Text(value);
            else if (name.SequenceEqual("compiled"u8)) _compiled = Number(value);
            else if (name.SequenceEqual("microseconds"u8)) _microseconds = Number(value);
            else if (name.SequenceEqual("exports"u8)) _exports = Text(value);
        }

        public readonly CacheEntry? ToEntry(string path)
        {
            if (_identity is not { } identity || _abi is not (>= 0 and <= int.MaxValue and var abi) || _compiled is not { } compiled
                || _microseconds is not { } microseconds || _kind is not ("library" or "object"))
                return null;
            return new CacheEntry(
                path,
                new CodeKey
                {
                    Name = _name ?? "", Identity = identity, Emitter = _emitter ?? "", Options = _options ?? "", Cpu = _cpu ?? "",
                    AbiVersion = (int)abi
                },
                new CodeInfo
                {
                    Kind = _kind == "library" ? CodeKind.Library : CodeKind.Object, LlvmVersion = _llvm ?? "",
                    CompiledAt = DateTimeOffset.UnixEpoch.AddMilliseconds(compiled), CompileTime = TimeSpan.FromMicroseconds(microseconds),
                    Exports = string.IsNullOrEmpty(_exports) ? [] : _exports.Split(' '),
                });
        }

        private static string Text(ReadOnlySpan<byte> value) => Unescape(Encoding.UTF8.GetString(value));

        private static long? Number(ReadOnlySpan<byte> value)
            => Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length ? number : null;

        private static ModuleIdentity? Identity(ReadOnlySpan<byte> value)
            => value.Length == 32 && Utf8Parser.TryParse(value[..16], out ulong high, out int first, 'x')
                && Utf8Parser.TryParse(value[16..], out ulong low, out int second, 'x') && first + second == 32
                ? new ModuleIdentity(low, high) : null;
    }

    private static string Escape(string value)
        => value.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Unescape(string value)
        => value.Contains('%', StringComparison.Ordinal)
            ? value.Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal) : value;
}
