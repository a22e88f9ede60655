using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Llvm.Binding;
using Rewright.Llvm.Compile;

namespace Rewright.Llvm;

/// <summary>The result of loading objects into a session: <see cref="OrcLoaded"/> or <see cref="OrcFailed"/>.</summary>
public abstract record OrcResult
{
    private protected OrcResult()
    {
    }
}

/// <summary>The code is in memory and can be called.</summary>
public sealed record OrcLoaded(OrcModule Module) : OrcResult;

/// <summary>Nothing was loaded.</summary>
public sealed record OrcFailed(string Message) : OrcResult;

/// <summary>Links objects into this process with LLVM's JIT linker. Thread-safe.</summary>
/// <remarks>
/// Each module has its own namespace, which sees nothing of the process: it gets only the addresses that its loader names, and two modules
/// may define the same symbol. Only JITLink is used: LLVM's older linker places code so that it crashes at random inside a .NET process.
/// <para>
/// <see cref="OrcModule.Dispose"/> or <see cref="Dispose"/> unmaps code, never the garbage collector, because only the caller knows when
/// the last call has returned.
/// </para>
/// </remarks>
public sealed unsafe class OrcSession : IDisposable
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(60);

    private readonly LlvmLibrary _library;
    private readonly LlvmApi _api;
    private readonly Lock _lock = new();

    // Errors that LLVM reports in addition to the result of an operation, which holds _lock meanwhile.
    private readonly List<string> _reported = [];

    // The C API cannot remove JITDylibs, only empty them, so they are reused.
    private readonly Stack<nint> _freeDylibs = [];
    private int _dylibCount;
    private GCHandle _self;
    private nint _jit;
    private nint _session;
    private string? _broken;

    private OrcSession(LlvmLibrary library)
    {
        _library = library;
        _api = library.Api;
    }

    /// <summary>True if this process can link in memory: ELF and Mach-O on x86-64 and AArch64.</summary>
    public static bool IsSupported => !OperatingSystem.IsWindows() && TargetArchitecture.OfHost is not null;

    /// <summary>Opens a session. If LLVM fails to, every <see cref="Load"/> says why.</summary>
    public static OrcSession Open(LlvmLibrary library)
    {
        var session = new OrcSession(library);
        if (!IsSupported)
            session._broken = "linking in memory is not supported on this platform";
        else if (session.RunGuarded(session.Create) is LlvmReturned<string?> { Value: var error })
            session._broken = error;
        return session;
    }

    /// <summary>Links objects and resolves <paramref name="exports"/>.</summary>
    /// <param name="objects">Object files for this machine.</param>
    /// <param name="imports">Everything that the objects may use from outside, with addresses.</param>
    /// <param name="exports">The symbols to look up, at least one and each once: linking starts from them.</param>
    public OrcResult Load(
        IReadOnlyList<ReadOnlyMemory<byte>> objects, IReadOnlyDictionary<string, nint> imports, IReadOnlyList<string> exports)
    {
        lock (_lock)
        {
            if (_broken is not null)
                return new OrcFailed(_broken);
            _reported.Clear();
            return RunGuarded(() => LoadHere(objects, imports, exports)) switch
            {
                LlvmReturned<OrcResult> returned => returned.Value,
                _ => new OrcFailed(_broken!),
            };
        }
    }

    /// <summary>Unmaps all code of the session. None of its code may be running.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            // After a fatal error LLVM may hold its locks forever, so the session is leaked.
            bool usable = _broken is null;
            _broken = "the session is closed";
            if (!usable || _jit == 0)
                return;
            _ = RunGuarded(() => Succeeds(_api.OrcDisposeLLJIT(_jit)));
            _jit = 0;
            _self.Free();
        }
    }

    internal void Unload(nint tracker, nint dylib)
    {
        lock (_lock)
        {
            if (_broken is not null)
                return;
            _ = RunGuarded(() =>
            {
                UnloadHere(tracker, dylib);
                return true;
            });
        }
    }

    // After anything but an ordinary return the session is unusable, because LLVM may be stuck inside it.
    private LlvmOutcome<T> RunGuarded<T>(Func<T> body)
    {
        LlvmOutcome<T> outcome = LlvmThread.Run(_library, _ => body(), s_timeLimit, CancellationToken.None);
        switch (outcome)
        {
            case LlvmFatal<T> { Message: var message }:
                _broken = $"LLVM failed: {message}";
                break;
            case LlvmTimedOut<T>:
                _broken = $"LLVM did not link within {s_timeLimit.TotalSeconds} s";
                break;
        }

        return outcome;
    }

    private string? Create()
    {
        // LLJIT requests the host's target machine even if it only links.
        if (!_library.EnsureTarget(TargetArchitecture.OfHost!.Backend))
            return "this LLVM was built without this machine's target";
        nint jit = 0;
        nint error = _api.OrcCreateLLJIT(&jit, 0);
        if (error != 0)
            return _api.TakeError(error);
        _jit = jit;
        _session = _api.OrcLLJITGetExecutionSession(jit);
        _self = GCHandle.Alloc(this);
        _api.OrcExecutionSessionSetErrorReporter(_session, &OnError, GCHandle.ToIntPtr(_self));
        return null;
    }

    private OrcResult LoadHere(
        IReadOnlyList<ReadOnlyMemory<byte>> objects, IReadOnlyDictionary<string, nint> imports, IReadOnlyList<string> exports)
    {
        if (!_freeDylibs.TryPop(out nint dylib))
        {
            fixed (byte* name = IrSource.Encode($"rewright{_dylibCount++}"))
                dylib = _api.OrcExecutionSessionCreateBareJITDylib(_session, name);
        }

        nint tracker = _api.OrcJITDylibCreateResourceTracker(dylib);
        string? error = Define(dylib, imports);
        foreach (ReadOnlyMemory<byte> file in objects)
            error ??= Add(tracker, file.Span);

        var addresses = new nint[exports.Count];
        error ??= LookUp(dylib, exports, addresses);
        if (error is not null)
        {
            UnloadHere(tracker, dylib);
            // The additional reports name the cause, such as the missing symbol.
            return new OrcFailed(_reported.Count == 0 ? error : string.Join("\n", _reported) + "\n" + error);
        }

        var symbols = new Dictionary<string, nint>(StringComparer.Ordinal);
        for (int i = 0; i < addresses.Length; i++)
            symbols[exports[i]] = addresses[i];
        return new OrcLoaded(new OrcModule(this, tracker, dylib, symbols));
    }

    private string? Define(nint dylib, IReadOnlyDictionary<string, nint> imports)
    {
        if (imports.Count == 0)
            return null;
        var symbols = new OrcSymbol[imports.Count];
        int count = 0;
        foreach ((string name, nint address) in imports)
            symbols[count++] = new OrcSymbol { Name = Intern(name), Address = (ulong)address, GenericFlags = OrcSymbol.ExportedCallable };
        fixed (OrcSymbol* first = symbols)
        {
            // The call takes over the names.
            nint unit = _api.OrcAbsoluteSymbols(first, (nuint)count);
            nint error = _api.OrcJITDylibDefine(dylib, unit);
            if (error == 0)
                return null;
            _api.OrcDisposeMaterializationUnit(unit);
            return _api.TakeError(error);
        }
    }

    private string? Add(nint tracker, ReadOnlySpan<byte> file)
    {
        fixed (byte* start = file, name = IrSource.Encode(IrSource.BufferName))
        {
            nint buffer = _api.CreateMemoryBufferWithMemoryRangeCopy(start, (nuint)file.Length, name);
            ElfObject.PutConstantsBesideCode(new Span<byte>(_api.GetBufferStart(buffer), file.Length));
            // The call consumes the buffer.
            nint error = _api.OrcLLJITAddObjectFileWithRT(_jit, tracker, buffer);
            return error == 0 ? null : _api.TakeError(error);
        }
    }

    private string? LookUp(nint dylib, IReadOnlyList<string> names, nint[] addresses)
    {
        var elements = new OrcLookupElement[names.Count];
        for (int i = 0; i < elements.Length; i++)
            elements[i].Name = Intern(names[i]);
        nint[] keys = Array.ConvertAll(elements, element => element.Name);

        var lookup = new Lookup(_api, keys, addresses);
        var handle = GCHandle.Alloc(lookup);
        var order = new OrcSearchOrder { Dylib = dylib };
        fixed (OrcLookupElement* first = elements)
        {
            // The call takes over the names. LLVM links on this thread, but only promises that the callback comes at some time.
            _api.OrcExecutionSessionLookup(
                _session, 0, &order, 1, first, (nuint)elements.Length, &OnLookup, GCHandle.ToIntPtr(handle));
        }

        lookup.Done.Wait();
        handle.Free();
        return lookup.Error;
    }

    private void UnloadHere(nint tracker, nint dylib)
    {
        bool removed = Succeeds(_api.OrcResourceTrackerRemove(tracker));
        _api.OrcReleaseResourceTracker(tracker);
        if (Succeeds(_api.OrcJITDylibClear(dylib)) && removed)
            _freeDylibs.Push(dylib);
    }

    private nint Intern(string name)
    {
        fixed (byte* text = IrSource.Encode(name))
            return _api.OrcLLJITMangleAndIntern(_jit, text);
    }

    // An error during teardown cannot be handled, but LLVM requires that its message is taken.
    private bool Succeeds(nint error)
    {
        if (error != 0)
            _api.TakeError(error);
        return error == 0;
    }

    [UnmanagedCallersOnly]
    private static void OnError(nint context, nint error)
    {
        var session = (OrcSession)GCHandle.FromIntPtr(context).Target!;
        session._reported.Add(session._api.TakeError(error));
    }

    [UnmanagedCallersOnly]
    private static void OnLookup(nint error, OrcSymbol* symbols, nuint count, nint context)
        => ((Lookup)GCHandle.FromIntPtr(context).Target!).Complete(error, new ReadOnlySpan<OrcSymbol>(symbols, (int)count));

    private sealed class Lookup(LlvmApi api, nint[] keys, nint[] addresses)
    {
        public ManualResetEventSlim Done { get; } = new();

        public string? Error { get; private set; }

        public void Complete(nint error, ReadOnlySpan<OrcSymbol> symbols)
        {
            if (error != 0)
                Error = api.TakeError(error);
            foreach (OrcSymbol symbol in symbols)
            {
                // Pool entries are equal if their names are.
                addresses[Array.IndexOf(keys, symbol.Name)] = (nint)symbol.Address;
            }

            Done.Set();
        }
    }
}
