using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>A module whose code is divided into objects.</summary>
public sealed class LargeModuleTests(Packages packages) : IDisposable
{
    private const int Operations = 100;

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task An_edited_rule_compiles_its_group_again()
    {
        string rules = string.Concat(Enumerable.Range(0, Operations).Select(i => $$"""
                [Operation] public static partial long Count{{i}}(Tree tree);
                [Pattern] static Rule Leaf{{i}}(long n) => Rewrite(Count{{i}}(Leaf(n)), to: n + {{i}});
                [Pattern] static Rule Node{{i}}(Tree l, Tree r) => Rewrite(Count{{i}}(Node(l, r)), to: Count{{i}}(l) + Count{{(i == 0 ? 0 : i - 1)}}(r));

            """));
        _project.Write("App/Trees.cs", $$"""
            using Rewright;
            using static Rewright.Dsl;

            [PatternModule]
            public static partial class Trees
            {
                [Sort] public readonly partial struct Tree;
                [Constructor] public static partial Tree Leaf(long value);
                [Constructor] public static partial Tree Node(Tree left, Tree right);
            {{rules}}}
            """);
        _project.Write("App/Program.cs", """
            using System;
            using Rewright;
            using static Trees;

            using var heap = new TermHeap();
            var tree = Node(Leaf(1), Node(Leaf(2), Leaf(3)));
            Console.WriteLine(Count0(tree) + " " + Count50(tree) + " " + Count99(tree));
            Console.WriteLine(Trees.Module.Engine);
            """);
        (await _project.BuildAsync("-p:RewrightNative=require")).SucceededWithoutWarnings();
        Assert.Equal("6 153 300\nNative\n", await _project.RunAsync());
        var built = Objects();
        Assert.InRange(built.Count, 5, 40);

        // A comment and a moved line compile nothing.
        _project.Edit("App/Trees.cs", "    [Pattern] static Rule Leaf50(", "    // Leaves.\n\n    [Pattern] static Rule Leaf50(");
        var build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(["ExtractArtifacts"], build.OurTargets);
        Assert.Equal(built, Objects());

        // The group of the rule, and what tells the identity of the module.
        _project.Edit("App/Trees.cs", "to: n + 50)", "to: n + 1050)");
        build = (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(["ExtractArtifacts", "CompileNative"], build.OurTargets);
        var edited = Objects();
        Assert.Equal(built.Keys, edited.Keys);
        Assert.Equal(2, edited.Count(o => o.Value != built[o.Key]));
        Assert.NotEqual(built["Trees.o"], edited["Trees.o"]);
        Assert.Equal("6 1153 300\nNative\n", await _project.RunAsync());

        // Another option concerns them all.
        build = (await _project.BuildAsync("--no-restore", "-p:RewrightCpu=x86-64-v2")).SucceededWithoutWarnings();
        Assert.Equal(["CompileNative"], build.OurTargets);
        Assert.All(Objects(), o => Assert.NotEqual(edited[o.Key], o.Value));
        Assert.Equal("6 1153 300\nNative\n", await _project.RunAsync());

        // A few rules less: one object, and nothing of the others.
        string text = File.ReadAllText(_project["App/Trees.cs"]);
        int from = text.IndexOf("    [Operation] public static partial long Count51(", StringComparison.Ordinal),
            to = text.IndexOf("    [Operation] public static partial long Count99(", StringComparison.Ordinal);
        File.WriteAllText(_project["App/Trees.cs"], text[..from] + text[to..].Replace("Count98(r)", "Count50(r)"));
        (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.Equal(["Trees.o"], Objects().Keys);
        Assert.Empty(_project.Traces("App/obj", "Trees~"));
    }

    private SortedDictionary<string, DateTime> Objects()
        => new(Directory.GetFiles(_project["App/obj/Debug/net10.0/rewright/native/objects"]).ToDictionary(
            f => Path.GetFileName(f), File.GetLastWriteTimeUtc), StringComparer.Ordinal);
}
