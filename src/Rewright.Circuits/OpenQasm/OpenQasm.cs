using System;
using System.Globalization;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>The versions of OpenQASM.</summary>
public enum OpenQasmVersion
{
    /// <summary>OpenQASM 2.0, with <c>qelib1.inc</c>.</summary>
    V2,
    /// <summary>OpenQASM 3.0, with <c>stdgates.inc</c>.</summary>
    V3,
}

/// <summary>The options of reading a program.</summary>
/// <remarks>The limits prevent a short text from filling the memory or running forever.</remarks>
public sealed record OpenQasmOptions
{
    /// <summary>The default options.</summary>
    public static OpenQasmOptions Default { get; } = new();

    /// <summary>The name of the text, for messages.</summary>
    public string File { get; init; } = "";

    /// <summary>
    /// Returns the text of an included file, or null if there is none. <c>stdgates.inc</c> and <c>qelib1.inc</c> are built in.
    /// </summary>
    public Func<string, string?>? Include { get; init; }

    /// <summary>The version of a program that does not name one.</summary>
    public OpenQasmVersion DefaultVersion { get; init; } = OpenQasmVersion.V3;

    /// <summary>The most qubits, and also the most bits.</summary>
    public int MaxQubits { get; init; } = 100_000;

    /// <summary>The most operations, after loops are unrolled and registers expanded.</summary>
    public int MaxOperations { get; init; } = 2_000_000;
}

/// <summary>An OpenQASM program is wrong, or uses something unsupported.</summary>
public sealed class OpenQasmException : Exception
{
    /// <summary>Reports a mistake at a place.</summary>
    public OpenQasmException(SourceSpan span, string message)
        : base((span.Line == 0
            ? "" : span.File.Length > 0
            ? span + ": " : "(" + span.Line.ToString(CultureInfo.InvariantCulture) + ","
            + span.Column.ToString(CultureInfo.InvariantCulture) + "): ") + "error: " + message)
        => (Span, Reason) = (span, message);

    /// <summary>The place of the mistake.</summary>
    public SourceSpan Span { get; }

    /// <summary>The message without the place.</summary>
    public string Reason { get; }
}

/// <summary>Reads and writes circuits in OpenQASM.</summary>
/// <example><code>
/// var circuit = OpenQasm.Read(File.ReadAllText("adder.qasm"));
/// File.WriteAllText("adder3.qasm", OpenQasm.Write(circuit));
/// </code></example>
public static class OpenQasm
{
    /// <summary>Reads a program of OpenQASM 2.0 or 3.0; its first line names the version.</summary>
    /// <remarks>
    /// Loops over known ranges are unrolled and broadcasts expanded; gate definitions are kept. Angles are kept exactly. Annotations and
    /// pragmas are skipped. A gate that the program defines replaces the gate with its name in the standard library.
    /// </remarks>
    /// <exception cref="OpenQasmException">The program is wrong, or uses something that a circuit cannot represent.</exception>
    public static Circuit Read(string text, OpenQasmOptions? options = null)
        => new QasmReader(options ?? OpenQasmOptions.Default).Read(text);

    /// <summary>Writes a circuit as a program that reads back to an equivalent circuit.</summary>
    /// <remarks>OpenQASM 2.0 has no global phase, so it is omitted there. Gates that the standard library lacks get definitions.</remarks>
    /// <exception cref="NotSupportedException">The language cannot express the circuit; the message says why.</exception>
    public static string Write(Circuit circuit, OpenQasmVersion version = OpenQasmVersion.V3) => new QasmWriter(version).Write(circuit);
}
