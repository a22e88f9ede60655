using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Rewright.Llvm.Processes;

/// <summary>Runs an external tool to its end.</summary>
public static class ToolProcess
{
    /// <summary>The most characters to read from one output stream; a tool that writes more is killed.</summary>
    public const int MostOutput = 1 << 26;

    /// <summary>Runs a tool without input, in the locale C.</summary>
    /// <param name="program">The path of the tool, or its name on the <c>PATH</c>.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="workingDirectory">The working directory; null for that of this process.</param>
    /// <param name="timeLimit">The time after which the tool is killed.</param>
    /// <param name="cancellation">Kills the tool.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; the tool has been killed.</exception>
    public static ToolRun Run(
        string program, IEnumerable<string> arguments, string? workingDirectory, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        // Our messages contain the tool's, which should not depend on the user's locale.
        start.Environment["LC_ALL"] = "C";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new ToolNotStarted(e.Message);
        }

        process.StandardInput.Close();
        // Read both streams at once: a tool that fills one pipe while we wait for the other would never end.
        var output = ReadAside(process.StandardOutput, process);
        var errors = ReadAside(process.StandardError, process);
        try
        {
            if (Task.WaitAll([output, errors], (int)timeLimit.TotalMilliseconds, cancellation))
            {
                process.WaitForExit();
                return output.Result is { } written && errors.Result is { } complaints
                    ? new ToolExited(process.ExitCode, written, complaints)
                    : new ToolNotFinished($"it writes more than {MostOutput:N0} characters");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        process.Kill(entireProcessTree: true);
        return new ToolNotFinished($"not finished within {timeLimit.TotalSeconds:0.###} s");
    }

    /// <summary>
    /// Reads all output of a process on one stream, on its own thread: a busy thread pool would read nothing.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="writer">The process, which is killed if it writes more than <see cref="MostOutput"/>; then the result is null.</param>
    public static Task<string?> ReadAside(StreamReader stream, Process writer) => Aside(() =>
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0;)
        {
            text.Append(buffer, 0, read);
            if (text.Length <= MostOutput) continue;
            writer.Kill(entireProcessTree: true);
            return null;
        }

        return text.ToString();
    });

    /// <summary>Runs an action that may block on its own thread.</summary>
    public static Task<T> Aside<T>(Func<T> action)
        => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

/// <summary>The result of running a tool.</summary>
public abstract record ToolRun;

/// <param name="ExitCode">The exit code.</param>
/// <param name="Written">The standard output.</param>
/// <param name="Complaints">The error output.</param>
public sealed record ToolExited(int ExitCode, string Written, string Complaints) : ToolRun
{
    /// <summary>Both output streams together.</summary>
    public string Output => Written + Complaints;
}

/// <summary>The tool did not start, or was killed at a limit.</summary>
public record ToolNotFinished(string Reason) : ToolRun;

/// <summary>The tool did not start.</summary>
public sealed record ToolNotStarted(string Reason) : ToolNotFinished(Reason);
