namespace Rewright;

/// <summary>The engines that execute modules.</summary>
public enum Engine
{
    /// <summary>The interpreter: always available, but many times slower.</summary>
    Interpreter,
    /// <summary>Native code, compiled by the build or at run time.</summary>
    Native,
    /// <summary>The module's Rust crate, compiled by the build or at run time. Terms are converted at its boundary.</summary>
    Rust,
    /// <summary>No engine: the module has neither operations nor normalizers, for example only circuit rules.</summary>
    None,
}
