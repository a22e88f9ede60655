using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Checks;
using Rewright.Emit.Llvm;
using Rewright.Lower;
using Rewright.Testing;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>
/// Text that is nearly right: whatever stands there, the parser and the checks answer with diagnostics at places of the text.
/// </summary>
public class MutationTests
{
    // What mutations put in: all of the grammar, names of the text, and what belongs nowhere.
    private static readonly string[] Pieces =
    [
        "sort", "op", "rule", "normalizer", "enum", "use", "module", "order", "textual", "if", "where", "true", "int", "BigInteger", "Ref<",
        "checked", "same", "min",
        "=", "|", "(", ")", "[", "]", ",", ":", "->", "<<", ">>>", "&&", "||", "==", "!=", "?", "-", "!", "~", "_", ".", "`", "\"", "'",
        "#", "\\", "$", "@",
        "0", "1", "99999999999999999999", "1e999", "0x", "1.5", "42UL", "\"a\"", "'x'", "x", "y", "Zero", "Succ", "F", "A", "S0", "C1",
        "v0",
        "\u0000", "\uD800", "\u00E4", "\uFEFF", "\r", "\n", "\t", "priority", "group", "open", "host", "costs", "-2147483648", "rw.",
    ];

    [Fact]
    public void Changed_text_never_throws()
    {
        var range = (Environment.GetEnvironmentVariable("REWRIGHT_MUTATIONS") ?? "0,4000").Split(',').Select(
            n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        string[] sources = [.. Sources()];
        for (int seed = range[0]; seed < range[0] + range[1]; seed++)
        {
            var random = new Random(seed);
            string text = Mutate(sources[random.Next(sources.Length)], random);
            try
            {
                Check(text);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    "Mutation " + seed.ToString(CultureInfo.InvariantCulture) + ": " + e.Message + "\n" + text, e);
            }
        }
    }

    private static void Check(string text)
    {
        var result = Module.Check(text, "");
        int lines = text.Split('\n').Length + text.Count(c => c == '\r');
        foreach (var diagnostic in result.Diagnostics)
        {
            Assert.InRange(diagnostic.Span.Line, 1, lines);
            Assert.InRange(diagnostic.Span.Column, 1, text.Length + 2);
            Assert.NotEmpty(diagnostic.Message);
        }

        Assert.Equal(result.Module is null, result.Diagnostics.Any(d => d.Kind.Severity == Severity.Error));
        if (result.Module is not { } module) return;
        // What passes prints as text that is read as the same module, and can be compiled.
        Assert.Equal(module.Identity, Module.Parse(module.ToString()).Identity);
        foreach (var form in new[] { ProgramForm.Unboxed, ProgramForm.Boxed })
            Assert.NotEmpty(LlvmEmitter.Emit(Pipeline.Lower(module, form), new EmitOptions()));
    }

    private static string Mutate(string text, Random random)
    {
        for (int i = 1 + random.Next(3); i > 0 && text.Length > 0; i--)
        {
            int at = random.Next(text.Length), length = Math.Min(random.Next(6), text.Length - at);
            var lines = text.Split('\n').ToList();
            int line = random.Next(lines.Count), other = random.Next(lines.Count);
            var words = Words(text).ToList();
            var (word, another) = words.Count == 0 ? ((0, 0), (0, 0)) : (words[random.Next(words.Count)], words[random.Next(words.Count)]);
            text = random.Next(9) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]),
                3 => text[..at],
                4 => string.Join('\n', lines.Where((_, k) => k != line)),
                5 => string.Join('\n', lines.Take(line).Append(lines[other]).Concat(lines.Skip(line))),
                6 => text.Insert(at, " " + Pieces[random.Next(Pieces.Length)] + " "),
                // One name for another, one of the text or not: mistakes that are not of the grammar.
                7 => text.Remove(word.Item1, word.Item2).Insert(word.Item1, Pieces[random.Next(Pieces.Length)]),
                _ => text.Remove(word.Item1, word.Item2).Insert(word.Item1, text.Substring(another.Item1, another.Item2)),
            };
        }

        return text;
    }

    private static IEnumerable<(int Start, int Length)> Words(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsLetterOrDigit(text[i])) continue;
            int start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i])) i++;
            yield return (start, i - start);
        }
    }

    private static IEnumerable<string> Sources()
        => CorpusTests.AllFiles().Select(File.ReadAllText).SelectMany(t => t.Split("#---"))
            .Concat(Enumerable.Range(0, 40).Select(
                seed => RandomModule.Make(seed, new ModuleShape { OddNames = seed % 2 == 0, Throwing = true }).Text))
            .Concat(Enumerable.Range(0, 20).Select(seed => RandomModule.Make(seed, ModuleShape.DataOnly).Text));
}
