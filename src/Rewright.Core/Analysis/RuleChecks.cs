using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Rewright.Analysis.Conditions;
using Rewright.Checks;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Checks the rules of a module against each other.</summary>
internal sealed class RuleChecks
{
    // Overlaps with larger instances are reported without testing whether their results join.
    private const int MaxInstance = 2000;
    private const int MaxNamed = 20;
    private const int MaxReports = 2 * DiagnosticList.MaxListed;
    // If thousands of rules differ only in their conditions, comparing all pairs would take too long.
    private const int MaxComparisons = 500_000;

    private readonly ModuleDefinition _module;
    private readonly ModulePlaces _places;
    private readonly RuleIndex _rules;
    private readonly CancellationToken _cancellation;
    private readonly List<ModuleDiagnostic> _diagnostics = [];
    private readonly HashSet<string> _ambiguous = [];
    private int _comparisons = MaxComparisons;

    private RuleChecks(ModuleDefinition module, ModulePlaces places, CancellationToken cancellation)
        => (_module, _places, _rules, _cancellation) = (module, places, new(module.Closure.SelectMany(m => m.Rules)), cancellation);

    /// <summary>Checks all rules.</summary>
    /// <param name="module">The module.</param>
    /// <param name="places">The places of the module's declarations.</param>
    /// <param name="complete">False if mistakes caused declarations to be left out; then missing rules are not reported.</param>
    /// <param name="cancellation">Stops the checks.</param>
    public static IEnumerable<ModuleDiagnostic> Check(
        ModuleDefinition module, ModulePlaces places, bool complete, CancellationToken cancellation)
    {
        var checks = new RuleChecks(module, places, cancellation);
        foreach (var set in module.Rules.GroupBy(r => r.Root))
        {
            var index = new SourceIndex(set.Select(r => r.Source));
            checks.CheckLoops(set.ToImmutableArray(), index);
            if (module.Order == RuleOrder.Specificity) checks.CheckOverlaps(set.ToImmutableArray(), index);
            foreach (var group in set.GroupBy(r => set.Key is Operation ? "" : r.Group)) checks.CheckDead(group.ToImmutableArray());
        }

        checks.CheckMutualLoops();
        if (complete) checks.CheckExhaustive();
        return checks._diagnostics;
    }

    private void CheckLoops(ImmutableArray<RewriteRule> rules, SourceIndex index)
    {
        for (int i = 0; i < rules.Length; i++)
            if (Loops(rules, i, index))
                _diagnostics.Add(new(
                    DiagnosticKinds.ObviousLoop, _places.Patterns[rules[i].Name], rules[i].Name, Short(rules[i].ToString())));
    }

    // A rule loops if its target always evaluates an instance of its source. The exception is an earlier rule that matches some instance of
    // that call: it may end the recursion, unless the call only permutes the source's variables.
    private static bool Loops(ImmutableArray<RewriteRule> rules, int number, SourceIndex index)
    {
        var rule = rules[number];
        if (rule.Conditions.Count > 0) return false;
        return Evaluated(rule.Target).OfType<ApplyExpr>().Any(call => ReferenceEquals(call.Symbol, rule.Root)
            && Substitution.Match(rule.Source, call) is { } match
            && (Permutes(match) || !HasEarlier(Unevaluated(call))));

        bool HasEarlier(Expr call) => index.Compatible(call, number).Any(i => Substitution.Unify(Apart(rules[i].Source), call) is not null);

        bool Permutes(Substitution match)
        {
            var images = rule.SourceVariables.Select(v => match.Apply(new VariableExpr(v))).ToList();
            return images.All(i => i is VariableExpr) && images.Distinct().Count() == images.Count;
        }
    }

    // The parts that are evaluated whatever the values of other parts.
    internal static IEnumerable<Expr> Evaluated(Expr expr)
    {
        var parts = expr switch
        {
            ConditionalExpr c => [c.Test],
            LogicalExpr l => [l.Left],
            _ => (IEnumerable<Expr>)expr.Parts,
        };
        return parts.SelectMany(Evaluated).Append(expr);
    }

    // The call with a variable in place of each computed part, which may have any value.
    internal static Expr Unevaluated(ApplyExpr call)
    {
        int count = 0;
        Expr Visit(Expr expr) => expr switch
        {
            VariableExpr or LiteralExpr => expr,
            ApplyExpr { Symbol: Constructor } => Substitution.WithParts(expr, expr.Parts.Select(Visit).ToList()),
            _ => new VariableExpr(new Variable("?" + InvariantText.Of(count++), expr.Sort)),
        };
        return Substitution.WithParts(call, call.Parts.Select(Visit).ToList());
    }

    // The diagnostic goes to the later of the two rules if both belong to this module.
    private void CheckMutualLoops()
    {
        foreach (var (rule, other, shown) in MutualLoops.Find(_module, _cancellation))
        {
            bool isOwn = _places.Patterns.TryGetValue(other.Name, out var second) && _module.Rules.Contains(other);
            var first = _places.Patterns[rule.Name];
            var (place, related) = isOwn && second.Start > first.Start ? (second, first) : (first, second);
            _diagnostics.Add(new(DiagnosticKinds.MutualLoop, place, EquatableArray.Of(rule.Name, other.Name, Short(shown)),
                isOwn ? EquatableArray.Of(related) : EquatableArray<SourceSpan>.Empty));
        }
    }

    private void CheckOverlaps(ImmutableArray<RewriteRule> rules, SourceIndex index)
    {
        // A symbol can have thousands of rules, so everything that pairs need is computed once per rule.
        var sources = rules.Select(r => Apart(r.Source)).ToArray();
        var shapes = rules.Select(RuleOrdering.Shape).ToArray();
        var narrowed = rules.Select(Narrowed).ToArray();
        var candidates = new SourceIndex(narrowed);
        var seen = new HashSet<(Expr, string)>();

        // Other rules are compared only with the first unconditional rule of each source, not with its repetitions.
        bool IsRepeated(RewriteRule rule, Expr shape)
        {
            var key = (shape, rule.IsSimplification ? rule.Group : "");
            return rule.Conditions.Count == 0 ? !seen.Add(key) : seen.Contains(key);
        }

        for (int i = 0; i < rules.Length; i++)
        {
            if (IsRepeated(rules[i], shapes[i])) continue;
            foreach (int j in candidates.Compatible(narrowed[i]))
            {
                if (j <= i || rules[j].Priority != rules[i].Priority || !MeetIn(rules[i], rules[j])) continue;
                _cancellation.ThrowIfCancellationRequested();
                bool decided = shapes[i].Equals(shapes[j])
                    ? rules[i].Conditions.Count > 0 != rules[j].Conditions.Count > 0
                    : Substitution.Match(shapes[i], shapes[j]) is not null || Substitution.Match(shapes[j], shapes[i]) is not null;
                if (!decided && Substitution.Unify(rules[i].Source, sources[j]) is { } unifier) CheckPair(rules, i, j, unifier, index);
                // More mistakes with one symbol need not be found.
                if (_diagnostics.Count >= MaxReports) return;
            }
        }
    }

    // Replaces the variables of the source by literals that conditions require. If the literals of two rules clash, the rules never both
    // apply.
    private static Expr Narrowed(RewriteRule rule)
    {
        if (rule.Conditions.Count == 0) return rule.Source;
        var known = new Dictionary<Variable, Expr>();
        foreach (var test in rule.Conditions.OfType<WhenCondition>().SelectMany(c => ConditionLogic.Conjuncts(c.Test)))
        {
            if (test is PrimitiveExpr { Primitive.Op: PrimitiveOp.Equal } equal && !equal.Primitive.Operand.Equals(BuiltInSort.Double)
                && (equal.Arguments[0] as VariableExpr ?? equal.Arguments[1] as VariableExpr) is { } variable
                && (equal.Arguments[0] as LiteralExpr
                    ?? equal.Arguments[1] as LiteralExpr) is { } literal) known[variable.Variable] = literal;
        }

        return known.Count == 0
            ? rule.Source : Substitution.Rebuild(rule.Source, v => known.TryGetValue(v, out var literal) ? literal : null);
    }

    // Simplifications can be applied together if a normalizer includes the groups of both.
    private bool MeetIn(RewriteRule first, RewriteRule second)
        => !first.IsSimplification || first.Group == second.Group
            || _module.Normalizers.Any(n => n.Includes(first.Group) && n.Includes(second.Group));

    private void CheckPair(ImmutableArray<RewriteRule> rules, int i, int j, Substitution unifier, SourceIndex index)
    {
        var (first, second) = (rules[i], rules[j]);
        var tests = first.Conditions.OfType<WhenCondition>().Select(c => c.Test)
            .Concat(second.Conditions.OfType<WhenCondition>().Select(c => Apart(c.Test))).ToList();
        Expr left = first.Target, right = Apart(second.Target), source = first.Source;
        if (tests.Append(left).Append(right).Append(source).All(e => unifier.IsSmall(e, MaxInstance)))
        {
            tests = tests.Select(unifier.Apply).ToList();
            if (ConditionLogic.Contradict(tests)) return;
            var assumptions = new HashSet<Expr>(tests.SelectMany(ConditionLogic.Conjuncts));
            (left, right, source) = (unifier.Apply(left), unifier.Apply(right), unifier.Apply(source));
            // Where both rules match, a third rule may go before both.
            if (index.Compatible(source, i).Select(k => rules[k]).Any(
                r => (!r.IsSimplification || r.Group == first.Group || r.Group == second.Group) && Fires(r, source, assumptions)))
                return;
            if (new SymbolicRewriter(_rules, assumptions).Normalize(left).Equals(
                new SymbolicRewriter(_rules, assumptions).Normalize(right)))
                return;
        }

        var kind = first.IsSimplification ? DiagnosticKinds.AmbiguousSimplifications : DiagnosticKinds.AmbiguousRules;
        _ambiguous.Add(second.Name);
        string[] shown = Shown([source, left, right]);
        _diagnostics.Add(new(kind, _places.Patterns[second.Name],
            EquatableArray.Of(first.Name, second.Name, shown[0], shown[1], shown[2]), EquatableArray.Of(_places.Patterns[first.Name])));
    }

    // True if a rule fires at every instance of a term that satisfies the assumptions. Repeated parts of the term are equal.
    private static bool Fires(RewriteRule rule, Expr term, IReadOnlyCollection<Expr> assumptions)
        => Firing.Needs(rule, term) is { } needs && needs.All(n => Firing.Follows(n, assumptions));

    // Renames the variables of one side; user names contain no backtick.
    private static Expr Apart(Expr expr) => Substitution.Rename(expr, "`");

    // If both rules have a variable x, that of the second is shown as x2.
    internal static string[] Shown(Expr[] terms)
    {
        var used = new HashSet<string>(terms.SelectMany(t => t.Descendants()).OfType<VariableExpr>().Select(v => v.Variable.Name));
        return Array.ConvertAll(terms, t => Substitution.Map(t, v =>
        {
            string name = v.Name.TrimEnd('`');
            return name.Length == v.Name.Length || !used.Contains(name) ? name : name + "2";
        }).ToString()).Select(Short).ToArray();
    }

    private static string Short(string text) => text.Length > 200 ? text.Substring(0, 200) + "..." : text;

    private void CheckDead(ImmutableArray<RewriteRule> rules)
    {
        var firing = new HashSet<string>();
        Walk(MatchCompiler.Compile(Arguments(rules[0].Root), rules, _ => true, _cancellation), tree =>
        {
            if (tree is not RuleNode { Rule: { } rule }) return true;
            firing.Add(rule.Name);
            return CanFail(rule, mayBeStuck: true);
        });
        if (rules.All(r => firing.Contains(r.Name) && !CanFail(r, mayBeStuck: true))) return;
        SourceIndex index = new(rules.Select(r => r.Source)), narrowed = new(rules.Select(Narrowed));
        for (int i = 0; i < rules.Length && _diagnostics.Count < MaxReports; i++)
        {
            _cancellation.ThrowIfCancellationRequested();
            var rule = rules[i];
            // If two rules have the same source, the second never fires; but the real mistake, already reported, is that they disagree.
            if (_ambiguous.Contains(rule.Name)) continue;
            // The decision tree considers only sources.
            var covering = (firing.Contains(rule.Name)
                ? Covering(rule, Earlier(rule, narrowed).TakeWhile(k => k < i).Select(k => rules[k]).Where(
                    r => CanFail(r, mayBeStuck: true)))
                : index.Compatible(rule.Source, i).Select(k => rules[k])
                    .Where(r => !CanFail(r, mayBeStuck: true) && Substitution.Unify(r.Source, Apart(rule.Source)) is not null)).Take(
                        MaxNamed).ToList();
            if (covering.Count == 0) continue;
            string names = string.Join(", ", covering.Select(r => "'" + r.Name + "'"))
                + (covering.Count == 1 ? " covers" : " together cover");
            _diagnostics.Add(new(DiagnosticKinds.DeadRule, _places.Patterns[rule.Name],
                EquatableArray.Of(rule.Name, names), covering.Select(r => _places.Patterns[r.Name]).ToEquatableArray()));
        }
    }

    private List<int> Earlier(RewriteRule rule, SourceIndex narrowed)
    {
        if (_comparisons <= 0) return [];
        var found = narrowed.MoreGeneral(Narrowed(rule));
        _comparisons -= found.Count;
        return found;
    }

    // Finds an earlier rule with equal or weaker tests, or several earlier rules of which one always fires.
    private static IEnumerable<RewriteRule> Covering(RewriteRule rule, IEnumerable<RewriteRule> earlier)
    {
        var term = Apart(rule.Source);
        var matching = earlier.Select(r => (Rule: r, Needs: Firing.Needs(r, term)!)).Where(r => r.Needs is not null).ToList();
        if (matching.Count == 0) return [];
        var assumptions = Firing.Tests(rule).Select(Apart).ToList();
        if (matching.Find(r => r.Needs.All(n => Firing.Follows(n, assumptions))).Rule is { } single) return [single];
        var outcomes = matching.Where(r => r.Needs.Count > 0).Select(r => r.Needs.Aggregate((x, y) => new LogicalExpr(IsAnd: true, x, y)));
        return matching.Count > 1
            && ConditionLogic.Exhaust([.. outcomes, .. assumptions.Select(ConditionLogic.Negation)]) ? matching.Select(r => r.Rule) : [];
    }

    private void CheckExhaustive()
    {
        var inhabitants = new Inhabitants(_module.Closure.SelectMany(m => m.Sorts));
        foreach (var operation in _module.Operations)
        {
            if (operation.IsOpen || operation.IsHost) continue;
            if (Uncovered.Find(operation, _rules[operation].ToImmutableArray(), inhabitants, _cancellation) is { } witness)
                _diagnostics.Add(new(
                    DiagnosticKinds.NotExhaustive, _places.Operations[operation.Name], operation.Name, Short(witness.ToString()),
                    witness.Shape.ToString()));
        }
    }

    internal static ImmutableArray<Occurrence> Arguments(FunctionSymbol symbol)
        => symbol.Parameters.Select((p, i) => Occurrence.Argument(i, p.Sort)).ToImmutableArray();

    /// <summary>
    /// False if a rule fires whenever its source matches, because all patterns of its <c>where</c> conditions always match.
    /// </summary>
    internal static bool CanFail(RewriteRule rule, bool mayBeStuck)
    {
        var bound = new HashSet<Variable>();
        if (rule.Source.Descendants().OfType<VariableExpr>().Any(v => !bound.Add(v.Variable))) return true;
        return rule.Conditions.Any(c => CanFail(c, bound, mayBeStuck));
    }

    internal static bool CanFail(Condition condition, HashSet<Variable> bound, bool mayBeStuck)
    {
        return condition is not WhereCondition where || !where.Pattern.Descendants().All(AlwaysMatches);

        bool AlwaysMatches(Expr pattern) => pattern switch
        {
            VariableExpr variable => bound.Add(variable.Variable),
            ApplyExpr { Symbol: Constructor { Sort.Constructors.Length: 1 } } => !mayBeStuck,
            _ => false,
        };
    }

    /// <summary>Visits each node of a tree once; the visitor decides whether to go on below.</summary>
    internal static void Walk(DecisionTree tree, Func<DecisionTree, bool> visit)
    {
        var seen = new HashSet<DecisionTree>();
        var stack = new Stack<DecisionTree>();
        stack.Push(tree);
        while (stack.Count > 0)
        {
            var top = stack.Pop();
            if (!seen.Add(top) || !visit(top)) continue;
            switch (top)
            {
                case RuleNode { Otherwise: { } otherwise }: stack.Push(otherwise); break;
                case SymbolNode symbol:
                    foreach (var c in symbol.Cases) stack.Push(c.Value);
                    if (symbol.Otherwise is not null) stack.Push(symbol.Otherwise);
                    break;
                case LiteralNode literal:
                    foreach (var c in literal.Cases) stack.Push(c.Value);
                    if (literal.Otherwise is not null) stack.Push(literal.Otherwise);
                    break;
            }
        }
    }
}
