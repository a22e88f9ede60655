using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Finds among many patterns those that do not clash with a term, without a look at all others: a discrimination tree.</summary>
/// <remarks>
/// After W. McCune, Experiments with discrimination-tree indexing and path indexing for term retrieval (1992). All variables count
/// as different ones, so that what is found still has to be matched or unified. One look-up costs no more than the tree is large.
/// </remarks>
internal sealed class SourceIndex
{
    private readonly Node _root = new();

    /// <summary>Makes the index of some patterns.</summary>
    public SourceIndex(IEnumerable<Expr> patterns)
    {
        int number = 0;
        foreach (var pattern in patterns) Add(pattern, number++);
    }

    /// <summary>The numbers below <paramref name="end"/> of the patterns that do not clash with a term, ascending.</summary>
    public List<int> Compatible(Expr term, int end = int.MaxValue) => Search(term, end, takesInstances: true);

    /// <summary>The numbers of the patterns that a term may be an instance of, ascending.</summary>
    public List<int> MoreGeneral(Expr term) => Search(term, int.MaxValue, takesInstances: false);

    private List<int> Search(Expr term, int end, bool takesInstances)
    {
        var (items, next) = Flatten(term);
        var found = new List<int>();
        // Where the search stands in the tree and in the term, and how many terms of the tree a variable still takes in.
        var open = new Stack<(Node Node, int Position, int Skipped)>([(_root, 0, 0)]);
        while (open.Count > 0)
        {
            var (node, position, skipped) = open.Pop();
            if (skipped > 0)
            {
                if (node.Variable is { } any) open.Push((any, position, skipped - 1));
                foreach (var symbol in node.Symbols) open.Push((symbol.Value, position, skipped - 1 + symbol.Value.Arity));
            }
            else if (position == items.Count) found.AddRange(node.Patterns!.TakeWhile(p => p < end));
            else
            {
                if (node.Variable is { } any) open.Push((any, next[position], 0));
                if (KeyOf(items[position]) is { } key)
                {
                    if (node.Symbols.TryGetValue(key, out var same)) open.Push((same, position + 1, 0));
                }
                else if (takesInstances)
                {
                    foreach (var symbol in node.Symbols) open.Push((symbol.Value, next[position], symbol.Value.Arity));
                }
            }
        }

        found.Sort();
        return found;
    }

    private void Add(Expr pattern, int number)
    {
        var node = _root;
        foreach (var item in Flatten(pattern).Items) node = node.Child(KeyOf(item), item.Parts.Count);
        (node.Patterns ??= []).Add(number);
    }

    // What only equal terms have at their root, null for what may be equal to others.
    private static object? KeyOf(Expr expr)
        => expr switch { ApplyExpr apply => apply.Symbol, LiteralExpr literal => literal.Value, _ => null };

    // A term in preorder, and for each part the position behind all that is below it. What has no key counts as a leaf.
    private static (List<Expr> Items, List<int> Next) Flatten(Expr term)
    {
        var items = new List<Expr>();
        var sizes = new Stack<(Expr Expr, int Start)>([(term, -1)]);
        var next = new List<int>();
        while (sizes.Count > 0)
        {
            var (expr, start) = sizes.Pop();
            if (start >= 0)
            {
                next[start] = items.Count;
                continue;
            }

            sizes.Push((expr, items.Count));
            items.Add(expr);
            next.Add(0);
            for (int i = KeyOf(expr) is null ? -1 : expr.Parts.Count - 1; i >= 0; i--) sizes.Push((expr.Parts[i], -1));
        }

        return (items, next);
    }

    private sealed class Node
    {
        private static readonly Dictionary<object, Node> None = [];

        /// <summary>How many terms follow the symbol that leads here.</summary>
        public int Arity { get; private init; }

        public Node? Variable { get; private set; }

        public Dictionary<object, Node> Symbols { get; private set; } = None;

        /// <summary>The patterns that end here.</summary>
        public List<int>? Patterns { get; set; }

        public Node Child(object? key, int arity)
        {
            if (key is null) return Variable ??= new();
            if (ReferenceEquals(Symbols, None)) Symbols = new(1);
            if (!Symbols.TryGetValue(key, out var child)) Symbols.Add(key, child = new() { Arity = arity });
            return child;
        }
    }
}

/// <summary>The rules of each symbol in the order of trying, and which of them may apply to a term.</summary>
internal sealed class RuleIndex
{
    private readonly Dictionary<FunctionSymbol, (List<RewriteRule> Rules, SourceIndex? Index)> _rules = [];

    /// <summary>Makes the index of the rules of some modules.</summary>
    public RuleIndex(IEnumerable<RewriteRule> rules)
    {
        foreach (var rule in rules)
        {
            if (!_rules.TryGetValue(rule.Root, out var known)) _rules.Add(rule.Root, known = ([], null));
            known.Rules.Add(rule);
        }
    }

    /// <summary>The rules of a symbol.</summary>
    public IReadOnlyList<RewriteRule> this[FunctionSymbol symbol] => _rules.TryGetValue(symbol, out var known) ? known.Rules : [];

    /// <summary>The rules of a symbol whose sources do not clash with a term that it is the root of.</summary>
    public IEnumerable<RewriteRule> Compatible(ApplyExpr term)
    {
        if (!_rules.TryGetValue(term.Symbol, out var known)) yield break;
        if (known.Index is null) _rules[term.Symbol] = known = (known.Rules, new SourceIndex(Sources(known.Rules)));
        foreach (int i in known.Index!.Compatible(term)) yield return known.Rules[i];
    }

    private static IEnumerable<Expr> Sources(IEnumerable<RewriteRule> rules)
    {
        foreach (var rule in rules) yield return rule.Source;
    }
}
