using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Simplify.Expressions;

namespace Simplify.FPCore;

/// <summary>Writes expressions as FPCore. A shared operation is written once, in a <c>let*</c>.</summary>
public static class FPCorePrinter
{
    public static string Print(FPCoreExpression entry)
    {
        var text = new StringBuilder();
        text.Append($"(FPCore ({string.Join(' ', entry.Parameters)})");
        if (entry.Name != "")
            text.Append($"\n  :name {Quote(entry.Name)}");
        if (entry.Precondition is { } precondition)
            text.Append($"\n  :pre {Print(precondition, entry.Parameters)}");
        return text.Append($"\n  {Print(entry.Body, entry.Parameters)})").ToString();
    }

    /// <param name="expression">What to write.</param>
    /// <param name="reserved">Names that a binding must not take, besides those of the expression's variables.</param>
    public static string Print(RealExpr expression, IEnumerable<string>? reserved = null)
    {
        Dictionary<RealExpr, string> names = NameShared(expression, [.. expression.Variables(), .. reserved ?? []]);
        var text = new StringBuilder();
        if (names.Count > 0)
        {
            text.Append("(let* (");
            string separator = "";
            foreach ((RealExpr node, string name) in names)
            {
                text.Append($"{separator}[{name} ");
                Write(text, node, names);
                text.Append(']');
                separator = " ";
            }
            text.Append(") ");
        }
        Write(text, expression, names);
        return text.Append(names.Count > 0 ? ")" : "").ToString();
    }

    /// <summary>Names for the operations with more than one use, in an order in which they can be bound.</summary>
    private static Dictionary<RealExpr, string> NameShared(RealExpr root, HashSet<string> taken)
    {
        List<RealExpr> order = root.PostOrder();
        Dictionary<RealExpr, int> uses = order.SelectMany(n => n.Arguments).CountBy(n => n).ToDictionary();
        var names = new Dictionary<RealExpr, string>();
        int number = 0;
        foreach (RealExpr node in order.Where(n => n is OperationExpr && uses.GetValueOrDefault(n) > 1))
        {
            string name;
            do
                name = $"t{++number}";
            while (taken.Contains(name));
            names.Add(node, name);
        }
        return names;
    }

    /// <summary>Writes a node out, and below it the names of the shared ones.</summary>
    private static void Write(StringBuilder text, RealExpr root, Dictionary<RealExpr, string> names)
    {
        var pending = new Stack<object>(); // nodes, and text between them
        pending.Push(root);
        while (pending.TryPop(out object? next))
        {
            if (next is not RealExpr node)
                text.Append(next);
            else if (node != root && names.TryGetValue(node, out string? name))
                text.Append(name);
            else if (node is not OperationExpr operation)
                text.Append(WriteLeaf(node));
            else
            {
                text.Append('(').Append(operation.Operation.Name());
                pending.Push(")");
                foreach (RealExpr argument in operation.Arguments.Reverse())
                {
                    pending.Push(argument);
                    pending.Push(" ");
                }
            }
        }
    }

    private static string WriteLeaf(RealExpr node) => node switch
    {
        NumberExpr number => number.Value.ToString(),
        ConstantExpr constant => constant.Constant.ToString(),
        _ => ((VariableExpr)node).Name,
    };

    private static string Quote(string value) => $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
