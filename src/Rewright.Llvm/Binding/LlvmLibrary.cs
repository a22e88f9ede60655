using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Llvm.Binding;

namespace Rewright.Llvm;

/// <summary>One loaded libLLVM. Several versions can be loaded at once; <see cref="LlvmDiscovery"/> finds and loads them.</summary>
/// <remarks>A library stays loaded until the process ends: LLVM keeps per-process state that does not survive unloading.</remarks>
public sealed unsafe class LlvmLibrary
{
    /// <summary>The number of LLVM threads that may be lost before this process refuses to call this library again.</summary>
    /// <remarks>Three parked fatal errors in a row were seen to leave LLVM working; each costs a thread and a context.</remarks>
    internal const int MaxLostThreads = 4;

    /// <summary>The version with which this code is developed and tested; others are accepted only after a self-test.</summary>
    internal const int TrustedVersion = 19;

    // One entry per loaded library, whatever the spelling of its path, because loading it again gives the same handle.
    private static readonly Dictionary<nint, LoadResult> s_loaded = [];

    private readonly HashSet<string> _targets = [];
    private readonly Lazy<string> _hostCpu;
    private readonly Lazy<string> _hostFeatures;
    private int _lostThreads;

    private LlvmLibrary(LlvmApi api, string path, Version version)
    {
        Api = api;
        Path = path;
        Version = version;
        HostTriple = api.TakeMessage(api.GetDefaultTargetTriple());
        _hostCpu = new Lazy<string>(() => Api.TakeMessage(Api.GetHostCPUName()));
        _hostFeatures = new Lazy<string>(() => Api.TakeMessage(Api.GetHostCPUFeatures()));
    }

    /// <summary>The major versions that this binding works with, the preferred one first.</summary>
    public static ImmutableArray<int> SupportedVersions { get; } = [19, 20, 21, 22];

    /// <summary>The path or name by which the library was loaded.</summary>
    public string Path { get; }

    /// <summary>LLVM's version: major, minor, patch.</summary>
    public Version Version { get; }

    /// <summary>The triple for which this LLVM was configured.</summary>
    public string HostTriple { get; }

    /// <summary>LLVM's name for the processor of this machine.</summary>
    public string HostCpu => _hostCpu.Value;

    /// <summary>The features of the processor of this machine, as <c>+a,-b</c>.</summary>
    public string HostFeatures => _hostFeatures.Value;

    /// <summary>The number of threads that LLVM holds forever after a fatal error, or still holds after a time limit.</summary>
    public int LostThreads => Volatile.Read(ref _lostThreads);

    internal LlvmApi Api { get; }

    internal void AddLostThreads(int count) => Interlocked.Add(ref _lostThreads, count);

    internal bool EnsureTarget(string backend)
    {
        lock (_targets)
        {
            if (_targets.Contains(backend))
                return true;
            if (!Api.InitializeTarget(backend))
                return false;
            _targets.Add(backend);
            return true;
        }
    }

    internal static LoadResult Load(string path)
    {
        lock (s_loaded)
        {
            nint handle;
            try
            {
                handle = NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                return new NotLoaded(LoaderMessage(e.Message, path));
            }

            if (!s_loaded.TryGetValue(handle, out LoadResult? result))
                s_loaded.Add(handle, result = Bind(handle, path));
            return result;
        }
    }

    private static LoadResult Bind(nint handle, string path)
    {
        // LLVMGetVersion exists since LLVM 16.
        if (!NativeLibrary.TryGetExport(handle, "LLVMGetVersion", out nint getVersion))
        {
            return new NotLoaded(NativeLibrary.TryGetExport(handle, "LLVMContextCreate", out _)
                ? "LLVM 15 or older; 19 to 22 are supported"
                : "not an LLVM library");
        }

        uint major, minor, patch;
        ((delegate* unmanaged<uint*, uint*, uint*, void>)getVersion)(&major, &minor, &patch);
        if (!SupportedVersions.Contains((int)major))
            return new NotLoaded($"LLVM {major}; 19 to 22 are supported");

        var api = new LlvmApi(handle);
        if (api.Missing.Count > 0)
            return new NotLoaded($"does not export {string.Join(", ", api.Missing)}");

        api.InstallFatalErrorHandler(&LlvmThread.OnFatalError);
        return new Loaded(new LlvmLibrary(api, path, new Version((int)major, (int)minor, (int)patch)));
    }

    // .NET puts advice first; the system's message, which starts with the path, comes last.
    private static string LoaderMessage(string message, string path)
    {
        string last = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        return last.StartsWith(path + ": ", StringComparison.Ordinal) ? last[(path.Length + 2)..] : last;
    }
}

/// <summary>The result of loading a library.</summary>
internal abstract record LoadResult;

internal sealed record Loaded(LlvmLibrary Library) : LoadResult;

internal sealed record NotLoaded(string Reason) : LoadResult;
