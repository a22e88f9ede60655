using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Engines;
using Rewright.Heap;
using Xunit;

namespace Rewright.Tests;

public class BatchTests
{
    private static readonly Module Sample = Module.Parse("""
        sort Nat = Zero | Succ(Nat)
        sort Tree = Leaf(string) | Node(Tree, Tree) | Again(Nat, Tree)
        rule Stop: Again(Zero, t) -> t
        rule Go: Again(Succ(n), t) -> Again(n, Node(t, t))
        normalizer Grow: Tree
        op Spin(Tree): Tree
        rule Spin: Spin(t) -> Spin(Node(Leaf("x"), Leaf("y")))
        op Left(Tree): Tree
        rule Left: Left(Node(l, _)) -> l
        """);

    private static Func<Term, Term> Entry(TestEngine engine, string name) => term =>
    {
        int index = engine.Runtime.Entries.Select((e, i) => (e, i)).First(e => e.e.Name == name).i;
        term.Heap.Enter();
        try
        {
            ulong word = term.Peek(out var sort);
            if (sort.HoldsCells) CellMemory.Dup(word);
            unsafe
            {
                term.Heap.Memory.Arguments[0] = word;
                bool isBoxed = term.Heap.Evaluator.Call(engine.Runtime, index, sort.IsBoxed);
                return term.Heap.NewTerm(
                    term.Heap.Memory.Result[0], TermSort.Of((Model.DataSort)engine.Runtime.Entries[index].Result, isBoxed));
            }
        }
        finally
        {
            term.Heap.Exit();
        }
    };

    private static string Again(int n, string leaf)
        => "Again(" + string.Concat(Enumerable.Repeat("Succ(", n)) + "Zero" + new string(')', n) + ", Leaf(\"" + leaf + "\"))";

    [Fact]
    public void Results_come_back_in_order_and_nothing_is_lost()
    {
        foreach (var (_, engine) in TestEngine.All(Sample))
        {
            using var heap = new TermHeap();
            using (heap.BeginScope())
            {
                var terms = Enumerable.Range(0, 200).Select(i => engine.EvaluateTerm(heap, Again(i % 7, "s" + i))).ToArray();
                foreach (int workers in new[] { 1, 2, 5 })
                {
                    var options = new ParallelOptions { MaxDegreeOfParallelism = workers };
                    var results = TermBatch.Evaluate(terms, Entry(engine, "Grow"), options);
                    var texts = TermBatch.Select(terms, t => Entry(engine, "Grow")(t).ToString(), options);
                    for (int i = 0; i < terms.Length; i++)
                    {
                        var expected = Entry(engine, "Grow")(terms[i]);
                        Assert.Equal(expected, results[i]);
                        Assert.Equal(expected.ToString(), texts[i]);
                        Assert.Same(heap, results[i].Heap);
                    }
                }
            }

            var census = heap.TakeCensus();
            Assert.Equal((0, 0), (census.Lost, census.Miscounted));
            Assert.Same(heap, TermHeap.Current);
        }
    }

    [Fact]
    public void Parts_that_are_shared_stay_shared()
    {
        var engine = TestEngine.Interpret(Sample);
        using var heap = new TermHeap();
        var terms = new[] { engine.EvaluateTerm(heap, Again(60, "a")), engine.EvaluateTerm(heap, Again(60, "b")) };
        var results = TermBatch.Evaluate(terms, Entry(engine, "Grow"));
        Assert.StartsWith("Node(Node(", results[1].ToString(100));
    }

    [Fact]
    public void The_exception_of_a_term_ends_the_batch()
    {
        var engine = TestEngine.Interpret(Sample);
        using var heap = new TermHeap();
        var good = engine.EvaluateTerm(heap, "Node(Leaf(\"a\"), Leaf(\"b\"))");
        var terms = Enumerable.Repeat(good, 50).ToArray();
        terms[20] = engine.EvaluateTerm(heap, "Leaf(\"stuck\")");
        var e = Assert.Throws<StuckTermException>(() => TermBatch.Evaluate(terms, Entry(engine, "Left")));
        Assert.Equal("Left(Leaf(\"stuck\"))", e.Term);
        // A term that goes on for ever does not keep the batch from ending when another one fails. Two workers, as the pool has threads for
        // no more where all are busy.
        terms[20] = good;
        terms[1] = engine.EvaluateTerm(heap, "Leaf(\"later\")");
        Assert.Throws<StuckTermException>(
            () => TermBatch.Select(
            terms, t => Entry(engine, t.ToString() == "Leaf(\"later\")" ? "Left" : "Spin")(t),
            new ParallelOptions { MaxDegreeOfParallelism = 2 }));
        Assert.Equal("Leaf(\"a\")", Entry(engine, "Left")(good).ToString());
    }

    [Fact]
    public void A_batch_is_cancelled_by_its_options_or_by_the_limits_of_the_heap()
    {
        var engine = TestEngine.Interpret(Sample);
        using var heap = new TermHeap();
        var terms = Enumerable.Repeat(engine.EvaluateTerm(heap, "Leaf(\"a\")"), 8).ToArray();
        using var source = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(
            () => TermBatch.Evaluate(terms, Entry(engine, "Spin"), new ParallelOptions { CancellationToken = source.Token }));
        using var other = new CancellationTokenSource(50);
        heap.Limits = heap.Limits with { Cancellation = other.Token };
        Assert.ThrowsAny<OperationCanceledException>(() => TermBatch.Evaluate(terms, Entry(engine, "Spin")));
        heap.Limits = EvaluationLimits.Default with { Time = TimeSpan.FromMilliseconds(20) };
        Assert.Throws<TimeLimitException>(() => TermBatch.Evaluate(terms, Entry(engine, "Spin")));
    }

    [Fact]
    public void Terms_of_a_batch_are_in_one_heap_which_nobody_else_uses_meanwhile()
    {
        var engine = TestEngine.Interpret(Sample);
        using var heap = new TermHeap();
        var here = engine.EvaluateTerm(heap, "Leaf(\"a\")");
        using var other = new TermHeap();
        var there = here.CopyTo(other);
        Assert.Throws<InvalidOperationException>(() => TermBatch.Evaluate(new[] { here, there }, t => t));
        Assert.Empty(TermBatch.Evaluate(Array.Empty<Term>(), t => t));
        var outside = Assert.Throws<InvalidOperationException>(() => TermBatch.Select(new[] { here, here }, _ => here.ToString()));
        Assert.Contains("second thread", outside.Message, StringComparison.Ordinal);
    }
}
