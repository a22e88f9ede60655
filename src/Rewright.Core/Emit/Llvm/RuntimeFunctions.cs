using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Emit.Llvm;

/// <summary>Global definitions by name, of which a piece of code takes those that it needs.</summary>
internal sealed class RuntimeFunctions
{
    /// <summary>What does not depend on the program.</summary>
    public static RuntimeFunctions Fixed { get; } = new(LlvmRuntime.Fixed + LlvmPrimitives.Functions);

    private readonly List<(string Name, string Text)> _definitions = [];
    private readonly Dictionary<string, (int Index, List<string> Mentioned)> _byName = [];

    /// <param name="text">Functions, each ended by a line with a brace, and declarations on a line each.</param>
    public RuntimeFunctions(string text)
    {
        var definition = new StringBuilder();
        foreach (string line in text.Split('\n'))
        {
            if (line.Length == 0 && definition.Length == 0) continue;
            definition.Append(line).Append('\n');
            if (line != "}" && !line.StartsWith("declare ", StringComparison.Ordinal)) continue;
            Add(definition.ToString());
            definition.Clear();
        }
    }

    /// <summary>The definitions that code mentions, directly or by another definition.</summary>
    /// <param name="code">The code.</param>
    /// <param name="more">Others that may be mentioned.</param>
    public static string NeededBy(IEnumerable<string> code, RuntimeFunctions more)
    {
        var needed = new[] { new SortedSet<int>(), new SortedSet<int>() };
        var open = new Stack<string>(code.SelectMany(Mentioned).Distinct());
        while (open.Count > 0)
        {
            string name = open.Pop();
            for (int i = 0; i < 2; i++)
            {
                if (!(i == 0 ? Fixed : more)._byName.TryGetValue(name, out var found) || !needed[i].Add(found.Index)) continue;
                foreach (string next in found.Mentioned) open.Push(next);
            }
        }

        var text = new StringBuilder();
        foreach (int index in needed[0]) text.Append(Fixed._definitions[index].Text).Append('\n');
        foreach (int index in needed[1]) text.Append(more._definitions[index].Text).Append('\n');
        return text.ToString();
    }

    /// <summary>The global names in a piece of code, those of the program with their quotes. Comments may add some that mean nothing.</summary>
    public static IEnumerable<string> Mentioned(string code)
    {
        for (int at = code.IndexOf('@'); at >= 0; at = code.IndexOf('@', at + 1))
        {
            int end = at + 1;
            if (end < code.Length && code[end] == '"')
            {
                end = code.IndexOf('"', end + 1) + 1;
                if (end == 0) yield break;
            }
            else
            {
                while (end < code.Length && code[end] is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '.' or '_') end++;
            }

            yield return code.Substring(at, end - at);
            at = end - 1;
        }
    }

    private void Add(string definition)
    {
        var names = Mentioned(definition).ToList();
        _byName.Add(names[0], (_definitions.Count, names.Skip(1).Where(n => n != names[0]).Distinct().ToList()));
        _definitions.Add((names[0], definition));
    }
}
