using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rewright.Binding;
using Rewright.Emit.Llvm;
using Rewright.Engines;
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
            "Node(Node(Node(Leaf, 2, Node(Leaf, 3, Leaf)), 5, Node(Leaf, 8, Leaf)), 0, Node(Node(Leaf, 8, Leaf), 5, Node(Node(Leaf, 3, "
                + "Leaf), 2, Leaf)))"
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
            "Num(" + (2 * System.Numerics.BigInteger.Pow(
                System.Numerics.BigInteger.Parse("4611686018427387904") + (3 * System.Numerics.BigInteger.Parse("99999999999999999999")),
                2)) + ")"
        },
        {
            """
            sort E = Num(int) | Add(E, E) | Neg(E)
            rule Pull: Add(Neg(a), Neg(b)) -> Neg(Add(a, b))
            rule Twice: Neg(Neg(a)) -> a
            rule Fold: Add(Num(a), Num(b)) -> Num(a + b)
            normalizer Simplify: E [outermost]
            op Share(E): E
            rule S: Share(e) -> Add(Neg(Neg(Add(e, e))), Add(e, e))
            """,
            "Simplify(Share(Share(Neg(Add(Neg(Num(1)), Neg(Num(2)))))))",
            "Num(48)"
        },
        {
            """
            sort E = Num(int) | Add(E, E) | Neg(E)
            rule Pull: Add(Neg(a), Neg(b)) -> Neg(Add(a, b))
            rule Twice: Neg(Neg(a)) -> a
            rule Fold: Add(Num(a), Num(b)) -> Num(a + b)
            normalizer Once: E [bottomup]
            op Share(E): E
            rule S: Share(e) -> Add(Neg(e), Add(e, e))
            """,
            "Once(Share(Share(Neg(Add(Neg(Num(1)), Neg(Num(2)))))))",
            "Add(Neg(Add(Neg(Add(Num(1), Num(2))), Add(Add(Num(1), Num(2)), Add(Num(1), Num(2))))), Add(Add(Neg(Add(Num(1), Num(2))), "
                + "Add(Add(Num(1), Num(2)), Add(Num(1), Num(2)))), Add(Neg(Add(Num(1), Num(2))), Add(Add(Num(1), Num(2)), Add(Num(1), "
                + "Num(2))))))"
        },
        {
            """
            sort Nat = Zero | Succ(Nat)
            sort List = Nil | Cons(Nat, List)
            op Half(Nat): Nat [open]
            rule H0: Half(Zero) -> Zero
            rule H1: Half(Succ(Succ(x))) -> Succ(Half(x))
            op Base(): List
            rule B: Base() -> Cons(Succ(Zero), Cons(Zero, Nil))
            op Halves(List): List
            rule N: Halves(Nil) -> Base()
            rule C: Halves(Cons(x, l)) -> Cons(Half(x), Halves(l))
            """,
            "Halves(Cons(Succ(Succ(Zero)), Cons(Succ(Succ(Succ(Zero))), Halves(Base()))))",
            "Cons(Succ(Zero), Cons(Succ(Half(Succ(Zero))), Cons(Half(Half(Succ(Zero))), Cons(Zero, Cons(Half(Succ(Zero)), Cons(Zero, "
                + "Cons(Succ(Zero), Cons(Zero, Nil))))))))"
        },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_evaluation_can_end_at_any_allocation(string text, string term, string expected)
    {
        var module = Module.Parse(text);
        foreach (var engine in new[] { TestEngine.Interpret(module),
            TestEngine.Compile(module, new EmitOptions(ServeAllocations: true), 2) })
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
            Assert.True(failures > 1);
        }
    }

    // C# code in the middle of rules: it makes terms, calls back, keeps a term for itself, and throws.
    private const string Hosted = """
        sort Tree = Leaf(int) | Node(Tree, Tree)
        op Ask(Tree, int): Tree [host]
        op Build(int): Tree
        rule B0: Build(n) -> Leaf(n) if n <= 0
        rule B1 [priority -1]: Build(n) -> Node(Build(n - 1), Ask(Build(n - 2), n))
        op Mirror(Tree): Tree
        rule M0: Mirror(Leaf(n)) -> Leaf(n)
        rule M1: Mirror(Node(l, r)) -> Node(Mirror(r), Mirror(l))
        """;

    private const string HostedResult = "Node(Node(Node(Leaf(0), Node(Leaf(-1), Leaf(7))), Node(Leaf(0), Leaf(7))), Node(Node(Leaf(0), "
        + "Node(Leaf(-1), Leaf(7))), Leaf(7)))";

    public static TheoryData<string> Interruptions => ["throw", "cancel", "memory", "memory inside", "rewrites"];

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void An_evaluation_can_end_at_any_call_of_a_host_operation(string kind)
    {
        var module = Module.Parse(Hosted);
        int calls = 0, last = 0;
        TestEngine engine = null!;
        using var source = new ReplaceableSource();
        void Ask(ref HostCall call)
        {
            bool ends = calls++ == last;
            var heap = TermHeap.Current;
            if (ends && kind == "throw") throw new NotSupportedException("Call " + last);
            if (ends && kind == "cancel") source.Cancel();
            if (ends && kind == "memory") heap.Memory.AllocationsLeft = 0;
            var tree = call.Term(0);
            if (ends && kind == "rewrites") Assert.ThrowsAny<Exception>(() => engine.Evaluate(heap, "Mirror(Mirror(Leaf(1))"));
            // An evaluation within the evaluation, in the same heap.
            Assert.Equal(tree.ToString(), engine.Evaluate(heap, "Mirror(Mirror(" + tree + "))"));
            if (ends && kind == "memory inside") heap.Memory.AllocationsLeft = 1;
            var leaf = TestEngine.Parse(module, heap, "Tree", "Leaf(7)");
            call.Return(TestEngine.Parse(module, heap, "Tree", "Node(" + tree + ", " + leaf + ")"));
        }

        foreach (var (name, each) in TestEngine.All(module, Ask))
        {
            engine = each;
            using var heap = new TermHeap();
            string? result = null;
            for (last = 0; result is null; last++)
            {
                calls = 0;
                heap.Limits = new EvaluationLimits { Cancellation = source.Renew() };
                try
                {
                    result = engine.Evaluate(heap, "Build(3)");
                    // A failure that C# code has caught does not end the evaluation.
                    if (calls > last && kind == "rewrites") (result, _) = (null, Assert.IsType<string>(result));
                }
                catch (Exception e)
                {
                    Assert.True(kind switch
                    {
                        "throw" => e is NotSupportedException && e.Message == "Call " + last,
                        "cancel" => e is EvaluationCanceledException,
                        _ => e is MemoryLimitException or InsufficientMemoryException,
                    }, name + ": " + e);
                }

                heap.Memory.AllocationsLeft = long.MaxValue;
                var census = heap.TakeCensus();
                Assert.Equal((name, last, 0, 0, 0), (name, last, census.Live, census.Lost, census.Miscounted));
                Assert.True(last < 10);
            }

            Assert.Equal(HostedResult, result);
            Assert.True(last > 3);
        }
    }

    private sealed class ReplaceableSource : IDisposable
    {
        private CancellationTokenSource _source = new();

        public CancellationToken Renew()
        {
            _source.Dispose();
            _source = new();
            return _source.Token;
        }

        public void Cancel() => _source.Cancel();

        public void Dispose() => _source.Dispose();
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
            Assert.True(census.Live <= 5 && !heap.Evaluator.Pending().Any());
            if (result is null) continue;
            Assert.Equal(expected, result);
            return n;
        }
    }
}
