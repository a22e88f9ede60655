using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Checks;

/// <summary>Resolves and checks the expressions of one pattern. Operators follow C#'s rules for numeric promotion.</summary>
/// <param name="binder">Knows the names of the module.</param>
/// <param name="owner">What messages call the pattern.</param>
/// <param name="declared">The variables with their sorts, null where patterns bind and sort them (<c>.rw</c> text).</param>
internal sealed class ExpressionBinder(Binder binder, string owner, EquatableArray<ParameterSyntax>? declared)
{
    private readonly Dictionary<string, Variable> _bound = [];
    private readonly Dictionary<string, (int Count, SourceSpan First)> _uses = [];
    private readonly Dictionary<string, Sort?> _declared = declared is null
        ? []
        : declared.Value.GroupBy(p => p.Name).ToDictionary(g => g.Key, g => binder.FindSort(g.First().Sort));
    private bool _isChecked;

    /// <summary>Binds the side of a pattern that is matched; its variables become known.</summary>
    public ApplyExpr? BindSource(ExprSyntax syntax)
    {
        if (syntax is not CallSyntax call || Symbol(call, report: true) is not { } symbol)
        {
            if (syntax is not CallSyntax) Report(DiagnosticKinds.BadSource, syntax.Span, owner, syntax is VariableSyntax ? "a variable" : "a value");
            return null;
        }

        if (symbol is Operation operation)
        {
            if (operation.IsHost) Report(DiagnosticKinds.RuleForHost, call.NameSpan, symbol.Name);
            else if (symbol.ModuleName != binder.ModuleName) Report(DiagnosticKinds.ForeignOperation, call.NameSpan, symbol.Name, symbol.ModuleName);
        }

        return Arguments(call, symbol, (argument, sort) => BindPattern(argument, sort)) is { } arguments ? new ApplyExpr(symbol, arguments) : null;
    }

    /// <summary>Binds a pattern of a sort; its variables become known.</summary>
    public Expr? BindPattern(ExprSyntax syntax, Sort sort)
    {
        switch (syntax)
        {
            case VariableSyntax variable:
                return BindingOccurrence(variable, sort);
            case CallSyntax call when Constant(call) is null:
                if (Symbol(call, report: true) is not { } symbol) return null;
                if (symbol is Operation { IsOpen: false })
                {
                    Report(DiagnosticKinds.OperationInSource, call.NameSpan, symbol.Name, owner);
                    return null;
                }

                if (Arguments(call, symbol, BindPattern) is not { } arguments) return null;
                return Expect(new ApplyExpr(symbol, arguments), sort, call.Span);
            default:
                int errors = binder.Diagnostics.Count;
                var value = BindValue(syntax, sort);
                if (value is LiteralExpr) return value;
                if (binder.Diagnostics.Count == errors) Report(DiagnosticKinds.ComputationInPattern, syntax.Span);
                return null;
        }
    }

    /// <summary>Binds a term that is computed. <paramref name="expected"/> is the sort that is needed, null where any will do.</summary>
    public Expr? BindValue(ExprSyntax syntax, Sort? expected)
    {
        var value = syntax switch
        {
            VariableSyntax variable => UsingOccurrence(variable),
            LiteralSyntax literal => BindLiteral(literal, negative: false, expected),
            UnarySyntax { Operator: "-", Operand: LiteralSyntax { Kind: LiteralKind.Integer or LiteralKind.Real } literal } => BindLiteral(literal, negative: true, expected),
            UnarySyntax unary => BindUnary(unary),
            BinarySyntax { Operator: "&&" or "||" } logical => BindLogical(logical),
            BinarySyntax { Operator: "==" or "!=" } equality => BindEquality(equality),
            BinarySyntax { Operator: "<<" or ">>" or ">>>" } shift => BindShift(shift),
            BinarySyntax binary => BindArithmetic(binary),
            ConditionalSyntax conditional => BindConditional(conditional, expected),
            CheckedSyntax inner => BindChecked(inner, expected),
            CallSyntax call => BindCall(call),
            _ => throw new InvalidOperationException(),
        };
        return value is null || expected is null ? value : Expect(value, expected, syntax.Span);
    }

    /// <summary>Reports variables that are mentioned suspiciously seldom.</summary>
    public void ReportUnused(SourceSpan pattern)
    {
        if (declared is null)
        {
            foreach (var use in _uses)
                if (use.Value.Count == 1 && use.Key[0] != '_' && _bound.ContainsKey(use.Key))
                    Report(DiagnosticKinds.UnusedVariable, use.Value.First, use.Key, Binder.DidYouMean(use.Key, binder.SymbolNames));
        }
        else
        {
            foreach (var parameter in declared.Value)
                if (!_uses.ContainsKey(parameter.Name)) Report(DiagnosticKinds.UnusedParameter, parameter.Sort.Span, owner, parameter.Name);
        }
    }

    private VariableExpr? BindingOccurrence(VariableSyntax syntax, Sort sort)
    {
        CountUse(syntax);
        if (_declared.TryGetValue(syntax.Name, out var known))
        {
            if (known is null) return null;
            // C# converts an int parameter to long where it is passed; a pattern has nothing to convert.
            if (!known.Equals(sort))
            {
                Report(DiagnosticKinds.VariableSort, syntax.Span, syntax.Name, known.Name, sort.Name);
                return null;
            }
        }

        if (_bound.TryGetValue(syntax.Name, out var variable))
        {
            if (variable.Sort.Equals(sort)) return new VariableExpr(variable);
            Report(DiagnosticKinds.VariableSort, syntax.Span, syntax.Name, variable.Sort.Name, sort.Name);
            return null;
        }

        _bound.Add(syntax.Name, variable = new Variable(syntax.Name, sort));
        return new VariableExpr(variable);
    }

    private VariableExpr? UsingOccurrence(VariableSyntax syntax)
    {
        CountUse(syntax);
        if (_bound.TryGetValue(syntax.Name, out var variable)) return new VariableExpr(variable);
        Report(DiagnosticKinds.UnboundVariable, syntax.Span, owner, syntax.Name, Binder.DidYouMean(syntax.Name, binder.SymbolNames.Concat(_bound.Keys)));
        return null;
    }

    private void CountUse(VariableSyntax syntax)
        => _uses[syntax.Name] = _uses.TryGetValue(syntax.Name, out var use) ? (use.Count + 1, use.First) : (1, syntax.Span);

    private LiteralExpr? BindLiteral(LiteralSyntax syntax, bool negative, Sort? expected)
    {
        switch (syntax.Kind)
        {
            case LiteralKind.Bool: return Literal(BuiltInSort.Bool, syntax.Text == "true");
            case LiteralKind.Symbol: return Literal(BuiltInSort.Symbol, syntax.Text);
            case LiteralKind.String: return Literal(BuiltInSort.Symbol.Equals(expected) ? BuiltInSort.Symbol : BuiltInSort.String, syntax.Text);
            case LiteralKind.Real:
                if (!double.TryParse(syntax.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) || double.IsInfinity(real))
                {
                    Report(DiagnosticKinds.LiteralRange, syntax.Span, syntax.Text, "double");
                    return null;
                }

                return Literal(BuiltInSort.Double, negative ? -real : real);
        }

        var value = BigInteger.Parse(syntax.Text, CultureInfo.InvariantCulture);
        if (negative) value = -value;
        BuiltInKind[] candidates = syntax.Suffix switch
        {
            "" when expected is BuiltInSort { Kind: >= BuiltInKind.Int and <= BuiltInKind.Double or BuiltInKind.BigInteger } e => [e.Kind],
            "L" => [BuiltInKind.Long, BuiltInKind.ULong],
            "U" => [BuiltInKind.UInt, BuiltInKind.ULong],
            "UL" => [BuiltInKind.ULong],
            "N" => [BuiltInKind.BigInteger],
            _ => [BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong],
        };
        foreach (var kind in candidates)
            if (Convert(value, kind) is { } converted) return Literal(BuiltInSort.Of(kind), converted);
        Report(DiagnosticKinds.LiteralRange, syntax.Span, value.ToString(CultureInfo.InvariantCulture), BuiltInSort.Of(candidates[candidates.Length - 1]).Name);
        return null;
    }

    private Expr? BindUnary(UnarySyntax syntax)
    {
        if (BindValue(syntax.Operand, null) is not { } operand) return null;
        if (syntax.Operator == "!") return Unary(PrimitiveOp.Not, operand, operand.Sort, syntax);
        var sort = operand.Sort;
        var op = PrimitiveOp.Complement;
        if (syntax.Operator == "-")
        {
            // C# has no minus on uint: the operand becomes a long.
            if (sort.Equals(BuiltInSort.UInt)) sort = BuiltInSort.Long;
            if (operand is LiteralExpr literal && Negate(literal.Value) is { } negated) return new LiteralExpr(negated);
            op = _isChecked && sort is BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.Long } ? PrimitiveOp.NegateChecked : PrimitiveOp.Negate;
        }

        return Unary(op, operand, sort, syntax);
    }

    private Expr? Unary(PrimitiveOp op, Expr operand, Sort sort, UnarySyntax syntax)
        => Primitive.Find(op, sort) is { } primitive
            ? new PrimitiveExpr(primitive, EquatableArray.Of(Converted(operand, sort)!))
            : BadOperands(syntax.Operator, syntax.Span, operand.Sort);

    private Expr? BindLogical(BinarySyntax syntax)
    {
        var left = BindValue(syntax.Left, BuiltInSort.Bool);
        var right = BindValue(syntax.Right, BuiltInSort.Bool);
        return left is null || right is null ? null : new LogicalExpr(syntax.Operator == "&&", left, right);
    }

    private Expr? BindEquality(BinarySyntax syntax)
    {
        if (BindPair(syntax) is not var (left, right)) return null;
        bool negated = syntax.Operator == "!=";
        if (Promoted(left, right) is { } sort)
        {
            var primitive = Primitive.Find(negated ? PrimitiveOp.NotEqual : PrimitiveOp.Equal, sort)!;
            return new PrimitiveExpr(primitive, EquatableArray.Of(Converted(left, sort)!, Converted(right, sort)!));
        }

        if (left.Sort.Equals(right.Sort))
        {
            return Primitive.Find(negated ? PrimitiveOp.NotEqual : PrimitiveOp.Equal, left.Sort) is { } primitive
                ? new PrimitiveExpr(primitive, EquatableArray.Of(left, right))
                : new EqualityExpr(left, right, negated);
        }

        // A string literal beside a symbol is that symbol, as C#'s implicit conversion has it.
        if (left.Sort.Equals(BuiltInSort.Symbol) && Converted(right, left.Sort) is { } r)
            return new PrimitiveExpr(Primitive.Find(negated ? PrimitiveOp.NotEqual : PrimitiveOp.Equal, left.Sort)!, EquatableArray.Of(left, r));
        return BadOperands(syntax.Operator, syntax.Span, left.Sort, right.Sort);
    }

    private Expr? BindShift(BinarySyntax syntax)
    {
        if (BindPair(syntax) is not var (left, right)) return null;
        var op = syntax.Operator switch { "<<" => PrimitiveOp.ShiftLeft, ">>" => PrimitiveOp.ShiftRight, _ => PrimitiveOp.ShiftRightUnsigned };
        return Primitive.Find(op, left.Sort) is { } primitive && Converted(right, BuiltInSort.Int) is { } count
            ? new PrimitiveExpr(primitive, EquatableArray.Of(left, count))
            : BadOperands(syntax.Operator, syntax.Span, left.Sort, right.Sort);
    }

    private Expr? BindArithmetic(BinarySyntax syntax)
    {
        if (BindPair(syntax) is not var (left, right)) return null;
        PrimitiveOp op = syntax.Operator switch
        {
            "+" => PrimitiveOp.Add,
            "-" => PrimitiveOp.Subtract,
            "*" => PrimitiveOp.Multiply,
            "/" => PrimitiveOp.Divide,
            "%" => PrimitiveOp.Remainder,
            "&" => PrimitiveOp.BitAnd,
            "|" => PrimitiveOp.BitOr,
            "^" => PrimitiveOp.BitXor,
            "<" => PrimitiveOp.Less,
            "<=" => PrimitiveOp.LessOrEqual,
            ">" => PrimitiveOp.Greater,
            _ => PrimitiveOp.GreaterOrEqual,
        };
        if (op == PrimitiveOp.Add && left.Sort.Equals(BuiltInSort.String) && right.Sort.Equals(BuiltInSort.String)) op = PrimitiveOp.Concat;
        var sort = Promoted(left, right) ?? (left.Sort.Equals(right.Sort) ? left.Sort : null);
        if (_isChecked && sort is BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.UInt or BuiltInKind.Long or BuiltInKind.ULong })
        {
            op = op switch
            {
                PrimitiveOp.Add => PrimitiveOp.AddChecked,
                PrimitiveOp.Subtract => PrimitiveOp.SubtractChecked,
                PrimitiveOp.Multiply => PrimitiveOp.MultiplyChecked,
                _ => op,
            };
        }

        return sort is not null && Primitive.Find(op, sort) is { } primitive
            ? new PrimitiveExpr(primitive, EquatableArray.Of(Converted(left, sort)!, Converted(right, sort)!))
            : BadOperands(syntax.Operator, syntax.Span, left.Sort, right.Sort);
    }

    private (Expr Left, Expr Right)? BindPair(BinarySyntax syntax)
    {
        var left = BindValue(syntax.Left, null);
        var right = BindValue(syntax.Right, null);
        return left is null || right is null ? null : (left, right);
    }

    private Expr? BindConditional(ConditionalSyntax syntax, Sort? expected)
    {
        var test = BindValue(syntax.Test, BuiltInSort.Bool);
        var whenTrue = BindValue(syntax.WhenTrue, expected);
        var whenFalse = BindValue(syntax.WhenFalse, expected);
        if (test is null || whenTrue is null || whenFalse is null) return null;
        var sort = whenTrue.Sort.Equals(whenFalse.Sort) ? whenTrue.Sort : Promoted(whenTrue, whenFalse);
        return sort is null
            ? BadOperands("?:", syntax.Span, whenTrue.Sort, whenFalse.Sort)
            : new ConditionalExpr(test, Converted(whenTrue, sort)!, Converted(whenFalse, sort)!);
    }

    private Expr? BindChecked(CheckedSyntax syntax, Sort? expected)
    {
        bool outer = _isChecked;
        _isChecked = syntax.IsChecked;
        var value = BindValue(syntax.Operand, expected);
        _isChecked = outer;
        return value;
    }

    private Expr? BindCall(CallSyntax call)
    {
        if (Constant(call) is { } constant) return constant;
        if (Symbol(call, report: false) is { } symbol)
        {
            return Arguments(call, symbol, (argument, sort) => BindValue(argument, sort)) is { } arguments ? new ApplyExpr(symbol, arguments) : null;
        }

        if (binder.FindSymbols(call.Name).Count > 1)
        {
            Symbol(call, report: true);
            return null;
        }

        string name = call.Name.StartsWith("rw.", StringComparison.Ordinal) ? call.Name.Substring(3) : call.Name;
        if (name == "same") return BindSame(call);
        if (Primitive.TryFunction(name, out var function)) return BindFunction(call, name, function);
        var conversion = BuiltInSort.All.FirstOrDefault(s => s.Name == name) ?? (Sort?)binder.FindEnum(call.Name);
        if (conversion is not null) return BindConversion(call, conversion);
        Symbol(call, report: true);
        return null;
    }

    private Expr? BindSame(CallSyntax call)
    {
        if (!HasArity(call, "same", 2)) return null;
        var left = BindValue(call.Arguments[0], null);
        var right = left is null ? null : BindValue(call.Arguments[1], left.Sort);
        if (left is null || right is null) return null;
        // Only doubles have two equalities; elsewhere it is the one of `==`.
        return left.Sort is BuiltInSort && !left.Sort.Equals(BuiltInSort.Double)
            ? new PrimitiveExpr(Primitive.Find(PrimitiveOp.Equal, left.Sort)!, EquatableArray.Of(left, right))
            : new EqualityExpr(left, right, Negated: false);
    }

    private Expr? BindFunction(CallSyntax call, string name, PrimitiveOp op)
    {
        int arity = new Primitive(op, BuiltInSort.Double, BuiltInSort.Double).Arity;
        if (!HasArity(call, name, arity)) return null;
        var arguments = call.Arguments.Select(a => BindValue(a, null)).ToList();
        if (arguments.Contains(null)) return null;

        // As C# resolves the overload: exactly, else the first kind that every argument converts to.
        var kinds = Primitive.OperandKinds(op);
        var first = arguments[0]!.Sort;
        var candidates = kinds.Select(BuiltInSort.Of).Where(k => k.Equals(first)).Concat(kinds.Select(BuiltInSort.Of));
        foreach (var sort in candidates)
        {
            var primitive = Primitive.Find(op, sort)!;
            var converted = arguments.Select((a, i) => Converted(a!, primitive.OperandAt(i))).ToList();
            if (!converted.Contains(null)) return new PrimitiveExpr(primitive, converted.ToEquatableArray()!);
        }

        return BadOperands(name, call.Span, [.. arguments.Select(a => a!.Sort)]);
    }

    private Expr? BindConversion(CallSyntax call, Sort target)
    {
        if (!HasArity(call, call.Name, 1) || BindValue(call.Arguments[0], null) is not { } operand) return null;
        if (operand.Sort.Equals(target)) return operand;
        if (Converted(operand, target) is { } implicitly) return implicitly;
        if (target is EnumSort && operand is LiteralExpr { Value.Value: int or long or uint } literal) return Literal(target, literal.Value.Bits);
        return Primitive.Conversion(operand.Sort, target, _isChecked) is { } conversion
            ? new PrimitiveExpr(conversion, EquatableArray.Of(operand))
            : BadOperands("(" + target.Name + ")", call.Span, operand.Sort);
    }

    // Members of enums and the named values of double.
    private LiteralExpr? Constant(CallSyntax call)
    {
        int dot = call.Name.LastIndexOf('.');
        if (dot < 0 || call.Arguments.Count > 0) return null;
        string type = call.Name.Substring(0, dot), member = call.Name.Substring(dot + 1);
        if (binder.FindEnum(type) is { } sort)
            return sort.Members.FirstOrDefault(m => m.Name == member) is { } found ? Literal(sort, found.Value) : null;
        if (type != "double") return null;
        return member switch
        {
            "NaN" => Literal(BuiltInSort.Double, double.NaN),
            "PositiveInfinity" => Literal(BuiltInSort.Double, double.PositiveInfinity),
            "NegativeInfinity" => Literal(BuiltInSort.Double, double.NegativeInfinity),
            "Epsilon" => Literal(BuiltInSort.Double, double.Epsilon),
            "MaxValue" => Literal(BuiltInSort.Double, double.MaxValue),
            "MinValue" => Literal(BuiltInSort.Double, double.MinValue),
            _ => null,
        };
    }

    private FunctionSymbol? Symbol(CallSyntax call, bool report)
    {
        var found = binder.FindSymbols(call.Name);
        if (found.Count == 1) return found[0];
        if (!report) return null;
        if (found.Count > 1)
            Report(DiagnosticKinds.AmbiguousName, call.NameSpan, call.Name, string.Join(" and ", found.Select(f => f.ModuleName)));
        else
            Report(DiagnosticKinds.UnknownSymbol, call.NameSpan, call.Name, Binder.DidYouMean(call.Name, binder.SymbolNames.Concat(Primitive.FunctionNames)));
        return null;
    }

    private EquatableArray<Expr>? Arguments(CallSyntax call, FunctionSymbol symbol, Func<ExprSyntax, Sort, Expr?> bind)
    {
        if (!HasArity(call, symbol.Name, symbol.Arity)) return null;
        // Every argument is bound even after a mistake, so that all mistakes are seen at once.
        var arguments = call.Arguments.Select((a, i) => bind(a, symbol.Parameters[i].Sort)).ToList();
        return arguments.Contains(null) ? null : arguments.ToEquatableArray()!;
    }

    private bool HasArity(CallSyntax call, string name, int arity)
    {
        if (call.Arguments.Count == arity) return true;
        Report(DiagnosticKinds.WrongArity, call.Span, name, arity == 1 ? "1 argument" : Binder.Invariant(arity) + " arguments", Binder.Invariant(call.Arguments.Count));
        return false;
    }

    private Expr? Expect(Expr value, Sort expected, SourceSpan span)
    {
        if (Converted(value, expected) is { } converted) return converted;
        Report(DiagnosticKinds.WrongSort, span, expected.Name, value.Sort.Name);
        return null;
    }

    private Expr? BadOperands(string op, SourceSpan span, params Sort[] sorts)
    {
        Report(DiagnosticKinds.BadOperands, span, op, string.Join(" and ", sorts.Select(s => "'" + s.Name + "'")));
        return null;
    }

    private void Report(DiagnosticKind kind, SourceSpan span, params string[] arguments) => binder.Report(kind, span, arguments);

    // C#'s binary numeric promotion, with BigInteger on top; null where the operands have no common number sort.
    private static BuiltInSort? Promoted(Expr left, Expr right)
    {
        if (left.Sort is not BuiltInSort l || right.Sort is not BuiltInSort r || !IsNumber(l.Kind) || !IsNumber(r.Kind)) return null;
        foreach (var kind in new[] { BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong, BuiltInKind.Double, BuiltInKind.BigInteger })
        {
            // long and ulong have no common sort in C#, although both convert to double.
            if (kind >= BuiltInKind.Double && l.Kind != kind && r.Kind != kind) continue;
            var sort = BuiltInSort.Of(kind);
            if (Converted(left, sort) is not null && Converted(right, sort) is not null) return sort;
        }

        return null;

        static bool IsNumber(BuiltInKind kind) => kind is >= BuiltInKind.Int and <= BuiltInKind.Double or BuiltInKind.BigInteger;
    }

    // C#'s implicit conversions, those of constants included; null where there is none.
    private static Expr? Converted(Expr value, Sort target)
    {
        if (value.Sort.Equals(target)) return value;
        if (value is LiteralExpr { Value: var literal } && target is BuiltInSort { Kind: var kind })
        {
            if (kind == BuiltInKind.Symbol && literal.Value is string name) return Literal(target, name);
            bool isInt = literal.Value is int;
            bool widens = literal.Value is int or uint or long or ulong && (isInt || Widens(((BuiltInSort)literal.Sort).Kind, kind));
            return widens && Convert(BigInteger.Parse(LiteralText.Print(literal, sortIsKnown: true), CultureInfo.InvariantCulture), kind) is { } converted
                ? Literal(target, converted) : null;
        }

        return value.Sort is BuiltInSort from && target is BuiltInSort to && Widens(from.Kind, to.Kind)
            ? new PrimitiveExpr(Primitive.Conversion(from, to, isChecked: false)!, EquatableArray.Of(value)) : null;
    }

    private static bool Widens(BuiltInKind from, BuiltInKind to) => (from, to) switch
    {
        (BuiltInKind.Int, BuiltInKind.Long or BuiltInKind.Double or BuiltInKind.BigInteger) => true,
        (BuiltInKind.UInt, BuiltInKind.Long or BuiltInKind.ULong or BuiltInKind.Double or BuiltInKind.BigInteger) => true,
        (BuiltInKind.Long or BuiltInKind.ULong, BuiltInKind.Double or BuiltInKind.BigInteger) => true,
        _ => false,
    };

    private static LiteralExpr Literal(Sort sort, object value) => new(new Literal(sort, value));

    private static Literal? Negate(Literal literal) => literal.Value switch
    {
        int i when i != int.MinValue => new Literal(literal.Sort, -i),
        long l when l != long.MinValue && literal.Sort is BuiltInSort => new Literal(literal.Sort, -l),
        double d => new Literal(literal.Sort, -d),
        BigInteger b => new Literal(literal.Sort, -b),
        _ => null,
    };

    private static object? Convert(BigInteger value, BuiltInKind kind) => kind switch
    {
        BuiltInKind.Int => value >= int.MinValue && value <= int.MaxValue ? (int)value : null,
        BuiltInKind.UInt => value >= uint.MinValue && value <= uint.MaxValue ? (uint)value : null,
        BuiltInKind.Long => value >= long.MinValue && value <= long.MaxValue ? (long)value : null,
        BuiltInKind.ULong => value >= ulong.MinValue && value <= ulong.MaxValue ? (ulong)value : null,
        // Through long where possible: the conversion of BigInteger truncates instead of rounding.
        BuiltInKind.Double => value >= long.MinValue && value <= long.MaxValue ? (double)(long)value : (double)value,
        BuiltInKind.BigInteger => value,
        _ => null,
    };
}
