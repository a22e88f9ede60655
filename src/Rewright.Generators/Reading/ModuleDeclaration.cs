using Rewright.Checks;
using Rewright.Emit.CSharp;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>All that is read of a module's C# declarations, and nothing of the compiler's: equal where the user's meaning is.</summary>
/// <param name="Syntax">The module; what could not be read is left out.</param>
/// <param name="Shape">What bindings are written from, null where the class is not one that parts can be added to.</param>
/// <param name="Problems">What is wrong with the declarations.</param>
/// <param name="IsBroken">True where something was left out because of a mistake that the C# compiler reports.</param>
/// <param name="External">The modules of other assemblies that it uses, directly or not; used ones before their users.</param>
internal sealed record ModuleDeclaration(
    ModuleSyntax Syntax,
    ModuleShape? Shape,
    EquatableArray<ModuleDiagnostic> Problems,
    bool IsBroken,
    EquatableArray<ExternalModule> External)
{
    /// <summary>True where the C# compiler stops at members that get no body, and so before it asks analyzers what is wrong.</summary>
    public bool StopsCompiler { get; init; }

    /// <summary>Full name.</summary>
    public string Name => Syntax.Name;
}

/// <summary>A module of another assembly.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Text">Its model in canonical text.</param>
internal sealed record ExternalModule(string Name, string Text);
