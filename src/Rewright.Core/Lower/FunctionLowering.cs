using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Lowers one function: decision tree, conditions and targets of its rules to blocks.</summary>
internal sealed class FunctionLowering
{
    // Arms nest as deep as tests follow each other. A long chain is cut into labelled blocks, so that nothing that walks
    // blocks recurses deeply.
    private const int MaxNesting = 40;

    private readonly ProgramLowering _program;
    private readonly Function _function;
    private readonly NormalizerFunctions? _normalizer;
    private readonly ImmutableArray<Label>.Builder _labels = ImmutableArray.CreateBuilder<Label>();
    private readonly Dictionary<DecisionTree, Label?> _shared = [];
    private ImmutableDictionary<Place, Local> _arguments = ImmutableDictionary<Place, Local>.Empty;
    private int _nesting;

    /// <param name="program">Knows the functions of the program.</param>
    /// <param name="function">Gets the body.</param>
    /// <param name="normalizer">Whose constructors targets are built with; null for plain construction.</param>
    public FunctionLowering(ProgramLowering program, Function function, NormalizerFunctions? normalizer)
        => (_program, _function, _normalizer) = (program, function, normalizer);

    private delegate Block Continuation(BlockBuilder builder, Local value);

    private sealed record Scope(ImmutableDictionary<Place, Local> Places, ImmutableDictionary<Variable, Local> Variables);

    // What the leaves of a decision tree become. The tree of the function's rules is a graph whose states may be shared;
    // that of a condition's pattern is a tree.
    private sealed record Leaves(Func<RuleNode, BlockBuilder, Scope, Func<BlockBuilder, Block>, Block> Fire, Func<BlockBuilder, Block> Fail, bool IsGraph);

    /// <summary>Lowers rules tried on the function's parameters.</summary>
    /// <param name="rules">In the order of trying.</param>
    /// <param name="fail">What happens when none applies.</param>
    public void LowerRules(ImmutableArray<RewriteRule> rules, Func<BlockBuilder, Block> fail)
    {
        var places = _function.Parameters.Select((p, i) => Place.Argument(i, p.Sort)).ToImmutableArray();
        _arguments = places.Select((place, i) => new KeyValuePair<Place, Local>(place, _function.Parameters[i])).ToImmutableDictionary();
        var tree = MatchCompiler.Compile(places, rules, _program.Layouts.MayBeStuck);
        FindShared(tree);
        var leaves = new Leaves((leaf, b, s, otherwise) => LowerConditions(leaf.Rule, 0, b, s, otherwise), fail, IsGraph: true);
        _function.Body = LowerNode(tree, new BlockBuilder(), TopScope, leaves);
        _function.Labels = _labels.ToImmutable();
        LabelClosing.Close(_function);
    }

    private Scope TopScope => new(_arguments, ImmutableDictionary<Variable, Local>.Empty);

    // States that several tests lead to become labelled blocks.
    private void FindShared(DecisionTree root)
    {
        var seen = new HashSet<DecisionTree>();
        var stack = new Stack<DecisionTree>();
        stack.Push(root);
        while (stack.Count > 0)
        {
            var tree = stack.Pop();
            if (!seen.Add(tree))
            {
                if (tree is not FailNode && !_shared.ContainsKey(tree)) _shared.Add(tree, null);
                continue;
            }

            foreach (var next in Next(tree)) stack.Push(next);
        }
    }

    private static IEnumerable<DecisionTree> Next(DecisionTree tree) => tree switch
    {
        RuleNode { Otherwise: { } otherwise } => [otherwise],
        SymbolNode n => n.Otherwise is null ? n.Cases.Select(c => c.Value) : n.Cases.Select(c => c.Value).Append(n.Otherwise),
        LiteralNode n => n.Otherwise is null ? n.Cases.Select(c => c.Value) : n.Cases.Select(c => c.Value).Append(n.Otherwise),
        _ => [],
    };

    private Block Lower(DecisionTree tree, BlockBuilder builder, Scope scope, Leaves leaves)
    {
        if (leaves.IsGraph && _shared.TryGetValue(tree, out var label))
        {
            if (label is null)
            {
                // Reached in several ways: nothing but the arguments is known there.
                _shared[tree] = label = NewLabel("state");
                label.Body = Unnested(() => LowerNode(tree, new BlockBuilder(), TopScope, leaves));
            }

            return builder.End(new Jump(label, EquatableArray<Local>.Empty));
        }

        if (_nesting >= MaxNesting && tree is not FailNode)
        {
            var rest = NewLabel("rest");
            rest.Body = Unnested(() => LowerNode(tree, builder.Arm(), scope, leaves));
            return builder.End(new Jump(rest, EquatableArray<Local>.Empty));
        }

        _nesting++;
        var block = LowerNode(tree, builder, scope, leaves);
        _nesting--;
        return block;
    }

    private Block LowerNode(DecisionTree tree, BlockBuilder builder, Scope scope, Leaves leaves)
    {
        switch (tree)
        {
            case FailNode:
                return leaves.Fail(builder);
            case SymbolNode node:
                var subject = At(node.Place, builder, ref scope);
                var cases = node.Cases.Select(c =>
                {
                    var arm = builder.Arm();
                    if (c.Key is Constructor { Arity: 0 }) arm.Know(new Construct(c.Key, EquatableArray<Local>.Empty), subject);
                    return new KeyValuePair<FunctionSymbol, Block>(c.Key, Lower(c.Value, arm, scope, leaves));
                }).ToEquatableArray();
                return builder.End(new Switch(subject, cases, node.Otherwise is null ? null : Lower(node.Otherwise, builder.Arm(), scope, leaves)));
            case LiteralNode node:
                var value = At(node.Place, builder, ref scope);
                var literals = node.Cases.Select(c => new KeyValuePair<Literal, Block>(c.Key, Lower(c.Value, builder.Arm(), scope, leaves))).ToEquatableArray();
                return builder.End(new LiteralSwitch(value, literals, node.Otherwise is null ? null : Lower(node.Otherwise, builder.Arm(), scope, leaves)));
            default:
                return LowerLeaf((RuleNode)tree, builder, scope, leaves);
        }
    }

    // When a rule can fail in several places, what follows is lowered once, at a label, and knows what was computed before
    // all of them: so a condition that the next rule shares is not evaluated again.
    private Block LowerLeaf(RuleNode leaf, BlockBuilder builder, Scope scope, Leaves leaves)
    {
        if (leaf.Otherwise is null or FailNode)
            return BindOccurrences(leaf, 0, builder, scope, leaves, leaves.Fail);

        var exits = new List<BlockBuilder>();
        var label = new Label("next");
        var block = BindOccurrences(leaf, 0, builder, scope, leaves, b =>
        {
            exits.Add(b);
            return b.End(new Jump(label, EquatableArray<Local>.Empty));
        });
        if (exits.Count == 0) return block;
        var rest = BlockBuilder.AfterAll(exits);
        label.Body = Lower(leaf.Otherwise, rest, scope, leaves);
        if (exits.Count == 1) return Inlining.Replace(block, label);
        _labels.Add(label);
        return block;
    }

    private Label NewLabel(string name)
    {
        var label = new Label(name);
        _labels.Add(label);
        return label;
    }

    private Block Unnested(Func<Block> lower)
    {
        int outer = _nesting;
        _nesting = 0;
        var block = lower();
        _nesting = outer;
        return block;
    }

    // Names the variables of a matched pattern; a variable that has a value already must have an equal one here.
    private Block BindOccurrences(RuleNode leaf, int index, BlockBuilder builder, Scope scope, Func<BlockBuilder, Scope, Block> then, Func<BlockBuilder, Block> otherwise)
    {
        for (; index < leaf.Occurrences.Length; index++)
        {
            var (variable, place) = (leaf.Occurrences[index].Key, leaf.Occurrences[index].Value);
            // A variable that nothing uses need not be read.
            bool isUsed = scope.Variables.ContainsKey(variable) || leaf.Occurrences.Count(o => o.Key.Equals(variable)) > 1 || IsUsed(leaf.Rule, variable);
            if (!isUsed) continue;
            var local = At(place, builder, ref scope, variable.Name);
            if (!scope.Variables.TryGetValue(variable, out var first))
            {
                scope = scope with { Variables = scope.Variables.Add(variable, local) };
                continue;
            }

            int next = index + 1;
            var inner = scope;
            var test = builder.Let(new Same(first, local), BuiltInSort.Bool, "same");
            return builder.End(new Branch(test,
                BindOccurrences(leaf, next, builder.Arm(), inner, then, otherwise),
                otherwise(builder.Arm())));
        }

        return then(builder, scope);
    }

    private static bool IsUsed(RewriteRule rule, Variable variable)
        => rule.Conditions.SelectMany(c => c.Expressions).Append(rule.Target).SelectMany(e => e.Descendants())
            .Any(e => e is VariableExpr v && v.Variable.Equals(variable));

    private Block LowerConditions(RewriteRule rule, int index, BlockBuilder builder, Scope scope, Func<BlockBuilder, Block> otherwise)
    {
        if (index == rule.Conditions.Count)
        {
            builder.Add(new Fire(rule));
            return LowerTarget(rule, builder, scope);
        }

        Block Then(BlockBuilder b, Scope s) => LowerConditions(rule, index + 1, b, s, otherwise);
        if (rule.Conditions[index] is WhenCondition when)
            return LowerTest(when.Test, builder, scope, b => Then(b, scope), otherwise);
        var where = (WhereCondition)rule.Conditions[index];
        return LowerValue(where.Subject, builder, scope, (b, value) =>
        {
            var place = Place.Argument(-1 - index, value.Sort);
            var tree = MatchCompiler.Compile(place, where.Pattern, rule, _program.Layouts.MayBeStuck);
            return Lower(tree, b, scope with { Places = scope.Places.Add(place, value) }, (_, b2, s2) => Then(b2, s2), otherwise);
        });
    }

    private Block LowerTarget(RewriteRule rule, BlockBuilder builder, Scope scope) => LowerTail(rule.Target, builder, scope);

    // The target decides how the function ends: a call at its root is a tail call.
    private Block LowerTail(Expr expr, BlockBuilder builder, Scope scope)
    {
        if (expr is ConditionalExpr conditional)
        {
            return LowerTest(conditional.Test, builder, scope,
                b => LowerTail(conditional.WhenTrue, b, scope), b => LowerTail(conditional.WhenFalse, b, scope));
        }

        if (expr is ApplyExpr apply && CalleeOf(apply.Symbol) is { } callee)
        {
            return LowerValues(apply.Arguments, builder, scope, [], (b, arguments) =>
            {
                if (_normalizer is null || apply.Symbol is Constructor) return b.End(new TailCall(callee, arguments));
                // What an operation gives is not yet in normal form.
                var value = b.Let(new Call(callee, arguments), apply.Sort, "value");
                return b.End(_normalizer.VisitOf(apply.Sort) is { } visit ? new TailCall(visit, EquatableArray.Of(value)) : new Return(value));
            });
        }

        return LowerValue(expr, builder, scope, (b, value) => b.End(new Return(value)));
    }

    private Function? CalleeOf(FunctionSymbol symbol) => symbol switch
    {
        Operation { IsHost: false } operation => _program.FunctionOf(operation),
        Constructor constructor => _normalizer?.BuilderOf(constructor),
        _ => null,
    };

    private Block LowerValues(EquatableArray<Expr> exprs, BlockBuilder builder, Scope scope, ImmutableArray<Local> done, Func<BlockBuilder, EquatableArray<Local>, Block> then)
    {
        // A loop, not recursion, as long as nothing branches.
        while (done.Length < exprs.Count)
        {
            var expr = exprs[done.Length];
            if (!IsStraight(expr))
                return LowerValue(expr, builder, scope, (b, value) => LowerValues(exprs, b, scope, done.Add(value), then));
            done = done.Add(Straight(expr, builder, scope));
        }

        return then(builder, done);
    }

    private Block LowerValue(Expr expr, BlockBuilder builder, Scope scope, Continuation then)
    {
        if (IsStraight(expr)) return then(builder, Straight(expr, builder, scope));
        switch (expr)
        {
            case LogicalExpr or ConditionalExpr:
                // Both sides go on at one labelled block, which takes the value and whatever it needs besides.
                var result = new Local("value", expr.Sort);
                var label = new Label("join");
                var body = then(new BlockBuilder(), result);
                var captured = FreeLocals.Of(body).Where(l => l != result).ToImmutableArray();
                label.Parameters = captured.Insert(0, result);
                label.Body = body;
                _labels.Add(label);
                Block Join(BlockBuilder b, Local value) => b.End(new Jump(label, captured.Insert(0, value)));
                Block Constant(BlockBuilder b, bool value) => Join(b, b.Let(new Constant(Literal.Of(value)), BuiltInSort.Bool, "truth"));
                return expr switch
                {
                    ConditionalExpr c => LowerTest(c.Test, builder, scope,
                        b => LowerValue(c.WhenTrue, b, scope, Join), b => LowerValue(c.WhenFalse, b, scope, Join)),
                    _ => LowerTest(expr, builder, scope, b => Constant(b, true), b => Constant(b, false)),
                };
            default:
                return LowerValues(expr.Parts, builder, scope, [], (b, parts) => then(b, Combine(expr, parts, b)));
        }
    }

    private Block LowerTest(Expr test, BlockBuilder builder, Scope scope, Func<BlockBuilder, Block> whenTrue, Func<BlockBuilder, Block> whenFalse)
    {
        switch (test)
        {
            case LiteralExpr { Value.Value: bool truth }:
                return truth ? whenTrue(builder) : whenFalse(builder);
            case PrimitiveExpr { Primitive.Op: PrimitiveOp.Not } not:
                return LowerTest(not.Arguments[0], builder, scope, whenFalse, whenTrue);
            case LogicalExpr logical:
                // The side that is reached twice is lowered once, at a label.
                var (shared, once) = logical.IsAnd ? (whenFalse, whenTrue) : (whenTrue, whenFalse);
                var twice = Shared(shared);
                return logical.IsAnd
                    ? LowerTest(logical.Left, builder, scope, b => LowerTest(logical.Right, b, scope, once, twice), twice)
                    : LowerTest(logical.Left, builder, scope, twice, b => LowerTest(logical.Right, b, scope, twice, once));
            default:
                return LowerValue(test, builder, scope, (b, value) => b.End(new Branch(value, whenTrue(b.Arm()), whenFalse(b.Arm()))));
        }
    }

    private Func<BlockBuilder, Block> Shared(Func<BlockBuilder, Block> lower)
    {
        Label? label = null;
        return builder =>
        {
            if (label is null)
            {
                label = new Label("join");
                var body = lower(new BlockBuilder());
                label.Parameters = FreeLocals.Of(body);
                label.Body = body;
                _labels.Add(label);
            }

            return builder.End(new Jump(label, label.Parameters));
        };
    }

    // Nothing below branches, so the value is computed in one go.
    private static bool IsStraight(Expr expr) => expr.Descendants().All(e => e is not (LogicalExpr or ConditionalExpr));

    private Local Straight(Expr expr, BlockBuilder builder, Scope scope) => expr switch
    {
        VariableExpr variable => scope.Variables[variable.Variable],
        LiteralExpr literal => builder.Let(new Constant(literal.Value), literal.Sort, "literal"),
        _ => Combine(expr, expr.Parts.Select(p => Straight(p, builder, scope)).ToEquatableArray(), builder),
    };

    private Local Combine(Expr expr, EquatableArray<Local> parts, BlockBuilder builder)
    {
        switch (expr)
        {
            case PrimitiveExpr primitive:
                return builder.Let(new Compute(primitive.Primitive, parts), expr.Sort, "value");
            case EqualityExpr equality:
                var same = builder.Let(new Same(parts[0], parts[1]), BuiltInSort.Bool, "same");
                return equality.Negated
                    ? builder.Let(new Compute(Primitive.Find(PrimitiveOp.Not, BuiltInSort.Bool)!, EquatableArray.Of(same)), BuiltInSort.Bool, "differ") : same;
            default:
                var symbol = ((ApplyExpr)expr).Symbol;
                string name = NameOf(symbol);
                Value value = CalleeOf(symbol) is { } callee ? new Call(callee, parts)
                    : symbol is Operation host ? new HostCall(host, parts) : new Construct(symbol, parts);
                var local = builder.Let(value, expr.Sort, name);
                return symbol is Operation && _normalizer?.VisitOf(expr.Sort) is { } visit
                    ? builder.Let(new Call(visit, EquatableArray.Of(local)), expr.Sort, name) : local;
        }
    }

    private static string NameOf(FunctionSymbol symbol) => char.ToLowerInvariant(symbol.Name[0]) + symbol.Name.Substring(1);

    private Local At(Place place, BlockBuilder builder, ref Scope scope, string? name = null)
    {
        if (scope.Places.TryGetValue(place, out var known)) return known;
        var parent = At(place.Parent!, builder, ref scope);
        string hint = name ?? place.Symbol!.Parameters[place.Index].Name;
        var local = builder.Let(new Field(parent, place.Symbol!, place.Index), place.Sort, hint.Length == 0 ? "field" : hint);
        scope = scope with { Places = scope.Places.Add(place, local) };
        return local;
    }
}
