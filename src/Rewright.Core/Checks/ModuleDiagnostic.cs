using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>The severity of a diagnostic.</summary>
public enum Severity
{
    /// <summary>Reported only on request.</summary>
    Info,
    /// <summary>Probably a mistake.</summary>
    Warning,
    /// <summary>The module cannot be used.</summary>
    Error,
}

/// <summary>A kind of diagnostic.</summary>
/// <param name="Id">A stable id, <c>RW</c> and four digits; never reused for another kind.</param>
/// <param name="Severity">The default severity, which the user can change.</param>
/// <param name="Title">A title of a few words.</param>
/// <param name="Message">The format of the message.</param>
public sealed record DiagnosticKind(string Id, Severity Severity, string Title, string Message)
{
    /// <summary>The address of the page that explains the kind, with wrong and corrected code.</summary>
    public string HelpLink => "https://github.com/rewright/rewright/blob/main/docs/diagnostics/" + Id + ".md";
}

/// <summary>A diagnostic for a module, at a place in the user's text.</summary>
/// <param name="Kind">The kind of diagnostic.</param>
/// <param name="Span">The place.</param>
/// <param name="Arguments">The arguments of the message.</param>
/// <param name="Related">Related places, such as that of the other of two rules.</param>
public sealed record ModuleDiagnostic(
    DiagnosticKind Kind, SourceSpan Span, EquatableArray<string> Arguments, EquatableArray<SourceSpan> Related)
{
    /// <summary>A diagnostic without related places.</summary>
    public ModuleDiagnostic(DiagnosticKind kind, SourceSpan span, params string[] arguments)
        : this(kind, span, EquatableArray.Of(arguments), EquatableArray<SourceSpan>.Empty)
    {
    }

    // A name or number in the text can be as long as the text.
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

/// <summary>A module's text or declarations have mistakes.</summary>
/// <example><code>
/// try { var module = Module.Parse(text); }
/// catch (ModuleException e) { foreach (var d in e.Diagnostics) Console.Error.WriteLine(d); }
/// </code></example>
public sealed class ModuleException : Exception
{
    /// <summary>Makes an exception from diagnostics.</summary>
    public ModuleException(IEnumerable<ModuleDiagnostic> diagnostics)
        : this(diagnostics.ToEquatableArray())
    {
    }

    private ModuleException(EquatableArray<ModuleDiagnostic> diagnostics)
        : base(string.Join("\n", diagnostics.Where(d => d.Kind.Severity == Severity.Error)))
        => Diagnostics = diagnostics;

    /// <summary>All diagnostics, including warnings.</summary>
    public EquatableArray<ModuleDiagnostic> Diagnostics { get; }
}
