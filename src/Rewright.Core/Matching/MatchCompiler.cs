using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using Rewright.Model;

namespace Rewright.Matching;

/// <summary>
/// Compiles the rules of one symbol to a decision tree, after L. Maranget, Compiling Pattern Matching to Good Decision
/// Trees (ML 2008).
/// </summary>
/// <remarks>
/// Differences: equal states (the same rules at the same open occurrences) are compiled once, so the result is a graph. If tests still
/// multiply, rules are tested one after the other from the top; this may test a term again, but is linear in the size of the rules. A
/// variable used twice becomes an equality at the leaf. A rule with conditions continues with the remaining rules if they fail. An
/// occurrence is tested only if the first remaining rule needs it, so no term is inspected without need.
/// </remarks>
internal sealed class MatchCompiler
{
    private readonly ImmutableArray<RewriteRule?> _rules;
    private readonly ImmutableArray<Occurrence> _roots;
    private readonly Func<RewriteRule?, ImmutableArray<Expr>> _patternsOf;
    private readonly Func<DataSort, bool> _mayBeStuck;
    private readonly Dictionary<string, DecisionTree> _states = [];
    private readonly Dictionary<Occurrence, int> _numbers = [];
    private readonly CancellationToken _cancellation;
    private DecisionTree[]? _oneByOne;
    private int _work;

    private MatchCompiler(ImmutableArray<RewriteRule?> rules, ImmutableArray<Occurrence> roots,
        Func<RewriteRule?, ImmutableArray<Expr>> patternsOf, Func<DataSort, bool> mayBeStuck, CancellationToken cancellation)
    {
        (_roots, _patternsOf, _mayBeStuck, _cancellation) = (roots, patternsOf, mayBeStuck, cancellation);
        // If no term can be stuck, a source with a stuck term matches nothing. Without such sources, the trees distinguish only terms built
        // from constructors.
        _rules = rules.RemoveAll(r => patternsOf(r)
            .Any(p => p.Descendants().Any(e => e is ApplyExpr { Symbol: Operation, Sort: DataSort sort } && !mayBeStuck(sort))));
    }

    // More rows in states than this mean that tests multiply. The depth limit bounds recursion here and in readers of the tree.
    private int MaxWork => 20_000 + 100 * _rules.Length;

    private const int MaxDepth = 400;

    /// <summary>Compiles rules of one symbol, given in the order in which they are tried.</summary>
    /// <param name="arguments">The occurrences of the symbol's arguments.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="mayBeStuck">True for sorts with stuck terms, which no constructor builds.</param>
    /// <param name="cancellation">Stops the compilation.</param>
    public static DecisionTree Compile(ImmutableArray<Occurrence> arguments, ImmutableArray<RewriteRule> rules,
        Func<DataSort, bool> mayBeStuck, CancellationToken cancellation = default)
        => Compile(arguments, rules, mayBeStuck, out _, cancellation);

    /// <summary>Compiles rules, and also says whether a path through the tree can test one occurrence twice.</summary>
    internal static DecisionTree Compile(ImmutableArray<Occurrence> arguments, ImmutableArray<RewriteRule> rules,
        Func<DataSort, bool> mayBeStuck, out bool testsAgain,
        CancellationToken cancellation = default)
    {
        var compiler = new MatchCompiler(rules.CastArray<RewriteRule?>(), arguments, r => r!.Source.Arguments.Items, mayBeStuck,
            cancellation);
        var tree = compiler.CompileAll();
        testsAgain = compiler._oneByOne is not null;
        return tree;
    }

    /// <summary>Compiles the test for whether the term at one occurrence matches a condition's pattern.</summary>
    /// <returns>A tree whose only leaf is a <see cref="RuleNode"/> without a rule.</returns>
    public static DecisionTree Compile(Occurrence occurrence, Expr pattern, Func<DataSort, bool> mayBeStuck)
        => new MatchCompiler([null], [occurrence], _ => [pattern], mayBeStuck, default).CompileAll();

    // A rule and the tests that remain for its source: refutable patterns at occurrences.
    private readonly record struct Row(int Rule, ImmutableArray<(Occurrence Occurrence, Expr Pattern)> Tests);

    private DecisionTree CompileAll()
        => Compile(_rules.Select((rule, i) => new Row(i, Tests(_roots, _patternsOf(rule)))).ToImmutableArray(), 0);

    private DecisionTree Compile(ImmutableArray<Row> rows, int depth)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (rows.IsEmpty) return FailNode.Instance;
        if (_work > MaxWork || depth > MaxDepth) return OneByOne(rows[0].Rule);
        string key = Key(rows);
        if (_states.TryGetValue(key, out var known)) return known;
        _work += rows.Length;
        DecisionTree tree = rows[0].Tests.IsEmpty ? Leaves(rows, depth)
            : ChooseOccurrence(rows) is { Sort: DataSort sort } occurrence ? TestSymbol(rows, occurrence, sort, depth + 1)
            : TestLiteral(rows, ChooseOccurrence(rows), depth + 1);
        _states[key] = tree;
        return tree;
    }

    // The rules whose sources match, up to the first without a condition. There can be thousands, so this does not recurse.
    private DecisionTree Leaves(ImmutableArray<Row> rows, int depth)
    {
        int count = 1;
        while (count < rows.Length && rows[count].Tests.IsEmpty && CanFail(_rules[rows[count - 1].Rule])) count++;
        var otherwise = CanFail(_rules[rows[count - 1].Rule]) ? Compile(rows.RemoveRange(0, count), depth + 1) : null;
        for (int i = count - 1; i >= 0; i--) otherwise = Leaf(_rules[rows[i].Rule], otherwise);
        return otherwise!;
    }

    private RuleNode Leaf(RewriteRule? rule, DecisionTree? otherwise) => new(rule, Bindings(rule), otherwise);

    private bool CanFail(RewriteRule? rule)
    {
        if (rule is null || rule.Conditions.Count > 0) return true;
        var variables = new HashSet<Variable>();
        return !Bindings(rule).All(o => variables.Add(o.Key));
    }

    private ImmutableArray<KeyValuePair<Variable, Occurrence>> Bindings(RewriteRule? rule)
    {
        var bindings = ImmutableArray.CreateBuilder<KeyValuePair<Variable, Occurrence>>();
        var patterns = _patternsOf(rule);
        for (int i = 0; i < patterns.Length; i++) AddBindings(patterns[i], _roots[i], bindings);
        return bindings.ToImmutable();
    }

    // A tree that tries a rule and then each later rule, whatever is already known about the terms. Rules that are already excluded simply
    // fail again.
    private DecisionTree OneByOne(int first)
    {
        if (_oneByOne is not null) return _oneByOne[first];
        _oneByOne = new DecisionTree[_rules.Length + 1];
        _oneByOne[_rules.Length] = FailNode.Instance;
        for (int i = _rules.Length - 1; i >= 0; i--)
        {
            var next = _oneByOne[i + 1];
            DecisionTree tree = Leaf(_rules[i], CanFail(_rules[i]) ? next : null);
            foreach (var (occurrence, pattern) in AllTests(Tests(_roots, _patternsOf(_rules[i]))).Reverse())
            {
                tree = pattern is LiteralExpr literal
                    ? new LiteralNode(occurrence, [new(literal.Value, tree)], next)
                    : new SymbolNode(occurrence, [new(((ApplyExpr)pattern).Symbol, tree)],
                        occurrence.Sort is DataSort { Constructors.Length: 1 } s && !_mayBeStuck(s) ? null : next);
            }

            _oneByOne[i] = tree;
        }

        return _oneByOne[first];
    }

    private static IEnumerable<(Occurrence Occurrence, Expr Pattern)> AllTests(ImmutableArray<(Occurrence Occurrence, Expr Pattern)> tests)
        => tests.SelectMany(t => t.Pattern is ApplyExpr apply ? AllTests(Fields(t.Occurrence, apply)).Prepend(t) : [t]);

    private SymbolNode TestSymbol(ImmutableArray<Row> rows, Occurrence occurrence, DataSort sort, int depth)
    {
        var (heads, others) = Split(rows, occurrence);
        var cases = ImmutableArray.CreateBuilder<KeyValuePair<FunctionSymbol, DecisionTree>>();
        var symbols = heads.Keys.Cast<FunctionSymbol>().OrderBy(s => s is Constructor ? 0 : 1).ThenBy(s => s is Constructor c ? c.Tag : 0)
            .ThenBy(s => s.FullName, StringComparer.Ordinal);
        foreach (var symbol in symbols.ToList()) cases.Add(new(symbol, Case(heads[symbol], others, rows, occurrence, depth)));
        bool complete = cases.Count(c => c.Key is Constructor) == sort.Constructors.Length && !_mayBeStuck(sort);
        return new SymbolNode(occurrence, cases.ToImmutable(), complete
            ? null : Compile(others.Select(i => rows[i]).ToImmutableArray(), depth));
    }

    private LiteralNode TestLiteral(ImmutableArray<Row> rows, Occurrence occurrence, int depth)
    {
        var (heads, others) = Split(rows, occurrence);
        var cases = ImmutableArray.CreateBuilder<KeyValuePair<Literal, DecisionTree>>();
        foreach (var head in heads.OrderBy(h => h.Value[0]))
            cases.Add(new((Literal)head.Key, Case(head.Value, others, rows, occurrence, depth)));
        bool complete = occurrence.Sort.Equals(BuiltInSort.Bool) && cases.Count == 2;
        return new LiteralNode(occurrence, cases.ToImmutable(), complete
            ? null : Compile(others.Select(i => rows[i]).ToImmutableArray(), depth));
    }

    private DecisionTree Case(List<int> matching, List<int> others, ImmutableArray<Row> rows, Occurrence occurrence, int depth)
        => _work > MaxWork
            ? OneByOne(rows[others.Count > 0 ? Math.Min(matching[0], others[0]) : matching[0]].Rule)
            : Compile(Merge(matching, others, rows, occurrence), depth);

    // Splits the rows, in order, by the symbol or literal that they need at an occurrence; the others need none.
    private static (Dictionary<object, List<int>> Heads, List<int> Others) Split(ImmutableArray<Row> rows, Occurrence occurrence)
    {
        var heads = new Dictionary<object, List<int>>();
        var others = new List<int>();
        for (int i = 0; i < rows.Length; i++)
        {
            var list = others;
            if (HeadOf(PatternAt(rows[i], occurrence)) is { } head && !heads.TryGetValue(head, out list)) heads.Add(head, list = []);
            list!.Add(i);
        }

        return (heads, others);
    }

    // Merges two ascending lists of rows. In the first, the test at the occurrence is replaced by tests of the fields.
    private static ImmutableArray<Row> Merge(List<int> matching, List<int> others, ImmutableArray<Row> rows, Occurrence occurrence)
    {
        var result = ImmutableArray.CreateBuilder<Row>(matching.Count + others.Count);
        for (int i = 0, j = 0; i < matching.Count || j < others.Count;)
        {
            if (i == matching.Count || j < others.Count && others[j] < matching[i])
            {
                result.Add(rows[others[j++]]);
                continue;
            }

            var row = rows[matching[i++]];
            var rest = row.Tests.RemoveAll(t => ReferenceEquals(t.Occurrence, occurrence));
            result.Add(new Row(row.Rule, PatternAt(row, occurrence) is ApplyExpr apply ? rest.AddRange(Fields(occurrence, apply)) : rest));
        }

        return result.MoveToImmutable();
    }

    // Among the occurrences that the first row needs, the one that the longest run of rows from the top needs too (Maranget's heuristic p),
    // then the one with the fewest cases, then the leftmost: this prunes most.
    private static Occurrence ChooseOccurrence(ImmutableArray<Row> rows)
        => rows[0].Tests
            .Select((test, i) => (test.Occurrence, Index: i))
            .OrderByDescending(t => rows.TakeWhile(r => PatternAt(r, t.Occurrence) is not null).Count())
            .ThenBy(t => rows.Select(r => HeadOf(PatternAt(r, t.Occurrence))).Where(h => h is not null).Distinct().Count())
            .ThenBy(t => t.Index)
            .First().Occurrence;

    private static object? HeadOf(Expr? pattern) => pattern switch { ApplyExpr a => a.Symbol, LiteralExpr l => l.Value, _ => null };

    private static Expr? PatternAt(Row row, Occurrence occurrence)
    {
        foreach (var test in row.Tests)
            if (ReferenceEquals(test.Occurrence, occurrence)) return test.Pattern;
        return null;
    }

    private static ImmutableArray<(Occurrence, Expr)> Fields(Occurrence occurrence, ApplyExpr apply)
        => Tests(apply.Arguments.Select((_, i) => occurrence.Field(apply.Symbol, i)).ToImmutableArray(), apply.Arguments.Items);

    // Variables match anything and need no test.
    private static ImmutableArray<(Occurrence, Expr)> Tests(ImmutableArray<Occurrence> occurrences, ImmutableArray<Expr> patterns)
        => occurrences.Zip(patterns, (occurrence, pattern) => (occurrence, pattern)).Where(t => t.pattern is not VariableExpr)
            .ToImmutableArray();

    private static void AddBindings(Expr pattern, Occurrence occurrence,
        ImmutableArray<KeyValuePair<Variable, Occurrence>>.Builder bindings)
    {
        if (pattern is VariableExpr { Variable: var variable }) bindings.Add(new(variable, occurrence));
        else if (pattern is ApplyExpr apply)
            for (int i = 0; i < apply.Arguments.Count; i++) AddBindings(apply.Arguments[i], occurrence.Field(apply.Symbol, i), bindings);
    }

    // The remaining rules and their remaining tests determine everything below.
    private string Key(ImmutableArray<Row> rows)
    {
        var key = new StringBuilder();
        foreach (var row in rows)
        {
            key.Append(row.Rule.ToString(CultureInfo.InvariantCulture));
            foreach (int number in row.Tests.Select(t => Number(t.Occurrence)).OrderBy(n => n))
                key.Append('.').Append(number.ToString(CultureInfo.InvariantCulture));
            key.Append(';');
        }

        return key.ToString();
    }

    private int Number(Occurrence occurrence)
    {
        if (!_numbers.TryGetValue(occurrence, out int number)) _numbers.Add(occurrence, number = _numbers.Count);
        return number;
    }
}
