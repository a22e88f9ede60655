using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Rewright.Binding;
using Rewright.Emit.Rust;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Testing;
using Xunit;

namespace Rewright.Tests;

/// <summary>What is peculiar to crates; that they compute what others compute is tested where those are.</summary>
public class RustTests
{
    private const string Shop = """
        module Shop
        sort Goods = Bread | Box(Goods, int)
        op Price(Goods, host: int): int [host]
        op Wrap(Goods): Goods [host]
        op Total(Goods, run: int): int
        rule Bread: Total(Bread, run) -> Price(Bread, run)
        rule Box: Total(Box(g, n), run) -> n * Total(Wrap(g), run)
        """;

    [Fact]
    public void Crates_take_part_where_engines_are_compared()
    {
        ExternalProgram.Cargo.Need();
        Assert.True(TestEngine.HasRust);
    }

    [Theory]
    [InlineData("innermost")]
    [InlineData("outermost")]
    [InlineData("bottomup")]
    public void Counters_are_normalized(string strategy)
    {
        var module = Module.Parse(
            "module Demo\nsort Nat = Zero | Succ(Nat)\nsort Pair = Pair(Nat, Nat)\nrule Even: Succ(Succ(x)) -> x\nnormalizer Parity: Nat ["
            + strategy + "]\nnormalizer Both: Pair [" + strategy + "]\n");
        var (rust, interpreter) = (TestEngine.CompileRust(module), TestEngine.Interpret(module));
        using var heap = new TermHeap();
        foreach (string term in new[] { "Parity(Succ(Succ(Succ(Zero))))", "Both(Pair(Succ(Succ(Zero)), Succ(Zero)))" })
            Assert.Equal(interpreter.Evaluate(heap, term), rust.Evaluate(heap, term));
    }

    // What computes a value can fail also where nothing reads the value, and wherever in the expression the question mark stands.
    [Fact]
    public void A_value_that_is_not_read_can_fail()
    {
        var module = Module.Parse("""
            module Demo
            op Division(int): int
            rule Division: Division(x) -> 1 where _y = 7 / x
            op LargeDivision(BigInteger): int
            rule LargeDivision: LargeDivision(x) -> 1 where _y = 7 / x
            op Logarithm(int): int
            rule Logarithm: Logarithm(x) -> 1 where _y = log2(x)
            """);
        using var heap = new TermHeap();
        foreach (var engine in new[] { TestEngine.CompileRust(module), TestEngine.Interpret(module) })
        {
            Assert.Throws<DivideByZeroException>(() => engine.Evaluate(heap, "Division(0)"));
            Assert.Throws<DivideByZeroException>(() => engine.Evaluate(heap, "LargeDivision(0)"));
            Assert.ThrowsAny<ArgumentOutOfRangeException>(() => engine.Evaluate(heap, "Logarithm(-1)"));
            Assert.Equal("1", engine.Evaluate(heap, "LargeDivision(3)"));
            Assert.Equal("1", engine.Evaluate(heap, "Logarithm(3)"));
        }
    }

    // A constant that is compared and used again: the comparison looks at it, and does not take it apart.
    [Fact]
    public void A_constant_is_compared_by_reference()
    {
        var module = Module.Parse("module Demo\nsort S = A(long, BigInteger) | B | K(S)\nop F(long): S\n"
            + "rule F: F(_n) -> K(v == A(6, 7) ? K(v) : v) where v = B\n");
        using var heap = new TermHeap();
        Assert.Equal("K(B)", TestEngine.CompileRust(module).Evaluate(heap, "F(1)"));
    }

    // A term that is tested again in an arm: there, fields of another symbol are read.
    [Fact]
    public void A_term_is_tested_twice()
    {
        var module = Module.Parse("""
            module Demo
            sort S = N(uint, ulong) | U(S) | V(S)
            op Open(S): S [open]
            op F(S, S, S): S [open]
            rule Same [priority 1]: F(V(x), _y, x) -> Open(x)
            rule Never: F(x, _, _) -> V(x) where N(_a, _) = N(8U, 4UL) if x != x if !(!(x != N(1U, 4UL)))
            rule Last [priority 2]: F(V(x), V(N(7U, _)), N(_, _n)) -> x
            """);
        using var heap = new TermHeap();
        Assert.Equal("U(N(1, 2))", TestEngine.CompileRust(module).Evaluate(heap, "F(V(U(N(1, 2))), V(N(7, 0)), N(5, 5))"));
    }

    [Fact]
    public void A_Rust_program_supplies_what_rules_call()
    {
        using var folder = new Crate(Module.Parse(Shop));
        folder.Write("tests/host.rs", """
            use shop::{Error, ErrorKind, Goods, Host, total};
            use std::sync::atomic::{AtomicI32, Ordering};

            struct Shelf(AtomicI32);

            impl Host for Shelf {
                fn price(&self, goods: &Goods, host: i32) -> Result<i32, Error> {
                    self.0.fetch_add(1, Ordering::Relaxed);
                    if host < 0 { Err(Error::host("no such price")) } else { Ok(goods.to_string().len() as i32 + host) }
                }

                fn wrap(&self, goods: &Goods) -> Result<Goods, Error> {
                    Ok(goods.clone())
                }
            }

            #[test]
            fn rules_call_it() {
                let shelf = Shelf(AtomicI32::new(0));
                let goods: Goods = "Box(Box(Bread, 3), 7)".parse().unwrap();
                assert_eq!(total(&shelf, &goods, 5), Ok(210));
                assert_eq!(shelf.0.load(Ordering::Relaxed), 1);
                let failed = total(&shelf, &goods, -1).unwrap_err();
                assert_eq!(*failed.kind(), ErrorKind::Host("no such price".into()));
                assert_eq!(failed.to_string(), "an operation of the host failed: no such price");
            }
            """);
        folder.Cargo("test", "--quiet", "--offline");
    }

    /// <summary>A type of the user's that has the name of one of ours, a panic of the host, and what does not end.</summary>
    [Fact]
    public void No_panic_is_swallowed_and_none_ends_the_process()
    {
        using var folder = new Crate(Module.Parse("""
            module Odd
            sort Host = Nobody | ByMessage(Host, int) | Error(Host)
            op Ask(Host): int [host]
            op F(Host): int
            rule F0: F(Nobody) -> Ask(Nobody)
            rule F1: F(ByMessage(h, _)) -> 2 * F(h) + 1
            rule F2: F(Error(h)) -> F(h)
            op Endless(Host, int): Host
            rule Endless: Endless(h, n) -> ByMessage(Endless(h, n + 1), n)
            op Bottomless(Host): int
            rule Bottomless: Bottomless(h) -> 2 * Bottomless(Error(h)) + 1
            """));
        folder.Write("tests/panic.rs", """
            use odd::run::call;
            use odd::{Error, ErrorKind, Host, Host2, Limits, f};

            struct Panics;

            impl Host for Panics {
                fn ask(&self, _: &Host2) -> Result<i32, Error> {
                    panic!("from the host")
                }
            }

            #[test]
            fn the_caller_sees_it() {
                let mut deep = Host2::Nobody;
                // On the caller's stack, and on that of the thread that has more of it.
                for length in [1, 100_000] {
                    for _ in 0..length {
                        deep = Host2::by_message(deep, 0);
                    }
                    let panic = std::panic::catch_unwind(|| f(&Panics, &deep)).unwrap_err();
                    assert_eq!(panic.downcast_ref(), Some(&"from the host"));
                }
            }

            #[test]
            fn what_does_not_end_is_an_error() {
                // Calls by number, with the arguments as words.
                let limits = Limits { max_stack: 64 << 20, ..Limits::default() };
                let end = |entry, words: &[u64]| call(entry, words, limits, &Panics).0.unwrap_err().kind().clone();
                assert_eq!(end(1, &[0, 1, 0]), ErrorKind::MemoryLimit);
                assert_eq!(end(2, &[0, 1]), ErrorKind::StackLimit);
                // None of its arguments.
                assert_eq!(end(2, &[0, 77]), ErrorKind::Unrepresentable);
                assert_eq!(end(2, &[]), ErrorKind::Unrepresentable);
            }
            """);
        folder.Cargo("test", "--quiet", "--offline");
    }

    /// <summary>C# and rules that call each other without end, by way of the crate's own stack.</summary>
    [Fact]
    public void Recursion_through_C_sharp_ends_in_an_error()
    {
        var module = Module.Parse("""
            op Again(long): long [host]
            op F(long): long
            rule F: F(n) -> Again(n + 1) + 1
            op Deep(long, long): long
            rule Deep: Deep(n, m) -> 3 * Deep(n - 1, m) + 1 if n > 0
            rule Bottom [priority -1]: Deep(_, m) -> Again(m)
            """);
        const long Stop = 7_000_000;
        TestEngine engine = null!;
        long last = 0;
        void Again(ref HostCall call)
        {
            last = call.Value<long>(0);
            // Ends, so that a failure of this test does not take the process with it.
            string inner = last < 0 ? "Deep(200000, " + Stop + ")" : "F(" + last + ")";
            call.Return(last is Stop or > 2_000_000
                ? last : long.Parse(engine.Evaluate(TermHeap.Current, inner), System.Globalization.CultureInfo.InvariantCulture));
        }

        engine = TestEngine.CompileRust(module, Again);
        using var heap = new TermHeap { Limits = EvaluationLimits.Default with { MaxStackBytes = 1 << 20 } };
        Assert.Throws<StackLimitException>(() => engine.Evaluate(heap, "F(0)"));
        Assert.InRange(last, 100, 2_000_000);
        Assert.Equal(0, heap.TakeCensus().Lost);
        // C# is called on the crate's thread, and calls the crate there.
        heap.Limits = EvaluationLimits.Default;
        string direct = TestEngine.Interpret(module, Again).Evaluate(heap, "Deep(200000, " + Stop + ")");
        Assert.Equal(direct, engine.Evaluate(heap, "Deep(200000, " + Stop + ")"));
        Assert.Equal(TestEngine.Interpret(module, Again).Evaluate(heap, "Deep(100000, -1)"), engine.Evaluate(heap, "Deep(100000, -1)"));
        Assert.Equal(0, heap.TakeCensus().Lost);
    }

    /// <summary>A crate in a folder of its own.</summary>
    private sealed class Crate : IDisposable
    {
        private readonly string _folder = Path.Combine(Path.GetTempPath(), "rewright-crate-" + Path.GetRandomFileName());

        public Crate(Module module)
        {
            foreach (var file in RustEmitter.Emit(module)) Write(file.Path, file.Text);
        }

        public void Write(string path, string text)
        {
            path = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        public void Cargo(params string[] arguments)
        {
            using var cargo = Process.Start(
                new ProcessStartInfo(
                ExternalProgram.Cargo.Need(), arguments)
                {
                    WorkingDirectory = _folder, RedirectStandardOutput = true,
                    RedirectStandardError = true
                })!;
            var output = cargo.StandardOutput.ReadToEndAsync();
            string errors = cargo.StandardError.ReadToEnd();
            cargo.WaitForExit();
            Assert.True(cargo.ExitCode == 0, output.Result + errors);
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
