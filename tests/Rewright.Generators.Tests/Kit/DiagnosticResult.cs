using Microsoft.CodeAnalysis.Text;

namespace Rewright.Generators.Tests.Kit;

/// <summary>A diagnostic that a test expects.</summary>
/// <param name="Id">Its id.</param>
/// <param name="File">Name of the source, null for any place.</param>
/// <param name="Span">Where in the source.</param>
/// <param name="Message">Its message, null for any.</param>
public sealed record DiagnosticResult(string Id, string? File = null, TextSpan Span = default, string? Message = null)
{
    /// <summary>The same diagnostic with its message.</summary>
    public DiagnosticResult WithMessage(string message) => this with { Message = message };
}
