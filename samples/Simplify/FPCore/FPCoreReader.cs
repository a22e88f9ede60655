using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Simplify.Expressions;

namespace Simplify.FPCore;

/// <summary>
/// Reads FPCore 2.0 (https://fpbench.org/spec/) as expressions over the real numbers. Bindings are replaced by the
/// node that they stand for. Rounding contexts (<c>!</c>) and casts change how a value is rounded, so over the reals
/// they are the value itself. A call of an earlier entry of the file is replaced by its body.
/// </summary>
public static class FPCoreReader
{
    /// <summary>The entries of a file in their order. After text that is not an S-expression nothing more is read.</summary>
    /// <param name="text">The file.</param>
    /// <param name="builder">Makes the nodes; a new one if left out.</param>
    public static ImmutableArray<FPCoreEntry> Read(string text, RealExprBuilder? builder = null)
    {
        builder ??= new RealExprBuilder();
        var reader = new SExprReader(text);
        var entries = ImmutableArray.CreateBuilder<FPCoreEntry>();
        var functions = new Dictionary<string, FPCoreEntry>(StringComparer.Ordinal);
        try
        {
            while (reader.ReadNext() is { } form)
                entries.Add(ReadEntry(form, builder, functions));
        }
        catch (FPCoreSyntaxException e)
        {
            entries.Add(new FPCoreError("", e.Position, e.Message));
        }
        return entries.ToImmutable();
    }

    /// <param name="form">The entry.</param>
    /// <param name="builder">Makes the nodes.</param>
    /// <param name="functions">The entries before this one that have an identifier, by which expressions can call them.</param>
    private static FPCoreEntry ReadEntry(SExpr form, RealExprBuilder builder, Dictionary<string, FPCoreEntry> functions)
    {
        if (form is not SList { Head: "FPCore", Items: var items })
            return new FPCoreError("", form.Position, "expected (FPCore ...)");
        if (items is not [_, SSymbol identifier, ..])
            return ReadEntry(form, items.AsSpan()[1..], "", builder, functions);
        FPCoreEntry entry = ReadEntry(form, items.AsSpan()[2..], identifier.Name, builder, functions);
        functions[identifier.Name] = entry;
        return entry;
    }

    /// <param name="rest">The arguments and what follows them.</param>
    private static FPCoreEntry ReadEntry(
        SExpr form, ReadOnlySpan<SExpr> rest, string name, RealExprBuilder builder, Dictionary<string, FPCoreEntry> functions)
    {
        try
        {
            if (rest is not [SList arguments, ..])
                throw new FPCoreSyntaxException(form.Position, "expected the list of arguments after 'FPCore'");
            Dictionary<string, SExpr> properties = ReadProperties(ref rest, skip: 1);
            if (properties.GetValueOrDefault(":name") is SString title)
                name = title.Value;
            if (rest is not [SExpr body])
                throw new FPCoreSyntaxException(form.Position, $"expected one expression after the properties, found {rest.Length}");

            ImmutableArray<string> parameters = [.. arguments.Items.Select(ReadParameter)];
            var expressions = new ExpressionReader(builder, parameters, functions);
            if (parameters.Distinct().Count() != parameters.Length)
                throw new FPCoreSyntaxException(arguments.Position, "two arguments have the same name");
            RealExpr? precondition = properties.TryGetValue(":pre", out SExpr? pre) ? expressions.Read(pre, isBoolean: true) : null;
            return new FPCoreExpression(name, form.Position, parameters, precondition, expressions.Read(body, isBoolean: false));
        }
        catch (FPCoreSyntaxException e)
        {
            return new FPCoreError(name, e.Position, e.Message);
        }
        catch (UnsupportedException e)
        {
            return new FPCoreUnsupported(name, e.Position, e.Message);
        }
    }

    private static string ReadParameter(SExpr parameter)
    {
        ReadOnlySpan<SExpr> items = parameter is SList list ? list.Items.AsSpan() : [parameter];
        if (items is [SSymbol { Name: "!" }, ..])
            ReadProperties(ref items, skip: 1);
        return items switch
        {
            [SSymbol { IsNumeric: false } symbol] => symbol.Name,
            [SSymbol { IsNumeric: false }, _, ..] => throw new UnsupportedException(parameter.Position, "tensor argument"),
            _ => throw new FPCoreSyntaxException(parameter.Position, "expected the name of an argument"),
        };
    }

    /// <summary>Takes the properties after the first <paramref name="skip"/> items, and leaves what follows them.</summary>
    private static Dictionary<string, SExpr> ReadProperties(ref ReadOnlySpan<SExpr> items, int skip)
    {
        var properties = new Dictionary<string, SExpr>(StringComparer.Ordinal);
        for (items = items[skip..]; items is [SSymbol { IsProperty: true } key, ..]; items = items[2..])
        {
            if (items.Length == 1)
                throw new FPCoreSyntaxException(key.Position, $"property '{key.Name}' has no value");
            properties[key.Name] = items[1];
        }
        return properties;
    }

    /// <summary>Valid FPCore that is not straight-line real arithmetic.</summary>
    private sealed class UnsupportedException(Position position, string construct) : Exception(construct)
    {
        public Position Position { get; } = position;
    }

    /// <summary>Reads expressions in the scope of the parameters. A stack of what remains to be done takes the place of
    /// recursion, and a stack of values that of its results.</summary>
    private sealed class ExpressionReader
    {
        private static readonly FrozenSet<string> UnsupportedForms =
        [
            "while", "while*", "for", "for*", "tensor", "tensor*", "array", "ref", "dim", "size",
            "tgamma", "lgamma", "isfinite", "isinf", "isnan", "isnormal", "signbit",
        ];

        /// <summary>
        /// Calls of calls can double an expression with every line, and <c>!=</c> compares all pairs. Nothing else in FPCore makes it
        /// larger than its text.
        /// </summary>
        private const int MaxNodes = 1_000_000;

        private readonly RealExprBuilder _builder;
        private readonly Dictionary<string, FPCoreEntry> _functions;
        private readonly Dictionary<string, RealExpr> _scope = new(StringComparer.Ordinal);
        private readonly Stack<Action> _pending = [];
        private readonly Stack<RealExpr> _values = [];

        public ExpressionReader(RealExprBuilder builder, ImmutableArray<string> parameters, Dictionary<string, FPCoreEntry> functions)
        {
            _builder = builder;
            _functions = functions;
            foreach (string parameter in parameters)
                _scope[parameter] = builder.Variable(parameter);
        }

        public RealExpr Read(SExpr expression, bool isBoolean)
        {
            Schedule(expression);
            while (_pending.TryPop(out Action? step))
                step();
            RealExpr value = _values.Pop();
            CheckSort(expression, value, isBoolean);
            return value;
        }

        private void Schedule(SExpr expression) => _pending.Push(() => Visit(expression));

        /// <summary>Reads one level of an expression: leaves its value on the stack, or schedules what will.</summary>
        private void Visit(SExpr expression)
        {
            switch (expression)
            {
                case SSymbol symbol:
                    _values.Push(symbol.IsNumeric ? ReadNumber(symbol) : ReadName(symbol));
                    break;
                case SList { Head: { } head } list:
                    VisitForm(list, head);
                    break;
                case SList list:
                    throw new FPCoreSyntaxException(list.Position, "expected an operation at the head of the list");
                default:
                    throw new FPCoreSyntaxException(expression.Position, "expected an expression, found a string");
            }
        }

        private void VisitForm(SList form, string head)
        {
            switch (head)
            {
                case "let" or "let*":
                    VisitLet(form, sequential: head == "let*");
                    break;
                case "!":
                    ReadOnlySpan<SExpr> annotated = form.Items.AsSpan();
                    ReadProperties(ref annotated, skip: 1);
                    Schedule(annotated is [SExpr value] ? value : throw Malformed(form, "(! property* expression)"));
                    break;
                case "cast":
                    Schedule(form.Items is [_, var inner] ? inner : throw Malformed(form, "(cast expression)"));
                    break;
                case "digits":
                    _values.Push(ReadDigits(form));
                    break;
                default:
                    if (UnsupportedForms.Contains(head))
                        throw new UnsupportedException(form.Position, head);
                    if (!Operations.IsName(head) && !_functions.ContainsKey(head))
                        throw new FPCoreSyntaxException(form.Items[0].Position, $"unknown operation '{head}'");
                    VisitApplication(form, head);
                    break;
            }
        }

        private void VisitApplication(SList form, string name)
        {
            _pending.Push(() => _values.Push(Apply(form, name, PopValues(form.Items.Length - 1))));
            for (int i = form.Items.Length - 1; i > 0; i--)
                Schedule(form.Items[i]);
        }

        private void VisitLet(SList form, bool sequential)
        {
            if (form.Items is not [_, SList bindings, SExpr body])
                throw Malformed(form, $"({form.Head} ([name expression]*) expression)");
            ImmutableArray<(string Name, SExpr Value)> pairs = [.. bindings.Items.Select(ReadBinding)];
            ImmutableArray<string> names = [.. pairs.Select(p => p.Name)];
            if (!sequential && names.Distinct().Count() != names.Length)
                throw new FPCoreSyntaxException(bindings.Position, "'let' binds the same name twice");

            // In the order of execution; the stack wants them the other way round.
            ImmutableArray<RealExpr?> outer = [.. names.Select(n => _scope.GetValueOrDefault(n))];
            List<Action> steps = [];
            if (sequential)
            {
                foreach ((string name, SExpr value) in pairs)
                    steps.AddRange([() => Visit(value), () => _scope[name] = _values.Pop()]);
            }
            else
            {
                steps.AddRange(pairs.Select(p => (Action)(() => Visit(p.Value))));
                steps.Add(() => Bind(names, [.. PopValues(names.Length)]));
            }
            steps.Add(() => Visit(body));
            steps.Add(() => Bind(names, outer));
            foreach (Action step in Enumerable.Reverse(steps))
                _pending.Push(step);
        }

        private static (string Name, SExpr Value) ReadBinding(SExpr binding) =>
            binding is SList { Items: [SSymbol { IsNumeric: false } name, var value] }
                ? (name.Name, value)
                : throw new FPCoreSyntaxException(binding.Position, "expected [name expression]");

        private void Bind(ImmutableArray<string> names, ImmutableArray<RealExpr?> values)
        {
            for (int i = 0; i < names.Length; i++)
            {
                if (values[i] is { } value)
                    _scope[names[i]] = value;
                else
                    _scope.Remove(names[i]);
            }
        }

        private ImmutableArray<RealExpr> PopValues(int count)
        {
            var values = ImmutableArray.CreateBuilder<RealExpr>(count);
            values.Count = count;
            for (int i = count - 1; i >= 0; i--)
                values[i] = _values.Pop();
            return values.MoveToImmutable();
        }

        private RealExpr Apply(SList form, string name, ImmutableArray<RealExpr> arguments)
        {
            bool logical = name is "and" or "or" or "not";
            for (int i = 0; i < arguments.Length; i++)
            {
                bool isBoolean = name != "if" ? logical : i == 0 || (i == 2 && arguments[1].IsBoolean);
                if (name != "if" || i != 1)
                    CheckSort(form.Items[i + 1], arguments[i], isBoolean);
            }

            if (_functions.TryGetValue(name, out FPCoreEntry? function))
                return Call(form, name, function, arguments);
            if (Operations.TryFind(name, arguments.Length, out Operation operation))
                return _builder.Apply(operation, arguments);
            return (name, arguments) switch
            {
                ("+" or "*", [var only]) => only,
                ("/", [var only]) => _builder.Apply(Operation.Div, _builder.Number(1), only),
                ("+" or "-" or "*" or "/", [_, _, _, ..]) => Fold(Find(name), arguments),
                ("and", _) => All(arguments),
                ("or", []) => _builder.Constant(NamedConstant.FALSE),
                ("or", _) => Fold(Operation.Or, arguments),
                ("<" or "<=" or ">" or ">=" or "==", [_, ..]) =>
                    All([.. arguments.Zip(arguments.Skip(1), (a, b) => _builder.Apply(Find(name), a, b))]),
                ("!=", _) when (long)arguments.Length * (arguments.Length - 1) > MaxNodes =>
                    throw new UnsupportedException(form.Position, $"a comparison that makes more than {MaxNodes} nodes"),
                ("!=", [_, ..]) => All([.. AllPairs(arguments).Select(p => _builder.Apply(Operation.NotEqual, p.First, p.Second))]),
                _ => throw new FPCoreSyntaxException(form.Position, $"'{name}' does not take {Count(arguments.Length)}"),
            };
        }

        private RealExpr Call(SList form, string name, FPCoreEntry function, ImmutableArray<RealExpr> arguments)
        {
            if (function is not FPCoreExpression { Parameters: var parameters, Body: var body })
                throw new UnsupportedException(form.Position, $"call of {name}");
            if (parameters.Length != arguments.Length)
                throw new FPCoreSyntaxException(form.Position, $"'{name}' takes {Count(parameters.Length)}, not {arguments.Length}");
            RealExpr value = _builder.Substitute(body, parameters.Zip(arguments).ToDictionary(p => p.First, p => p.Second));
            return _builder.Count <= MaxNodes
                ? value : throw new UnsupportedException(form.Position, $"calls that make more than {MaxNodes} nodes");
        }

        private static Operation Find(string name) =>
            Operations.TryFind(name, 2, out Operation operation) ? operation : throw new ArgumentException(name);

        private RealExpr Fold(Operation operation, ImmutableArray<RealExpr> arguments) =>
            arguments.Skip(1).Aggregate(arguments[0], (a, b) => _builder.Apply(operation, a, b));

        private RealExpr All(ImmutableArray<RealExpr> conditions) =>
            conditions.IsEmpty ? _builder.Constant(NamedConstant.TRUE) : Fold(Operation.And, conditions);

        private static IEnumerable<(RealExpr First, RealExpr Second)> AllPairs(ImmutableArray<RealExpr> items) =>
            items.SelectMany((first, i) => items.Skip(i + 1).Select(second => (first, second)));

        private RealExpr ReadName(SSymbol symbol)
        {
            if (_scope.TryGetValue(symbol.Name, out RealExpr? value))
                return value;
            if (symbol.Name is "INFINITY" or "NAN")
                throw new UnsupportedException(symbol.Position, $"constant {symbol.Name}");
            return Enum.TryParse(symbol.Name, out NamedConstant constant) && constant.ToString() == symbol.Name
                ? _builder.Constant(constant)
                : throw new FPCoreSyntaxException(symbol.Position, $"unknown name '{symbol.Name}'");
        }

        private RealExpr ReadNumber(SSymbol symbol) => Rational.TryParse(symbol.Name, out Rational value)
            ? _builder.Number(value)
            : throw new FPCoreSyntaxException(
                symbol.Position, $"'{symbol.Name}' is not a number, or its exponent is beyond {Rational.MaxExponent}");

        /// <summary><c>(digits m e b)</c> is m times b to the power e.</summary>
        private RealExpr ReadDigits(SList form)
        {
            if (form.Items is not [_, SSymbol m, SSymbol e, SSymbol b]
                || !Rational.TryParse(m.Name, out Rational significand)
                || !Rational.TryParse(e.Name, out Rational exponent) || !exponent.IsInteger
                || !Rational.TryParse(b.Name, out Rational radix) || !radix.IsInteger || radix < 2)
                throw Malformed(form, "(digits significand exponent base)");
            if (Rational.Abs(exponent) * (int)radix.BitLength > Rational.MaxExponent)
                throw new FPCoreSyntaxException(e.Position, $"exponent beyond {Rational.MaxExponent}");
            return _builder.Number(significand * Rational.Pow(radix, (int)exponent.Numerator));
        }

        private static void CheckSort(SExpr source, RealExpr value, bool isBoolean)
        {
            if (value.IsBoolean != isBoolean)
                throw new FPCoreSyntaxException(
                    source.Position, isBoolean ? "expected a condition, found a number" : "expected a number, found a condition");
        }

        private static FPCoreSyntaxException Malformed(SList form, string expected) => new(form.Position, $"expected {expected}");

        private static string Count(int arguments) => arguments == 1 ? "1 argument" : $"{arguments} arguments";
    }
}
