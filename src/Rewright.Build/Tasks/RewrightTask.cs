using System;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Rewright.Checks;

namespace Rewright.Build;

/// <summary>What our tasks share: whatever happens ends in a diagnostic that has a code.</summary>
public abstract class RewrightTask : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();
    private SourceSearch? _declarations;

    /// <summary>The project that is built: where messages point that are about no other file.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Written where nothing is left to say or do, so that the next build skips the target.</summary>
    [Required]
    public string Stamp { get; set; } = "";

    /// <summary>The project's C# files, in which messages point at what they are about.</summary>
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The project's .editorconfig files and global analyzer configurations, which may say how grave a diagnostic is.</summary>
    public ITaskItem[] ConfigFiles { get; set; } = [];

    /// <summary>Codes of diagnostics that are not wanted, as the project has them for the compiler.</summary>
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

    private protected void Report(DiagnosticKind kind, params string[] arguments) => Report(kind, kind.Severity, null, arguments);

    private protected void Report(DiagnosticKind kind, Severity severity, Place? place, params string[] arguments)
    {
        string message = string.Format(kind.Message, arguments);
        var (file, line, column) = place ?? new Place(Project, 0, 0);
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

    // NoWarn and its like, which MSBuild knows for warnings, hold for errors too, as they do for analyzers. What is about a project is
    // configured as its C# files are.
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
