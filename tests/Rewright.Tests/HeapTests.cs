using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Binding;
using Rewright.Engines;
using Xunit;

namespace Rewright.Tests;

/// <summary>
/// Handles of terms as C# sees them: safe whatever is done with them, and quick on terms that are deep or share their parts.
/// </summary>
public class HeapTests
{
    private const string Text = """
        sort Nat = Zero | Succ(Nat)
        sort Expr = Num(long) | Name(string) | Any(Ref<object>) | Mul(Expr, Expr) | Of(Nat)
        op Square(Expr): Expr
        rule Square: Square(e) -> Mul(e, e)
        op Same(Expr, Expr): bool
        rule Same: Same(x, y) -> same(x, y)
        op Count(Expr): long
        rule C0 [priority -1]: Count(_) -> 1
        rule C1: Count(Mul(x, _)) -> 1 + Count(x)
        op Odd(Nat): Nat [open]
        rule O: Odd(Succ(Succ(n))) -> Odd(n)
        rule N: Num(1) -> Num(2)
        normalizer Inner: Expr
        normalizer Outer: Expr [outermost]
        normalizer Once: Expr [bottomup]
        """;

    // As generated code makes one. There is no native library beside these tests, so it is interpreted.
    private static readonly ModuleBinding Binding = Bind();
    private static readonly SymbolBinding Zero = Binding.Constructor("Zero"), Succ = Binding.Constructor("Succ"),
        Num = Binding.Constructor("Num"),
        Name = Binding.Constructor("Name"), Any = Binding.Constructor("Any"), Mul = Binding.Constructor("Mul"),
        Of = Binding.Constructor("Of"),
        Square = Binding.Operation("Square"), Odd = Binding.Operation("Odd");
    private static readonly SortBinding Expr = Binding.Sort("Expr"), Nat = Binding.Sort("Nat");

    private static ModuleBinding Bind()
    {
        var identity = Module.Parse(Text).Identity;
        return new ModuleBinding(typeof(HeapTests), Text, identity.Low, identity.High, [], []);
    }

    private static Term Call(SymbolBinding symbol, params Term[] arguments)
    {
        var call = arguments.Length == 0 ? new TermCall(symbol) : new TermCall(symbol, arguments[0]);
        foreach (var argument in arguments) call.Add(argument);
        return call.Term();
    }

    private static Term NumOf(long value)
    {
        var call = new TermCall(Num);
        call.Add(value);
        return call.Term();
    }

    private static bool Same(Term left, Term right)
    {
        var call = new TermCall(Binding.Operation("Same"), left);
        call.Add(left);
        call.Add(right);
        return call.Value<bool>();
    }

    // Everything that can be asked of a handle.
    private static readonly (string Name, Action<Term> Use)[] Uses =
    [
        ("Sort", t => _ = t.Sort), ("Symbol", t => _ = t.Symbol), ("Tag", t => _ = t.Tag), ("GetTerm", t => t.GetTerm(0)),
        ("GetValue", t => t.GetValue<long>(0)),
        ("GetReference", t => t.GetReference<object>(0)), ("CopyTo", t => t.CopyTo(TermHeap.Current)), ("Equals", t => t.Equals(t)),
        ("operator", t => _ = t == NumOf(1)),
        ("GetHashCode", t => t.GetHashCode()), ("ToString", t => t.ToString()), ("ToString(n)", t => t.ToString(5)),
        ("constructor", t => Call(Mul, t, t)),
        ("operation", t => Call(Square, t)), ("Cast", t => Expr.Cast(t)),
    ];

    private static void Clean(TermHeap heap)
    {
        var census = heap.TakeCensus();
        Assert.Equal((0, 0), (census.Lost, census.Miscounted));
    }

    [Fact]
    public void A_handle_is_of_no_use_after_the_disposal_of_its_heap()
    {
        using var current = new TermHeap();
        Term term;
        using (new TermHeap()) term = Call(Mul, NumOf(1), NumOf(2));
        foreach (var (name, use) in Uses) Assert.True(Record.Exception(() => use(term)) is ObjectDisposedException, name);
        Assert.Throws<ObjectDisposedException>(() => term.Heap.BeginScope());
        Assert.Throws<ObjectDisposedException>(() => term.Heap.TakeCensus());
        Assert.Throws<ObjectDisposedException>(() => NumOf(1).CopyTo(term.Heap));
        // The heap that the copy was to come from is not left occupied.
        Assert.Equal(0, OnAnotherThread(() => current.TakeCensus().Lost));
        term.Heap.Dispose();
    }

    [Fact]
    public void A_handle_of_an_ended_scope_is_of_no_use_though_its_slot_is_used_again()
    {
        using var heap = new TermHeap();
        Term ended, kept;
        using (var scope = heap.BeginScope())
        {
            ended = Call(Mul, NumOf(1), NumOf(2));
            kept = scope.Keep(Call(Square, ended));
        }

        for (int i = 0; i < 3; i++)
        {
            foreach (var (name, use) in Uses)
                Assert.True(Record.Exception(() => use(ended)) is InvalidOperationException and not ObjectDisposedException, name);
            Call(Mul, NumOf(3), NumOf(4));
        }

        Assert.Equal("Mul(Mul(Num(1), Num(2)), Mul(Num(1), Num(2)))", kept.ToString());
        Clean(heap);
    }

    [Fact]
    public void Default_is_no_term()
    {
        using var heap = new TermHeap();
        foreach (var (name, use) in Uses)
        {
            var thrown = Record.Exception(() => use(default));
            Assert.True(name is "Equals" or "operator" or "GetHashCode" or "ToString" or "ToString(n)"
                ? thrown is null : thrown is InvalidOperationException, name + ": " + thrown);
        }

        Assert.True(default(Term) == default && default(Term) != NumOf(1) && !default(Term).Equals((object?)null));
        Assert.Equal(0, OnAnotherThread(() => heap.TakeCensus().Lost));
    }

    [Fact]
    public void Terms_of_two_heaps_do_not_mix_but_compare()
    {
        using var first = new TermHeap();
        var left = Call(Mul, NumOf(1), NumOf(2));
        using var second = new TermHeap();
        var right = Call(Mul, NumOf(1), NumOf(2));
        Assert.Throws<InvalidOperationException>(() => Call(Mul, left, right));
        Assert.Throws<InvalidOperationException>(() => Same(right, left));
        Assert.True(left == right && left.GetHashCode() == right.GetHashCode() && left.CopyTo(second) == right);
        Assert.Equal("Mul(Mul(Num(1), Num(2)), Mul(Num(1), Num(2)))", Call(Mul, left.CopyTo(second), right).ToString());
        using (var scope = first.BeginScope()) Assert.Throws<InvalidOperationException>(() => scope.Keep(right));
        Clean(first);
        Clean(second);
    }

    [Fact]
    public void Arguments_of_a_wrong_sort_are_refused()
    {
        using var heap = new TermHeap();
        var nat = Call(Succ, Call(Zero));
        Assert.Throws<ArgumentException>(() => Call(Mul, NumOf(1), nat));
        Assert.Throws<InvalidCastException>(() => Expr.Cast(nat));
        Assert.Throws<InvalidOperationException>(() => NumOf(1).GetTerm(0));
        Assert.Throws<InvalidOperationException>(() => NumOf(1).GetValue<string>(0));
        Assert.Throws<InvalidOperationException>(() => NumOf(1).GetReference<object>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumOf(1).GetValue<long>(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => nat.GetTerm(-1));
        Clean(heap);
    }

    [Fact]
    public void A_second_thread_is_refused_while_a_first_is_inside_and_served_afterwards()
    {
        using var heap = new TermHeap();
        var term = NumOf(1);
        heap.Enter();
        Assert.All(Uses.Where(u => u.Name is not ("Sort" or "Cast")),
            u => Assert.True(OnAnotherThread(() => Record.Exception(() => u.Use(term))) is InvalidOperationException, u.Name));
        Assert.IsType<InvalidOperationException>(OnAnotherThread(() => Record.Exception(heap.Dispose)));
        heap.Exit();
        Assert.Equal("Num(1)", OnAnotherThread(term.ToString));
    }

    [Fact]
    public void Threads_that_fight_over_a_heap_do_it_no_harm()
    {
        using var heap = new TermHeap();
        var root = Call(Square, Call(Square, NumOf(5)));
        int refused = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 2000; i++)
            {
                try
                {
                    var term = Call(Square, root.GetTerm(i & 1));
                    Assert.Equal("Num", term.GetTerm(0).GetTerm(0).Symbol.Name);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });
        Assert.Equal("Mul(Mul(Num(5), Num(5)), Mul(Num(5), Num(5)))", root.ToString());
        Clean(heap);
    }

    [Fact]
    public void Disposal_during_use_by_another_thread_throws_on_one_of_the_sides()
    {
        for (int i = 0; i < 200; i++)
        {
            var heap = new TermHeap();
            var term = Call(Square, NumOf(i));
            using var start = new Barrier(2);
            Exception? use = null;
            var user = new Thread(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                use = Record.Exception(() =>
                {
                    for (int k = 0; k < 50; k++) _ = term.ToString() + term.Symbol + term.GetHashCode();
                });
            });
            user.Start();
            start.SignalAndWait(TestContext.Current.CancellationToken);
            var disposal = Record.Exception(heap.Dispose);
            user.Join();
            Assert.True(disposal is null or InvalidOperationException && use is null or InvalidOperationException, disposal + " " + use);
            heap.Dispose();
        }
    }

    [Fact]
    public void Scopes_bound_lifetimes()
    {
        using var heap = new TermHeap();
        var sum = NumOf(0);
        long most = 0;
        for (int i = 0; i < 1000; i++)
        {
            using var scope = heap.BeginScope();
            sum = scope.Keep(Call(Mul, NumOf(i), NumOf(i + 1)));
            most = Math.Max(most, heap.TakeCensus().Live);
        }

        // All thousand kept ones, and one iteration.
        Assert.InRange(most, 3000, 3010);
        Clean(heap);
        var outer = heap.BeginScope();
        var inner = heap.BeginScope();
        var kept = inner.Keep(NumOf(1));
        Assert.Throws<InvalidOperationException>(() => outer.Keep(kept));
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        inner.Dispose();
        Assert.Equal("Num(1)", kept.ToString());
        outer.Dispose();
        Assert.Throws<InvalidOperationException>(() => kept.ToString());
        Assert.Throws<InvalidOperationException>(() => outer.Keep(kept));
        default(HeapScope).Dispose();
        Clean(heap);
    }

    [Fact]
    public void Heaps_of_one_thread_nest()
    {
        var first = new TermHeap();
        var second = new TermHeap();
        Assert.Same(second, TermHeap.Current);
        first.Dispose();
        Assert.Same(second, NumOf(1).Heap);
        second.Dispose();
        Assert.Throws<InvalidOperationException>(() => TermHeap.Current);
        Assert.Throws<InvalidOperationException>(() => NumOf(1));
    }

    [Fact]
    public void Objects_are_let_go_with_their_terms()
    {
        using var heap = new TermHeap();
        WeakReference Make()
        {
            using var scope = heap.BeginScope();
            var value = new object();
            var call = new TermCall(Any);
            call.AddReference(value);
            var term = call.Term();
            Assert.Same(value, Call(Square, term).GetTerm(1).GetReference<object>(0));
            return new WeakReference(value);
        }

        var weak = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(weak.IsAlive);
    }

    [Fact]
    public void Terms_a_million_deep_are_built_printed_read_compared_copied_and_freed()
    {
        const int depth = 1_000_000;
        OnASmallStack(() =>
        {
            using var heap = new TermHeap();
            using (var scope = heap.BeginScope())
            {
                var left = Chain(heap, depth);
                string text = left.ToString();
                Assert.Equal((depth * "Mul(Num(7), )".Length) + "Num(8)".Length, text.Length);
                var read = Expr.Parse(text, heap);
                Assert.True(left == read && left.GetHashCode() == read.GetHashCode());
                Assert.Equal("Mul(Num(7)…", left.ToString(11));
                using var other = new TermHeap();
                var copy = left.CopyTo(other);
                Assert.True(copy == read);
                Assert.False(Call(Mul, copy, copy) == read);
                Assert.Equal(depth + 3, other.TakeCensus().Live);
                foreach (string normalizer in (string[])["Inner", "Once", "Outer"])
                    Assert.True(Call(Binding.Normalizer(normalizer), left) == left, normalizer);
                var nat = Nat.Parse(new StringBuilder().Insert(0, "Succ(", depth).Append("Zero").Append(')', depth).ToString(), heap);
                Assert.Equal("Succ(Succ(S…", nat.ToString(12));
                // A stuck term does not fit a counter: all of it goes to the boxed form.
                var stuck = Call(Succ, Call(Odd, Call(Succ, Call(Zero))));
                Assert.Equal("Succ(Odd(Succ(Zero)))", stuck.ToString());
            }

            Assert.Equal(0, heap.TakeCensus().Live);
            Clean(heap);
        });
    }

    // Mul(Num(7), Mul(Num(7), ... Num(8))).
    private static Term Chain(TermHeap heap, int depth)
    {
        var term = NumOf(8);
        var seven = NumOf(7);
        for (int done = 0; done < depth;)
        {
            using var scope = heap.BeginScope();
            for (int i = 0; i < 1000; i++, done++) term = Call(Mul, seven, term);
            scope.Keep(term);
        }

        return term;
    }

    [Fact]
    public void Terms_that_share_their_parts_are_handled_as_graphs()
    {
        OnASmallStack(() =>
        {
            using var heap = new TermHeap();
            Term Squared(long value)
            {
                var term = NumOf(value);
                for (int i = 0; i < 64; i++) term = Call(Square, term);
                return term;
            }

            Term left = Squared(3), right = Squared(3), one = Squared(1);
            Assert.True(left == right && left.GetHashCode() == right.GetHashCode() && left != one);
            Assert.Equal(65 * 3, heap.TakeCensus().Live);
            Assert.Equal("Mul(Mul(Mul(Mul(…", left.ToString(17));
            Assert.Equal(17, left.ToString(17).Length);
            using var other = new TermHeap();
            var copy = left.CopyTo(other);
            Assert.Equal(65, other.TakeCensus().Live);
            Assert.True(copy == left);
            foreach (string normalizer in (string[])["Inner", "Once", "Outer"])
            {
                var normal = Call(Binding.Normalizer(normalizer), one);
                Assert.True(normal == Squared(2), normalizer);
            }

            Assert.True(Same(left, right));
            var count = new TermCall(Binding.Operation("Count"), left);
            count.Add(left);
            Assert.Equal(65, count.Value<long>());
            Clean(heap);
        });
    }

    [Fact]
    public void Memory_can_run_out_in_every_public_operation()
    {
        using var heap = new TermHeap();
        using var outer = new TermHeap();
        var stuck = Call(Odd, Call(Succ, Call(Zero))).CopyTo(heap);
        var small = Nat.Parse("Succ(Succ(Zero))", heap);
        var expr = Expr.Parse("Mul(Mul(Num(1), Name(\"x\")), Of(Succ(Zero)))", heap);
        var general = Expr.Parse("Mul(Of(Odd(Succ(Zero))), Num(1))", heap);
        var elsewhere = Expr.Parse("Mul(Mul(Num(1), Name(\"x\")), Mul(Num(2), Num(3)))", outer);
        var operations = new (string Name, Action Run)[]
        {
            ("constructor", () => Call(Mul, expr, expr)), ("constructor of both forms", () => Call(Mul, expr, general)),
            ("constructor of both forms, turned", () => Call(Mul, general, expr)),
            ("operation", () => Call(Square, expr)), ("operation of both forms", () => Same(expr, general)),
            ("operation of both forms, turned", () => Same(general, expr)), ("open operation", () => Call(Odd, Call(Succ, small))),
            ("open operation on a stuck term", () => Call(Odd, Call(Succ, stuck))),
            ("Parse", () => Expr.Parse("Mul(Name(\"a\"), Mul(Of(Odd(Succ(Zero))), Num(3)))", heap)),
            ("CopyTo", () => elsewhere.CopyTo(heap)), ("Inner", () => Call(Binding.Normalizer("Inner"), expr)),
            ("Outer", () => Call(Binding.Normalizer("Outer"), general)), ("Once", () => Call(Binding.Normalizer("Once"), expr)),
        };
        foreach (var (name, run) in operations)
        {
            for (int n = 0; ; n++)
            {
                using var scope = heap.BeginScope();
                heap.Memory.AllocationsLeft = n;
                Exception? failure;
                try
                {
                    failure = Record.Exception(run);
                }
                finally
                {
                    heap.Memory.AllocationsLeft = long.MaxValue;
                }

                scope.Dispose();
                var census = heap.TakeCensus();
                Assert.Equal((name, n, 0, 0), (name, n, census.Lost, census.Miscounted));
                if (failure is null) break;
                Assert.True(failure is MemoryLimitException or ArgumentException, name + ": " + failure);
                if (failure is ArgumentException) throw failure;
                Assert.True(n < 100);
            }
        }

        Assert.Equal("Mul(Mul(Num(1), Name(\"x\")), Of(Succ(Zero)))", expr.ToString());
        Assert.Equal("Mul(Of(Odd(Succ(Zero))), Num(1))", general.ToString());
    }

    private static T OnAnotherThread<T>(Func<T> action)
    {
        T result = default!;
        var thread = new Thread(() => result = action());
        thread.Start();
        thread.Join();
        return result;
    }

    private static void OnASmallStack(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action), 256 << 10);
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }
}
