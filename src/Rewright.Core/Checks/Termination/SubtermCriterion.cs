using System.Collections.Generic;
using System.Linq;

namespace Rewright.Checks.Termination;

/// <summary>
/// One argument of each call gets smaller, as a part of what it was, or stays (Hirokawa and Middeldorp, Dependency pairs revisited, 2004): a solver chooses the arguments.
/// </summary>
internal static class SubtermCriterion
{
    /// <summary>Which calls decrease by some choice; null where none does.</summary>
    public static bool[]? Find(IReadOnlyList<DependencyPair> pairs, Effort effort)
    {
        var circuit = new Circuit();
        var choices = new Dictionary<OrderSymbol, int[]>();
        var decreases = new List<int>();
        foreach (var pair in pairs)
        {
            int smaller = -circuit.True, same = -circuit.True;
            int[] left = Choice(pair.Left.Symbol!), right = Choice(pair.Right.Symbol!);
            for (int i = 0; i < left.Length; i++)
            {
                for (int j = 0; j < right.Length; j++)
                {
                    OrderTerm whole = pair.Left.Arguments[i], part = pair.Right.Arguments[j];
                    if (ReferenceEquals(whole, part)) same = circuit.Or(same, circuit.And(left[i], right[j]));
                    else if (whole.Holds(part)) smaller = circuit.Or(smaller, circuit.And(left[i], right[j]));
                }
            }

            decreases.Add(smaller);
            circuit.Require(smaller, same);
        }

        circuit.Require([.. decreases]);
        return effort.Solve(circuit) ? [.. decreases.Select(circuit.Holds)] : null;

        int[] Choice(OrderSymbol symbol)
        {
            if (choices.TryGetValue(symbol, out int[]? known)) return known;
            known = circuit.FreeNumber(symbol.Arity);
            circuit.Require(known);
            for (int i = 0; i < known.Length; i++)
                for (int j = 0; j < i; j++) circuit.Require(-known[i], -known[j]);
            choices.Add(symbol, known);
            return known;
        }
    }
}
