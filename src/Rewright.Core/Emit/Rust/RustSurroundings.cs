using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;

namespace Rewright.Emit.Rust;

/// <summary>How a loop keeps what is to be built around the value that it ends with: a list in the state of the evaluation, of which it uses the top.</summary>
internal sealed class RustSurroundings
{
    // With a single place where something is put aside there is nothing to tell apart.
    private readonly bool _isPlain;
    private readonly string _list, _type, _result;
    private readonly RustRules _rules;
    private readonly List<(string Variant, List<string> Types, string Value)> _items = [];

    private RustSurroundings(RustRules rules, string list, bool isPlain, string result)
        => (_rules, _list, _type, _isPlain, _result) = (rules, list, RustNames.Pascal(list), isPlain, result);

    /// <summary>What functions that are one loop put aside; null for nothing.</summary>
    public static RustSurroundings? For(RustRules rules, List<Function> group, string name)
    {
        int places = group.SelectMany(f => rules.Program[f].Blocks()).Count(b => b.End is TailCall { Around.Count: > 0 });
        return places == 0 ? null : new RustSurroundings(rules, rules.HelperName(name, "around"), places == 1, rules.Sorts.TypeOf(group[0].Result!));
    }

    /// <summary>The head of the loop, whose value is what it ends with.</summary>
    public string Loop => "let mut value: " + _result + " = 'turn: loop";

    /// <summary>What a waiting field is called when the term is built.</summary>
    public string NameOf(int index) => "f" + RustPrimitives.Number(index);

    /// <summary>The statement that puts fields aside.</summary>
    /// <param name="variant">A name for the place.</param>
    /// <param name="fields">Expressions for the fields.</param>
    /// <param name="types">Their types.</param>
    /// <param name="value">What is built of them, by <see cref="NameOf"/>, and of <c>value</c>.</param>
    public string Put(string variant, List<string> fields, List<string> types, string value)
    {
        int index = _items.FindIndex(i => i.Value == value && i.Types.SequenceEqual(types));
        if (index < 0)
        {
            var taken = new HashSet<string>(_items.Select(i => i.Variant)) { "Self" };
            index = _items.Count;
            _items.Add((RustNames.Unique(taken, variant), types, value));
        }

        string list = string.Join(", ", fields);
        string item = !_isPlain ? _type + "::" + _items[index].Variant + (fields.Count == 0 ? "" : "(" + list + ")")
            // Something that takes memory, so that what does not end comes to an end.
            : fields.Count == 0 ? "0" : fields.Count == 1 ? list : "(" + list + ")";
        return "run::put_aside(&mut run.state." + _list + ", " + item + ", run.limits.max_stack)?;";
    }

    public void WriteBefore(RustWriter text)
    {
        text.Line("// What is to be built around the value waits.");
        text.Line("let bottom = run.state." + _list + ".len();");
    }

    public void WriteAfter(RustWriter text)
    {
        var (_, types, built) = _items[0];
        string names = string.Join(", ", types.Select((_, i) => NameOf(i)));
        string pattern = !_isPlain ? "around" : types.Count == 0 ? "_" : types.Count == 1 ? names : "(" + names + ")";
        string type = !_isPlain ? _type : types.Count == 0 ? "u64" : types.Count == 1 ? types[0] : "(" + string.Join(", ", types) + ")";
        string field = _rules.UseState(_list, "Vec<" + type + ">");
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
                        text.Line(_type + "::" + variant + (fields.Count == 0 ? "" : "(" + string.Join(", ", fields.Select((_, i) => NameOf(i))) + ")") + " => " + value + ",");
            }
        }

        text.Line("Ok(value)");
    }

    public void WriteType(RustWriter text)
    {
        if (_isPlain) return;
        text.Line();
        text.Line("/// What waits to be built around a value.");
        using (text.Open("pub(crate) enum " + _type))
            foreach (var (variant, types, _) in _items) text.Line(variant + (types.Count == 0 ? "" : "(" + string.Join(", ", types) + ")") + ",");
    }
}
