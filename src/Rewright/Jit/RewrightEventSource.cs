using System;
using System.Diagnostics.Tracing;
using System.Threading;

namespace Rewright.Jit;

/// <summary>
/// Hands snapshots to whoever attaches to the process over its diagnostics port: every second, or the details of one module.
/// </summary>
/// <remarks>
/// A session that is opened with the argument <c>describe</c> gets the module of that id once. Costs nothing while nobody listens.
/// </remarks>
[EventSource(Name = "Rewright")]
internal sealed class RewrightEventSource : EventSource
{
    // An event holds 64 KB at most, which is 32 K characters.
    private const int PartLength = 16_000;

    private Timer? _timer;
    private int _number;

    private RewrightEventSource()
    {
    }

    /// <summary>The source; it is there from the first compiler on.</summary>
    public static RewrightEventSource Instance { get; } = new();

    /// <summary>A part of a snapshot or of a description.</summary>
    [Event(1, Level = EventLevel.Informational)]
    public void Part(string kind, int number, int part, int parts, string text) => WriteEvent(1, kind, number, part, parts, text);

    /// <inheritdoc/>
    [NonEvent]
    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        if (command.Command == EventCommand.Disable)
        {
            Interlocked.Exchange(ref _timer, null)?.Dispose();
            return;
        }

        if (command.Command != EventCommand.Enable) return;
        string? id = null;
        if (command.Arguments?.TryGetValue("describe", out id) == true && id is not null)
        {
            // Not on this thread, on which the runtime waits.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Send("description", Protected(() => JitSnapshot.Describe(id) ?? "{}")), null);
            return;
        }

        _timer ??= new Timer(_ => Send("snapshot", Protected(JitSnapshot.Take)), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    // An observer must not end the process.
    private static string Protected(Func<string> body)
    {
        try
        {
            return body();
        }
        catch (Exception)
        {
            return "{}";
        }
    }

    [NonEvent]
    private void Send(string kind, string text)
    {
        int number = Interlocked.Increment(ref _number), parts = Math.Max(1, (text.Length + PartLength - 1) / PartLength);
        for (int i = 0; i < parts; i++)
            Part(kind, number, i, parts, text.Substring(i * PartLength, Math.Min(PartLength, text.Length - (i * PartLength))));
    }
}
