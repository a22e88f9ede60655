using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Writes lowered code as text, for readers and tests.</summary>
public sealed class ProgramPrinter
{
    private readonly StringBuilder _text = new();
    private readonly LocalNames _names;
    private readonly Dictionary<Label, string> _labels = [];

    private ProgramPrinter(LocalNames names) => _names = names;

    /// <summary>Prints a whole program.</summary>
    public static string Print(Program program)
    {
        var sorts = program.Module.Closure.SelectMany(m => m.Sorts)
            .Select(s => "# " + s.ModuleName + (s.ModuleName.Length > 0 ? "." : "") + s.Name + ": " + program.Layouts.RepresentationOf(s)
                + "\n");
        return string.Concat(sorts) + "\n" + string.Join("\n", program.Definitions.Select(d => Print(d)));
    }

    /// <summary>Prints one function.</summary>
    /// <param name="definition">The function.</param>
    /// <param name="names">The names of its locals in earlier texts of the function; null for a text by itself.</param>
    public static string Print(Definition definition, LocalNames? names = null)
    {
        var function = definition.Function;
        var printer = new ProgramPrinter(names ?? new LocalNames());
        var labels = names is null ? printer._names : new LocalNames();
        foreach (var (label, _) in definition.Labels) printer._labels.Add(label, labels.Unique(label.Name));
        printer.Line(0, "fn " + function.Name + "(" + printer.Parameters(function.Parameters) + ")"
            + (function.Result is null ? "" : ": " + function.Result));
        printer.Write(definition.Body, 1);
        foreach (var (label, body) in definition.Labels)
        {
            printer.Line(0, printer._labels[label] + "(" + printer.Parameters(label.Parameters) + "):");
            printer.Write(body, 1);
        }

        return printer._text.ToString();
    }

    private void Write(Block block, int depth)
    {
        foreach (var instruction in block.Instructions)
        {
            Line(depth, instruction switch
            {
                Let let => Text(let),
                Fire fire => "# " + (fire.Times is null ? "" : Name(fire.Times) + " times ") + fire.Rule.Name + ": " + fire.Rule,
                Remember remember => "remember " + Name(remember.Term) + " as " + Name(remember.Normal),
                Memoise memoise => "keep " + Name(memoise.Value) + " as " + memoise.Operation.Name,
                SetChanged changed => changed.Levels == 0 ? "unmark" : "mark " + changed.Levels.ToString(CultureInfo.InvariantCulture),
                Fill fill => "fill " + Name(fill.Hole) + " with " + Name(fill.Value),
                Perform perform => "call " + perform.Call.Callee.Name + Names(perform.Call.Parts),
                Dup dup => "dup " + Name(dup.Target),
                Drop drop => "drop " + Name(drop.Target),
                Free free => "free " + Name(free.Token),
                Open open => "open " + Name(open.Cell) + " as " + open.Symbol.Name + "("
                    + string.Join(", ", open.Wanted.Select(w => w is null ? "_" : Name(w))) + ")"
                        + (open.Token is null ? "" : " into " + Name(open.Token)),
                _ => instruction.ToString()!,
            });
        }

        switch (block.End)
        {
            case Return r: Line(depth, "return " + Name(r.Result)); break;
            case TailCall t:
                Line(depth, "return call " + t.Callee.Name + Names(t.Parts)
                + string.Concat(t.Around.Select(a => " in " + a.Symbol.Name + Names(a.Others)))); break;
            case Jump j: Line(depth, "jump " + _labels[j.Target] + Names(j.Parts)); break;
            case Stuck s: Line(depth, "stuck " + s.Symbol.Name + Names(s.Parts)); break;
            case Bailout: Line(depth, "leave"); break;
            case Done: Line(depth, "return"); break;
            case Branch b:
                Line(depth, "if " + Name(b.Test));
                Write(b.WhenTrue, depth + 1);
                Line(depth, "else");
                Write(b.WhenFalse, depth + 1);
                break;
            case Switch s:
                Line(depth, "switch " + Name(s.Subject));
                foreach (var c in s.Cases)
                {
                    Line(depth + 1, c.Key.Name + ":");
                    Write(c.Value, depth + 2);
                }

                Otherwise(s.Otherwise, depth + 1);
                break;
            case LiteralSwitch s:
                Line(depth, "switch " + Name(s.Subject));
                foreach (var c in s.Cases)
                {
                    Line(depth + 1, c.Key + ":");
                    Write(c.Value, depth + 2);
                }

                Otherwise(s.Otherwise, depth + 1);
                break;
        }
    }

    private void Otherwise(Block? block, int depth)
    {
        if (block is null) return;
        Line(depth, "otherwise:");
        Write(block, depth + 1);
    }

    private string Text(Let let)
    {
        string value = let.Value switch
        {
            Constant c => c.Literal.ToString(),
            Field f => Name(f.Cell) + "." + f.Symbol.Name + "." + f.Index.ToString(CultureInfo.InvariantCulture),
            Construct c => c.Symbol.Name + Names(c.Parts) + (c.Reuse is null ? "" : " in " + Name(c.Reuse)),
            Rebuild r => r.Symbol.Name + Names(r.Parts) + " unless " + Name(r.Old),
            Nothing => "nothing",
            ConstructAround c => c.Symbol.Name + "(" + string.Join(", ", c.Parts.Select(Name).Take(c.Index).Append("_")
                .Concat(c.Parts.Select(Name).Skip(c.Index))) + ")" + (c.Reuse is null ? "" : " in " + Name(c.Reuse)),
            HoleOf h => "hole " + Name(h.Cell) + "." + h.Symbol.Name + "." + h.Index.ToString(CultureInfo.InvariantCulture),
            Call c => "call " + c.Callee.Name + Names(c.Parts),
            ForeignCall h => "host " + h.Operation.FullName + Names(h.Parts),
            Compute p => p.Primitive + Names(p.Parts),
            Same s => "same" + Names(s.Arguments),
            IsSameCell s => "isSameCell" + Names(s.Arguments),
            IsShared s => "isShared" + Names(s.Arguments),
            IsRemembered s => "isRemembered" + Names(s.Arguments),
            IsMemoised k => "isKept " + k.Operation.Name,
            Memoised k => "kept " + k.Operation.Name,
            HasChanged changed => "marked " + changed.Least.ToString(CultureInfo.InvariantCulture),
            Recalled s => "recalled" + Names(s.Arguments),
            _ => let.Value.ToString()!,
        };
        return Name(let.Target) + " = " + value;
    }

    private string Parameters(System.Collections.Immutable.ImmutableArray<Local> parameters)
        => string.Join(", ", parameters.Select(p => Name(p) + ": " + p.Sort));

    private string Names(EquatableArray<Local> locals) => "(" + string.Join(", ", locals.Select(Name)) + ")";

    private string Name(Local local) => _names.Of(local);

    private void Line(int depth, string text) => _text.Append(' ', depth * 2).Append(text).Append('\n');
}

/// <summary>The names of locals in a text; each is unique there.</summary>
public sealed class LocalNames
{
    private readonly Dictionary<Local, string> _names = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>The name of a local, which is always the same.</summary>
    public string Of(Local local)
    {
        if (!_names.TryGetValue(local, out var name)) _names.Add(local, name = Unique(local.Name));
        return name;
    }

    /// <summary>A new name similar to the hint.</summary>
    public string Unique(string hint)
    {
        _counts[hint] = _counts.TryGetValue(hint, out int count) ? count + 1 : 0;
        return count == 0 && _counts[hint] == 0 ? hint : hint + _counts[hint].ToString(CultureInfo.InvariantCulture);
    }
}
