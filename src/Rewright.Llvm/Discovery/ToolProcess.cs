using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Rewright.Llvm.Discovery;

/// <summary>Runs an external tool to its end.</summary>
internal static class ToolProcess
{
    /// <exception cref="OperationCanceledException">Cancelled; the tool has been killed.</exception>
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
        // Messages go into our own; they should not depend on the user's locale.
        start.Environment["LC_ALL"] = "C";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new ToolNotFinished(e.Message);
        }

        process.StandardInput.Close();
        // Read both at once: a tool that fills one pipe while we wait on the other would never end.
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            if (Task.WaitAll([output, errors], (int)timeLimit.TotalMilliseconds, cancellation))
            {
                process.WaitForExit();
                return new ToolExited(process.ExitCode, output.Result + errors.Result);
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
}

/// <summary>What came of running a tool.</summary>
internal abstract record ToolRun;

/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Both its output streams.</param>
internal sealed record ToolExited(int ExitCode, string Output) : ToolRun;

/// <summary>The tool did not start, or was killed at the time limit.</summary>
internal sealed record ToolNotFinished(string Reason) : ToolRun;
