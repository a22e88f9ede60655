using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rewright.Analysis.Termination;

/// <summary>The budget of a search. It is counted, not timed, so that every machine finds the same.</summary>
internal sealed class Effort(int clauses, CancellationToken cancellation)
{
    /// <summary>The conflicts after which a search for one order ends.</summary>
    private const int MaxConflicts = 2000;

    private int _left = clauses;

    /// <summary>
    /// The clauses that the search for one order may use: half of what is left, so that something stays for later orders.
    /// </summary>
    public int Limit => _left / 2;

    /// <summary>True if a search ended for lack of budget.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Cancels the search.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>
    /// Searches for a solution of a circuit and charges the cost. Returns false if there is none or none was found.
    /// </summary>
    public bool Solve(BooleanCircuit circuit)
    {
        bool? found = circuit.Size > Limit ? null : circuit.Solve(MaxConflicts, cancellation);
        IsCut |= found is null;
        _left -= circuit.Size;
        return found == true;
    }

    /// <summary>Ends a search for one order that would exceed the budget.</summary>
    public void GiveUp()
    {
        IsCut = true;
        _left -= Limit;
    }
}

/// <summary>
/// The requirements on an order: it must decrease some pairs of terms, and must not increase any other pair or any rule that can be used on
/// the right sides.
/// </summary>
/// <param name="Pairs">The left and right sides.</param>
/// <param name="Rules">The rules that rewrite the arguments of right sides, by the symbol at the root.</param>
/// <param name="IsDirect">True if the pairs are rules themselves, applied at any place; then the order must regard every argument.</param>
internal sealed record OrderProblem(
    IReadOnlyList<(OrderTerm Left, OrderTerm Right)> Pairs, ILookup<OrderSymbol, OrderRule> Rules, bool IsDirect)
{
    // After this many pairs, their clauses predict the total; the first pairs need more than their share, because they encode what all
    // share.
    private const int Sample = 24, MaxExcess = 2;

    /// <summary>An upper bound for the number of symbols.</summary>
    public int SymbolCount => Pairs.SelectMany(p => p.Left.Parts().Concat(p.Right.Parts()))
        .Concat(Rules.SelectMany(g => g).SelectMany(r => r.Left.Parts().Concat(r.Right.Parts()))).Where(t => t.Symbol is not null).Select(
            t => t.Symbol).Distinct().Count();

    /// <summary>
    /// States that no pair and no usable rule increases; false if that exceeds the budget. A rule is usable if its symbol stands at a place
    /// that the order regards, in the right side of a pair or of a usable rule (Giesl, Thiemann, Schneider-Kamp and Falke, Mechanizing and
    /// improving dependency pairs, 2006).
    /// </summary>
    private bool Require(IOrderEncoding order, BooleanCircuit circuit, Effort effort)
    {
        var usable = new Dictionary<OrderSymbol, int>();
        var open = new Queue<OrderSymbol>();
        for (int i = 0; i < Pairs.Count; i++)
        {
            var (left, right) = Pairs[i];
            circuit.Require(order.IsAtLeast(left, right));
            if (IsDirect) Use(right, circuit.True);
            else UseBelow(right, circuit.True);
            // Stop early if the total will exceed the budget anyway.
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

    /// <summary>Finds an order of one kind. Returns which pairs it decreases; null if no order decreasing any pair was found.</summary>
    public bool[]? Solve(IOrderEncoding order, BooleanCircuit circuit, Effort effort)
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

/// <summary>A family of orders as formulas. Free variables encode the choices that define an order.</summary>
internal interface IOrderEncoding
{
    /// <summary>Holds if the order regards an argument of a symbol.</summary>
    int LooksAt(OrderSymbol symbol, int argument);

    /// <summary>Holds if a term is greater than another for all values of the variables.</summary>
    int IsGreater(OrderTerm left, OrderTerm right);

    /// <summary>Holds if a term is greater than or equal to another.</summary>
    int IsAtLeast(OrderTerm left, OrderTerm right);
}
