using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>
/// Files of <c>Corpus</c>. A line <c>#! RW0014 5:12</c> says what is found where; <c>#---</c> stands between modules that
/// are checked together; <c>#: A(x: int)</c> declares the variables of the rule A, as C# patterns do.
/// </summary>
public class CorpusTests
{
    public static TheoryData<string> Pass => new(Files("pass").Select(f => Path.GetFileNameWithoutExtension(f)!));

    public static TheoryData<string> Fail => new(Files("fail").Select(f => Path.GetFileNameWithoutExtension(f)!));

    [Theory]
    [MemberData(nameof(Pass))]
    public void A_file_without_mistakes_passes(string name)
    {
        var results = Check(File.ReadAllText(FileOf("pass", name)));
        Assert.Empty(results.SelectMany(r => r.Diagnostics));
        foreach (var module in results.Select(r => r.Module!))
            Support.AssertSame(module, Module.Parse(module.ToString(), [.. module.Uses]));
    }

    [Theory]
    [MemberData(nameof(Fail))]
    public void A_file_with_mistakes_fails_as_it_says(string name)
    {
        string text = File.ReadAllText(FileOf("fail", name));
        string[] expected = [.. text.Split('\n').Where(l => l.StartsWith("#! ", StringComparison.Ordinal)).Select(l => l[3..].Trim())];
        Assert.NotEmpty(expected);
        var diagnostics = Check(text).SelectMany(r => r.Diagnostics).ToList();
        Assert.True(expected.SequenceEqual(Support.Places(diagnostics)), "Found:\n" + string.Join("\n", diagnostics));
        Assert.Contains(diagnostics, d => name.StartsWith(d.Kind.Id, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_has_two_files()
        => Assert.All(DiagnosticKinds.All.Where(k => k.Id is not ("RW0058" or "RW0059")),
            kind => Assert.True(Files("fail").Count(f => Path.GetFileName(f).StartsWith(kind.Id, StringComparison.Ordinal)) >= 2, kind.Id));

    /// <summary>The files, those with mistakes as well.</summary>
    internal static IEnumerable<string> AllFiles() => Files("pass").Concat(Files("fail"));

    private static IEnumerable<CheckResult> Check(string text)
    {
        var syntaxes = new List<ModuleSyntax>();
        var diagnostics = new List<ModuleDiagnostic>();
        string[] lines = text.Split('\n');
        for (int start = 0; start < lines.Length;)
        {
            int end = Array.IndexOf(lines, "#---", start);
            if (end < 0) end = lines.Length;
            // Lines before the part stay as empty ones, so that lines count in the file.
            string part = new string('\n', start) + string.Join("\n", lines[start..end]);
            var (syntax, found) = Parser.ParseModule(part);
            diagnostics.AddRange(found);
            syntaxes.Add(syntax with
            {
                Patterns = syntax.Patterns.Select(
                p => p with { Variables = Declared(part, p.Name) }).ToEquatableArray()
            });
            start = end + 1;
        }

        var results = Checker.CheckAll(syntaxes, _ => null).Select(r => r.CheckCircuits()).ToList();
        return results.Select((r, i) => i > 0 ? r : r with { Diagnostics = DiagnosticList.InOrder(diagnostics.Concat(r.Diagnostics)) });
    }

    // `#: ` is as long as `op `, so that places stay.
    private static EquatableArray<ParameterSyntax>? Declared(string text, string rule)
    {
        var lines = text.Split('\n').Select(
            l => l.StartsWith("#: " + rule + "(", StringComparison.Ordinal) ? "op " + l[3..] + ": int" : "");
        return Parser.ParseModule(string.Join("\n", lines)).Syntax.Operations is [var declared] ? declared.Parameters : null;
    }

    private static IEnumerable<string> Files(string folder)
        => Directory.EnumerateFiles(Path.Combine(Here(), "Corpus", folder), "*.rw").Order(StringComparer.Ordinal);

    private static string FileOf(string folder, string name) => Path.Combine(Here(), "Corpus", folder, name + ".rw");

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
