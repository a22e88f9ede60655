using System;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>A fault of Rewright's own compiler that occurred with a module.</summary>
/// <param name="Module">The module.</param>
/// <param name="Options">The target and options of the compilation.</param>
/// <param name="Exception">The exception that the compiler threw.</param>
public sealed record CompilerFault(ModuleDefinition Module, string Options, Exception Exception)
{
    /// <summary>The id of the diagnostic.</summary>
    public const string Code = "RW0216";

    /// <summary>A one-line sentence about the fault.</summary>
    public string Summary => First.GetType().Name + ": " + First.Message.Split('\n')[0].Trim().TrimEnd('.') + ".";

    /// <summary>Everything the authors need to find the fault; <see cref="Summary"/> is its first line.</summary>
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

    // If the code without optimisation has a fault too, it is usually the same one.
    private Exception First => Exception is AggregateException several ? several.InnerExceptions[0] : Exception;

    /// <summary>
    /// Compiles a module. If a pass or a later step has a fault, compiles it again without the passes that only optimise.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="options">The options to name in the report.</param>
    /// <param name="make">Compiles the module; its argument is true to optimise.</param>
    /// <returns>The result, and the fault that was worked around; null for none.</returns>
    /// <exception cref="CompilerFaultException">Compilation fails without optimising too.</exception>
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

    // Tests want to see faults, except those that they inject.
    private static bool IsWorkedAround(Exception e)
        => e is not (OutOfMemoryException or OperationCanceledException) && (!PassRunner.IsStrict || PassRunner.Fault is not null);
}

/// <summary>Rewright's compiler has produced wrong code.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="code">The code as text, for the report.</param>
public class FaultyCodeException(string message, string code) : Exception(message)
{
    /// <summary>The code as text.</summary>
    public string Code => code;
}

/// <summary>A fault of Rewright's own compiler that cannot be worked around.</summary>
/// <param name="fault">The fault.</param>
public sealed class CompilerFaultException(CompilerFault fault) : Exception(fault.Summary, fault.Exception)
{
    /// <summary>The fault.</summary>
    public CompilerFault Fault => fault;
}
