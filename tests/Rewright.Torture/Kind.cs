using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rewright.Torture;

/// <summary>A kind of torture: rounds that break something on purpose and check that a promise still holds.</summary>
/// <remarks>Each kind has its own process, which its rounds may kill; one thread runs the rounds.</remarks>
internal abstract class Kind : IDisposable
{
    private readonly SortedDictionary<string, long> _figures = new(StringComparer.Ordinal);

    /// <summary>All kinds, in the order in which they run.</summary>
    public static IReadOnlyList<(string Name, int Share, Func<Kind> Make)> All { get; } =
    [
        ("damage", 2500, () => new Kinds.CacheDamage()),
        ("kill", 300, () => new Kinds.CacheKill()),
        ("versions", 600, () => new Kinds.TwoVersions()),
        ("forged", 2300, () => new Kinds.Forgeries()),
        ("threads", 200, () => new Kinds.Threads()),
        ("limits", 300, () => new Kinds.Limits()),
        ("readers", 3000, () => new Kinds.Readers()),
        ("proxies", 780, () => new Kinds.Proxies()),
        ("builds", 20, () => new Kinds.Builds()),
    ];

    /// <summary>A private directory, deleted at the end.</summary>
    protected string Folder { get; } = MakeFolder();

    /// <summary>
    /// Runs one round. All choices come from <paramref name="random"/>, so that its seed reproduces the round as far as threads and clocks
    /// allow.
    /// </summary>
    /// <exception cref="BrokenPromiseException">A promise was broken.</exception>
    public abstract void Run(Random random);

    /// <summary>The figures so far, for the table at the end: <c>name=count</c>.</summary>
    public string Details => string.Join(' ', _figures.Select(f => f.Key + "=" + f.Value));

    /// <summary>The current action, for rounds that hang.</summary>
    public string Doing { get; protected set; } = "";

    /// <inheritdoc/>
    public virtual void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Adds to a figure of the table.</summary>
    protected void Count(string figure, long by = 1)
    {
        lock (_figures) _figures[figure] = _figures.GetValueOrDefault(figure) + by;
    }

    /// <summary>Keeps the largest value of a figure.</summary>
    protected void Most(string figure, long value)
    {
        lock (_figures) _figures[figure] = Math.Max(_figures.GetValueOrDefault(figure), value);
    }

    /// <summary>Fails the round if <paramref name="holds"/> is false.</summary>
    protected static void Promise(bool holds, string broken)
    {
        if (!holds) throw new BrokenPromiseException(broken);
    }

    /// <summary>The path of a file in <see cref="Folder"/>.</summary>
    protected string At(string name) => Path.Combine(Folder, name);

    private static string MakeFolder()
    {
        string path = Path.Combine(Path.GetTempPath(), "rewright-torture-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}

/// <summary>A promise was broken.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
