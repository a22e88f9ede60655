using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Rewright.Model;
using Rewright.Proofs;
using Rewright.Smt;

namespace Rewright.Explain;

/// <summary>A fault in a derivation.</summary>
/// <param name="Step">The step that does not follow; null if the fault is in the derivation as a whole.</param>
/// <param name="Reason">The reason.</param>
/// <param name="IsRefuted">False if the derivation could not be checked, because of host operations or missing steps.</param>
public sealed record DerivationFault(RewriteStep? Step, string Reason, bool IsRefuted = true)
{
    /// <summary>The step and the reason.</summary>
    public override string ToString() => Step is null ? Reason : "'" + Step + "': " + Reason;
}

/// <summary>Checks derivations step by step, from nothing but the rules of the module.</summary>
/// <remarks>
/// The checker shares no code with the engines: no matcher, lowering or strategy. It takes arithmetic from the prover. Each step must apply
/// a rule of the module. The rule's source, with the step's bindings, must stand at the step's place; its conditions must hold by the steps
/// recorded for them; and no rule that goes before it may apply there. The last term must be the result and, for a normalizer, a normal
/// form. The checker evaluates the conditions of other rules naively, within bounds.
/// </remarks>
public sealed class DerivationChecker
{
    private const int Fuel = 10_000;

    private readonly Derivation _derivation;
    private readonly ILookup<string, RewriteRule> _rules;
    private readonly Dictionary<RewriteRule, (int Module, int Index)> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Normalizer? _normalizer;
    private readonly Dictionary<TracedValue.Key, Node> _values = [];
    private RewriteStep? _step;
    private int _fuel;

    private DerivationChecker(Derivation derivation)
    {
        _derivation = derivation;
        _normalizer = derivation.Module.Closure.SelectMany(m => m.Normalizers)
            .FirstOrDefault(n => (n.ModuleName.Length > 0 ? n.ModuleName + "." : "") + n.Name == derivation.Operation);
        foreach (var (module, number) in derivation.Module.Closure.Select((m, i) => (m, i)))
            foreach (var rule in module.Rules) _places[rule] = (number, _places.Count);
        // Only normalizers apply simplifications.
        _rules = derivation.Module.Closure.SelectMany(m => m.Rules).Where(
            r => !r.IsSimplification || _normalizer?.Includes(r.Group) == true).ToLookup(r => r.Root.FullName);
    }

    /// <summary>Checks a derivation whose trace is still on.</summary>
    /// <returns>A fault, or null.</returns>
    public static DerivationFault? Check(Derivation derivation)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        var checker = new DerivationChecker(derivation);
        try
        {
            checker.Run();
            return null;
        }
        catch (FaultException e)
        {
            return new(checker._step, e.Message, e.IsRefuted);
        }
    }

    private void Run()
    {
        if (!_derivation.IsComplete) throw new FaultException("steps were left out", isRefuted: false);
        var arguments = _derivation.Arguments.Select(Value).ToArray();
        Node start;
        if (_normalizer is not null) start = arguments[0];
        else if (_derivation.Module.Closure.SelectMany(m => m.Operations).FirstOrDefault(
            o => o.FullName == _derivation.Operation) is { } operation)
            start = new Node(operation, arguments);
        else throw new FaultException("there is no operation or normalizer " + _derivation.Operation);
        var end = Rewrite(start, _derivation.Steps);
        if (_derivation.Result is not { } result) return;
        if (!Same(end, Value(result))) throw new FaultException("the steps do not lead to the result");
        if (_normalizer is { Strategy: not Strategy.BottomUpOnce }) RequireNormal(Value(result));
    }

    private Node Rewrite(Node term, IEnumerable<RewriteStep> steps)
    {
        foreach (var step in steps)
        {
            var outer = _step;
            _step = step;
            term = Apply(term, step);
            _step = outer;
        }

        return Decided(term);
    }

    private Node Apply(Node root, RewriteStep step)
    {
        var rule = step.Rule;
        if (!_rules[rule.Root.FullName].Any(r => ReferenceEquals(r, rule)))
            throw new FaultException("it is no rule of this module and normalizer");
        var bindings = new Dictionary<Variable, Node>();
        var way = new List<Node>();
        if (!Descend(ref root, step.Position, way) || !Match(rule.Source, way[^1], bindings))
        {
            // An equality may have compared terms with stuck parts; only the next step shows which operations were stuck.
            root = Decided(root);
            bindings.Clear();
            if (!Descend(ref root, step.Position, way)) throw new FaultException("there is no such place");
            if (!Match(rule.Source, way[^1], bindings)) throw new FaultException("its source is not what stands there");
        }

        foreach (var other in _rules[rule.Root.FullName])
            if (GoesBefore(other, rule) && Applies(other, way[^1]) == true) throw new FaultException("'" + other.Name + "' goes before it");
        Adopt(bindings, step);
        for (int i = 0; i < rule.Conditions.Count; i++)
        {
            var steps = step.Conditions.FirstOrDefault(c => c.Index == i)?.Steps ?? [];
            bool holds = rule.Conditions[i] switch
            {
                WhenCondition simple => Rewrite(Instance(simple.Test, bindings), steps).Head is Literal { Value: true },
                WhereCondition where => Match(where.Pattern, Rewrite(Instance(where.Subject, bindings), steps), bindings),
                _ => false,
            };
            if (!holds) throw new FaultException("condition " + (i + 1) + " does not hold");
            Adopt(bindings, step);
        }

        var after = Instance(rule.Target, bindings);
        for (int i = way.Count - 2; i >= 0; i--)
        {
            way[i].Parts[step.Position[i]] = after;
            after = Reduced(way[i]);
            if (ReferenceEquals(after, way[i])) return root;
        }

        return after;
    }

    // A module's rules are in the order of trying; rules of different modules are ordered only by priority.
    private bool GoesBefore(RewriteRule other, RewriteRule rule)
    {
        var (first, second) = (_places[other], _places[rule]);
        return other.Priority != rule.Priority ? other.Priority > rule.Priority : first.Module == second.Module
            && first.Index < second.Index;
    }

    // Checks the values that the trace gives for variables and then uses these values. Equal ones are usually the same object, which makes
    // comparisons cheap.
    private void Adopt(Dictionary<Variable, Node> bindings, RewriteStep step)
    {
        foreach (var (variable, traced) in step.Bindings)
        {
            if (!bindings.TryGetValue(variable, out var found)) continue;
            var value = Value(traced);
            if (!Same(found, value)) throw new FaultException("'" + variable.Name + "' is not what the step says");
            bindings[variable] = value;
        }
    }

    // Copies the nodes on the way, so that they belong to this term alone and can be changed.
    private static bool Descend(ref Node root, IReadOnlyList<int> position, List<Node> way)
    {
        way.Clear();
        way.Add(root = root.Own());
        foreach (int index in position)
        {
            var node = way[^1];
            if (index < 0 || index >= node.Parts.Length) return false;
            way.Add(node.Parts[index] = node.Parts[index].Own());
        }

        return true;
    }

    private static bool Match(Expr pattern, Node term, Dictionary<Variable, Node> bindings)
    {
        switch (pattern)
        {
            case VariableExpr { Variable: var variable }:
                if (bindings.TryGetValue(variable, out var known)) return Same(known, term);
                bindings.Add(variable, term);
                return true;
            case LiteralExpr literal:
                return literal.Value.Equals(term.Head);
            case ApplyExpr apply:
                if (!IsSame(apply.Symbol, term.Head)) return false;
                for (int i = 0; i < term.Parts.Length; i++)
                    if (!Match(apply.Arguments[i], term.Parts[i], bindings)) return false;
                return true;
            default:
                return false;
        }
    }

    // An operand that is not chosen is not computed, because it may throw.
    private Node Instance(Expr expr, Dictionary<Variable, Node> bindings, bool isChosen = true)
    {
        if (expr is VariableExpr { Variable: var variable })
            return bindings.TryGetValue(variable, out var value)
                ? value.Share() : throw new FaultException("'" + variable.Name + "' has no value");
        if (expr is LiteralExpr literal) return new Node(literal.Value, []);
        if (expr is ApplyExpr { Symbol: Operation { IsHost: true } host })
            throw new FaultException("'" + host.Name + "' is implemented in C#", isRefuted: false);
        object head = expr is ApplyExpr { Symbol: var symbol } ? symbol : expr;
        var node = new Node(
            head, [.. expr.Parts.Select(
            (p, i) => Instance(p, bindings, isChosen && (i == 0 || expr is not (LogicalExpr or ConditionalExpr))))]);
        return isChosen ? Reduced(node) : node;
    }

    /// <summary>The value of an expression that is not a symbol, if its parts are known.</summary>
    private Node Reduced(Node node, bool isDecided = false) => node.Head switch
    {
        PrimitiveExpr { Primitive: var primitive } when node.Parts.All(p => p.Head is Literal) => Compute(
        primitive, [.. node.Parts.Select(p => (Literal)p.Head)]) is { } value ? new Node(value, []) : node,
        EqualityExpr { Negated: var negated } when node.Parts.All(p => IsKnown(p, isDecided)) => new Node(
        Literal.Of(Same(node.Parts[0], node.Parts[1]) != negated), []),
        LogicalExpr { IsAnd: var isAnd } when node.Parts[0].Head is Literal { Value: bool left } => left == isAnd
        ? Chosen(node.Parts[1], isDecided) : node.Parts[0],
        ConditionalExpr when node.Parts[0].Head is Literal { Value: bool test } => Chosen(node.Parts[test ? 1 : 2], isDecided),
        _ => node,
    };

    // The recursion is no deeper than a rule's target.
    private Node Chosen(Node node, bool isDecided)
    {
        if (node.IsValue) return node;
        node = node.Own();
        for (int i = 0; i < (node.Head is LogicalExpr or ConditionalExpr ? 1 : node.Parts.Length); i++)
            node.Parts[i] = Chosen(node.Parts[i], isDecided);
        return Reduced(node, isDecided);
    }

    // The term if all remaining open operations are taken for stuck.
    private Node Decided(Node root)
    {
        var open = new Stack<(Node Node, int Next)>();
        Node? last = null;
        open.Push((root.Own(), 0));
        while (open.TryPop(out var next))
        {
            if (last is not null) next.Node.Parts[next.Next++] = last;
            last = null;
            int count = next.Node.Head is LogicalExpr or ConditionalExpr ? 1 : next.Node.Parts.Length;
            while (next.Next < count && next.Node.Parts[next.Next].IsValue) next.Next++;
            if (next.Next < count)
            {
                open.Push(next);
                open.Push((next.Node.Parts[next.Next].Own(), 0));
                continue;
            }

            last = Reduced(next.Node, isDecided: true);
        }

        return last!;
    }

    private static bool IsKnown(Node root, bool withStuck)
    {
        var open = new Stack<Node>([root]);
        while (open.TryPop(out var node))
        {
            if (node.IsValue) continue;
            if (node.Head is not (Constructor or Literal) && !(withStuck && node.Head is Operation { IsOpen: true })) return false;
            foreach (var part in node.Parts) open.Push(part);
        }

        return true;
    }

    // Null if C# throws: such a term has no value.
    private static Literal? Compute(Primitive primitive, Literal[] operands)
    {
        try
        {
            return LiteralValues.Compute(primitive, operands);
        }
        catch (NotComputableException)
        {
            throw new FaultException("'" + primitive + "' is not computed here", isRefuted: false);
        }
    }

    // Null if it cannot be decided.
    private bool? Applies(RewriteRule rule, Node term)
    {
        var bindings = new Dictionary<Variable, Node>();
        if (!Match(rule.Source, term, bindings)) return false;
        _fuel = Fuel;
        return Hold(rule, bindings);
    }

    private bool? Hold(RewriteRule rule, Dictionary<Variable, Node> bindings)
    {
        foreach (var condition in rule.Conditions)
        {
            if (Evaluate(condition is WhenCondition simple ? simple.Test : ((WhereCondition)condition).Subject, bindings) is not { } value)
                return null;
            if (condition is WhereCondition where ? !Match(where.Pattern, value, bindings) : value.Head is not Literal { Value: true })
                return false;
        }

        return true;
    }

    /// <summary>The value of an expression by the rules of its operations; null if there is none or none was found.</summary>
    private Node? Evaluate(Expr expr, Dictionary<Variable, Node> bindings)
    {
        if (--_fuel < 0 || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) return null;
        switch (expr)
        {
            case VariableExpr { Variable: var variable }: return bindings[variable].Share();
            case LiteralExpr literal: return new Node(literal.Value, []);
            case LogicalExpr or ConditionalExpr:
                if (Evaluate(expr.Parts[0], bindings)?.Head is not Literal { Value: bool test } known) return null;
                return expr is ConditionalExpr
                    ? Evaluate(expr.Parts[test ? 1 : 2], bindings) : test == ((LogicalExpr)expr).IsAnd
                    ? Evaluate(expr.Parts[1], bindings) : new Node(known, []);
        }

        var parts = expr.Parts.Select(p => Evaluate(p, bindings)).ToArray();
        if (parts.Any(p => p is null)) return null;
        try
        {
            if (expr is not ApplyExpr { Symbol: var symbol })
                return Reduced(new Node(expr, parts!), isDecided: true) is { Head: not Expr } value ? value : null;
            var term = new Node(symbol, parts!);
            if (symbol is not Operation operation) return term;
            if (operation.IsHost) return null;
            foreach (var rule in _rules[operation.FullName])
            {
                var inner = new Dictionary<Variable, Node>();
                if (!Match(rule.Source, term, inner)) continue;
                if (Hold(rule, inner) is not { } holds) return null;
                if (holds) return Evaluate(rule.Target, inner);
            }

            return operation.IsOpen ? term : null;
        }
        catch (FaultException)
        {
            return null;
        }
    }

    private void RequireNormal(Node root)
    {
        var seen = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Node>([root]);
        while (open.TryPop(out var node))
        {
            if (!seen.Add(node)) continue;
            if (node.Head is Constructor constructor
                && _rules[constructor.FullName].FirstOrDefault(r => Applies(r, node) == true) is { } rule)
                throw new FaultException("'" + rule.Name + "' applies to the result");
            foreach (var part in node.Parts) open.Push(part);
        }
    }

    private static bool Same(Node left, Node right)
    {
        var seen = new HashSet<(Node, Node)>();
        var open = new Stack<(Node Left, Node Right)>([(left, right)]);
        while (open.TryPop(out var pair))
        {
            if (ReferenceEquals(pair.Left, pair.Right)) continue;
            if (!IsSame(pair.Left.Head, pair.Right.Head)) return false;
            if (pair.Left.Parts.Length > 1 && !seen.Add(pair)) continue;
            for (int i = 0; i < pair.Left.Parts.Length; i++) open.Push((pair.Left.Parts[i], pair.Right.Parts[i]));
        }

        return true;
    }

    // By name, because a module that was read twice has different objects for the same symbols.
    private static bool IsSame(object left, object right) => left switch
    {
        FunctionSymbol symbol => right is FunctionSymbol other
        && (ReferenceEquals(symbol, other) || symbol.FullName == other.FullName && symbol.Arity == other.Arity),
        Literal literal => literal.Equals(right),
        Opaque { Value: var value } => right is Opaque other && ReferenceEquals(value, other.Value),
        _ => false,
    };

    private Node Value(TracedValue traced)
        => traced.Read(_values,
        (head, parts) => new Node(head is FunctionSymbol or Literal ? head : new Opaque(head), parts) { IsValue = true, IsShared = true });

    /// <summary>An object that a term refers to.</summary>
    private sealed record Opaque(object? Value);

    /// <summary>A node of a term: its head (a symbol, a literal, an object, or the expression it is the root of) and its parts.</summary>
    /// <remarks>A node that several terms share is copied before it changes; the copies share its parts.</remarks>
    private sealed class Node(object head, Node[] parts)
    {
        public object Head => head;

        public Node[] Parts => parts;

        /// <summary>True if the node is a value in the trace: nothing in it remains to be evaluated.</summary>
        public bool IsValue { get; init; }

        public bool IsShared { get; set; }

        public Node Share()
        {
            IsShared = true;
            return this;
        }

        public Node Own()
        {
            if (!IsShared) return this;
            foreach (var part in parts) part.IsShared = true;
            return new Node(head, [.. parts]);
        }
    }

    private sealed class FaultException(string message, bool isRefuted = true) : Exception(message)
    {
        public bool IsRefuted => isRefuted;
    }
}
