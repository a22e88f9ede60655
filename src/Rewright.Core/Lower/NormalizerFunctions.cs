using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Analysis;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>The functions of one normalizer: one visits each sort, and one builds each constructor that has simplifications.</summary>
/// <remarks>
/// Innermost: a visit brings the fields to normal form and rebuilds the node by the constructor's function, which tries the simplifications
/// on these fields. The same functions build targets, so targets are in normal form without another visit.
/// Bottom-up once: the visit is the same, but targets are built plainly and the result is not simplified again.
/// Outermost: the function of a sort makes steps at the leftmost outermost place until a step may matter for a term around it: no rule
/// looks deeper into a term than a bounded number of levels. The changed flag then says how many of the terms around must be tried again,
/// the outermost of them first. So the cost of a step depends on the depth of the rules, not on that of the terms. If a rule looks
/// arbitrarily deep (it compares terms, or calls an operation on one), all terms around are tried again after each step.
/// Shared cells in normal form are remembered and so searched once. If no order of steps can change the result, the result of every shared
/// cell is remembered too, so that one step rewrites all its places (graph rewriting; Barendregt et al., "Term Graph Rewriting", PARLE
/// 1987).
/// </remarks>
internal sealed class NormalizerFunctions
{
    private readonly ProgramLowering _program;
    private readonly Normalizer _normalizer;
    private readonly ILookup<Constructor, RewriteRule> _rules;
    private readonly HashSet<DataSort> _visited;
    private readonly bool _stepsAtAllPlaces;
    // The number of terms around a step for which it can matter; null if there is no bound.
    private readonly int? _reach;
    private readonly Dictionary<DataSort, Function> _visits = [];
    private readonly Dictionary<(FunctionSymbol, int), Function> _rests = [];
    private readonly Dictionary<Constructor, Function> _builders = [];

    public NormalizerFunctions(ProgramLowering program, Normalizer normalizer, IEnumerable<RewriteRule> rules)
    {
        _program = program;
        _normalizer = normalizer;
        _rules = rules.Where(r => r.IsSimplification && normalizer.Includes(r.Group)).ToLookup(r => (Constructor)r.Root);
        _visited = SortsToVisit(normalizer.Sort);
        // A stuck operation may be evaluated when its arguments change, so it counts as another rule.
        _stepsAtAllPlaces = normalizer.Strategy == Strategy.Outermost && Orthogonality.Holds(_rules.SelectMany(g => g))
            && !_visited.Any(s => program.OpenOperationsOf(s).Any());
        _reach = ReachOf(_rules.SelectMany(g => g));
    }

    // The value of the changed flag after a step: at least one term, whose function then continues.
    private int StepLevels => Math.Max(1, _reach ?? 1);

    /// <summary>The entry that C# calls.</summary>
    public Definition Entry()
    {
        var term = new Local("term", _normalizer.Sort);
        var entry = new Function(NameOf(), FunctionRole.Normalizer, [term], _normalizer.Sort);
        if (VisitOf(_normalizer.Sort) is not { } visit)
        {
            return new Definition(entry, new Block([], new Return(term)));
        }

        var start = new BlockBuilder();
        var arguments = EquatableArray.Of(term);
        // The term itself counts as unshared: even if there are other references to it, no path inside the term leads back to it.
        if (!_program.IsOverObjects)
            arguments = EquatableArray.Of(term, start.Let(new Constant(Literal.Of(false)), BuiltInSort.Bool, "shared"));
        return new Definition(entry, _normalizer.Strategy == Strategy.Outermost ? Repeat(entry, new Call(visit, arguments), start)
            : start.End(new TailCall(visit, arguments)));
    }

    private static Block Repeat(Function entry, Call step, BlockBuilder start)
    {
        var next = new Local("term", entry.Result!);
        var changed = new Local("changed", BuiltInSort.Bool);
        start.Add(new Let(next, step));
        start.Add(new Let(changed, new HasChanged()));
        return start.End(
            new Branch(changed, new Block([], new TailCall(entry, EquatableArray.Of(next))), new Block([], new Return(next))));
    }

    /// <summary>
    /// The function that brings a term of a sort to normal form. Its arguments are the term and, unless terms are objects, whether it is
    /// shared. Null if all terms of the sort are in normal form.
    /// </summary>
    public Function? VisitOf(Sort sort)
    {
        if (sort is not DataSort data || !_visited.Contains(data)) return null;
        if (_visits.TryGetValue(data, out var known)) return known;
        var term = new Local("term", data);
        var isShared = new Local("shared", BuiltInSort.Bool);
        var visit = new Function(NameOf("visit", data.ModuleName, data.Name), FunctionRole.Visit,
            _program.IsOverObjects ? [term] : [term, isShared], data);
        _visits.Add(data, visit);
        _program.Add(visit, () => new Definition(visit, _normalizer.Strategy == Strategy.Outermost
            ? LowerStep(data, term, isShared) : LowerVisit(data, term, isShared)));
        return visit;
    }

    /// <summary>Calls the visit of an operation's result.</summary>
    public static Call Visit(Function visit, Local value, BlockBuilder builder)
        => new(visit, visit.Parameters.Length == 1 ? EquatableArray.Of(value)
            : EquatableArray.Of(value, builder.Let(new IsShared(value), BuiltInSort.Bool, "shared")));

    /// <summary>The function that builds a constructor's term in normal form; null if plain construction is enough.</summary>
    public Function? BuilderOf(Constructor constructor)
    {
        if (_normalizer.Strategy != Strategy.Innermost || !_rules[constructor].Any()) return null;
        return SimplifierOf(constructor);
    }

    private Function SimplifierOf(Constructor constructor)
    {
        if (_builders.TryGetValue(constructor, out var known)) return known;
        var parameters = constructor.Parameters.Select((p, i) => new Local(p.Name.Length == 0 ? "field" : p.Name, p.Sort))
            .ToImmutableArray();
        var old = _program.IsOverObjects ? new Local("old", constructor.Sort) : null;
        var builder = new Function(NameOf("build", constructor.ModuleName, constructor.Name), FunctionRole.Simplify,
            old is null ? parameters : parameters.Add(old), constructor.Sort);
        _builders.Add(constructor, builder);
        bool setsChanged = _normalizer.Strategy == Strategy.Outermost;
        _program.Add(builder, () => new FunctionLowering(_program, builder, _normalizer.Strategy == Strategy.Innermost
            ? this : null, setsChanged ? StepLevels : 0)
            .LowerRules(_rules[constructor].ToImmutableArray(), b =>
            {
                if (setsChanged) b.Add(new SetChanged(0));
                return b.End(new Return(b.Let(Build(constructor, parameters, old), constructor.Sort, "term")));
            }));
        return builder;
    }

    // A cell that is reached twice is normalized once. Otherwise a part would be visited once for every path to it, which can be
    // exponentially often.
    private Block LowerVisit(DataSort sort, Local term, Local isShared)
    {
        if (_program.IsOverObjects || !_program.Layouts.IsCounted(sort)) return LowerNode(sort, term);
        var remembered = new Local("remembered", BuiltInSort.Bool);
        var recalled = new Local("normal", sort);
        var normal = new Local("normal", sort);
        var inner = new Function(NameOf("visitNode", sort.ModuleName, sort.Name), FunctionRole.Visit, [new Local("term", sort)], sort);
        _program.Add(inner, () => new Definition(inner, LowerNode(sort, inner.Parameters[0])));
        return new Block([], new Branch(isShared,
            new Block([new Let(remembered, new IsRemembered(term))], new Branch(remembered,
                new Block([new Let(recalled, new Recalled(term))], new Return(recalled)),
                new Block([new Let(normal, new Call(inner, EquatableArray.Of(term))), new Remember(term, normal)], new Return(normal)))),
            new Block([], new TailCall(inner, EquatableArray.Of(term)))));
    }

    private Block LowerStep(DataSort sort, Local term, Local isShared)
    {
        var inner = new Function(NameOf("stepNode", sort.ModuleName, sort.Name), FunctionRole.Visit, [new Local("term", sort)], sort);
        _program.Add(inner, () => new Definition(inner, LowerStepNode(sort, inner.Parameters[0])));
        var call = new Block([], new TailCall(inner, EquatableArray.Of(term)));
        if (_program.IsOverObjects || !_program.Layouts.IsCounted(sort)) return call;
        var remembered = new Local("remembered", BuiltInSort.Bool);
        var changed = new Local("changed", BuiltInSort.Bool);
        var next = new Local("term", sort);
        var recalled = new Local("known", sort);
        var isNormal = new Local("isNormal", BuiltInSort.Bool);
        Block unchanged = new([new SetChanged(0)], new Return(term));
        return new Block([], new Branch(isShared,
            new Block([new Let(remembered, new IsRemembered(term))], new Branch(remembered,
                // The remembered result may have another root.
                new Block([new Let(recalled, new Recalled(term)), new Let(isNormal, new IsSameCell(recalled, term))], new Branch(isNormal,
                    unchanged,
                    new Block([new SetChanged(StepLevels)], new Return(recalled)))),
                new Block([new Let(next, new Call(inner, EquatableArray.Of(term))), new Let(changed, new HasChanged())], new Branch(changed,
                    new Block(_stepsAtAllPlaces ? [new Remember(term, next)] : [], new Return(next)),
                    LowerNormal(sort, term, next))))),
            call));
    }

    // The steps have ended. If there were none, the returned term may be a copy; then the original, and any equal term, is in normal form.
    // If there were some, they do not matter for the terms around.
    private Block LowerNormal(DataSort sort, Local term, Local next)
    {
        Block isNormal = new([new Remember(term, term)], new Return(term));
        if (_reach is null) return isNormal;
        var builder = new BlockBuilder();
        var same = builder.Let(new Same(next, term), BuiltInSort.Bool, "same");
        return builder.End(new Branch(same, isNormal, new Block([new Remember(term, next)], new Return(next))));
    }

    private Block LowerStepNode(DataSort sort, Local term)
    {
        var cases = sort.Constructors.Cast<FunctionSymbol>().Concat(_program.OpenOperationsOf(sort))
            .Select(symbol => new KeyValuePair<FunctionSymbol, Block>(symbol, LowerRest(sort, symbol, term, 0)));
        return new Block([], new Switch(term, cases.ToEquatableArray(), null));
    }

    // The function that continues with a term after a step in one of its fields; the fields before that one are in normal form.
    private Function RestOf(DataSort sort, FunctionSymbol symbol, int index)
    {
        if (_rests.TryGetValue((symbol, index), out var known)) return known;
        string name = NameOf("stepRest", sort.ModuleName, sort.Name, symbol.Name, index.ToString(CultureInfo.InvariantCulture));
        var rest = new Function(name, FunctionRole.Visit, [new Local("term", sort)], sort);
        _rests.Add((symbol, index), rest);
        _program.Add(rest, () => new Definition(rest, LowerRest(sort, symbol, rest.Parameters[0], index)));
        return rest;
    }

    // Tries the root first, then the fields from an index on.
    private Block LowerRest(DataSort sort, FunctionSymbol symbol, Local term, int index)
    {
        var builder = new BlockBuilder();
        var fields = FieldsOf(term, symbol, builder);
        if (symbol is not Constructor constructor || !_rules[constructor].Any())
            return StepFields(builder, symbol, term, fields, SharingOf(fields, term, builder), index);

        // If the changed flag is 0, the returned term equals the original.
        var tried = builder.Let(new Call(SimplifierOf(constructor), ArgumentsOf(fields, term)), sort, "term");
        var changed = new Local("changed", BuiltInSort.Bool);
        builder.Add(new Let(changed, new HasChanged()));
        var below = builder.Arm();
        var again = FieldsOf(tried, symbol, below);
        return builder.End(new Branch(changed, new Block([], new Return(tried)),
            StepFields(below, symbol, tried, again, SharingOf(again, tried, below), index)));
    }

    private static ImmutableArray<Local> FieldsOf(Local term, FunctionSymbol symbol, BlockBuilder builder)
        => symbol.Parameters.Select((p, i) => builder.Let(new Field(term, symbol, i), p.Sort, p.Name.Length == 0 ? "field" : p.Name))
            .ToImmutableArray();

    // Makes steps in the first field that allows any.
    private Block StepFields(BlockBuilder builder, FunctionSymbol symbol, Local term, ImmutableArray<Local> fields,
        ImmutableArray<Local?> sharing, int index)
    {
        var sort = (DataSort)term.Sort;
        while (index < fields.Length && VisitOf(fields[index].Sort) is null) index++;
        if (index == fields.Length)
        {
            builder.Add(new SetChanged(0));
            return builder.End(new Return(builder.Let(Build(symbol, fields, OldOf(term)), sort, "term")));
        }

        var next = new Local(fields[index].Name, fields[index].Sort);
        var changed = new Local("changed", BuiltInSort.Bool);
        builder.Add(new Let(next,
            new Call(VisitOf(fields[index].Sort)!, VisitArguments(fields[index], sharing[index])) { Site = SiteOf(index) }));
        builder.Add(new Let(changed, new HasChanged()));
        var parts = fields.SetItem(index, next);
        return builder.End(new Branch(changed,
            AfterStep(builder.Arm(), symbol, sort, parts, index, StepLevels),
                StepFields(builder.Arm(), symbol, term, parts, sharing, index + 1)));
    }

    // A step in a field has set the changed flag to at most this number of terms around it, and this term is one of them. The outermost of
    // them continues.
    private Block AfterStep(BlockBuilder builder, FunctionSymbol symbol, DataSort sort, ImmutableArray<Local> parts, int index, int most)
    {
        // A changed argument may let a stuck operation be evaluated, which is a step of its own.
        bool isStep = symbol is Operation;
        if (_reach is not null && most > 1 && !isStep)
        {
            var isMore = new Local("more", BuiltInSort.Bool);
            builder.Add(new Let(isMore, new HasChanged(most)));
            var arm = builder.Arm();
            arm.Add(new SetChanged(most - 1));
            return builder.End(new Branch(isMore, Built(arm), AfterStep(builder.Arm(), symbol, sort, parts, index, most - 1)));
        }

        if (_reach is null || isStep)
        {
            builder.Add(new SetChanged(StepLevels));
            return Built(builder);
        }

        return builder.End(new TailCall(RestOf(sort, symbol, index),
            EquatableArray.Of(builder.Let(new Construct(symbol, parts), sort, "term"))));

        Block Built(BlockBuilder b) => b.End(new Return(b.Let(new Construct(symbol, parts), sort, "term")));
    }

    // The depth to which the rules look into a term; null if it depends on the term.
    private static int? ReachOf(IEnumerable<RewriteRule> rules)
    {
        // With a larger limit, the code for each field would grow, and few rules are deeper.
        const int most = 8;
        int reach = 0;
        foreach (var rule in rules)
        {
            var terms = rule.Source.Descendants().OfType<VariableExpr>().Select(v => v.Variable).Where(v => v.Sort is DataSort).ToList();
            bool comparesTerms = terms.Distinct().Count() < terms.Count;
            if (comparesTerms || rule.Conditions.SelectMany(c => c.Expressions).SelectMany(e => e.Descendants())
                .Any(e => e is VariableExpr { Variable.Sort: DataSort })) return null;
            reach = Math.Max(reach, DepthOf(rule.Source));
        }

        return reach <= most ? reach : null;
    }

    private static int DepthOf(ApplyExpr pattern)
        => pattern.Arguments.OfType<ApplyExpr>().Select(a => 1 + DepthOf(a)).DefaultIfEmpty(0).Max();

    // Whether fields are shared is read before their cell is taken apart: taking a shared cell apart adds a reference to each field,
    // although no more paths lead to it.
    private ImmutableArray<Local?> SharingOf(IEnumerable<Local> fields, Local cell, BlockBuilder builder)
        => fields.Select(f => _program.IsOverObjects
            || VisitOf(f.Sort) is null ? null : builder.Let(new IsShared(f, cell), BuiltInSort.Bool, "shared"))
            .ToImmutableArray();

    private Block LowerNode(DataSort sort, Local term)
    {
        var cases = sort.Constructors.Cast<FunctionSymbol>().Concat(_program.OpenOperationsOf(sort)).Select(symbol =>
        {
            var arm = new BlockBuilder();
            var fields = symbol.Parameters
                .Select((p, i) => arm.Let(new Field(term, symbol, i), p.Sort, p.Name.Length == 0 ? "field" : p.Name)).ToImmutableArray();
            var sharing = SharingOf(fields, term, arm);
            var normal = fields.Select((f, i) => VisitOf(f.Sort) is { } visit
                ? arm.Let(new Call(visit, VisitArguments(f, sharing[i])) { Site = SiteOf(i) }, f.Sort, f.Name) : f).ToImmutableArray();
            Block block;
            if (symbol is Constructor constructor && _rules[constructor].Any())
                block = arm.End(new TailCall(SimplifierOf(constructor), ArgumentsOf(normal, term)));
            else if (symbol.Arity == 0 && symbol is Constructor) block = arm.End(new Return(term));
            else block = arm.End(new Return(arm.Let(Build(symbol, normal, OldOf(term)), sort, "term")));
            return new KeyValuePair<FunctionSymbol, Block>(symbol, block);
        });
        return new Block([], new Switch(term, cases.ToEquatableArray(), null));
    }

    // Objects that a visit does not change are kept; a term in memory of its own is built again, in its own cell if it is not shared.
    private Local? OldOf(Local term) => _program.IsOverObjects ? term : null;

    private EquatableArray<Local> ArgumentsOf(ImmutableArray<Local> fields, Local old)
        => OldOf(old) is null ? fields : fields.Add(old);

    private static Value Build(FunctionSymbol symbol, ImmutableArray<Local> fields, Local? old)
        => old is null ? new Construct(symbol, fields) : new Rebuild(old, symbol, fields);

    private static EquatableArray<Local> VisitArguments(Local field, Local? isShared)
        => isShared is null ? EquatableArray.Of(field) : EquatableArray.Of(field, isShared);

    // The sorts whose terms can contain a place for a simplification.
    private HashSet<DataSort> SortsToVisit(DataSort root)
    {
        var reachable = new List<DataSort> { root };
        for (int i = 0; i < reachable.Count; i++)
            foreach (var field in FieldSorts(reachable[i]))
                if (!reachable.Contains(field)) reachable.Add(field);

        // Results of operations and targets can be of other sorts too.
        foreach (var rule in _rules.SelectMany(g => g))
            foreach (var expr in rule.Target.Descendants())
                if (expr.Sort is DataSort data)
                    foreach (var sort in FieldSorts(data).Append(data))
                        if (!reachable.Contains(sort)) reachable.Add(sort);

        var visited = new HashSet<DataSort>(reachable.Where(s => s.Constructors.Any(c => _rules[c].Any())));
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (var sort in reachable)
                if (!visited.Contains(sort) && FieldSorts(sort).Any(visited.Contains)) grew |= visited.Add(sort);
        }

        return visited;
    }

    private IEnumerable<DataSort> FieldSorts(DataSort sort)
        => sort.Constructors.Cast<FunctionSymbol>().Concat(_program.OpenOperationsOf(sort)).SelectMany(c => c.Parameters)
            .Select(p => p.Sort).OfType<DataSort>();

    private CallSite? SiteOf(int field) => _program.IsTraced ? new CallSite(null, -1, EquatableArray.Of(field)) : null;

    private string NameOf(params string[] parts)
        => string.Join(".", new[] { _normalizer.ModuleName, _normalizer.Name }.Concat(parts).Where(p => p.Length > 0));
}
