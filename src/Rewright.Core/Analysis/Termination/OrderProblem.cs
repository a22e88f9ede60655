using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rewright.Analysis.Termination;

/// <summary>How much may be spent on a search: counted, so that every machine finds the same.</summary>
internal sealed class Effort(int clauses, CancellationToken cancellation)
{
    /// <summary>The conflicts after which a search for one order ends.</summary>
    private const int MaxConflicts = 2000;

    private int _left = clauses;

    /// <summary>The clauses that the search for one order may have: a part of what is left, so that something stays for others.</summary>
    public int Limit => _left / 2;

    /// <summary>True where a search ended for want of effort.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Ends the search.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>
    /// Looks for values for the clauses of a circuit; false where there are none, or none were found. Takes what that costs.
    /// </summary>
    public bool Solve(Circuit circuit)
    {
        bool? found = circuit.Size > Limit ? null : circuit.Solve(MaxConflicts, cancellation);
        IsCut |= found is null;
        _left -= circuit.Size;
        return found == true;
    }

    /// <summary>Ends a search for one order that would need more than it may have.</summary>
    public void GiveUp()
    {
        IsCut = true;
        _left -= Limit;
    }
}

/// <summary>
/// What an order has to do: decrease some pairs of terms, and increase neither any other of them nor any rule that can be used on their
/// right sides.
/// </summary>
/// <param name="Pairs">Left and right sides.</param>
/// <param name="Rules">Rules that rewrite the right sides' arguments, by the symbol at the root.</param>
/// <param name="IsDirect">True where the pairs are rules themselves, applied at any place: then no argument may be left out of
/// account.</param>
internal sealed record OrderProblem(
    IReadOnlyList<(OrderTerm Left, OrderTerm Right)> Pairs, ILookup<OrderSymbol, OrderRule> Rules, bool IsDirect)
{
    // After so many pairs, their clauses tell how many there will be; the first ones have more than their share of what all need.
    private const int Sample = 24, MaxExcess = 2;

    /// <summary>How many symbols there are at most.</summary>
    public int SymbolCount => Pairs.SelectMany(p => p.Left.Parts().Concat(p.Right.Parts()))
        .Concat(Rules.SelectMany(g => g).SelectMany(r => r.Left.Parts().Concat(r.Right.Parts()))).Where(t => t.Symbol is not null).Select(
            t => t.Symbol).Distinct().Count();

    /// <summary>
    /// States that no pair and no usable rule increases; false where that takes more than the effort allows. Usable are the rules of
    /// symbols at places that the order looks at, in the right side of a pair or of a usable rule (Giesl, Thiemann, Schneider-Kamp and
    /// Falke, Mechanizing and improving dependency pairs, 2006).
    /// </summary>
    private bool Require(IOrderEncoding order, Circuit circuit, Effort effort)
    {
        var usable = new Dictionary<OrderSymbol, int>();
        var open = new Queue<OrderSymbol>();
        for (int i = 0; i < Pairs.Count; i++)
        {
            var (left, right) = Pairs[i];
            circuit.Require(order.IsAtLeast(left, right));
            if (IsDirect) Use(right, circuit.True);
            else UseBelow(right, circuit.True);
            // What will be too much in any case is not worth making.
            if (circuit.Size > effort.Limit || i >= Sample && (long)circuit.Size * Pairs.Count / (i + 1) > MaxExcess * (long)effort.Limit)
                return false;
        }

        while (open.Count > 0)
        {
            var symbol = open.Dequeue();
            foreach (var rule in Rules[symbol])
            {
                circuit.Require(-usable[symbol], order.IsAtLeast(rule.Left, rule.Right));
                Use(rule.Right, usable[symbol]);
                if (circuit.Size > effort.Limit) return false;
            }
        }

        return true;

        void Use(OrderTerm term, int condition)
        {
            if (term.Symbol is null) return;
            if (Rules.Contains(term.Symbol))
            {
                if (!usable.TryGetValue(term.Symbol, out int used))
                {
                    usable.Add(term.Symbol, used = circuit.Free());
                    open.Enqueue(term.Symbol);
                }

                circuit.Require(-condition, used);
            }

            UseBelow(term, condition);
        }

        void UseBelow(OrderTerm term, int condition)
        {
            for (int i = 0; i < term.Arguments.Length; i++)
                if (term.Arguments[i].Symbol is not null) Use(term.Arguments[i], circuit.And(condition, order.LooksAt(term.Symbol!, i)));
        }
    }

    /// <summary>Which pairs decrease by an order of a kind; null where none was found by which one does.</summary>
    public bool[]? Solve(IOrderEncoding order, Circuit circuit, Effort effort)
    {
        if (!Require(order, circuit, effort))
        {
            effort.GiveUp();
            return null;
        }

        int[] decreases = [.. Pairs.TakeWhile(_ => circuit.Size <= effort.Limit).Select(p => order.IsGreater(p.Left, p.Right))];
        circuit.Require(decreases);
        return effort.Solve(circuit) ? [.. decreases.Select(circuit.Holds)] : null;
    }
}

/// <summary>A family of orders as formulas: what is still open of an order are the free variables.</summary>
internal interface IOrderEncoding
{
    /// <summary>Holds where the order looks at an argument of a symbol.</summary>
    int LooksAt(OrderSymbol symbol, int argument);

    /// <summary>Holds where a term is greater than another for all values of the variables.</summary>
    int IsGreater(OrderTerm left, OrderTerm right);

    /// <summary>Holds where a term is greater than another, or equal to it.</summary>
    int IsAtLeast(OrderTerm left, OrderTerm right);
}
