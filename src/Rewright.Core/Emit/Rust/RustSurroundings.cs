using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;

namespace Rewright.Emit.Rust;

/// <summary>
/// Writes how a loop keeps the terms to build around its final value: in a list in the evaluation's state, of which the loop uses the top.
/// </summary>
internal sealed class RustSurroundings
{
    // With a single place that puts fields aside, the items need no variants.
    private readonly bool _isPlain;
    private readonly string _list, _type, _result;
    private readonly RustRules _rules;
    private readonly List<(string Variant, List<string> Types, RustExpression Value)> _items = [];

    private RustSurroundings(RustRules rules, string list, bool isPlain, string result)
        => (_rules, _list, _type, _isPlain, _result) = (rules, list, RustNames.Pascal(list), isPlain, result);

    /// <summary>The surroundings of functions that form one loop; null if they put nothing aside.</summary>
    public static RustSurroundings? For(RustRules rules, List<Function> group, string name)
    {
        int places = group.SelectMany(f => rules.Program[f].Blocks()).Count(b => b.End is TailCall { Around.Count: > 0 });
        return places == 0 ? null
            : new RustSurroundings(rules, rules.HelperName(name, "around"), places == 1, rules.Sorts.TypeOf(group[0].Result!));
    }

    /// <summary>The head of the loop, which yields the final value.</summary>
    public string Loop => "let mut value: " + _result + " = 'turn: loop";

    /// <summary>The name of a field when the term is built.</summary>
    public static RustExpression FieldAt(int index) => RustExpression.Of("f" + RustLiterals.Number(index));

    /// <summary>A statement that puts fields aside.</summary>
    /// <param name="variant">A name for the place.</param>
    /// <param name="fields">Expressions for the fields.</param>
    /// <param name="types">The types of the fields.</param>
    /// <param name="value">The term to build from the fields (see <see cref="FieldAt"/>) and <c>value</c>.</param>
    public string Put(string variant, List<RustExpression> fields, List<string> types, RustExpression value)
    {
        int index = _items.FindIndex(i => i.Value == value && i.Types.SequenceEqual(types));
        if (index < 0)
        {
            var taken = new HashSet<string>(_items.Select(i => i.Variant)) { "Self" };
            index = _items.Count;
            _items.Add((RustNames.Unique(taken, variant), types, value));
        }

        var item = !_isPlain ? RustRules.State(_type + "::" + _items[index].Variant, fields)
            // An item that takes memory, so that an endless recursion reaches a limit.
            : fields.Count == 0 ? RustExpression.Of("0") : RustExpression.Tuple(fields);
        var list = RustExpression.Of("&mut run.state." + _list);
        return RustExpression.Call("run::put_aside", list, item, RustExpression.Of("run.limits.max_stack")).Try() + ";";
    }

    public void WriteBefore(RustWriter text)
    {
        text.Line("// What is to be built around the value waits.");
        text.Line("let bottom = run.state." + _list + ".len();");
    }

    public void WriteAfter(RustWriter text)
    {
        var (_, types, built) = _items[0];
        string pattern = !_isPlain ? "around" : types.Count == 0 ? "_" : RustExpression.Tuple([.. Fields(types)]).ToString();
        string type = !_isPlain ? _type : types.Count == 0 ? "u64" : types.Count == 1 ? types[0] : "(" + string.Join(", ", types) + ")";
        var field = _rules.UseState(_list, "Vec<" + type + ">");
        using (text.Open("while " + field + ".len() > bottom && let Some(" + pattern + ") = " + field + ".pop()"))
        {
            if (_isPlain)
            {
                text.Line("value = " + built + ";");
            }
            else
            {
                using (text.Open("value = match around", "};"))
                    foreach (var (variant, fields, value) in _items)
                        text.Line(RustRules.State(_type + "::" + variant, Fields(fields)) + " => " + value + ",");
            }
        }

        text.Line("Ok(value)");
    }

    private static IEnumerable<RustExpression> Fields(List<string> types) => types.Select((_, i) => FieldAt(i));

    public void WriteType(RustWriter text)
    {
        if (_isPlain) return;
        text.Line();
        text.Line("/// What waits to be built around a value.");
        using (text.Open("pub(crate) enum " + _type))
            foreach (var (variant, types, _) in _items) text.Line(RustRules.State(variant, types.Select(RustExpression.Of)) + ",");
    }
}
