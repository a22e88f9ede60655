using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Build.Framework;

namespace Rewright.Build;

/// <summary>What the tasks share that have their work done by a worker process.</summary>
public abstract class WorkerTask : RewrightTask
{
    /// <summary>The dotnet host.</summary>
    [Required]
    public string Dotnet { get; set; } = "";

    /// <summary>The worker's assembly.</summary>
    [Required]
    public string Worker { get; set; } = "";

    // The identity of what does the work, taken from the code itself: no number that someone must remember to raise.
    private protected string ChecksumOfWorker(params string[] assemblies)
        => string.Concat(assemblies.Select(f => Files.ChecksumOf(Path.Combine(Path.GetDirectoryName(Worker)!, f))));

    /// <summary>Has the worker do something, and takes its answers.</summary>
    /// <param name="work">What: its argument.</param>
    /// <param name="request">The lines of the request.</param>
    /// <param name="cancellation">Ends the worker.</param>
    /// <returns>Null where the worker said that it is done.</returns>
    private protected WorkerFailure? RunWorker(string work, IEnumerable<string> request, CancellationToken cancellation)
        => WorkerProcess.Run(BuildEngine, Dotnet, Worker, work, request, Take, cancellation);

    /// <summary>Takes an answer that is of the task's own work; false where it is none.</summary>
    private protected abstract bool Accept(string[] answer);

    /// <summary>What the worker wrote last, as the end of a message.</summary>
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
