using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>
/// A discrimination tree. Among many patterns it finds those that do not clash with a term, without examining all others.
/// </summary>
/// <remarks>
/// After W. McCune, Experiments with discrimination-tree indexing and path indexing for term retrieval (1992). All variables count as
/// different, so the patterns found must still be matched or unified. A look-up costs no more than the size of the tree.
/// </remarks>
internal sealed class SourceIndex
{
    private readonly Node _root = new();

    /// <summary>Builds the index of some patterns.</summary>
    public SourceIndex(IEnumerable<Expr> patterns)
    {
        int number = 0;
        foreach (var pattern in patterns) Add(pattern, number++);
    }

    /// <summary>The numbers, below <paramref name="end"/> and ascending, of the patterns that do not clash with a term.</summary>
    public List<int> Compatible(Expr term, int end = int.MaxValue) => Search(term, end, takesInstances: true);

    /// <summary>The numbers, ascending, of the patterns that the term may be an instance of.</summary>
    public List<int> MoreGeneral(Expr term) => Search(term, int.MaxValue, takesInstances: false);

    private List<int> Search(Expr term, int end, bool takesInstances)
    {
        var (items, next) = Flatten(term);
        var found = new List<int>();
        // The state of the search: the places in the tree and in the term, and how many terms of the tree a variable must still cover.
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

    // The key of a root that only equal terms share; null if the term may equal terms with other roots.
    private static object? KeyOf(Expr expr)
        => expr switch { ApplyExpr apply => apply.Symbol, LiteralExpr literal => literal.Value, _ => null };

    // The term in preorder and, for each part, the position behind its subterms. A part without a key counts as a leaf.
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

        /// <summary>The number of terms that follow the symbol leading to this node.</summary>
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

/// <summary>The rules of each symbol in the order of trying, and a look-up of those that may apply to a term.</summary>
internal sealed class RuleIndex
{
    private readonly Dictionary<FunctionSymbol, (List<RewriteRule> Rules, SourceIndex? Index)> _rules = [];

    /// <summary>Builds the index of the rules of some modules.</summary>
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

    /// <summary>The rules whose sources do not clash with a term, for the symbol at its root.</summary>
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
