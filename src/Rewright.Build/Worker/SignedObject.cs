using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace Rewright.Build;

/// <summary>A shared cache's signed statement about an object: the IR and options that it was made from.</summary>
/// <remarks>
/// A server stores it as the result of an action: the message <c>ActionResult</c> of the Remote Execution API. So servers that validate
/// entries accept it and keep the object equally long. The message names the object as its output file, but this class trusts only the text
/// in <c>stdout_raw</c>, whose last line signs the lines before it. The text names the action, so that one result cannot be passed off as
/// another.
/// </remarks>
/// <param name="Action">A hash of everything that determines the object.</param>
/// <param name="Digest">The SHA-256 of the object.</param>
/// <param name="Size">The size of the object in bytes.</param>
/// <param name="LlvmVersion">The LLVM that made the object.</param>
/// <param name="CompileTime">The time of compilation.</param>
internal sealed record SignedObject(string Action, string Digest, int Size, string LlvmVersion, TimeSpan CompileTime)
{
    // Field numbers in build/bazel/remote/execution/v2/remote_execution.proto.
    private const int OutputFiles = 2, StdoutRaw = 5, FilePath = 1, FileDigest = 2, DigestHash = 1, DigestSize = 2;

    private const int MaxBytes = 64 << 20;
    private const string SignatureLine = "signature ";

    private string Statement => string.Create(CultureInfo.InvariantCulture,
        $"rewright object 1\naction {Action}\nobject {Digest} {Size}\nllvm {LlvmVersion}\nmicroseconds "
            + $"{(long)CompileTime.TotalMicroseconds}\n");

    /// <summary>Signs the statement and returns the message for the server.</summary>
    public byte[] Sign(ECDsa key)
    {
        string statement = Statement;
        string signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(statement), HashAlgorithmName.SHA256));
        byte[] digest = [.. Field(DigestHash, Encoding.ASCII.GetBytes(Digest)), .. Field(DigestSize, Size)];
        byte[] file = [.. Field(FilePath, "object.o"u8), .. Field(FileDigest, digest)];
        return [.. Field(OutputFiles, file), .. Field(StdoutRaw, Encoding.UTF8.GetBytes(statement + SignatureLine + signature + "\n"))];
    }

    /// <summary>Reads the message of a server.</summary>
    /// <returns>The statement for this action that one of the keys has signed.</returns>
    /// <exception cref="InvalidDataException">The message has no such statement.</exception>
    public static SignedObject Read(ReadOnlySpan<byte> message, string action, IEnumerable<ECDsa> keys)
    {
        string text = Encoding.UTF8.GetString(Find(message, StdoutRaw));
        int end = text.IndexOf(SignatureLine, StringComparison.Ordinal);
        if (end < 0) throw new InvalidDataException("it is not signed");
        byte[] signature = new byte[128];
        if (!Convert.TryFromBase64String(text[(end + SignatureLine.Length)..].TrimEnd('\n'), signature, out int length)
            || !IsSigned(Encoding.UTF8.GetBytes(text[..end]), signature.AsSpan(0, length), keys))
            throw new InvalidDataException("it is not signed by a key that RewrightRemoteCachePublicKey names");
        // The signature is valid, so from here on the owner of a key has written the text.
        if (text[..end].Split('\n') is ["rewright object 1", var ofAction, var ofObject, ['l', 'l', 'v', 'm', ' ', .. var version],
            var microseconds, ""]
            && ofAction == "action " + action
            && ofObject.Split(' ') is ["object", { Length: 64 } digest, var sizeText]
            && int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size <= MaxBytes
            && microseconds.Split(' ') is ["microseconds", var timeText]
            && uint.TryParse(timeText, NumberStyles.None, CultureInfo.InvariantCulture, out uint time))
            return new SignedObject(action, digest, size, version, TimeSpan.FromMicroseconds(time));
        throw new InvalidDataException("it is of another action or version");
    }

    private static bool IsSigned(byte[] statement, ReadOnlySpan<byte> signature, IEnumerable<ECDsa> keys)
    {
        foreach (var key in keys)
            if (key.VerifyData(statement, signature, HashAlgorithmName.SHA256)) return true;
        return false;
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content)
        => [.. Varint((uint)((number << 3) | 2)), .. Varint((uint)content.Length), .. content];

    private static byte[] Field(int number, int value) => [.. Varint((uint)(number << 3)), .. Varint((uint)value)];

    private static byte[] Varint(uint value)
    {
        var bytes = new List<byte>(5);
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>The content of a field in a message. Servers may add other fields.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, int number)
    {
        while (!message.IsEmpty)
        {
            ulong tag = ReadVarint(ref message);
            ulong length = (tag & 7) switch
            {
                0 => Skip(ref message),
                1 => 8,
                2 => ReadVarint(ref message),
                5 => 4,
                _ => ulong.MaxValue,
            };
            if (length > (ulong)message.Length) throw NoMessage();
            var content = message[..(int)length];
            message = message[(int)length..];
            if (tag == (ulong)((number << 3) | 2)) return content;
        }

        return [];

        static ulong Skip(ref ReadOnlySpan<byte> message)
        {
            ReadVarint(ref message);
            return 0;
        }
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < message.Length; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] >= 0x80) continue;
            message = message[(i + 1)..];
            return value;
        }

        throw NoMessage();
    }

    private static InvalidDataException NoMessage() => new("it is no ActionResult");
}
