using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Binding;
using Rewright.Caches;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Llvm;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>A module prepared to run in one engine, for tests that compare engines.</summary>
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
        string ir = LlvmEmitter.Emit(Pipeline.Lower(module, seesRules: options.CountRewrites), options);
        // A generous limit, because long runs get only the time that others leave on the machine.
        var compile = new CompileOptions
        {
            OptimizationLevel = level, Pipeline = LlvmEmitter.PipelineFor(level),
            TimeLimit = TimeSpan.FromHours(1)
        };
        var result = new LlvmCompiler(Llvm.Value).Compile(ir, compile);
        if (result is not CompileSucceeded { Output: var code }) throw new InvalidOperationException(result + " at level " + level);
        string descriptor = Abi.DescriptorSymbol(module.Name);
        // Level 2 is linked like in programs if possible, other levels like on other systems.
        if (level == 2 && CodeImage.TryLink(code.Span, descriptor) is { } image)
            return new(new ModuleRuntime(module, hosts, NativeModule.Read(image.Address, module.Identity, image.Code)!));
        var loaded = Orc.Value.Load([code], new Dictionary<string, nint>(), [descriptor]);
        if (loaded is not OrcLoaded { Module: var orc }) throw new InvalidOperationException(loaded.ToString());
        var native = NativeModule.Read(orc.Symbols[descriptor], module.Identity, new NativeCode(code.Length, null))!;
        return new TestEngine(new ModuleRuntime(module, hosts, native));
    }

    /// <summary>Compiles the module's Rust crate. Its folder is kept, so that cargo has nothing to do if nothing has changed.</summary>
    /// <remarks>
    /// Not optimized, which takes a fifth of the time. So overflow and similar faults, which must not happen in a crate, end as panics.
    /// </remarks>
    public static TestEngine CompileRust(Module module, params HostFunction[] hosts) => CompileRust(module, new RustOptions(), hosts);

    public static TestEngine CompileRust(Module module, RustOptions options, params HostFunction[] hosts)
    {
        ExternalProgram.Cargo.Need();
        var crate = RustCrates.GetOrAdd((module.Identity.ToString(), options), _ => new(() => RustCompiler.Load(module,
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), "rewright-tests-" + Environment.UserName), options,
            "--config", "profile.release.opt-level=0", "--config", "profile.release.debug-assertions=true", "--config",
                "profile.release.overflow-checks=true")));
        return new(new ModuleRuntime(module, hosts, null, crate.Value));
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(string, RustOptions), Lazy<RustModule>> RustCrates = new();

    /// <summary>
    /// True if crates can take part in comparisons of engines. Otherwise the other engines do, and a separate test gives the reason.
    /// </summary>
    public static bool HasRust => ExternalProgram.Cargo.Fault is null;

    public static IEnumerable<(string Name, TestEngine Engine)> All(Module module, params HostFunction[] hosts)
    {
        yield return ("interpreter", Interpret(module, hosts));
        yield return ("native", Compile(module, hosts));
        yield return ("native -O0", Compile(module, new EmitOptions(), 0, hosts));
        if (HasRust) yield return ("rust", CompileRust(module, hosts));
    }

    /// <summary>Makes a handle of a term of constructors that is given as text.</summary>
    public static Term Parse(Module module, TermHeap heap, string sort, string text)
    {
        var data = module.Sorts.Single(s => s.Name == sort);
        heap.Enter();
        try
        {
            var (word, isBoxed) = TermParser.Parse(text, data, heap.Memory, name => module.Find(name) as Operation);
            return heap.NewTerm(word, TermSort.Of(data, isBoxed));
        }
        finally
        {
            heap.Exit();
        }
    }

    /// <summary>
    /// Evaluates a ground term given as text in a heap of its own, checks that no cell is lost, and prints the result.
    /// </summary>
    public string Evaluate(string term)
    {
        using var heap = new TermHeap();
        string result = Evaluate(heap, term);
        var census = heap.TakeCensus();
        if (census.Lost != 0 || census.Miscounted != 0) throw new InvalidOperationException("After " + term + ": " + census);
        return result;
    }

    /// <summary>Evaluates a term given as text and returns a handle of the result.</summary>
    public Term EvaluateTerm(TermHeap heap, string term)
    {
        heap.Enter();
        try
        {
            var (word, sort) = TermParser.Parse(
                term, null, heap.Memory, (name, expected) => GroundTerms.Find(Runtime, heap, name, expected), heap.Evaluator.Hold());
            return heap.NewTerm(word.Word, TermSort.Of((DataSort)sort, word.IsBoxed));
        }
        finally
        {
            heap.Evaluator.LetGo();
            heap.Exit();
        }
    }

    public string Evaluate(TermHeap heap, string term)
    {
        using var scope = heap.BeginScope();
        return GroundTerms.Evaluate(Runtime, heap, term);
    }
}
