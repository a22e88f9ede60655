using System;
using System.Diagnostics;
using Rewright.Caches;
using Rewright.Llvm;

namespace Rewright.Jit;

/// <summary>What compilers of IR give.</summary>
internal static class Outputs
{
    /// <summary>The object, and the times that it took.</summary>
    /// <exception cref="NativeCompilationException">There is none.</exception>
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

    /// <summary>What is said of code that was just compiled.</summary>
    public static CodeInfo Describe(IIrCompiler compiler, JitStages stages, CodeKind kind) => new()
    {
        Kind = kind, LlvmVersion = compiler.Version.ToString(), CompiledAt = DateTimeOffset.UtcNow,
        CompileTime = stages.Parse + stages.Optimize + stages.Generate,
    };
}
