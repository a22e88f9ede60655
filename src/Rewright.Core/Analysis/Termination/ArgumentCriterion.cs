using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Analysis.Termination;

/// <summary>How an argument changes from one call to the next.</summary>
internal enum ArgumentChange
{
    /// <summary>The change is unknown.</summary>
    Unknown,

    /// <summary>The argument stays the same.</summary>
    None,

    /// <summary>The argument decreases in a well-founded order.</summary>
    Decrease,
}

/// <summary>
/// The subterm criterion: in each call one argument decreases or stays. A solver chooses the arguments (Hirokawa and Middeldorp, Dependency
/// pairs revisited, 2004).
/// </summary>
internal static class ArgumentCriterion
{
    /// <summary>The calls that decrease by some choice of arguments; null if there is no such choice.</summary>
    /// <param name="pairs">The calls.</param>
    /// <param name="change">The change of an argument of the left side to an argument of the right side.</param>
    /// <param name="effort">The limit of the search.</param>
    public static bool[]? Find(IReadOnlyList<DependencyPair> pairs, Func<DependencyPair, int, int, ArgumentChange> change, Effort effort)
    {
        var circuit = new BooleanCircuit();
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
                    var found = change(pair, i, j);
                    if (found == ArgumentChange.Unknown) continue;
                    int both = circuit.And(left[i], right[j]);
                    if (found == ArgumentChange.None) same = circuit.Or(same, both);
                    else smaller = circuit.Or(smaller, both);
                }
            }

            decreases.Add(smaller);
            circuit.Require(smaller, same);
        }

        if (decreases.TrueForAll(d => d == -circuit.True)) return null;
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

    /// <summary>A term decreases when it becomes a part of itself.</summary>
    public static ArgumentChange OfParts(DependencyPair pair, int left, int right)
    {
        OrderTerm whole = pair.Left.Arguments[left], part = pair.Right.Arguments[right];
        return ReferenceEquals(whole, part) ? ArgumentChange.None : whole.Holds(part) ? ArgumentChange.Decrease : ArgumentChange.Unknown;
    }
}
