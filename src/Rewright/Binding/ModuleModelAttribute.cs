using System;
using System.ComponentModel;
using System.Reflection;

namespace Rewright.Binding;

/// <summary>
/// The model of a declared module, attached to its class. The runtime reads it, and so do builds of modules that use it. Generated code
/// applies it.
/// </summary>
/// <remarks>An attribute stores the text in the assembly once, and the compiler of another project can read it there.</remarks>
/// <param name="text">The module as canonical <c>.rw</c> text.</param>
/// <param name="identityLow">The low half of the module's identity.</param>
/// <param name="identityHigh">The high half of the module's identity.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModuleModelAttribute(string text, ulong identityLow, ulong identityHigh) : Attribute
{
    /// <summary>The module as canonical <c>.rw</c> text.</summary>
    public string Text { get; } = text;

    /// <summary>The low half of the module's identity.</summary>
    public ulong IdentityLow { get; } = identityLow;

    /// <summary>The high half of the module's identity.</summary>
    public ulong IdentityHigh { get; } = identityHigh;

    internal static ModuleModelAttribute Of(Type declaring)
        => declaring.GetCustomAttribute<ModuleModelAttribute>()
            ?? throw new InvalidOperationException(
                "The class " + declaring + " carries no model of a module. Was its project built with Rewright's generator?");
}
