using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Analysis;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>The functions of one normalizer: one visits each sort, one builds each constructor that has simplifications.</summary>
/// <remarks>
/// Innermost: a visit brings the fields to normal form and builds the node again through the constructor's function, which
/// tries the simplifications on fields in normal form. Targets are built by the same functions, so what they make is in
/// normal form again without another visit.
/// Bottom-up once: the same visit, but targets are built plainly and the result is left as it is.
/// Outermost: the function of a sort makes steps at the leftmost outermost place, as long as none of them can matter for the terms
/// around: no rule looks deeper than some levels into a term. Then it leaves in the changed flag how many of these terms have to be
/// tried again before it goes on, the outermost of them first. So a step costs as many levels as rules are deep, not as terms are.
/// Where a rule looks as deep as it likes (it compares terms, or has an operation judge one), all terms around have to be tried
/// after each step.
/// Cells that are shared and in normal form are remembered, so they are searched once. Where no order of steps can change the result,
/// what a shared cell has become is remembered too, so that a step is made at all its places at once (graph rewriting; Barendregt et al.,
/// "Term Graph Rewriting", PARLE 1987).
/// </remarks>
internal sealed class NormalizerFunctions
{
    private readonly ProgramLowering _program;
    private readonly Normalizer _normalizer;
    private readonly ILookup<Constructor, RewriteRule> _rules;
    private readonly HashSet<DataSort> _visited;
    private readonly bool _stepsAtAllPlaces;
    // How many of the terms around a step it can matter for; null where there is no bound.
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
        // A stuck operation goes on when its arguments change, so it counts as one more rule.
        _stepsAtAllPlaces = normalizer.Strategy == Strategy.Outermost && Orthogonality.Holds(_rules.SelectMany(g => g))
            && !_visited.Any(s => program.OpenOperationsOf(s).Any());
        _reach = ReachOf(_rules.SelectMany(g => g));
    }

    // What a step leaves in the changed flag: at least one term, whose function goes on.
    private int StepLevels => Math.Max(1, _reach ?? 1);

    /// <summary>The entry, which C# calls.</summary>
    public Definition Entry()
    {
        var term = new Local("term", _normalizer.Sort);
        var entry = new Function(NameOf(), FunctionRole.Normalizer, [term], _normalizer.Sort);
        if (VisitOf(_normalizer.Sort) is not { } visit)
        {
            return new Definition(entry, new Block([], new Return(term)));
        }

        // Whoever else holds the term that is normalized, no other way leads to it from itself.
        var isShared = new Local("shared", BuiltInSort.Bool);
        var start = new Let(isShared, new Constant(new Literal(BuiltInSort.Bool, false)));
        return new Definition(entry, _normalizer.Strategy == Strategy.Outermost ? Repeat(entry, visit, term, start)
            : new Block([start], new TailCall(visit, EquatableArray.Of(term, isShared))));
    }

    private static Block Repeat(Function entry, Function step, Local term, Let start)
    {
        var next = new Local("term", term.Sort);
        var changed = new Local("changed", BuiltInSort.Bool);
        return new Block(
            [start, new Let(next, new Call(step, EquatableArray.Of(term, start.Target))), new Let(changed, new HasChanged())],
            new Branch(changed, new Block([], new TailCall(entry, EquatableArray.Of(next))), new Block([], new Return(next))));
    }

    /// <summary>
    /// The function that brings a term of a sort to normal form, called with the term and whether it is shared; null where all
    /// terms of the sort are in normal form.
    /// </summary>
    public Function? VisitOf(Sort sort)
    {
        if (sort is not DataSort data || !_visited.Contains(data)) return null;
        if (_visits.TryGetValue(data, out var known)) return known;
        var term = new Local("term", data);
        var isShared = new Local("shared", BuiltInSort.Bool);
        var visit = new Function(NameOf("visit", data.ModuleName, data.Name), FunctionRole.Visit, [term, isShared], data);
        _visits.Add(data, visit);
        _program.Add(visit, () => new Definition(visit, _normalizer.Strategy == Strategy.Outermost
            ? LowerStep(data, term, isShared) : LowerVisit(data, term, isShared)));
        return visit;
    }

    /// <summary>Calls the visit of what an operation has given.</summary>
    public static Call Visit(Function visit, Local value, BlockBuilder builder)
        => new(visit, EquatableArray.Of(value, builder.Let(new IsShared(value), BuiltInSort.Bool, "shared")));

    /// <summary>The function that builds a constructor's term in normal form; null where plain construction does.</summary>
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
        var builder = new Function(NameOf("build", constructor.ModuleName, constructor.Name), FunctionRole.Simplify, parameters,
            constructor.Sort);
        _builders.Add(constructor, builder);
        bool setsChanged = _normalizer.Strategy == Strategy.Outermost;
        _program.Add(builder, () => new FunctionLowering(_program, builder, _normalizer.Strategy == Strategy.Innermost
            ? this : null, setsChanged ? StepLevels : 0)
            .LowerRules(_rules[constructor].ToImmutableArray(), b =>
            {
                if (setsChanged) b.Add(new SetChanged(0));
                return b.End(new Return(b.Let(new Construct(constructor, parameters), constructor.Sort, "term")));
            }));
        return builder;
    }

    // A cell that is reached twice is normalized once: without this a term that shares its parts would be visited once for
    // every way to each part, which can be exponentially often.
    private Block LowerVisit(DataSort sort, Local term, Local isShared)
    {
        if (!_program.Layouts.IsCounted(sort)) return LowerNode(sort, term);
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
        if (!_program.Layouts.IsCounted(sort)) return call;
        var remembered = new Local("remembered", BuiltInSort.Bool);
        var changed = new Local("changed", BuiltInSort.Bool);
        var next = new Local("term", sort);
        var recalled = new Local("known", sort);
        var isNormal = new Local("isNormal", BuiltInSort.Bool);
        Block unchanged = new([new SetChanged(0)], new Return(term));
        return new Block([], new Branch(isShared,
            new Block([new Let(remembered, new IsRemembered(term))], new Branch(remembered,
                // What has become of it may differ in its root.
                new Block([new Let(recalled, new Recalled(term)), new Let(isNormal, new IsSameCell(recalled, term))], new Branch(isNormal,
                    unchanged,
                    new Block([new SetChanged(StepLevels)], new Return(recalled)))),
                new Block([new Let(next, new Call(inner, EquatableArray.Of(term))), new Let(changed, new HasChanged())], new Branch(changed,
                    new Block(_stepsAtAllPlaces ? [new Remember(term, next)] : [], new Return(next)),
                    LowerNormal(sort, term, next))))),
            call));
    }

    // The steps have come to an end. Where there were none, what comes back may be a copy: then the term itself is in normal form, and so
    // are equal terms. Where there were some, only terms around have not noticed.
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

    // The function that goes on with a term of a constructor after a step in one of its fields: those before it are in normal form.
    private Function RestOf(DataSort sort, FunctionSymbol symbol, int index)
    {
        if (_rests.TryGetValue((symbol, index), out var known)) return known;
        string name = NameOf("stepRest", sort.ModuleName, sort.Name, symbol.Name, index.ToString(CultureInfo.InvariantCulture));
        var rest = new Function(name, FunctionRole.Visit, [new Local("term", sort)], sort);
        _rests.Add((symbol, index), rest);
        _program.Add(rest, () => new Definition(rest, LowerRest(sort, symbol, rest.Parameters[0], index)));
        return rest;
    }

    // The root first, then the fields from an index on.
    private Block LowerRest(DataSort sort, FunctionSymbol symbol, Local term, int index)
    {
        var builder = new BlockBuilder();
        var fields = FieldsOf(term, symbol, builder);
        if (symbol is not Constructor constructor || !_rules[constructor].Any())
            return StepFields(builder, symbol, sort, fields, SharingOf(fields, term, builder), index);

        // What comes back with the changed flag at 0 is the same term again.
        var tried = builder.Let(new Call(SimplifierOf(constructor), fields), sort, "term");
        var changed = new Local("changed", BuiltInSort.Bool);
        builder.Add(new Let(changed, new HasChanged()));
        var below = builder.Arm();
        var again = FieldsOf(tried, symbol, below);
        return builder.End(new Branch(changed, new Block([], new Return(tried)),
            StepFields(below, symbol, sort, again, SharingOf(again, tried, below), index)));
    }

    private static ImmutableArray<Local> FieldsOf(Local term, FunctionSymbol symbol, BlockBuilder builder)
        => symbol.Parameters.Select((p, i) => builder.Let(new Field(term, symbol, i), p.Sort, p.Name.Length == 0 ? "field" : p.Name))
            .ToImmutableArray();

    // Makes steps in the first field that has some.
    private Block StepFields(BlockBuilder builder, FunctionSymbol symbol, DataSort sort, ImmutableArray<Local> fields,
        ImmutableArray<Local?> sharing, int index)
    {
        while (index < fields.Length && VisitOf(fields[index].Sort) is null) index++;
        if (index == fields.Length)
        {
            builder.Add(new SetChanged(0));
            return builder.End(new Return(builder.Let(new Construct(symbol, fields), sort, "term")));
        }

        var next = new Local(fields[index].Name, fields[index].Sort);
        var changed = new Local("changed", BuiltInSort.Bool);
        builder.Add(new Let(next,
            new Call(VisitOf(fields[index].Sort)!, EquatableArray.Of(fields[index], sharing[index]!)) { Site = SiteOf(index) }));
        builder.Add(new Let(changed, new HasChanged()));
        var parts = fields.SetItem(index, next);
        return builder.End(new Branch(changed,
            AfterStep(builder.Arm(), symbol, sort, parts, index, StepLevels),
                StepFields(builder.Arm(), symbol, sort, parts, sharing, index + 1)));
    }

    // A step in a field has set the changed flag to at most so many terms, of which this is one. The outermost of them goes on.
    private Block AfterStep(BlockBuilder builder, FunctionSymbol symbol, DataSort sort, ImmutableArray<Local> parts, int index, int most)
    {
        // A stuck operation may go on now that an argument has changed: that is a step of its own.
        bool isStep = symbol is Operation;
        if (_reach is not null && most > 1 && !isStep)
        {
            var isMore = new Local("more", BuiltInSort.Bool);
            builder.Add(new Let(isMore, new HasChanged(most)));
            var arm = builder.Arm();
            arm.Add(new SetChanged(most - 1));
            return builder.End(new Branch(isMore, Build(arm), AfterStep(builder.Arm(), symbol, sort, parts, index, most - 1)));
        }

        if (_reach is null || isStep)
        {
            builder.Add(new SetChanged(StepLevels));
            return Build(builder);
        }

        return builder.End(new TailCall(RestOf(sort, symbol, index),
            EquatableArray.Of(builder.Let(new Construct(symbol, parts), sort, "term"))));

        Block Build(BlockBuilder b) => b.End(new Return(b.Let(new Construct(symbol, parts), sort, "term")));
    }

    // How deep the rules look into a term; null where that depends on the term.
    private static int? ReachOf(IEnumerable<RewriteRule> rules)
    {
        // Beyond, the code for each field would grow, and hardly any rule is as deep.
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

    // Which fields are shared, looked up before their cell is taken apart: a field of a shared cell gets one more reference then,
    // though no more ways lead to it.
    private ImmutableArray<Local?> SharingOf(IEnumerable<Local> fields, Local cell, BlockBuilder builder)
        => fields.Select(f => VisitOf(f.Sort) is null ? null : builder.Let(new IsShared(f, cell), BuiltInSort.Bool, "shared"))
            .ToImmutableArray();

    private Block LowerNode(DataSort sort, Local term)
    {
        var cases = sort.Constructors.Cast<FunctionSymbol>().Concat(_program.OpenOperationsOf(sort)).Select(symbol =>
        {
            var arm = new BlockBuilder();
            var fields = symbol.Parameters
                .Select((p, i) => arm.Let(new Field(term, symbol, i), p.Sort, p.Name.Length == 0 ? "field" : p.Name)).ToImmutableArray();
            var sharing = SharingOf(fields, term, arm);
            var normal = fields.Select((f, i) => sharing[i] is { } isShared ? arm.Let(new Call(VisitOf(f.Sort)!,
                EquatableArray.Of(f, isShared)) { Site = SiteOf(i) }, f.Sort, f.Name) : f).ToEquatableArray();
            Block block;
            if (symbol is Constructor constructor && _rules[constructor].Any())
                block = arm.End(new TailCall(SimplifierOf(constructor), normal));
            else if (symbol.Arity == 0 && symbol is Constructor) block = arm.End(new Return(term));
            else block = arm.End(new Return(arm.Let(new Construct(symbol, normal), sort, "term")));
            return new KeyValuePair<FunctionSymbol, Block>(symbol, block);
        });
        return new Block([], new Switch(term, cases.ToEquatableArray(), null));
    }

    // The sorts below which a simplification can apply.
    private HashSet<DataSort> SortsToVisit(DataSort root)
    {
        var reachable = new List<DataSort> { root };
        for (int i = 0; i < reachable.Count; i++)
            foreach (var field in FieldSorts(reachable[i]))
                if (!reachable.Contains(field)) reachable.Add(field);

        // Results of operations and targets can be of other sorts as well.
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
