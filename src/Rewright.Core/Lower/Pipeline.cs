using System;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;
using static Rewright.Lower.ProgramForm;

namespace Rewright.Lower;

/// <summary>
/// The compiler as a list of passes: the path from a checked module to the program that the build, the JIT compiler, the interpreter and
/// the Rust back end use.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="ProgramLowering"/> makes a program from the decision trees of the module's rules. Then the passes run in the order of
/// <see cref="Passes"/>, each in the program forms that it names.
/// </para>
/// <para>
/// A pass is a function from a program to a program. Programs and their parts are immutable: a pass sees the result of the pass before it,
/// never its own changes. <see cref="ProgramVerifier"/> says what holds between passes.
/// </para>
/// </remarks>
public static class Pipeline
{
    /// <summary>The name of the program before the first pass.</summary>
    public const string Start = "lower";

    /// <summary>The passes in the order in which they run. A pass can run several times.</summary>
    public static ImmutableArray<Pass> Passes { get; } =
    [
        new("call-patterns",
            "calls with a term that was just built go to a version that takes its parts; straight-line operations are unfolded",
            CallPatterns.Apply, OnlyOptimises: true, [Unboxed]),
        new("tail-modulo-constructors", "`C(f(x))` fills a hole in a loop; sums and counters are added up in one",
            TailModulo.Apply, OnlyOptimises: true, [Unboxed, Boxed]),
        new("tail-modulo-additions", "the same for sums and counters only, where there are no holes",
            TailModulo.ApplyToAdditions, OnlyOptimises: true, [Managed, Objects]),
        new("bottom-up-recursion", "recursion on a counter becomes a loop that counts up",
            BottomUpRecursion.Apply, OnlyOptimises: true, [Unboxed, Managed]),
        new("counter-loops", "a loop that only counts becomes arithmetic",
            CounterLoops.Apply, OnlyOptimises: true, [Unboxed, Managed]),
        new("dead-code", "values that nothing uses, and that cannot fail, are removed",
            DeadCode.Apply, OnlyOptimises: true, [Unboxed, Boxed, Managed, Objects]),
        new("tail-surroundings", "what is built around the result of a recursive call waits in a list instead of on the stack",
            TailSurroundings.Apply, OnlyOptimises: true, [Managed]),
        new("unboxing", "counters and packed sorts become words; operations on bits become formulas",
            Unboxing.Apply, OnlyOptimises: false, [Unboxed]),
        new("memoised-constants", "operations without parameters are computed once in a heap",
            MemoisedConstants.Apply, OnlyOptimises: true, [Unboxed, Boxed]),
        new("dead-code", "values that nothing uses, and that cannot fail, are removed",
            DeadCode.Apply, OnlyOptimises: true, [Unboxed, Boxed, Traced]),
        new("reference-counts", "memory operations: who owns what, and who drops it (Perceus)",
            ReferenceCounts.Apply, OnlyOptimises: false, [Unboxed, Boxed, Traced]),
        new("reuse", "a term is built in the memory of a cell that was taken apart before it",
            Reuse.Apply, OnlyOptimises: true, [Unboxed, Boxed, Traced]),
    ];

    /// <summary>Makes the program of a checked module. The result depends only on the module and the three options after it.</summary>
    /// <param name="module">The module.</param>
    /// <param name="form">The form of the program.</param>
    /// <param name="seesRules">True to keep each rule that fires, for counting; otherwise some rules are applied at compile time.</param>
    /// <param name="optimizes">False to run only the passes that a program needs.</param>
    /// <param name="afterEach">Receives the program before the first pass, named <see cref="Start"/>, and after each pass.</param>
    /// <param name="verifies">True to verify the result of each pass, not only the final one.</param>
    /// <exception cref="LoweredFormException">A pass produced a malformed program.</exception>
    public static Program Lower(ModuleDefinition module, ProgramForm form = Unboxed, bool seesRules = false, bool optimizes = true,
        Action<string, Program>? afterEach = null, bool verifies = false)
    {
        var runner = new PassRunner(ProgramLowering.Lower(module, form, seesRules || !optimizes), afterEach, verifies);
        foreach (var pass in Passes.Where(p => p.Forms.Contains(form) && (optimizes || !p.OnlyOptimises))) runner.Run(pass);
        return runner.Finish();
    }
}

/// <summary>A step of the compiler.</summary>
/// <param name="Name">The name for users and tests, in lower case with hyphens.</param>
/// <param name="Description">The effect of the pass, in Markdown.</param>
/// <param name="Apply">The function from program to program.</param>
/// <param name="OnlyOptimises">True if programs are correct without the pass.</param>
/// <param name="Forms">The program forms in which the pass runs.</param>
public sealed record Pass(string Name, string Description, Func<Program, Program> Apply, bool OnlyOptimises,
    ImmutableArray<ProgramForm> Forms);
