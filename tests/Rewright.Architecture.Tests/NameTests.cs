using System.IO;
using System.Linq;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Rewright.Architecture.Tests;

/// <summary>Types have names of their own, and assemblies have few friends.</summary>
public sealed class NameTests
{
    [Fact]
    public void No_two_types_have_the_same_name()
    {
        var doubled = FolderReferences.Sources(Path.Combine(Layers.Root, "src"))
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes()
                .OfType<BaseTypeDeclarationSyntax>().Where(t => t.Parent is BaseNamespaceDeclarationSyntax)
                .Select(t => (Name: t.Identifier.Text + (t as TypeDeclarationSyntax)?.TypeParameterList, IsPartial: IsPartial(t),
                    File: file)))
            // A program's class has no other name, and stand-ins for types of the framework have those types' names.
            .Where(t => t.Name != "Program" && Path.GetFileName(t.File) is not ("Polyfills.cs" or "ListPatterns.cs"))
            .GroupBy(t => t.Name).Where(g => g.Count() > 1 && !g.All(t => t.IsPartial)).ToList();
        Assert.True(doubled.Count == 0, string.Join("\n", doubled.Select(g => g.Key + ": " + string.Join(", ", g.Select(t => t.File)))));
    }

    [Fact]
    public void An_assembly_has_at_most_two_friends_beside_tests()
    {
        var production = Directory.GetFiles(Path.Combine(Layers.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetFileNameWithoutExtension(p)).Append("Rewright.Build.Worker").ToHashSet();
        foreach (string project in Directory.GetFiles(Path.Combine(Layers.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var friends = XDocument.Load(project).Descendants("InternalsVisibleTo").Select(f => (string?)f.Attribute("Include"))
                .Where(f => production.Contains(f!)).ToList();
            Assert.True(friends.Count <= 2, Path.GetFileName(project) + " has the friends " + string.Join(", ", friends));
        }
    }

    private static bool IsPartial(BaseTypeDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PartialKeyword);
}
