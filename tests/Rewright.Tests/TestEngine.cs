using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Binding;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Llvm;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Tests;

/// <summary>A module made ready to run by one engine, for tests that compare engines.</summary>
internal sealed class TestEngine
{
    private static readonly Lazy<LlvmLibrary> Llvm = new(() => LlvmDiscovery.Find() is LlvmFound found
        ? found.Library : throw new InvalidOperationException("These tests need libLLVM: " + LlvmMissing.Advice));
    private static readonly Lazy<OrcSession> Orc = new(() => OrcSession.Open(Llvm.Value));

    private TestEngine(ModuleRuntime runtime) => Runtime = runtime;

    public ModuleRuntime Runtime { get; }

    public static TestEngine Interpret(Module module, params HostFunction[] hosts) => new(new ModuleRuntime(module, hosts, null));

    public static TestEngine Compile(Module module, params HostFunction[] hosts) => Compile(module, new EmitOptions(), 2, hosts);

    public static TestEngine Compile(Module module, EmitOptions options, int level, params HostFunction[] hosts)
    {
        string ir = LlvmEmitter.Emit(ProgramLowering.Lower(module, seesRules: options.CountRewrites), options);
        if (new LlvmCompiler(Llvm.Value).Compile(ir, new CompileOptions { OptimizationLevel = level, Pipeline = LlvmEmitter.PipelineFor(level) }) is not CompileSucceeded { Output: var code } result)
            throw new InvalidOperationException(new LlvmCompiler(Llvm.Value).Compile(ir).ToString() + " at level " + level);
        nint libc = NativeLibrary.Load("libc.so.6");
        var imports = LlvmEmitter.Imports.ToDictionary(i => i, i => NativeLibrary.GetExport(libc, i));
        string descriptor = Abi.DescriptorSymbol(module.Name);
        var loaded = Orc.Value.Load([code], imports, [descriptor]);
        if (loaded is not OrcLoaded { Module: var orc }) throw new InvalidOperationException(loaded.ToString());
        var native = NativeModule.Read(orc.Symbols[descriptor], module.Identity, orc)!;
        return new TestEngine(new ModuleRuntime(module, hosts, native));
    }

    public static IEnumerable<(string Name, TestEngine Engine)> All(Module module, params HostFunction[] hosts)
    {
        yield return ("interpreter", Interpret(module, hosts));
        yield return ("native", Compile(module, hosts));
        yield return ("native -O0", Compile(module, new EmitOptions(), 0, hosts));
    }

    /// <summary>A handle of a term of constructors that is given as text.</summary>
    public static Term Parse(Module module, TermHeap heap, string sort, string text)
    {
        var data = module.Sorts.Single(s => s.Name == sort);
        heap.Enter();
        try
        {
            var (word, isGeneral) = TermParser.Parse(text, data, heap.Memory, name => module.Find(name) as Operation);
            return heap.NewTerm(word, TermSort.Of(data, isGeneral));
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>Evaluates a ground term given as text and prints the result, with a heap of its own, and checks that nothing is lost.</summary>
    public string Evaluate(string term)
    {
        using var heap = new TermHeap();
        string result = Evaluate(heap, term);
        var census = heap.TakeCensus();
        if (census.Lost != 0 || census.Miscounted != 0) throw new InvalidOperationException("After " + term + ": " + census);
        return result;
    }

    public string Evaluate(TermHeap heap, string term)
    {
        using var scope = heap.BeginScope();
        return GroundTerms.Evaluate(Runtime, heap, term);
    }
}
