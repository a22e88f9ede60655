using Rewright.Binding;

namespace Rewright;

/// <summary>What a module can be asked at run time.</summary>
public static class ModuleExtensions
{
    /// <summary>
    /// The same as <c>module.Engine</c>, for languages that know no extension properties: F#, Visual Basic, C# before 14.
    /// </summary>
    public static Engine GetEngine(this Module module) => ModuleBinding.Of(module)?.Engine ?? Engine.Interpreter;

    extension(Module module)
    {
        /// <summary>What executes a declared module's operations: native code, if the build could make it, else the interpreter.</summary>
        /// <remarks>
        /// A module made at run time is interpreted until it is compiled. The environment variable <c>REWRIGHT_ENGINE</c> decides for
        /// declared modules when they are first used, and the property <c>RewrightEngine</c> of the program's project after it:
        /// <c>interpreter</c>, or <c>native</c> and <c>rust</c>, which throw where the build has made no such code.
        /// </remarks>
        public Engine Engine => module.GetEngine();

        /// <summary>
        /// Why a declared module is interpreted although the build has made native code of it: its library is damaged. Else null.
        /// </summary>
        public string? Failure => ModuleBinding.Of(module) is { Engine: Rewright.Engine.Interpreter } binding ? binding.Failure : null;

        /// <summary>Evaluates calls of a declared module that begin from now on by an engine.</summary>
        /// <exception cref="System.InvalidOperationException">The build has made nothing for the engine, or the module was made at run
        /// time.</exception>
        /// <example><code>
        /// Peano.Module.Use(Engine.Rust);     // needs RewrightRust=build
        /// </code></example>
        public void Use(Engine engine)
            => (ModuleBinding.Of(module) ?? throw new System.InvalidOperationException("The module was made at run time.")).Use(engine);
    }
}
