using System;
using System.IO;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Rewright.Checks;

namespace Rewright.Build;

/// <summary>What our tasks share: whatever happens ends in a diagnostic that has a code.</summary>
public abstract class RewrightTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The project that is built: where messages point that are about no other file.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Written where nothing is left to say or do, so that the next build skips the target.</summary>
    [Required]
    public string Stamp { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run(_cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(BuildKinds.FileError, e.Message);
        }
        catch (Exception e)
        {
            Report(BuildKinds.Unexpected, e.ToString());
        }

        return !Log.HasLoggedErrors;
    }

    private protected abstract void Run(CancellationToken cancellation);

    // What the node may use of the machine; other projects may be building beside this one.
    private protected int RequestCores(int wanted)
    {
        try
        {
            return (BuildEngine as IBuildEngine9)?.RequestCores(wanted) ?? 0;
        }
        catch (NotImplementedException)
        {
            // That of hosts of tasks, in which a build may run tasks of another architecture or runtime.
            return 0;
        }
    }

    private protected void ReleaseCores(int granted)
    {
        if (granted > 0) (BuildEngine as IBuildEngine9)?.ReleaseCores(granted);
    }

    private protected void Report(DiagnosticKind kind, params string[] arguments) => Report(kind, kind.Severity, Project, 0, 0, arguments);

    private protected void Report(DiagnosticKind kind, Severity severity, string file, int line, int column, params string[] arguments)
    {
        string message = string.Format(kind.Message, arguments);
        if (severity == Severity.Error) Log.LogError(null, kind.Id, null, kind.HelpLink, file, line, column, 0, 0, message);
        else Log.LogWarning(null, kind.Id, null, kind.HelpLink, file, line, column, 0, 0, message);
    }
}
