using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>What a local is in Rust.</summary>
internal enum RustForm
{
    /// <summary>A variable that owns a value.</summary>
    Owned,
    /// <summary>A variable that is a reference to a value.</summary>
    Borrowed,
    /// <summary>A variable of a type that is copied.</summary>
    Copy,
    /// <summary>A reference to a value of a type that is copied.</summary>
    CopyBehind,
    /// <summary>An expression that makes a value of a type that is copied.</summary>
    Literal,
    /// <summary>An expression that makes a value to own.</summary>
    Maker,
}

/// <summary>A local in Rust.</summary>
/// <param name="Value">The expression for it.</param>
/// <param name="Form">What it is.</param>
/// <param name="Owner">The local that a borrowed one is borrowed from.</param>
internal sealed record RustVariable(RustExpression Value, RustForm Form, Local? Owner = null);

/// <summary>The locals of a function in Rust, by their names and by who owns what.</summary>
/// <remarks>
/// Who owns what follows from where locals are used: the last use of an owned local moves it, earlier ones clone it.
/// A local lives as long as what is borrowed from it is used.
/// </remarks>
internal sealed class RustVariables
{
    private readonly RustRules _rules;
    private readonly RustSorts _sorts;
    private readonly Dictionary<Local, RustVariable> _variables = [];
    private HashSet<string> _taken = [];

    public RustVariables(RustRules rules)
    {
        (_rules, _sorts) = (rules, rules.Sorts);
        Restart();
    }

    public RustVariable this[Local local]
    {
        get => _variables[local];
        set => _variables[local] = value;
    }

    public bool Knows(Local local) => _variables.ContainsKey(local);

    /// <summary>Forgets all locals; their names stay taken.</summary>
    public void Forget() => _variables.Clear();

    /// <summary>Starts another function.</summary>
    public void Restart()
    {
        _variables.Clear();
        _taken = ["run", "state", "known", "value", "node", "turn", .. _rules.FunctionNames];
    }

    /// <summary>The names that are taken: what takes further ones in a block of its own gives them back.</summary>
    public HashSet<string> Taken
    {
        get => [.. _taken];
        set => _taken = value;
    }

    public string NewName(string hint)
    {
        string name = RustNames.Snake(hint);
        if (_rules.FunctionNames.Contains(name)) name = name.TrimEnd('_') + "_result";
        return RustNames.Unique(_taken, name);
    }

    public string NewLabel(string hint) => "'" + RustNames.Unique(_taken, RustNames.Snake(hint));

    /// <summary>A variable that holds a value of a sort.</summary>
    public RustVariable Holding(string name, Sort sort)
        => new(RustExpression.Of(name), _sorts.IsCopy(sort) ? RustForm.Copy : RustForm.Owned);

    /// <summary>An expression that makes a value of a sort.</summary>
    public RustVariable Making(RustExpression value, Sort sort) => new(value, _sorts.IsCopy(sort) ? RustForm.Literal : RustForm.Maker);

    /// <summary>Values to own. Of several uses the last one moves.</summary>
    /// <param name="parts">The locals.</param>
    /// <param name="wanted">The sorts that they are to have.</param>
    /// <param name="after">What is used later.</param>
    public List<RustExpression> Take(EquatableArray<Local> parts, IEnumerable<Sort> wanted, HashSet<Local> after)
    {
        var sorts = wanted.ToList();
        var result = new List<RustExpression>();
        for (int i = 0; i < parts.Count; i++)
        {
            var later = new HashSet<Local>(parts.Skip(i + 1));
            later.UnionWith(after);
            result.Add(Convert(Take(parts[i], later), parts[i].Sort, sorts[i]));
        }

        return result;
    }

    public RustExpression Take(Local local, HashSet<Local> after)
    {
        var (value, form, _) = _variables[local];
        return form switch
        {
            RustForm.Owned => IsAlive(local, after) ? value.Cloned() : value,
            RustForm.Borrowed => value.Cloned(),
            RustForm.CopyBehind => value.Dereference(),
            _ => value,
        };
    }

    /// <summary>Counters are held as numbers of their own type; the code that counts works on plain ones.</summary>
    public RustExpression Convert(RustExpression value, Sort from, Sort to)
    {
        if (to is DataSort && from.Equals(BuiltInSort.ULong)) return RustExpression.Call(_sorts.TypeOf(to), value);
        return from is DataSort && to.Equals(BuiltInSort.ULong) ? value.Field("0") : value;
    }

    /// <summary>An argument of the host: a reference, or a value that is copied.</summary>
    public RustExpression Lend(Local local, Sort wanted)
    {
        if (_sorts.IsCopy(wanted)) return Convert(Operand(local), local.Sort, wanted);
        var (value, form, _) = _variables[local];
        return form == RustForm.Borrowed ? value : value.Reference();
    }

    /// <summary>Something that can be compared or computed with.</summary>
    public RustExpression Operand(Local local)
    {
        var (value, form, _) = _variables[local];
        return form is RustForm.Borrowed or RustForm.CopyBehind ? value.Dereference() : value;
    }

    /// <summary>The number of a counter.</summary>
    public RustExpression Word(Local local) => local.Sort is DataSort ? On(local).Field("0") : Operand(local);

    /// <summary>Something that methods can be called on.</summary>
    public RustExpression On(Local local) => _variables[local].Value;

    public RustExpression Clone(Local local)
        => _sorts.IsCopy(local.Sort) ? Operand(local) : _variables[local].Form == RustForm.Maker ? On(local) : On(local).Cloned();

    // True while the local, or something that is borrowed from it, is used.
    private bool IsAlive(Local local, HashSet<Local> after)
    {
        if (after.Contains(local)) return true;
        foreach (var used in after)
        {
            var owner = _variables.TryGetValue(used, out var variable) ? variable.Owner : null;
            while (owner is not null)
            {
                if (owner == local) return true;
                owner = _variables[owner].Owner;
            }
        }

        return false;
    }
}
