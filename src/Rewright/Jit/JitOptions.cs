using System;
using System.Collections.Generic;
using Rewright.Caches;

namespace Rewright;

/// <summary>What compiles.</summary>
public enum JitPipeline
{
    /// <summary>libLLVM in this process. The fastest.</summary>
    InProcess,
    /// <summary>The programs llvm-as, opt, llc, as and ld, one after the other.</summary>
    ExternalTools,
}

/// <summary>What runs a compiled module, and when it is compiled.</summary>
public enum JitMode
{
    /// <summary>Native code: compiled, or taken from a cache, before the first call.</summary>
    Native,
    /// <summary>The interpreter at once; native code when the module turns out to be used much.</summary>
    Adaptive,
    /// <summary>Native code from bundles and caches, else the interpreter. Compiles nothing, so it never looks for LLVM.</summary>
    Precompiled,
    /// <summary>The interpreter. Needs neither LLVM nor the right to run new code.</summary>
    Interpreter,
    /// <summary>
    /// Chooses for each module: <see cref="Native"/> where calls may take long and compiling does not, else <see cref="Adaptive"/>. Without
    /// LLVM, the module's Rust crate where cargo is installed and calls may take long.
    /// </summary>
    Auto,
}

/// <summary>Options of a <see cref="JitCompiler"/>.</summary>
public sealed record JitOptions
{
    /// <summary>The default options.</summary>
    public static JitOptions Default { get; } = new();

    /// <summary>For work on rules: answers at once, and compiles what is used much, quickly.</summary>
    public static JitOptions Development { get; } = new() { Mode = JitMode.Adaptive, OptimizationLevel = 1 };

    /// <summary>For servers: native code before the first call, kept on disk for the next start.</summary>
    public static JitOptions Production { get; } = new();

    /// <summary>
    /// For functions that start often, on a file system that is only read and without LLVM: what was compiled before, from bundles.
    /// </summary>
    public static JitOptions Serverless { get; } = new() { Mode = JitMode.Precompiled, UseCache = false };

    /// <summary>Where no native code can be run: the interpreter; no files, no processes, no libraries.</summary>
    public static JitOptions WebAssembly { get; } = new() { Mode = JitMode.Interpreter, UseCache = false, UseBundles = false };

    /// <summary>What runs modules.</summary>
    public JitMode Mode { get; init; } = JitMode.Native;

    /// <summary>0 to 3; 2 unless set. Level 1 compiles in two thirds of the time of 2.</summary>
    public int OptimizationLevel { get; init; } = 2;

    /// <summary>Interprets modules where native code cannot be made; else <see cref="JitCompiler.Compile"/> throws.</summary>
    public bool FallBackToInterpreter { get; init; } = true;

    /// <summary>
    /// Makes compiled code count rewrites, so that <see cref="EvaluationLimits.MaxRewrites"/> holds in it. The interpreter always counts.
    /// </summary>
    public bool CountRewrites { get; init; }

    /// <summary>
    /// A class of processors, such as <c>x86-64-v3</c>, or a processor by LLVM's name; null for the class of this machine.
    /// </summary>
    public string? TargetCpu { get; init; }

    /// <summary>Number of functions that the compiler keeps at hand; 1,000 unless set. The least recently used go first.</summary>
    public int MaxCachedFunctions { get; init; } = 1000;

    /// <summary>Keeps compiled code on disk too.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Where; null for what the environment variable REWRIGHT_CACHE says, or a directory in the user's home.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>How large the cache on disk may grow.</summary>
    public CodeCacheOptions Cache { get; init; } = new();

    /// <summary>Uses the bundles of native code that lie beside the application, <c>*.rwb</c>.</summary>
    public bool UseBundles { get; init; } = true;

    /// <summary>Further bundles, by path.</summary>
    public IReadOnlyList<string> Bundles { get; init; } = [];

    /// <summary>For temporary files where no cache is used; null for the system's directory.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>What compiles.</summary>
    public JitPipeline Pipeline { get; init; } = JitPipeline.InProcess;

    /// <summary>
    /// Compiles IR that is given as text in a child process, since some hostile text makes LLVM end the process that it runs in.
    /// </summary>
    public bool IsolateIr { get; init; } = true;

    /// <summary>A libLLVM, or the directory of one; null to look for it.</summary>
    public string? LlvmPath { get; init; }

    /// <summary>C functions that IR given as text may call; null for those of memory and mathematics.</summary>
    public IReadOnlyCollection<string>? AllowedImports { get; init; }

    /// <summary>
    /// Lets IR given as text hold assembly, in functions or of the module. Assembly can read files of this machine while it is compiled,
    /// and calls what it likes, whatever <see cref="AllowedImports"/> says.
    /// </summary>
    public bool AllowAssembly { get; init; }

    /// <summary>When to give a compilation up; a minute unless set.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rewrites after which <see cref="JitMode.Adaptive"/> compiles a module; 10,000 unless set.</summary>
    public long AdaptiveThreshold { get; init; } = 10_000;

    /// <summary>
    /// Makes <see cref="JitMode.Adaptive"/> compile a module twice: at <see cref="OptimizationLevel"/>, and behind it once more at this
    /// level, from 0 to 3, with what was counted while it was interpreted: which rules fire how often. Null for once.
    /// </summary>
    public int? RecompilationLevel { get; init; }
}
