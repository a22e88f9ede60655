using System;

namespace Rewright;

/// <summary>An evaluation ended without a result. The heap it ran in stays usable.</summary>
public abstract class EvaluationException : Exception
{
    private protected EvaluationException(string message, string operation, Exception? inner = null)
        : base(message, inner) => Operation = operation;

    /// <summary>Full name of the operation or normalizer that was called.</summary>
    public string Operation { get; }
}

/// <summary>No rule applies to an operation that is not declared open.</summary>
public sealed class StuckTermException : EvaluationException
{
    internal StuckTermException(string operation, string term)
        : base("No rule applies to " + term + ". Add a rule for it, or declare the operation open.", operation) => Term = term;

    /// <summary>The term that no rule applies to, shortened if it is long.</summary>
    public string Term { get; }
}
