using System;
using System.Threading;

namespace Rewright;

/// <summary>An evaluation ended without a result. The heap it ran in stays usable.</summary>
public abstract class EvaluationException : Exception
{
    private protected EvaluationException(string message, string operation)
        : base(message) => Operation = operation;

    /// <summary>The full name of the operation or normalizer that was called.</summary>
    public string Operation { get; }
}

/// <summary>No rule applies to an operation that is not declared open.</summary>
/// <example><code>
/// try { Peano.Predecessor(Peano.Zero()); }
/// catch (StuckTermException e) { Console.WriteLine(e.Term); }   // Predecessor(Zero)
/// </code></example>
public sealed class StuckTermException : EvaluationException
{
    internal StuckTermException(string operation, string term)
        : base("No rule applies to " + term + ". Add a rule for it, or declare the operation open.", operation) => Term = term;

    /// <summary>The term that no rule applies to, shortened if it is long.</summary>
    public string Term { get; }
}

/// <summary>
/// An evaluation needs more stack than <see cref="EvaluationLimits.MaxStackBytes"/>: it nests too deeply, or does not end.
/// </summary>
public sealed class StackLimitException : EvaluationException
{
    internal StackLimitException(string operation, long bytes)
        : base($"{operation} needs more than {bytes >> 20} MB of stack: its rules nest too deeply or do not end. Raise "
            + $"EvaluationLimits.MaxStackBytes if they do.", operation)
    {
    }
}

/// <summary>A heap needs more memory than <see cref="EvaluationLimits.MaxHeapBytes"/>, or than the system has.</summary>
public sealed class MemoryLimitException : EvaluationException
{
    internal MemoryLimitException(string operation, long bytes)
        : base($"{operation} needs more than {bytes >> 20} MB of memory. Raise EvaluationLimits.MaxHeapBytes if its terms are that large.",
            operation)
    {
    }
}

/// <summary>An evaluation takes longer than <see cref="EvaluationLimits.Time"/>.</summary>
public sealed class TimeLimitException : EvaluationException
{
    internal TimeLimitException(string operation, TimeSpan limit)
        : base($"{operation} did not end within {limit}.", operation)
    {
    }
}

/// <summary>An evaluation applies more rules than <see cref="EvaluationLimits.MaxRewrites"/>.</summary>
public sealed class RewriteLimitException : EvaluationException
{
    internal RewriteLimitException(string operation, long limit)
        : base($"{operation} did not end within {limit} rewrites.", operation)
    {
    }
}

/// <summary>A term of a sort like <c>Zero | Succ(Nat)</c> nests more than 2^63 - 1 times.</summary>
/// <remarks>Terms of such a sort are counters, not cells. A result beyond the limit is an error, never a wrong number.</remarks>
public sealed class CounterOverflowException : EvaluationException
{
    internal CounterOverflowException(string operation)
        : base(operation + " counts beyond 2^63 - 1.", operation)
    {
    }
}

/// <summary>The caller cancelled an evaluation through <see cref="EvaluationLimits.Cancellation"/>.</summary>
public sealed class EvaluationCanceledException : OperationCanceledException
{
    internal EvaluationCanceledException(string operation, CancellationToken token)
        : base(operation + " was cancelled.", token) => Operation = operation;

    /// <summary>The full name of the operation or normalizer that was called.</summary>
    public string Operation { get; }
}

/// <summary>Native code could not be made: LLVM or a tool is missing, or rejects the module.</summary>
public sealed class NativeCompilationException : Exception
{
    internal NativeCompilationException(string message)
        : base(message)
    {
    }
}
