using System;
using System.Threading;

namespace Rewright.Llvm;

/// <summary>A compiler of textual LLVM IR: the library in this process or in another, or separate tools. Thread-safe.</summary>
public interface IIrCompiler
{
    /// <summary>The version of LLVM.</summary>
    Version Version { get; }

    /// <summary>Compiles a module.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    CompileResult Compile(string irText, CompileOptions? options = null, CancellationToken cancellation = default);
}
