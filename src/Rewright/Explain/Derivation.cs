using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Explain;

/// <summary>How one call of an operation or normalizer was evaluated, step by step.</summary>
/// <remarks>
/// The steps lead from the called term to the result. For an operation the called term is the operation applied to its arguments; for a
/// normalizer it is the argument.
/// </remarks>
public sealed class Derivation
{
    private readonly List<RewriteStep> _steps = [];

    internal Derivation(Module module, string operation, IReadOnlyList<TracedValue> arguments)
        => (Module, Operation, Arguments) = (module, operation, arguments);

    /// <summary>The module whose rules were applied.</summary>
    public Module Module { get; }

    /// <summary>The full name of the operation or normalizer that was called.</summary>
    public string Operation { get; }

    /// <summary>The arguments of the call.</summary>
    public IReadOnlyList<TracedValue> Arguments { get; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<RewriteStep> Steps => _steps;

    /// <summary>The result; null if the evaluation ended with an exception.</summary>
    public TracedValue? Result { get; internal set; }

    /// <summary>The exception that ended the evaluation; null if there is a result.</summary>
    public Exception? Failure { get; internal set; }

    /// <summary>False if steps are missing because the trace was full.</summary>
    public bool IsComplete { get; internal set; } = true;

    internal List<RewriteStep> StepList => _steps;

    /// <summary>
    /// The called term, a line for each step, and the result. The steps of conditions are indented below the step they belong to.
    /// </summary>
    public override string ToString()
    {
        const int maxLength = 200;
        var text = new StringBuilder();
        string name = Operation[(Operation.LastIndexOf('.') + 1)..];
        text.Append(name).Append('(').AppendJoin(", ", Arguments.Select(a => a.ToString(maxLength))).Append(")\n");
        // An explicit stack, because conditions of conditions can nest as deep as evaluations do.
        var pending = new Stack<(RewriteStep? Step, string Text, int Indent)>();
        void Push(IReadOnlyList<RewriteStep> steps, int indent)
        {
            for (int i = steps.Count - 1; i >= 0; i--) pending.Push((steps[i], "", indent));
        }

        Push(_steps, 1);
        while (pending.TryPop(out var next))
        {
            text.Append(' ', 2 * Math.Min(next.Indent, 20));
            text.Append(next.Step?.ToString() ?? next.Text).Append('\n');
            if (next.Step is null) continue;
            foreach (var condition in next.Step.Conditions.Reverse())
            {
                Push(condition.Steps, next.Indent + 2);
                pending.Push((null, "condition " + (condition.Index + 1) + ":", next.Indent + 1));
            }
        }

        if (!IsComplete) text.Append("  …\n");
        return text.Append(Result is null ? "! " + Failure?.Message : "= " + Result.ToString(maxLength)).ToString();
    }
}
