using System.Collections.Generic;
using System.Linq;

namespace Simplify.Expressions;

/// <summary>Walks over expression graphs and measures them.</summary>
public static class ExprGraph
{
    /// <summary>Every node of the graph once, arguments before the operations on them; the root comes last.</summary>
    public static List<RealExpr> PostOrder(this RealExpr root)
    {
        var order = new List<RealExpr>();
        var seen = new HashSet<RealExpr>();
        var pending = new Stack<(RealExpr Node, bool ArgumentsDone)>();
        pending.Push((root, false));
        while (pending.TryPop(out var next))
        {
            if (next.ArgumentsDone)
                order.Add(next.Node);
            else if (seen.Add(next.Node))
            {
                pending.Push((next.Node, true));
                for (int i = next.Node.Arguments.Length - 1; i >= 0; i--)
                    pending.Push((next.Node.Arguments[i], false));
            }
        }
        return order;
    }

    /// <summary>The number of different nodes.</summary>
    public static int GraphSize(this RealExpr root) => root.PostOrder().Count;

    /// <summary>The number of nodes when every use of a shared node is written out; <see cref="long.MaxValue"/> stands
    /// for anything larger.</summary>
    public static long TreeSize(this RealExpr root)
    {
        var sizes = new Dictionary<RealExpr, long>();
        foreach (RealExpr node in root.PostOrder())
            sizes[node] = node.Arguments.Aggregate(1L, (sum, argument) => SaturatingAdd(sum, sizes[argument]));
        return sizes[root];
    }

    /// <summary>The names of the variables, in order of appearance.</summary>
    public static IEnumerable<string> Variables(this RealExpr root) => root.PostOrder().OfType<VariableExpr>().Select(v => v.Name);

    public static long SaturatingAdd(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
