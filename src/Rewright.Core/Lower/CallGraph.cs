using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Rewright.Lower;

/// <summary>The graph of calls between functions.</summary>
public static class CallGraph
{
    /// <summary>True if the function ends in a call of itself, which is a loop.</summary>
    public static bool HasSelfTailCall(Definition function)
        => function.Blocks().Any(b => b.End is TailCall t && t.Callee == function.Function);

    /// <summary>
    /// The functions on a cycle of calls. Only these can use unbounded stack or time, so they must check the limits. A loop within one
    /// function checks them at its own end.
    /// </summary>
    public static HashSet<Function> FunctionsThatNeedStack(Program program)
    {
        var result = new HashSet<Function>();
        foreach (var component in Components(program.Definitions))
            if (component.Count > 1 || Callees(program[component[0]]).Contains(component[0])) result.UnionWith(component);
        return result;
    }

    /// <summary>The number of each function's component; functions in one component call each other.</summary>
    public static Dictionary<Function, int> ComponentOf(ImmutableArray<Definition> functions)
        => Components(functions).SelectMany((c, i) => c.Select(f => (f, i))).ToDictionary(x => x.f, x => x.i);

    /// <summary>The strongly connected components of the call graph, callees first (Tarjan 1972, without recursion).</summary>
    public static List<List<Function>> Components(ImmutableArray<Definition> functions) => Components(functions, Callees);

    /// <summary>The strongly connected components of a part of the call graph.</summary>
    public static List<List<Function>> Components(ImmutableArray<Definition> functions,
        System.Func<Definition, IEnumerable<Function>> calleesOf)
    {
        var edges = functions.ToDictionary(f => f.Function, f => calleesOf(f).ToList());
        List<Function> callees(Function function) => edges[function];
        var components = new List<List<Function>>();
        var index = new Dictionary<Function, int>();
        var low = new Dictionary<Function, int>();
        var onStack = new HashSet<Function>();
        var stack = new Stack<Function>();
        foreach (var root in functions.Select(f => f.Function))
        {
            if (index.ContainsKey(root)) continue;
            var work = new Stack<(Function Function, int Next)>();
            work.Push((root, 0));
            while (work.Count > 0)
            {
                var (function, next) = work.Pop();
                if (next == 0)
                {
                    index[function] = low[function] = index.Count;
                    stack.Push(function);
                    onStack.Add(function);
                }
                else
                {
                    low[function] = System.Math.Min(low[function], low[callees(function)[next - 1]]);
                }

                bool descended = false;
                for (; next < callees(function).Count && !descended; next++)
                {
                    var callee = callees(function)[next];
                    if (!index.ContainsKey(callee))
                    {
                        work.Push((function, next + 1));
                        work.Push((callee, 0));
                        descended = true;
                    }
                    else if (onStack.Contains(callee))
                    {
                        low[function] = System.Math.Min(low[function], index[callee]);
                    }
                }

                if (descended || low[function] != index[function]) continue;
                var component = new List<Function>();
                Function member;
                do
                {
                    member = stack.Pop();
                    onStack.Remove(member);
                    component.Add(member);
                }
                while (member != function);
                components.Add(component);
            }
        }

        return components;
    }

    // Self tail calls are loops, not calls.
    private static IEnumerable<Function> Callees(Definition function)
        => function.Blocks().SelectMany(b => Calls(b).Concat(b.End is TailCall t && t.Callee != function.Function ? [t.Callee] : []))
            .Distinct();

    /// <summary>The functions that a block itself calls, except by tail calls.</summary>
    public static IEnumerable<Function> Calls(Block block) => block.Instructions.Select(i => i switch
    {
        Let { Value: Call call } => call.Callee,
        Perform perform => perform.Call.Callee,
        _ => null,
    }).OfType<Function>();
}
