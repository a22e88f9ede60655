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
    private readonly Lazy<InterpreterProgram> _interpreter, _general;
    private readonly Lazy<ImmutableArray<Static>> _statics;
    private readonly NativeModule? _native;

    /// <param name="module">The module.</param>
    /// <param name="hosts">The C# functions of its host operations, those of used modules first.</param>
    /// <param name="native">Its native code, null to interpret.</param>
    public ModuleRuntime(Module module, HostFunction[] hosts, NativeModule? native)
    {
        (Module, Hosts, _native) = (module, hosts, native);
        // The interpreter always counts rewrites, so no rule may fire while compiling.
        _interpreter = new(() => InterpreterProgram.Compile(ProgramLowering.Lower(module, seesRules: true)));
        _general = new(() => InterpreterProgram.Compile(ProgramLowering.Lower(module, isGeneral: true, seesRules: true)));
        _statics = new(() => native is null ? _interpreter.Value.Statics : native.Statics.Select(ReadStatic).ToImmutableArray());
        MayLeave = module.Closure.SelectMany(m => m.Operations)
            .Any(o => o.Result is DataSort data && (o.IsHost || o.IsOpen && Representation.Of(data) is not Representation.Cells));
        Entries = EntriesOf(module);
    }

    public Module Module { get; }

    public HostFunction[] Hosts { get; }

    public Engine Engine => _native is null ? Engine.Interpreter : Engine.Native;

    public ImmutableArray<Entry> Entries { get; }

    /// <summary>True where a term can occur that the fast forms cannot hold: a stuck one, or what C# code returns.</summary>
    public bool MayLeave { get; }

    /// <summary>The program of the interpreter, for one of the two forms of terms.</summary>
    public InterpreterProgram InterpreterFor(bool isGeneral) => isGeneral ? _general.Value : _interpreter.Value;

    /// <summary>The values that each heap makes for the code of a form.</summary>
    public ImmutableArray<Static> StaticsFor(bool isGeneral) => isGeneral ? _general.Value.Statics : _statics.Value;

    public NativeModule? Native => _native;

    /// <summary>The operations that C# implements, in the order of <see cref="Hosts"/>.</summary>
    public ImmutableArray<Operation> HostOperations => _hostOperations.IsDefault ? _hostOperations = [.. Module.Closure.SelectMany(m => m.Operations).Where(o => o.IsHost)] : _hostOperations;

    private ImmutableArray<Operation> _hostOperations;

    /// <summary>What C# can call of a module: operations, then normalizers, in order of declaration.</summary>
    public static ImmutableArray<Entry> EntriesOf(Module module)
        => [.. module.Operations.Where(o => !o.IsHost).Select(o => Entry.Of(o)), .. module.Normalizers.Select(n => Entry.Of(n))];

    /// <summary>True where a static is a counted term, not a number.</summary>
    public static bool IsTerm(Static item) => item switch
    {
        Static.OfLiteral literal => !literal.Literal.Sort.Equals(BuiltInSort.Symbol),
        Static.OfConstant constant => constant.IsTerm,
        _ => false,
    };

    /// <summary>The word of a static in a heap, owned by the heap.</summary>
    public static ulong Make(Static item, CellMemory memory) => item switch
    {
        Static.OfOperation operation => (ulong)OperationNumbers.Of(operation.Operation),
        // Computed by the program itself, when it is asked for.
        Static.OfConstant => 0,
        _ => Words.FromLiteral(((Static.OfLiteral)item).Literal, memory),
    };

    /// <summary>The symbol of an error in native code.</summary>
    public FunctionSymbol FindSymbol(string fullName)
        => Module.Closure.SelectMany(m => m.DeclaredSymbols).First(s => s.FullName == fullName);

    private Static ReadStatic((char Kind, string Text) item) => item.Kind switch
    {
        'O' => new Static.OfOperation((Operation)FindSymbol(item.Text)),
        'C' or 'V' or 'F' => new Static.OfConstant(item.Text, item.Kind == 'C', item.Kind == 'F'),
        'I' => new Static.OfLiteral(new Literal(BuiltInSort.BigInteger, BigInteger.Parse(item.Text, CultureInfo.InvariantCulture))),
        'N' => new Static.OfLiteral(new Literal(BuiltInSort.Symbol, item.Text)),
        _ => new Static.OfLiteral(new Literal(BuiltInSort.String, item.Text)),
    };
}

/// <summary>Something that C# can call: an operation or a normalizer.</summary>
internal sealed record Entry(string Name, string FullName, ImmutableArray<Sort> Parameters, Sort Result)
{
    public static Entry Of(Operation operation)
        => new(operation.Name, operation.FullName, [.. operation.Parameters.Select(p => p.Sort)], operation.Result);

    public static Entry Of(Normalizer normalizer)
        => new(normalizer.Name, normalizer.ModuleName.Length == 0 ? normalizer.Name : normalizer.ModuleName + "." + normalizer.Name, [normalizer.Sort], normalizer.Sort);
}
