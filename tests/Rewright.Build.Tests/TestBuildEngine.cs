using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;
using Xunit;

namespace Rewright.Build.Tests;

/// <summary>What a process of MSBuild keeps from build to build.</summary>
internal sealed class Node : ConcurrentDictionary<object, object>, IDisposable
{
    public void Dispose()
    {
        foreach (var kept in Values.OfType<IDisposable>()) kept.Dispose();
    }
}

/// <summary>MSBuild as a task sees it: keeps what is logged, and counts cores.</summary>
internal sealed class TestBuildEngine : IBuildEngine9
{
    private readonly ConcurrentQueue<BuildEventArgs> _events = new();
    private readonly ConcurrentDictionary<object, object> _objects = new();
    private readonly Node? _node;
    private int _cores;

    /// <summary>An engine.</summary>
    /// <param name="node">The node that it belongs to: one engine after the other sees what it keeps. Null for one that keeps
    /// nothing.</param>
    public TestBuildEngine(Node? node = null) => _node = node;

    public IReadOnlyList<BuildErrorEventArgs> Errors => [.. _events.OfType<BuildErrorEventArgs>()];

    public IReadOnlyList<BuildWarningEventArgs> Warnings => [.. _events.OfType<BuildWarningEventArgs>()];

    /// <summary>What logs show that show little.</summary>
    public string[] ImportantMessages
        => [.. _events.OfType<BuildMessageEventArgs>().Where(m => m.Importance == MessageImportance.High).Select(m => m.Message!)];

    /// <summary>All text, for messages of failing tests.</summary>
    public string Text => string.Join("\n", _events.Select(e => e.GetType().Name + ": " + e.Message));

    /// <summary>Cores that were asked for in all.</summary>
    public int CoresRequested { get; private set; }

    /// <summary>Cores that were not given back.</summary>
    public int CoresHeld => _cores;

    /// <summary>Cores that the machine has left.</summary>
    public int CoresToGrant { get; init; } = 2;

    /// <summary>The only error, which has this code.</summary>
    public BuildErrorEventArgs Error(string code)
    {
        Assert.True(Errors.Count == 1, Text);
        Assert.Equal(code, Errors[0].Code);
        Assert.EndsWith("docs/diagnostics/" + code + ".md", Errors[0].HelpLink);
        return Errors[0];
    }

    /// <summary>The only warning, which has this code; there is no error.</summary>
    public BuildWarningEventArgs Warning(string code)
    {
        Assert.True(Errors.Count == 0 && Warnings.Count == 1, Text);
        Assert.Equal(code, Warnings[0].Code);
        Assert.EndsWith("docs/diagnostics/" + code + ".md", Warnings[0].HelpLink);
        return Warnings[0];
    }

    public void HasNothingToSay() => Assert.True(Errors.Count == 0 && Warnings.Count == 0, Text);

    public void LogErrorEvent(BuildErrorEventArgs e) => _events.Enqueue(e);

    public void LogWarningEvent(BuildWarningEventArgs e) => _events.Enqueue(e);

    public void LogMessageEvent(BuildMessageEventArgs e) => _events.Enqueue(e);

    public void LogCustomEvent(CustomBuildEventArgs e) => _events.Enqueue(e);

    public int RequestCores(int requestedCores)
    {
        int granted = Math.Min(requestedCores, CoresToGrant);
        CoresRequested += requestedCores;
        _cores += granted;
        return granted;
    }

    public void ReleaseCores(int coresToRelease) => _cores -= coresToRelease;

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 1;

    public int ColumnNumberOfTaskNode => 1;

    public string ProjectFileOfTaskNode => "test.csproj";

    public bool IsRunningMultipleNodes => false;

    public bool AllowFailureWithoutError { get; set; }

    public bool ShouldTreatWarningAsError(string warningCode) => false;

    // Nothing of ours uses the rest.
    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs)
        => throw new NotSupportedException();

    public bool BuildProjectFile(
        string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs, string toolsVersion)
        => throw new NotSupportedException();

    public bool BuildProjectFilesInParallel(
        string[] projectFileNames, string[] targetNames, IDictionary[] globalProperties, IDictionary[] targetOutputsPerProject,
        string[] toolsVersion, bool useResultsCache, bool unloadProjectsOnCompletion)
        => throw new NotSupportedException();

    public BuildEngineResult BuildProjectFilesInParallel(
        string[] projectFileNames, string[] targetNames, IDictionary[] globalProperties, IList<string>[] removeGlobalProperties,
        string[] toolsVersion, bool returnTargetOutputs)
        => throw new NotSupportedException();

    public void Yield()
    {
    }

    public void Reacquire()
    {
    }

    public void RegisterTaskObject(object key, object obj, RegisteredTaskObjectLifetime lifetime, bool allowEarlyCollection)
        => ObjectsOf(lifetime).TryAdd(key, obj);

    public object? GetRegisteredTaskObject(object key, RegisteredTaskObjectLifetime lifetime) => ObjectsOf(lifetime).GetValueOrDefault(key);

    public object? UnregisterTaskObject(object key, RegisteredTaskObjectLifetime lifetime)
        => ObjectsOf(lifetime).TryRemove(key, out var known) ? known : null;

    // A host of tasks keeps nothing that outlives a build.
    private ConcurrentDictionary<object, object> ObjectsOf(RegisteredTaskObjectLifetime lifetime)
        => lifetime == RegisteredTaskObjectLifetime.Build ? _objects : _node ?? throw new NotImplementedException();

    public void LogTelemetry(string eventName, IDictionary<string, string> properties) => throw new NotSupportedException();

    public IReadOnlyDictionary<string, string> GetGlobalProperties() => throw new NotSupportedException();
}
