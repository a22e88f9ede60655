using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Binding;
using Rewright.Caches;
using Rewright.Engines;

namespace Rewright;

/// <summary>A function that a <see cref="JitCompiler"/> made ready to run.</summary>
public sealed class CompiledFunction
{
    private readonly JitEntry _entry;

    internal CompiledFunction(JitEntry entry, string name, nint pointer) => (_entry, Name, Pointer) = (entry, name, pointer);

    /// <summary>The name of the operation or normalizer, or of the exported function of IR.</summary>
    public string Name { get; }

    /// <summary>The full name of the module, or the caller's name for the IR.</summary>
    public string PatternId => _entry.PatternId;

    /// <summary>The LLVM IR that contains the function.</summary>
    public string Ir => _entry.Ir;

    /// <summary>The time when the code was made, perhaps by another process.</summary>
    public DateTimeOffset CompiledAt => _entry.CompiledAt;

    /// <summary>The time it took to make the code ready here.</summary>
    public JitTimes Times => _entry.Times;

    /// <summary>The library that holds the code; null for code that so far is only in memory.</summary>
    public string? NativePath => _entry.NativePath;

    /// <summary>
    /// The address of the code; 0 while the function is interpreted. A function of IR is called as a C function with the signature that the
    /// IR gives it. A function of a module takes a heap's context and is only for the module's own entry; call the module instead.
    /// </summary>
    /// <remarks>Valid until the last <see cref="CompiledCode"/> with this function is disposed.</remarks>
    public nint Pointer { get; }
}

/// <summary>Code that a <see cref="JitCompiler"/> made ready to run. Thread-safe.</summary>
/// <remarks>
/// The compiler's table, each object of this type and each call in progress keep the code in memory; it is unmapped when all of them are
/// gone. Dispose frees it early; otherwise the garbage collector does.
/// </remarks>
public abstract class CompiledCode : IDisposable
{
    private int _isDisposed;

    private protected CompiledCode(JitEntry entry) => Entry = entry;

    /// <summary>The full name of the module, or the caller's name for the IR.</summary>
    public string PatternId => Entry.PatternId;

    /// <summary>The LLVM IR.</summary>
    public string Ir => Entry.Ir;

    /// <summary>The time when the code was made, perhaps by another process.</summary>
    public DateTimeOffset CompiledAt => Entry.CompiledAt;

    /// <summary>The time it took to make the code ready here.</summary>
    public JitTimes Times => Entry.Times;

    /// <summary>The origin of the code.</summary>
    public CodeOrigin Origin => Entry.Origin;

    /// <summary>Why the cache on disk did not have the code; null if it had it, or was not asked.</summary>
    public CacheMiss? Miss => Entry.Miss;

    /// <summary>The library that holds the code; null for code that so far is only in memory.</summary>
    public string? NativePath => Entry.NativePath;

    /// <summary>The size of the native code in bytes.</summary>
    public long CodeBytes => Entry.CodeBytes;

    /// <summary>The functions.</summary>
    public IReadOnlyList<CompiledFunction> Functions => Entry.Functions;

    internal JitEntry Entry { get; }

    /// <summary>True once this has been disposed.</summary>
    private protected bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Releases the code. Calls in progress complete normally.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) Entry.EndUse();
    }
}

/// <summary>Compiled IR: functions with the C calling convention.</summary>
public sealed class CompiledLibrary : CompiledCode
{
    internal CompiledLibrary(JitEntry entry)
        : base(entry)
    {
    }

    /// <summary>A function by name.</summary>
    /// <exception cref="KeyNotFoundException">The IR exports no such function.</exception>
    public CompiledFunction this[string name]
        => Functions.FirstOrDefault(f => f.Name == name)
            ?? throw new KeyNotFoundException($"The IR of '{PatternId}' exports no function '{name}'.");
}

/// <summary>A module that is ready to run.</summary>
/// <example><code>
/// using var jit = new JitCompiler();
/// using var peano = jit.Compile(Module.Parse(text));
/// Console.WriteLine(peano.Evaluate("Plus(Succ(Zero), Succ(Zero))"));     // Succ(Succ(Zero))
/// </code></example>
public sealed class CompiledModule : CompiledCode
{
    internal CompiledModule(JitEntry entry)
        : base(entry)
    {
    }

    /// <summary>The module.</summary>
    public Module Module => Entry.Runtime!.Module;

    /// <summary>The engine that executes the next call.</summary>
    public Engine Engine => Entry.Runtime!.Engine;

    /// <summary>Why there is no native code although it was wanted; otherwise null.</summary>
    public string? Failure => Entry.Failure;

    /// <summary>
    /// The message of a fault of Rewright's own compiler that this module has shown, beginning with its code <c>RW0216</c> and naming the
    /// file to report it with; null if there is none. The module still runs, with less optimisation or interpreted.
    /// </summary>
    public string? Fault => Entry.Fault ?? Entry.Runtime!.Fault;

    /// <summary>The reason for the choice of <see cref="JitMode.Auto"/>; null in other modes.</summary>
    public string? Choice => Entry.Choice;

    /// <summary>
    /// The rewrites that the interpreter has made for this module. Many of them make the module hot, so that it is compiled.
    /// </summary>
    public long InterpretedRewrites => Entry.Runtime!.Hotness?.Rewrites ?? 0;

    /// <summary>Evaluates a term given as text and returns the result as text.</summary>
    /// <param name="term">The term, which may call operations and normalizers of the module.</param>
    /// <param name="heap">The heap to evaluate in; null for a temporary one.</param>
    /// <exception cref="FormatException">The text is not a term.</exception>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public string Evaluate(string term, TermHeap? heap = null)
    {
        ArgumentNullException.ThrowIfNull(term);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (heap is not null) return GroundTerms.Evaluate(Entry.Runtime!, heap, term);
        using var own = new TermHeap();
        return GroundTerms.Evaluate(Entry.Runtime!, own, term);
    }

    /// <summary>Evaluates a term given as text.</summary>
    /// <param name="term">The term, which may call operations and normalizers of the module.</param>
    /// <param name="heap">The heap to evaluate in; null for the innermost heap of this thread.</param>
    /// <exception cref="FormatException">The text is not a term of a declared sort.</exception>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public Term Read(string term, TermHeap? heap = null)
    {
        ArgumentNullException.ThrowIfNull(term);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return GroundTerms.Read(Entry.Runtime!, heap ?? TermHeap.Current, term);
    }

    /// <summary>Calls an operation or normalizer whose arguments and result are terms.</summary>
    /// <param name="name">The name of the operation or normalizer.</param>
    /// <param name="arguments">At least one term; all are of one heap.</param>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public Term Call(string name, params ReadOnlySpan<Term> arguments)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var symbol = Entry.SymbolOf(name);
        if (symbol.Sort is null)
            throw new ArgumentException(
                $"The result of {name} is no term but of sort {symbol.Result.Name}; Evaluate takes any.", nameof(name));
        if (arguments.Length != symbol.Parameters.Length)
            throw new ArgumentException($"{name} takes {symbol.Parameters.Length} arguments, not {arguments.Length}.", nameof(arguments));
        var call = arguments.Length > 0 ? new TermCall(symbol, arguments[0]) : new TermCall(symbol);
        foreach (var argument in arguments) call.Add(argument);
        return call.Term();
    }
}
