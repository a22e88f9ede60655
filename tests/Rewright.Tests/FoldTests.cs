using System;
using System.Linq;
using System.Text;
using Rewright.Binding;
using Xunit;

namespace Rewright.Tests;

public class FoldTests
{
    private static readonly ModuleBinding Binding = new(typeof(FoldTests), """
        sort Nat = Zero | Succ(Nat)
        sort Expr = Num(long) | Var(Symbol) | Neg(Expr) | Add(Expr, Expr) | If(bool, Expr, Nat, Expr)
        """, 0, 0, [], []);

    [Theory]
    [InlineData("Num(5)", "Num")]
    [InlineData("Add(Num(1), Neg(Var('x')))", "Add[Num, Neg[Var]]")]
    [InlineData("If(true, Num(1), Succ(Succ(Zero)), Var('y'))", "If[Num, Succ[Succ[Zero]], Var]")]
    public void Every_node_gets_the_values_of_its_terms_in_order(string text, string expected)
    {
        using var heap = new TermHeap();
        string result = Binding.Sort("Expr").Parse(text, heap).Fold<string>((term, parts) =>
            term.Symbol.Name + (parts.Length == 0 ? "" : "[" + string.Join(", ", parts.ToArray()) + "]"));
        Assert.Equal(expected, result);
    }

    [Fact]
    public void Nodes_have_their_values()
    {
        using var heap = new TermHeap();
        long sum = Binding.Sort("Expr").Parse("Add(Num(1), Add(Num(20), Neg(Num(300))))", heap)
            .Fold<long>((term, parts) => term.Symbol.Name == "Num" ? term.GetValue<long>(0) : parts.ToArray().Sum());
        Assert.Equal(321, sum);
    }

    [Fact]
    public void What_is_shared_is_visited_once()
    {
        using var heap = new TermHeap();
        Term term = Binding.Sort("Expr").Parse("Neg(Num(1))", heap);
        for (int i = 0; i < 60; i++) term = Add(term, term);
        int visits = 0;
        long ones = term.Fold<long>((_, parts) =>
        {
            visits++;
            return parts.Length == 0 ? 1 : parts.ToArray().Sum();
        });
        Assert.Equal((62, 1L << 60), (visits, ones));
    }

    [Theory]
    [InlineData("Expr", "Neg(", "Num(1)")]
    [InlineData("Nat", "Succ(", "Zero")]
    public void Terms_may_be_nested_a_million_deep(string sort, string open, string inner)
    {
        const int levels = 1_000_000;
        using var heap = new TermHeap();
        string text = new StringBuilder(open.Length * levels + levels + 10).Insert(0, open, levels).Append(
            inner).Append(')', levels).ToString();
        Assert.Equal(levels + 1, Binding.Sort(sort).Parse(text, heap).Fold<int>((_, parts) => parts.Length == 0 ? 1 : parts[0] + 1));
    }

    [Fact]
    public void Visitors_may_use_the_heap_but_not_end_it()
    {
        using var heap = new TermHeap();
        Term term;
        using (var scope = heap.BeginScope())
        {
            term = Binding.Sort("Expr").Parse("Add(Num(1), Add(Num(20), Num(300)))", heap);
            Assert.Throws<InvalidOperationException>(() => term.Fold<int>((_, _) =>
            {
                heap.Dispose();
                return 0;
            }));
            Assert.Throws<FormatException>(() => term.Fold<int>((_, _) => throw new FormatException()));
            term = scope.Keep(term.Fold<Term>((node, parts) => parts.Length < 2 ? node : Add(parts[1], parts[0])));
        }

        Assert.Equal("Add(Add(Num(300), Num(20)), Num(1))", term.ToString());
        var census = heap.TakeCensus();
        Assert.Equal((0, 0), (census.Lost, census.Miscounted));
        // Ends the scope of the term while it is visited.
        var outer = heap.BeginScope();
        term = Binding.Sort("Expr").Parse("Add(Num(1), Add(Num(20), Num(300)))", heap);
        int visits = 0;
        Assert.Equal(5, term.Fold<int>((_, _) =>
        {
            if (visits == 0) outer.Dispose();
            return ++visits;
        }));
        Assert.Throws<InvalidOperationException>(() => term.Fold<int>((_, _) => 0));
        census = heap.TakeCensus();
        Assert.Equal((0, 0), (census.Lost, census.Miscounted));
    }

    private static Term Add(Term left, Term right)
    {
        var call = new TermCall(Binding.Constructor("Add"), left);
        call.Add(left);
        call.Add(right);
        return call.Term();
    }
}
