using System;
using System.CommandLine;
using System.IO;
using Rewright.Cli.Arguments;
using Rewright.Quantum;
using Rewright.Quantum.Drawing;

namespace Rewright.Cli.Circuits;

/// <summary><c>rewright circuit</c>: counts, compares, draws and optimises programs in OpenQASM.</summary>
internal static class CircuitCommand
{
    private const int Different = 1, Wrong = 2;

    public static Command Create()
        => new("circuit", "Count, compare, draw and optimise circuits in OpenQASM 2 or 3.") { Stats(), Equal(), Draw(),
        OptimizeCommand.Create() };

    private static Command Stats()
    {
        var files = FileArguments.Several("FILE.qasm", "Programs in OpenQASM.");
        var command = new Command("stats", "Count all gates, two-qubit gates and T gates, and measure the depth.") { files };
        command.SetAction(parse => Guarded(() =>
        {
            foreach (string file in parse.GetValue(files)!)
            {
                var circuit = Read(file);
                var s = CircuitStatistics.Of(circuit);
                string size = FormattableString.Invariant($"{circuit.QubitCount} qubits, {circuit.BitCount} bits");
                string gates = FormattableString.Invariant(
                    $"{s.Total} gates, {s.TwoQubit} on two qubits, {s.MultiQubit} on more, {s.T} T, depth {s.Depth}");
                Console.WriteLine($"{file}: {size}, {gates}");
                foreach (var (gate, count) in s.Gates) Console.WriteLine(FormattableString.Invariant($"  {gate} {count}"));
            }

            return 0;
        }));
        return command;
    }

    private static Command Equal()
    {
        var first = new Argument<string>("A.qasm") { Description = "A program in OpenQASM." };
        var second = new Argument<string>("B.qasm") { Description = "The program to compare it with." };
        var command = new Command(
            "equal", "Prove that two circuits are equal up to a global phase. The exit code is 0 if they are, 1 if they are not, 2 if "
                + "neither can be proved.") { first, second };
        command.SetAction(parse => Guarded(() =>
        {
            switch (RotationEquivalence.Compare(Read(parse.GetValue(first)!), Read(parse.GetValue(second)!)))
            {
                case Equivalent { Phase: var phase }:
                    Console.WriteLine(phase.IsZero ? "equal" : "equal up to a global phase of " + phase);
                    return 0;
                case NotEquivalent { Counterexample: var text }:
                    Console.WriteLine("different: " + text);
                    return Different;
                case EquivalenceUnknown { Reason: var reason }:
                    Console.WriteLine("not known: " + reason);
                    return Wrong;
                default:
                    throw new InvalidOperationException();
            }
        }));
        return command;
    }

    private static Command Draw()
    {
        var file = new Argument<string>("FILE.qasm") { Description = "A program in OpenQASM." };
        var output = new Option<string?>("-o", "--output")
        {
            Description = "The file to write; a name that ends in .svg selects SVG, any other name text. By default, "
                + "text goes to standard output."
        };
        var width = new Option<int>("--width") { Description = "Characters per line; 0 for no limit.", DefaultValueFactory = _ => 120 };
        var command = new Command("draw", "Draw a circuit as text or as SVG.") { file, output, width };
        command.SetAction(parse => Guarded(() =>
        {
            var circuit = Read(parse.GetValue(file)!);
            string? path = parse.GetValue(output);
            string text = path?.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) == true
                ? CircuitDrawing.ToSvg(circuit) : CircuitDrawing.ToText(circuit, parse.GetValue(width));
            if (path is null) Console.Out.Write(text);
            else File.WriteAllText(path, text);
            return 0;
        }));
        return command;
    }

    /// <summary>Reads a program and the files that it includes, which lie beside it.</summary>
    internal static Circuit Read(string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return OpenQasm.Read(TextFile.Read(file), new()
        {
            File = file,
            Include = name => Included(Path.Combine(folder, name)),
        });
    }

    // A file that cannot be read counts as missing, so that the error points at the include.
    private static string? Included(string path)
    {
        try
        {
            return TextFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Runs a command; mistakes in files and programs become one line of error text.</summary>
    internal static int Guarded(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (
            e is OpenQasmException or NotSupportedException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e is OpenQasmException ? e.Message : "error: " + e.Message);
            return Wrong;
        }
    }
}
