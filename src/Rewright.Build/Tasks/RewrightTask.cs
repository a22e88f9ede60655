using System;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Rewright.Checks;

namespace Rewright.Build;

/// <summary>The base of our tasks: every failure ends in a diagnostic with an id.</summary>
public abstract class RewrightTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();
    private SourceSearch? _declarations;

    /// <summary>The project file, at which messages point that concern no other file.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>A file that is written if nothing is left to do or report, so that the next build skips the target.</summary>
    [Required]
    public string Stamp { get; set; } = "";

    /// <summary>The project's C# files, in which messages find the declarations they point at.</summary>
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The project's .editorconfig files and global analyzer configurations, which may change severities.</summary>
    public ITaskItem[] ConfigFiles { get; set; } = [];

    /// <summary>The ids of suppressed diagnostics, from the project's property for the compiler.</summary>
    public string? NoWarn { get; set; }

    private protected SourceSearch Declarations => _declarations ??= new(Sources.Select(s => s.ItemSpec));

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

    // The cores that this node may use; other projects may be building at the same time.
    private protected int RequestCores(int wanted)
    {
        try
        {
            return (BuildEngine as IBuildEngine9)?.RequestCores(wanted) ?? 0;
        }
        catch (NotImplementedException)
        {
            // Task hosts, in which a build may run tasks of another architecture or runtime, do not implement this.
            return 0;
        }
    }

    private protected void ReleaseCores(int granted)
    {
        if (granted > 0) (BuildEngine as IBuildEngine9)?.ReleaseCores(granted);
    }

    private protected void Report(DiagnosticKind kind, params string[] arguments) => Report(kind, kind.Severity, null, arguments);

    private protected void Report(DiagnosticKind kind, Severity severity, FilePosition? place, params string[] arguments)
    {
        string message = string.Format(kind.Message, arguments);
        var (file, line, column) = place ?? new FilePosition(Project, 0, 0);
        switch (Configured(kind, file) ?? (severity == Severity.Error ? "error" : "warning"))
        {
            case "error":
                Log.LogError(null, kind.Id, null, kind.HelpLink, file, line, column, 0, 0, message);
                break;
            case "warning":
                Log.LogWarning(null, kind.Id, null, kind.HelpLink, file, line, column, 0, 0, message);
                break;
            case "suggestion":
                Log.LogMessage(null, kind.Id, null, file, line, column, 0, 0, MessageImportance.Normal, message);
                break;
            default:
                Log.LogMessage(null, kind.Id, null, file, line, column, 0, 0, MessageImportance.Low, message);
                break;
        }
    }

    // NoWarn and similar properties, which MSBuild applies only to warnings, also apply to errors here, as they do for analyzers. A
    // diagnostic about a project is configured like one about its C# files.
    private string? Configured(DiagnosticKind kind, string file)
    {
        if (BuildKinds.Fixed.Contains(kind)) return null;
        if (NoWarn?.Split(';', ',', ' ', '\n').Any(c => c.Trim().Equals(kind.Id, StringComparison.OrdinalIgnoreCase)) == true)
            return "none";
        string path = Path.GetFullPath(file);
        string? severity = ConfiguredSeverities.Find(
            ConfigFiles.Select(f => f.ItemSpec), kind.Id, file == Project ? Path.ChangeExtension(path, ".cs") : path);
        return severity == "default" ? null : severity;
    }
}
