using System;
using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Build.Framework;

namespace Rewright.Build;

/// <summary>The end of a worker that did not finish its work.</summary>
/// <param name="Manner">Words that follow "The process" in a message.</param>
/// <param name="LastWords">Its error output, on one line.</param>
internal sealed record WorkerFailure(string Manner, string LastWords);

/// <summary>
/// A worker process. It serves one request after the other, for all projects that an MSBuild node builds, and ends after a while without
/// requests.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int LastLines = 5;
    // The projects of a build follow each other faster than this. A waiting worker holds LLVM in memory.
    private const string IdleSeconds = "30";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly Task _output, _errors;
    private readonly Queue<string> _last = new();
    private readonly ManualResetEventSlim _done = new();
    private volatile Action<string[]> _answer = _ => { };
    private volatile bool _hasAnswered;

    private WorkerProcess(Process process)
    {
        _process = process;
        _output = Aside(() => ReadLines(process.StandardOutput, line =>
        {
            string[] fields = Protocol.Read(line);
            _hasAnswered = true;
            if (fields[0] == Protocol.Done) _done.Set();
            else _answer(fields);
        }));
        _errors = Aside(() => ReadLines(process.StandardError, line =>
        {
            lock (_last)
            {
                _last.Enqueue(line);
                if (_last.Count > LastLines) _last.Dequeue();
            }
        }));
    }

    /// <summary>Has a worker do some work. Returns null if the worker reported success.</summary>
    /// <param name="engine">The build engine, which keeps the worker between requests.</param>
    /// <param name="dotnet">The dotnet host.</param>
    /// <param name="worker">The path of the worker's assembly.</param>
    /// <param name="work">The kind of work.</param>
    /// <param name="request">Lines for the worker.</param>
    /// <param name="answer">Called with the fields of each line of the worker, one at a time, on this or another thread.</param>
    /// <param name="cancellation">Ends the worker.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled; the worker has ended.</exception>
    public static WorkerFailure? Run(
        IBuildEngine engine, string dotnet, string worker, string work, IEnumerable<string> request, Action<string[]> answer,
        CancellationToken cancellation)
    {
        string key = KeyOf(dotnet, worker, work),
            text = string.Concat(
            request.Append(Protocol.Write(Protocol.Idle, IdleSeconds)).Append(Protocol.Go).Select(line => line + "\n"));
        if (WorkerPool.Take(engine, key) is { } known)
        {
            var failure = known.Run(text, answer, cancellation);
            if (failure is null) WorkerPool.Keep(engine, key, known);
            else known.Dispose();
            // The worker may have ended from idleness just as it got the request; then a new one is started.
            if (failure is null || known._hasAnswered) return failure;
        }

        var start = new ProcessStartInfo(dotnet, "exec \"" + worker.Replace("\"", "\\\"") + "\" " + work)
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
            var process = new WorkerProcess(Process.Start(start)!);
            var failure = process.Run(text, answer, cancellation);
            if (failure is null) WorkerPool.Keep(engine, key, process);
            else process.Dispose();
            return failure;
        }
        catch (Win32Exception e)
        {
            return new WorkerFailure("does not start ('" + dotnet + "': " + e.Message + ")", "");
        }
    }

    /// <summary>Makes the worker end, without waiting for it.</summary>
    public void Dispose()
    {
        CloseInput();
        _process.Dispose();
    }

    // A reused node may have other environment variables, and another worker at the same path.
    private static string KeyOf(string dotnet, string worker, string work)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => v.Key + "=" + v.Value).OrderBy(
            v => v, StringComparer.Ordinal);
        string written = File.Exists(worker)
            ? File.GetLastWriteTimeUtc(worker).Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        return "Rewright.Worker "
            + Files.Checksum(Encoding.UTF8.GetBytes(string.Join("\n", variables.Concat([dotnet, worker, written, work]))));
    }

    private WorkerFailure? Run(string request, Action<string[]> answer, CancellationToken cancellation)
    {
        _done.Reset();
        (_answer, _hasAnswered) = (answer, false);
        lock (_last) _last.Clear();
        byte[] bytes = Encoding.UTF8.GetBytes(request);
        try
        {
            _process.StandardInput.BaseStream.Write(bytes, 0, bytes.Length);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // It has ended; the reason is found below.
        }

        try
        {
            while (!_done.Wait(50, cancellation) && !_process.HasExited)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The end of its input tells the worker to clean up and end.
            CloseInput();
            if (!_process.WaitForExit((int)Grace.TotalMilliseconds)) Kill();
            _process.Dispose();
            throw;
        }

        if (_done.IsSet) return null;
        // A child of the worker may have inherited the pipes and outlive it.
        bool complete = Task.WaitAll([_output, _errors], Grace);
        if (_done.IsSet) return null;
        lock (_last) return new WorkerFailure(Ending(_process.ExitCode), complete ? string.Join(" | ", _last) : "");
    }

    // On its own thread, because the pool may be busy with tasks that wait for their workers.
    private static Task Aside(Action read)
        => Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void ReadLines(StreamReader reader, Action<string> line)
    {
        try
        {
            while (reader.ReadLine() is { } text)
                if (text.Length > 0) line(text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The worker no longer reads.
        }
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
            _ = _process.WaitForExit((int)Grace.TotalMilliseconds);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has already ended.
        }
    }
}
