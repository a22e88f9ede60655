using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>Writes a random module as text, one declaration per line. Every evaluation ends, and does so soon.</summary>
/// <remarks>
/// Operations form groups. An operation calls those of earlier groups, and those of its own group only on a strict part of its first
/// parameter (the one that decreases). That alone would still allow towers of exponents. So values are of two kinds, after S. Bellantoni
/// and S. Cook, A new recursion-theoretic characterization of the polytime functions (1992): parts of the decreasing parameter, and all
/// other values, which include results of calls. Only parts, and terms built from them, are passed for decreasing parameters; other values
/// are used at most once in a target.
/// </remarks>
internal sealed class ModuleWriter(Random random, ModuleShape shape)
{
    private const int MaxRank = 3;

    private static readonly string[] Odd =
        ["true", "if", "rule", "min", "same", "checked", "int", "a b", "d'e", "\u00C4rger", "\u5909\u6570", "where", "name", "_"];

    private readonly List<string> _lines = [];
    private readonly List<DataPlan> _data = [];
    private readonly List<OperationPlan> _operations = [];
    private readonly List<string> _odd = [.. Odd];
    private int _names;

    private sealed record DataPlan(string Name, List<SymbolPlan> Constructors);

    private sealed record SymbolPlan(string Name, List<string> Parameters);

    // Decreases: true if the first parameter, then a data sort, decreases.
    private sealed record OperationPlan(
        string Name, List<string> Parameters, string Result, int Group, bool Decreases, bool IsOpen, bool IsHost = false)
    {
        public int Rank { get; set; } = 1;
    }

    // IsPart: a part of the decreasing parameter. IsStrict: below a constructor of it. Uses: how often a target may still mention it.
    private sealed class VariablePlan(string name, string sort, bool isPart, bool isStrict)
    {
        public string Name => name;

        public string Sort => sort;

        public bool IsPart => isPart;

        public bool IsStrict => isStrict;

        public bool IsSpent { get; set; }

        public bool IsRecursedOn { get; set; }
    }

    public List<string> Write()
    {
        if (shape.Textual && Chance(4)) _lines.Add("order textual");
        WriteSorts();
        WriteOperations();
        if (shape.Normalizers) WriteSimplifications();
        return _lines;
    }

    private void WriteSorts()
    {
        if (shape.Enums) _lines.Add("enum Demo.Color : int = Red 0 | Green 1 | Blue 5");
        int count = 1 + random.Next(shape.Sorts);
        for (int i = 0; i < count; i++) _data.Add(new DataPlan(NewName("S"), []));
        foreach (var data in _data)
        {
            int constructors = 1 + random.Next(shape.Constructors);
            if (shape.PlannedForms && PlanForm(data)) constructors = 0;
            for (int i = 0; i < constructors; i++)
            {
                // The first constructor needs no other term, so that every sort has terms.
                int arity = random.Next(shape.Arity + 1);
                var fields = Enumerable.Range(0, arity).Select(_ => i == 0 ? BuiltIn() : Chance(3) ? data.Name : AnySort()).Where(
                    s => s is not null).Select(s => s!).ToList();
                data.Constructors.Add(new SymbolPlan(NewName("C"), fields));
            }

            _lines.Add("sort " + LiteralText.Name(data.Name) + " = "
                + string.Join(" | ", data.Constructors.Select(c => Signature(c.Name, c.Parameters))));
        }
    }

    // Plans constructors that give the sort a certain representation; false for no such plan.
    private bool PlanForm(DataPlan data)
    {
        List<List<string>>? fields = random.Next(6) switch
        {
            0 => [[], [data.Name]],
            1 => [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => new List<string>())],
            2 => [["bool"], ["bool", "bool"], []],
            3 => [["int"], [], ["int", "bool"]],
            4 => [["bool", "int", "bool"], [data.Name, "bool"], ["uint", data.Name, "bool"]],
            _ => null,
        };
        if (fields is null) return false;
        // (Only the sorts that the shape allows.)
        var names = shape.BuiltIns.Select(k => BuiltInSort.Of(k).Name).ToHashSet();
        foreach (var f in fields)
            data.Constructors.Add(new SymbolPlan(NewName("C"), [.. f.Where(s => s == data.Name || names.Contains(s))]));
        return true;
    }

    private void WriteOperations()
    {
        for (int i = shape.Hosts == 0 ? 0 : random.Next(shape.Hosts + 1); i > 0; i--) WriteHost();
        int count = 1 + random.Next(shape.Operations), group = 0;
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || Chance(2)) group++;
            bool decreases = !Chance(5);
            var parameters = Enumerable.Range(0, random.Next(decreases ? shape.Parameters : shape.Parameters + 1)).Select(
                _ => AnySort()).ToList();
            if (decreases) parameters.Insert(0, Data().Name);
            bool isOpen = shape.Open && Chance(4);
            string result = decreases && Chance(2) ? parameters[0] : isOpen ? Data().Name : AnySort();
            var operation = new OperationPlan(NewName("F"), parameters, result, group, decreases, isOpen);
            _operations.Add(operation);
            _lines.Add("op " + LiteralText.Name(operation.Name) + "(" + string.Join(", ", parameters.Select(LiteralText.DottedName)) + "): "
                + LiteralText.DottedName(result) + (isOpen ? " [open]" : ""));
        }

        foreach (var operation in _operations.Where(o => !o.IsHost))
        {
            int rules = random.Next(shape.Rules + 1);
            for (int i = 0; i < rules; i++) WriteRule(operation, coversRest: false);
            if (!operation.IsOpen && !(shape.Partial && Chance(3))) WriteRule(operation, coversRest: true);
        }
    }

    // Other operations can call it. Its result is no larger than its arguments, or small.
    private void WriteHost()
    {
        var parameters = Enumerable.Range(0, random.Next(shape.Parameters + 1)).Select(_ => AnySort()).ToList();
        var operation = new OperationPlan(NewName("H"), parameters, AnySort(), Group: 0, Decreases: false, IsOpen: false, IsHost: true);
        _operations.Add(operation);
        _lines.Add("op " + Signature(operation.Name, parameters) + ": " + LiteralText.DottedName(operation.Result) + " [host]");
    }

    private void WriteRule(OperationPlan operation, bool coversRest)
    {
        var scope = new Scope(this, operation);
        var arguments = operation.Parameters
            .Select((sort, i) => coversRest ? scope.Bind(sort, operation.Decreases && i == 0, isStrict: false)
                : scope.Pattern(sort, shape.Depth, operation.Decreases && i == 0, isStrict: false)).ToList();
        string conditions = "";
        int priority = coversRest ? -9 : Chance(3) ? random.Next(-1, 3) : 0;
        if (!coversRest && shape.Conditions)
        {
            int count = Chance(2) ? 0 : random.Next(shape.MaxConditions + 1);
            for (int i = 0; i < count; i++) conditions += Chance(2) ? scope.Where() : " if " + scope.Test(2);
        }

        string target = scope.Value(operation.Result, shape.Size, onlyParts: false);
        WriteRule(NewName("r"), priority == 0 ? "" : "priority " + Invariant(priority), Apply(operation.Name, arguments), target,
            conditions);
    }

    // Simplifications remove symbols: the target is a part of the source, or fewer constructors over some of its variables.
    private void WriteSimplifications()
    {
        int count = random.Next(shape.Simplifications + 1);
        var groups = new List<string>();
        for (int i = 0; i < count; i++)
        {
            var data = Data();
            var constructor = data.Constructors[random.Next(data.Constructors.Count)];
            var scope = new Scope(this, null);
            var arguments = constructor.Parameters.Select(sort => scope.Pattern(sort, 2, isPart: false, isStrict: false)).ToList();
            // Conditions are made first, because their bindings need not be smaller than the source.
            string? target = scope.Smaller(data.Name), other = scope.Smaller(data.Name);
            if (target is null) continue;
            string group = Chance(2) ? "" : "g" + Invariant(random.Next(2));
            groups.Add(group);
            var built = shape.Conditions && Chance(4) ? scope.Built(data) : null;
            string test = "";
            for (int k = shape.Conditions && Chance(2) ? 1 + random.Next(2) : 0; k > 0; k--)
                test += Chance(4) ? scope.Where() : " if " + scope.Test(2);
            if (built is var (where, term)) (test, target) = (where + test, term);
            if (PrefersConditional) target = "(" + scope.Test(1) + " ? " + target + " : " + other + ")";
            string attributes = group.Length == 0 ? "" : "group " + group;
            if (Chance(4)) attributes += (attributes.Length > 0 ? ", " : "") + "priority " + Invariant(random.Next(-1, 3));
            WriteRule(NewName("q"), attributes, Apply(constructor.Name, arguments), target, test);
        }

        if (count == 0) return;
        var named = groups.Where(g => g.Length > 0).Distinct().ToList();
        for (int i = random.Next(shape.MaxNormalizers); i >= 0; i--)
        {
            string strategy = Pick("innermost", "outermost", "bottomup");
            string suffix = named.Count > 0 && Chance(2) ? ", groups " + string.Join(" ", named) : "";
            _lines.Add("normalizer " + LiteralText.Name(NewName("N")) + ": " + LiteralText.Name(Data().Name) + " [" + strategy + suffix
                + "]");
        }
    }

    private void WriteRule(string name, string attributes, string source, string target, string conditions)
        => _lines.Add("rule " + LiteralText.Name(name) + (attributes.Length > 0 ? " [" + attributes + "]" : "") + ": " + source + " -> "
            + target + conditions);

    private string AnySort() => BuiltIn() is { } builtIn && Chance(3) ? builtIn : Data().Name;

    private string? BuiltIn()
    {
        if (shape.Enums && (shape.BuiltIns.IsEmpty || Chance(8))) return "Demo.Color";
        return shape.BuiltIns.IsEmpty ? null : BuiltInSort.Of(shape.BuiltIns[random.Next(shape.BuiltIns.Length)]).Name;
    }

    private DataPlan Data() => _data[random.Next(_data.Count)];

    private string NewName(string prefix)
    {
        if (shape.OddNames && _odd.Count > 0 && Chance(6))
        {
            string odd = _odd[random.Next(_odd.Count)];
            _odd.Remove(odd);
            return odd == "int" && prefix == "S" ? "int " : odd;
        }

        return prefix + Invariant(_names++);
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params T[] items) => items[random.Next(items.Length)];

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Signature(string name, List<string> parameters)
        => LiteralText.Name(name) + (parameters.Count == 0 ? "" : "(" + string.Join(", ", parameters.Select(LiteralText.DottedName)) + ")");

    // A name in backticks is always a symbol.
    private static string Apply(string name, IReadOnlyCollection<string> arguments)
        => (Odd.Contains(name) ? "`" + name + "`" : name) + "(" + string.Join(", ", arguments) + ")";

    /// <summary>The variables of one rule, and expressions that use them.</summary>
    private sealed class Scope(ModuleWriter writer, OperationPlan? operation)
    {
        private readonly List<VariablePlan> _variables = [];
        private readonly Random _random = writer.Random;
        private int _constructors;

        public string Bind(string sort, bool isPart, bool isStrict)
        {
            var same = _variables.Where(v => v.Sort == sort).ToList();
            if (writer.Shape.NonLinear && same.Count > 0 && writer.Chance(8)) return Mention(same[0]);
            // Never mentioned again, at least in the text; warnings about variables used once are not tested here.
            if (writer.Chance(6)) return "_";
            string name = writer.Shape.OddNames
                && writer.Chance(8)
                ? writer.Pick("if", "true", "X", "\u00C4", "checked", "rule", "min") : "v" + Invariant(_variables.Count);
            if (_variables.Exists(v => v.Name == name)) return "_";
            _variables.Add(new VariablePlan(name, sort, isPart, isStrict));
            return Mention(_variables[^1]);
        }

        public string Pattern(string sort, int depth, bool isPart, bool isStrict)
        {
            // The decreasing parameter is matched by a constructor; otherwise there would be no parts to recurse on.
            bool top = isPart && !isStrict;
            if (depth <= 0 || writer.Chance(top ? 8 : 2)) return Bind(sort, isPart, isStrict);
            if (Data(sort) is not { } data) return writer.Chance(3) ? Literal(sort) : Bind(sort, isPart, isStrict);
            var open = writer._operations.Where(o => o.IsOpen && o.Result == sort && o.Group < (operation?.Group ?? 0)).ToList();
            if (open.Count > 0 && writer.Chance(6))
            {
                var stuck = open[_random.Next(open.Count)];
                return Apply(stuck.Name, stuck.Parameters.Select(p => Pattern(p, depth - 1, isPart, isStrict: isPart)).ToList());
            }

            // Mostly a constructor whose fields allow recursion.
            var useful = top ? data.Constructors.Where(c => c.Parameters.Contains(sort)).ToList() : [];
            var constructor = useful.Count > 0
                && !writer.Chance(3) ? useful[_random.Next(useful.Count)] : data.Constructors[_random.Next(data.Constructors.Count)];
            _constructors++;
            return Apply(constructor.Name, constructor.Parameters.Select(p => Pattern(p, depth - 1, isPart, isStrict: isPart)).ToList());
        }

        public string Where()
        {
            string sort = writer.AnySort();
            string subject = Value(sort, 2, onlyParts: false);
            return " where " + Pattern(sort, 2, isPart: false, isStrict: false) + " = "
                + (Data(sort) is null ? Cast(sort, subject) : subject);
        }

        public string Test(int size)
        {
            if (size > 0 && writer.Chance(4))
                return "(" + Test(size - 1) + writer.Pick(" && ", " || ", " ^ ", " == ", " != ") + Test(size - 1) + ")";
            if (writer.Chance(8)) return "!" + "(" + Test(size - 1) + ")";
            if (size > 0 && writer.PrefersConditional) return "(" + Test(size - 1) + " ? " + Test(size - 1) + " : " + Test(size - 1) + ")";
            if (_variables.Count == 0) return writer.Pick("true", "false");
            // A test does not use up its variables, because it keeps nothing of them. Arguments of calls are used up.
            var variable = _variables[_random.Next(_variables.Count)];
            string sort = variable.Sort;
            string left = size > 0 && writer.Chance(4) ? Value(sort, 2, onlyParts: false) : Mention(variable), right = Operand(sort, size);
            if (writer.Chance(4)) (left, right) = (right, left);
            if (sort == "bool" && writer.Chance(2)) return left;
            // With two literals, the sort would be unclear.
            if (Data(sort) is null && !left.Any(char.IsLetter)) left = Mention(variable);
            if (sort == "double" && writer.Shape.DoubleBits && writer.Chance(3)) return Function("same") + "(" + left + ", " + right + ")";
            return sort is "int" or "uint" or "long" or "ulong" or "double" or "BigInteger"
                ? "(" + left + writer.Pick(" < ", " <= ", " > ", " >= ", " == ", " != ") + right + ")"
                : "(" + left + writer.Pick(" == ", " != ") + right + ")";
        }

        public string Value(string sort, int size, bool onlyParts)
        {
            if (size > 0 && (_variables.Count > 0 || writer.Chance(4)) && writer.PrefersConditional)
                return "(" + Test(1) + " ? " + Value(sort, size - 1, onlyParts) + " : " + Value(sort, size - 1, onlyParts) + ")";
            if (Data(sort) is { } data) return DataValue(data, size, onlyParts);
            if (size > 0 && !onlyParts && Call(sort, size) is { } call) return call;
            return size <= 0 || writer.Chance(2) ? Simple(sort) : Computed(sort, size);
        }

        // For simplifications: a variable, or a constructor over variables that has fewer nodes than the source.
        public string? Smaller(string sort)
        {
            var candidates = _variables.Where(v => v.Sort == sort).ToList();
            if (candidates.Count > 0) return Mention(candidates[_random.Next(candidates.Count)]);
            var leaf = Data(sort)!.Constructors.Find(c => c.Parameters.Count == 0);
            return leaf is null || _variables.Count == 0 ? null : Apply(leaf.Name, []);
        }

        // For simplifications: a condition that builds a term with fewer constructors than the source, which becomes the target.
        public (string Where, string Target)? Built(DataPlan data)
        {
            var constructor = data.Constructors[_random.Next(data.Constructors.Count)];
            var open = _variables.ToList();
            var arguments = new List<string>();
            foreach (string sort in constructor.Parameters)
            {
                var variable = open.Find(v => v.Sort == sort);
                if (variable is null && Data(sort) is not null || _constructors == 0) return null;
                arguments.Add(variable is null ? Literal(sort) : Mention(variable));
                if (variable is not null) open.Remove(variable);
            }

            return (" where w = " + Apply(constructor.Name, arguments), "w");
        }

        private string DataValue(DataPlan data, int size, bool onlyParts)
        {
            if (size > 0 && !onlyParts && !writer.Chance(3) && Call(data.Name, size) is { } call) return call;
            var usable = _variables.Where(v => v.Sort == data.Name && (v.IsPart || !onlyParts && !v.IsSpent)).ToList();
            if (usable.Count > 0 && (size <= 0 || writer.Chance(2))) return Use(usable[_random.Next(usable.Count)]);
            var constructor = size <= 0 ? data.Constructors[0] : data.Constructors[_random.Next(data.Constructors.Count)];
            return Apply(constructor.Name, constructor.Parameters.Select(p => Value(p, size - 2, onlyParts)).ToList());
        }

        private string? Call(string sort, int size)
        {
            if (writer.Chance(6)) return null;
            // Simplifications call operations only in conditions, and operations apply no simplifications.
            if (operation is null) return CallFrom(sort, size);
            var recursive = writer._operations.Where(
                o => o.Result == sort && o.Group == operation.Group && o.Decreases && operation.Decreases
                && _variables.Exists(v => v.Sort == o.Parameters[0] && v.IsStrict && !v.IsRecursedOn)).ToList();
            var earlier = writer._operations.Where(o => o.Result == sort && o.Group < operation.Group && o.Rank < MaxRank).ToList();
            var callees = recursive.Count > 0 && !writer.Chance(3) ? recursive : [.. recursive, .. earlier];
            if (callees.Count == 0) return null;
            var callee = callees[_random.Next(callees.Count)];
            var arguments = new List<string>();
            if (callee.Group == operation.Group)
            {
                var strict = _variables.Where(v => v.Sort == callee.Parameters[0] && v.IsStrict && !v.IsRecursedOn).ToList();
                var part = strict[_random.Next(strict.Count)];
                part.IsRecursedOn = true;
                arguments.Add(Mention(part));
            }
            else
            {
                foreach (var member in writer._operations.Where(o => o.Group == operation.Group))
                    member.Rank = Math.Max(member.Rank, callee.Rank + 1);
                if (callee.Decreases) arguments.Add(Argument(callee.Parameters[0], size - 2, onlyParts: true));
            }

            arguments.AddRange(callee.Parameters.Skip(arguments.Count).Select(p => Argument(p, size - 2, onlyParts: false)));
            return Apply(callee.Name, arguments);
        }

        private string? CallFrom(string sort, int size)
        {
            var callees = writer._operations.Where(o => o.Result == sort).ToList();
            if (callees.Count == 0) return null;
            var callee = callees[_random.Next(callees.Count)];
            return Apply(callee.Name, [.. callee.Parameters.Select(p => Argument(p, size - 2, onlyParts: false))]);
        }

        // Often a freshly built term, for which the callee may have a specialised version.
        private string Argument(string sort, int size, bool onlyParts)
        {
            if (Data(sort) is not { } data || !(_random.Next(100) < writer.Shape.BuiltArguments)) return Value(sort, size, onlyParts);
            var constructors = data.Constructors.Where(c => c.Parameters.Count > 0).ToList();
            if (constructors.Count == 0) return Value(sort, size, onlyParts);
            var constructor = constructors[_random.Next(constructors.Count)];
            return Apply(constructor.Name, constructor.Parameters.Select(p => Value(p, size - 1, onlyParts)).ToList());
        }

        private string Use(VariablePlan variable)
        {
            if (!variable.IsPart) variable.IsSpent = true;
            return Mention(variable);
        }

        private string Simple(string sort)
        {
            var usable = _variables.Where(v => v.Sort == sort && !v.IsSpent).ToList();
            if (usable.Count == 0) return Literal(sort);
            var variable = usable[_random.Next(usable.Count)];
            return sort is "string" or "BigInteger" ? Use(variable) : Mention(variable);
        }

        // For tests: reads a value without using it up.
        private string Operand(string sort, int size)
        {
            if (size > 0 && writer.Chance(4)) return Value(sort, 2, onlyParts: false);
            var same = _variables.Where(v => v.Sort == sort).ToList();
            if (same.Count > 0 && writer.Chance(2)) return Mention(same[_random.Next(same.Count)]);
            if (Data(sort) is not { } data) return Literal(sort);
            return Closed(data, size);
        }

        // A term without variables.
        private string Closed(DataPlan data, int size)
        {
            var constructor = size > 0
                && writer.Chance(2) ? data.Constructors[_random.Next(data.Constructors.Count)] : data.Constructors[0];
            return Apply(constructor.Name,
                constructor.Parameters.Select(p => Data(p) is { } part ? Closed(part, size - 1) : Literal(p)).ToList());
        }

        private string Computed(string sort, int size)
        {
            string x = Value(sort, size - 1, onlyParts: false), y = Value(sort, size - 1, onlyParts: false);
            switch (sort)
            {
                case "bool":
                    return writer.Chance(2) ? Test(1) : "(" + x + writer.Pick(" && ", " || ", " ^ ", " & ", " | ", " == ") + y + ")";
                case "int" or "long" or "uint" or "ulong":
                    return Integer(sort, x, y);
                case "double":
                    return writer.Chance(3) ? Function(writer.Pick("sqrt", "abs", "floor", "exp", "sin")) + "(" + x + ")"
                        : "(" + x + writer.Pick(" + ", " - ", " * ", " / ") + y + ")";
                // Only functions that keep the sum of the lengths, see the remarks of the writer.
                case "BigInteger":
                    return writer.Chance(3) ? Function(writer.Pick("abs", "gcd", "min")) is var f
                        && f.EndsWith("abs", StringComparison.Ordinal) ? f + "(" + x + ")" : f + "(" + x + ", " + y + ")"
                        : "(" + x + writer.Pick(" + ", " - ") + y + ")";
                case "string":
                    return "(" + x + " + " + y + ")";
                default:
                    return x;
            }
        }

        private string Integer(string sort, string x, string y)
        {
            switch (_random.Next(writer.Shape.Throwing ? 9 : 7))
            {
                case 0: return "(" + x + writer.Pick(" << ", " >> ", " >>> ") + Cast("int", Simple("int")) + ")";
                case 1: return "~" + "(" + x + ")";
                case 2: return Function(writer.Pick("min", "max")) + "(" + x + ", " + y + ")";
                case 3: return Function(writer.Pick("popcount", "lzcnt", "tzcnt")) + "(" + x + ")";
                case 4: return writer.Pick("unchecked", "") + "(" + x + writer.Pick(" + ", " - ", " * ") + y + ")";
                case 5:
                    string other = writer.Pick("int", "long", "uint", "ulong", "double");
                    return Cast(sort, Cast(other, Simple(other)));
                case 6: return "(" + x + writer.Pick(" & ", " | ", " ^ ", " + ", " - ", " * ") + y + ")";
                case 7: return "(" + x + writer.Pick(" / ", " % ") + y + ")";
                default: return "checked(" + x + writer.Pick(" + ", " - ", " * ") + y + ")";
            }
        }

        private string Literal(string sort)
        {
            var builtIn = BuiltInSort.All.FirstOrDefault(s => s.Name == sort);
            return builtIn is null
                ? "Demo.Color." + writer.Pick("Red", "Green", "Blue") : LiteralText.Print(RandomTerms.Value(_random, builtIn));
        }

        private string Cast(string sort, string value)
            => sort is "int" or "long" or "uint" or "ulong" or "double" ? Function(sort) + "(" + value + ")" : value;

        // A symbol can have the same name as a function.
        private string Function(string name) => writer.Shape.OddNames ? "rw." + name : name;

        private DataPlan? Data(string sort) => writer._data.Find(d => d.Name == sort);

        private static string Mention(VariablePlan variable)
            => variable.Name.StartsWith('v') && variable.Name.Length > 1
                && char.IsDigit(variable.Name[1]) ? variable.Name : "$" + variable.Name;
    }

    private Random Random => random;

    private bool PrefersConditional => shape.Conditionals > 0 && random.Next(100) < shape.Conditionals;

    private ModuleShape Shape => shape;
}
