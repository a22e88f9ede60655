using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Caches;
using Rewright.Llvm;

namespace Rewright;

/// <summary>Makes bundles: libraries with the native code of many modules, to ship with an application.</summary>
public static class Prewarming
{
    /// <summary>Compiles modules into a bundle, <c>*.rwb</c>, which a <see cref="JitCompiler"/> finds beside the application.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="path">The path of the bundle.</param>
    /// <param name="options">
    /// Level, processor and LLVM. For unknown machines, set <see cref="JitOptions.TargetCpu"/> to <c>x86-64</c>; code for a class of
    /// processors also runs on higher classes.
    /// </param>
    /// <param name="cancellation">Cancels the compilation.</param>
    /// <exception cref="NativeCompilationException">LLVM or a linker is missing, or rejects a module.</exception>
    /// <exception cref="IOException">The bundle cannot be written.</exception>
    public static void WriteBundle(
        IEnumerable<Module> modules, string path, JitOptions? options = null, CancellationToken cancellation = default)
    {
        // A module that occurs twice would define its symbols twice.
        Module[] distinct = [.. modules.Distinct().OrderBy(m => m.Identity.ToString(), StringComparer.Ordinal)];
        if (distinct.Length == 0) throw new ArgumentException("There is no module to compile.", nameof(modules));
        path = Path.GetFullPath(path);
        using var jit = new JitCompiler((options ?? JitOptions.Default) with { UseCache = false, UseBundles = false });
        var linker = LinkerDiscovery.Find() switch
        {
            LinkerFound { Linker: var found } => found,
            LinkerMissing missing => throw new NativeCompilationException(missing.Message),
            _ => throw new InvalidOperationException(),
        };
        var objects = new ReadOnlyMemory<byte>[distinct.Length];
        var descriptions = new (CodeKey, CodeInfo)[distinct.Length];
        try
        {
            Parallel.For(0, distinct.Length,
                new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                (objects[i], var info) = jit.Modules.CompileObject(distinct[i], cancellation);
                descriptions[i] = (jit.KeyOf(distinct[i]), info with { Kind = CodeKind.Library });
            });
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is NativeCompilationException failure)
        {
            throw new NativeCompilationException(failure.Message);
        }

        string work = path + "." + Guid.NewGuid().ToString("N");
        try
        {
            if (linker.Link(objects, work, cancellation: cancellation) is LinkFailed { Message: var message })
                throw new NativeCompilationException(message);
            // Without the time of compilation, so that equal inputs give equal bytes.
            File.WriteAllBytes(work,
                CodeFile.Write([.. descriptions.Select(
                d => (d.Item1, d.Item2 with { CompiledAt = DateTimeOffset.UnixEpoch, CompileTime = default }))], File.ReadAllBytes(work)));
            File.Move(work, path, overwrite: true);
        }
        finally
        {
            File.Delete(work);
        }
    }
}
