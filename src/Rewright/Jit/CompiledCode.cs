using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Binding;
using Rewright.Caches;
using Rewright.Engines;

namespace Rewright;

/// <summary>A function that a <see cref="JitCompiler"/> has made ready.</summary>
public sealed class CompiledFunction
{
    private readonly JitEntry _entry;

    internal CompiledFunction(JitEntry entry, string name, nint pointer) => (_entry, Name, Pointer) = (entry, name, pointer);

    /// <summary>Its name: of an operation or normalizer, or of an exported function of IR.</summary>
    public string Name { get; }

    /// <summary>What it is part of: the full name of the module, or what the caller called the IR.</summary>
    public string PatternId => _entry.PatternId;

    /// <summary>The LLVM IR that it is part of.</summary>
    public string Ir => _entry.Ir;

    /// <summary>When its code was made, maybe by another process.</summary>
    public DateTimeOffset CompiledAt => _entry.CompiledAt;

    /// <summary>How long it took to make it ready here.</summary>
    public JitTimes Times => _entry.Times;

    /// <summary>The library that its code is in; null for code that is in memory only, so far.</summary>
    public string? NativePath => _entry.NativePath;

    /// <summary>
    /// Address of its code, 0 while it is interpreted. That of IR is called as a C function of the signature that the IR gives it. That of
    /// a module takes a heap's context and is meant for the module's own entry; call the module instead.
    /// </summary>
    /// <remarks>Valid until the last <see cref="CompiledCode"/> that it belongs to is disposed.</remarks>
    public nint Pointer { get; }
}

/// <summary>Code that a <see cref="JitCompiler"/> has made ready. Thread-safe.</summary>
/// <remarks>
/// The compiler's table, each object of this kind and each call in progress keep the code in memory; it is unmapped when all of them
/// are gone. Disposing is good manners: what is forgotten is found by the garbage collector.
/// </remarks>
public abstract class CompiledCode : IDisposable
{
    private int _isDisposed;

    private protected CompiledCode(JitEntry entry) => Entry = entry;

    /// <summary>The full name of the module, or what the caller called the IR.</summary>
    public string PatternId => Entry.PatternId;

    /// <summary>The LLVM IR.</summary>
    public string Ir => Entry.Ir;

    /// <summary>When the code was made, maybe by another process.</summary>
    public DateTimeOffset CompiledAt => Entry.CompiledAt;

    /// <summary>How long it took to make it ready here.</summary>
    public JitTimes Times => Entry.Times;

    /// <summary>Where the code came from.</summary>
    public CodeOrigin Origin => Entry.Origin;

    /// <summary>Why it was not found in the cache on disk; null where it was, or was not looked for.</summary>
    public CacheMiss? Miss => Entry.Miss;

    /// <summary>The library that the code is in; null for code that is in memory only, so far.</summary>
    public string? NativePath => Entry.NativePath;

    /// <summary>Bytes of native code.</summary>
    public long CodeBytes => Entry.CodeBytes;

    /// <summary>The functions.</summary>
    public IReadOnlyList<CompiledFunction> Functions => Entry.Functions;

    internal JitEntry Entry { get; }

    /// <summary>True once this has been disposed.</summary>
    private protected bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Gives the code up. Calls in progress end as they would have.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) Entry.EndUse();
    }
}

/// <summary>Compiled IR: functions of the C convention.</summary>
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

    /// <summary>What runs the next call.</summary>
    public Engine Engine => Entry.Runtime!.Engine;

    /// <summary>Why there is no native code, where it was wanted; else null.</summary>
    public string? Failure => Entry.Failure;

    /// <summary>
    /// A fault of Rewright's own compiler that this module has shown so far, with the file to report it with, as a message that begins with
    /// its code, <c>RW0216</c>; else null. The module runs all the same: with less optimisation, or interpreted.
    /// </summary>
    public string? Fault => Entry.Fault ?? Entry.Runtime!.Fault;

    /// <summary>What about the module has decided how it is run, where <see cref="JitMode.Auto"/> has; else null.</summary>
    public string? Choice => Entry.Choice;

    /// <summary>Rewrites that the interpreter has done for this module, for which it is compiled when they are many.</summary>
    public long InterpretedRewrites => Entry.Runtime!.Hotness?.Rewrites ?? 0;

    /// <summary>Evaluates a term that is given as text, and gives the result as text.</summary>
    /// <param name="term">The term, in which operations and normalizers of the module may be applied.</param>
    /// <param name="heap">Where; null for a heap of its own.</param>
    /// <exception cref="FormatException">The text is no term.</exception>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public string Evaluate(string term, TermHeap? heap = null)
    {
        ArgumentNullException.ThrowIfNull(term);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (heap is not null) return GroundTerms.Evaluate(Entry.Runtime!, heap, term);
        using var own = new TermHeap();
        return GroundTerms.Evaluate(Entry.Runtime!, own, term);
    }

    /// <summary>Evaluates a term that is given as text.</summary>
    /// <param name="term">The term, in which operations and normalizers of the module may be applied.</param>
    /// <param name="heap">Where; null for the innermost heap of this thread.</param>
    /// <exception cref="FormatException">The text is no term of a declared sort.</exception>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public Term Read(string term, TermHeap? heap = null)
    {
        ArgumentNullException.ThrowIfNull(term);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return GroundTerms.Read(Entry.Runtime!, heap ?? TermHeap.Current, term);
    }

    /// <summary>Calls an operation or normalizer whose arguments and result are terms.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Terms of one heap, at least one.</param>
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
