using System;
using System.Diagnostics;
using Rewright.Caches;
using Rewright.Llvm;

namespace Rewright.Jit;

/// <summary>The results of IR compilers.</summary>
internal static class Outputs
{
    /// <summary>Returns the object of a result and records its times.</summary>
    /// <exception cref="NativeCompilationException">The result is a failure.</exception>
    public static ReadOnlyMemory<byte> Of(CompileResult result, JitStages stages)
    {
        switch (result)
        {
            case CompileSucceeded { Output: var output, Timings: var t }:
                (stages.Parse, stages.Optimize, stages.Generate) = (t.Parse + t.Verify, t.Optimize, t.Emit);
                return output;
            case CompileFailed failed:
                throw new NativeCompilationException("LLVM could not compile the module: " + failed);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Describes freshly compiled code.</summary>
    public static CodeInfo Describe(IIrCompiler compiler, JitStages stages, CodeKind kind) => new()
    {
        Kind = kind, LlvmVersion = compiler.Version.ToString(), CompiledAt = DateTimeOffset.UtcNow,
        CompileTime = stages.Parse + stages.Optimize + stages.Generate,
    };
}
