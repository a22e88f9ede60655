using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using Rewright.Lower;
using Rewright.Model;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>
/// The passes of the compiler, each at small modules: <c>Passes/PASS/CASE.rw</c>, and beside it, in <c>CASE.txt</c>, the functions that the
/// pass changes, before and after it. With <c>REWRIGHT_ACCEPT=1</c> the text is written, to be reviewed as any other change.
/// </summary>
/// <remarks>
/// A case named <c>no-...</c> is one where the pass must change nothing. A pass is shown in the first form that it is for.
/// </remarks>
public class PassTests
{
    public static TheoryData<string> Cases
        => new(Files().Select(f => Path.GetFileName(Path.GetDirectoryName(f)) + "/" + Path.GetFileNameWithoutExtension(f)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pass_makes_of_a_module_what_its_text_says(string name)
    {
        string path = Path.Combine(Folder(), name);
        string found = Describe(name.Split('/')[0], Module.Parse(File.ReadAllText(path + ".rw")), out bool isChanged);
        Assert.True(isChanged != name.Contains("/no-", StringComparison.Ordinal),
            "The pass " + (isChanged ? "changes" : "does not change") + ":\n" + found);
        if (Environment.GetEnvironmentVariable("REWRIGHT_ACCEPT") == "1") File.WriteAllText(path + ".txt", found);
        string expected = File.Exists(path + ".txt") ? File.ReadAllText(path + ".txt").ReplaceLineEndings("\n") : "";
        Assert.True(expected == found,
            "If this is meant, run the test with REWRIGHT_ACCEPT=1 and commit " + path + ".txt. Found:\n" + found);
    }

    [Fact]
    public void Every_pass_has_cases_where_it_acts_and_where_it_must_not()
    {
        var cases = Files().ToLookup(f => Path.GetFileName(Path.GetDirectoryName(f)!), f => Path.GetFileName(f));
        Assert.Equal(Pipeline.Passes.Select(p => p.Name).Append(Pipeline.Start).Distinct().Order(), cases.Select(c => c.Key).Order());
        Assert.All(cases.Where(c => c.Key != Pipeline.Start), pass =>
        {
            Assert.Contains(pass, file => !file.StartsWith("no-", StringComparison.Ordinal));
            Assert.Contains(pass, file => file.StartsWith("no-", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void A_program_stays_as_it_is_whatever_passes_make_of_it()
    {
        var kept = new List<(string Pass, Program Program, string Text)>();
        foreach (string file in Files())
        {
            var module = Module.Parse(File.ReadAllText(file));
            foreach (var form in Enum.GetValues<ProgramForm>())
                Pipeline.Lower(module, form, afterEach: (pass, program) => kept.Add((pass, program, ProgramPrinter.Print(program))));
        }

        Assert.All(kept, k => Assert.Equal(k.Text, ProgramPrinter.Print(k.Program)));
    }

    [Fact]
    public void The_documentation_lists_the_passes_in_their_order()
    {
        var expected = Pipeline.Passes.Select(p => "| `" + p.Name + "` | " + string.Join(", ", p.Forms).ToLowerInvariant() + " | "
            + (p.OnlyOptimises ? "optimises " : "") + "| " + p.Description + " |");
        string page = File.ReadAllText(Path.Combine(Folder(), "../../../docs/architecture.md"));
        var rows = page.Split('\n').SkipWhile(l => !l.StartsWith("| pass | forms |", StringComparison.Ordinal)).Skip(2).TakeWhile(
            l => l.StartsWith('|'));
        Assert.Equal(expected, rows);
    }

    // The functions that the pass changes, each time that it runs.
    private static string Describe(string name, Module module, out bool isChanged)
    {
        var form = Pipeline.Passes.FirstOrDefault(p => p.Name == name)?.Forms[0] ?? ProgramForm.Unboxed;
        var names = new Dictionary<string, LocalNames>();
        Dictionary<string, string> before = [];
        var text = new StringBuilder();
        bool changes = false;
        Pipeline.Lower(module, form, verifies: true, afterEach: (pass, program) =>
        {
            var after = program.Definitions.ToDictionary(d => d.Function.Name, d => ProgramPrinter.Print(d, NamesOf(d.Function.Name)));
            if (pass == name)
            {
                var changed = after.Keys.Where(f => before.GetValueOrDefault(f) != after[f]).ToList();
                changes |= changed.Count > 0;
                if (changed.Count == 0) Write("unchanged", after.Values);
                if (changed.Any(before.ContainsKey)) Write("before", changed.Where(before.ContainsKey).Select(f => before[f]));
                if (changed.Count > 0) Write("after", changed.Select(f => after[f]));
            }

            before = after;
        });
        isChanged = changes;
        return text.ToString();

        LocalNames NamesOf(string function)
        {
            if (!names.TryGetValue(function, out var known)) names.Add(function, known = new LocalNames());
            return known;
        }

        void Write(string title, IEnumerable<string> functions)
            => text.Append(text.Length > 0 ? "\n" : "").Append("## ").Append(title).Append("\n\n").Append(string.Join("\n", functions));
    }

    private static IEnumerable<string> Files()
        => Directory.EnumerateFiles(Folder(), "*.rw", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Passes");
}
