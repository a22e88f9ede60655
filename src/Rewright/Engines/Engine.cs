namespace Rewright;

/// <summary>What executes a module.</summary>
public enum Engine
{
    /// <summary>The interpreter: always there, many times slower.</summary>
    Interpreter,
    /// <summary>Native code, compiled by the build or at run time.</summary>
    Native,
    /// <summary>The module's Rust crate, compiled by the build or at run time. Terms are converted at its boundary.</summary>
    Rust,
    /// <summary>Nothing: the module has neither operations nor normalizers, such as one of rules between circuits.</summary>
    None,
}
