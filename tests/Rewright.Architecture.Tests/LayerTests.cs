using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Architecture.Tests;

/// <summary>Holds the code to the layers that <c>docs/architecture.md</c> lists: a folder uses only folders before it.</summary>
public sealed class LayerTests
{
    public static TheoryData<string> Projects() => new(Layers.Read().Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_use_only_folders_before_them(string project)
    {
        var order = Layers.Read()[project].ToList();
        var references = FolderReferences.Find(Path.Combine(Layers.Root, "src", project), Layers.FolderOf);
        foreach (string folder in references.SelectMany(r => new[] { r.From, r.To }).Distinct())
            Assert.True(order.Contains(folder), $"docs/architecture.md lists no layer for '{folder}' of {project}.");

        var upward = references.Where(r => order.IndexOf(r.To) > order.IndexOf(r.From))
            .Select(r => $"{project}/{r.User} uses {r.Declaration}, which is in '{r.To}': a layer above '{r.From}'").ToList();
        Assert.True(upward.Count == 0, string.Join("\n", upward));
    }

    [Fact]
    public void Every_project_with_folders_has_an_order()
    {
        var missing = Directory.EnumerateDirectories(Path.Combine(Layers.Root, "src"))
            .Where(p => Directory.EnumerateDirectories(p).Any(Layers.HoldsSources))
            .Select(p => Path.GetFileName(p)!).Except(Layers.Read().Keys);
        Assert.Empty(missing);
    }
}
