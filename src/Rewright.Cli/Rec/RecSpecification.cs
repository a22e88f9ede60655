using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Rewright.Llvm.Processes;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Cli.Rec;

/// <summary>A specification of the Rewrite Engines Competition: a module, and terms to reduce to normal form.</summary>
/// <param name="Module">The module as written. Rules are tried from top to bottom.</param>
/// <param name="Terms">The terms, with their places.</param>
internal sealed record RecSpecification(ModuleSyntax Module, ImmutableArray<(string Text, SourceSpan Span)> Terms);

/// <summary>A mistake in a specification.</summary>
internal sealed class RecException(SourceSpan span, string message) : Exception(span + ": error: " + message);

/// <summary>
/// Reads specifications in both dialects: <c>#</c> comments and imports by name, or <c>%</c> comments and <c>#include</c>.
/// </summary>
/// <remarks>The format is line-based. Imports are found beside the file; each file is read once.</remarks>
internal sealed partial class RecReader
{
    private static readonly TimeSpan s_metaTime = TimeSpan.FromSeconds(20);
    private static readonly string[] Sections = ["SORTS", "CONS", "OPNS", "VARS", "RULES", "EVAL"];

    private readonly HashSet<string> _read = [];
    private readonly List<string> _sorts = [];
    // The sorts of symbols' results and of variables. The checker itself looks at the sorts of parameters.
    private readonly List<(string Sort, SourceSpan Span)> _sortUses = [];
    private readonly Dictionary<string,
        (ImmutableArray<string> Parameters, string Result, bool IsConstructor, SourceSpan Span)> _symbols = [];
    private readonly List<string> _symbolOrder = [];
    private readonly List<(PatternSyntax Pattern, string Root)> _rules = [];
    private readonly List<(string Text, SourceSpan Span)> _terms = [];

    private RecReader() { }

    /// <summary>Reads a file and its imports.</summary>
    /// <exception cref="RecException">The file is malformed, or an import is missing.</exception>
    public static RecSpecification Read(string path)
    {
        var reader = new RecReader();
        reader.ReadFile(path, new SourceSpan(path, 0, 0, 0, 0));
        return new RecSpecification(reader.MakeModule(Path.GetFileNameWithoutExtension(path)), [.. reader._terms]);
    }

    private readonly record struct Line(string Text, string File, int Number)
    {
        public SourceSpan At(int column, int length = 1) => new(File, 0, length, Number, column + 1);
    }

    private void ReadFile(string path, SourceSpan importedAt)
    {
        if (!_read.Add(Path.GetFullPath(path))) return;
        string text = Text(path, importedAt);
        var lines = new List<Line>();
        var metas = new List<(string Body, Line Line)>();
        var imports = new List<(string Name, SourceSpan Span)>();
        SplitLines(path, text, lines, metas, importedAt);

        string section = "";
        var variables = new Dictionary<string, string>();
        var rules = new List<Line>();
        foreach (var line in lines)
        {
            string content = line.Text;
            string word = content.TrimStart().Split((char[]?)null, 2)[0];
            if (word == "REC-SPEC")
            {
                int colon = content.IndexOf(':', StringComparison.Ordinal);
                if (colon >= 0)
                    foreach (Match name in NameRegex().Matches(content, colon + 1))
                        imports.Add((name.Value, line.At(name.Index, name.Length)));
                continue;
            }

            if (Sections.Contains(word) && (content.Trim() == word || word == "SORTS"))
            {
                section = word;
                content = content.TrimStart()[word.Length..];
                if (string.IsNullOrWhiteSpace(content)) continue;
            }

            switch (section)
            {
                case "SORTS":
                    foreach (string sort in content.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                        if (!_sorts.Contains(sort)) _sorts.Add(sort);
                    break;
                case "CONS" or "OPNS": ReadSymbol(line, section == "CONS"); break;
                case "VARS":
                    var parts = content.Split(':');
                    if (parts.Length != 2) throw new RecException(line.At(0), "Expected variables, ':' and a sort");
                    foreach (string variable in parts[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                        variables[variable] = parts[1].Trim();
                    _sortUses.Add((parts[1].Trim(), line.At(content.Length - parts[1].TrimStart().Length, parts[1].Trim().Length)));
                    break;
                case "RULES": rules.Add(line); break;
                case "EVAL": _terms.Add((content.Trim(), line.At(content.Length - content.TrimStart().Length))); break;
                default: throw new RecException(line.At(0), "Expected one of " + string.Join(", ", Sections));
            }
        }

        // Imported declarations and rules come first, as if they stood in place of the import.
        string folder = Path.GetDirectoryName(path) ?? "";
        foreach (var (name, span) in imports) ReadFile(Locate(folder, name, span), span);
        foreach (var rule in rules) ReadRule(rule, variables);
        foreach (var (body, line) in metas) RunMeta(body, line);
    }

    // Latin-1, because the files are older than UTF-8.
    private static string Text(string path, SourceSpan namedAt)
    {
        try
        {
            return TextFile.Read(path, Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecException(namedAt, "Cannot read " + path + ": " + e.Message);
        }
    }

    private static string Locate(string folder, string name, SourceSpan span)
    {
#pragma warning disable CA1308 // files are named in lower case
        foreach (string candidate in new[] { name, name.ToLowerInvariant() })
#pragma warning restore CA1308
        {
            string path = Path.Combine(folder, candidate + ".rec");
            if (File.Exists(path)) return path;
        }

        throw new RecException(span, "There is no specification '" + name + "' in " + (folder.Length == 0 ? "this folder" : folder));
    }

    private void SplitLines(string path, string text, List<Line> lines, List<(string, Line)> metas, SourceSpan importedAt)
    {
        StringBuilder? meta = null;
        var metaStart = default(Line);
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            var line = new Line(raw.TrimEnd('\r'), path, ++number);
            if (meta is not null)
            {
                if (line.Text.StartsWith("END-META", StringComparison.Ordinal))
                {
                    metas.Add((meta.ToString(), metaStart));
                    meta = null;
                }
                else meta.Append(line.Text).Append('\n');
                continue;
            }

            if (line.Text.TrimEnd() == "META")
            {
                (meta, metaStart) = (new StringBuilder(), line);
                continue;
            }

            if (IncludeRegex().Match(line.Text) is { Success: true } include)
            {
                string included = Path.Combine(Path.GetDirectoryName(path) ?? "", include.Groups[1].Value);
                var place = line.At(include.Groups[1].Index, include.Groups[1].Length);
                if (Path.IsPathRooted(include.Groups[1].Value))
                    throw new RecException(place, "An included file is named by its way from this one, not from the root");
                if (!File.Exists(included)) throw new RecException(place, "There is no file '" + include.Groups[1].Value + "'");
                if (_read.Add(Path.GetFullPath(included))) SplitLines(included, Text(included, place), lines, metas, line.At(0));
                continue;
            }

            int comment = line.Text.IndexOfAny(['#', '%']);
            string content = comment < 0 ? line.Text : line.Text[..comment];
            // Text after END-SPEC is not part of the specification. In an included file, END-SPEC ends only that file.
            if (content.Trim() == "END-SPEC") break;
            if (!string.IsNullOrWhiteSpace(content)) lines.Add(line with { Text = content });
        }

        if (meta is not null) throw new RecException(metaStart.At(0), "META without END-META");
    }

    private void ReadSymbol(Line line, bool isConstructor)
    {
        var match = SymbolRegex().Match(line.Text);
        if (!match.Success) throw new RecException(line.At(0), "Expected a name, ':', sorts, '->' and a sort");
        string name = match.Groups[1].Value;
        var parameters = match.Groups[2].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToImmutableArray();
        string result = match.Groups[3].Value;
        if (_symbols.TryGetValue(name, out var known))
        {
            if (known.Result != result || !known.Parameters.SequenceEqual(parameters))
                throw new RecException(line.At(match.Groups[1].Index), "'" + name + "' is declared twice");
            return;
        }

        _sortUses.Add((result, line.At(match.Groups[3].Index, result.Length)));
        _symbols.Add(name, (parameters, result, isConstructor, line.At(match.Groups[1].Index, name.Length)));
        _symbolOrder.Add(name);
    }

    private void ReadRule(Line line, Dictionary<string, string> variables)
    {
        var arrow = ArrowRegex().Match(line.Text);
        if (!arrow.Success) throw new RecException(line.At(0), "Expected '->'");
        var keyword = IfRegex().Match(line.Text, arrow.Index + arrow.Length);
        int targetEnd = keyword.Success ? keyword.Index : line.Text.Length;
        var used = new Dictionary<string, string>();
        ExprSyntax Term(int start, int end) => new RecTermReader(line.Text[..end], start, (c, l) => line.At(c, l), variables, used).Read();
        var source = Term(0, arrow.Index);
        var target = Term(arrow.Index + arrow.Length, targetEnd);
        var conditions = ImmutableArray.CreateBuilder<ConditionSyntax>();
        for (int start = keyword.Success ? keyword.Index + keyword.Length : line.Text.Length; start < line.Text.Length;)
        {
            var and = AndIfRegex().Match(line.Text, start);
            int end = and.Success ? and.Index : line.Text.Length;
            var comparison = ComparisonRegex().Match(line.Text[..end], start);
            if (!comparison.Success) throw new RecException(line.At(start), "Expected '=' or '<>'");
            string op = comparison.Value is "=" or "-><-" ? "==" : "!=";
            conditions.Add(new(null,
                new BinarySyntax(op, Term(start, comparison.Index), Term(comparison.Index + comparison.Length, end),
                line.At(start, end - start)), line.At(start)));
            start = and.Success ? and.Index + and.Length : line.Text.Length;
        }

        var declared = used.Select(u => new ParameterSyntax(u.Key, new NameSyntax(u.Value, line.At(0)))).ToEquatableArray();
        string root = source is CallSyntax call ? call.Name : throw new RecException(line.At(0), "The left-hand side is a variable");
        _rules.Add((new PatternSyntax(
            "r" + (_rules.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), declared, source, target,
            conditions.ToImmutable(), 0, Polarity.Forward, "", line.At(0)), root));
    }

    private ModuleSyntax MakeModule(string name)
    {
        foreach (var (sort, span) in _sortUses)
            if (!_sorts.Contains(sort)) throw new RecException(span, "The sort '" + sort + "' is not declared");
        // A constructor with rules is an open operation: its terms stay where no rule applies.
        var withRules = _rules.Select(r => r.Root).ToHashSet();
        bool IsConstructor(string symbol) => _symbols[symbol].IsConstructor && !withRules.Contains(symbol);
        var sorts = _sorts.Select(sort => new SortSyntax(sort, _symbolOrder.Where(s => IsConstructor(s) && _symbols[s].Result == sort)
            .Select(s => new ConstructorSyntax(s, Parameters(s), SymbolSyntaxAttributes.None, _symbols[s].Span)).ToEquatableArray(),
                default)).ToEquatableArray();
        var operations = _symbolOrder.Where(s => !IsConstructor(s)).Select(
            s => new OperationSyntax(s, Parameters(s), new NameSyntax(_symbols[s].Result, _symbols[s].Span),
            _symbols[s].IsConstructor ? SymbolSyntaxAttributes.None with { Flags = SymbolAttributes.Open } : SymbolSyntaxAttributes.None,
                _symbols[s].Span)).ToEquatableArray();
        return new ModuleSyntax(
            name, EquatableArray<NameSyntax>.Empty, RuleOrder.Textual, sorts, EquatableArray<EnumSyntax>.Empty, operations,
            _rules.Select(r => r.Pattern).ToEquatableArray(), EquatableArray<NormalizerSyntax>.Empty, default);
    }

    private EquatableArray<ParameterSyntax> Parameters(string symbol)
        => _symbols[symbol].Parameters.Select(p => new ParameterSyntax("", new NameSyntax(p, _symbols[symbol].Span))).ToEquatableArray();

    // The body is an awk program: functions, then statements that print terms, one per line.
    private void RunMeta(string body, Line line)
    {
        var functions = new StringBuilder();
        var statements = new StringBuilder();
        int position = 0;
        foreach (Match match in FunctionRegex().Matches(body))
        {
            if (match.Index < position) continue;
            statements.Append(body, position, match.Index - position);
            int end = body.IndexOf('{', match.Index);
            for (int depth = 0; end >= 0 && end < body.Length; end++)
            {
                if (body[end] == '{') depth++;
                if (body[end] == '}' && --depth == 0) break;
            }

            if (end < 0 || end >= body.Length) throw new RecException(line.At(0), "A function of the META block is not closed");
            functions.Append(body, match.Index, end + 1 - match.Index).Append('\n');
            position = end + 1;
        }

        statements.Append(body, position, body.Length - position);
        var run = ToolProcess.Run("awk", [functions + "\nBEGIN {\n" + statements + "\n}\n"], null, s_metaTime, CancellationToken.None);
        switch (run)
        {
            case ToolExited { ExitCode: 0, Written: var written }:
                foreach (string term in written.Split('\n'))
                    if (!string.IsNullOrWhiteSpace(term)) _terms.Add((term.Trim(), line.At(0)));
                break;
            case ToolExited { Complaints: var complaints }:
                throw new RecException(line.At(0), "The META block fails in awk: " + complaints.Trim());
            case ToolNotStarted:
                throw new RecException(line.At(0), "The META block needs awk, which is not on the PATH. Install the package mawk or gawk.");
            case ToolNotFinished { Reason: var reason }:
                throw new RecException(line.At(0), "The META block does not end in awk: " + reason);
        }
    }

    [GeneratedRegex(@"[^\s,]+")]
    private static partial Regex NameRegex();

    [GeneratedRegex(@"^\s*#include\s+""([^""]+)""")]
    private static partial Regex IncludeRegex();

    [GeneratedRegex(@"^\s*(\S+)\s*:\s*(.*?)->\s*(\S+)\s*$")]
    private static partial Regex SymbolRegex();

    // Excludes the arrows within '-><-' and '->/<-'.
    [GeneratedRegex(@"->(?![</])")]
    private static partial Regex ArrowRegex();

    [GeneratedRegex(@"(?<=\s)if(?=\s)")]
    private static partial Regex IfRegex();

    [GeneratedRegex(@"(?<=\s)and-if(?=\s)")]
    private static partial Regex AndIfRegex();

    [GeneratedRegex(@"->/<-|-><-|<>|=")]
    private static partial Regex ComparisonRegex();

    [GeneratedRegex(@"^\s*function\b", RegexOptions.Multiline)]
    private static partial Regex FunctionRegex();
}
