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

/// <summary>A solver process that answers one script after the other. Not thread-safe.</summary>
/// <remarks>
/// The solver is reset between scripts, not restarted. Push and pop would make Z3 skip the methods that make it fast on bit vectors. A
/// process that exceeds its own time limit is killed, and the next script gets a new one.
/// </remarks>
internal sealed class SolverSession(Solver solver) : IDisposable
{
    private const string End = "end-of-answer";
    private const int Patience = 4, Glance = 100;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private Process? _process;

    /// <summary>Asks whether a script is satisfiable and, if so, for the values of some constants.</summary>
    /// <param name="script">The script, without <c>check-sat</c>.</param>
    /// <param name="constants">The constants whose values are wanted.</param>
    /// <param name="limit">The limit of the solver's processor time.</param>
    /// <param name="cancellation">Ends the solver.</param>
    /// <returns>The answer, the values in the solver's notation, and the processor time used.</returns>
    public (Answer Answer, string Values, TimeSpan Used) Ask(
        string script, IReadOnlyCollection<string> constants, TimeSpan limit, CancellationToken cancellation)
    {
        if (limit <= TimeSpan.Zero) return (Answer.Unknown, "", TimeSpan.Zero);
        string milliseconds = ((int)(limit * Patience).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        // After "unsat" the solver complains about the request for values; that complaint is not read.
        string question = "(reset)\n(set-option :produce-models true)\n"
            + (solver.Name == "z3"
                ? "(set-option :timeout " + milliseconds + ")\n" : "(set-option :tlimit-per " + milliseconds + ")\n(set-logic ALL)\n")
            + script + "(check-sat)\n" + (constants.Count > 0 ? "(get-value (" + string.Join(" ", constants) + "))\n" : "") + "(echo \""
                + End + "\")\n";
        var used = TimeSpan.Zero;
        try
        {
            var process = _process ??= Start();
            var before = process.TotalProcessorTime;
            var end = DateTime.UtcNow + limit * Patience + Grace;
            // On its own thread, because the pool may be busy with proofs that wait for their solvers.
            var lines = Task.Factory.StartNew(
                () => Converse(process, question), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            while (!lines.Wait(Glance, cancellation))
            {
                used = process.TotalProcessorTime - before;
                if (used < limit && DateTime.UtcNow < end) continue;
                Kill();
                return (Answer.Unknown, "", used);
            }

            string[] answer = lines.Result;
            if (answer.Length > 0) used = process.TotalProcessorTime - before;
            else Kill();
            return answer switch
            {
                ["unsat", ..] => (Answer.Unsatisfiable, "", used),
                ["sat", .. var values] => (Answer.Satisfiable, string.Join("\n", values), used),
                _ => (Answer.Unknown, "", used),
            };
        }
        catch (Exception e) when (e is IOException or Win32Exception or AggregateException or InvalidOperationException)
        {
            // The process has ended, perhaps for lack of memory: there is no answer.
            Kill();
            return (Answer.Unknown, "", used);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }
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
        foreach (string argument in solver.Name == "z3"
            ? (string[])["-smt2", "-in", "-memory:3000"] : ["--lang=smt2", "--incremental", "--quiet", "-"])
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
            // Wait until it is gone before the next one starts, and count its time.
            process.WaitForExit(1000);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has already ended.
        }

        process.Dispose();
    }
}
