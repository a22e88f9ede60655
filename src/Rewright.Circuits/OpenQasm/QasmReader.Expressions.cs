using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace Rewright.Quantum;

internal sealed partial class QasmReader
{
    private QasmValue Evaluate(QasmExpression expression)
    {
        switch (expression)
        {
            case QasmLiteral e:
                return e.Value;
            case QasmName e:
                return Lookup(e);
            case QasmUnary e:
                return Unary(e, Evaluate(e.Operand));
            case QasmBinary { Operator: "++" } e:
                return Concatenate(e);
            case QasmBinary e:
                return Combine(e, e.Operator, Evaluate(e.Left), Evaluate(e.Right));
            case QasmIndex e:
                return Index(e, Evaluate(e.Operand), Evaluate(e.Index));
            case QasmRange e:
                var step = e.Step is null ? BigInteger.One : Integer(e.Step);
                if (step.IsZero) throw Error(e.Step!, "The step of a range is not 0.");
                return new QasmRangeValue(e.Start is null ? FromStart : Integer(e.Start), step, e.Stop is null ? ToEnd : Integer(e.Stop));
            case QasmSet e:
                return new QasmSetValue([.. e.Elements.Select(Evaluate)]);
            case QasmCast e:
                return Convert(e, Evaluate(e.Operand), e.Type);
            case QasmCall e:
                return Call(e);
            case QasmMeasure e:
                if (_definition is not null) throw Error(e, "The body of a gate consists of gates.");
                var measured = Qubits(e.Operand);
                return new QasmMeasured(measured.Qubits, measured.IsArray);
            default:
                throw new InvalidOperationException("There is no way to evaluate " + expression.GetType().Name + ".");
        }
    }

    // Stands for a missing start or end of a range; no index can be that large.
    private static readonly BigInteger FromStart = -BigInteger.Pow(2, 200);
    private static readonly BigInteger ToEnd = BigInteger.Pow(2, 200);

    private QasmValue Lookup(QasmName e)
    {
        switch (_scope.Find(e.Name))
        {
            case QasmValueEntity entity:
                return _definition is null
                    || !IsOfProgram(entity.Value)
                    ? entity.Value : throw Error(e, "A gate acts on its own qubits only, and '" + e.Name + "' is none of them.");
            case QasmVariableEntity variable:
                return variable.Value ?? throw Error(e, "The variable '" + e.Name + "' has no value yet.");
            case QasmGateEntity:
                throw Error(e, "'" + e.Name + "' is a gate.");
        }

        return e.Name switch
        {
            "pi" or "\u03c0" => new QasmReal(Angle.Pi),
            "tau" or "\u03c4" => new QasmReal(Angle.Pi * 2),
            "euler" or "\u2107" => new QasmReal(Angle.OfRadians(Rational.FromDouble(Math.E))),
            _ => throw Error(e, "There is nothing called '" + e.Name + "'."),
        };

        bool IsOfProgram(QasmValue value) => value is QasmBitRange || value is QasmQubitRange && !IsOfDefinition(e.Name);
    }

    private bool IsOfDefinition(string name)
    {
        for (var scope = _scope; scope.Outer is not null; scope = scope.Outer)
            if (scope.Entities.ContainsKey(name)) return true;
        return false;
    }

    private QasmValue Unary(QasmUnary e, QasmValue operand)
    {
        switch (e.Operator, operand)
        {
            case ("-", QasmInteger i):
                return new QasmInteger(-i.Value);
            case ("-", QasmReal r):
                return new QasmReal(-r.Value);
            case ("!", QasmBoolean b):
                return new QasmBoolean(!b.Value);
            case ("~", QasmBitString b):
                return new QasmBitString([.. b.Bits.Select(bit => !bit)]);
            case ("!", _):
                return Runtime(new ClassicalNot(Boolean(e.Operand, operand)));
            case ("~", QasmBitRange { IsArray: false } bit):
                return Runtime(new ClassicalNot(BitsOf(bit)));
            default:
                throw Error(e, "The operator '" + e.Operator + "' does not apply here.");
        }
    }

    private QasmValue Concatenate(QasmBinary e) => (Evaluate(e.Left), Evaluate(e.Right)) switch
    {
        (QasmQubitRange a, QasmQubitRange b) => new QasmQubitRange([.. a.Qubits, .. b.Qubits], true) is { Qubits.Length: var n } all
        && n <= options.MaxQubits ? all : throw Error(e, "The alias is too large."),
        (QasmBitRange a, QasmBitRange b) => new QasmBitRange([.. a.Bits, .. b.Bits], true) is { Bits.Length: var n } all
        && n <= options.MaxQubits ? all : throw Error(e, "The alias is too large."),
        _ => throw Error(e, "'++' joins registers of one kind."),
    };

    private QasmValue Combine(QasmNode place, string op, QasmValue left, QasmValue right)
    {
        if (left is QasmBitRange or QasmRuntime || right is QasmBitRange or QasmRuntime) return RuntimeBinary(place, op, left, right);
        if (left is QasmInteger a && right is QasmInteger b) return IntegerBinary(place, op, a.Value, b.Value);
        if (left is QasmBoolean p && right is QasmBoolean q)
        {
            return op switch
            {
                "&&" or "&" => new QasmBoolean(p.Value && q.Value),
                "||" or "|" => new QasmBoolean(p.Value || q.Value),
                "==" => new QasmBoolean(p.Value == q.Value),
                "!=" or "^" => new QasmBoolean(p.Value != q.Value),
                _ => throw NoOperator(place, op),
            };
        }

        if (left is QasmBitString s && right is QasmBitString t && op is "==" or "!=")
            return new QasmBoolean(s.Bits.SequenceEqual(t.Bits) == (op == "=="));
        if (left is QasmReal or QasmInteger && right is QasmReal or QasmInteger) return RealBinary(place, op, ToReal(left), ToReal(right));
        throw NoOperator(place, op);
    }

    private static Angle ToReal(QasmValue value) => value is QasmInteger i ? Angle.OfRadians(i.Value) : ((QasmReal)value).Value;

    private QasmValue IntegerBinary(QasmNode place, string op, BigInteger a, BigInteger b)
    {
        switch (op)
        {
            case "/" when _version == OpenQasmVersion.V2:
                return RealBinary(place, op, Angle.OfRadians(a), Angle.OfRadians(b));
            case "/" or "%" when b.IsZero:
                throw Error(place, "This divides by zero.");
            case "**" when b.Sign < 0:
                return RealBinary(place, op, Angle.OfRadians(a), Angle.OfRadians(b));
            case "**" when b > 4096 || BigInteger.Log(BigInteger.Max(BigInteger.Abs(a), 1)) * (double)b > 2000:
                throw Error(place, "The number is too large.");
            case "<<" or ">>" when b.Sign < 0 || b > 1000:
                throw Error(place, "A shift is by 0 to 1000 places.");
        }

        BigInteger? number = op switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => BigInteger.Divide(a, b),
            "%" => BigInteger.Remainder(a, b),
            "**" => BigInteger.Pow(a, (int)b),
            "<<" => a << (int)b,
            ">>" => a >> (int)b,
            "&" => a & b,
            "|" => a | b,
            "^" => a ^ b,
            _ => null,
        };
        if (number is { } value)
            return QasmNumbers.IsReasonable(value) ? new QasmInteger(value) : throw Error(place, "The number is too large.");
        return Comparison(op, a.CompareTo(b)) ?? throw NoOperator(place, op);
    }

    private static QasmBoolean? Comparison(string op, int order) => op switch
    {
        "==" => new(order == 0),
        "!=" => new(order != 0),
        "<" => new(order < 0),
        "<=" => new(order <= 0),
        ">" => new(order > 0),
        ">=" => new(order >= 0),
        _ => null,
    };

    private static QasmValue RealBinary(QasmNode place, string op, Angle a, Angle b)
    {
        if (op == "/" && b.IsZero) throw Error(place, "This divides by zero.");
        Angle? result = op switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => QasmNumbers.Multiply(a, b),
            "/" => QasmNumbers.Divide(a, b),
            "**" when a.IsConstant && b.IsConstant => QasmNumbers.FromDouble(Math.Pow(a.ToRadians(), b.ToRadians())),
            "%" when a.IsConstant && b.IsConstant && !b.IsZero => a % b,
            _ => null,
        };
        if (result is not null)
            return QasmNumbers.IsReasonable(result) ? new QasmReal(result) : throw Error(place, "The number is too large.");
        if (op is "*" or "/" or "**" or "%")
            throw Error(place, a.IsConstant
                && b.IsConstant ? "This has no finite value."
                : "Angles that are not known here can be added, and multiplied by numbers; they cannot be combined by '" + op + "'.");
        if (!a.IsConstant || !b.IsConstant) throw Error(place, "The value is not known here.");
        return Comparison(op, (a - b).Sign) ?? throw NoOperator(place, op);
    }

    private QasmValue RuntimeBinary(QasmNode place, string op, QasmValue left, QasmValue right)
    {
        if (op is "&&" or "||") return Runtime(new ClassicalBinary(op, Boolean(place, left), Boolean(place, right)));
        if (op is not ("==" or "!=" or "<" or "<=" or ">" or ">=" or "&" or "|" or "^" or "+" or "-")) throw NoOperator(place, op);
        return Runtime(new ClassicalBinary(op, Number(place, left), Number(place, right)));
    }

    private static QasmRuntime Runtime(ClassicalExpression expression) => new(expression);

    // 1 if the value is not 0.
    private static ClassicalExpression Truth(ClassicalExpression expression)
        => IsTruth(expression) ? expression : new ClassicalBinary("!=", expression, new ClassicalConstant(0));

    private static bool IsTruth(ClassicalExpression expression) => expression switch
    {
        ClassicalNot or ClassicalBits { Positions.Count: 1, IsSigned: false } => true,
        ClassicalBinary { Operator: "+" or "-" } => false,
        ClassicalBinary { Operator: "&" or "|" or "^" } binary => IsTruth(binary.Left) && IsTruth(binary.Right),
        ClassicalBinary => true,
        _ => false,
    };

    private static ClassicalBits BitsOf(QasmBitRange bits) => new(bits.Bits, false);

    // The value as a number that is computed when the program runs.
    private static ClassicalExpression Number(QasmNode place, QasmValue value) => value switch
    {
        QasmBitRange { Bits.Length: > 63 } => throw Error(place, "More than 63 bits cannot be a number."),
        QasmBitRange bits => BitsOf(bits),
        QasmRuntime runtime => runtime.Expression,
        QasmBoolean known => new ClassicalConstant(known.Value ? 1 : 0),
        QasmInteger known when known.Value >= long.MinValue && known.Value <= long.MaxValue => new ClassicalConstant((long)known.Value),
        QasmBitString { Bits.Length: <= 63 } known => new ClassicalConstant(known.Bits.Select((b, i) => b ? 1L << i : 0).Sum()),
        _ => throw Error(place, "This is no value that bits can be compared with."),
    };

    private static ClassicalExpression Boolean(QasmNode place, QasmValue value) => Number(place, value);

    /// <summary>A condition; a constant if its value is known.</summary>
    private ClassicalExpression Condition(QasmExpression expression)
    {
        var value = Evaluate(expression);
        if (value is QasmReal) throw Error(expression, "A condition is true or false.");
        if (value is QasmMeasured) throw Error(expression, "Measure into a bit first, and ask for the bit.");
        return Number(expression, value);
    }

    private BigInteger Integer(QasmExpression expression) => Evaluate(expression) switch
    {
        QasmInteger integer => integer.Value,
        QasmBoolean known => known.Value ? 1 : 0,
        _ => throw Error(expression, "This has to be a whole number that is known before the program runs."),
    };

    private QasmValue Known(QasmExpression expression) => Known(Evaluate(expression), expression);

    private static QasmValue Known(QasmValue value, QasmNode place)
        => value is QasmInteger or QasmReal or QasmBoolean or QasmBitString
            ? value : throw Error(place, "The value has to be known before the program runs.");

    private QasmValue Index(QasmIndex e, QasmValue operand, QasmValue index)
    {
        int size = operand switch
        {
            QasmQubitRange { IsArray: true } q => q.Qubits.Length,
            QasmBitRange { IsArray: true } b => b.Bits.Length,
            QasmBitString s => s.Bits.Length,
            QasmMeasured => throw Error(e, "The result of a measurement has no index; measure into bits first."),
            _ => throw Error(e, "This is no register, so it has no index."),
        };
        int At(BigInteger position)
        {
            var fromStart = position.Sign < 0 ? position + size : position;
            return fromStart.Sign >= 0 && fromStart < size ? (int)fromStart
                : throw Error(e.Index,
                    "The index " + position.ToString(CultureInfo.InvariantCulture) + " is out of range: the register has "
                    + Count(size, "element") + ".");
        }

        int[] positions = index switch
        {
            QasmInteger one => [At(one.Value)],
            QasmRangeValue range => [.. Positions(range)],
            QasmSetValue set => [.. set.Elements.Select(
            v => v is QasmInteger one ? At(one.Value) : throw Error(e.Index, "An index is a whole number."))],
            QasmBitRange or QasmRuntime => throw Error(e.Index, "An index has to be known before the program runs."),
            _ => throw Error(e.Index, "An index is a whole number."),
        };
        bool isArray = index is not QasmInteger;
        return operand switch
        {
            QasmQubitRange q => new QasmQubitRange([.. positions.Select(p => q.Qubits[p])], isArray),
            QasmBitRange b => new QasmBitRange([.. positions.Select(p => b.Bits[p])], isArray),
            _ => new QasmBitString([.. positions.Select(p => ((QasmBitString)operand).Bits[p])]),
        };

        IEnumerable<int> Positions(QasmRangeValue range)
        {
            int start = range.Start == FromStart ? range.Step.Sign > 0 ? 0 : size - 1 : At(range.Start);
            int stop = range.Stop == ToEnd ? range.Step.Sign > 0 ? size - 1 : 0 : At(range.Stop);
            for (BigInteger p = start; range.Step.Sign > 0 ? p <= stop : p >= stop; p += range.Step) yield return (int)p;
        }
    }

    private IEnumerable<QasmValue> Values(QasmExpression expression)
    {
        switch (Evaluate(expression))
        {
            case QasmRangeValue range:
                if (range.Start == FromStart || range.Stop == ToEnd) throw Error(expression, "The range of a loop has a start and an end.");
                return Numbers(range);
            case QasmSetValue set:
                return set.Elements;
            case QasmQubitRange { IsArray: true } qubits:
                return qubits.Qubits.Select(q => new QasmQubitRange([q], false));
            case QasmBitRange { IsArray: true } bits:
                return bits.Bits.Select(b => new QasmBitRange([b], false));
            case QasmBitString bits:
                return bits.Bits.Select(b => new QasmBoolean(b));
            default:
                throw Error(expression, "A loop goes over a range, a set or a register.");
        }

        static IEnumerable<QasmValue> Numbers(QasmRangeValue range)
        {
            for (var i = range.Start; range.Step.Sign > 0 ? i <= range.Stop : i >= range.Stop; i += range.Step)
                yield return new QasmInteger(i);
        }
    }

    private QasmValue Convert(QasmNode place, QasmValue value, QasmType type)
    {
        BigInteger? size = type.Size is null ? null : Integer(type.Size);
        if (size is { } s && (s < 1 || s > options.MaxQubits)) throw Error(type.Span, "The size of the type is out of range.");
        switch (type.Name, value)
        {
            case ("int" or "uint", QasmInteger integer):
                return integer;
            case ("int" or "uint", QasmBoolean known):
                return new QasmInteger(known.Value ? 1 : 0);
            case ("int" or "uint", QasmReal real) when QasmNumbers.AsNumber(real.Value) is { } number:
                // Rounds towards zero.
                return new QasmInteger(number.Sign < 0 ? -(-number).Floor : number.Floor);
            case ("int" or "uint", QasmBitString { Bits.Length: <= 63 } bits):
                return new QasmInteger((long)((ClassicalConstant)Number(place, bits)).Value);
            case ("int" or "uint", QasmBitRange bits):
                if (bits.Bits.Length > 63) throw Error(place, "More than 63 bits cannot be a number.");
                if (size is { } width && width < bits.Bits.Length) throw Error(place, "The bits do not fit into the number.");
                return new QasmRuntime(new ClassicalBits(bits.Bits, type.Name == "int" && size == bits.Bits.Length));
            case ("int" or "uint" or "bool", QasmRuntime runtime):
                return type.Name == "bool" ? Runtime(Truth(runtime.Expression)) : runtime;
            case ("float" or "angle", QasmInteger or QasmReal):
                return new QasmReal(ToReal(value));
            case ("bool", QasmBoolean or QasmBitRange { IsArray: false }):
                return value;
            case ("bool", QasmInteger known):
                return new QasmBoolean(!known.Value.IsZero);
            case ("bool", QasmBitRange bits):
                return Runtime(Truth(Number(place, bits)));
            case ("bit", QasmBitString or QasmBitRange):
                return value;
            case ("bit", QasmBoolean known) when size is null:
                return new QasmBitString([known.Value]);
            case ("bit", QasmInteger known) when known.Value.Sign >= 0 && known.Value >> (int)(size ?? 1) == 0:
                return new QasmBitString([.. Enumerable.Range(0, (int)(size ?? 1)).Select(i => !(known.Value >> i).IsEven)]);
            default:
                throw Error(place, "The value cannot be of type '" + type.Name + "'.");
        }
    }

    private QasmValue Call(QasmCall e)
    {
        var arguments = e.Arguments.Select(Evaluate).ToList();
        if (e.Function == "sizeof" && arguments.Count == 1)
        {
            return new QasmInteger(arguments[0] switch
            {
                QasmQubitRange qubits => qubits.Qubits.Length,
                QasmBitRange bits => bits.Bits.Length,
                _ => throw Error(e, "'sizeof' is for registers."),
            });
        }

        double Argument(int index)
        {
            if (arguments.Count <= index) throw Error(e, "The function '" + e.Function + "' takes more arguments.");
            if (arguments[index] is not (QasmInteger or QasmReal)) throw Error(e.Arguments[index], "The argument has to be a number.");
            var number = ToReal(arguments[index]);
            return number.IsConstant ? number.ToRadians()
                : throw Error(e.Arguments[index],
                    "'" + e.Function + "' of an angle that is not known here cannot be kept exactly: only sums and multiples can.");
        }

        double? result = e.Function switch
        {
            "sin" => Math.Sin(Argument(0)),
            "cos" => Math.Cos(Argument(0)),
            "tan" => Math.Tan(Argument(0)),
            "arcsin" => Math.Asin(Argument(0)),
            "arccos" => Math.Acos(Argument(0)),
            "arctan" => Math.Atan(Argument(0)),
            "exp" => Math.Exp(Argument(0)),
            "ln" or "log" => Math.Log(Argument(0)),
            "sqrt" => Math.Sqrt(Argument(0)),
            "floor" => Math.Floor(Argument(0)),
            "ceiling" => Math.Ceiling(Argument(0)),
            "pow" => Math.Pow(Argument(0), Argument(1)),
            "mod" => Argument(0) % Argument(1),
            _ => null,
        };
        if (result is not { } value) throw Error(e, "There is no function '" + e.Function + "'.");
        if (e.Arguments.Count != (e.Function is "pow" or "mod" ? 2 : 1))
            throw Error(e, "The function '" + e.Function + "' takes another number of arguments.");
        if (e.Function is "pow" or "mod" && arguments[0] is QasmInteger a && arguments[1] is QasmInteger b && b.Value.Sign >= 0)
            return IntegerBinary(e, e.Function == "pow" ? "**" : "%", a.Value, b.Value);
        return QasmNumbers.FromDouble(value) is { } real ? new QasmReal(real) : throw Error(e, "The value is not finite.");
    }

    private static OpenQasmException NoOperator(QasmNode place, string op)
        => Error(place, "The operator '" + op + "' does not apply to these values.");
}
