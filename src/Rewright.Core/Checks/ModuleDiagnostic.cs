using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>How much a diagnostic matters.</summary>
public enum Severity
{
    /// <summary>Said only where it is asked for.</summary>
    Info,
    /// <summary>Probably a mistake.</summary>
    Warning,
    /// <summary>The module cannot be used.</summary>
    Error,
}

/// <summary>A kind of diagnostic: what is wrong, in general.</summary>
/// <param name="Id">Stable identity, <c>RW</c> and four digits; never used again for another kind.</param>
/// <param name="Severity">How much it matters unless the user says otherwise.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Message">Format of the message.</param>
public sealed record DiagnosticKind(string Id, Severity Severity, string Title, string Message)
{
    /// <summary>Where the kind is explained, with wrong and mended code.</summary>
    public string HelpLink => "https://github.com/rewright/rewright/blob/main/docs/diagnostics/" + Id + ".md";
}

/// <summary>Something found in a module, at a place in the user's text.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Span">Where.</param>
/// <param name="Arguments">What the message names.</param>
/// <param name="Related">Other places that belong to it, such as the other of two rules.</param>
public sealed record ModuleDiagnostic(
    DiagnosticKind Kind, SourceSpan Span, EquatableArray<string> Arguments, EquatableArray<SourceSpan> Related)
{
    /// <summary>A diagnostic without related places.</summary>
    public ModuleDiagnostic(DiagnosticKind kind, SourceSpan span, params string[] arguments)
        : this(kind, span, EquatableArray.Of(arguments), EquatableArray<SourceSpan>.Empty)
    {
    }

    // A name or number of the text can be as long as the text.
    private const int MaxShown = 1000;

    /// <summary>The message.</summary>
    public string Message => string.Format(CultureInfo.InvariantCulture, Kind.Message,
        Arguments.Select(a => (object)(a.Length > MaxShown ? a.Substring(0, MaxShown) + "..." : a)).ToArray());

    /// <summary><c>file(line,column): error RW0001: message</c>.</summary>
    public override string ToString()
        => (Span.Line > 0 || Span.File.Length > 0 ? Span + ": " : "")
            + (Kind.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" })
            + " " + Kind.Id + ": " + Message;
}

/// <summary>A module's text or declarations are wrong.</summary>
/// <example><code>
/// try { var module = Module.Parse(text); }
/// catch (ModuleException e) { foreach (var d in e.Diagnostics) Console.Error.WriteLine(d); }
/// </code></example>
public sealed class ModuleException : Exception
{
    /// <summary>Makes an exception of the diagnostics found.</summary>
    public ModuleException(IEnumerable<ModuleDiagnostic> diagnostics)
        : this(diagnostics.ToEquatableArray())
    {
    }

    private ModuleException(EquatableArray<ModuleDiagnostic> diagnostics)
        : base(string.Join("\n", diagnostics.Where(d => d.Kind.Severity == Severity.Error)))
        => Diagnostics = diagnostics;

    /// <summary>Everything found, warnings included.</summary>
    public EquatableArray<ModuleDiagnostic> Diagnostics { get; }
}
