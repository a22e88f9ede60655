using Rewright.Checks;
using Rewright.Emit.CSharp;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Generators.Reading;

/// <summary>A module's C# declarations as read, without objects of the compiler. Equal if the user's meaning is equal.</summary>
/// <param name="Syntax">The module without the parts that could not be read.</param>
/// <param name="Shape">The input of the bindings; null if no parts can be added to the class.</param>
/// <param name="Problems">The mistakes in the declarations.</param>
/// <param name="IsBroken">True if something was left out because of a mistake that the C# compiler reports.</param>
/// <param name="External">The modules of other assemblies that it uses, directly or indirectly; used modules come before their
/// users.</param>
internal sealed record ModuleDeclaration(
    ModuleSyntax Syntax,
    ModuleShape? Shape,
    EquatableArray<ModuleDiagnostic> Problems,
    bool IsBroken,
    EquatableArray<ExternalModule> External)
{
    /// <summary>True if members without a body make the C# compiler stop before it asks analyzers.</summary>
    public bool StopsCompiler { get; init; }

    /// <summary>The full name of the module.</summary>
    public string Name => Syntax.Name;
}

/// <summary>A module of another assembly.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Text">The canonical text of its model.</param>
internal sealed record ExternalModule(string Name, string Text);
