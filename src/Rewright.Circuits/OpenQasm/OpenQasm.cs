using System;
using System.Globalization;
using Rewright.Model;

namespace Rewright.Quantum;

/// <summary>A version of OpenQASM.</summary>
public enum OpenQasmVersion
{
    /// <summary>OpenQASM 2.0, with <c>qelib1.inc</c>.</summary>
    V2,
    /// <summary>OpenQASM 3.0, with <c>stdgates.inc</c>.</summary>
    V3,
}

/// <summary>How a program is read.</summary>
/// <remarks>The limits keep a short text from filling the memory or running for ever.</remarks>
public sealed record OpenQasmOptions
{
    /// <summary>What is meant where nothing else is said.</summary>
    public static OpenQasmOptions Default { get; } = new();

    /// <summary>Name of the text, for messages.</summary>
    public string File { get; init; } = "";

    /// <summary>
    /// Gives the text of an included file, or null where there is none. <c>stdgates.inc</c> and <c>qelib1.inc</c> are known without.
    /// </summary>
    public Func<string, string?>? Include { get; init; }

    /// <summary>The version of a program that names none.</summary>
    public OpenQasmVersion DefaultVersion { get; init; } = OpenQasmVersion.V3;

    /// <summary>The most qubits, and the most bits.</summary>
    public int MaxQubits { get; init; } = 100_000;

    /// <summary>The most operations, with loops unrolled and registers taken apart.</summary>
    public int MaxOperations { get; init; } = 2_000_000;
}

/// <summary>A program in OpenQASM is wrong, or uses what is not supported.</summary>
public sealed class OpenQasmException : Exception
{
    /// <summary>A mistake at a place.</summary>
    public OpenQasmException(SourceSpan span, string message)
        : base((span.Line == 0
            ? "" : span.File.Length > 0
            ? span + ": " : "(" + span.Line.ToString(CultureInfo.InvariantCulture) + ","
            + span.Column.ToString(CultureInfo.InvariantCulture) + "): ") + "error: " + message)
        => (Span, Reason) = (span, message);

    /// <summary>Where.</summary>
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
    /// <summary>Reads a program of OpenQASM 2.0 or 3.0; its first line says which.</summary>
    /// <remarks>
    /// Loops over ranges that are known are unrolled and broadcasts taken apart; gate definitions stay. Angles are kept exactly.
    /// Annotations and pragmas are skipped. A gate that a program defines anew takes the place of the one of that name in the standard
    /// library.
    /// </remarks>
    /// <exception cref="OpenQasmException">The program is wrong, or uses what a circuit cannot hold.</exception>
    public static Circuit Read(string text, OpenQasmOptions? options = null)
        => new QasmReader(options ?? OpenQasmOptions.Default).Read(text);

    /// <summary>Writes a circuit as a program that reads back to an equivalent circuit.</summary>
    /// <remarks>OpenQASM 2.0 has no global phase: there it is left out. Gates that its library does not have get definitions.</remarks>
    /// <exception cref="NotSupportedException">The language cannot express the circuit; the message says what.</exception>
    public static string Write(Circuit circuit, OpenQasmVersion version = OpenQasmVersion.V3) => new QasmWriter(version).Write(circuit);
}
