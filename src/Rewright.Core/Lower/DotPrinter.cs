using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Draws the decision trees of a module in Graphviz's language: one for each operation and each simplified constructor.</summary>
public static class DotPrinter
{
    /// <summary>The trees of all rules of a module and of the modules that it uses.</summary>
    public static string Print(ModuleDefinition module)
    {
        var layouts = new Layouts(module, ProgramForm.Unboxed);
        var text = new StringBuilder("digraph rules {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
        int next = 0, trees = 0;
        // For a constructor, the simplifications of all groups together, although a normalizer tries only those of its own groups.
        foreach (var rules in module.Closure.SelectMany(m => m.Rules).GroupBy(r => r.Root))
        {
            var occurrences = rules.Key.Parameters.Select((p, i) => Occurrence.Argument(i, p.Sort)).ToImmutableArray();
            text.Append("  subgraph cluster").Append(Number(trees++)).Append(" {\n    label=").Append(Quote(rules.Key.FullName))
                .Append(";\n");
            Write(MatchCompiler.Compile(occurrences, [.. rules], layouts.MayBeStuck), text, ref next);
            text.Append("  }\n");
        }

        return text.Append("}\n").ToString();
    }

    private static void Write(DecisionTree root, StringBuilder text, ref int next)
    {
        // A node with several incoming edges is drawn once.
        var numbers = new Dictionary<DecisionTree, int> { [root] = next++ };
        var pending = new Queue<DecisionTree>();
        pending.Enqueue(root);
        while (pending.Count > 0)
        {
            var node = pending.Dequeue();
            text.Append("    n").Append(Number(numbers[node])).Append(" [label=").Append(Quote(LabelOf(node)))
                .Append(node is RuleNode ? ", style=filled" : "").Append("];\n");
            foreach (var (label, target) in EdgesOf(node))
            {
                if (!numbers.TryGetValue(target, out int number))
                {
                    numbers.Add(target, number = next++);
                    pending.Enqueue(target);
                }

                text.Append("    n").Append(Number(numbers[node])).Append(" -> n").Append(Number(number)).Append(" [label=")
                    .Append(Quote(label)).Append("];\n");
            }
        }
    }

    private static string LabelOf(DecisionTree node) => node switch
    {
        SymbolNode symbol => symbol.Occurrence + "?",
        LiteralNode literal => literal.Occurrence + "=?",
        RuleNode rule => rule.Rule!.Name + "\n" + rule.Rule,
        _ => "no rule",
    };

    private static IEnumerable<(string Label, DecisionTree Target)> EdgesOf(DecisionTree node) => node switch
    {
        SymbolNode n => n.Cases.Select(c => (c.Key.Name, c.Value)).Concat(Otherwise(n.Otherwise, "otherwise")),
        LiteralNode n => n.Cases.Select(c => (LiteralText.Print(c.Key, sortIsKnown: true), c.Value))
            .Concat(Otherwise(n.Otherwise, "otherwise")),
        RuleNode n => Otherwise(n.Otherwise, "condition fails"),
        _ => [],
    };

    private static IEnumerable<(string, DecisionTree)> Otherwise(DecisionTree? target, string label)
        => target is null ? [] : [(label, target)];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";
}
