using System;
using System.ComponentModel;
using System.Reflection;

namespace Rewright.Binding;

/// <summary>
/// The model of a declared module, at its class: for the runtime, and for the builds of modules that use it. Made by generated code.
/// </summary>
/// <remarks>An attribute holds the text in the assembly once, where the compiler that builds another project can read it too.</remarks>
/// <param name="text">The module as canonical <c>.rw</c> text.</param>
/// <param name="identityLow">Low half of the module's identity.</param>
/// <param name="identityHigh">High half.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModuleModelAttribute(string text, ulong identityLow, ulong identityHigh) : Attribute
{
    /// <summary>The module as canonical <c>.rw</c> text.</summary>
    public string Text { get; } = text;

    /// <summary>Low half of the module's identity.</summary>
    public ulong IdentityLow { get; } = identityLow;

    /// <summary>High half of the module's identity.</summary>
    public ulong IdentityHigh { get; } = identityHigh;

    internal static ModuleModelAttribute Of(Type declaring)
        => declaring.GetCustomAttribute<ModuleModelAttribute>()
            ?? throw new InvalidOperationException(
                "The class " + declaring + " carries no model of a module. Was its project built with Rewright's generator?");
}
