using System;
using System.Threading;

namespace Rewright.Llvm;

/// <summary>Something that compiles textual LLVM IR: the library in this process, in another one, or separate tools. Thread-safe.</summary>
public interface IIrCompiler
{
    /// <summary>The LLVM that does it.</summary>
    Version Version { get; }

    /// <summary>Compiles a module.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    CompileResult Compile(string irText, CompileOptions? options = null, CancellationToken cancellation = default);
}
