using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Caches;
using Rewright.Engines;

namespace Rewright.Jit;

/// <summary>Code in memory.</summary>
/// <param name="Symbols">The addresses of the exported symbols.</param>
/// <param name="Code">The reference that keeps the code in memory.</param>
/// <param name="Path">The path of the code in the cache; null if it is not there.</param>
/// <param name="IsOnlyInMemory">True if the code must still be written to the cache.</param>
internal sealed record LoadedCode(IReadOnlyDictionary<string, nint> Symbols, NativeCode Code, string? Path, bool IsOnlyInMemory);

/// <summary>Loads code into memory: freshly compiled objects and files of the cache. Thread-safe.</summary>
/// <remarks>
/// The code of modules calls only functions whose addresses are in the context, so <see cref="CodeImage"/> can link it by filling in
/// distances. LLVM or the system's loader handles code that needs more, such as users' IR or code for other processors.
/// </remarks>
internal sealed class CodeLoader(JitOptions options, CodeStore store, CodeLinker linker)
{
    /// <summary>The code of modules imports nothing: it finds all functions it calls in the context.</summary>
    public static readonly string[] NoImports = [];

    /// <summary>Loads a freshly compiled object.</summary>
    /// <param name="code">The object.</param>
    /// <param name="imports">The functions that the object may import.</param>
    /// <param name="exports">The symbols to find in the object.</param>
    /// <param name="key">The key of the code.</param>
    /// <param name="info">The description of the code.</param>
    /// <param name="isKept">True if the code also goes to the cache.</param>
    /// <exception cref="NativeCompilationException">The object cannot be linked or loaded.</exception>
    public LoadedCode Load(
        ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string[] exports, CodeKey key, CodeInfo info, bool isKept = true)
    {
        if (options.Pipeline != JitPipeline.InProcess || !LlvmProcess.CanLink)
            return LoadByLinker(code, imports, exports, key, info, isKept);
        // Link in memory at once; the library for the cache is linked in the background.
        var (symbols, owner) = imports.Count == 0 && exports is [var only] && CodeImage.TryLink(code.Span, only) is { } image
            ? (new Dictionary<string, nint> { [only] = image.Address }, image.Code)
            : LlvmProcess.Find(options.LlvmPath).Link(code, LlvmProcess.AddressesOf(imports), exports);
        return new(symbols, owner, null, IsOnlyInMemory: isKept);
    }

    /// <summary>Loads a module's cache entry; null if the system refuses it.</summary>
    public (nint Address, NativeCode Code)? Load(CacheEntry entry, ReadOnlyMemory<byte> content, string symbol)
    {
        if (entry.Info.Kind == CodeKind.Library) return CodeImage.TryMap(content.Span, symbol) ?? Open(entry.Path, symbol, entry.CodeBytes);
        if (CodeImage.TryLink(content.Span, symbol) is { } linked) return linked;
        if (!LlvmProcess.CanLink || options.Pipeline == JitPipeline.ExternalTools) return null;
        try
        {
            var (symbols, code) = LlvmProcess.Find(options.LlvmPath).Link(content, LlvmProcess.AddressesOf(NoImports), [symbol]);
            return (symbols[symbol], code);
        }
        catch (NativeCompilationException)
        {
            return null;
        }
    }

    /// <summary>Loads a library received as bytes; null if the system refuses it.</summary>
    /// <exception cref="NativeCompilationException">Temporary files cannot be written.</exception>
    public (nint Address, NativeCode Code)? Load(byte[] library, string symbol)
        => CodeImage.TryMap(library, symbol) ?? linker.InTemporaryDirectory(directory =>
        {
            string path = Path.Combine(directory, "code.so");
            File.WriteAllBytes(path, library);
            return Open(path, symbol, library.Length);
        });

    /// <summary>Loads a library with the system's loader; null if that fails or the symbol is missing.</summary>
    public static (nint Address, NativeCode Code)? Open(string path, string symbol, long bytes)
    {
        if (!NativeLibrary.TryLoad(path, out nint library)) return null;
        if (NativeLibrary.TryGetExport(library, symbol, out nint address))
            return (address, new NativeCode(bytes, () => NativeLibrary.Free(library)));
        NativeLibrary.Free(library);
        return null;
    }

    private LoadedCode LoadByLinker(
        ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string[] exports, CodeKey key, CodeInfo info, bool isKept)
        => linker.InTemporaryDirectory(directory =>
        {
            string library = Path.Combine(directory, "code.so");
            byte[] linked = linker.Link(code, imports, library);
            string? path = isKept ? store.Add(key, info, linked) : null;
            if (exports is [var only] && CodeImage.TryMap(linked, only) is { } image)
                return new LoadedCode(new Dictionary<string, nint> { [only] = image.Address }, image.Code, path, IsOnlyInMemory: false);
            // The file may be deleted afterwards: mapped code stays.
            if (!NativeLibrary.TryLoad(path ?? library, out nint handle))
                throw new NativeCompilationException($"The system does not load '{path ?? library}'.");
            return new(exports.ToDictionary(e => e, e => NativeLibrary.GetExport(handle, e)),
                new NativeCode(code.Length, () => NativeLibrary.Free(handle)), path, IsOnlyInMemory: false);
        });
}
