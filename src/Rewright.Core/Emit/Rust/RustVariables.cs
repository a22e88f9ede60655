using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>The form of a local in Rust.</summary>
internal enum RustForm
{
    /// <summary>A variable that owns its value.</summary>
    Owned,
    /// <summary>A variable that is a reference to a value.</summary>
    Borrowed,
    /// <summary>A variable of a <c>Copy</c> type.</summary>
    Copy,
    /// <summary>A reference to a value of a <c>Copy</c> type.</summary>
    CopyBehind,
    /// <summary>An expression that makes a value of a <c>Copy</c> type.</summary>
    Literal,
    /// <summary>An expression that makes an owned value.</summary>
    Maker,
}

/// <summary>A local in Rust.</summary>
/// <param name="Value">The expression for the local.</param>
/// <param name="Form">The form of the local.</param>
/// <param name="Owner">The local from which a borrowed one is borrowed.</param>
internal sealed record RustVariable(RustExpression Value, RustForm Form, Local? Owner = null);

/// <summary>The locals of a function in Rust, with their names and ownership.</summary>
/// <remarks>
/// Ownership follows from the uses of locals: the last use of an owned local moves it, earlier uses clone it. A local lives as long as
/// anything borrowed from it is used.
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

    /// <summary>Starts a new function.</summary>
    public void Restart()
    {
        _variables.Clear();
        _taken = ["run", "state", "known", "value", "node", "turn", .. _rules.FunctionNames];
    }

    /// <summary>The used names. A block that adds names removes them at its end.</summary>
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

    /// <summary>An expression that makes a value of a sort, as a variable.</summary>
    public RustVariable Making(RustExpression value, Sort sort) => new(value, _sorts.IsCopy(sort) ? RustForm.Literal : RustForm.Maker);

    /// <summary>Owned values. If a local occurs several times, its last use moves it.</summary>
    /// <param name="parts">The locals.</param>
    /// <param name="wanted">The sorts that the values must have.</param>
    /// <param name="after">The locals that are used later.</param>
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

    /// <summary>Converts a counter: it is held as a number of its own type, while the code that counts uses plain numbers.</summary>
    public RustExpression Convert(RustExpression value, Sort from, Sort to)
    {
        if (to is DataSort && from.Equals(BuiltInSort.ULong)) return RustExpression.Call(_sorts.TypeOf(to), value);
        return from is DataSort && to.Equals(BuiltInSort.ULong) ? value.Field("0") : value;
    }

    /// <summary>An argument for the host: a reference, or a copied value.</summary>
    public RustExpression Lend(Local local, Sort wanted)
    {
        if (_sorts.IsCopy(wanted)) return Convert(Operand(local), local.Sort, wanted);
        var (value, form, _) = _variables[local];
        return form == RustForm.Borrowed ? value : value.Reference();
    }

    /// <summary>The local as an operand of comparisons and computations.</summary>
    public RustExpression Operand(Local local)
    {
        var (value, form, _) = _variables[local];
        return form is RustForm.Borrowed or RustForm.CopyBehind ? value.Dereference() : value;
    }

    /// <summary>The number of a counter.</summary>
    public RustExpression Word(Local local) => local.Sort is DataSort ? On(local).Field("0") : Operand(local);

    /// <summary>The local as the receiver of methods.</summary>
    public RustExpression On(Local local) => _variables[local].Value;

    public RustExpression Clone(Local local)
        => _sorts.IsCopy(local.Sort) ? Operand(local) : _variables[local].Form == RustForm.Maker ? On(local) : On(local).Cloned();

    // True as long as the local, or anything borrowed from it, is used.
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
