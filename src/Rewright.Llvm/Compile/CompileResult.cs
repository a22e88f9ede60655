using System;
using System.Collections.Immutable;
using System.Text;

namespace Rewright.Llvm;

/// <summary>The result of a compilation: <see cref="CompileSucceeded"/> or <see cref="CompileFailed"/>.</summary>
public abstract record CompileResult
{
    private protected CompileResult()
    {
    }
}

/// <summary>The module compiled.</summary>
/// <param name="Output">The object, or UTF-8 text; empty for <see cref="CompileOutput.None"/>.</param>
/// <param name="Target">The target of the compilation.</param>
/// <param name="Timings">The time of each stage.</param>
/// <param name="Warnings">LLVM's warnings.</param>
public sealed record CompileSucceeded(
    ReadOnlyMemory<byte> Output, CompileTarget Target, CompileTimings Timings, ImmutableArray<string> Warnings) : CompileResult
{
    /// <summary>The output as text, for assembly and IR.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);
}

/// <summary>The module did not compile.</summary>
/// <param name="Stage">The stage that failed.</param>
/// <param name="Cause">The cause: the text, LLVM, or the state of the process.</param>
/// <param name="Message">LLVM's message, or ours.</param>
/// <param name="Line">The line in the text, from 1; 0 if LLVM gives none.</param>
/// <param name="Column">The column in the text, from 1; 0 if LLVM gives none.</param>
public sealed record CompileFailed(CompileStage Stage, CompileFailureCause Cause, string Message, int Line = 0, int Column = 0)
    : CompileResult
{
    /// <summary>True if LLVM rejects the text; false if options, limits or the machine are the cause.</summary>
    public bool IsRejected => Stage != CompileStage.Prepare && Cause is CompileFailureCause.Error or CompileFailureCause.Fatal;

    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? $"{Stage}: {Message}" : $"{Stage} ({Line},{Column}): {Message}";
}

/// <summary>The stages of a compilation, in order.</summary>
public enum CompileStage
{
    /// <summary>Reading the options and finding the target.</summary>
    Prepare,

    /// <summary>Reading the text.</summary>
    Parse,

    /// <summary>LLVM's verifier.</summary>
    Verify,

    /// <summary>The pass pipeline.</summary>
    Optimize,

    /// <summary>Code generation.</summary>
    Emit,
}

/// <summary>Why a compilation failed.</summary>
public enum CompileFailureCause
{
    /// <summary>The text or the options are wrong; LLVM is unharmed.</summary>
    Error,

    /// <summary>LLVM gave up in a way that costs a thread; see <see cref="LlvmLibrary.LostThreads"/>.</summary>
    Fatal,

    /// <summary>The time limit passed.</summary>
    TimeLimit,

    /// <summary>Nothing was tried, because too many threads were lost in this process.</summary>
    Refused,
}

/// <summary>The target of generated code.</summary>
/// <param name="Triple">The normalised triple.</param>
/// <param name="Cpu">The processor's name; never <c>native</c>.</param>
/// <param name="Features">The features as given to LLVM.</param>
/// <param name="LlvmVersion">The version of LLVM.</param>
public sealed record CompileTarget(string Triple, string Cpu, string Features, Version LlvmVersion);

/// <summary>The time of each stage.</summary>
public sealed record CompileTimings(TimeSpan Parse, TimeSpan Verify, TimeSpan Optimize, TimeSpan Emit)
{
    /// <summary>The total time.</summary>
    public TimeSpan Total => Parse + Verify + Optimize + Emit;
}
