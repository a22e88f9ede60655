using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>
/// Lowers a module, with the operations that it needs from the modules that it uses, to a program. This is the first step of the
/// <see cref="Pipeline"/>.
/// </summary>
internal sealed class ProgramLowering
{
    private readonly ModuleDefinition _module;
    private readonly ILookup<FunctionSymbol, RewriteRule> _rules;
    private readonly Dictionary<Operation, Function> _operations = [];
    private readonly List<Function> _functions = [];
    private readonly Dictionary<Function, Definition> _definitions = [];
    private readonly Queue<Func<Definition>> _pending = [];

    private ProgramLowering(ModuleDefinition module, ProgramForm form)
    {
        (_module, Layouts, IsTraced, IsOverObjects)
            = (module, new Layouts(module, form), form == ProgramForm.Traced, form == ProgramForm.Objects);
        _rules = module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
    }

    internal Layouts Layouts { get; }

    internal bool IsTraced { get; }

    /// <summary>True if terms are objects: nothing is known about sharing, and what does not change is kept.</summary>
    internal bool IsOverObjects { get; }

    /// <summary>Lowers a checked module. The result depends only on the arguments.</summary>
    /// <param name="module">The module.</param>
    /// <param name="form">The form of the program.</param>
    /// <param name="seesRules">True to keep each rule that fires, for counting; otherwise passes may apply some rules at compile
    /// time.</param>
    public static Program Lower(ModuleDefinition module, ProgramForm form, bool seesRules)
    {
        var lowering = new ProgramLowering(module, form);
        var entries = lowering.LowerFunctions();
        var definitions = lowering._functions.Select(f => lowering._definitions[f]).ToImmutableArray();
        return new Program(module, form, seesRules, lowering.Layouts, definitions, entries);
    }

    // Returns the entries: operations, then normalizers, in order of declaration.
    private ImmutableArray<Function> LowerFunctions()
    {
        var operations = _module.Operations.Where(o => !o.IsHost).Select(FunctionOf).ToList();
        var rules = _module.Closure.SelectMany(m => m.Rules).ToList();
        var normalizers = _module.Normalizers.Select(n =>
        {
            var entry = new NormalizerFunctions(this, n, rules).Entry();
            _functions.Add(entry.Function);
            _definitions.Add(entry.Function, entry);
            return entry.Function;
        }).ToList();
        while (_pending.Count > 0)
        {
            var definition = _pending.Dequeue()();
            _definitions.Add(definition.Function, definition);
        }

        return [.. operations, .. normalizers];
    }

    internal Function FunctionOf(Operation operation)
    {
        if (_operations.TryGetValue(operation, out var known)) return known;
        var parameters = operation.Parameters.Select(p => new Local(p.Name.Length == 0 ? "argument" : p.Name, p.Sort)).ToImmutableArray();
        var function = new Function(operation.FullName, FunctionRole.Operation, parameters, operation.Result);
        _operations.Add(operation, function);
        Add(function,
            () => new FunctionLowering(this, function, null).LowerRules(_rules[operation].ToImmutableArray(), b => operation.IsOpen
            ? b.End(new Return(b.Let(new Construct(operation, parameters), operation.Result, "stuck")))
            : b.End(new Stuck(operation, parameters))));
        return function;
    }

    // Bodies are lowered later, so that functions can call each other and a long chain of calls does not recurse deeply here.
    internal void Add(Function function, Func<Definition> lower)
    {
        _functions.Add(function);
        _pending.Enqueue(lower);
    }

    internal IEnumerable<Operation> OpenOperationsOf(DataSort sort)
        => _module.Closure.SelectMany(m => m.Operations).Where(o => o.IsOpen && ReferenceEquals(o.Result, sort));
}
