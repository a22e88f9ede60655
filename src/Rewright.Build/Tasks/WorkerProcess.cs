using System;
using System.ComponentModel;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Rewright.Build;

/// <summary>How a worker ended that did not get its work done.</summary>
/// <param name="Manner">Words that follow "The process".</param>
/// <param name="LastWords">What it wrote on its error output, on one line.</param>
internal sealed record WorkerFailure(string Manner, string LastWords);

/// <summary>Runs the worker to its end, whatever that is.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int LastLines = 5;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly Queue<string> _last = new();

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Runs the worker. Gives null where it said that it is done.</summary>
    /// <param name="dotnet">The dotnet host.</param>
    /// <param name="worker">The worker's assembly.</param>
    /// <param name="argument">What the worker is to do.</param>
    /// <param name="request">Lines for the worker.</param>
    /// <param name="answer">Gets the fields of each line of the worker's, on the caller's thread or another, one at a time.</param>
    /// <param name="cancellation">Ends the worker.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the worker has ended.</exception>
    public static WorkerFailure? Run(string dotnet, string worker, string argument, IEnumerable<string> request, Action<string[]> answer, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(dotnet, "exec \"" + worker.Replace("\"", "\\\"") + "\" " + argument)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        try
        {
            using var process = new WorkerProcess(Process.Start(start)!);
            return process.Run(string.Concat(request.Select(line => line + "\n")), answer, cancellation);
        }
        catch (Win32Exception e)
        {
            return new WorkerFailure("does not start ('" + dotnet + "': " + e.Message + ")", "");
        }
    }

    public void Dispose() => _process.Dispose();

    private WorkerFailure? Run(string request, Action<string[]> answer, CancellationToken cancellation)
    {
        bool done = false;
        var output = Task.Run(() => ReadLines(_process.StandardOutput, line =>
        {
            string[] fields = Protocol.Read(line);
            if (fields[0] == Protocol.Done) done = true;
            else answer(fields);
        }));
        var errors = Task.Run(() => ReadLines(_process.StandardError, line =>
        {
            _last.Enqueue(line);
            if (_last.Count > LastLines) _last.Dequeue();
        }));

        byte[] bytes = Encoding.UTF8.GetBytes(request);
        try
        {
            _process.StandardInput.BaseStream.Write(bytes, 0, bytes.Length);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // It has ended; how, we see below.
        }

        while (!_process.WaitForExit(50))
        {
            if (!cancellation.IsCancellationRequested) continue;
            // The end of its input tells the worker to clean up and go.
            CloseInput();
            if (!_process.WaitForExit((int)Grace.TotalMilliseconds)) Kill();
        }

        cancellation.ThrowIfCancellationRequested();
        // A process of the worker's may have inherited the pipes and outlive it.
        bool complete = Task.WaitAll([output, errors], Grace);
        CloseInput();
        return done && _process.ExitCode == 0 ? null : new WorkerFailure(Ending(_process.ExitCode), complete ? string.Join(" | ", _last) : "");
    }

    private static void ReadLines(StreamReader reader, Action<string> line)
    {
        while (reader.ReadLine() is { } text)
            if (text.Length > 0) line(text);
    }

    private static string Ending(int code)
    {
        if (code == 0) return "ended early";
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || code <= 128) return "ended with exit code " + code;
        int signal = code - 128;
        string name = signal switch
        {
            4 => " (SIGILL)",
            6 => " (SIGABRT)",
            7 => " (SIGBUS)",
            9 => " (SIGKILL: stopped by another program, or by the system for want of memory)",
            11 => " (SIGSEGV)",
            15 => " (SIGTERM)",
            _ => "",
        };
        return "was ended by signal " + signal + name;
    }

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
