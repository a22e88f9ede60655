using System;
using System.IO;
using System.Linq;
using Rewright.Emit.CSharp;
using Rewright.Model;
using Xunit;

namespace Rewright.Build.Tests;

public sealed class ExtractArtifactsTests : IDisposable
{
    private static readonly DateTime LongAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Artifacts_are_written_and_listed()
    {
        Generate(("A", "rw", "module A\n"), ("A", "llvm", "; ☃ \u2028 \\ \tüß"), ("B.C", "rw", ""));
        Extract().HasNothingToSay();
        Assert.Equal("module A\n", File.ReadAllText(Artifact("rw/A.rw")));
        Assert.Equal("; ☃ \u2028 \\ \tüß", File.ReadAllText(Artifact("llvm/A.llvm")));
        Assert.Equal("", File.ReadAllText(Artifact("rw/B.C.rw")));
        Assert.Equal(["llvm/A.llvm", "rw/A.rw", "rw/B.C.rw"], File.ReadAllLines(List).Select(l => l.Split('\t')[1]));
        Assert.True(File.Exists(Stamp));
    }

    [Fact]
    public void Only_what_differs_is_written()
    {
        Generate(("A", "rw", "old"), ("B", "rw", "same"));
        Extract().HasNothingToSay();
        foreach (string file in new[] { Artifact("rw/A.rw"), Artifact("rw/B.rw"), List, Stamp }) File.SetLastWriteTimeUtc(file, LongAgo);

        Extract().HasNothingToSay();
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(Artifact("rw/A.rw")));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(List));
        Assert.NotEqual(LongAgo, File.GetLastWriteTimeUtc(Stamp));

        Generate(("A", "rw", "new"), ("B", "rw", "same"));
        Extract().HasNothingToSay();
        Assert.Equal("new", File.ReadAllText(Artifact("rw/A.rw")));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(Artifact("rw/B.rw")));
        Assert.NotEqual(LongAgo, File.GetLastWriteTimeUtc(List));
    }

    [Fact]
    public void What_someone_changed_is_written_again()
    {
        Generate(("A", "rw", "text"));
        Extract().HasNothingToSay();
        File.WriteAllText(Artifact("rw/A.rw"), "mine");
        Extract().HasNothingToSay();
        Assert.Equal("text", File.ReadAllText(Artifact("rw/A.rw")));
    }

    [Fact]
    public void Nothing_stays_of_a_removed_module()
    {
        Generate(("A", "rw", "a"), ("A-2", "rw", "b"), ("A.B", "rw", "b"), ("A.B", "llvm", "b"));
        Extract().HasNothingToSay();
        File.WriteAllText(Artifact("rw/mine.txt"), "");
        Generate(("A", "rw", "a"), ("A-2", "rw", "b"));
        Extract().HasNothingToSay();
        Assert.Equal(["A-2.rw", "A.rw", "mine.txt"], Names(Artifact("rw")));
        Assert.Empty(Names(Artifact("llvm")));
        Assert.Equal(["A-2-rules.g.cs", "A-2-rw.g.cs", "A-2.g.cs", "A-rules.g.cs", "A-rw.g.cs", "A.g.cs", "Rewright-index.g.cs"],
            Names(_folder["carriers"]));
    }

    [Fact]
    public void No_module_is_nothing_wrong()
    {
        Generate();
        Extract().HasNothingToSay();
        Assert.Equal("", File.ReadAllText(List));
        Assert.True(File.Exists(Stamp));
    }

    [Theory]
    [InlineData("../outside.rw")]
    [InlineData("rw/../../outside.rw")]
    [InlineData("/outside.rw")]
    [InlineData("C:\\outside.rw")]
    [InlineData("rw//A.rw")]
    public void Nothing_is_written_outside_the_folder(string path)
    {
        var artifact = new ArtifactFile(path, "text");
        Directory.CreateDirectory(_folder["carriers"]);
        WriteCarrier("A-rw.g.cs", artifact);
        WriteCarrier(ArtifactIndex.FileName,
            new ArtifactIndex(EquatableArray.Of(new ArtifactIndexEntry(path, "A-rw.g.cs", artifact.Hash))).ToArtifact());
        Assert.Contains(path, Extract().Error("RW0201").Message);
        Assert.Equal(["carriers"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        Generate(("A", "rw", "text"));
        string carrier = Path.Combine(_folder["carriers"], "A-rw.g.cs");
        string text = File.ReadAllText(carrier);

        File.WriteAllText(carrier, text.Replace("//|text", "//|another"));
        Assert.Contains("'A-rw.g.cs' is not what the index says", Extract().Error("RW0201").Message);
        File.WriteAllText(carrier, text.Replace("//|text", "text"));
        Assert.Contains("damaged", Extract().Error("RW0201").Message);
        File.WriteAllText(carrier, text.Replace("version 1", "version 2"));
        Assert.Contains("another version", Extract().Error("RW0201").Message);
        File.WriteAllText(carrier, "class A { }");
        Assert.Contains("carries no artifact", Extract().Error("RW0201").Message);
        File.Delete(carrier);
        Assert.Contains("There is no", Extract().Error("RW0201").Message);
        Assert.False(File.Exists(Stamp));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        Generate(("A", "rw", "text"));
        Directory.CreateDirectory(Path.Combine(Artifact("rw/A.rw"), "in the way"));
        Assert.Contains("A.rw", Extract().Error("RW0207").Message);
    }

    private string List => Artifact("artifacts.list");

    private string Stamp => Artifact("artifacts.stamp");

    private string Artifact(string path) => Path.Combine(_folder["out"], path);

    private static string[] Names(string folder)
        => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    // As the compiler does it: it writes all files of the generator and deletes none.
    private void Generate(params (string Stem, string Kind, string Text)[] artifacts)
    {
        Directory.CreateDirectory(_folder["carriers"]);
        var entries = artifacts.Select(a =>
        {
            var artifact = new ArtifactFile(a.Kind + "/" + a.Stem + "." + a.Kind, a.Text);
            WriteCarrier(a.Stem + "-" + a.Kind + ".g.cs", artifact);
            File.WriteAllText(Path.Combine(_folder["carriers"], a.Stem + ".g.cs"), "// bindings");
            File.WriteAllText(Path.Combine(_folder["carriers"], a.Stem + "-rules.g.cs"), "// bindings");
            return new ArtifactIndexEntry(artifact.Path, a.Stem + "-" + a.Kind + ".g.cs", artifact.Hash);
        });
        WriteCarrier(ArtifactIndex.FileName, new ArtifactIndex(entries.ToEquatableArray()).ToArtifact());
    }

    private void WriteCarrier(string name, ArtifactFile artifact)
        => File.WriteAllText(Path.Combine(_folder["carriers"], name), artifact.ToCSharp());

    private TestBuildEngine Extract()
    {
        var engine = new TestBuildEngine();
        var task = new ExtractArtifacts
        {
            BuildEngine = engine,
            Project = "Test.csproj",
            Index = Path.Combine(_folder["carriers"], ArtifactIndex.FileName),
            Folder = _folder["out"],
            List = List,
            Stamp = Stamp,
        };
        Assert.Equal(task.Execute(), engine.Errors.Count == 0);
        return engine;
    }
}
