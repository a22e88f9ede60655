using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Lowers a module, with the operations that it needs of the modules that it uses, to a program.</summary>
public sealed class ProgramLowering
{
    private readonly Module _module;
    private readonly ILookup<FunctionSymbol, RewriteRule> _rules;
    private readonly Dictionary<Operation, Function> _operations = [];
    private readonly List<Function> _functions = [];
    private readonly Queue<Action> _pending = [];

    private ProgramLowering(Module module, bool isGeneral)
    {
        _module = module;
        Layouts = new Layouts(module, isGeneral);
        _rules = module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
    }

    internal Layouts Layouts { get; }

    /// <summary>Lowers a checked module. The result depends on nothing but the arguments.</summary>
    /// <param name="module">The module.</param>
    /// <param name="isGeneral">True to hold every sort in cells, as terms need it that do not fit the fast forms.</param>
    /// <param name="seesRules">True to keep each rule that fires, for counting and tracing; otherwise some are computed while compiling.</param>
    public static Program Lower(Module module, bool isGeneral = false, bool seesRules = false)
    {
        var lowering = new ProgramLowering(module, isGeneral);
        var operations = module.Operations.Where(o => !o.IsHost).Select(lowering.FunctionOf).ToList();
        var rules = module.Closure.SelectMany(m => m.Rules).ToList();
        var normalizers = module.Normalizers.Select(n =>
        {
            var entry = new NormalizerFunctions(lowering, n, rules).Entry();
            lowering._functions.Add(entry);
            return entry;
        }).ToList();
        while (lowering._pending.Count > 0) lowering._pending.Dequeue()();
        var functions = CallPatterns.Apply(lowering._functions.ToImmutableArray(), lowering.Layouts);
        functions = UpwardLoops.Apply(TailModulo.Apply(functions, lowering.Layouts), lowering.Layouts);
        foreach (var function in functions)
        {
            CounterLoops.Close(function, lowering.Layouts);
            DeadCode.Remove(function);
        }

        FastForms.Apply(functions, lowering.Layouts, seesRules);
        functions = ConstantOperations.Apply(functions);
        foreach (var function in functions)
        {
            DeadCode.Remove(function);
            ReferenceCounts.Insert(function, lowering.Layouts);
        }

        var hosts = module.Closure.SelectMany(m => m.Operations).Where(o => o.IsHost).ToImmutableArray();
        return new Program(module, functions, operations.Concat(normalizers).ToImmutableArray(), hosts,
            lowering.Layouts, new Statics(functions));
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
