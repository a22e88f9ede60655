using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Rewright.Build;

if (args is [Prewarm.Argument, var prewarm]) return Prewarm.Run(prewarm);

// Standard output carries only answers; anything LLVM prints goes to the error output.
using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
var gate = new Lock();

using var cancellation = new CancellationTokenSource();
using var lines = new BlockingCollection<string>();
new Thread(() =>
{
    while (input.ReadLine() is { } line) lines.Add(line);
    // The task no longer waits.
    lines.CompleteAdding();
    cancellation.Cancel();
})
{ IsBackground = true }.Start();

var idle = Timeout.InfiniteTimeSpan;
while (ReadRequest() is { } request)
{
    bool mayStay = false;
    try
    {
        mayStay = Do(request);
    }
    catch (OperationCanceledException)
    {
        return 1;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        Answer(Protocol.FileError, e.Message);
    }
    catch (Exception e)
    {
        Answer(Protocol.Unexpected, e.ToString());
    }

    Answer(Protocol.Done);
    if (!mayStay) break;
}

return 0;

// Null if no request came in time, or none can come any more.
List<string>? ReadRequest()
{
    var request = new List<string>();
    while (lines.TryTake(out string? line, request.Count == 0 ? idle : Timeout.InfiniteTimeSpan))
    {
        if (line == Protocol.Go) return request;
        if (Protocol.Read(line) is [Protocol.Idle, var seconds])
            idle = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        else request.Add(line);
    }

    return null;
}

// Returns true if another request may follow.
bool Do(List<string> request)
{
    switch (args)
    {
        case [Protocol.Compile]:
            NativeRequest wanted;
            try
            {
                wanted = NativeRequest.Read(request);
            }
            catch (ArgumentException e)
            {
                Answer(Protocol.BadOptions, e.Message);
                return true;
            }

            new NativeBuild(wanted, Answer, cancellation.Token).Run();
            // With a remote cache the process ends, and with it all waiting for a slow server.
            return wanted.Cache is not { IsShared: true };
        case [Protocol.Prove]:
            ProofBuild.Run(request, Answer, cancellation.Token);
            return true;
        case [Protocol.Circuits]:
            new CircuitBuild(CircuitRequest.Read(request), Answer, cancellation.Token).Run();
            return true;
        default:
            throw new ArgumentException("Unknown arguments: " + string.Join(' ', args));
    }
}

void Answer(params string[] fields)
{
    lock (gate) output.WriteLine(Protocol.Write(fields));
}
