using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Caches;
using Rewright.Engines;

namespace Rewright.Jit;

/// <summary>Code in memory.</summary>
/// <param name="Symbols">The addresses of what it exports.</param>
/// <param name="Code">What holds it there.</param>
/// <param name="Path">Where it is in the cache, if it is.</param>
/// <param name="IsOnlyInMemory">True where it is still to be put into the cache.</param>
internal sealed record LoadedCode(IReadOnlyDictionary<string, nint> Symbols, NativeCode Code, string? Path, bool IsOnlyInMemory);

/// <summary>Puts code into memory: objects that were just compiled, and files of the cache. Thread-safe.</summary>
/// <remarks>
/// Code of modules calls nothing but what the context holds, so <see cref="CodeImage"/> links it by filling in distances. LLVM or the
/// system's loader do what needs more: IR of users, other processors.
/// </remarks>
internal sealed class CodeLoader(JitOptions options, CodeStore store, CodeLinker linker)
{
    /// <summary>Code of modules gets all it calls from the context.</summary>
    public static readonly string[] NoImports = [];

    /// <summary>Loads an object that was just compiled.</summary>
    /// <param name="code">The object.</param>
    /// <param name="imports">What it may import.</param>
    /// <param name="exports">What is wanted of it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="info">What is said of it.</param>
    /// <param name="isKept">Whether it is for the cache.</param>
    /// <exception cref="NativeCompilationException">It cannot be linked or loaded.</exception>
    public LoadedCode Load(
        ReadOnlyMemory<byte> code, IReadOnlyCollection<string> imports, string[] exports, CodeKey key, CodeInfo info, bool isKept = true)
    {
        if (options.Pipeline != JitPipeline.InProcess || !LlvmProcess.CanLink)
            return LoadByLinker(code, imports, exports, key, info, isKept);
        // At once; the library for the cache is linked behind the caller.
        var (symbols, owner) = imports.Count == 0 && exports is [var only] && CodeImage.TryLink(code.Span, only) is { } image
            ? (new Dictionary<string, nint> { [only] = image.Address }, image.Code)
            : LlvmProcess.Find(options.LlvmPath).Link(code, LlvmProcess.AddressesOf(imports), exports);
        return new(symbols, owner, null, IsOnlyInMemory: isKept);
    }

    /// <summary>Loads what the cache has of a module; null where the system does not load it.</summary>
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

    /// <summary>Loads a library that was received as bytes; null where the system does not.</summary>
    /// <exception cref="NativeCompilationException">Temporary files cannot be written.</exception>
    public (nint Address, NativeCode Code)? Load(byte[] library, string symbol)
        => CodeImage.TryMap(library, symbol) ?? linker.InTemporaryDirectory(directory =>
        {
            string path = Path.Combine(directory, "code.so");
            File.WriteAllBytes(path, library);
            return Open(path, symbol, library.Length);
        });

    /// <summary>Loads a library by the system's loader; null where it does not, or the symbol is missing.</summary>
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
            // The file may go: what is mapped stays.
            if (!NativeLibrary.TryLoad(path ?? library, out nint handle))
                throw new NativeCompilationException($"The system does not load '{path ?? library}'.");
            return new(exports.ToDictionary(e => e, e => NativeLibrary.GetExport(handle, e)),
                new NativeCode(code.Length, () => NativeLibrary.Free(handle)), path, IsOnlyInMemory: false);
        });
}
