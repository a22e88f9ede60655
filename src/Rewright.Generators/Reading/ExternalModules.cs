using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Rewright.Model;

namespace Rewright.Generators.Reading;

/// <summary>Reads the models that modules of other assemblies carry.</summary>
internal static class ExternalModules
{
    /// <summary>
    /// The modules of other assemblies among the given ones and those that they use; used modules come before their users.
    /// </summary>
    /// <param name="uses">The modules that are used directly.</param>
    /// <param name="compilation">The compilation, whose own modules are left out.</param>
    /// <param name="reportNoModel">Called for a module without a model.</param>
    public static EquatableArray<ExternalModule> Of(
        IEnumerable<INamedTypeSymbol> uses, Compilation compilation, Action<INamedTypeSymbol> reportNoModel)
    {
        var found = new List<ExternalModule>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        void Visit(INamedTypeSymbol module)
        {
            if (SymbolEqualityComparer.Default.Equals(module.ContainingAssembly, compilation.Assembly) || !seen.Add(module)) return;
            foreach (var used in Roles.UsesOf(module)) Visit(used);
            var model = module.GetAttributes().FirstOrDefault(
                a => a.AttributeClass?.ToDisplayString(Roles.Plain) == "Rewright.Binding.ModuleModelAttribute");
            if (model is { ConstructorArguments: [{ Value: string text }, ..] })
                found.Add(new ExternalModule(Roles.FullName(module), text));
            else reportNoModel(module);
        }

        foreach (var module in uses) Visit(module);
        return found.ToEquatableArray();
    }
}
