using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rewright.Architecture.Tests;

/// <summary>A use of a declaration in one folder by a file in another.</summary>
/// <param name="From">The folder of the file that uses it, below the project; empty for the project's own folder.</param>
/// <param name="To">The folder of the file that declares it.</param>
/// <param name="User">The file that uses it, below the project.</param>
/// <param name="Declaration">The type that is used.</param>
public sealed record FolderReference(string From, string To, string User, string Declaration);

/// <summary>Which folders of a project use which, by the symbols that its sources bind to.</summary>
public static class FolderReferences
{
    /// <summary>All references between different folders of a project, sorted.</summary>
    /// <param name="projectFolder">The folder of the project.</param>
    /// <param name="folderOf">The layer of a file, from its path below the project, with slashes.</param>
    public static IReadOnlyList<FolderReference> Find(string projectFolder, Func<string, string> folderOf)
    {
        var compilation = Compile(projectFolder);
        var found = new HashSet<FolderReference>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            string user = Below(projectFolder, tree.FilePath);
            string from = folderOf(user);
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes())
            {
                if (node is not (SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax)) continue;
                if (Declaring(model.GetSymbolInfo(node)) is not { } type) continue;
                foreach (var declaration in type.DeclaringSyntaxReferences)
                {
                    string to = folderOf(Below(projectFolder, declaration.SyntaxTree.FilePath));
                    if (to != from) found.Add(new FolderReference(from, to, user, type.Name));
                }
            }
        }

        return found.OrderBy(r => r.From, StringComparer.Ordinal).ThenBy(r => r.To, StringComparer.Ordinal)
            .ThenBy(r => r.User, StringComparer.Ordinal).ThenBy(r => r.Declaration, StringComparer.Ordinal).ToList();
    }

    private static INamedTypeSymbol? Declaring(SymbolInfo info)
    {
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        return symbol as INamedTypeSymbol ?? symbol?.ContainingType;
    }

    private static CSharpCompilation Compile(string projectFolder)
    {
        string name = Path.GetFileName(projectFolder);
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview).WithPreprocessorSymbols(
            "NET", "NET10_0_OR_GREATER");
        var trees = Sources(projectFolder).Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), options, f));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileNameWithoutExtension(p) != name).Select(p => MetadataReference.CreateFromFile(p));
        return CSharpCompilation.Create(
            name, trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    /// <summary>The source files below a folder, sorted.</summary>
    public static IEnumerable<string> Sources(string folder)
        => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !Below(folder, f).Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    private static string Below(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');
}
