using System.Globalization;
using System.Linq;
using Rewright.Engines;
using Rewright.Lower;

namespace Rewright;

/// <summary>The mode that <see cref="JitMode.Auto"/> chooses for a module, and the reason.</summary>
/// <param name="Mode">The chosen mode.</param>
/// <param name="Reason">The property of the module that decides.</param>
internal sealed record ModeChoice(JitMode Mode, string Reason)
{
    // LLVM takes a tenth of a second for about this many rules. That is longer than a caller should wait for an answer that the interpreter
    // gives at once.
    private const int ManyRules = 100;

    /// <summary>Chooses the mode for a module.</summary>
    public static ModeChoice For(ModuleRuntime runtime)
    {
        if (runtime.Engine == Engine.None) return new(JitMode.Interpreter, "the module has neither operations nor normalizers");
        if (runtime.Module.Normalizers.IsEmpty && !runtime.InterpreterFor(ProgramForm.Unboxed).MayLoop)
            return new(JitMode.Adaptive, "no operation leads back to itself, so that a call is short, and compiled only if there are many");
        int rules = runtime.Module.Closure.Sum(m => m.Rules.Length);
        return rules > ManyRules
            ? new(JitMode.Adaptive,
                string.Create(CultureInfo.InvariantCulture, $"calls may take long, but so does compiling {rules} rules"))
            : new(JitMode.Native, "calls may take long, and the module is compiled soon");
    }
}
