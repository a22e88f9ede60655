using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Numerics;
using System.Threading;
using Rewright.Engines;
using Rewright.Heap;
using Xunit;

namespace Rewright.Tests;

/// <summary>Limits cover all that happens in a heap: texts, large integers, strings, copies, comparisons.</summary>
public class LimitCoverageTests
{
    private static readonly Module Sample = Module.Parse("""
        module Demo
        sort Tree = Leaf | Node(Tree, Tree) | Num(BigInteger) | Text(string)
        op Square(long, Tree): Tree
        rule Square0: Square(0, t) -> t
        rule Square1: Square(n, t) -> Square(n - 1, Node(t, t)) if n != 0
        op Deep(long, Tree): Tree
        rule Deep0: Deep(0, t) -> t
        rule Deep1: Deep(n, t) -> Deep(n - 1, Node(t, Leaf)) if n != 0
        op Same(Tree, Tree): bool
        rule Same: Same(x, x) -> true
        rule Other: Same(_, _) -> false
        op Power(BigInteger, int): BigInteger
        rule Power: Power(x, n) -> pow(x, n)
        op Ratio(BigInteger, BigInteger): BigInteger
        rule Ratio: Ratio(x, y) -> x / y
        op Common(BigInteger, BigInteger): BigInteger
        rule Common: Common(x, y) -> gcd(x, y)
        op Shifted(int): BigInteger
        rule Shifted: Shifted(n) -> 1N << n
        op Double(long, string): string
        rule Double0: Double(0, s) -> s
        rule Double1: Double(n, s) -> Double(n - 1, s + s) if n != 0
        op Texts(long, string, Tree): Tree
        rule Texts0: Texts(0, _, t) -> t
        rule Texts1: Texts(n, s, t) -> Texts(n - 1, s, Node(Text(s + "x"), t)) if n != 0
        op Long(string): long
        rule Long: Long(s) -> length(s)
        op Named(long, string): long
        rule Named0: Named(0, _) -> 0
        rule Named1: Named(n, s) -> Named(n - 1, s + "x") if n != 0 && symbol(s) != 'none'
        op Bits(BigInteger): BigInteger
        rule Bits: Bits(x) -> x >> 30000000
        """);

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    public static TheoryData<string> LongTerms => new(
        // A text of 2^40 leaves; one of nine million digits; what takes .NET seconds without a chance to stop it.
        "Square(40, Leaf)",
        "Num(Shifted(30000000))",
        "Num(Power(3N, 20000000))",
        "Num(Ratio(Power(3N, 6000000), Power(5N, 2000000)))",
        "Num(Common(Power(6N, 3000000), Power(10N, 3000000)))");

    private static IEnumerable<(string Name, TestEngine Engine)> Engines()
    {
        yield return ("interpreter", TestEngine.Interpret(Sample));
        yield return ("native", TestEngine.Compile(Sample));
        if (TestEngine.HasRust) yield return ("rust", TestEngine.CompileRust(Sample));
    }

    [Theory]
    [MemberData(nameof(LongTerms))]
    public void Time_and_cancellation_end_what_is_long_by_itself(string term)
    {
        foreach (var (name, engine) in Engines())
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(200) } };
            var time = Stopwatch.StartNew();
            Assert.True(Record.Exception(() => engine.Evaluate(heap, term)) is TimeLimitException, name);
            Assert.True(time.Elapsed < Delay, name + ": " + time.Elapsed);
            using var source = new CancellationTokenSource();
            heap.Limits = new EvaluationLimits { Cancellation = source.Token };
            var thread = new Thread(() =>
            {
                Thread.Sleep(200);
                source.Cancel();
            });
            thread.Start();
            time.Restart();
            Assert.True(Record.Exception(() => engine.Evaluate(heap, term)) is EvaluationCanceledException, name);
            Assert.True(time.Elapsed < Delay, name + ": " + time.Elapsed);
            thread.Join();
            heap.Limits = EvaluationLimits.Default;
            // The program holds its literal "x", a crate does not.
            var census = heap.TakeCensus();
            Assert.Equal((name, name == "rust" ? 0L : 1L, 0L, 0L), (name, census.Live, census.Lost, census.Miscounted));
        }
    }

    [Fact]
    public void Memory_holds_texts_and_integers_too_and_gets_them_back()
    {
        foreach (var (name, engine) in Engines())
        {
            using var heap = new TermHeap { Limits = EvaluationLimits.Default with { MaxHeapBytes = 64 << 20 } };
            string text = new('a', 1 << 20);
            for (int i = 0; i < 3; i++)
            {
                // 200 texts of 2 MB, with 16 MB and with 2 GB at once, and integers as large.
                foreach (string term in new[] { "Texts(200, \"" + text + "\", Leaf)", "Long(Double(10, \"" + text + "\"))",
                    "Bits(Power(3N, 1000000000))", "Square(40, Leaf)" })
                    Assert.True(Record.Exception(() => engine.Evaluate(heap, term)) is MemoryLimitException, name + ": " + term[..5]);
                Assert.Equal((name, (8L << 20).ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    (name, engine.Evaluate(heap, "Long(Double(3, \"" + text + "\"))")));
            }

            Assert.InRange(heap.TakeCensus().Bytes, 0, 8 << 20);
        }
    }

    [Fact]
    public void Names_that_are_new_to_the_process_count()
    {
        foreach (var (name, engine) in Engines())
        {
            // A crate has names of its own, and gives them back.
            if (name == "rust") continue;
            using var heap = new TermHeap { Limits = EvaluationLimits.Default with { MaxHeapBytes = 1 << 20 } };
            // Two million letters.
            string names = name + Guid.NewGuid();
            Assert.True(Record.Exception(() => engine.Evaluate(heap, "Named(2000, \"" + names + "\")")) is MemoryLimitException, name);
            // Those that are known do not, in another heap.
            using var other = new TermHeap { Limits = heap.Limits };
            Assert.Equal((name, "0"), (name, engine.Evaluate(other, "Named(300, \"" + names + "\")")));
        }
    }

    [Fact]
    public void Operations_on_handles_keep_time_and_token()
    {
        var engine = TestEngine.Compile(Sample);
        using var heap = new TermHeap();
        using var other = new TermHeap();
        var deep = engine.EvaluateTerm(heap, "Deep(3000000, Leaf)");
        var same = engine.EvaluateTerm(heap, "Deep(3000000, Leaf)");
        var wide = engine.EvaluateTerm(heap, "Square(40, Leaf)");
        Assert.Equal(wide, engine.EvaluateTerm(heap, "Square(40, Leaf)"));
        Assert.True(wide.ToString(100).EndsWith('…'));
        Assert.Equal(16 << 20, wide.ToString().Length);
        var works = new (string Name, Action Work)[]
        {
            ("ToString", () => wide.ToString(int.MaxValue)),
            ("CopyTo", () => deep.CopyTo(other)),
            ("Equals", () => deep.Equals(same)),
            ("TakeCensus", () => heap.TakeCensus()),
            ("Fold", () => deep.Fold<int>((_, _) => 0)),
        };
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        foreach (var (name, work) in works)
        {
            heap.Limits = other.Limits = new EvaluationLimits { Cancellation = cancelled.Token };
            Assert.True(Record.Exception(work) is EvaluationCanceledException e && e.Operation == name, name);
            if (name == "Fold") continue;
            heap.Limits = other.Limits = new EvaluationLimits { Time = TimeSpan.FromMilliseconds(1) };
            Assert.True(Record.Exception(work) is TimeLimitException { Operation: var operation } && operation == name, name);
        }

        heap.Limits = other.Limits = EvaluationLimits.Default;
        Assert.Throws<OperationCanceledException>(() => wide.ToString(int.MaxValue, cancelled.Token));
        Assert.Equal(0, other.TakeCensus().Live);
        Assert.Equal(deep, same);
    }

    [Fact]
    public void A_census_takes_no_memory_of_the_collector()
    {
        var engine = TestEngine.Compile(Sample);
        using var heap = new TermHeap();
        var term = engine.EvaluateTerm(heap, "Deep(5000000, Leaf)");
        long before = GC.GetAllocatedBytesForCurrentThread();
        var census = heap.TakeCensus();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal((5_000_001L, 0L, 0L), (census.Live, census.Lost, census.Miscounted));
        Assert.False(term.IsDefault);
    }

    [Fact]
    public void Equality_of_terms_that_share_in_different_ways_is_linear()
    {
        // Each level of one is two cells, of the other one: pairs of cells grow with the product.
        var module = Module.Parse("""
            sort T = L | N(T, T)
            op Narrow(long, T): T
            rule Narrow0: Narrow(0, t) -> t
            rule Narrow1: Narrow(n, t) -> Narrow(n - 1, N(t, t)) if n != 0
            op Wide(long, T, T): T
            rule Wide0: Wide(0, t, u) -> N(t, u)
            rule Wide1: Wide(n, t, u) -> Wide(n - 1, N(t, u), N(u, t)) if n != 0
            op Same(T, T): bool
            rule Same: Same(x, x) -> true
            rule Other: Same(_, _) -> false
            """);
        foreach (var (name, engine) in TestEngine.All(module))
        {
            Assert.Equal((name, "true"), (name, engine.Evaluate("Same(Narrow(3001, L), Wide(3000, L, L))")));
            Assert.Equal((name, "false"), (name, engine.Evaluate("Same(Narrow(3001, L), Wide(3000, L, N(L, L)))")));
        }
    }

    [Fact]
    public void Large_integers_are_computed_as_NET_computes_them()
    {
        using var heap = new TermHeap { Limits = new EvaluationLimits { Time = TimeSpan.FromMinutes(10) } };
        var watch = heap.Memory.Watch;
        watch.Begin("test");
        var random = new Random(1);
        BigInteger Some(int bytes)
        {
            byte[] bits = new byte[bytes];
            random.NextBytes(bits);
            return random.Next(4) == 0 ? (BigInteger.One << (8 * bytes)) - random.Next(3) : new BigInteger(bits);
        }

        foreach (var (left, right) in new[] { (200_000, 200_000), (400_000, 100_000), (150_000, 149_000), (300_000, 20_000), (100, 300_000),
            (250_000, 1) })
        {
            var (x, y) = (Some(left), Some(right));
            Assert.Equal(x * y, LargeIntegers.Multiply(x, y, watch));
            var (quotient, remainder) = BigInteger.DivRem(x, y);
            Assert.Equal((quotient, remainder), LargeIntegers.Divide(x, y, watch));
            Assert.Equal((quotient * y, 0),
                (LargeIntegers.Divide(quotient * y, y, watch) is var exact ? exact.Quotient * y : 0, exact.Remainder));
        }

        var (a, b, common) = (Some(12_000), Some(11_000), Some(9_000));
        Assert.Equal(BigInteger.GreatestCommonDivisor(a * common, b * common), LargeIntegers.Gcd(a * common, b * common, watch));
        Assert.Equal(BigInteger.Pow(-7, 100_001), LargeIntegers.Power(-7, 100_001, watch));
        foreach (var value in new[] { Some(60_000), -BigInteger.Pow(10, 100_000), BigInteger.Pow(10, 100_000) - 1, 0 })
        {
            string text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(text, LargeIntegers.ToText(value, watch));
            Assert.Equal(value, LargeIntegers.Parse(text, watch));
        }

        watch.End();
    }
}
