using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Build.Framework;

namespace Rewright.Build;

/// <summary>The base of the tasks whose work a worker process does.</summary>
public abstract class WorkerTask : RewrightTask
{
    /// <summary>The path of the dotnet host.</summary>
    [Required]
    public string Dotnet { get; set; } = "";

    /// <summary>The path of the worker's assembly.</summary>
    [Required]
    public string Worker { get; set; } = "";

    // The identity of the code that does the work, computed from the code itself, so that there is no version number to maintain.
    private protected string ChecksumOfWorker(params string[] assemblies)
        => string.Concat(assemblies.Select(f => Files.ChecksumOf(Path.Combine(Path.GetDirectoryName(Worker)!, f))));

    /// <summary>Has the worker do some work and handles its answers.</summary>
    /// <param name="work">The kind of work: the worker's argument.</param>
    /// <param name="request">The lines of the request.</param>
    /// <param name="cancellation">Ends the worker.</param>
    /// <returns>Null if the worker reported success.</returns>
    private protected WorkerFailure? RunWorker(string work, IEnumerable<string> request, CancellationToken cancellation)
        => WorkerProcess.Run(BuildEngine, Dotnet, Worker, work, request, Take, cancellation);

    /// <summary>Handles an answer of the task's own kind of work. Returns false if it is not one.</summary>
    private protected abstract bool Accept(string[] answer);

    /// <summary>The worker's last output, as the end of a message.</summary>
    private protected static string LastWords(WorkerFailure failure)
        => failure.LastWords.Length == 0 ? "" : ". Its last words: " + failure.LastWords;

    private void Take(string[] answer)
    {
        if (Accept(answer)) return;
        switch (answer)
        {
            case [Protocol.FileError, var message]:
                Report(BuildKinds.FileError, message);
                break;
            case [Protocol.Unexpected, var exception]:
                Report(BuildKinds.Unexpected, exception);
                break;
            default:
                Log.LogMessage(MessageImportance.Low, "{0}", string.Join("\t", answer));
                break;
        }
    }
}
