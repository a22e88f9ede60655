using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using System.Threading;
using Rewright.Analysis.Conditions;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>A term that no rule of its operation applies to.</summary>
/// <param name="Term">The term; a variable <c>_</c> stands for parts that cannot be written or do not matter.</param>
/// <param name="Shape">A source with variables <c>_</c> that covers the term and all terms that the rules do not distinguish from
/// it.</param>
/// <param name="Failing">The rules whose source matches the term; their conditions must fail.</param>
internal sealed record Witness(ApplyExpr Term, ApplyExpr Shape, ImmutableArray<RewriteRule> Failing)
{
    /// <inheritdoc/>
    public override string ToString() => "'" + Term + "'"
        + (Failing.IsEmpty ? "" : " when the conditions of " + string.Join(", ", Failing.Select(r => "'" + r.Name + "'")) + " do not hold");
}

/// <summary>Searches a decision tree for a path to a failure that some term takes.</summary>
internal sealed class Uncovered
{
    private const int MaxRemembered = 50;

    private readonly Inhabitants _inhabitants;
    private readonly Dictionary<Occurrence, Values> _values;
    private readonly bool _testsAgain;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<DecisionTree, Dictionary<object, DecisionTree>> _next = [];
    // Conditional rules multiply the paths. Giving up only omits a warning.
    private readonly int _maxVisits;
    private readonly Dictionary<Occurrence, FunctionSymbol> _symbols = [];
    private readonly Dictionary<Occurrence, Literal> _literals = [];
    private readonly List<(RuleNode Node, RewriteRule Rule, Expr? Test)> _failed = [];
    private readonly Dictionary<DecisionTree, List<ImmutableArray<RewriteRule>>> _deadEnds = [];
    private int _visits;

    private Uncovered(Inhabitants inhabitants, Dictionary<Occurrence, Values> values, bool testsAgain, int rules,
        CancellationToken cancellation)
        => (_inhabitants, _values, _testsAgain, _maxVisits, _cancellation) = (
            inhabitants, values, testsAgain, 20_000 + 4 * rules, cancellation);

    // The literals that rules mention at an occurrence, and one that no rule mentions; null if there is no other.
    private sealed record Values(ImmutableArray<Literal> Mentioned, Literal? Other);

    /// <summary>A term without a rule; null if every term has one.</summary>
    public static Witness? Find(
        Operation operation, ImmutableArray<RewriteRule> rules, Inhabitants inhabitants, CancellationToken cancellation = default)
    {
        var arguments = RuleChecks.Arguments(operation);
        var tree = MatchCompiler.Compile(arguments, rules, _ => false, out bool testsAgain, cancellation);
        var search = new Uncovered(inhabitants, ValuesOf(tree), testsAgain, rules.Length, cancellation);
        if (!search.Reach(tree)) return null;
        var open = new HashSet<Occurrence>(search._failed.SelectMany(f => TestedOccurrences(f.Node, f.Rule)));
        var term = new ApplyExpr(operation, arguments.Select(p => search.Build(p, open)).ToEquatableArray());
        var shape = new ApplyExpr(operation, arguments.Select(p => search.Build(p, open, isShape: true)).ToEquatableArray());
        return new Witness(term, shape, search._failed.Select(f => f.Rule).ToImmutableArray());
    }

    // A depth-first search with its own stack, because rules with conditions make trees thousands of nodes deep.
    private bool Reach(DecisionTree root)
    {
        if (root is FailNode) return true;
        var path = new Stack<(DecisionTree Node, IEnumerator<DecisionTree> Steps)>();
        path.Push((root, Steps(root).GetEnumerator()));
        while (path.Count > 0)
        {
            var (node, steps) = path.Peek();
            if (!steps.MoveNext())
            {
                path.Pop();
                // Only if no occurrence is tested twice: otherwise what a node can reach depends on earlier choices.
                if (!_testsAgain && _failed.Count <= MaxRemembered) RememberDeadEnd(node);
            }
            else if (steps.Current is FailNode)
            {
                if (!ConditionLogic.Exhaust(
                    _failed.Select(f => f.Test).OfType<Expr>().Concat(_failed.Count > 0 ? Elsewhere() : []).ToList()))
                    return true;
            }
            else if (!IsDeadEnd(steps.Current))
            {
                if (++_visits > _maxVisits) return false;
                if (_visits % 256 == 0) _cancellation.ThrowIfCancellationRequested();
                path.Push((steps.Current, Steps(steps.Current).GetEnumerator()));
            }
        }

        return false;
    }

    // The successors of a node, one after the other. The choice that leads to a successor stays in force while that is searched.
    private IEnumerable<DecisionTree> Steps(DecisionTree tree)
    {
        switch (tree)
        {
            case RuleNode { Rule: { } rule, Otherwise: { } otherwise } node when RuleChecks.CanFail(rule, mayBeStuck: false):
                _failed.Add((node, rule, OnlyTest(node, rule)));
                yield return otherwise;
                _failed.RemoveAt(_failed.Count - 1);
                break;
            case SymbolNode node when _symbols.TryGetValue(node.Occurrence, out var known):
                if (Next(node, node.Cases, known, node.Otherwise) is { } chosen) yield return chosen;
                break;
            case SymbolNode node:
                foreach (var symbol in Choices(node))
                {
                    _symbols[node.Occurrence] = symbol;
                    if (Next(node, node.Cases, symbol, node.Otherwise) is { } next) yield return next;
                }

                _symbols.Remove(node.Occurrence);
                break;
            case LiteralNode node when _literals.TryGetValue(node.Occurrence, out var known):
                if (Next(node, node.Cases, known, node.Otherwise) is { } same) yield return same;
                break;
            case LiteralNode node:
                foreach (var literal in _values[node.Occurrence].Other is { } other
                    ? _values[node.Occurrence].Mentioned.Insert(0, other) : _values[node.Occurrence].Mentioned)
                {
                    _literals[node.Occurrence] = literal;
                    if (Next(node, node.Cases, literal, node.Otherwise) is { } next) yield return next;
                }

                _literals.Remove(node.Occurrence);
                break;
        }
    }

    // Tests that fail under the current choices of literals: equality with another value, or difference from a mentioned literal.
    private IEnumerable<Expr> Elsewhere() => _literals.SelectMany(choice =>
    {
        var occurrence = Variable(choice.Key);
        return _values[choice.Key].Mentioned.Contains(choice.Value)
            ? [ConditionLogic.Negation(ConditionLogic.SameTerm(occurrence, new LiteralExpr(choice.Value)))]
            : _values[choice.Key].Mentioned.Select(l => ConditionLogic.SameTerm(occurrence, new LiteralExpr(l)));
    });

    private static VariableExpr Variable(Occurrence occurrence) => new(new Variable(occurrence.ToString(), occurrence.Sort));

    private DecisionTree? Next<T>(DecisionTree node, ImmutableArray<KeyValuePair<T, DecisionTree>> cases, T value, DecisionTree? otherwise)
        where T : class
    {
        if (!_next.TryGetValue(node, out var byValue)) _next.Add(node, byValue = cases.ToDictionary(c => (object)c.Key, c => c.Value));
        return byValue.TryGetValue(value, out var next) ? next : otherwise;
    }

    // A dead end stays a dead end if at least the same rules have failed before.
    private bool IsDeadEnd(DecisionTree tree)
        => _deadEnds.TryGetValue(tree, out var known)
            && known.Any(rules => rules.All(r => _failed.Any(f => ReferenceEquals(f.Rule, r))));

    private void RememberDeadEnd(DecisionTree tree)
    {
        if (!_deadEnds.TryGetValue(tree, out var known)) _deadEnds.Add(tree, known = []);
        known.Add(_failed.Select(f => f.Rule).ToImmutableArray());
    }

    // Simple terms first, because users read them.
    private static IEnumerable<FunctionSymbol> Choices(SymbolNode node)
        => ((DataSort)node.Occurrence.Sort).Constructors.OrderBy(c => c.Arity).Concat(
            node.Cases.Select(c => c.Key).Where(s => s is Operation));

    // The test of a rule that makes only one, over the occurrences of its variables, so that tests of several rules can be compared.
    private static Expr? OnlyTest(RuleNode node, RewriteRule rule)
    {
        var first = new Dictionary<Variable, Expr>();
        var tests = new List<Expr?>();
        foreach (var binding in node.Bindings)
        {
            var here = Variable(binding.Value);
            if (!first.TryGetValue(binding.Key, out var there)) first.Add(binding.Key, here);
            else tests.Add(ConditionLogic.SameTerm(there, here));
        }

        tests.AddRange(rule.Conditions.Select(c => c is WhenCondition when
            ? Substitution.Rebuild(when.Test, v => first.TryGetValue(v, out var occurrence) ? occurrence : null) : null));
        return tests.Count == 1 ? tests[0] : null;
    }

    // The occurrences whose terms decide whether the conditions of a rule hold.
    private static IEnumerable<Occurrence> TestedOccurrences(RuleNode node, RewriteRule rule)
    {
        var mentioned = new HashSet<Variable>(rule.Conditions.SelectMany(c => c.Expressions).SelectMany(e => e.Descendants())
            .OfType<VariableExpr>().Select(v => v.Variable));
        mentioned.UnionWith(node.Bindings.GroupBy(o => o.Key).Where(g => g.Count() > 1).Select(g => g.Key));
        return node.Bindings.Where(o => mentioned.Contains(o.Key)).Select(o => o.Value);
    }

    private Expr Build(Occurrence occurrence, HashSet<Occurrence> open, bool isShape = false)
    {
        bool isOpen = isShape || open.Contains(occurrence);
        if (_literals.TryGetValue(occurrence, out var literal) && !(isOpen && literal.Equals(_values[occurrence].Other)))
            return new LiteralExpr(literal);
        if (_symbols.TryGetValue(occurrence, out var symbol))
            return new ApplyExpr(
                symbol, symbol.Parameters.Select((_, i) => Build(occurrence.Field(symbol, i), open, isShape)).ToEquatableArray());
        return isOpen ? new VariableExpr(new Variable("_", occurrence.Sort)) : _inhabitants.Smallest(occurrence.Sort);
    }

    private static Dictionary<Occurrence, Values> ValuesOf(DecisionTree tree)
    {
        var mentioned = new Dictionary<Occurrence, HashSet<Literal>>();
        RuleChecks.Walk(tree, node =>
        {
            if (node is not LiteralNode literal) return true;
            if (!mentioned.TryGetValue(literal.Occurrence, out var values)) mentioned.Add(literal.Occurrence, values = []);
            values.UnionWith(literal.Cases.Select(c => c.Key));
            return true;
        });
        return mentioned.ToDictionary(
            t => t.Key, t => new Values(t.Value.ToImmutableArray(), LiteralsOf(t.Key.Sort).FirstOrDefault(v => !t.Value.Contains(v))));
    }

    private static IEnumerable<Literal> LiteralsOf(Sort sort)
    {
        if (sort is EnumSort e)
            foreach (var member in e.Members) yield return new Literal(sort, member.Value);
        for (int i = 0; ; i++)
        {
            object? value = sort switch
            {
                BuiltInSort { Kind: BuiltInKind.Bool } => i < 2 ? i == 1 : null,
                BuiltInSort { Kind: BuiltInKind.Int } => i,
                BuiltInSort { Kind: BuiltInKind.UInt } => (uint)i,
                BuiltInSort { Kind: BuiltInKind.Long } or EnumSort => (long)i,
                BuiltInSort { Kind: BuiltInKind.ULong } => (ulong)i,
                BuiltInSort { Kind: BuiltInKind.Double } => (double)i,
                BuiltInSort { Kind: BuiltInKind.BigInteger } => new BigInteger(i),
                BuiltInSort => new string('a', i),
                _ => null,
            };
            if (value is null) yield break;
            yield return new Literal(sort, value);
        }
    }
}
