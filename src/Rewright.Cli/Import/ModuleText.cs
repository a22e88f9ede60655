using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Cli.Import;

/// <summary>A module under construction. It declares the symbols of rules when they first occur.</summary>
/// <remarks>
/// Each rule gets its own group, so that rules may overlap or undo each other: imported sets are there to be proved, and a user picks rules
/// from them.
/// </remarks>
internal sealed class ModuleText
{
    private readonly Dictionary<string, string> _sorts = [];
    private readonly SortedDictionary<string, (string Sort, string Text)> _constructors = new(System.StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _operations = new(System.StringComparer.Ordinal);
    private readonly Dictionary<string, int> _names = [];
    private readonly StringBuilder _rules = new();

    private int _identities;

    public int RuleCount { get; private set; }

    public void Sort(string name, string meaning) => _sorts[name] = meaning;

    /// <summary>Applies a constructor and declares it if it is new.</summary>
    public string Construct(string name, string meaning, string sort, params (string Sort, string Text)[] arguments)
    {
        _constructors[name] = (sort, Signature(name, arguments) + " [means \"" + meaning + "\"]");
        return Apply(name, arguments);
    }

    /// <summary>Applies an operation that C# implements and declares it if it is new.</summary>
    public string Compute(string name, string meaning, string sort, params (string Sort, string Text)[] arguments)
    {
        _operations[name] = Signature(name, arguments) + ": " + sort + " [host, means \"" + meaning + "\"]";
        return Apply(name, arguments);
    }

    public void Rule(string name, string source, string target, IEnumerable<string> conditions, string comment, string attributes = "")
    {
        RuleCount++;
        if (comment.Length > 0) _rules.Append("# ").Append(string.Concat(comment.Select(c => char.IsControl(c) ? ' ' : c))).Append('\n');
        Add(name, "r" + RuleCount + (attributes.Length > 0 ? ", " : "") + attributes, source, target, conditions);
    }

    /// <summary>Adds a rule that helps to prove others and is not counted.</summary>
    public void Identity(string name, string source, string target)
        => Add(name, "i" + ++_identities + ", assumed \"identity\"", source, target, []);

    private void Add(string name, string attributes, string source, string target, IEnumerable<string> conditions)
    {
        name = new string([.. name.Select(c => c is '`' or '.' || char.IsControl(c) ? '-' : c)]);
        if (name.Length == 0) name = "unnamed";
        int copies = _names[name] = _names.GetValueOrDefault(name) + 1;
        if (copies > 1) name += " (" + copies + ")";
        _rules.Append("rule `").Append(name).Append("` [group ").Append(attributes).Append("]: ").Append(source).Append(" -> ").Append(
            target);
        foreach (string condition in conditions) _rules.Append(" if ").Append(condition);
        _rules.Append('\n');
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, meaning) in _sorts)
        {
            // The leaves of terms.
            var constructors = _constructors.Values.Where(c => c.Sort == name).Select(c => c.Text).Append(
                "Name" + name + "(Symbol)").ToList();
            text.Append("sort ").Append(name).Append(" [means \"").Append(meaning).Append("\"] =\n    ").AppendJoin(
                "\n  | ", constructors).Append('\n');
        }

        foreach (string operation in _operations.Values) text.Append("op ").Append(operation).Append('\n');
        return text.Append(_rules).ToString();
    }

    private static string Signature(string name, (string Sort, string Text)[] arguments)
        => name + (arguments.Length == 0 ? "" : "(" + string.Join(", ", arguments.Select(a => a.Sort)) + ")");

    private static string Apply(string name, (string Sort, string Text)[] arguments)
        => name + (arguments.Length == 0 ? "" : "(" + string.Join(", ", arguments.Select(a => a.Text)) + ")");
}
