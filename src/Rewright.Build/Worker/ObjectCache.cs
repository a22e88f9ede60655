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
/// Objects of IR that were compiled before, in the cache of this user, which programs share, and in one that a team shares.
/// </summary>
/// <param name="directory">The directory of the user's cache; empty for the default.</param>
/// <param name="options">The options of compilation.</param>
/// <param name="remote">The team's cache; null for none.</param>
internal sealed class ObjectCache(string? directory, CompileOptions options, RemoteCache? remote)
{
    // The identity of the code that turns IR into objects. LLVM is not included, because entries record its version.
    private static readonly string s_compiler = typeof(LlvmCompiler).Module.ModuleVersionId.ToString("N");

    private readonly CodeCache _cache = CodeCache.Open(directory);

    /// <summary>True if the team's cache is asked too.</summary>
    public bool IsShared => remote is not null;

    /// <summary>Finds the object of each piece of IR and the LLVM that made it; null if none is known.</summary>
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

    /// <summary>Stores an object. If it cannot be written, it is compiled again another time.</summary>
    public void Store(string name, string ir, byte[] code, string llvmVersion, TimeSpan time)
    {
        StoreHere(name, ir, code, llvmVersion, time);
        if (remote is { Writes: true })
            remote.Store(new SignedObject(
                ActionOf(name, ir), Convert.ToHexStringLower(SHA256.HashData(code)), code.Length, llvmVersion, time), code);
    }

    /// <summary>Ends the work with the shared cache, as far as its time limit allows.</summary>
    /// <returns>The shared cache, which knows what happened; null if there is none.</returns>
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
            // Another process may have deleted it meanwhile.
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

    // The whole key, plus properties that the machines of one user share but those of a team may not.
    private string ActionOf(string name, string ir)
    {
        var key = KeyOf(name, ir);
        string text = string.Create(CultureInfo.InvariantCulture,
            $"rewright object 1\n{key.Identity}\n{key.Emitter}\n{key.Options}\n{key.Cpu}\n{key.AbiVersion}\n"
                + $"{RuntimeInformation.RuntimeIdentifier}\n{ir}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
