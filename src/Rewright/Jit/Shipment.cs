using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Caches;
using Rewright.Emit;

namespace Rewright;

/// <summary>A compiled module as bytes for another process: the texts of the module and of those that it uses, and the code.</summary>
/// <remarks>
/// Whoever holds the key can make the receiver run code. So a shipment is signed by HMAC-SHA256, and the receiver reads nothing in it
/// before it has verified the signature. Processor and ABI are compared before the code is mapped.
/// </remarks>
internal static class Shipment
{
    private const int SignatureBytes = 32;
    private const int MinKeyBytes = 16;

    private static ReadOnlySpan<byte> Mark => "RWSHIP01"u8;

    public static byte[] Write(Module module, ReadOnlySpan<byte> codeFile, ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Mark);
        var closure = module.Closure;
        writer.Write(closure.Length);
        // The text of a module is canonical, so the module read back has the same identity.
        foreach (var part in closure) writer.Write(part.ToString());
        writer.Write(codeFile.Length);
        writer.Write(codeFile);
        writer.Flush();
        byte[] content = stream.ToArray();
        return [.. content, .. HMACSHA256.HashData(key, content)];
    }

    /// <summary>Reads a shipment.</summary>
    /// <param name="shipment">The bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="countsRewrites">True if the code must count rewrites.</param>
    /// <exception cref="InvalidDataException">The shipment is not signed with the key, is malformed, is for another kind of machine, or
    /// does not count rewrites.</exception>
    public static (Module Module, CacheEntry Entry, byte[] Code) Read(
        ReadOnlySpan<byte> shipment, ReadOnlySpan<byte> key, bool countsRewrites)
    {
        CheckKey(key);
        if (shipment.Length < Mark.Length + SignatureBytes || !shipment.StartsWith(Mark))
            throw new InvalidDataException("These bytes are no compiled module.");
        var content = shipment[..^SignatureBytes];
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, content), shipment[^SignatureBytes..]))
            throw new InvalidDataException("The compiled module is not signed by the key given, or was changed on its way.");
        var (module, file) = Parse(content[Mark.Length..].ToArray());
        var (entries, miss) = CodeFile.Read("shipment", file);
        if (miss is not null) throw new InvalidDataException(miss.Detail);
        if (entries is not [var entry] || entry.Key.Identity != module.Identity)
            throw new InvalidDataException("The code is not that of the module it was sent with.");
        if (entry.Key.AbiVersion != Abi.Version)
            throw new InvalidDataException($"The code is for version {entry.Key.AbiVersion} of the ABI, and this is {Abi.Version}.");
        if (!CpuClass.Runs(entry.Key.Cpu))
            throw new InvalidDataException(
                $"The code is for processors of the class {entry.Key.Cpu}, and this machine is {CpuClass.OfHost}.");
        if (entry.Info.Kind != CodeKind.Library) throw new InvalidDataException("The code is not linked.");
        if (countsRewrites && !entry.Key.CountsRewrites)
            throw new InvalidDataException(
                "The code does not count rewrites, as this compiler promises by CountRewrites. Export it from a compiler with "
                    + "CountRewrites.");
        return (module, entry, file[..(int)entry.CodeBytes]);
    }

    // Content with a valid signature may still be malformed.
    private static (Module Module, byte[] File) Parse(byte[] content)
    {
        const int MaxModules = 10_000;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
            var modules = new List<Module>();
            int count = reader.ReadInt32();
            if (count is < 1 or > MaxModules) throw new InvalidDataException($"The compiled module consists of {count} modules.");
            for (; count > 0; count--) modules.Add(Module.Parse(reader.ReadString(), [.. modules]));
            int length = reader.ReadInt32();
            if (length != reader.BaseStream.Length - reader.BaseStream.Position)
                throw new InvalidDataException("The compiled module has not the length that it was written with.");
            return (modules[^1], reader.ReadBytes(length));
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            throw new InvalidDataException("The compiled module is malformed: " + e.Message, e);
        }
    }

    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinKeyBytes) throw new ArgumentException($"A key has at least {MinKeyBytes} bytes.", nameof(key));
    }
}
