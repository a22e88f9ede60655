using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;

namespace Rewright.Emit.Rust;

/// <summary>An arm of a match: a pattern with actions or a value.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Actions">The calls in order, or the value.</param>
/// <param name="Guard">An additional condition; null for none.</param>
/// <param name="IsBlock">True if braces enclose the actions.</param>
internal sealed record RustArm(string Pattern, IReadOnlyList<RustExpression> Actions, RustExpression? Guard = null, bool IsBlock = false)
{
    /// <summary>An arm with one value or call.</summary>
    public RustArm(string pattern, RustExpression action, RustExpression? guard = null) : this(pattern, [action], guard) { }

    /// <summary>Writes a match.</summary>
    /// <param name="text">The output.</param>
    /// <param name="subject">The matched expression.</param>
    /// <param name="arms">The arms.</param>
    /// <param name="otherwise">The action or value if no arm fits; null if one always does.</param>
    public static void WriteMatch(RustWriter text, string subject, IEnumerable<RustArm> arms, string? otherwise)
    {
        using (text.Open("match " + subject))
        {
            foreach (var arm in arms) text.Line(arm.ToString());
            if (otherwise is not null) text.Line("_ => " + otherwise + ",");
        }
    }

    /// <summary>Writes a match of <c>self</c> without a value; a single arm becomes a test.</summary>
    public static void WriteActions(RustWriter text, IReadOnlyList<RustArm> arms, bool isOpen)
    {
        isOpen |= arms.Any(a => a.Guard is not null);
        if (arms.Count == 0) text.Line();
        else if (arms.Count > 1) WriteMatch(text, "self", arms, isOpen ? "{}" : null);
        else if (isOpen)
        {
            using (text.Open("if let " + arms[0].Pattern + " = self" + (arms[0].Guard is { } guard ? " && " + guard : "")))
                text.Line(arms[0].Body);
        }
        else
        {
            text.Line("let " + arms[0].Pattern + " = self;");
            text.Line(arms[0].Body);
        }
    }

    /// <inheritdoc/>
    public override string ToString()
        => Pattern + (Guard is null ? "" : " if " + Guard) + " => " + (IsBlock ? "{ " + Body + " }" : Actions[0] + ",");

    private string Body => string.Join("; ", Actions) + ";";
}
