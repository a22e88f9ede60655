using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Emit.CSharp;
using Rewright.Emit.Llvm;
using Rewright.Engines;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>Compiles the modules of a request and links them.</summary>
internal sealed partial class NativeBuild(NativeRequest request, Action<string[]> answer, CancellationToken cancellation)
{
    private readonly byte[]?[] _objects = new byte[]?[request.Modules.Length];
    private readonly string[] _versions = [.. request.Modules.Select(m => m.LlvmVersion)];

    public void Run()
    {
        if (request.Cache is { } cache) FindInCache(cache);
        CompileAndLink();
        if (request.Cache?.Finish() is { } remote)
            Answer(Protocol.Remote, remote.Fault ?? "", remote.HasFailed ? "failed" : "", Number((int)remote.Spent.TotalMilliseconds));
    }

    private void CompileAndLink()
    {
        bool compiles = _versions.Any(v => v.Length == 0);
        LlvmSearchResult? llvm = compiles && !request.UsesTools ? LlvmDiscovery.Find(new LlvmSearch { Path = request.LlvmPath }) : null;
        ToolChainSearchResult? tools = compiles && request.UsesTools ? ToolChain.Find() : null;
        var linker = request.Library is null
            ? null : LinkerDiscovery.Find(new LinkerSearch { Path = request.LinkerPath, Triple = request.Options.Triple });
        if (!OperatingSystem.IsLinux())
        {
            Answer(Protocol.Missing, MissingTools.UnsupportedSystem, "");
            return;
        }

        if (llvm is LlvmMissing || tools is ToolChainMissing || linker is LinkerMissing)
        {
            Answer(Protocol.Missing, MissingTools.Advice(llvm as LlvmMissing, tools as ToolChainMissing, linker as LinkerMissing),
                MissingTools.Details(llvm, linker));
            return;
        }

        IIrCompiler? compiler = llvm is LlvmFound { Library: var library } ? new LlvmCompiler(library) : (tools as ToolChainFound)?.Tools;
        if (compiler is not null && !CompileAll(compiler)) return;
        if (linker is LinkerFound found) Link(found.Linker, request.Library!);
    }

    private void FindInCache(ObjectCache cache)
    {
        int[] wanted = [.. Enumerable.Range(0, _versions.Length).Where(i => _versions[i].Length == 0)];
        var found = cache.Find([.. wanted.Select(i => (request.Modules[i].Name, File.ReadAllText(request.Modules[i].IrPath)))]);
        for (int k = 0; k < wanted.Length; k++)
        {
            if (found[k] is not var (code, version)) continue;
            var module = request.Modules[wanted[k]];
            Write(module.ObjectPath, code);
            (_objects[wanted[k]], _versions[wanted[k]]) = (code, version);
            Answer(Protocol.Cached, module.Name, Checksum(code), version);
        }
    }

    private bool CompileAll(IIrCompiler compiler)
    {
        // Compile an empty module first: if LLVM rejects the options, that is one error instead of one per module.
        if (compiler.Compile(
            "", request.UsesTools ? request.Options : request.Options with { Output = CompileOutput.None },
            cancellation) is CompileFailed { Stage: CompileStage.Prepare, Message: var message })
        {
            Answer(Protocol.BadOptions, "RewrightCpu or RewrightOptimizationLevel: " + message);
            return false;
        }

        string version = compiler.Version.ToString();
        try
        {
            // One at a time, because the modules that an edit changes are often next to each other.
            var wanted = Partitioner.Create(
                Enumerable.Range(0, _versions.Length).Where(i => _versions[i] != version), EnumerablePartitionerOptions.NoBuffering);
            Parallel.ForEach(wanted, new ParallelOptions { MaxDegreeOfParallelism = request.Cores, CancellationToken = cancellation },
                i => Compile(compiler, i, version));
        }
        catch (AggregateException e)
        {
            // One of the exceptions is enough to report.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return true;
    }

    private void Compile(IIrCompiler compiler, int index, string version)
    {
        RequestedModule module = request.Modules[index];
        Answer(Protocol.Begin, module.Name);
        string ir = File.ReadAllText(module.IrPath);
        var clock = Stopwatch.StartNew();
        switch (compiler.Compile(ir, request.Options, cancellation))
        {
            case CompileSucceeded { Output: var output }:
                byte[] code = output.ToArray();
                Write(module.ObjectPath, code);
                _objects[index] = code;
                request.Cache?.Store(module.Name, ir, code, version, clock.Elapsed);
                Answer(Protocol.Object, module.Name, Checksum(code), version);
                break;
            case CompileFailed failed:
                _objects[index] = [];
                Answer(Protocol.Rejected, module.Name, Number(failed.Line), failed.ToString());
                break;
        }
    }

    private void Link(SharedLibraryLinker linker, string library)
    {
        for (int i = 0; i < _objects.Length; i++) _objects[i] ??= File.ReadAllBytes(request.Modules[i].ObjectPath);
        // If a part of a module does not compile, the whole module is left out.
        string ModuleOf(int i) => request.Modules[i].Name.Split(ArtifactFile.PartMark)[0];
        var rejected = Enumerable.Range(0, _objects.Length).Where(i => _objects[i]!.Length == 0).Select(ModuleOf).ToHashSet();
        int[] linked = [.. Enumerable.Range(0, _objects.Length).Where(i => !rejected.Contains(ModuleOf(i)))];
        if (linked.Length == 0) return;
        ReadOnlyMemory<byte>[] objects = [.. linked.Select(i => new ReadOnlyMemory<byte>(_objects[i]))];
        string unsealed = library + "." + Guid.NewGuid().ToString("N") + ".tmp";
        switch (linker.Link(objects, unsealed, cancellation: cancellation))
        {
            case LinkSucceeded:
                byte[] content = LibraryFile.Seal(File.ReadAllBytes(unsealed));
                File.Delete(unsealed);
                Write(library, content);
                Answer(Protocol.Library, Checksum(content));
                break;
            case LinkFailed { Message: var message }:
                // The linker calls object files by their numbers.
                var number = ObjectNumber().Match(message);
                string module = number.Success
                    && int.Parse(number.Groups[number.Groups[1].Success ? 1 : 2].ValueSpan, CultureInfo.InvariantCulture) is var n
                    && n < linked.Length ? request.Modules[linked[n]].Name : "";
                Answer(Protocol.NotLinked, message, module);
                break;
        }
    }

    [GeneratedRegex(@"\bobject (\d+)|\b(\d+)\.o\b")]
    private static partial Regex ObjectNumber();

    internal static void Write(string path, byte[] content)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Answer(params string[] fields) => answer(fields);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Checksum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
