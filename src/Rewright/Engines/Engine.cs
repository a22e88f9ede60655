using Rewright.Binding;

namespace Rewright;

/// <summary>What executes a module.</summary>
public enum Engine
{
    /// <summary>The interpreter: always there, many times slower.</summary>
    Interpreter,
    /// <summary>Native code, compiled by the build or at run time.</summary>
    Native,
}

/// <summary>What a module can be asked at run time.</summary>
public static class ModuleExtensions
{
    extension(Module module)
    {
        /// <summary>What executes a declared module's operations: native code, if the build could make it, else the interpreter.</summary>
        /// <remarks>
        /// A module made at run time is interpreted until it is compiled. The environment variable <c>REWRIGHT_ENGINE</c> decides for
        /// declared modules when they are first used: <c>interpreter</c>, or <c>native</c>, which throws where native code is missing.
        /// </remarks>
        public Engine Engine => ModuleBinding.Of(module)?.Engine ?? Rewright.Engine.Interpreter;
    }
}
