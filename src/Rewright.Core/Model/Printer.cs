using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rewright.Model;

/// <summary>Writes modules and their parts as <c>.rw</c> text that reads back to an equal module.</summary>
public sealed class Printer
{
    private const int Loosest = 0, Additive = 10, Tightest = 13;

    private readonly ModuleDefinition? _module;
    private readonly Func<Variable, string>? _values;
    private readonly StringBuilder _text = new();
    private bool _isChecked;

    private Printer(ModuleDefinition? module, Func<Variable, string>? values = null) => (_module, _values) = (module, values);

    /// <summary>Prints a whole module in canonical form.</summary>
    public static string Print(ModuleDefinition module)
    {
        var printer = new Printer(module);
        printer.Write(module);
        return printer._text.ToString();
    }

    /// <summary>Prints an expression for messages.</summary>
    public static string Print(Expr expression) => Print(expression, (ModuleDefinition?)null);

    /// <summary>Prints an expression in the text of <paramref name="module"/>.</summary>
    public static string Print(Expr expression, ModuleDefinition? module)
    {
        var printer = new Printer(module);
        printer.Write(expression, Loosest, sortIsKnown: false);
        return printer._text.ToString();
    }

    /// <summary>Prints an expression with text in place of its variables.</summary>
    public static string Print(Expr expression, Func<Variable, string> values)
    {
        var printer = new Printer(null, values);
        printer.Write(expression, Loosest, sortIsKnown: true);
        return printer._text.ToString();
    }

    /// <summary>Prints a pattern as declared.</summary>
    public static string Print(Pattern pattern)
    {
        var printer = new Printer(null);
        printer.Write(pattern);
        return printer._text.ToString();
    }

    /// <summary>Prints a rule without its name and attributes: <c>source -> target if condition</c>.</summary>
    public static string Print(RewriteRule rule)
    {
        var printer = new Printer(null);
        printer.WriteRule(rule.Source, rule.Target, rule.Conditions);
        return printer._text.ToString();
    }

    /// <summary>The nesting depth of an expression's text, counted like the parser counts it.</summary>
    internal static int DepthOf(Expr expression)
    {
        int deepest = 0;
        var stack = new Stack<(Expr Part, int Depth, bool IsChecked)>([(expression, 1, false)]);
        while (stack.Count > 0)
        {
            var (part, depth, isChecked) = stack.Pop();
            // A minus sign and the conversion to an enum may precede a literal.
            if (part is LiteralExpr) depth += 2;
            if (part is PrimitiveExpr { Primitive: var primitive } && ChangesContext(primitive, isChecked))
                (depth, isChecked) = (depth + 1, !isChecked);
            deepest = Math.Max(deepest, depth);
            foreach (var inner in part.Parts) stack.Push((inner, depth + 1, isChecked));
        }

        return deepest;
    }

    // True if the overflow behaviour differs from the context and so must be written.
    private static bool ChangesContext(Primitive primitive, bool isChecked)
        => primitive.IsChecked ? !isChecked : isChecked && primitive.HasCheckedForm;

    private void Write(ModuleDefinition module)
    {
        if (module.Name.Length > 0) Line("module " + LiteralText.DottedName(module.Name));
        foreach (var used in module.Uses) Line("use " + LiteralText.DottedName(used.Name));
        if (module.Order == RuleOrder.Textual) Line("order textual");
        foreach (var sort in module.Enums)
        {
            Line("enum " + LiteralText.DottedName(sort.FullName) + " : " + BuiltInSort.Of(sort.Underlying).Name + " = "
                + string.Join(" | ", sort.Members.Select(m => LiteralText.Name(m.Name) + " " + LiteralText.EnumValue(sort, m.Value))));
        }

        foreach (var sort in module.Sorts)
        {
            _text.Append("sort ").Append(LiteralText.Name(sort.Name));
            if (sort.Meaning.Length > 0) _text.Append(" [means ").Append(LiteralText.Quote(sort.Meaning, '"')).Append(']');
            _text.Append(" = ");
            for (int i = 0; i < sort.Constructors.Length; i++)
            {
                if (i > 0) _text.Append(" | ");
                WriteSignature(sort.Constructors[i]);
                WriteAttributes(sort.Constructors[i]);
            }

            _text.Append('\n');
        }

        foreach (var operation in module.Operations)
        {
            _text.Append("op ");
            WriteSignature(operation);
            if (operation.Arity == 0) _text.Append("()");
            _text.Append(": ").Append(SortName(operation.Result));
            WriteAttributes(operation);
            _text.Append('\n');
        }

        foreach (var pattern in module.Patterns)
        {
            Write(pattern);
            _text.Append('\n');
        }

        foreach (string line in module.OtherLines) Line(line);
        foreach (var normalizer in module.Normalizers)
        {
            _text.Append("normalizer ").Append(LiteralText.Name(normalizer.Name)).Append(": ").Append(SortName(normalizer.Sort)).Append(
                " [");
            _text.Append(normalizer.Strategy switch
            {
                Strategy.Innermost => "innermost",
                Strategy.Outermost => "outermost",
                _ => "bottomup"
            });
            if (normalizer.Groups.Count > 0) _text.Append(", groups ").Append(string.Join(" ", normalizer.Groups.Select(LiteralText.Name)));
            _text.Append("]\n");
        }
    }

    private void Write(Pattern pattern)
    {
        _text.Append("rule ").Append(LiteralText.Name(pattern.Name));
        string attributes = string.Join(", ", new[]
        {
            pattern.Priority == 0 ? "" : "priority " + pattern.Priority.ToString(CultureInfo.InvariantCulture),
            pattern.Group.Length == 0 ? "" : "group " + LiteralText.Name(pattern.Group),
            pattern.Polarity switch { Polarity.Backward => "backward", Polarity.Symmetric => "symmetric", _ => "" },
            pattern.Assumed.Length == 0 ? "" : "assumed " + LiteralText.Quote(pattern.Assumed, '"'),
            pattern.Meaning.Length == 0 ? "" : "means " + LiteralText.Quote(pattern.Meaning, '"'),
        }.Where(a => a.Length > 0));
        if (attributes.Length > 0) _text.Append(" [").Append(attributes).Append(']');
        _text.Append(": ");
        WriteRule(pattern.Source, pattern.Target, pattern.Conditions);
    }

    private void WriteSignature(FunctionSymbol symbol)
    {
        _text.Append(LiteralText.Name(symbol.Name));
        if (symbol.Arity == 0) return;
        _text.Append('(');
        for (int i = 0; i < symbol.Arity; i++)
        {
            var parameter = symbol.Parameters[i];
            if (i > 0) _text.Append(", ");
            if (parameter.Name.Length > 0) _text.Append(LiteralText.Name(parameter.Name)).Append(": ");
            _text.Append(SortName(parameter.Sort));
        }

        _text.Append(')');
    }

    private void WriteAttributes(FunctionSymbol symbol)
    {
        string attributes = string.Join(", ", new[]
        {
            (symbol.Attributes & SymbolAttributes.Open) != 0 ? "open" : "",
            (symbol.Attributes & SymbolAttributes.Host) != 0 ? "host" : "",
            (symbol.Attributes & SymbolAttributes.Associative) != 0 ? "associative" : "",
            (symbol.Attributes & SymbolAttributes.Commutative) != 0 ? "commutative" : "",
            symbol.Identity is { } identity ? "identity " + Print(identity, _module) : "",
            (symbol.Attributes & SymbolAttributes.Denotes) != 0 ? "denotes" : "",
            symbol.Meaning.Length > 0 ? "means " + LiteralText.Quote(symbol.Meaning, '"') : "",
            symbol is Constructor { Cost: not 1 } c ? "cost " + c.Cost.ToString(CultureInfo.InvariantCulture) : "",
        }.Where(a => a.Length > 0));
        if (attributes.Length > 0) _text.Append(" [").Append(attributes).Append(']');
    }

    private void WriteRule(Expr source, Expr target, EquatableArray<Condition> conditions)
    {
        Write(source, Loosest, sortIsKnown: false);
        _text.Append(" -> ");
        Write(target, Loosest, sortIsKnown: true);
        foreach (var condition in conditions)
        {
            if (condition is WhereCondition where)
            {
                _text.Append(" where ");
                Write(where.Pattern, Loosest, sortIsKnown: false);
                _text.Append(" = ");
                Write(where.Subject, Loosest, sortIsKnown: false);
            }
            else
            {
                _text.Append(" if ");
                Write(((WhenCondition)condition).Test, Loosest, sortIsKnown: true);
            }
        }
    }

    // `level` is the loosest operator that needs no parentheses here, numbered as in LevelOf.
    private void Write(Expr expression, int level, bool sortIsKnown)
    {
        switch (expression)
        {
            case VariableExpr variable when _values is not null:
                _text.Append(_values(variable.Variable));
                break;
            case VariableExpr { Variable.Name: var name }:
                // In a module, each `_` is another variable; in a message it is printed as it is.
                bool plain = (char.IsLower(name[0]) || name[0] == '_') && name is not ("true" or "false")
                    && (name != "_" || _module is null)
                    && LiteralText.Name(name) == name;
                _text.Append(plain ? "" : "$").Append(LiteralText.Name(name));
                break;
            case LiteralExpr { Value: var literal }:
                _text.Append(LiteralText.Print(literal, sortIsKnown));
                break;
            case ApplyExpr apply:
                WriteApply(apply);
                break;
            case EqualityExpr equality:
                WriteEquality(equality, level);
                break;
            case LogicalExpr logical:
                WriteBinary(logical.IsAnd ? "&&" : "||", logical.Left, logical.Right, level);
                break;
            case ConditionalExpr conditional:
                Parenthesize(level > Loosest, () =>
                {
                    Write(conditional.Test, 1, sortIsKnown: false);
                    _text.Append(" ? ");
                    Write(conditional.WhenTrue, Loosest, sortIsKnown: false);
                    _text.Append(" : ");
                    Write(conditional.WhenFalse, Loosest, sortIsKnown: false);
                });
                break;
            case PrimitiveExpr primitive:
                WritePrimitive(primitive, level);
                break;
        }
    }

    private void WriteApply(ApplyExpr apply)
    {
        string name = apply.Symbol.Name;
        bool qualify = _module is not null && apply.Symbol.ModuleName != _module.Name;
        if (qualify) _text.Append(LiteralText.DottedName(apply.Symbol.FullName));
        // A name in backticks is never a built-in function, a conversion or a keyword.
        else _text.Append(IsReserved(name) ? "`" + name + "`" : LiteralText.Name(name));
        if (apply.Arguments.Count == 0)
        {
            if (!qualify && (char.IsLower(name[0]) || name[0] == '_') && !IsReserved(name)) _text.Append("()");
            return;
        }

        WriteArguments(apply.Arguments, sortsAreKnown: true);
    }

    private void WritePrimitive(PrimitiveExpr expression, int level)
    {
        var primitive = expression.Primitive;
        bool outer = _isChecked;
        bool changes = ChangesContext(primitive, outer);
        if (changes)
        {
            _isChecked = primitive.IsChecked;
            _text.Append(_isChecked ? "checked(" : "unchecked(");
            level = Loosest;
        }

        if (primitive.Op is PrimitiveOp.Convert or PrimitiveOp.ConvertChecked)
        {
            WriteFunctionName(LiteralText.DottedName(primitive.Result.Name));
            WriteArguments(expression.Arguments, sortsAreKnown: false);
        }
        else if (primitive.FunctionName is { } function)
        {
            WriteFunctionName(function);
            WriteArguments(expression.Arguments, sortsAreKnown: false);
        }
        else if (expression.Arguments.Count == 1)
        {
            _text.Append(primitive.Operator);
            Write(expression.Arguments[0], Tightest, sortIsKnown: false);
        }
        else
        {
            WriteBinary(primitive.Operator!, expression.Arguments[0], expression.Arguments[1], level);
        }

        if (changes) _text.Append(')');
        _isChecked = outer;
    }

    // A symbol of the module hides the function with its name; the prefix `rw.` makes it the function for certain.
    private void WriteFunctionName(string name) => _text.Append(_module?.FindSymbols(name).Any() == true ? "rw." : "").Append(name);

    // On built-in sorts `==` is that of C#. Equality of terms, which differs for doubles, is written as a function there.
    private void WriteEquality(EqualityExpr equality, int level)
    {
        if (equality.Left.Sort is BuiltInSort)
        {
            if (equality.Negated) _text.Append('!');
            WriteFunctionName("same");
            WriteArguments(EquatableArray.Of(equality.Left, equality.Right), sortsAreKnown: false);
            return;
        }

        WriteBinary(equality.Negated ? "!=" : "==", equality.Left, equality.Right, level);
    }

    private void WriteBinary(string op, Expr left, Expr right, int level)
    {
        int own = LevelOf(op);
        Parenthesize(level > own, () =>
        {
            Write(left, own, sortIsKnown: false);
            _text.Append(' ').Append(op).Append(' ');
            Write(right, own + 1, sortIsKnown: false);
        });
    }

    private void WriteArguments(EquatableArray<Expr> arguments, bool sortsAreKnown)
    {
        _text.Append('(');
        for (int i = 0; i < arguments.Count; i++)
        {
            if (i > 0) _text.Append(", ");
            Write(arguments[i], Loosest, sortsAreKnown);
        }

        _text.Append(')');
    }

    private void Parenthesize(bool needed, Action write)
    {
        if (needed) _text.Append('(');
        write();
        if (needed) _text.Append(')');
    }

    private static int LevelOf(string op) => op switch
    {
        "||" => 1,
        "&&" => 2,
        "|" => 3,
        "^" => 4,
        "&" => 5,
        "==" or "!=" => 6,
        "<" or "<=" or ">" or ">=" => 7,
        "<<" or ">>" or ">>>" => 9,
        "+" or "-" => Additive,
        _ => 11,
    };

    private string SortName(Sort sort) => sort switch
    {
        DataSort data when _module is not null
        && data.ModuleName != _module.Name => LiteralText.DottedName(data.ModuleName + "." + data.Name),
        EnumSort e => LiteralText.DottedName(e.FullName),
        RefSort r => r.Name,
        _ => LiteralText.Name(sort.Name),
    };

    private static bool IsReserved(string name)
        => Primitive.TryFunction(name, out _) || name is "true" or "false" or "checked" or "unchecked" or "same"
            || BuiltInSort.All.Any(s => s.Name == name);

    private void Line(string text) => _text.Append(text).Append('\n');
}
