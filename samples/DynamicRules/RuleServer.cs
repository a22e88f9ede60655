using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rewright;
using Rewright.Checks;

/// <summary>Serves terms by the rules of a folder, while files come, change and go.</summary>
internal sealed class RuleServer : IDisposable
{
    private readonly string _folder;
    private readonly Action<string> _report;
    private readonly JitCompiler _jit;
    private readonly Lock _loading = new();
    private readonly Dictionary<string, (DateTime Written, string? Module)> _files = [];
    private readonly ConcurrentDictionary<string, CompiledModule> _modules = new();
    private readonly FileSystemWatcher _watcher;
    private readonly Timer _timer;

    public RuleServer(string folder, JitOptions options, Action<string> report)
    {
        (_folder, _report) = (folder, report);
        _jit = new JitCompiler(options);
        _jit.TierSwitched += name => report($"{name}: native from now on");
        Refresh();
        _watcher = new FileSystemWatcher(folder, "*.rw") { EnableRaisingEvents = true };
        _watcher.Changed += (_, _) => Refresh();
        _watcher.Created += (_, _) => Refresh();
        _watcher.Deleted += (_, _) => Refresh();
        _watcher.Renamed += (_, _) => Refresh();
        // Some file systems tell nothing.
        _timer = new Timer(_ => Refresh(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public IEnumerable<string> Modules => _modules.Select(m => $"{m.Key} ({m.Value.Engine})").Order(StringComparer.Ordinal);

    public JitStatistics Statistics => _jit.GetStatistics();

    public JitCacheStatistics CacheStatistics => _jit.GetCacheStatistics();

    /// <summary>Evaluates a term. Any thread may, at any time.</summary>
    public string Serve(string module, string term)
    {
        while (_modules.TryGetValue(module, out var compiled))
        {
            try
            {
                using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromSeconds(5) } };
                return compiled.Evaluate(term, heap);
            }
            catch (ObjectDisposedException)
            {
                // A new version has taken its place between the two.
            }
            catch (Exception e) when (e is EvaluationException or FormatException or ArithmeticException)
            {
                return "error: " + e.Message;
            }
        }

        return $"error: there is no module '{module}'";
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _timer.Dispose();
        lock (_loading)
        {
            foreach (var module in _modules.Values) module.Dispose();
            _modules.Clear();
            _jit.Dispose();
        }
    }

    private void Refresh()
    {
        lock (_loading)
        {
            try
            {
                var present = Directory.GetFiles(_folder, "*.rw").Order(StringComparer.Ordinal).ToList();
                foreach (string gone in _files.Keys.Except(present).ToList()) Remove(gone);
                foreach (string path in present)
                {
                    // Whoever writes a file makes an empty one first.
                    if (new FileInfo(path).Length == 0) continue;
                    var written = File.GetLastWriteTimeUtc(path);
                    if (!_files.TryGetValue(path, out var known) || known.Written != written) Load(path, written);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _report("error: " + e.Message);
            }
        }
    }

    // What has mistakes leaves the last good version in service.
    private void Load(string path, DateTime written)
    {
        string? before = _files.TryGetValue(path, out var known) ? known.Module : null;
        _files[path] = (written, before);
        try
        {
            var compiled = _jit.Compile(ModuleFiles.Load(path)[0]);
            _files[path] = (written, compiled.PatternId);
            if (before is not null && before != compiled.PatternId && _modules.TryRemove(before, out var renamed)) renamed.Dispose();
            _modules.TryGetValue(compiled.PatternId, out var old);
            _modules[compiled.PatternId] = compiled;
            old?.Dispose();
            _report($"{compiled.PatternId}: {(old is null ? "loaded" : "replaced")} from {Path.GetFileName(path)}");
        }
        catch (ModuleException e)
        {
            foreach (var diagnostic in e.Diagnostics) _report(diagnostic.ToString());
        }
    }

    private void Remove(string path)
    {
        if (_files.Remove(path, out var known) && known.Module is { } name && _modules.TryRemove(name, out var module))
        {
            module.Dispose();
            _report($"{name}: removed");
        }
    }
}
