using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Matching;
using Rewright.Model;

namespace Rewright.Lower;

/// <summary>Lowers the decision tree, conditions and targets of one function's rules to blocks.</summary>
internal sealed class FunctionLowering
{
    // Arms nest as deep as tests follow each other. Long chains are cut into labelled blocks, so that code that walks blocks does not
    // recurse deeply.
    private const int MaxNesting = 40;

    private readonly ProgramLowering _program;
    private readonly Function _function;
    private readonly NormalizerFunctions? _normalizer;
    private readonly int _levels;
    private readonly List<Label> _labels = [];
    private readonly Dictionary<Label, Block> _blocks = [];
    private readonly Dictionary<DecisionTree, Label?> _shared = [];
    private ImmutableDictionary<Occurrence, Local> _arguments = ImmutableDictionary<Occurrence, Local>.Empty;
    private int _nesting;
    private int _matches;

    /// <param name="program">The program under construction, which knows all functions.</param>
    /// <param name="function">The function.</param>
    /// <param name="normalizer">The normalizer whose constructors build targets; null for plain construction.</param>
    /// <param name="levels">The value to which a rule that fires sets the changed flag; 0 to leave the flag alone.</param>
    public FunctionLowering(ProgramLowering program, Function function, NormalizerFunctions? normalizer, int levels = 0)
        => (_program, _function, _normalizer, _levels) = (program, function, normalizer, levels);

    private delegate Block Continuation(BlockBuilder builder, Local value);

    // The facts known where an expression is lowered; in a traced program, also its place.
    private sealed record Scope(ImmutableDictionary<Occurrence, Local> Occurrences, ImmutableDictionary<Variable, Local> Variables,
        CallSite? Site = null)
    {
        // The normalizer whose constructors build the lowered terms; null in tests, where terms are used as written.
        public NormalizerFunctions? Normalizer { get; init; }

        // Variables that conditions bound to terms that may not be in normal form.
        public ImmutableHashSet<Variable> Unvisited { get; init; } = [];

        public Scope At(int part) => Site is null ? this : this with { Site = Site.At(part) };

        // The scope for an expression that decides between terms but is not part of one.
        public Scope AsWritten => Normalizer is null ? this : this with { Normalizer = null };

        public Function? VisitOf(Expr expr) => expr switch
        {
            VariableExpr { Variable: var variable } => Unvisited.Contains(variable) ? Normalizer?.VisitOf(expr.Sort) : null,
            ApplyExpr { Symbol: Operation } => Normalizer?.VisitOf(expr.Sort),
            _ => null,
        };

        // Terms bound by a source are in normal form, because arguments are normalized first.
        public bool IsInNormalForm(Expr expr) => expr switch
        {
            VariableExpr { Variable: var variable } => !Unvisited.Contains(variable),
            ConditionalExpr c => IsInNormalForm(c.WhenTrue) && IsInNormalForm(c.WhenFalse),
            _ => expr.Sort.IsValue,
        };
    }

    // How the leaves of a decision tree are lowered. The tree of a function's rules is a graph whose states may be shared; that of a
    // condition's pattern is a tree.
    private sealed record Leaves(Func<RuleNode, BlockBuilder, Scope, Func<BlockBuilder, Block>, Block> Fire,
        Func<BlockBuilder, Block> Fail, bool IsGraph);

    /// <summary>Lowers rules that are tried on the function's parameters.</summary>
    /// <param name="rules">The rules in the order of trying.</param>
    /// <param name="fail">Lowers the case that no rule applies.</param>
    public Definition LowerRules(ImmutableArray<RewriteRule> rules, Func<BlockBuilder, Block> fail)
    {
        var occurrences = _function.Parameters.Select((p, i) => Occurrence.Argument(i, p.Sort)).ToImmutableArray();
        _arguments = occurrences
            .Select((occurrence, i) => new KeyValuePair<Occurrence, Local>(occurrence, _function.Parameters[i])).ToImmutableDictionary();
        var tree = MatchCompiler.Compile(occurrences, rules, _program.Layouts.MayBeStuck);
        FindShared(tree);
        var leaves = new Leaves((leaf, b, s, otherwise) => LowerConditions(leaf.Rule!, 0, b, s, otherwise), fail, IsGraph: true);
        var body = LowerNode(tree, new BlockBuilder(), TopScope, leaves);
        return LabelClosing.Close(new Definition(_function, body,
            _labels.Select(l => new LabelledBlock(l, _blocks[l])).ToImmutableArray()));
    }

    private Scope TopScope => new(_arguments, ImmutableDictionary<Variable, Local>.Empty);

    // States with several incoming edges become labelled blocks.
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
                // The state is reached on several paths, so only the arguments are known there.
                _shared[tree] = label = NewLabel("state", []);
                _blocks[label] = Unnested(() => LowerNode(tree, new BlockBuilder(), TopScope, leaves));
            }

            return builder.End(new Jump(label, EquatableArray<Local>.Empty));
        }

        if (_nesting >= MaxNesting && tree is not FailNode)
        {
            var rest = NewLabel("rest", [], isCut: true);
            _blocks[rest] = Unnested(() => LowerNode(tree, builder.Arm(), scope, leaves));
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
                var subject = At(node.Occurrence, builder, ref scope);
                return LowerSymbolNode(node, subject, builder, scope, leaves);
            case LiteralNode node:
                var value = At(node.Occurrence, builder, ref scope);
                var literals = node.Cases.Select(c => new KeyValuePair<Literal, Block>(c.Key, Lower(c.Value, builder.Arm(), scope, leaves)))
                    .ToEquatableArray();
                return builder.End(new LiteralSwitch(value, literals, node.Otherwise is null
                    ? null : Lower(node.Otherwise, builder.Arm(), scope, leaves)));
            default:
                return LowerLeaf((RuleNode)tree, builder, scope, leaves);
        }
    }

    private Block LowerSymbolNode(SymbolNode node, Local subject, BlockBuilder builder, Scope scope, Leaves leaves)
    {
        // A test that an earlier rule's condition made on this path is not repeated.
        if (builder.SymbolOf(subject) is { } known)
        {
            var next = node.Cases.Where(c => ReferenceEquals(c.Key, known)).Select(c => c.Value).FirstOrDefault() ?? node.Otherwise;
            return Lower(next!, builder, scope, leaves);
        }

        bool mayBeStuck = _program.Layouts.MayBeStuck((DataSort)subject.Sort);
        var excluded = builder.ExcludedFor(subject);
        var cases = node.Cases.Where(c => !excluded.Contains(c.Key))
            .Select(c => new KeyValuePair<FunctionSymbol, Block>(c.Key,
                Lower(c.Value, builder.Arm().KnowSymbol(subject, c.Key), scope, leaves)))
            .ToEquatableArray();
        var otherwise = node.Otherwise is null ? null
            : Lower(node.Otherwise, builder.Arm().KnowNot(subject, cases.Select(c => c.Key), mayBeStuck), scope, leaves);
        return cases.Count == 0 ? builder.Append(otherwise!) : builder.End(new Switch(subject, cases, otherwise));
    }

    // If a rule can fail in several places, its successor is lowered once, at a label. It knows what was computed before all of these
    // places, so a condition shared with the next rule is not evaluated again.
    private Block LowerLeaf(RuleNode leaf, BlockBuilder builder, Scope scope, Leaves leaves)
    {
        if (leaf.Otherwise is null or FailNode)
            return BindVariables(leaf, 0, builder, scope, leaves, leaves.Fail);

        var exits = new List<BlockBuilder>();
        var label = new Label("next", []);
        var block = BindVariables(leaf, 0, builder, scope, leaves, b =>
        {
            exits.Add(b);
            return b.End(new Jump(label, EquatableArray<Local>.Empty));
        });
        if (exits.Count == 0) return block;
        var rest = BlockBuilder.AfterAny(exits);
        _blocks[label] = Lower(leaf.Otherwise, rest, scope, leaves);
        _labels.Add(label);
        return block;
    }

    private Label NewLabel(string name, ImmutableArray<Local> parameters, bool isCut = false)
    {
        var label = new Label(name, parameters, isCut);
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

    // Binds the variables of a matched pattern. A variable that already has a value must have an equal one here.
    private Block BindVariables(RuleNode leaf, int index, BlockBuilder builder, Scope scope, Leaves leaves,
        Func<BlockBuilder, Block> otherwise)
    {
        for (; index < leaf.Bindings.Length; index++)
        {
            var (variable, occurrence) = (leaf.Bindings[index].Key, leaf.Bindings[index].Value);
            bool isBound = scope.Variables.TryGetValue(variable, out var first);
            // A variable that is never used is not read.
            if (!isBound && !_program.IsTraced && !IsMentioned(leaf, index, variable)) continue;
            var local = At(occurrence, builder, ref scope, variable.Name);
            if (!isBound)
            {
                scope = scope with { Variables = scope.Variables.Add(variable, local) };
                continue;
            }

            var (next, inner) = (index + 1, scope);
            var test = builder.Let(new Same(first!, local), BuiltInSort.Bool, "same");
            return LowerBranch(test, builder, b => BindVariables(leaf, next, b, inner, leaves, otherwise), otherwise);
        }

        KnowMatched(builder, scope);
        return leaves.Fire(leaf, builder, scope, otherwise);
    }

    private static bool IsMentioned(RuleNode leaf, int index, Variable variable)
        => leaf.Rule is null || leaf.Bindings.Skip(index + 1).Any(o => o.Key.Equals(variable))
            || leaf.Rule.Conditions.SelectMany(c => c.Expressions).Append(leaf.Rule.Target).SelectMany(e => e.Descendants())
                .Any(e => e is VariableExpr v && v.Variable.Equals(variable));

    // If a field of a term has been read, the root symbol of the term is known, even if the test was made before a block in which only the
    // arguments are known. If all fields of a matched term have locals, building it from them gives the same value.
    private static void KnowMatched(BlockBuilder builder, Scope scope)
    {
        foreach (var group in scope.Occurrences.Where(p => p.Key.Parent is not null).GroupBy(p => (p.Key.Parent!, p.Key.Symbol!)))
        {
            var ((parent, symbol), fields) = (group.Key, group.ToList());
            if (!scope.Occurrences.TryGetValue(parent, out var cell)) continue;
            builder.KnowSymbol(cell, symbol);
            if (fields.Count != symbol.Arity) continue;
            builder.Know(new Construct(symbol, fields.OrderBy(f => f.Key.Index).Select(f => f.Value).ToEquatableArray()), cell);
        }
    }

    private Block LowerConditions(RewriteRule rule, int index, BlockBuilder builder, Scope scope, Func<BlockBuilder, Block> otherwise)
    {
        if (index == rule.Conditions.Count)
        {
            var fire = new Fire(rule);
            builder.Add(_program.IsTraced
                ? fire with { Bindings = scope.Variables.OrderBy(v => v.Key.Name, StringComparer.Ordinal).ToEquatableArray() } : fire);
            if (_levels > 0) builder.Add(new SetChanged(_levels));
            return LowerTail(rule.Target, builder, SiteIn(rule, -1, scope) with { Normalizer = _normalizer });
        }

        scope = SiteIn(rule, index, scope);
        Block Then(BlockBuilder b, Scope s) => LowerConditions(rule, index + 1, b, s, otherwise);
        if (rule.Conditions[index] is WhenCondition when)
            return LowerTest(when.Test, builder, scope, b => Then(b, scope), otherwise);
        var where = (WhereCondition)rule.Conditions[index];
        return LowerMatch(where.Subject, where.Pattern, builder, scope, (b, s) => Then(b, scope.IsInNormalForm(where.Subject) ? s
            : s with { Unvisited = s.Unvisited.Union(s.Variables.Keys.Where(v => !scope.Variables.ContainsKey(v))) }), otherwise);
    }

    private Scope SiteIn(RewriteRule rule, int condition, Scope scope)
        => _program.IsTraced ? scope with { Site = new CallSite(rule, condition, EquatableArray<int>.Empty) } : scope;

    // The target decides how the function ends: a call at its root becomes a tail call.
    private Block LowerTail(Expr expr, BlockBuilder builder, Scope scope)
    {
        if (expr is ConditionalExpr conditional)
        {
            return LowerTest(conditional.Test, builder, scope.At(0),
                b => LowerTail(conditional.WhenTrue, b, scope), b => LowerTail(conditional.WhenFalse, b, scope));
        }

        var visit = scope.VisitOf(expr);
        if (expr is ApplyExpr apply && CalleeOf(apply.Symbol, scope) is { } callee)
        {
            return LowerValues(apply.Arguments, builder, scope, [], (b, arguments) => visit is null
                ? b.End(new TailCall(callee, ArgumentsOf(callee, arguments, b)) { Site = scope.Site })
                : Visited(b, b.Let(new Call(callee, ArgumentsOf(callee, arguments, b)) { Site = scope.Site }, apply.Sort, "value")));
        }

        if (expr is VariableExpr variable && visit is not null) return Visited(builder, scope.Variables[variable.Variable]);
        return LowerValue(expr, builder, scope, (b, value) => b.End(new Return(value)));

        Block Visited(BlockBuilder b, Local value)
            => b.End(new TailCall(visit!, NormalizerFunctions.Visit(visit!, value, b).Parts) { Site = scope.Site });
    }

    // The function that a symbol in a target or condition calls; null if the symbol only builds, or C# implements it.
    private Function? CalleeOf(FunctionSymbol symbol, Scope scope) => symbol switch
    {
        Operation { IsHost: false } operation => _program.FunctionOf(operation),
        Constructor constructor => scope.Normalizer?.BuilderOf(constructor),
        _ => null,
    };

    // Over objects, the functions that build a constructor take an earlier term to keep. A target has none.
    private static EquatableArray<Local> ArgumentsOf(Function callee, EquatableArray<Local> arguments, BlockBuilder builder)
        => callee.Parameters.Length == arguments.Count ? arguments
            : arguments.Append(builder.Let(new Nothing(), callee.Result!, "nothing")).ToEquatableArray();

    private Block LowerValues(EquatableArray<Expr> exprs, BlockBuilder builder, Scope scope, ImmutableArray<Local> done,
        Func<BlockBuilder, EquatableArray<Local>, Block> then)
    {
        // A loop instead of recursion as long as there are no branches.
        while (done.Length < exprs.Count)
        {
            var expr = exprs[done.Length];
            if (!IsStraight(expr))
                return LowerValue(expr, builder, scope.At(done.Length), (b, value) => LowerValues(exprs, b, scope, done.Add(value), then));
            done = done.Add(Straight(expr, builder, scope.At(done.Length)));
        }

        return then(builder, done);
    }

    private Block LowerValue(Expr expr, BlockBuilder builder, Scope scope, Continuation then)
    {
        if (IsStraight(expr)) return then(builder, Straight(expr, builder, scope));
        if (expr is not (LogicalExpr or ConditionalExpr))
            return LowerValues(expr.Parts, builder, Inside(expr, scope), [], (b, parts) => then(b, Combine(expr, parts, b, scope)));

        // Both branches continue at one labelled block, which takes the value.
        var result = new Local("value", expr.Sort);
        var join = NewLabel("join", [result]);
        _blocks[join] = then(builder.Arm(), result);
        Block Join(BlockBuilder b, Local value) => b.End(new Jump(join, EquatableArray.Of(value)));
        Block Truth(BlockBuilder b, bool value) => Join(b, b.Let(new Constant(Literal.Of(value)), BuiltInSort.Bool, "truth"));
        return expr is ConditionalExpr c
            ? LowerTest(c.Test, builder, scope.At(0), b => LowerValue(c.WhenTrue, b, scope, Join),
                b => LowerValue(c.WhenFalse, b, scope, Join))
            : LowerTest(expr, builder, scope, b => Truth(b, true), b => Truth(b, false));
    }

    private Block LowerTest(Expr test, BlockBuilder builder, Scope scope, Func<BlockBuilder, Block> whenTrue,
        Func<BlockBuilder, Block> whenFalse)
    {
        scope = scope.AsWritten;
        switch (test)
        {
            case LiteralExpr { Value.Value: bool truth }:
                return truth ? whenTrue(builder) : whenFalse(builder);
            case PrimitiveExpr { Primitive.Op: PrimitiveOp.Not } not:
                return LowerTest(not.Arguments[0], builder, scope.At(0), whenFalse, whenTrue);
            case LogicalExpr { IsAnd: true } and:
                var fail = Shared(whenFalse, builder.Arm());
                return LowerTest(and.Left, builder, scope.At(0), b => LowerTest(and.Right, b, scope, whenTrue, fail), fail);
            case LogicalExpr or:
                var succeed = Shared(whenTrue, builder.Arm());
                return LowerTest(or.Left, builder, scope.At(0), succeed, b => LowerTest(or.Right, b, scope, succeed, whenFalse));
            case PrimitiveExpr { Primitive.Op: PrimitiveOp.Equal or PrimitiveOp.NotEqual } comparison
                when comparison.Arguments[1] is LiteralExpr { Value.Value: bool expected }:
                return expected == (comparison.Primitive.Op == PrimitiveOp.Equal)
                    ? LowerTest(comparison.Arguments[0], builder, scope.At(0), whenTrue, whenFalse)
                    : LowerTest(comparison.Arguments[0], builder, scope.At(0), whenFalse, whenTrue);
            case EqualityExpr { Left.Sort: DataSort } equality when IsClosed(equality.Right) || IsClosed(equality.Left):
                // A comparison with a constant term is lowered as matching, which reads only what it must and builds nothing.
                var (subject, pattern) = IsClosed(equality.Right) ? (equality.Left, equality.Right) : (equality.Right, equality.Left);
                var (match, differ) = equality.Negated ? (whenFalse, whenTrue) : (whenTrue, whenFalse);
                var mismatch = pattern.Parts.Count == 0 ? differ : Shared(differ, builder.Arm());
                int side = ReferenceEquals(subject, equality.Left) ? 0 : 1;
                return LowerMatch(subject, pattern, builder, scope.At(side), (b, _) => match(b), mismatch);
            default:
                return LowerValue(test, builder, scope, (b, value) => LowerBranch(value, b, whenTrue, whenFalse));
        }
    }

    private static bool IsClosed(Expr expr) => expr.Descendants().All(e => e is LiteralExpr or ApplyExpr { Symbol: Constructor });

    private static Block LowerBranch(Local test, BlockBuilder builder, Func<BlockBuilder, Block> whenTrue,
        Func<BlockBuilder, Block> whenFalse)
        => builder.TruthOf(test) switch
        {
            true => whenTrue(builder),
            false => whenFalse(builder),
            null => builder.End(new Branch(test, whenTrue(builder.Arm().KnowTruth(test, true)),
                whenFalse(builder.Arm().KnowTruth(test, false)))),
        };

    private Block LowerMatch(Expr subject, Expr pattern, BlockBuilder builder, Scope scope, Func<BlockBuilder, Scope, Block> then,
        Func<BlockBuilder, Block> otherwise)
        => LowerValue(subject, builder, scope, (b, value) =>
        {
            // Not an argument of the function: negative numbers keep the occurrences of such matches apart.
            var occurrence = Occurrence.Argument(--_matches, value.Sort);
            var tree = MatchCompiler.Compile(occurrence, pattern, _program.Layouts.MayBeStuck);
            var inner = scope with { Occurrences = scope.Occurrences.Add(occurrence, value) };
            return LowerNode(tree, b, inner, new Leaves((_, b2, s2, _) => then(b2, s2), otherwise, IsGraph: false));
        });

    // Code that is reached from several places is lowered once, at a label. It knows what is known before all of them.
    private Func<BlockBuilder, Block> Shared(Func<BlockBuilder, Block> lower, BlockBuilder before)
    {
        Label? label = null;
        return builder =>
        {
            if (label is null)
            {
                label = NewLabel("join", []);
                _blocks[label] = lower(before);
            }

            return builder.End(new Jump(label, EquatableArray<Local>.Empty));
        };
    }

    // True if nothing in the expression branches, so that its value is computed in one block.
    private static bool IsStraight(Expr expr) => expr.Descendants().All(e => e is not (LogicalExpr or ConditionalExpr));

    private Local Straight(Expr expr, BlockBuilder builder, Scope scope) => expr switch
    {
        VariableExpr variable => Normal(expr, scope.Variables[variable.Variable], builder, scope),
        LiteralExpr literal => builder.Let(new Constant(literal.Value), literal.Sort, "literal"),
        _ => Combine(expr, expr.Parts.Select((p, i) => Straight(p, builder, Inside(expr, scope).At(i))).ToEquatableArray(), builder, scope),
    };

    private static Scope Inside(Expr expr, Scope scope) => expr is EqualityExpr ? scope.AsWritten : scope;

    private Local Combine(Expr expr, EquatableArray<Local> parts, BlockBuilder builder, Scope scope)
    {
        switch (expr)
        {
            case PrimitiveExpr primitive:
                return builder.Let(new Compute(primitive.Primitive, parts), expr.Sort, "value");
            case EqualityExpr equality:
                var same = builder.Let(new Same(parts[0], parts[1]), BuiltInSort.Bool, "same");
                return equality.Negated
                    ? builder.Let(new Compute(Primitive.Find(PrimitiveOp.Not, BuiltInSort.Bool)!, EquatableArray.Of(same)),
                        BuiltInSort.Bool, "differ") : same;
            default:
                var symbol = ((ApplyExpr)expr).Symbol;
                string name = NameOf(symbol);
                Value value = CalleeOf(symbol, scope) is { } callee
                    ? new Call(callee, ArgumentsOf(callee, parts, builder)) { Site = scope.Site }
                    : symbol is Operation host ? new ForeignCall(host, parts) : new Construct(symbol, parts);
                return Normal(expr, builder.Let(value, expr.Sort, name), builder, scope);
        }
    }

    // A result of an operation, or a term bound by a condition, is not yet in the normalizer's normal form.
    private static Local Normal(Expr expr, Local value, BlockBuilder builder, Scope scope) => scope.VisitOf(expr) is { } visit
        ? builder.Let(NormalizerFunctions.Visit(visit, value, builder) with { Site = scope.Site }, expr.Sort, value.Name) : value;

    /// <summary>A name for a value with this symbol at its root.</summary>
    public static string NameOf(FunctionSymbol symbol) => char.ToLowerInvariant(symbol.Name[0]) + symbol.Name.Substring(1);

    private static Local At(Occurrence occurrence, BlockBuilder builder, ref Scope scope, string? name = null)
    {
        if (scope.Occurrences.TryGetValue(occurrence, out var known)) return known;
        var parent = At(occurrence.Parent!, builder, ref scope);
        string hint = name ?? occurrence.Symbol!.Parameters[occurrence.Index].Name;
        var field = new Field(parent, occurrence.Symbol!, occurrence.Index);
        var local = builder.Let(field, occurrence.Sort, hint.Length == 0 ? "field" : hint);
        scope = scope with { Occurrences = scope.Occurrences.Add(occurrence, local) };
        return local;
    }
}
