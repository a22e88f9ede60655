using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Rewright.Caches;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>Objects of IR that some project of this user has compiled before, in the cache that programs use as well.</summary>
/// <param name="directory">Nothing for the default.</param>
/// <param name="options">The options of compilation.</param>
internal sealed class ObjectCache(string? directory, CompileOptions options)
{
    // What turns IR into objects, but for LLVM itself: entries say which one it was.
    private static readonly string s_compiler = typeof(LlvmCompiler).Module.ModuleVersionId.ToString("N");

    private readonly CodeCache _cache = CodeCache.Open(directory);

    /// <summary>The object, and the LLVM that made it; null where none is known.</summary>
    public (byte[] Code, string LlvmVersion)? Find(string name, string ir)
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

    /// <summary>Keeps an object. What cannot be written is compiled again some time.</summary>
    public void Store(string name, string ir, byte[] code, string llvmVersion, TimeSpan time)
        => _cache.TryStore(KeyOf(name, ir), new CodeInfo { Kind = CodeKind.Object, LlvmVersion = llvmVersion, CompiledAt = DateTimeOffset.UtcNow, CompileTime = time }, code, out _);

    private CodeKey KeyOf(string name, string ir)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(ir));
        return new()
        {
            Name = name,
            Identity = new ModuleIdentity(BitConverter.ToUInt64(digest, 0), BitConverter.ToUInt64(digest, 8)),
            Emitter = s_compiler,
            Options = "object O" + options.OptimizationLevel.ToString(CultureInfo.InvariantCulture) + (options.Triple is null ? "" : " " + options.Triple),
            Cpu = options.Cpu ?? "",
        };
    }
}
