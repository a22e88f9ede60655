using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Rewright.Caches;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>
/// Objects of IR that some project has compiled before: in the cache that programs of this user use as well, and in one that a team shares.
/// </summary>
/// <param name="directory">Nothing for the default.</param>
/// <param name="options">The options of compilation.</param>
/// <param name="remote">The team's, if any.</param>
internal sealed class ObjectCache(string? directory, CompileOptions options, RemoteCache? remote)
{
    // What turns IR into objects, but for LLVM itself: entries say which one it was.
    private static readonly string s_compiler = typeof(LlvmCompiler).Module.ModuleVersionId.ToString("N");

    private readonly CodeCache _cache = CodeCache.Open(directory);

    /// <summary>True where a team's is asked as well.</summary>
    public bool IsShared => remote is not null;

    /// <summary>For each piece of IR the object, and the LLVM that made it; null where none is known.</summary>
    public (byte[] Code, string LlvmVersion)?[] Find(IReadOnlyList<(string Name, string Ir)> wanted)
    {
        var found = new (byte[] Code, string LlvmVersion)?[wanted.Count];
        for (int i = 0; i < found.Length; i++) found[i] = FindHere(wanted[i].Name, wanted[i].Ir);
        int[] missing = [.. Enumerable.Range(0, found.Length).Where(i => found[i] is null)];
        if (remote is null || missing.Length == 0) return found;
        var others = remote.Find([.. missing.Select(i => ActionOf(wanted[i].Name, wanted[i].Ir))]);
        for (int i = 0; i < missing.Length; i++)
        {
            if (others[i] is not var (code, origin)) continue;
            var (name, ir) = wanted[missing[i]];
            found[missing[i]] = (code, origin.LlvmVersion);
            StoreHere(name, ir, code, origin.LlvmVersion, origin.CompileTime);
        }

        return found;
    }

    /// <summary>Keeps an object. What cannot be written is compiled again some time.</summary>
    public void Store(string name, string ir, byte[] code, string llvmVersion, TimeSpan time)
    {
        StoreHere(name, ir, code, llvmVersion, time);
        if (remote is { Writes: true })
            remote.Store(new SignedObject(
                ActionOf(name, ir), Convert.ToHexStringLower(SHA256.HashData(code)), code.Length, llvmVersion, time), code);
    }

    /// <summary>Ends the work with the shared cache, as far as there is time.</summary>
    /// <returns>It, to be asked what has happened; null where there is none.</returns>
    public RemoteCache? Finish()
    {
        remote?.Finish();
        return remote;
    }

    private (byte[] Code, string LlvmVersion)? FindHere(string name, string ir)
    {
        if (_cache.Find(KeyOf(name, ir)) is not CacheHit { Entry: { Info: { Kind: CodeKind.Object } info } entry }) return null;
        try
        {
            return (entry.ReadCode(), info.LlvmVersion);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process may have removed it meanwhile.
            return null;
        }
    }

    private void StoreHere(string name, string ir, byte[] code, string llvmVersion, TimeSpan time)
        => _cache.TryStore(KeyOf(name, ir),
            new CodeInfo { Kind = CodeKind.Object, LlvmVersion = llvmVersion, CompiledAt = DateTimeOffset.UtcNow, CompileTime = time },
            code, out _);

    private CodeKey KeyOf(string name, string ir)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(ir));
        return new()
        {
            Name = name,
            Identity = new ModuleIdentity(BitConverter.ToUInt64(digest, 0), BitConverter.ToUInt64(digest, 8)),
            Emitter = s_compiler,
            Options = "object O" + options.OptimizationLevel.ToString(CultureInfo.InvariantCulture)
            + (options.Triple is null ? "" : " " + options.Triple),
            Cpu = options.Cpu ?? "",
        };
    }

    // All of the key, and what the machines of one user have in common but those of a team need not.
    private string ActionOf(string name, string ir)
    {
        var key = KeyOf(name, ir);
        string text = string.Create(CultureInfo.InvariantCulture,
            $"rewright object 1\n{key.Identity}\n{key.Emitter}\n{key.Options}\n{key.Cpu}\n{key.AbiVersion}\n{RuntimeInformation.RuntimeIdentifier}\n{ir}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
