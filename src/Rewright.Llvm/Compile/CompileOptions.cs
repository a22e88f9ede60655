using System;

namespace Rewright.Llvm;

/// <summary>The outputs of <see cref="LlvmCompiler"/>.</summary>
public enum CompileOutput
{
    /// <summary>A position-independent object file.</summary>
    Object,

    /// <summary>Assembly text.</summary>
    Assembly,

    /// <summary>LLVM IR text after the passes.</summary>
    OptimizedIr,

    /// <summary>No output: parse and verify only.</summary>
    None,
}

/// <summary>Options of <see cref="LlvmCompiler.Compile"/>.</summary>
public sealed record CompileOptions
{
    /// <summary>The processor of this machine. Code for it must not reach other machines.</summary>
    public const string NativeCpu = "native";

    /// <summary>The default options.</summary>
    public static CompileOptions Default { get; } = new();

    /// <summary>The output to make.</summary>
    public CompileOutput Output { get; init; } = CompileOutput.Object;

    /// <summary>The optimization level, 0 to 3: the pass pipeline <c>default&lt;On&gt;</c> and the effort of the code generator.</summary>
    public int OptimizationLevel { get; init; } = 2;

    /// <summary>A pass pipeline in LLVM's syntax that replaces the one of <see cref="OptimizationLevel"/>.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The effort of the code generator, 0 to 3, if it differs from <see cref="OptimizationLevel"/>.</summary>
    public int? CodegenLevel { get; init; }

    /// <summary>
    /// Rejects text that contains assembly, in functions or at module level, because the assembler reads files that it names.
    /// </summary>
    public bool ForbidsAssembly { get; init; }

    /// <summary>The target triple; null for the host. x86-64 and AArch64 are supported. It overrides the triple in the text.</summary>
    public string? Triple { get; init; }

    /// <summary>
    /// A processor name, <see cref="NativeCpu"/>, or null for the baseline of the architecture (<c>x86-64</c>, <c>generic</c>).
    /// </summary>
    public string? Cpu { get; init; }

    /// <summary>Features to add or remove, as <c>+avx2,-fma</c>.</summary>
    public string Features { get; init; } = "";

    /// <summary>True to keep the debug information of the text; otherwise the output does not depend on it.</summary>
    public bool DebugInfo { get; init; }

    /// <summary>
    /// The time after which the caller stops waiting. LLVM itself cannot be stopped: its thread continues until it is done.
    /// </summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    internal string EffectivePipeline => Pipeline ?? $"default<O{OptimizationLevel}>";

    internal int EffectiveCodegenLevel => CodegenLevel ?? OptimizationLevel;
}
