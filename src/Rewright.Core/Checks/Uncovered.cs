using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>Finds a term that no rule of an operation applies to, by following its decision tree to a failure.</summary>
internal sealed class Uncovered
{
    private readonly Dictionary<Place, FunctionSymbol> _symbols = [];
    private readonly Dictionary<Place, Literal> _literals = [];
    private readonly List<RewriteRule> _failed = [];
    private readonly HashSet<(DecisionTree, int)> _seen = [];

    private Uncovered() { }

    /// <summary>The term as text, with a remark where conditions have to fail; null where every term has a rule.</summary>
    public static string? Find(Operation operation, ImmutableArray<Place> arguments, DecisionTree tree)
    {
        var search = new Uncovered();
        if (!search.Reach(tree)) return null;
        var term = new ApplyExpr(operation, arguments.Select(search.Build).ToEquatableArray());
        var conditional = search._failed.Select(r => "'" + r.Name + "'").Distinct().ToList();
        return "'" + term + "'" + (conditional.Count == 0 ? "" : " when the conditions of " + string.Join(", ", conditional) + " do not hold");
    }

    private bool Reach(DecisionTree tree)
    {
        switch (tree)
        {
            case FailNode:
                // Single tests that cannot all fail make the way here impossible.
                return !ConditionLogic.Exhaust(_failed.Where(r => r.Conditions.Count == 1 && IsLinear(r)).Select(r => r.Conditions[0])
                    .OfType<WhenCondition>().Select(c => c.Test).ToList());
            case RuleNode node:
                if (node.Otherwise is null || !_seen.Add((node, _failed.Count))) return false;
                _failed.Add(node.Rule!);
                if (Reach(node.Otherwise)) return true;
                _failed.RemoveAt(_failed.Count - 1);
                return false;
            case SymbolNode node:
                if (!_seen.Add((node, _failed.Count))) return false;
                foreach (var c in node.Cases)
                {
                    _symbols[node.Place] = c.Key;
                    if (Reach(c.Value)) return true;
                }

                _symbols.Remove(node.Place);
                if (node.Otherwise is null || !Reach(node.Otherwise)) return false;
                if (!_symbols.ContainsKey(node.Place) && Missing(node) is { } symbol) _symbols[node.Place] = symbol;
                return true;
            case LiteralNode node:
                if (!_seen.Add((node, _failed.Count))) return false;
                foreach (var c in node.Cases)
                {
                    _literals[node.Place] = c.Key;
                    if (Reach(c.Value)) return true;
                }

                _literals.Remove(node.Place);
                if (node.Otherwise is null || !Reach(node.Otherwise)) return false;
                if (!_literals.ContainsKey(node.Place) && Missing(node) is { } literal) _literals[node.Place] = literal;
                return true;
            default:
                return false;
        }
    }

    // Conditions are compared by the names of variables, so those of different rules mean the same only for equal sources;
    // rules with the same places for the same names are what `Exhaust` can judge.
    private bool IsLinear(RewriteRule rule) => _failed.All(other => ReferenceEquals(other, rule) || other.Source.Equals(rule.Source));

    private Expr Build(Place place)
    {
        if (_literals.TryGetValue(place, out var literal)) return new LiteralExpr(literal);
        if (_symbols.TryGetValue(place, out var symbol))
            return new ApplyExpr(symbol, symbol.Parameters.Select((_, i) => Build(place.Field(symbol, i))).ToEquatableArray());
        return Inhabitants.Smallest(place.Sort) ?? new VariableExpr(new Variable("_", place.Sort));
    }

    private static Constructor? Missing(SymbolNode node)
        => ((DataSort)node.Place.Sort).Constructors.Where(c => node.Cases.All(k => !ReferenceEquals(k.Key, c))).OrderBy(c => c.Arity).FirstOrDefault();

    private static Literal? Missing(LiteralNode node)
    {
        var taken = new HashSet<Literal>(node.Cases.Select(c => c.Key));
        return Candidates(node.Place.Sort).FirstOrDefault(l => !taken.Contains(l));
    }

    private static IEnumerable<Literal> Candidates(Sort sort)
    {
        for (int i = 0; ; i++)
        {
            object? value = sort switch
            {
                BuiltInSort { Kind: BuiltInKind.Bool } => i < 2 ? i == 1 : null,
                BuiltInSort { Kind: BuiltInKind.Int } => i,
                BuiltInSort { Kind: BuiltInKind.UInt } => (uint)i,
                BuiltInSort { Kind: BuiltInKind.Long } => (long)i,
                BuiltInSort { Kind: BuiltInKind.ULong } => (ulong)i,
                BuiltInSort { Kind: BuiltInKind.Double } => (double)i,
                BuiltInSort { Kind: BuiltInKind.BigInteger } => new BigInteger(i),
                BuiltInSort => new string('a', i),
                EnumSort e => i < e.Members.Count ? e.Members[i].Value : e.Members.Max(m => m.Value) + 1 + i,
                _ => null,
            };
            if (value is null) yield break;
            yield return new Literal(sort, value);
        }
    }
}
