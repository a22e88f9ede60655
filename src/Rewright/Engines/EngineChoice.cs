using System;
using System.Reflection;

namespace Rewright.Engines;

/// <summary>
/// Chooses the engine of a declared module at its first use: the environment variable REWRIGHT_ENGINE decides, then the build's setting
/// RewrightEngine, then native code if there is any.
/// </summary>
internal static class EngineChoice
{
    private const string Variable = "REWRIGHT_ENGINE", Setting = "Rewright.Engine";

    /// <summary>The requested engine; null for any.</summary>
    /// <exception cref="InvalidOperationException">The variable or setting has an unknown value.</exception>
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
    /// Finds the code to run a module on; both results are null for the interpreter. The fault says why a library is not used.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="identity">The identity of the module according to its bindings.</param>
    /// <param name="assembly">The assembly that declares the module.</param>
    /// <param name="engine">The requested engine; null for any.</param>
    /// <exception cref="InvalidOperationException">The requested code is missing.</exception>
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
