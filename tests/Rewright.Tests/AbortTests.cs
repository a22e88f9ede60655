using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Llvm;
using Xunit;

namespace Rewright.Tests;

/// <summary>Ends evaluations at every place where they can end, and looks whether the heap is right afterwards.</summary>
public class AbortTests
{
    public static TheoryData<string, string, string> Programs => new()
    {
        {
            """
            sort Nat = Zero | Odd(Nat) | Even(Nat)
            op Plus(Nat, Nat): Nat
            rule A: Plus(Zero, y) -> y
            rule Z: Plus(x, Zero) -> x
            rule B: Plus(Odd(x), Odd(y)) -> Even(Plus(Odd(Zero), Plus(x, y)))
            rule C: Plus(Odd(x), Even(y)) -> Odd(Plus(x, y))
            rule D: Plus(Even(x), Odd(y)) -> Odd(Plus(x, y))
            rule E: Plus(Even(x), Even(y)) -> Even(Plus(x, y))
            op Times(Nat, Nat): Nat
            rule F: Times(Zero, _y) -> Zero
            rule G: Times(Even(x), y) -> Even(Times(x, y))
            rule H: Times(Odd(x), y) -> Plus(y, Even(Times(x, y)))
            """,
            "Times(Odd(Odd(Zero)), Odd(Even(Odd(Zero))))",
            "Odd(Odd(Odd(Odd(Zero))))"
        },
        {
            """
            sort Tree = Leaf | Node(Tree, long, Tree)
            op Insert(Tree, long): Tree
            rule A: Insert(Leaf, n) -> Node(Leaf, n, Leaf)
            rule B: Insert(Node(l, m, r), n) -> Node(Insert(l, n), m, r) if n < m
            rule C: Insert(Node(l, m, r), n) -> Node(l, m, Insert(r, n)) if n >= m
            op Mirror(Tree): Tree
            rule D: Mirror(Leaf) -> Leaf
            rule E: Mirror(Node(l, m, r)) -> Node(Mirror(r), m, Mirror(l))
            op Both(Tree): Tree
            rule F: Both(t) -> Node(t, 0, Mirror(t))
            """,
            "Both(Insert(Insert(Insert(Insert(Leaf, 5), 2), 8), 3))",
            "Node(Node(Node(Leaf, 2, Node(Leaf, 3, Leaf)), 5, Node(Leaf, 8, Leaf)), 0, Node(Node(Leaf, 8, Leaf), 5, Node(Node(Leaf, 3, Leaf), 2, Leaf)))"
        },
        {
            """
            sort Expr = Num(BigInteger) | Text(string) | Add(Expr, Expr) | Mul(Expr, Expr)
            rule A: Add(Num(a), Num(b)) -> Num(a + b)
            rule B: Mul(Num(a), Num(b)) -> Num(a * b)
            rule C: Mul(Add(a, b), c) -> Add(Mul(a, c), Mul(b, c))
            rule D: Add(Text(s), Text(t)) -> Text(s + t)
            normalizer Simplify: Expr
            op Twice(Expr): Expr
            rule E: Twice(e) -> Mul(Add(e, e), e)
            """,
            "Simplify(Twice(Add(Num(4611686018427387904), Mul(Num(99999999999999999999), Num(3)))))",
            "Num(" + (2 * System.Numerics.BigInteger.Pow(System.Numerics.BigInteger.Parse("4611686018427387904") + (3 * System.Numerics.BigInteger.Parse("99999999999999999999")), 2)) + ")"
        },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_evaluation_can_end_at_any_allocation(string text, string term, string expected)
    {
        var module = Module.Parse(text);
        foreach (var engine in new[] { TestEngine.Interpret(module), TestEngine.Compile(module, new EmitOptions(ServeAllocations: true), 2) })
        {
            var heap = new TermHeap();
            using var scope = heap.BeginScope();
            int failures = EndEverywhere(engine, heap, term, expected, n => heap.Memory.AllocationsLeft = n);
            Assert.True(failures > 5);
            heap.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_evaluation_can_end_at_any_rewrite(string text, string term, string expected)
    {
        var module = Module.Parse(text);
        foreach (var engine in new[] { TestEngine.Interpret(module), TestEngine.Compile(module, new EmitOptions(CountRewrites: true), 2) })
        {
            using var heap = new TermHeap();
            int failures = EndEverywhere(engine, heap, term, expected, n => heap.Limits = heap.Limits with { MaxRewrites = n });
            Assert.True(failures > 3);
        }
    }

    // Lets the evaluation end after 0, 1, 2... of something until it comes to its end, and counts how often it did not.
    private static int EndEverywhere(TestEngine engine, TermHeap heap, string term, string expected, Action<long> limit)
    {
        for (int n = 0; ; n++)
        {
            string? result = null;
            limit(n);
            try
            {
                result = engine.Evaluate(heap, term);
            }
            catch (Exception e) when (e is EvaluationException or InsufficientMemoryException)
            {
                Assert.True(e is MemoryLimitException or RewriteLimitException or InsufficientMemoryException, e.ToString());
            }

            limit(long.MaxValue);
            var census = heap.TakeCensus();
            // What remains are the constants of the program.
            Assert.Equal((0, 0), (census.Lost, census.Miscounted));
            Assert.True(census.Live <= 2);
            if (result is null) continue;
            Assert.Equal(expected, result);
            return n;
        }
    }
}
