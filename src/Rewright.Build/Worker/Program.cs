using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using Rewright.Build;

if (args is [Prewarm.Argument, var prewarm]) return Prewarm.Run(prewarm);

// Answers are the only thing on the standard output: what LLVM prints goes to the error output.
using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
var gate = new Lock();

var lines = new List<string>();
while (input.ReadLine() is { } line && line != Protocol.Go) lines.Add(line);
using var cancellation = new CancellationTokenSource();
var watch = new Thread(() =>
{
    // Nothing more comes: this waits for the end of the input, when nobody waits for us any more.
    while (input.ReadLine() is not null) { }
    cancellation.Cancel();
})
{ IsBackground = true };
watch.Start();

try
{
    switch (args)
    {
        case [Protocol.Compile]:
            NativeRequest request;
            try
            {
                request = NativeRequest.Read(lines);
            }
            catch (ArgumentException e)
            {
                Answer(Protocol.BadOptions, e.Message);
                break;
            }

            new NativeBuild(request, Answer, cancellation.Token).Run();
            break;
        case [Protocol.Prove]:
            ProofBuild.Run(lines, Answer, cancellation.Token);
            break;
        case [Protocol.Circuits]:
            new CircuitBuild(CircuitRequest.Read(lines), Answer, cancellation.Token).Run();
            break;
        default:
            throw new ArgumentException("Unknown arguments: " + string.Join(' ', args));
    }

    Answer(Protocol.Done);
    return 0;
}
catch (OperationCanceledException)
{
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Answer(Protocol.FileError, e.Message);
    Answer(Protocol.Done);
    return 0;
}
catch (Exception e)
{
    Answer(Protocol.Unexpected, e.ToString());
    Answer(Protocol.Done);
    return 0;
}

void Answer(params string[] fields)
{
    lock (gate) output.WriteLine(Protocol.Write(fields));
}
