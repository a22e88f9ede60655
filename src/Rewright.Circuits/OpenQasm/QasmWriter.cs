using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>Writes circuits as OpenQASM programs.</summary>
internal sealed class QasmWriter(OpenQasmVersion version)
{
    private const long MaxExpandedSteps = 100_000;

    private static readonly HashSet<string> Reserved =
    [
        "OPENQASM", "include", "defcalgrammar", "def", "cal", "defcal", "gate", "extern", "box", "let", "break", "continue", "if", "else",
        "end", "return", "for", "while", "in",
        "switch", "case", "default", "nop", "pragma", "input", "output", "const", "readonly", "mutable", "qreg", "qubit", "creg", "bool",
        "bit", "int", "uint", "float", "angle", "complex",
        "array", "void", "duration", "stretch", "gphase", "inv", "pow", "ctrl", "negctrl", "durationof", "delay", "reset", "measure",
        "barrier", "opaque", "true", "false",
        "pi", "tau", "euler", "sin", "cos", "tan", "exp", "ln", "sqrt", "log", "mod", "arcsin", "arccos", "arctan", "floor", "ceiling",
        "popcount", "rotl", "rotr", "sizeof", "real", "imag",
    ];

    // The gates that the languages' libraries define under these names in all implementations. Implementations differ on cu3, csx and rccx,
    // so those get definitions.
    private static readonly HashSet<string> LibraryOfV3 =
    [
        "p", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "rx", "ry", "rz", "cx", "cy", "cz", "cp", "crx", "cry", "crz", "ch", "swap",
        "ccx", "cswap", "cu", "id", "u1", "u2", "u3", "U", "gphase",
    ];

    private static readonly HashSet<string> LibraryOfV2 =
    [
        "u3", "u2", "u1", "cx", "id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "rx", "ry", "rz", "cz", "cy", "ch", "ccx", "crz", "cu1",
        "sxdg", "rxx", "rzz", "c3x", "c3sqrtx",
    ];

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _definitions = new();
    private readonly HashSet<string> _names = new(Reserved, StringComparer.Ordinal);
    private readonly Dictionary<string, Angle> _inputs = [];
    private readonly Dictionary<Gate, string> _gateNames = [];
    private readonly Dictionary<(bool IsFlip, int Qubits), string> _controlled = [];
    private Circuit _circuit = Circuit.Of([]);
    private string[] _qubits = [];
    private string[] _bits = [];

    public string Write(Circuit circuit)
    {
        _circuit = circuit;
        foreach (var gate in StandardGates.All) _names.Add(gate.Name);
        // Inputs keep their names if possible, because callers use them.
        var inputs = circuit.Operations.SelectMany(Gates).SelectMany(g => g.Angles).SelectMany(a => a.Symbols).Distinct().OrderBy(
            n => n, StringComparer.Ordinal).ToList();
        if (inputs.Count > 0 && version == OpenQasmVersion.V2)
            throw new NotSupportedException("OpenQASM 2 has no inputs: the angle '" + inputs[0] + "' needs a value.");
        foreach (string input in inputs) _inputs.Add(input, Angle.Symbol(NewName(input)));

        var head = new StringBuilder();
        head.Append(version == OpenQasmVersion.V2
            ? "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n" : "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n");
        foreach (string input in inputs) head.Append("input float ").Append(_inputs[input]).Append(";\n");
        var registers = new StringBuilder();
        _qubits = Declare(circuit.QubitRegisters, registers, "qubit", "qreg");
        _bits = Declare(circuit.BitRegisters, registers, "bit", "creg");
        Block(circuit.Operations, "");
        return head.Append(_definitions).Append(registers).Append(_text).ToString();
    }

    private static IEnumerable<GateOperation> Gates(CircuitOperation operation) => operation switch
    {
        GateOperation gate => [gate],
        IfOperation o => o.Then.Concat(o.Else).SelectMany(Gates),
        WhileOperation o => o.Body.SelectMany(Gates),
        _ => [],
    };

    private string[] Declare(EquatableArray<Register> registers, StringBuilder output, string word, string wordOfV2)
    {
        var elements = new string[registers.Sum(r => r.Size)];
        foreach (var register in registers)
        {
            string name = NewName(register.Name);
            if (version == OpenQasmVersion.V2)
                output.Append(wordOfV2).Append(' ').Append(name).Append('[').Append(Text(register.Size)).Append("];\n");
            else if (register.IsArray) output.Append(word).Append('[').Append(Text(register.Size)).Append("] ").Append(name).Append(";\n");
            else output.Append(word).Append(' ').Append(name).Append(";\n");
            for (int i = 0; i < register.Size; i++)
                elements[register.Start + i] = register.IsArray || version == OpenQasmVersion.V2 ? name + "[" + Text(i) + "]" : name;
        }

        return elements;
    }

    private void Block(EquatableArray<CircuitOperation> operations, string indent)
    {
        foreach (var operation in operations) Operation(operation, indent);
    }

    private void Operation(CircuitOperation operation, string indent)
    {
        switch (operation)
        {
            case GateOperation gate:
                Append(_text, gate, q => _qubits[q], indent, s => _inputs[s]);
                return;
            case MeasureOperation { Bit: { } bit } o:
                if (version == OpenQasmVersion.V2) Line(indent, "measure ", _qubits[o.Qubit.Index], " -> ", _bits[bit]);
                else Line(indent, _bits[bit], " = measure ", _qubits[o.Qubit.Index]);
                return;
            case MeasureOperation o:
                if (version == OpenQasmVersion.V2)
                    throw new NotSupportedException("OpenQASM 2 cannot express a measurement without a bit that takes the result.");
                Line(indent, "measure ", _qubits[o.Qubit.Index]);
                return;
            case ResetOperation o:
                Line(indent, "reset ", _qubits[o.Qubit.Index]);
                return;
            case BarrierOperation { Qubits.Count: > 0 } o:
                Line(indent, "barrier ", string.Join(", ", o.Qubits.Select(q => _qubits[q.Index])));
                return;
            case BarrierOperation:
                return;
            case IfOperation o when version == OpenQasmVersion.V2:
                IfOfV2(o, indent);
                return;
            case AssignOperation or WhileOperation when version == OpenQasmVersion.V2:
                throw new NotSupportedException(
                    "OpenQASM 2 cannot express " + (operation is AssignOperation ? "an assignment to a bit." : "a loop."));
            case AssignOperation o:
                Line(indent, _bits[o.Bit], " = ",
                    o.Value is ClassicalConstant { Value: var value } ? value != 0 ? "true" : "false" : Condition(o.Value, 0));
                return;
            case IfOperation o:
                _text.Append(indent).Append("if (").Append(Condition(o.Condition, 0)).Append(") {\n");
                Block(o.Then, indent + "    ");
                if (o.Else.Count > 0)
                {
                    _text.Append(indent).Append("} else {\n");
                    Block(o.Else, indent + "    ");
                }

                _text.Append(indent).Append("}\n");
                return;
            case WhileOperation o:
                _text.Append(indent).Append("while (").Append(Condition(o.Condition, 0)).Append(") {\n");
                Block(o.Body, indent + "    ");
                _text.Append(indent).Append("}\n");
                return;
        }
    }

    // Each operation gets the condition, so none of them may change the bits that the next one tests.
    private void IfOfV2(IfOperation operation, string indent)
    {
        bool isKnown = operation.Condition is ClassicalBinary { Operator: "==", Left: ClassicalBits, Right: ClassicalConstant };
        var register = isKnown ? WholeRegister((ClassicalBits)((ClassicalBinary)operation.Condition).Left) : null;
        if (register is null || operation.Else.Count > 0)
            throw new NotSupportedException("OpenQASM 2 can only ask whether a whole register is equal to a number, and has no 'else'.");
        var bits = Enumerable.Range(register.Start, register.Size);
        foreach (var inner in operation.Then)
        {
            if (inner is not (GateOperation or MeasureOperation or ResetOperation) || operation.Then.Count > 1
                && inner is MeasureOperation { Bit: { } bit } && bits.Contains(bit))
                throw new NotSupportedException("OpenQASM 2 can make only single gates, measurements and resets depend on a register.");
            if (inner is GateOperation { Gate: var gate } && gate == StandardGates.GPhase) continue;
            _text.Append(indent).Append("if (").Append(RegisterName(register)).Append(" == ").Append(
                Text(((ClassicalConstant)((ClassicalBinary)operation.Condition).Right).Value)).Append(") ");
            Operation(inner, "");
        }
    }

    private Register? WholeRegister(ClassicalBits bits)
        => bits.IsSigned ? null
            : _circuit.BitRegisters.FirstOrDefault(
            r => (r.IsArray || version == OpenQasmVersion.V2) && r.Size == bits.Positions.Count
            && bits.Positions.Select((p, i) => p - i).All(p => p == r.Start));

    private string RegisterName(Register register)
    {
        string element = _bits[register.Start];
        int bracket = element.IndexOf('[');
        return bracket < 0 ? element : element.Substring(0, bracket);
    }

    // As in C, '&' binds less tightly than '==' in OpenQASM 3's grammar.
    private static int Precedence(string op) => op switch
    {
        "||" => 1,
        "&&" => 2,
        "|" => 3,
        "^" => 4,
        "&" => 5,
        "==" or "!=" => 6,
        "<" or "<=" or ">" or ">=" => 7,
        _ => 9,
    };

    private string Condition(ClassicalExpression expression, int outer)
    {
        switch (expression)
        {
            case ClassicalConstant { Value: var value }:
                return outer > 0 ? Text(value) : value != 0 ? "true" : "false";
            case ClassicalBits { Positions.Count: 1, IsSigned: false } bits:
                return _bits[bits.Positions[0]];
            case ClassicalBits bits:
                return outer > 0 ? Bits(bits) : Bits(bits) + " != 0";
            case ClassicalNot not:
                return not.Operand is ClassicalBits { Positions.Count: 1 } bit
                    ? "!" + Condition(bit, 9) : "!(" + Condition(not.Operand, 0) + ")";
            case ClassicalBinary { Operator: "&&" or "||" } binary:
            {
                // Each side is a condition by itself.
                string text = Side(binary.Left) + " " + binary.Operator + " " + Side(binary.Right);
                return outer == 0 ? text : "(" + text + ")";
                string Side(ClassicalExpression side) => side is ClassicalBits { Positions.Count: 1 } or ClassicalNot
                    ? Condition(side, 1) : "(" + Condition(side, 0) + ")";
            }

            case ClassicalBinary binary:
            {
                int precedence = Precedence(binary.Operator);
                string text = Condition(binary.Left, precedence) + " " + binary.Operator + " " + Condition(binary.Right, precedence + 1);
                return precedence < outer ? "(" + text + ")" : text;
            }

            default:
                throw new InvalidOperationException("There is no text for " + expression.GetType().Name + ".");
        }
    }

    private string Bits(ClassicalBits bits)
    {
        if (WholeRegister(bits) is { } whole) return RegisterName(whole);
        var register = _circuit.BitRegisters.First(r => bits.Positions[0] >= r.Start && bits.Positions[0] < r.Start + r.Size);
        if (!bits.Positions.All(p => p >= register.Start && p < register.Start + register.Size))
            throw new NotSupportedException("OpenQASM cannot make one number of bits of several registers.");
        string cast = (bits.IsSigned ? "int[" : "uint[") + Text(bits.Positions.Count) + "](" + RegisterName(register);
        if (!register.IsArray || bits.Positions.Count == register.Size
            && bits.Positions.Select((p, i) => p - i).All(p => p == register.Start))
            return cast + ")";
        var positions = bits.Positions.Select(p => p - register.Start).ToList();
        bool isRange = positions.Select((p, i) => p - i).All(p => p == positions[0]);
        return cast + (isRange
            ? "[" + Text(positions[0]) + ":" + Text(positions[positions.Count - 1]) + "])"
            : "[{" + string.Join(", ", positions.Select(p => Text(p))) + "}])");
    }

    private void Append(StringBuilder output, GateOperation operation, Func<int, string> qubit, string indent, Func<string, Angle?> angle)
    {
        if (version == OpenQasmVersion.V2 && operation.Gate == StandardGates.GPhase) return;
        var angles = operation.Angles.Select(a => a.Substitute(angle)).ToEquatableArray();
        // U0 only waits, and a circuit has no time, so its angle is dropped.
        if (operation.Gate == StandardGates.U0) angles = EquatableArray<Angle>.Empty;
        output.Append(indent).Append(Head(operation.Gate));
        if (angles.Count > 0) output.Append('(').Append(string.Join(", ", angles.Select(Text))).Append(')');
        for (int i = 0; i < operation.Qubits.Count; i++) output.Append(i == 0 ? " " : ", ").Append(qubit(operation.Qubits[i].Index));
        output.Append(";\n");
    }

    /// <summary>The text before the angles. Makes sure that the gate is defined.</summary>
    private string Head(Gate gate)
    {
        if (gate is StandardGate standard && (version == OpenQasmVersion.V2 ? LibraryOfV2 : LibraryOfV3).Contains(gate.Name))
            return gate.Name;
        if (_gateNames.TryGetValue(gate, out string? known)) return known;
        string head = gate is DefinedGate defined ? Define(defined) : version == OpenQasmVersion.V2 ? HeadOfV2(gate) : HeadOfV3(gate);
        _gateNames.Add(gate, head);
        return head;
    }

    private string Define(DefinedGate gate)
    {
        string name = NewName(gate.Name);
        var local = new HashSet<string>(Reserved, StringComparer.Ordinal);
        var angles = gate.Angles.Select(a => Unique(a, local)).ToList();
        var qubits = gate.Qubits.Select(q => Unique(q, local)).ToList();
        var body = new StringBuilder();
        foreach (var operation in gate.Body.Operations)
        {
            if (operation is GateOperation inner)
                Append(body, inner, q => qubits[q], "    ",
                    s => gate.Angles.Items.IndexOf(s) is >= 0 and var i ? Angle.Symbol(angles[i]) : null);
            else if (operation.Qubits.Count > 0)
                body.Append("    barrier ").Append(string.Join(", ", operation.Qubits.Select(q => qubits[q.Index]))).Append(";\n");
        }

        Definition(name, angles, qubits, body.ToString());
        return name;
    }

    private void Definition(string name, IReadOnlyCollection<string> angles, IReadOnlyCollection<string> qubits, string body)
    {
        _definitions.Append("gate ").Append(name);
        if (angles.Count > 0) _definitions.Append('(').Append(string.Join(", ", angles)).Append(')');
        if (qubits.Count > 0) _definitions.Append(' ').Append(string.Join(", ", qubits));
        _definitions.Append(" {\n").Append(body).Append("}\n");
    }

    private string HeadOfV3(Gate gate)
    {
        if (gate is ModifiedGate m)
        {
            string power = m.Power == 1 ? "" : m.Power == -1 ? "inv @ " : m.Power.IsInteger ? "pow(" + m.Power + ") @ "
                : "pow(" + (Rational)m.Power.Numerator + ".0/" + (Rational)m.Power.Denominator + ".0) @ ";
            return Controls(m.Controls) + power + Head(m.Base);
        }

        if (gate == StandardGates.U0) return "id";
        if (gate == StandardGates.SXdg) return "inv @ sx";
        var standard = (StandardGate)gate;
        if (standard.Controls > 0) return Controls(standard.Controls) + Head(standard.Root);
        return DefineByLibrary(standard);
    }

    private static string Controls(int count) => count == 0 ? "" : count == 1 ? "ctrl @ " : "ctrl(" + Text(count) + ") @ ";

    // Defines a gate that the language's library lacks by gates that it has. In OpenQASM 2 the definition holds up to a global phase.
    private string DefineByLibrary(StandardGate gate)
    {
        (string[] Angles, string[] Qubits, string Body)? definition = gate.Name switch
        {
            "sx" => ([], ["a"], "sdg a; h a; sdg a;"),
            "swap" => ([], ["a", "b"], "cx a, b; cx b, a; cx a, b;"),
            "cswap" => ([], ["a", "b", "c"], "cx c, b; ccx a, b, c; cx c, b;"),
            "ccz" => ([], ["a", "b", "c"], "h c; ccx a, b, c; h c;"),
            "crx" => (["t"], ["a", "b"], "h b; crz(t) a, b; h b;"),
            "cry" => (["t"], ["a", "b"], "ry(t/2) b; cx a, b; ry(-(t/2)) b; cx a, b;"),
            "csx" => ([], ["a", "b"], "h b; cu1(pi/2) a, b; h b;"),
            "cu3" => (["t", "m", "l"], ["a", "b"], "crz(l) a, b; ry(t/2) b; cx a, b; ry(-(t/2)) b; cx a, b; crz(m) a, b;"),
            "cu" => (["t", "m", "l", "g"], ["a", "b"],
            "u1(g) a; u1(m/2) a; u1(l/2) a; crz(l) a, b; ry(t/2) b; cx a, b; ry(-(t/2)) b; cx a, b; crz(m) a, b;"),
            "rxx" => (["t"], ["a", "b"], "h a; h b; cx a, b; rz(t) b; cx a, b; h a; h b;"),
            "rzz" => (["t"], ["a", "b"], "cx a, b; rz(t) b; cx a, b;"),
            "rccx" => ([], ["a", "b", "c"], "h c; t c; cx b, c; tdg c; cx a, c; t c; cx b, c; tdg c; h c;"),
            "rc3x" => ([], ["a", "b", "c", "d"],
                "h d; t d; cx c, d; tdg d; h d; cx a, d; t d; cx b, d; tdg d; cx a, d; t d; cx b, d; tdg d; h d; t d; cx c, d; tdg d; h "
                    + "d;"),
            _ => null,
        };
        if (definition is not { } known) return DefineBySteps(gate);
        // Some libraries have these gates, so their own names cannot be defined again.
        string name = NewName(gate.Name);
        Definition(name, known.Angles, known.Qubits, "    " + known.Body.Replace("; ", ";\n    ") + "\n");
        return name;
    }

    private string HeadOfV2(Gate gate)
    {
        if (gate is not StandardGate standard) return DefineBySteps(gate);
        return gate.Name switch
        {
            "p" => "u1",
            "cp" => "cu1",
            "U" => "u3",
            "u0" => "id",
            _ => DefineByLibrary(standard),
        };
    }

    private string DefineBySteps(Gate gate)
    {
        if (gate.StepCount > MaxExpandedSteps)
            throw new NotSupportedException(
                "The gate '" + gate.Name + "' consists of too many steps to be written as gates of OpenQASM 2.");
        var angles = Enumerable.Range(0, gate.AngleCount).Select(i => "t" + Text(i)).ToList();
        var qubits = Enumerable.Range(0, gate.QubitCount).Select(i => "a" + Text(i)).ToList();
        var steps = new List<ElementaryGate>();
        gate.Expand([.. angles.Select(Angle.Symbol)], [.. Enumerable.Range(0, qubits.Count)], steps);
        var body = new StringBuilder();
        foreach (var step in steps)
        {
            if (step.Qubits.Length == 0) continue;
            string head = step.Kind == ElementaryGateKind.Hadamard
                ? "h" : Controlled(step.Kind == ElementaryGateKind.Flip, step.Qubits.Length);
            body.Append("    ").Append(head);
            if (step.Kind == ElementaryGateKind.Phase) body.Append('(').Append(Text(step.Angle)).Append(')');
            body.Append(' ').Append(string.Join(", ", step.Qubits.Select(q => qubits[q]))).Append(";\n");
        }

        string name = NewName(
            new string([.. gate.Name.Select(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' ? c : '_')]).Replace("___", "_"));
        Definition(name, angles, qubits, body.ToString());
        return name;
    }

    // A controlled flip or phase, defined by the same gate with one control less, so that the text grows only linearly with the controls.
    private string Controlled(bool isFlip, int count)
    {
        if (count <= (isFlip ? 3 : 2)) return (isFlip ? new[] { "x", "cx", "ccx" } : ["u1", "cu1"])[count - 1];
        if (_controlled.TryGetValue((isFlip, count), out string? known)) return known;
        var qubits = Enumerable.Range(0, count).Select(i => "a" + Text(i)).ToList();
        string last = qubits[count - 1], all = string.Join(", ", qubits);
        string body;
        if (isFlip)
        {
            body = "    h " + last + ";\n    " + Controlled(false, count) + "(pi) " + all + ";\n    h " + last + ";\n";
        }
        else
        {
            string before = qubits[count - 2],
                flip = "    " + Controlled(true, count - 1) + " " + string.Join(", ", qubits.Take(count - 1)) + ";\n";
            string rest = string.Join(", ", qubits.Take(count - 2).Append(last));
            body = "    cu1(t/2) " + before + ", " + last + ";\n" + flip + "    cu1(-(t/2)) " + before + ", " + last + ";\n" + flip
                + "    " + Controlled(false, count - 1) + "(t/2) " + rest + ";\n";
        }

        string name = NewName((isFlip ? "mcx" : "mcp") + Text(count));
        Definition(name, isFlip ? [] : ["t"], qubits, body);
        _controlled.Add((isFlip, count), name);
        return name;
    }

    // Names in OpenQASM 2 start with a lower-case letter.
    private string NewName(string wanted)
        => Unique(version == OpenQasmVersion.V2 && wanted.Length > 0 && wanted[0] is < 'a' or > 'z' ? "r" + wanted : wanted, _names);

    private static string Unique(string wanted, HashSet<string> used)
    {
        if (!IsIdentifier(wanted)) wanted = "g" + new string([.. wanted.Select(c => char.IsLetterOrDigit(c) ? c : '_')]);
        string name = wanted;
        for (int i = 1; !used.Add(name); i++) name = wanted + "_" + Text(i);
        return name;
    }

    private static bool IsIdentifier(string name)
        => name.Length > 0 && (name[0] == '_' || char.IsLetter(name[0])) && name.All(c => c == '_' || char.IsLetterOrDigit(c));

    private void Line(string indent, params string[] parts)
    {
        _text.Append(indent);
        foreach (string part in parts) _text.Append(part);
        _text.Append(";\n");
    }

    // By the letter of the language, gates take their angles modulo 2 pi. Then a fraction of a multiple is not the multiple of the
    // fraction, and the negative of a half is not half of the negative. So variables are divided first.
    private static string Text(Angle angle)
    {
        if (angle.IsConstant) return angle.ToString();
        var text = new StringBuilder();
        var constant = angle.Substitute(_ => Angle.Zero);
        if (!constant.IsZero) text.Append(constant);
        foreach (var term in angle.Terms.Where(t => t.Symbol.Length > 0))
        {
            bool isNegative = term.Factor.Sign < 0;
            var size = isNegative ? -term.Factor : term.Factor;
            string part = size.IsInteger ? term.Symbol : term.Symbol + "/" + (Rational)size.Denominator;
            if (!size.Numerator.IsOne) part = (Rational)size.Numerator + "*" + (size.IsInteger ? part : "(" + part + ")");
            if (text.Length > 0) text.Append(isNegative ? " - " : " + ").Append(part);
            else text.Append(!isNegative ? part : part == term.Symbol ? "-" + part : "-(" + part + ")");
        }

        return text.ToString();
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
