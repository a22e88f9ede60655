using Rewright.Binding;

namespace Rewright;

/// <summary>Properties and methods of modules that need the runtime.</summary>
public static class ModuleExtensions
{
    /// <summary>The same as <c>module.Engine</c>, for languages without extension properties: F#, Visual Basic, C# before 14.</summary>
    public static Engine GetEngine(this Module module) => ModuleBinding.Of(module)?.Engine ?? Engine.Interpreter;

    extension(Module module)
    {
        /// <summary>
        /// The engine that executes a declared module's operations: native code if the build made it, else the interpreter.
        /// </summary>
        /// <remarks>
        /// A module made at run time is interpreted until it is compiled. For declared modules the environment variable
        /// <c>REWRIGHT_ENGINE</c> chooses the engine at first use; without it, the property <c>RewrightEngine</c> of the program's project
        /// does. Their values are <c>interpreter</c>, <c>native</c> and <c>rust</c>; the last two throw if the build has not made such
        /// code.
        /// </remarks>
        public Engine Engine => module.GetEngine();

        /// <summary>
        /// Why a declared module is interpreted although the build made native code for it: its library is damaged. Otherwise null.
        /// </summary>
        public string? Failure => ModuleBinding.Of(module) is { Engine: Rewright.Engine.Interpreter } binding ? binding.Failure : null;

        /// <summary>Makes an engine evaluate the calls of a declared module that begin from now on.</summary>
        /// <exception cref="System.InvalidOperationException">The build made no code for the engine, or the module was made at run
        /// time.</exception>
        /// <example><code>
        /// Peano.Module.Use(Engine.Rust);     // needs RewrightRust=build
        /// </code></example>
        public void Use(Engine engine)
            => (ModuleBinding.Of(module) ?? throw new System.InvalidOperationException("The module was made at run time.")).Use(engine);
    }
}
