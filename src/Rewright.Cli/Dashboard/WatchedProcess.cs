using System;
using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.IO;
using System.Threading;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Rewright.Cli.Dashboard;

/// <summary>A running program, watched through its diagnostics port.</summary>
internal sealed class WatchedProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly DiagnosticsClient _client;
    private readonly EventPipeSession _session;
    private volatile string? _snapshot;
    private volatile bool _hasEnded;

    /// <exception cref="ServerNotAvailableException">There is no such .NET process, or it is another user's.</exception>
    public WatchedProcess(int processId)
    {
        _client = new DiagnosticsClient(processId);
        _session = _client.StartEventPipeSession(Provider(null), requestRundown: false);
        new Thread(() =>
        {
            Read(_session, "snapshot", text =>
            {
                _snapshot = text;
                return true;
            });
            _hasEnded = true;
            Ended?.Invoke();
        })
        { IsBackground = true }.Start();
    }

    /// <summary>Raised when the process has ended or no longer answers.</summary>
    public event Action? Ended;

    /// <summary>True once <see cref="Ended"/> has been raised, for subscribers that come too late.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>The latest snapshot of the process; null before the first.</summary>
    public string? Snapshot => _snapshot;

    /// <summary>The details of a module; null if the process has none.</summary>
    public string? Describe(string id)
    {
        string? description = null;
        try
        {
            using var session = _client.StartEventPipeSession(Provider(id), requestRundown: false);
            using var patience = new Timer(_ => Stop(session), null, s_patience, Timeout.InfiniteTimeSpan);
            Read(session, "description", text =>
            {
                description = text;
                // The session is no longer needed; stopping it ends the reading.
                ThreadPool.QueueUserWorkItem(_ => Stop(session));
                return false;
            });
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException or TimeoutException)
        {
            return null;
        }

        return description is null or "{}" ? null : description;
    }

    public void Dispose()
    {
        Stop(_session);
        _session.Dispose();
    }

    private static EventPipeProvider Provider(string? id)
        => new("Rewright", EventLevel.Informational, (long)EventKeywords.All, id is null ? null : new Dictionary<string,
            string>
        { ["describe"] = id });

    private static void Read(EventPipeSession session, string kind, Func<string, bool> take)
    {
        var parts = new Dictionary<int, string[]>();
        bool isOpen = true;
        using var source = new EventPipeEventSource(session.EventStream);
        source.Dynamic.All += data =>
        {
            if (!isOpen || data.ProviderName != "Rewright" || data.EventName != "Part" || (string)data.PayloadByName("kind") != kind)
                return;
            int number = (int)data.PayloadByName("number"), count = (int)data.PayloadByName("parts");
            if (!parts.TryGetValue(number, out var texts)) parts.Add(number, texts = new string[count]);
            texts[(int)data.PayloadByName("part")] = (string)data.PayloadByName("text");
            if (Array.Exists(texts, t => t is null)) return;
            parts.Clear();
            isOpen = take(string.Concat(texts));
        };
        try
        {
            source.Process();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or FormatException)
        {
            // The process ended in the middle of an event.
        }
    }

    private static void Stop(EventPipeSession session)
    {
        try
        {
            session.Stop();
        }
        catch (Exception e) when (e is IOException or DiagnosticsClientException or ObjectDisposedException or TimeoutException)
        {
            // The process has already ended.
        }
    }
}
