using System;

namespace Rewright.Engines;

/// <summary>Which engine declared modules run on: what the environment variable REWRIGHT_ENGINE says, when each is first used.</summary>
internal static class EngineChoice
{
    private const string Variable = "REWRIGHT_ENGINE";

    /// <summary>The native code that a module is to run on, null for the interpreter.</summary>
    /// <param name="module">The module.</param>
    /// <param name="find">Finds its native code, null where there is none.</param>
    /// <exception cref="InvalidOperationException">Native code is asked for and missing, or the variable has another value.</exception>
    public static NativeModule? Of(Module module, Func<NativeModule?> find) => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "auto" => find(),
        "interpreter" => null,
        "native" => find() ?? throw new InvalidOperationException(
            Variable + " asks for native code, and the build has made none of the module " + module.Name + ". Build with RewrightNative=require to see why."),
        var other => throw new InvalidOperationException(Variable + " can be auto, interpreter or native, not '" + other + "'."),
    };
}
