using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Model;

namespace Rewright.Fuzz;

/// <summary>Writes modules in C#, as users declare them.</summary>
internal sealed class CSharpModule
{
    private readonly Dictionary<Variable, string> _variables = [];

    private CSharpModule() { }

    /// <summary>The class that declares a module.</summary>
    /// <exception cref="NotSupportedException">C# has no form for a part of the module, or this writer knows none.</exception>
    public static string Write(Module module, string name)
    {
        var text = new StringBuilder();
        text.Append("[PatternModule").Append(module.Order == RuleOrder.Textual ? "(Order = RuleOrder.Textual)" : "").Append(
            "]\npublic static partial class ").Append(name).Append("\n{\n");
        WriteSymbols(module, text);
        foreach (var n in module.Normalizers) text.Append(Normalizer(n, n.Sort.Name));
        return WriteRules(module, text);
    }

    /// <summary>
    /// The same with sorts that stand for records, and with each operation and normalizer over records too. The records are in front.
    /// </summary>
    /// <exception cref="NotSupportedException">The module cannot run on objects, or this writer knows no form for a part of it.</exception>
    public static string WriteOnObjects(Module module, string name)
    {
        if (module.Operations.Any(o => o.IsOpen || (o.IsHost && SortsOf(o).Any(s => s is DataSort))))
            throw new NotSupportedException("an operation has no form over objects");
        var text = new StringBuilder();
        foreach (var sort in module.Sorts)
        {
            text.Append("public abstract record ").Append(ObjectsOf(sort)).Append(";\n");
            foreach (var c in sort.Constructors)
                text.Append("public sealed record ").Append(c.Name).Append('(').Append(string.Join(", ", c.Parameters.Select(
                    (p, i) => ObjectsOf(p.Sort) + " P" + i.ToString(CultureInfo.InvariantCulture)))).Append(") : ").Append(ObjectsOf(sort))
                    .Append(";\n");
        }

        text.Append("[PatternModule").Append(module.Order == RuleOrder.Textual ? "(Order = RuleOrder.Textual)" : "").Append(
            "]\npublic static partial class ").Append(name).Append("\n{\n");
        foreach (var sort in module.Sorts)
            text.Append("    [Sort(typeof(").Append(ObjectsOf(sort)).Append("))] public readonly partial struct ").Append(sort.Name)
                .Append(";\n");
        foreach (var host in HostTable.Of(module).Values) text.Append(Host(host));
        foreach (var o in module.Operations.Where(o => !o.IsHost))
        {
            text.Append("    [Operation] public static partial ").Append(Signature(o)).Append(";\n");
            if (HasFormOnObjects(o))
                text.Append("    [Operation] public static partial ").Append(Signature(o, ObjectsOf)).Append(";\n");
        }

        foreach (var n in module.Normalizers)
            text.Append(Normalizer(n, n.Sort.Name)).Append(Normalizer(n, ObjectsOf(n.Sort)));
        return WriteRules(module, text);
    }

    /// <summary>The name of the records that a sort stands for.</summary>
    public static string ObjectsOf(Sort sort) => sort is DataSort ? sort.Name + "Object" : sort.Name;

    /// <summary>True for an operation that can be overloaded: its parameters tell both forms apart.</summary>
    public static bool HasFormOnObjects(Operation operation) => operation.Parameters.Any(p => p.Sort is DataSort);

    private static IEnumerable<Sort> SortsOf(Operation operation) => operation.Parameters.Select(p => p.Sort).Append(operation.Result);

    private static void WriteSymbols(Module module, StringBuilder text)
    {
        foreach (var sort in module.Sorts)
        {
            text.Append("    [Sort] public readonly partial struct ").Append(sort.Name).Append(";\n");
            foreach (var c in sort.Constructors) text.Append("    [Constructor] public static partial ").Append(Signature(c)).Append(";\n");
        }

        foreach (var host in HostTable.Of(module).Values) text.Append(Host(host));
        foreach (var o in module.Operations.Where(o => !o.IsHost))
        {
            text.Append("    [Operation").Append(o.IsOpen ? "(Open = true)" : "").Append("] public static partial ")
                .Append(Signature(o)).Append(";\n");
        }

    }

    private static string Normalizer(Normalizer n, string type)
        => "    [Normalizer(Strategy." + n.Strategy
            + (n.Groups.Count == 0 ? "" : ", Groups = [" + string.Join(", ", n.Groups.Select(g => "\"" + g + "\"")) + "]")
            + ")] public static partial " + type + " " + n.Name + "(" + type + " x);\n";

    private static string WriteRules(Module module, StringBuilder text)
    {
        // In the order of the text, which may be significant.
        foreach (var rule in module.Patterns.Select(p => module.Rules.Single(r => r.Name == p.Name)))
            text.Append("    ").Append(new CSharpModule().Rule(rule)).Append('\n');
        return text.Append("}\n").ToString();
    }

    /// <summary>A term of constructors and literals, written as a program builds it.</summary>
    public static string Write(Expr term) => new CSharpModule().Of(term);

    private static string Signature(FunctionSymbol symbol) => Signature(symbol, s => s.Name);

    private static string Signature(FunctionSymbol symbol, Func<Sort, string> type)
        => type(symbol.Result) + " " + symbol.Name
            + "(" + string.Join(", ", symbol.Parameters.Select((p, i) => type(p.Sort) + " " + Parameter(i))) + ")";

    private static string Host(HostTable host)
    {
        var text = new StringBuilder("    [HostOperation] public static ").Append(Signature(host.Operation));
        text.Append(" => (Program.Hash(\"\"");
        for (int i = 0; i < host.Operation.Arity; i++) text.Append(" + \",\" + Program.Text(").Append(Parameter(i)).Append(')');
        text.Append(") % 8) switch { ");
        for (int i = 0; i < host.Outcomes.Length; i++)
        {
            var outcome = host.Outcomes[i];
            text.Append(i == host.Outcomes.Length - 1 ? "_" : i.ToString(CultureInfo.InvariantCulture)).Append(" => ");
            text.Append(outcome.Term is { } term
                ? Write(term) : outcome.Argument >= 0 ? Parameter(outcome.Argument) : "throw new HostException()");
            text.Append(", ");
        }

        return text.Append("};\n").ToString();
    }

    private static string Parameter(int index) => "p" + index.ToString(CultureInfo.InvariantCulture);

    private string Rule(RewriteRule rule)
    {
        string body = "Rewrite(" + Of(rule.Source) + ", to: " + Of(rule.Target) + ")";
        foreach (var condition in rule.Conditions)
        {
            body += condition is WhereCondition where ? ".Where(" + Of(where.Pattern) + ", equals: " + Of(where.Subject) + ")"
                : ".When(" + Of(((WhenCondition)condition).Test) + ")";
        }

        var options = new List<string>();
        if (rule.Priority != 0) options.Add("Priority = " + rule.Priority.ToString(CultureInfo.InvariantCulture));
        if (rule.Group.Length > 0) options.Add("Group = \"" + rule.Group + "\"");
        return "[Pattern" + (options.Count == 0 ? "" : "(" + string.Join(", ", options) + ")") + "] static Rule " + rule.Name
            + "(" + string.Join(", ", _variables.Select(v => v.Key.Sort.Name + " " + v.Value)) + ") => " + body + ";";
    }

    private string Of(Expr expr)
    {
        switch (expr)
        {
            case VariableExpr variable:
                if (!_variables.TryGetValue(variable.Variable, out string? name))
                    _variables.Add(variable.Variable, name = "v" + _variables.Count.ToString(CultureInfo.InvariantCulture));
                return name;
            case LiteralExpr literal:
                return Of(literal.Value);
            case ApplyExpr apply:
                return apply.Symbol.Name + "(" + string.Join(", ", apply.Arguments.Select(Of)) + ")";
            // C# compares doubles by IEEE, not by bits.
            case EqualityExpr { Left.Sort: not BuiltInSort { Kind: BuiltInKind.Double } } equality:
                return "(" + Of(equality.Left) + (equality.Negated ? " != " : " == ") + Of(equality.Right) + ")";
            case LogicalExpr logical:
                return "(" + Of(logical.Left) + (logical.IsAnd ? " && " : " || ") + Of(logical.Right) + ")";
            case ConditionalExpr conditional:
                return "(" + Of(conditional.Test) + " ? " + Of(conditional.WhenTrue) + " : " + Of(conditional.WhenFalse) + ")";
            case PrimitiveExpr primitive:
                return Of(primitive.Primitive, [.. primitive.Arguments.Select(Of)]);
            default:
                throw new NotSupportedException(expr.ToString());
        }
    }

    private static string Of(Primitive primitive, string[] x) => primitive.Op switch
    {
        PrimitiveOp.Convert => "unchecked((" + primitive.Result.Name + ")" + x[0] + ")",
        PrimitiveOp.ConvertChecked => "checked((" + primitive.Result.Name + ")" + x[0] + ")",
        PrimitiveOp.Not => "!" + x[0],
        PrimitiveOp.Complement => "(~" + x[0] + ")",
        PrimitiveOp.Negate => "unchecked(-" + x[0] + ")",
        PrimitiveOp.NegateChecked => "checked(-" + x[0] + ")",
        PrimitiveOp.PopCount => primitive.Operand.Name + ".PopCount(" + x[0] + ")",
        PrimitiveOp.LeadingZeroCount => primitive.Operand.Name + ".LeadingZeroCount(" + x[0] + ")",
        PrimitiveOp.TrailingZeroCount => primitive.Operand.Name + ".TrailingZeroCount(" + x[0] + ")",
        PrimitiveOp.Gcd => "BigInteger.GreatestCommonDivisor(" + string.Join(", ", x) + ")",
        PrimitiveOp.Min or PrimitiveOp.Max or PrimitiveOp.Abs when primitive.Operand is BuiltInSort { Kind: BuiltInKind.BigInteger }
            => "BigInteger." + primitive.Op + "(" + string.Join(", ", x) + ")",
        PrimitiveOp.Min or PrimitiveOp.Max or PrimitiveOp.Abs or PrimitiveOp.Sqrt or PrimitiveOp.Floor or PrimitiveOp.Exp
            or PrimitiveOp.Sin => "Math." + primitive.Op + "(" + string.Join(", ", x) + ")",
        _ when primitive.Operator is { } op
        && x.Length == 2 => (primitive.IsChecked ? "checked(" : "unchecked(") + x[0] + " " + op + " " + x[1] + ")",
        _ => throw new NotSupportedException(primitive.ToString()),
    };

    private static string Escaped(char c)
        => c is >= ' ' and < '\x7f' and not '"' and not '\\' ? c.ToString() : "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture);

    private static string Of(Literal literal) => literal.Value switch
    {
        bool b => b ? "true" : "false",
        int i => i < 0 ? "(" + i.ToString(CultureInfo.InvariantCulture) + ")" : i.ToString(CultureInfo.InvariantCulture),
        uint u => u.ToString(CultureInfo.InvariantCulture) + "U",
        long l when literal.Sort is EnumSort e => e.Members.FirstOrDefault(m => m.Value == l) is { } member
        ? e.Name + "." + member.Name : "((" + e.Name + ")" + l.ToString(CultureInfo.InvariantCulture) + ")",
        long l => "(" + l.ToString(CultureInfo.InvariantCulture) + "L)",
        ulong u => u.ToString(CultureInfo.InvariantCulture) + "UL",
        double.NaN => "double.NaN",
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        double d => "(" + d.ToString("R", CultureInfo.InvariantCulture) + "D)",
        BigInteger b => "BigInteger.Parse(\"" + b.ToString(CultureInfo.InvariantCulture) + "\")",
        string s => (literal.Sort is BuiltInSort { Kind: BuiltInKind.Symbol } ? "new Symbol" : "")
            + "(\"" + string.Concat(s.Select(Escaped)) + "\")",
        _ => throw new NotSupportedException(literal.ToString()),
    };
}
