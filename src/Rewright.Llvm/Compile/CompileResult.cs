using System;
using System.Collections.Immutable;
using System.Text;

namespace Rewright.Llvm;

/// <summary>What came of a compilation: <see cref="CompileSucceeded"/> or <see cref="CompileFailed"/>.</summary>
public abstract record CompileResult
{
    private protected CompileResult()
    {
    }
}

/// <summary>The module compiled.</summary>
/// <param name="Output">The object, or UTF-8 text; empty for <see cref="CompileOutput.None"/>.</param>
/// <param name="Target">What it was compiled for.</param>
/// <param name="Timings">How long each stage took.</param>
/// <param name="Warnings">LLVM's warnings.</param>
public sealed record CompileSucceeded(
    ReadOnlyMemory<byte> Output, CompileTarget Target, CompileTimings Timings, ImmutableArray<string> Warnings) : CompileResult
{
    /// <summary>The output as text, for assembly and IR.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);
}

/// <summary>The module did not compile.</summary>
/// <param name="Stage">Where it failed.</param>
/// <param name="Cause">Why: the text, LLVM, or the state of the process.</param>
/// <param name="Message">LLVM's message, or ours.</param>
/// <param name="Line">Line in the text, from 1, or 0 where LLVM gives none.</param>
/// <param name="Column">Column in the text, from 1, or 0 where LLVM gives none.</param>
public sealed record CompileFailed(CompileStage Stage, CompileFailureCause Cause, string Message, int Line = 0, int Column = 0)
    : CompileResult
{
    /// <summary>True where LLVM does not take the text, false where options, limits or the machine are in the way.</summary>
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

    /// <summary>Too many threads were lost in this process: nothing was tried.</summary>
    Refused,
}

/// <summary>What code was generated for.</summary>
/// <param name="Triple">Normalised triple.</param>
/// <param name="Cpu">Processor name; never <c>native</c>.</param>
/// <param name="Features">Features as given to LLVM.</param>
/// <param name="LlvmVersion">The LLVM that did it.</param>
public sealed record CompileTarget(string Triple, string Cpu, string Features, Version LlvmVersion);

/// <summary>Time spent per stage.</summary>
public sealed record CompileTimings(TimeSpan Parse, TimeSpan Verify, TimeSpan Optimize, TimeSpan Emit)
{
    /// <summary>The sum.</summary>
    public TimeSpan Total => Parse + Verify + Optimize + Emit;
}
