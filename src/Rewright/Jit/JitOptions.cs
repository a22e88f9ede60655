using System;
using System.Collections.Generic;
using Rewright.Caches;

namespace Rewright;

/// <summary>The compilers that a <see cref="JitCompiler"/> can use.</summary>
public enum JitPipeline
{
    /// <summary>libLLVM in this process, the fastest.</summary>
    InProcess,
    /// <summary>The programs llvm-as, opt, llc, as and ld, one after the other.</summary>
    ExternalTools,
}

/// <summary>How modules are executed, and when they are compiled.</summary>
public enum JitMode
{
    /// <summary>Native code: compiled, or taken from a cache, before the first call.</summary>
    Native,
    /// <summary>The interpreter at once; native code when the module is hot.</summary>
    Adaptive,
    /// <summary>Native code from bundles and caches, otherwise the interpreter. Never compiles, so it never looks for LLVM.</summary>
    Precompiled,
    /// <summary>The interpreter. Needs neither LLVM nor permission to run new code.</summary>
    Interpreter,
    /// <summary>
    /// Chooses for each module: <see cref="Native"/> if calls may take long and compiling does not, otherwise <see cref="Adaptive"/>.
    /// </summary>
    Auto,
}

/// <summary>Options of a <see cref="JitCompiler"/>.</summary>
public sealed record JitOptions
{
    /// <summary>The default options.</summary>
    public static JitOptions Default { get; } = new();

    /// <summary>For work on rules: answers at once and compiles hot modules quickly.</summary>
    public static JitOptions Development { get; } = new() { Mode = JitMode.Adaptive, OptimizationLevel = 1 };

    /// <summary>For servers: compiles before the first call and keeps the code on disk for the next start.</summary>
    public static JitOptions Production { get; } = new();

    /// <summary>
    /// For functions that start often, on a read-only file system without LLVM: uses precompiled code from bundles.
    /// </summary>
    public static JitOptions Serverless { get; } = new() { Mode = JitMode.Precompiled, UseCache = false };

    /// <summary>For systems that cannot run native code: interprets, and uses no files, processes or libraries.</summary>
    public static JitOptions WebAssembly { get; } = new() { Mode = JitMode.Interpreter, UseCache = false, UseBundles = false };

    /// <summary>How modules are executed.</summary>
    public JitMode Mode { get; init; } = JitMode.Native;

    /// <summary>The optimization level, 0 to 3; 2 by default. Level 1 compiles in two thirds of the time of level 2.</summary>
    public int OptimizationLevel { get; init; } = 2;

    /// <summary>Interprets a module if native code cannot be made; otherwise <see cref="JitCompiler.Compile"/> throws.</summary>
    public bool FallBackToInterpreter { get; init; } = true;

    /// <summary>
    /// Makes compiled code count rewrites, so that <see cref="EvaluationLimits.MaxRewrites"/> applies to it. The interpreter always counts.
    /// </summary>
    public bool CountRewrites { get; init; }

    /// <summary>
    /// A class of processors, such as <c>x86-64-v3</c>, or a processor by LLVM's name; null for the class of this machine.
    /// </summary>
    public string? TargetCpu { get; init; }

    /// <summary>
    /// The number of functions that the compiler keeps in memory; 1,000 by default. The least recently used are dropped first.
    /// </summary>
    public int MaxCachedFunctions { get; init; } = 1000;

    /// <summary>Also keeps compiled code on disk.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>The directory of the cache; null for that of the environment variable REWRIGHT_CACHE, or one in the user's home.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The size limits of the cache on disk.</summary>
    public CodeCacheOptions Cache { get; init; } = new();

    /// <summary>Uses the bundles of native code beside the application, <c>*.rwb</c>.</summary>
    public bool UseBundles { get; init; } = true;

    /// <summary>Further bundles, by path.</summary>
    public IReadOnlyList<string> Bundles { get; init; } = [];

    /// <summary>The directory for temporary files if no cache is used; null for the system's.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>The compiler to use.</summary>
    public JitPipeline Pipeline { get; init; } = JitPipeline.InProcess;

    /// <summary>
    /// Compiles IR given as text in a child process, because hostile text can make LLVM end its process.
    /// </summary>
    public bool IsolateIr { get; init; } = true;

    /// <summary>The path of a libLLVM or of its directory; null to search for one.</summary>
    public string? LlvmPath { get; init; }

    /// <summary>The C functions that IR given as text may call; null for those of memory and mathematics.</summary>
    public IReadOnlyCollection<string>? AllowedImports { get; init; }

    /// <summary>
    /// Allows assembly in IR given as text, both in functions and at module level. Assembly can read files of this machine during
    /// compilation, and can call any function despite <see cref="AllowedImports"/>.
    /// </summary>
    public bool AllowAssembly { get; init; }

    /// <summary>The time after which a compilation is abandoned; a minute by default.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The rewrites that make a module hot for <see cref="JitMode.Adaptive"/>; 10,000 by default.</summary>
    public long AdaptiveThreshold { get; init; } = 10_000;

    /// <summary>
    /// Makes <see cref="JitMode.Adaptive"/> compile a module twice: first at <see cref="OptimizationLevel"/>, then in the background at
    /// this level, 0 to 3, guided by how often each rule fired while the module was interpreted. Null to compile once.
    /// </summary>
    public int? RecompilationLevel { get; init; }
}
