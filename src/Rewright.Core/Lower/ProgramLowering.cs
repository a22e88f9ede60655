using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Lowers a module, with the operations that it needs of the modules that it uses, to a program.</summary>
internal sealed class ProgramLowering
{
    private readonly ModuleDefinition _module;
    private readonly ILookup<FunctionSymbol, RewriteRule> _rules;
    private readonly Dictionary<Operation, Function> _operations = [];
    private readonly List<Function> _functions = [];
    private readonly Queue<Action> _pending = [];

    private ProgramLowering(ModuleDefinition module, Layouts layouts, bool isTraced = false)
    {
        (_module, Layouts, IsTraced) = (module, layouts, isTraced);
        _rules = module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
    }

    internal Layouts Layouts { get; }

    internal bool IsTraced { get; }

    /// <summary>Lowers a checked module. The result depends on nothing but the arguments.</summary>
    /// <param name="module">The module.</param>
    /// <param name="isGeneral">True to hold every sort in cells, as terms need it that do not fit the fast forms.</param>
    /// <param name="seesRules">True to keep each rule that fires, for counting; otherwise some are computed while compiling.</param>
    /// <param name="optimizes">False to run only the passes that a program cannot do without.</param>
    /// <exception cref="LoweredFormException">A pass has a fault.</exception>
    public static Program Lower(ModuleDefinition module, bool isGeneral = false, bool seesRules = false, bool optimizes = true)
    {
        var lowering = new ProgramLowering(module, new Layouts(module, isGeneral));
        var entries = lowering.LowerFunctions();
        var passes = new PassRunner(lowering._functions, lowering.Layouts);
        if (optimizes)
        {
            passes.Run("call patterns", CallPatterns.Apply);
            passes.Run("tail modulo constructors", (functions, layouts) => TailModulo.Apply(functions, layouts));
            passes.Run("upward loops", UpwardLoops.Apply);
            passes.Run("counter loops", CloseLoops);
        }

        passes.Run("fast forms", (functions, layouts) => FastForms.Apply(functions, layouts, seesRules || !optimizes));
        if (optimizes) passes.Run("constants", (functions, _) => ConstantOperations.Apply(functions));
        passes.Run("reference counts", CountReferences, isCounted: true);
        return lowering.Finish(passes.Finish(), entries);
    }

    /// <summary>Lowers a checked module to a program, in the general form, that makes each rewrite by itself and knows where.</summary>
    public static Program LowerTraced(ModuleDefinition module)
    {
        var lowering = new ProgramLowering(module, new Layouts(module, isGeneral: true), isTraced: true);
        var entries = lowering.LowerFunctions();
        var passes = new PassRunner(lowering._functions, lowering.Layouts);
        passes.Run("reference counts", CountReferences, isCounted: true);
        return lowering.Finish(passes.Finish(), entries);
    }

    /// <summary>
    /// Lowers a checked module for a language that keeps memory itself: without memory operations, holes and packed sorts.
    /// Counters, and what is closed because of them, stay, and <see cref="TailCall.Around"/> takes the place of holes.
    /// </summary>
    public static Program LowerPlain(ModuleDefinition module)
    {
        var lowering = new ProgramLowering(module, new Layouts(module, isGeneral: false, onlyCounters: true));
        var entries = lowering.LowerFunctions();
        var passes = new PassRunner(lowering._functions, lowering.Layouts);
        passes.Run("tail modulo addition", (functions, layouts) => TailModulo.Apply(functions, layouts, fillsHoles: false));
        passes.Run("upward loops", UpwardLoops.Apply);
        passes.Run("counter loops", CloseLoops);
        passes.Run("tail surroundings", TailSurroundings.Apply);
        return lowering.Finish(passes.Finish(), entries);
    }

    private static ImmutableArray<Function> CloseLoops(ImmutableArray<Function> functions, Layouts layouts)
    {
        foreach (var function in functions)
        {
            CounterLoops.Close(function, layouts);
            DeadCode.Remove(function);
        }

        return functions;
    }

    private static ImmutableArray<Function> CountReferences(ImmutableArray<Function> functions, Layouts layouts)
    {
        foreach (var function in functions)
        {
            DeadCode.Remove(function);
            ReferenceCounts.Insert(function, layouts);
        }

        return functions;
    }

    private Program Finish(ImmutableArray<Function> functions, ImmutableArray<Function> entries)
    {
        var hosts = _module.Closure.SelectMany(m => m.Operations).Where(o => o.IsHost).ToImmutableArray();
        return new Program(_module, functions, entries, hosts, Layouts, new Statics(functions), IsTraced);
    }

    // Gives the entries: operations, then normalizers, in order of declaration.
    private ImmutableArray<Function> LowerFunctions()
    {
        var operations = _module.Operations.Where(o => !o.IsHost).Select(FunctionOf).ToList();
        var rules = _module.Closure.SelectMany(m => m.Rules).ToList();
        var normalizers = _module.Normalizers.Select(n =>
        {
            var entry = new NormalizerFunctions(this, n, rules).Entry();
            _functions.Add(entry);
            return entry;
        }).ToList();
        while (_pending.Count > 0) _pending.Dequeue()();
        return [.. operations, .. normalizers];
    }

    internal Function FunctionOf(Operation operation)
    {
        if (_operations.TryGetValue(operation, out var known)) return known;
        var parameters = operation.Parameters.Select(p => new Local(p.Name.Length == 0 ? "argument" : p.Name, p.Sort)).ToImmutableArray();
        var function = new Function(operation.FullName, FunctionRole.Operation, parameters, operation.Result);
        _operations.Add(operation, function);
        Add(function, () => new FunctionLowering(this, function, null).LowerRules(_rules[operation].ToImmutableArray(), b => operation.IsOpen
            ? b.End(new Return(b.Let(new Construct(operation, parameters), operation.Result, "stuck")))
            : b.End(new Stuck(operation, parameters))));
        return function;
    }

    // Bodies are lowered later, so that functions can call each other and no chain of calls makes a deep recursion here.
    internal void Add(Function function, Action lower)
    {
        _functions.Add(function);
        _pending.Enqueue(lower);
    }

    internal IEnumerable<Operation> OpenOperationsOf(DataSort sort)
        => _module.Closure.SelectMany(m => m.Operations).Where(o => o.IsOpen && ReferenceEquals(o.Result, sort));
}
