using System;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>A fault of Rewright's own compiler that has shown at a module.</summary>
/// <param name="Module">The module.</param>
/// <param name="Options">What it was being compiled to, and how.</param>
/// <param name="Exception">What was thrown.</param>
public sealed record CompilerFault(ModuleDefinition Module, string Options, Exception Exception)
{
    /// <summary>Code of the diagnostic.</summary>
    public const string Code = "RW0216";

    /// <summary>What has happened, a sentence on one line.</summary>
    public string Summary => First.GetType().Name + ": " + First.Message.Split('\n')[0].Trim().TrimEnd('.') + ".";

    /// <summary>All that is needed to find the fault, to be sent to the authors; <see cref="Summary"/> is its first line.</summary>
    public string Report => string.Format(
        CultureInfo.InvariantCulture,
        "{0}\n\nRewright {1}, sources {2}\nOptions: {3}\n\nModule {4}, identity {5}:\n{6}\n\n{7}\n{8}",
        Summary,
        typeof(CompilerFault).Assembly.GetName().Version,
        SourceIdentity.Value,
        Options,
        Module.Name,
        Module.Identity,
        string.Join("\n", Module.Closure.Select(m => m.ToString())),
        Exception,
        (First as FaultyCodeException)?.Code);

    // Where code without optimisation has a fault too, it is mostly the same.
    private Exception First => Exception is AggregateException several ? several.InnerExceptions[0] : Exception;

    /// <summary>
    /// Makes something of a module; where a pass, or what follows it, has a fault, again without the passes that only optimise.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="options">For the report.</param>
    /// <param name="make">Gets whether to optimise.</param>
    /// <returns>What was made, and the fault that was met on the way, null for none.</returns>
    /// <exception cref="CompilerFaultException">It cannot be made without optimising either.</exception>
    public static (T Result, CompilerFault? Fault) WorkAround<T>(ModuleDefinition module, string options, Func<bool, T> make)
    {
        CompilerFault fault;
        try
        {
            return (make(true), null);
        }
        catch (Exception e) when (IsWorkedAround(e))
        {
            fault = new(module, options, e);
        }

        try
        {
            return (make(false), fault);
        }
        catch (Exception e) when (IsWorkedAround(e))
        {
            throw new CompilerFaultException(new(module, options, new AggregateException(fault.Exception, e)));
        }
    }

    // A test wants to see faults, unless it has made them itself.
    private static bool IsWorkedAround(Exception e)
        => e is not (OutOfMemoryException or OperationCanceledException) && (!PassRunner.IsStrict || PassRunner.Fault is not null);
}

/// <summary>The compiler of Rewright has made code that is wrong.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="code">The code as text, for the report.</param>
public class FaultyCodeException(string message, string code) : Exception(message)
{
    /// <summary>The code as text.</summary>
    public string Code => code;
}

/// <summary>A fault of Rewright's own compiler cannot be worked around.</summary>
/// <param name="fault">The fault.</param>
public sealed class CompilerFaultException(CompilerFault fault) : Exception(fault.Summary, fault.Exception)
{
    /// <summary>The fault.</summary>
    public CompilerFault Fault => fault;
}
