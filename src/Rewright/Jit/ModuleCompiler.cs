using System;
using System.Collections.Generic;
using System.Threading;
using Rewright.Caches;
using Rewright.Emit.Llvm;
using Rewright.Engines;
using Rewright.Llvm;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Jit;

/// <summary>From modules to IR and objects. Thread-safe.</summary>
/// <param name="options">The options of the compiler.</param>
/// <param name="keyOptions">The options that change code, as keys have them.</param>
/// <param name="cpu">The CPU for which LLVM generates code.</param>
/// <param name="compiler">LLVM.</param>
internal sealed class ModuleCompiler(JitOptions options, string keyOptions, string cpu, Lazy<IIrCompiler> compiler)
{
    /// <summary>The end of a message about a fault of ours.</summary>
    public const string NoNativeCode = "There is no native code for it.";

    /// <summary>A module's IR, as it is compiled here.</summary>
    /// <exception cref="NativeCompilationException">The compiler has a fault that cannot be worked around.</exception>
    public string EmitIr(Module module, IReadOnlyDictionary<RewriteRule, long>? profile = null)
        => WorkAround(module, profile, (emit, optimizes) => emit(optimizes)).Result;

    // Makes something of a module's IR. Where our compiler has a fault, the passes that only optimise are left out; the message says so.
    private (T Result, string? Fault) WorkAround<T>(
        Module module, IReadOnlyDictionary<RewriteRule, long>? profile, Func<Func<bool, string>, bool, T> make)
    {
        var emitOptions = new EmitOptions(CountRewrites: options.CountRewrites, IsAnonymous: true, Profile: profile);
        try
        {
            var (result, fault) = CompilerFault.WorkAround(
                module, "IR, " + emitOptions + ", " + keyOptions, optimizes => make(Emit, optimizes));
            return (result, fault is null ? null : FaultReport.Describe(fault, "It is compiled without our own optimisation."));
        }
        catch (CompilerFaultException e)
        {
            throw new NativeCompilationException(FaultReport.Describe(e.Fault, NoNativeCode));
        }

        string Emit(bool optimizes)
            => LlvmEmitter.Emit(Pipeline.Lower(module, seesRules: options.CountRewrites, optimizes: optimizes), emitOptions);
    }

    /// <summary>The object of a module.</summary>
    /// <exception cref="NativeCompilationException">LLVM is missing or fails.</exception>
    public (ReadOnlyMemory<byte> Code, CodeInfo Info) CompileObject(Module module, CancellationToken cancellation)
    {
        var stages = new JitStages();
        var (_, code, _) = Compile(module, null, options.OptimizationLevel, stages, cancellation);
        return (code, Outputs.Describe(compiler.Value, stages, CodeKind.Object));
    }

    /// <summary>The IR and the object of a module, and what is wrong with our compiler where it had to do without its passes.</summary>
    /// <exception cref="NativeCompilationException">LLVM is missing or fails.</exception>
    public (string Ir, ReadOnlyMemory<byte> Code, string? Fault) Compile(
        Module module, IReadOnlyDictionary<RewriteRule, long>? profile, int level, JitStages stages, CancellationToken cancellation)
    {
        // Outside the workaround, because a missing LLVM is no fault of our compiler.
        var llvm = compiler.Value;
        var ((ir, result), fault) = WorkAround(module, profile, (emit, optimizes) =>
        {
            string ir = stages.Time(ref stages.Emit, () => emit(optimizes));
            var result = llvm.Compile(ir, OptionsAt(level), cancellation);
            // Nothing in a module leads to IR that LLVM rejects.
            return result is CompileFailed { IsRejected: true } rejected
                ? throw new FaultyCodeException("LLVM rejects our IR: " + rejected, ir) : (ir, result);
        });
        return (ir, Outputs.Of(result, stages), fault);
    }

    private CompileOptions OptionsAt(int level) => NativeCompiler.OptionsFor(level, cpu) with { TimeLimit = options.TimeLimit };
}
