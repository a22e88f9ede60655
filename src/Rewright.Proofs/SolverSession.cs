using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Rewright.Proofs;

internal enum Answer
{
    Unsatisfiable,
    Satisfiable,
    Unknown,
}

/// <summary>A solver process that answers one script after the other. For one thread at a time.</summary>
/// <remarks>
/// Between scripts the solver is reset, not started again: with push and pop, Z3 leaves out what makes it fast on bit vectors.
/// A process that does not keep its own time limit is killed, the next script gets another one.
/// </remarks>
internal sealed class SolverSession(Solver solver) : IDisposable
{
    private const string End = "end-of-answer";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private Process? _process;

    /// <summary>Asks whether a script can be satisfied, and for values of some constants where it can.</summary>
    public (Answer Answer, string Values) Ask(string script, IReadOnlyCollection<string> constants, TimeSpan limit, CancellationToken cancellation)
    {
        if (limit <= TimeSpan.Zero) return (Answer.Unknown, "");
        string milliseconds = ((int)limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        // Asked for values after "unsat" a solver complains, which is not read.
        string question = "(reset)\n(set-option :produce-models true)\n"
            + (solver.Name == "z3" ? "(set-option :timeout " + milliseconds + ")\n" : "(set-option :tlimit-per " + milliseconds + ")\n(set-logic ALL)\n")
            + script + "(check-sat)\n" + (constants.Count > 0 ? "(get-value (" + string.Join(" ", constants) + "))\n" : "") + "(echo \"" + End + "\")\n";
        try
        {
            _process ??= Start();
            var lines = Task.Run(() => Converse(_process, question), cancellation);
            if (lines.Wait((int)(limit + Grace).TotalMilliseconds, cancellation))
            {
                string[] answer = lines.Result;
                if (answer.Length == 0) Kill();
                return answer switch
                {
                    ["unsat", ..] => (Answer.Unsatisfiable, ""),
                    ["sat", .. var values] => (Answer.Satisfiable, string.Join("\n", values)),
                    _ => (Answer.Unknown, ""),
                };
            }
        }
        catch (Exception e) when (e is IOException or Win32Exception or AggregateException)
        {
            // The process is gone, for want of memory perhaps: no answer.
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }

        Kill();
        return (Answer.Unknown, "");
    }

    public void Dispose() => Kill();

    private static string[] Converse(Process process, string question)
    {
        process.StandardInput.Write(question);
        process.StandardInput.Flush();
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Trim('"') == End) return [.. lines];
            if (lines.Count > 0 || line is "sat" or "unsat" or "unknown" or "timeout") lines.Add(line);
        }

        return [];
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(solver.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(false),
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in solver.Name == "z3" ? (string[])["-smt2", "-in", "-memory:3000"] : ["--lang=smt2", "--incremental", "--quiet", "-"])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private void Kill()
    {
        if (_process is not { } process) return;
        _process = null;
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }

        process.Dispose();
    }
}
