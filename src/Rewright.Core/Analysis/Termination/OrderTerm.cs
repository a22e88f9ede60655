using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Analysis.Termination;

/// <summary>A symbol in the view of orders. Symbols are compared by reference.</summary>
internal sealed class OrderSymbol(string name, int arity)
{
    /// <summary>The number of arguments.</summary>
    public int Arity => arity;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>A term in the view of orders, made by an <see cref="OrderTerms"/>: equal terms are one object.</summary>
internal sealed class OrderTerm
{
    internal OrderTerm(int id, OrderSymbol? symbol, OrderTerm[] arguments, int variable, bool isValue, Literal? literal = null)
        => (Id, Symbol, Arguments, Variable, IsValue, Literal) = (id, symbol, arguments, variable, isValue, literal);

    /// <summary>The number of the term.</summary>
    public int Id { get; }

    /// <summary>The symbol at the root; null for variables and for values of built-in sorts.</summary>
    public OrderSymbol? Symbol { get; }

    /// <summary>The arguments of the symbol.</summary>
    public OrderTerm[] Arguments { get; }

    /// <summary>The number of the variable; negative if the term is not a variable.</summary>
    public int Variable { get; }

    /// <summary>
    /// True for a term of a built-in sort. An order must not distinguish values, because any value can be computed from any other.
    /// </summary>
    public bool IsValue { get; }

    /// <summary>The constant that the term is; null for other terms.</summary>
    public Literal? Literal { get; }

    /// <summary>True if <paramref name="part"/> is this term or below it.</summary>
    public bool Holds(OrderTerm part) => ReferenceEquals(this, part) || Array.Exists(Arguments, a => a.Holds(part));

    /// <summary>This term and everything below it.</summary>
    public IEnumerable<OrderTerm> Parts() => Arguments.SelectMany(a => a.Parts()).Prepend(this);

    /// <inheritdoc/>
    public override string ToString()
        => Symbol is null ? (IsValue ? "#" : "x") + Variable.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Arguments.Length == 0 ? Symbol.ToString() : Symbol + "(" + string.Join(", ", Arguments.Select(a => a.ToString())) + ")";
}

/// <summary>Makes terms; equal terms are made once.</summary>
internal sealed class OrderTerms
{
    // Apart: the distance by which the variables of the second term are renumbered before unification.
    private const int Apart = 1 << 20, MaxSize = 1000;

    /// <summary>The number of the first variable that occurs in no rule.</summary>
    public const int FirstUnknown = 2 * Apart;

    private readonly Dictionary<OrderSymbol, Dictionary<Key, OrderTerm>> _applied = [];
    private readonly Dictionary<(int, bool), OrderTerm> _variables = [];
    private readonly Dictionary<Literal, OrderTerm> _literals = [];
    private readonly Dictionary<OrderTerm, OrderTerm> _renamed = [];
    private int _count, _fresh = FirstUnknown;

    /// <summary>A symbol applied to arguments.</summary>
    public OrderTerm Apply(OrderSymbol symbol, params OrderTerm[] arguments)
    {
        if (!_applied.TryGetValue(symbol, out var known)) _applied.Add(symbol, known = []);
        var key = new Key(arguments);
        if (!known.TryGetValue(key, out var term)) known.Add(key, term = new OrderTerm(_count++, symbol, arguments, -1, isValue: false));
        return term;
    }

    /// <summary>A variable by its number in its rule.</summary>
    public OrderTerm Variable(int number, bool isValue)
    {
        if (!_variables.TryGetValue((number, isValue), out var term))
            _variables.Add((number, isValue), term = new OrderTerm(_count++, null, [], number, isValue));
        return term;
    }

    /// <summary>A constant of a built-in sort.</summary>
    public OrderTerm Literal(Literal value)
    {
        if (!_literals.TryGetValue(value, out var term))
            _literals.Add(value, term = new OrderTerm(_count++, null, [], -1, isValue: true, value));
        return term;
    }

    /// <summary>A new variable for a part that may have any value.</summary>
    public OrderTerm Unknown(bool isValue) => Variable(_fresh++, isValue);

    /// <summary>
    /// The most general instance of both terms, or null if they do not unify. The variables of the two terms count as different.
    /// </summary>
    public OrderTerm? Unify(OrderTerm left, OrderTerm right)
    {
        if (Clash(left, right)) return null;
        var bound = new Dictionary<OrderTerm, OrderTerm>();
        int size = MaxSize;
        return Unify(left, Rename(right), bound) ? Instance(left) ?? left : null;

        // Terms with shared parts can be huge when written out. Then the term itself is returned: less precise, but not wrong.
        OrderTerm? Instance(OrderTerm term)
        {
            term = Walk(term, bound);
            if (--size < 0) return null;
            if (term.Arguments.Length == 0) return term;
            var arguments = new OrderTerm[term.Arguments.Length];
            for (int i = 0; i < arguments.Length; i++)
            {
                if (Instance(term.Arguments[i]) is not { } argument) return null;
                arguments[i] = argument;
            }

            return Apply(term.Symbol!, arguments);
        }
    }

    /// <summary>True if a term is an instance of a pattern.</summary>
    public static bool Matches(OrderTerm pattern, OrderTerm term) => !Clash(pattern, term) && Matches(pattern, term, []);

    private static bool Matches(OrderTerm pattern, OrderTerm term, Dictionary<OrderTerm, OrderTerm> bound)
    {
        if (pattern.Variable >= 0)
        {
            if (bound.TryGetValue(pattern, out var known)) return ReferenceEquals(known, term);
            bound.Add(pattern, term);
            return true;
        }

        if (pattern.Symbol is null) return ReferenceEquals(pattern, term);
        if (!ReferenceEquals(pattern.Symbol, term.Symbol)) return false;
        for (int i = 0; i < pattern.Arguments.Length; i++)
            if (!Matches(pattern.Arguments[i], term.Arguments[i], bound)) return false;
        return true;
    }

    // True if different symbols stand at the same place. That holds for most pairs of terms, and shows at once that they do not unify.
    private static bool Clash(OrderTerm left, OrderTerm right)
    {
        if (left.Variable >= 0 || right.Variable >= 0) return false;
        if (left.Symbol is null) return !ReferenceEquals(left, right);
        if (!ReferenceEquals(left.Symbol, right.Symbol)) return true;
        for (int i = 0; i < left.Arguments.Length; i++)
            if (Clash(left.Arguments[i], right.Arguments[i])) return true;
        return false;
    }

    private OrderTerm Rename(OrderTerm term)
    {
        if (term.Variable >= 0) return Variable(term.Variable + Apart, term.IsValue);
        if (term.Arguments.Length == 0) return term;
        if (!_renamed.TryGetValue(term, out var renamed))
            _renamed.Add(term, renamed = Apply(term.Symbol!, Array.ConvertAll(term.Arguments, Rename)));
        return renamed;
    }

    private static bool Unify(OrderTerm left, OrderTerm right, Dictionary<OrderTerm, OrderTerm> bound)
    {
        (left, right) = (Walk(left, bound), Walk(right, bound));
        if (ReferenceEquals(left, right)) return true;
        if (left.Variable < 0 && right.Variable >= 0) (left, right) = (right, left);
        if (left.Variable >= 0)
        {
            if (Occurs(left, right, bound)) return false;
            bound.Add(left, right);
            return true;
        }

        if (left.Symbol is null || !ReferenceEquals(left.Symbol, right.Symbol)) return false;
        for (int i = 0; i < left.Arguments.Length; i++)
            if (!Unify(left.Arguments[i], right.Arguments[i], bound)) return false;
        return true;
    }

    private static OrderTerm Walk(OrderTerm term, Dictionary<OrderTerm, OrderTerm> bound)
    {
        while (bound.TryGetValue(term, out var next)) term = next;
        return term;
    }

    private static bool Occurs(OrderTerm variable, OrderTerm term, Dictionary<OrderTerm, OrderTerm> bound)
    {
        term = Walk(term, bound);
        return ReferenceEquals(term, variable) || Array.Exists(term.Arguments, a => Occurs(variable, a, bound));
    }

    private readonly struct Key(OrderTerm[] arguments) : IEquatable<Key>
    {
        private readonly OrderTerm[] _arguments = arguments;

        public bool Equals(Key other)
        {
            for (int i = 0; i < _arguments.Length; i++)
                if (!ReferenceEquals(_arguments[i], other._arguments[i])) return false;
            return true;
        }

        public override bool Equals(object? obj) => obj is Key key && Equals(key);

        public override int GetHashCode()
        {
            int hash = 17;
            foreach (var argument in _arguments) hash = unchecked(hash * 31 + argument.Id);
            return hash;
        }
    }
}
