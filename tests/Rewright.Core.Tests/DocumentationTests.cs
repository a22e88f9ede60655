using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;
using Xunit;
using Severity = Rewright.Checks.Severity;

namespace Rewright.Core.Tests;

/// <summary>What the documents show is what the compiler says.</summary>
public class DocumentationTests
{
    public static TheoryData<string> Kinds => new(DiagnosticKinds.All.Select(k => k.Id));

    [Fact]
    public void Examples_of_the_reference_are_modules_without_mistakes()
    {
        var known = new List<Module>();
        var blocks = Blocks(File.ReadAllText(PathOf("rw.md")), "rw").ToList();
        Assert.True(blocks.Count > 10);
        foreach (string block in blocks)
        {
            var result = Module.Check(block, "", [.. known]).CheckCircuits();
            Assert.True(result.Diagnostics.IsEmpty, string.Join("\n", result.Diagnostics) + "\nin:\n" + block);
            Support.AssertSame(result.Module!, Module.Parse(result.Module!.ToString(), [.. known]));
            known.Add(result.Module!);
        }
    }

    [Fact]
    public void The_table_of_functions_has_them_all()
    {
        var rows = Rows(File.ReadAllText(PathOf("rw.md")), "| function |").ToList();
        Assert.Equal(Primitive.FunctionNames, rows.Select(r => r[0].Trim('`')));
        foreach (var row in rows)
        {
            Assert.True(Primitive.TryFunction(row[0].Trim('`'), out var op));
            var primitives = Primitive.OperandKinds(op).Select(k => Primitive.Find(op, BuiltInSort.Of(k))!).ToList();
            Assert.Equal(row[1], primitives[0].Arity.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(row[2].Trim('`'), string.Join(" ", primitives.Select(p => p.Operand.Name)));
            Assert.All(primitives, p => Assert.Equal(row[3] == "same" ? p.Operand.Name : row[3].Trim('`'), p.Result.Name));
        }
    }

    [Fact]
    public void The_table_of_operators_has_their_sorts()
    {
        var rows = Rows(File.ReadAllText(PathOf("rw.md")), "| operators |").ToDictionary(
            r => r[0].Replace("`", "", StringComparison.Ordinal), r => r[1]);
        foreach (var op in Enum.GetValues<PrimitiveOp>())
        {
            var primitives = Primitive.OperandKinds(op).Select(k => Primitive.Find(op, BuiltInSort.Of(k))!).ToList();
            if (primitives.Count == 0 || primitives[0].Operator is not { } text || primitives[0].IsChecked || op == PrimitiveOp.Concat)
                continue;
            var row = rows.Single(
                r => primitives[0].Arity == 1 ? r.Key == "unary " + text : r.Key.Split(' ').Contains(text)
                && !r.Key.StartsWith("unary", StringComparison.Ordinal)).Value;
            if (row.StartsWith("two terms", StringComparison.Ordinal)) continue;
            // The exceptions that the row puts into words.
            string exception = op switch { PrimitiveOp.Negate => "uint", PrimitiveOp.ShiftRightUnsigned => "BigInteger", _ => "" };
            Assert.Equal(primitives.Select(p => p.Operand.Name).Order(), row.Split(';')[0].Split(' ', '`', ',')
                .Where(w => w != exception && BuiltInSort.All.Any(s => s.Name == w)).Distinct().Order());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_page_shows_what_is_wrong_and_how_to_mend_it(string id)
    {
        var kind = DiagnosticKinds.All.Single(k => k.Id == id);
        string page = File.ReadAllText(PathOf("diagnostics", id + ".md"));
        Assert.StartsWith("# " + id + ": " + kind.Title + "\n\nSeverity: " + NameOf(kind.Severity) + "\n", page, StringComparison.Ordinal);
        foreach (string code in Blocks(page, "csharp"))
        {
            var errors = CSharpSyntaxTree.ParseText(
                "class C {" + code + "}", cancellationToken: TestContext.Current.CancellationToken).GetDiagnostics(
                TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error);
            Assert.True(!errors.Any(), string.Join("\n", errors) + "\nin:\n" + code);
        }

        // Nobody reads a page with a thousand mistakes on it.
        if (kind == DiagnosticKinds.MoreErrors || kind == DiagnosticKinds.MoreWarnings) return;
        string[] parts = page.Split("\n## Corrected\n");
        Assert.Equal(2, parts.Length);
        string[] wrong = [.. Blocks(parts[0], "rw")], mended = [.. Blocks(parts[1], "rw")];
        if (kind == DiagnosticKinds.UnusedParameter)
        {
            // Only C# declares variables.
            Assert.Empty(wrong.Concat(mended));
            Assert.NotEmpty(Blocks(parts[0], "csharp"));
            Assert.NotEmpty(Blocks(parts[1], "csharp"));
            return;
        }

        Assert.NotEmpty(wrong);
        Assert.NotEmpty(mended);
        Assert.Equal([id], Check(wrong).Select(d => d.Kind.Id).Distinct());
        Assert.Empty(Check(mended));
        // The page shows the message that its wrong code gets.
        Assert.Contains(Check(wrong)[0].Message, page);
    }

    [Fact]
    public void The_list_of_diagnostics_has_them_all()
    {
        string list = File.ReadAllText(PathOf("diagnostics", "README.md"));
        var rows = Rows(list, "| id |").Select(r => string.Join(" | ", r));
        Assert.Equal(DiagnosticKinds.All.OrderBy(k => k.Id, StringComparer.Ordinal).Select(
            k => $"[{k.Id}]({k.Id}.md) | {NameOf(k.Severity)} | {k.Title}"), rows);
        // The kinds of the generator begin at 0100, those of the build at 0200, those of proofs at 0300; their own tests compare them with
        // their pages.
        var others = Directory.EnumerateFiles(PathOf("diagnostics"), "RW*.md").Select(f => File.ReadLines(f).First())
            .Where(h => !DiagnosticKinds.All.Any(k => h.StartsWith("# " + k.Id + ":", StringComparison.Ordinal))).Order(
                StringComparer.Ordinal).ToList();
        Assert.All(others, h => Assert.Matches("^# RW0[1-9][0-9]{2}: ", h));
        Assert.Equal(others.Select(h => $"[{h[2..8]}]({h[2..8]}.md) | {h[10..]}"),
            Rows(list, "| id of C# |").Concat(Rows(list, "| id of the build |")).Concat(Rows(list, "| id of proofs |")).Select(
            r => string.Join(" | ", r)));
    }

    [Fact]
    public void Ids_are_used_once_and_messages_take_their_arguments()
    {
        Assert.Equal(DiagnosticKinds.All.Length, DiagnosticKinds.All.Select(k => k.Id).Distinct().Count());
        Assert.Equal(DiagnosticKinds.All.Length, typeof(DiagnosticKinds).GetFields().Length);
        Assert.All(DiagnosticKinds.All, k => Assert.Matches("^RW[0-9]{4}$", k.Id));
    }

    private static List<ModuleDiagnostic> Check(string[] blocks)
    {
        var parsed = blocks.Select(b => Parser.ParseModule(b)).ToList();
        var results = Checker.CheckAll(parsed.Select(p => p.Syntax).ToList(), _ => null).Select(r => r.CheckCircuits()).ToList();
        return [.. parsed.SelectMany(p => p.Diagnostics), .. results.SelectMany(r => r.Diagnostics)];
    }

    private static string NameOf(Severity severity)
        => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" };

    private static IEnumerable<string> Blocks(string text, string language)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "```" + language) continue;
            int end = Array.IndexOf(lines, "```", i);
            yield return string.Join("\n", lines[(i + 1)..end]) + "\n";
        }
    }

    // The cells of a table, whose head starts as given.
    private static IEnumerable<string[]> Rows(string text, string head)
        => text.Split('\n').SkipWhile(l => !l.StartsWith(head, StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Replace(@"\|", "\u0001", StringComparison.Ordinal).Trim('|').Split('|').Select(
                c => c.Replace("\u0001", "|", StringComparison.Ordinal).Trim()).ToArray());

    private static string PathOf(params string[] names) => Path.Combine([Root(), "docs", .. names]);

    private static string Root([CallerFilePath] string path = "")
        => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
