using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Rewright.Analysis;
using Rewright.Analysis.Conditions;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;
using static Rewright.Bind.ImplicitConversions;

namespace Rewright.Bind;

/// <summary>Resolves and checks the expressions of one pattern. Operators follow C#'s rules for numeric promotion.</summary>
/// <param name="binder">Knows the names of the module.</param>
/// <param name="owner">What messages call the pattern.</param>
/// <param name="declared">The variables with their sorts, null where patterns bind and sort them (<c>.rw</c> text).</param>
/// <param name="names">The names of variables that occur in the pattern: new ones have to differ from them.</param>
internal sealed class ExpressionBinder(Binder binder, string owner, EquatableArray<ParameterSyntax>? declared, HashSet<string> names)
{
    private bool _isChecked;

    /// <summary>The variables of the pattern.</summary>
    public PatternVariables Variables { get; } = new(binder, owner, declared, names);

    /// <summary>Binds the side of a pattern that is matched; its variables become known.</summary>
    public ApplyExpr? BindSource(ExprSyntax syntax)
    {
        if (Source(syntax) is { } source) return source;
        Variables.Miss();
        return null;
    }

    private ApplyExpr? Source(ExprSyntax syntax)
    {
        if (syntax is not CallSyntax call || IsValue(syntax) || IsComputation(call))
        {
            string what = syntax switch { VariableSyntax => "a variable", _ when IsValue(syntax) => "a value", _ => "a computation" };
            Report(DiagnosticKinds.BadSource, syntax.Span, owner, what);
            return null;
        }

        if (Symbol(call) is not { } symbol) return null;
        if (symbol is Operation operation)
        {
            if (operation.IsHost) Report(DiagnosticKinds.RuleForHost, call.NameSpan, symbol.Name);
            else if (symbol.ModuleName != binder.ModuleName)
                Report(DiagnosticKinds.ForeignOperation, call.NameSpan, symbol.Name, symbol.ModuleName);
        }

        return Arguments(call, symbol, BindPattern) is { } arguments ? new ApplyExpr(symbol, arguments) : null;
    }

    /// <summary>Binds a pattern of a sort; its variables become known.</summary>
    public Expr? BindPattern(ExprSyntax syntax, Sort sort)
    {
        if (syntax is VariableSyntax variable) return Variables.Bind(variable, sort);
        if (IsValue(syntax))
        {
            int errors = binder.Diagnostics.Count;
            var value = BindValue(syntax, sort);
            if (value is LiteralExpr { Value.Value: 0.0 }) ReportZero(syntax.Span, (LiteralExpr)value);
            if (value is LiteralExpr || binder.Diagnostics.Count > errors) return value;
        }
        else if (syntax is CallSyntax call && !IsComputation(call))
        {
            if (Symbol(call) is not { } symbol) return null;
            if (symbol is Operation { IsOpen: false })
            {
                Report(DiagnosticKinds.OperationInSource, call.NameSpan, symbol.Name, owner);
                return null;
            }

            return Arguments(call, symbol, BindPattern) is { } arguments ? Expect(new ApplyExpr(symbol, arguments), sort, call.Span) : null;
        }

        Report(DiagnosticKinds.ComputationInPattern, syntax.Span);
        return null;
    }

    private void ReportZero(SourceSpan span, LiteralExpr zero)
    {
        var other = new LiteralExpr(Negate(zero.Value)!);
        Report(DiagnosticKinds.OneZero, span, zero.ToString(), other.ToString());
    }

    // Literals, named constants and conversions of them; what they come to is seen when they are bound.
    private bool IsValue(ExprSyntax syntax) => syntax switch
    {
        LiteralSyntax => true,
        UnarySyntax { Operator: "-" } minus => IsValue(minus.Operand),
        CallSyntax { Arguments.Count: 0 } call => NamedConstant(call) is not null,
        CallSyntax { Arguments.Count: 1 } call => IsComputation(call) && ConversionTarget(call) is not null && IsValue(call.Arguments[0]),
        _ => false,
    };

    // A function or conversion; a symbol of that name would hide it.
    private bool IsComputation(CallSyntax call)
        => binder.FindSymbols(call.Name).Count == 0
            && (FunctionName(call) is var name && (name == "same" || Primitive.TryFunction(name, out _))
                || ConversionTarget(call) is not null);

    private static string FunctionName(CallSyntax call)
        => call.Name.StartsWith("rw.", StringComparison.Ordinal) ? call.Name.Substring(3) : call.Name;

    private Sort? ConversionTarget(CallSyntax call)
    {
        string name = FunctionName(call);
        if (BuiltInSort.All.FirstOrDefault(s => s.Name == name) is { } builtIn) return builtIn;
        return call.Arguments.Count > 0 ? binder.FindEnum(name) : null;
    }

    /// <summary>Binds a term that is computed. <paramref name="expected"/> is the sort that is needed, null where any will do.</summary>
    public Expr? BindValue(ExprSyntax syntax, Sort? expected)
    {
        var value = syntax switch
        {
            VariableSyntax variable => Variables.Use(variable),
            LiteralSyntax literal => BindLiteral(literal, negative: false, expected),
            UnarySyntax { Operator: "-", Operand: LiteralSyntax { Kind: LiteralKind.Integer or LiteralKind.Real } literal } => BindLiteral(
            literal, negative: true, expected),
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

    private LiteralExpr? BindLiteral(LiteralSyntax syntax, bool negative, Sort? expected)
    {
        switch (syntax.Kind)
        {
            case LiteralKind.Bool: return Literal(BuiltInSort.Bool, syntax.Text == "true");
            case LiteralKind.Symbol: return Literal(BuiltInSort.Symbol, syntax.Text);
            case LiteralKind.String:
                return Literal(BuiltInSort.Symbol.Equals(expected) ? BuiltInSort.Symbol : BuiltInSort.String, syntax.Text);
            case LiteralKind.Real:
                if (!double.TryParse(syntax.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
                    || double.IsInfinity(real))
                {
                    Report(DiagnosticKinds.LiteralRange, syntax.Span, syntax.Text, "double");
                    return null;
                }

                return Literal(BuiltInSort.Double, negative ? -real : real);
        }

        var value = BigInteger.Parse(syntax.Text, CultureInfo.InvariantCulture);
        if (negative)
        {
            // C# has no minus on ulong, and that of a uint is a long.
            if (syntax.Suffix == "UL" || syntax.Suffix == "U" && value > uint.MaxValue)
            {
                BadOperands("-", syntax.Span, BuiltInSort.ULong);
                return null;
            }

            value = -value;
        }

        BuiltInKind[] candidates = syntax.Suffix switch
        {
            "" when expected is BuiltInSort { Kind: >= BuiltInKind.Int and <= BuiltInKind.Double or BuiltInKind.BigInteger } e => [e.Kind],
            "L" => [BuiltInKind.Long, BuiltInKind.ULong],
            "U" => negative ? [BuiltInKind.Long] : [BuiltInKind.UInt, BuiltInKind.ULong],
            "UL" => [BuiltInKind.ULong],
            "N" => [BuiltInKind.BigInteger],
            _ => [BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong],
        };
        foreach (var kind in candidates)
            if (Convert(value, kind) is { } converted) return Literal(BuiltInSort.Of(kind), converted);
        Report(DiagnosticKinds.LiteralRange, syntax.Span, value.ToString(CultureInfo.InvariantCulture),
            BuiltInSort.Of(candidates[candidates.Length - 1]).Name);
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
            if (sort.Equals(BuiltInSort.UInt)) (sort, operand) = (BuiltInSort.Long, Converted(operand, BuiltInSort.Long)!);
            if (operand is LiteralExpr literal && Negate(literal.Value) is { } negated) return new LiteralExpr(negated);
            op = _isChecked && sort is BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.Long }
                ? PrimitiveOp.NegateChecked : PrimitiveOp.Negate;
        }

        return Unary(op, operand, sort, syntax);
    }

    private Expr? Unary(PrimitiveOp op, Expr operand, Sort sort, UnarySyntax syntax)
        => Primitive.Find(op, sort) is { } primitive
            ? new PrimitiveExpr(primitive, EquatableArray.Of(operand))
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

        if (Common(left, right) is not { } common) return BadOperands(syntax.Operator, syntax.Span, left.Sort, right.Sort);
        (left, right) = (Converted(left, common)!, Converted(right, common)!);
        return Primitive.Find(negated ? PrimitiveOp.NotEqual : PrimitiveOp.Equal, common) is { } equal
            ? new PrimitiveExpr(equal, EquatableArray.Of(left, right))
            : new EqualityExpr(left, right, negated);
    }

    private Expr? BindShift(BinarySyntax syntax)
    {
        if (BindPair(syntax) is not var (left, right)) return null;
        var op = syntax.Operator switch
        {
            "<<" => PrimitiveOp.ShiftLeft,
            ">>" => PrimitiveOp.ShiftRight,
            _ => PrimitiveOp.ShiftRightUnsigned
        };
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
        if (_isChecked && sort is not null && PrimitiveSignature.Of(op).Checked is { } checkedOp
            && Primitive.Find(checkedOp, sort) is not null)
        {
            op = checkedOp;
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
        return Common(whenTrue, whenFalse) is { } sort
            ? new ConditionalExpr(test, Converted(whenTrue, sort)!, Converted(whenFalse, sort)!)
            : BadOperands("?:", syntax.Span, whenTrue.Sort, whenFalse.Sort);
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
        if (NamedConstant(call) is { } constant) return constant;
        if (IsComputation(call))
        {
            string name = FunctionName(call);
            if (name == "same") return BindSame(call);
            return Primitive.TryFunction(name, out var function)
                ? BindFunction(call, name, function) : BindConversion(call, ConversionTarget(call)!);
        }

        return Symbol(call) is { } symbol && Arguments(call, symbol, BindValue) is { } arguments ? new ApplyExpr(symbol, arguments) : null;
    }

    private Expr? BindSame(CallSyntax call)
    {
        if (!HasArity(call, "same", 2)) return null;
        // A literal has the sort of what it is compared with, on whichever side it stands.
        bool swaps = IsLiteral(call.Arguments[0]) && !IsLiteral(call.Arguments[1]);
        var (typed, other) = swaps ? (call.Arguments[1], call.Arguments[0]) : (call.Arguments[0], call.Arguments[1]);
        if (BindValue(typed, null) is not { } first || BindValue(other, IsLiteral(other) ? first.Sort : null) is not { } second)
            return null;
        var sort = Common(first, second) ?? first.Sort;
        if (Expect(first, sort, typed.Span) is not { } one || Expect(second, sort, other.Span) is not { } two) return null;
        return swaps ? ConditionLogic.SameTerm(two, one) : ConditionLogic.SameTerm(one, two);
    }

    private static bool IsLiteral(ExprSyntax syntax) => syntax switch
    {
        LiteralSyntax => true,
        UnarySyntax { Operator: "-" } minus => IsLiteral(minus.Operand),
        CheckedSyntax inner => IsLiteral(inner.Operand),
        ConditionalSyntax choice => IsLiteral(choice.WhenTrue) && IsLiteral(choice.WhenFalse),
        _ => false,
    };

    private Expr? BindFunction(CallSyntax call, string name, PrimitiveOp op)
    {
        int arity = new Primitive(op, BuiltInSort.Double, BuiltInSort.Double).Arity;
        if (!HasArity(call, name, arity)) return null;
        var arguments = new List<Expr?>(call.Arguments.Count);
        foreach (var argument in call.Arguments) arguments.Add(BindValue(argument, null));
        if (arguments.Contains(null)) return null;

        // As C# resolves the overload: the first kind that every argument converts to. Where there are overloads for
        // integers, those that fit none of them do not become doubles: C# cannot choose between float, double and decimal.
        var kinds = Primitive.OperandKinds(op);
        bool hasIntegers = kinds.Contains(BuiltInKind.Int);
        foreach (var sort in kinds.Select(BuiltInSort.Of))
        {
            if (hasIntegers && sort.Kind >= BuiltInKind.Double && !arguments.Any(a => a!.Sort.Equals(sort))) continue;
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
        if (target is EnumSort { Underlying: var underlying }
            && operand is LiteralExpr { Value: { Value: int or uint or long or ulong } literal }
            && Convert(ConstantFolding.Value(literal), underlying) is not null)
        {
            return Literal(target, literal.Bits);
        }

        return Primitive.Conversion(operand.Sort, target, _isChecked) is { } conversion
            ? new PrimitiveExpr(conversion, EquatableArray.Of(operand))
            : BadOperands("(" + target.Name + ")", call.Span, operand.Sort);
    }

    // Members of enums and the named values of double.
    private LiteralExpr? NamedConstant(CallSyntax call)
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

    // The symbol of a call, or null after reporting that there is none, or several.
    private FunctionSymbol? Symbol(CallSyntax call)
    {
        var found = binder.FindSymbols(call.Name);
        if (found.Count == 1) return found[0];
        string type = call.Name.Substring(0, Math.Max(0, call.Name.LastIndexOf('.')));
        var enums = found.Count == 0 ? binder.FindEnums(type) : [];
        if (found.Count > 1)
            Report(DiagnosticKinds.AmbiguousName, call.NameSpan, call.Name, string.Join(" and ", found.Select(f => f.ModuleName)));
        else if (enums.Count > 1)
            Report(DiagnosticKinds.AmbiguousName, call.NameSpan, type, string.Join(" and ", enums.Select(e => e.FullName)));
        else if (binder.IsNormalizer(call.Name))
            Report(DiagnosticKinds.NormalizerInRule, call.NameSpan, call.Name);
        else if (!binder.IsExcused(call.Name))
        {
            var candidates = binder.SymbolNames.Concat(Primitive.FunctionNames).Concat(
                enums.SelectMany(e => e.Members).Select(m => type + "." + m.Name));
            Report(DiagnosticKinds.UnknownSymbol, call.NameSpan, call.Name, binder.Hint(call.Name, candidates));
        }

        return null;
    }

    private EquatableArray<Expr>? Arguments(CallSyntax call, FunctionSymbol symbol, Func<ExprSyntax, Sort, Expr?> bind)
    {
        if (!HasArity(call, symbol.Name, symbol.Arity))
        {
            Variables.Miss();
            return null;
        }

        // Every argument is bound even after a mistake, so that all mistakes are seen at once.
        var arguments = new List<Expr?>(call.Arguments.Count);
        for (int i = 0; i < call.Arguments.Count; i++) arguments.Add(bind(call.Arguments[i], symbol.Parameters[i].Sort));
        return arguments.Contains(null) ? null : arguments.ToEquatableArray()!;
    }

    private bool HasArity(CallSyntax call, string name, int arity)
    {
        if (call.Arguments.Count == arity) return true;
        Report(DiagnosticKinds.WrongArity, call.Span, name, arity == 1 ? "1 argument" : InvariantText.Of(arity) + " arguments",
            InvariantText.Of(call.Arguments.Count));
        return false;
    }

    private Expr? Expect(Expr value, Sort expected, SourceSpan span)
    {
        if (Converted(value, expected) is { } converted) return converted;
        bool alike = value.Sort.Name == expected.Name;
        Report(DiagnosticKinds.WrongSort, span, NameOf(expected), NameOf(value.Sort));
        return null;

        // Two modules can have a sort of one name.
        string NameOf(Sort sort) => alike && sort is DataSort data ? data.ModuleName + "." + data.Name : sort.Name;
    }

    private Expr? BadOperands(string op, SourceSpan span, params Sort[] sorts)
    {
        Report(DiagnosticKinds.BadOperands, span, op, string.Join(" and ", sorts.Select(s => "'" + s.Name + "'")));
        return null;
    }

    private void Report(DiagnosticKind kind, SourceSpan span, params string[] arguments) => binder.Report(kind, span, arguments);

    private static LiteralExpr Literal(Sort sort, object value) => new(new Literal(sort, value));

    private static Literal? Negate(Literal literal) => literal.Value switch
    {
        int i when i != int.MinValue => new Literal(literal.Sort, -i),
        long l when l != long.MinValue && literal.Sort is BuiltInSort => new Literal(literal.Sort, -l),
        double d => new Literal(literal.Sort, -d),
        BigInteger b => new Literal(literal.Sort, -b),
        _ => null,
    };
}
