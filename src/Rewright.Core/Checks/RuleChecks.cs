using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>The checks of the rules of a module against each other.</summary>
internal static class RuleChecks
{
    /// <summary>Checks all rules.</summary>
    /// <param name="module">The module.</param>
    /// <param name="places">Where its declarations stand.</param>
    /// <param name="complete">False where declarations were left out because of mistakes: then nothing is said of missing rules.</param>
    public static IEnumerable<ModuleDiagnostic> Check(Module module, ModulePlaces places, bool complete)
    {
        var diagnostics = new List<ModuleDiagnostic>();
        foreach (var group in module.Rules.Where(r => !r.IsSimplification).GroupBy(r => r.Root))
            CheckSet(module, places, group.ToImmutableArray(), diagnostics);
        foreach (var group in module.Rules.Where(r => r.IsSimplification).GroupBy(r => (r.Root, r.Group)))
            CheckSet(module, places, group.ToImmutableArray(), diagnostics);
        if (complete)
            foreach (var operation in module.Operations) CheckExhaustive(module, places, operation, diagnostics);
        return diagnostics;
    }

    private static void CheckSet(Module module, ModulePlaces places, ImmutableArray<RewriteRule> rules, List<ModuleDiagnostic> diagnostics)
    {
        foreach (var rule in rules)
            if (Loops(rule)) diagnostics.Add(new(DiagnosticKinds.ObviousLoop, places.Patterns[rule.Name], rule.Name, rule.ToString()));

        if (module.Order == RuleOrder.Specificity)
        {
            var lookup = module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
            // Rules of one priority stand together, and only pairs whose sources overlap can be ambiguous.
            for (int i = 0; i < rules.Length; i++)
                for (int j = i + 1; j < rules.Length && rules[j].Priority == rules[i].Priority; j++)
                    CheckPair(places, rules[i], rules[j], lookup, diagnostics);
        }

        var firing = new HashSet<RewriteRule>();
        Walk(Tree(rules), tree => { if (tree is RuleNode { Rule: { } rule }) firing.Add(rule); });
        for (int i = 0; i < rules.Length; i++)
        {
            if (firing.Contains(rules[i])) continue;
            var source = Substitution.Rename(rules[i].Source, "'");
            var covering = rules.Take(i).Where(r => r.Conditions.Count == 0 && Substitution.Unify(r.Source, source) is not null).ToList();
            diagnostics.Add(new(DiagnosticKinds.DeadRule, places.Patterns[rules[i].Name],
                EquatableArray.Of(rules[i].Name, string.Join(", ", covering.Select(r => "'" + r.Name + "'"))),
                covering.Select(r => places.Patterns[r.Name]).ToEquatableArray()));
        }
    }

    private static void CheckPair(ModulePlaces places, RewriteRule first, RewriteRule second, ILookup<FunctionSymbol, RewriteRule> rules, List<ModuleDiagnostic> diagnostics)
    {
        var source = Substitution.Rename(second.Source, "'");
        if (Substitution.Unify(first.Source, source) is not { } unifier) return;
        if (RuleOrdering.IsMoreSpecific(first, second) || RuleOrdering.IsMoreSpecific(second, first)) return;
        var tests = first.Conditions.OfType<WhenCondition>().Select(c => unifier.Apply(c.Test))
            .Concat(second.Conditions.OfType<WhenCondition>().Select(c => unifier.Apply(Substitution.Rename(c.Test, "'")))).ToList();
        if (ConditionLogic.Contradict(tests)) return;

        var assumptions = new HashSet<Expr>(tests.SelectMany(ConditionLogic.Conjuncts));
        var left = unifier.Apply(first.Target);
        var right = unifier.Apply(Substitution.Rename(second.Target, "'"));
        if (new SymbolicRewriter(rules, assumptions).Normalize(left).Equals(new SymbolicRewriter(rules, assumptions).Normalize(right))) return;

        var kind = first.IsSimplification ? DiagnosticKinds.AmbiguousSimplifications : DiagnosticKinds.AmbiguousRules;
        var names = Shorten([unifier.Apply(first.Source), left, right]);
        diagnostics.Add(new(kind, places.Patterns[second.Name],
            EquatableArray.Of(first.Name, second.Name, names[0], names[1], names[2]), EquatableArray.Of(places.Patterns[first.Name])));
    }

    // Renaming apart has left names such as x' behind; where x itself does not occur, the shorter name reads better.
    private static string[] Shorten(Expr[] terms)
    {
        var used = new HashSet<string>(terms.SelectMany(t => t.Descendants()).OfType<VariableExpr>().Select(v => v.Variable.Name));
        return Array.ConvertAll(terms, t => Substitution.Map(t, v => used.Contains(v.Name.TrimEnd('\'')) ? v.Name.Replace("'", "2") : v.Name.TrimEnd('\'')).ToString());
    }

    private static void CheckExhaustive(Module module, ModulePlaces places, Operation operation, List<ModuleDiagnostic> diagnostics)
    {
        if (operation.IsOpen || operation.IsHost) return;
        var rules = module.Rules.Where(r => ReferenceEquals(r.Root, operation)).ToImmutableArray();
        var arguments = Arguments(operation);
        var tree = MatchCompiler.Compile(arguments, rules, _ => false);
        if (Uncovered.Find(operation, arguments, tree) is { } witness)
            diagnostics.Add(new(DiagnosticKinds.NotExhaustive, places.Operations[operation.Name], operation.Name, witness));
    }

    private static DecisionTree Tree(ImmutableArray<RewriteRule> rules) => MatchCompiler.Compile(Arguments(rules[0].Root), rules, _ => true);

    private static ImmutableArray<Place> Arguments(FunctionSymbol symbol)
        => symbol.Parameters.Select((p, i) => Place.Argument(i, p.Sort)).ToImmutableArray();

    // The target holds an instance of the source: an operation applied to its own arguments again, perhaps permuted.
    private static bool Loops(RewriteRule rule)
        => rule.Conditions.Count == 0
            && rule.Target.Descendants().Any(e => e is ApplyExpr a && ReferenceEquals(a.Symbol, rule.Root)
                && Substitution.Match(rule.Source, Substitution.Rename(a, "'")) is not null);

    private static void Walk(DecisionTree tree, Action<DecisionTree> visit)
    {
        var seen = new HashSet<DecisionTree>();
        var stack = new Stack<DecisionTree>();
        stack.Push(tree);
        while (stack.Count > 0)
        {
            var top = stack.Pop();
            if (!seen.Add(top)) continue;
            visit(top);
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
