using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Checks;
using Rewright.Model;
using Xunit;

namespace Rewright.Core.Tests;

internal static class Support
{
    /// <summary>The diagnostics as <c>RW0001 line:column</c>, in order.</summary>
    public static string[] Places(IEnumerable<ModuleDiagnostic> diagnostics)
        => diagnostics.Select(d => FormattableString.Invariant($"{d.Kind.Id} {d.Span.Line}:{d.Span.Column}")).ToArray();

    /// <summary>Checks that a text has exactly these diagnostics (<c>RW0001 line:column</c>), and returns them.</summary>
    public static IReadOnlyList<ModuleDiagnostic> Expect(string text, params string[] places)
    {
        var diagnostics = Module.Check(text, "").Diagnostics;
        Assert.True(places.SequenceEqual(Places(diagnostics)), "Found:\n" + string.Join("\n", diagnostics) + "\nin:\n" + text);
        return diagnostics;
    }

    /// <summary>Runs on a stack well below the megabyte that the smallest hosts of the compiler have.</summary>
    public static void OnSmallStack(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try { action(); }
            catch (Exception e) { failure = e; }
        }, 640 << 10);
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException("Failed on a small stack.", failure);
    }

    /// <summary>True where two modules mean the same, part by part; shares nothing with how modules compare themselves.</summary>
    public static void AssertSame(Module expected, Module actual)
    {
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Order, actual.Order);
        Assert.Equal(expected.Uses.Select(u => u.Name), actual.Uses.Select(u => u.Name));
        Assert.Equal(expected.Enums, actual.Enums);
        Assert.Equal(expected.Sorts.Select(s => s.Name), actual.Sorts.Select(s => s.Name));
        Assert.Equal(expected.DeclaredSymbols.Select(Signature), actual.DeclaredSymbols.Select(Signature));
        Assert.Equal(expected.Patterns.Select(Shape), actual.Patterns.Select(Shape));
        Assert.Equal(expected.Rules.Select(r => r.Name), actual.Rules.Select(r => r.Name));
        Assert.Equal(expected.Normalizers.Select(n => (n.Name, n.Sort.Name, n.Strategy, n.Groups)),
            actual.Normalizers.Select(n => (n.Name, n.Sort.Name, n.Strategy, n.Groups)));
    }

    /// <summary>An expression written out with nothing left to guess: every node with its kind and sort.</summary>
    public static string Explicit(Expr expr) => expr switch
    {
        VariableExpr v => "$" + v.Variable.Name + ":" + NameOf(v.Sort),
        LiteralExpr l => l.Value + ":" + NameOf(l.Sort),
        ApplyExpr a => "@" + a.Symbol.FullName + Arguments(a),
        PrimitiveExpr p => p.Primitive.Op + "." + NameOf(p.Primitive.Operand) + "." + NameOf(p.Primitive.Result) + Arguments(p),
        EqualityExpr e => (e.Negated ? "unequal" : "equal") + Arguments(e),
        LogicalExpr l => (l.IsAnd ? "and" : "or") + Arguments(l),
        ConditionalExpr c => "choose" + Arguments(c),
        _ => throw new ArgumentException(expr.GetType().Name),
    };

    private static string Shape(Pattern pattern)
        => pattern.Name + FormattableString.Invariant($" {pattern.Priority} {pattern.Polarity} ") + pattern.Group + ": "
            + Explicit(pattern.Source) + " -> " + Explicit(pattern.Target)
            + string.Concat(pattern.Conditions.Select(
                c => c is WhereCondition w
                ? " where " + Explicit(w.Pattern) + " = " + Explicit(w.Subject) : " if " + Explicit(((WhenCondition)c).Test)));

    private static string Signature(FunctionSymbol symbol)
        => symbol.GetType().Name + " " + symbol.FullName + "("
            + string.Join(", ", symbol.Parameters.Select(p => p.Name + ":" + NameOf(p.Sort))) + "): " + NameOf(symbol.Result)
            + " " + symbol.Attributes + " " + (symbol as Constructor)?.Cost + " " + (symbol as Constructor)?.Tag + " "
                + (symbol.Identity is null ? "" : Explicit(symbol.Identity));

    private static string Arguments(Expr expr) => "(" + string.Join(", ", expr.Parts.Select(Explicit)) + ")";

    private static string NameOf(Sort sort) => sort is DataSort data ? data.ModuleName + "." + data.Name : sort.Name;
}
