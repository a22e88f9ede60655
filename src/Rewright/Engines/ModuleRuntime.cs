using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Threading;
using Rewright.Binding;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>A module that can be evaluated: its entries, its host operations, and the engine that runs it. Thread-safe.</summary>
internal sealed class ModuleRuntime
{
    private readonly Lazy<InterpreterProgram> _interpreter, _boxed, _traced;
    private readonly Lock _swap = new();
    private volatile NativeModule? _native;
    private bool _isClosed;

    /// <param name="module">The module.</param>
    /// <param name="hosts">The C# functions of its host operations; those of used modules come first.</param>
    /// <param name="native">Its native code; null to interpret.</param>
    /// <param name="rust">Its Rust crate; null for none.</param>
    public ModuleRuntime(Module module, HostFunction[] hosts, NativeModule? native, RustModule? rust = null)
    {
        (Module, Hosts, Rust) = (module, hosts, rust);
        if (native is not null) Use(native);
        // The interpreter always counts rewrites, so compilation must not fire rules ahead of time.
        _interpreter = new(() => MakeInterpreter(ProgramForm.Unboxed));
        _boxed = new(() => MakeInterpreter(ProgramForm.Boxed));
        _traced = new(() => InterpreterProgram.Compile(Pipeline.Lower(module, ProgramForm.Traced)));
        MayBailOut = module.Closure.SelectMany(m => m.Operations)
            .Any(o => o.Result is DataSort data && (o.IsHost || o.IsOpen && Representation.Of(data) is not Representation.Cells));
        Entries = EntriesOf(module);
    }

    public Module Module { get; }

    /// <summary>Counts interpreted rewrites of a module that is compiled once it is hot; null for other modules.</summary>
    public HotnessCounter? Hotness { get; set; }

    /// <summary>What is wrong with the library of its native code; null if nothing is.</summary>
    public string? Failure { get; init; }

    public HostFunction[] Hosts { get; }

    public Engine Engine => Rust is not null ? Engine.Rust : _native is not null ? Engine.Native
        : Entries.IsEmpty ? Engine.None : Engine.Interpreter;

    public RustModule? Rust { get; }

    public ImmutableArray<Entry> Entries { get; }

    /// <summary>True if a term can occur that the unboxed form cannot hold: a stuck term, or one that C# code returns.</summary>
    public bool MayBailOut { get; }

    /// <summary>The message of a compiler fault that the interpreter's program works around; null if there is none so far.</summary>
    public string? Fault { get; private set; }

    private InterpreterProgram MakeInterpreter(ProgramForm form)
    {
        try
        {
            var (program, fault) = CompilerFault.WorkAround(Module, "interpreter, " + form + " form",
                optimizes => InterpreterProgram.Compile(Pipeline.Lower(Module, form, seesRules: true, optimizes)));
            if (fault is not null) Fault = FaultReport.Describe(fault, "It is interpreted without optimisation.");
            return program;
        }
        catch (CompilerFaultException e)
        {
            throw new InvalidOperationException(Fault = FaultReport.Describe(e.Fault, "It cannot be evaluated."), e);
        }
    }

    /// <summary>The interpreter's program in a form.</summary>
    public InterpreterProgram InterpreterFor(ProgramForm form) => form switch
    {
        ProgramForm.Unboxed => _interpreter.Value,
        ProgramForm.Boxed => _boxed.Value,
        _ => _traced.Value,
    };

    /// <summary>The native code for calls that begin now; null if there is none.</summary>
    public NativeModule? Native => _native;

    /// <summary>Makes later calls run native code. Calls in progress end in the code in which they began.</summary>
    /// <returns>False if the runtime is closed; then the code has been released.</returns>
    public bool Use(NativeModule native)
    {
        native.ReadStatics(ReadStatic);
        NativeModule? unused;
        lock (_swap)
        {
            unused = _isClosed ? native : _native;
            if (!_isClosed) _native = native;
        }

        unused?.Code.Release();
        return unused != native;
    }

    /// <summary>Releases the native code. Later calls are interpreted.</summary>
    public void Close()
    {
        NativeModule? unused;
        lock (_swap) (unused, _native, _isClosed) = (_native, null, true);
        unused?.Code.Release();
    }

    /// <summary>Takes a reference to the native code, which the caller releases; null to interpret.</summary>
    public NativeModule? AcquireNative()
    {
        // Code is released only after it has been replaced. So if it is gone, the field already holds its successor, or null forever.
        while (_native is { } native)
            if (native.Code.TryAcquire()) return native;

        return null;
    }

    /// <summary>The operations that C# implements, in the order of <see cref="Hosts"/>.</summary>
    public ImmutableArray<Operation> HostOperations
        => _hostOperations.IsDefault
        ? _hostOperations = [.. Module.Closure.SelectMany(m => m.Operations).Where(o => o.IsHost)] : _hostOperations;

    private ImmutableArray<Operation> _hostOperations;

    /// <summary>The entries that C# can call: operations, then normalizers, in order of declaration.</summary>
    public static ImmutableArray<Entry> EntriesOf(Module module)
        => [.. module.Operations.Where(o => !o.IsHost).Select(o => Entry.Of(o)), .. module.Normalizers.Select(n => Entry.Of(n))];

    /// <summary>True if a static is a counted term, not a number.</summary>
    public static bool IsTerm(Static item) => item switch
    {
        Static.OfLiteral literal => !literal.Literal.Sort.Equals(BuiltInSort.Symbol),
        Static.OfConstant constant => constant.IsTerm,
        _ => false,
    };

    /// <summary>Makes the word of a static in a heap; the heap owns it.</summary>
    public static ulong Make(Static item, CellMemory memory) => item switch
    {
        Static.OfOperation operation => (ulong)OperationNumbers.Of(operation.Operation),
        // The program computes it on demand.
        Static.OfConstant => 0,
        _ => Words.FromLiteral(((Static.OfLiteral)item).Literal, memory),
    };

    /// <summary>The symbol that an error in native code names.</summary>
    public FunctionSymbol FindSymbol(string fullName)
        => Module.Closure.SelectMany(m => m.DeclaredSymbols).First(s => s.FullName == fullName);

    private Static ReadStatic(StaticText item) => item.Kind switch
    {
        'O' => new Static.OfOperation((Operation)FindSymbol(item.Text)),
        'C' or 'V' or 'F' => new Static.OfConstant(item.Text, item.Kind == 'C', item.Kind == 'F'),
        'I' => new Static.OfLiteral(new Literal(BuiltInSort.BigInteger, BigInteger.Parse(item.Text, CultureInfo.InvariantCulture))),
        'N' => new Static.OfLiteral(new Literal(BuiltInSort.Symbol, item.Text)),
        _ => new Static.OfLiteral(new Literal(BuiltInSort.String, item.Text)),
    };
}

/// <summary>An operation or normalizer that C# can call.</summary>
internal sealed record Entry(string Name, string FullName, ImmutableArray<Sort> Parameters, Sort Result)
{
    public static Entry Of(Operation operation)
        => new(operation.Name, operation.FullName, [.. operation.Parameters.Select(p => p.Sort)], operation.Result);

    public static Entry Of(Normalizer normalizer)
        => new(normalizer.Name, normalizer.ModuleName.Length == 0 ? normalizer.Name : normalizer.ModuleName + "." + normalizer.Name,
            [normalizer.Sort], normalizer.Sort);
}
