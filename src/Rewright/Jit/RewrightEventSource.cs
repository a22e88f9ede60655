using System;
using System.Diagnostics.Tracing;
using System.Threading;

namespace Rewright.Jit;

/// <summary>
/// Sends snapshots to programs that attach over the diagnostics port: all compilers every second, or the details of one module.
/// </summary>
/// <remarks>
/// A session opened with the argument <c>describe</c> gets the module with that id once. The source costs nothing without a listener.
/// </remarks>
[EventSource(Name = "Rewright")]
internal sealed class RewrightEventSource : EventSource
{
    // An event holds at most 64 KB, which is 32 K characters.
    private const int PartLength = 16_000;

    private Timer? _timer;
    private int _number;

    private RewrightEventSource()
    {
    }

    /// <summary>The event source; created with the first compiler.</summary>
    public static RewrightEventSource Instance { get; } = new();

    /// <summary>Sends a part of a snapshot or a description.</summary>
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
            // On another thread, because the runtime waits for this one.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Send("description", Protected(() => JitSnapshot.Describe(id) ?? "{}")), null);
            return;
        }

        _timer ??= new Timer(_ => Send("snapshot", Protected(JitSnapshot.Take)), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    // An error in an observer must not end the process.
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
