using System;
using System.Reflection;

namespace Rewright.Engines;

/// <summary>
/// Which engine declared modules run on when each is first used: what the environment variable REWRIGHT_ENGINE says, else
/// what the build has been told by RewrightEngine, else native code where there is some.
/// </summary>
internal static class EngineChoice
{
    private const string Variable = "REWRIGHT_ENGINE", Setting = "Rewright.Engine";

    /// <summary>The engine that is asked for; null for any.</summary>
    /// <exception cref="InvalidOperationException">The variable or setting has another value.</exception>
    public static Engine? Wanted()
    {
        string? name = Variable, value = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(value)) (name, value) = ("RewrightEngine", AppContext.GetData(Setting) as string);
        return value?.ToUpperInvariant() switch
        {
            null or "" or "AUTO" => null,
            "INTERPRETER" => Engine.Interpreter,
            "NATIVE" => Engine.Native,
            "RUST" => Engine.Rust,
            _ => throw new InvalidOperationException(name + " can be auto, interpreter, native or rust, not '" + value + "'."),
        };
    }

    /// <summary>
    /// The code that a module is to run on, neither for the interpreter; and what is wrong with a library that is not used for that.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="identity">Its identity, as its bindings know it.</param>
    /// <param name="assembly">Which declares it.</param>
    /// <param name="engine">What is asked for; null for any.</param>
    /// <exception cref="InvalidOperationException">Code is asked for and missing.</exception>
    public static (NativeModule? Native, RustModule? Rust, string? Fault) Of(
        Module module, ModuleIdentity identity, Assembly assembly, Engine? engine)
    {
        string? fault = null;
        NativeModule? Native() => NativeLibraries.Find(assembly, module.Name, identity, out fault);
        return engine switch
        {
            null => (Native(), null, fault),
            Engine.Interpreter => (null, null, null),
            Engine.Native => (Native() ?? throw Missing("native code", "RewrightNative=require to see why"), null, null),
            _ => (null, NativeLibraries.FindRust(assembly, module, out fault) ?? throw Missing("Rust library", "RewrightRust=build"), null),
        };

        InvalidOperationException Missing(string what, string how)
            => new("The module " + module.Name + " is to run on " + engine + ". "
                + (fault ?? "The build has made no " + what + " of it. Build with " + how + "."));
    }
}
