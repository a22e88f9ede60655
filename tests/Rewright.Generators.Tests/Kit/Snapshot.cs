using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit;

namespace Rewright.Generators.Tests.Kit;

/// <summary>Compares text with reviewed files under <c>Snapshots</c>. Set <c>REWRIGHT_UPDATE_SNAPSHOTS=1</c> to write them anew.</summary>
internal static class Snapshot
{
    public static void Matches(string text, string name, [CallerMemberName] string test = "")
    {
        string path = Path.Combine(Repository.Root, "tests", "Rewright.Generators.Tests", "Snapshots", test, name + ".txt");
        if (Environment.GetEnvironmentVariable("REWRIGHT_UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        string reviewed = File.Exists(path) ? File.ReadAllText(path) : "";
        if (reviewed == text) return;
        var lines = new InlineDiffBuilder(new DiffPlex.Differ()).BuildDiffModel(reviewed, text).Lines
            .Where(l => l.Type != ChangeType.Unchanged).Take(60).Select(l => (l.Type == ChangeType.Inserted ? "+ " : "- ") + l.Text);
        Assert.Fail("The snapshot " + test + "/" + name + " differs (- reviewed, + now):\n" + string.Join("\n", lines)
            + "\nReview it, and run with REWRIGHT_UPDATE_SNAPSHOTS=1 to accept.");
    }
}
