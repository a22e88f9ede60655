using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Tests;

public class EngineTests
{
    private static readonly Module Sample = Module.Parse("""
        order textual
        sort Nat = Zero | Succ(pred: Nat)
        sort List = Nil | Cons(head: Nat, tail: List)
        sort Expr = Num(long) | Var(Symbol) | Add(Expr, Expr) | Mul(Expr, Expr)
        op Plus(x: Nat, y: Nat): Nat
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
        op Even(x: Nat): bool
        op Odd(x: Nat): bool
        rule E0: Even(Zero) -> true
        rule E1: Even(Succ(n)) -> true if Odd(n) == true
        rule E2: Even(Succ(n)) -> false if Odd(n) == false
        rule O0: Odd(Zero) -> false
        rule O1: Odd(Succ(n)) -> true if Even(n) == true
        rule O2: Odd(Succ(n)) -> false if Even(n) == false
        op Le(x: Nat, y: Nat): bool
        rule L0: Le(Zero, _) -> true
        rule L1: Le(Succ(_), Zero) -> false
        rule L2: Le(Succ(x), Succ(y)) -> Le(x, y)
        op Merge(x: List, y: List): List
        rule M0: Merge(Nil, y) -> y
        rule M1: Merge(x, Nil) -> x
        rule M2: Merge(Cons(a, x), Cons(b, y)) -> Cons(a, Merge(x, Cons(b, y))) if Le(a, b)
        rule M3: Merge(Cons(a, x), Cons(b, y)) -> Cons(b, Merge(Cons(a, x), y)) if !Le(a, b)
        op F(x: long, e: Expr): Expr
        rule F0: F(x, Add(e, e)) -> Mul(Num(2), e) if x > 0 && x < 10 || x == 77
        rule F1: F(x, Add(a, b)) -> (x == 3 ? a : b)
        rule F2 : F(x, e) -> Add(Num(x > 4 ? x : x + 1), e)
        op Div(x: long, y: long): long
        rule D: Div(x, y) -> x / y
        op Half(x: Nat): Nat
        rule H: Half(Succ(Succ(x))) -> Succ(Half(x))
        rule H0: Half(Zero) -> Zero
        rule S1: Add(Num(0), e) -> e
        rule S2: Add(Num(a), Num(b)) -> Num(a + b)
        rule S3: Mul(Add(a,b), c) -> Add(Mul(a, c), Mul(b,c))
        normalizer Simplify: Expr
        """);

    [Theory]
    [InlineData("Plus(Succ(Succ(Zero)), Succ(Zero))", "Succ(Succ(Succ(Zero)))")]
    [InlineData("Even(Succ(Succ(Zero)))", "true")]
    [InlineData("Odd(Plus(Succ(Succ(Zero)), Succ(Zero)))", "true")]
    [InlineData("Merge(Cons(Zero, Cons(Succ(Succ(Zero)), Nil)), Cons(Succ(Zero), Nil))",
        "Cons(Zero, Cons(Succ(Zero), Cons(Succ(Succ(Zero)), Nil)))")]
    [InlineData("F(5, Add(Var('x'), Var('x')))", "Mul(Num(2), Var('x'))")]
    [InlineData("F(77, Add(Var('x'), Var('x')))", "Mul(Num(2), Var('x'))")]
    [InlineData("F(3, Add(Var('x'), Var('y')))", "Var('x')")]
    [InlineData("F(4, Add(Var('x'), Var('y')))", "Var('y')")]
    [InlineData("F(4, Num(-3))", "Add(Num(5), Num(-3))")]
    [InlineData("Div(-7, 2)", "-3")]
    [InlineData("Simplify(Mul(Add(Num(0), Add(Var('a'), Var('b'))), Add(Num(2), Num(3))))",
        "Add(Mul(Var('a'), Num(5)), Mul(Var('b'), Num(5)))")]
    public void All_engines_give_the_expected_normal_form(string term, string expected)
    {
        foreach (var (name, engine) in TestEngine.All(Sample)) Assert.Equal((name, expected), (name, engine.Evaluate(term)));
    }

    // G calls a version of F for C. What the tests of y fall through to is never reached there: it reads a field of N.
    [Theory]
    [InlineData("G(C(A))", "B(C(A), C(A))")]
    [InlineData("F(N(C(A)), C(N(A)))", "N(B(C(A), C(N(A))))")]
    [InlineData("F(N(N(A)), B(A, A))", "N(A)")]
    public void Versions_for_built_terms_have_no_blocks_for_others(string term, string expected)
    {
        var module = Module.Parse("""
            sort E = A | N(E) | C(E) | B(E, E)
            op F(E, E): E
            rule F1: F(N(_), C(A)) -> A
            rule F2: F(N(_), B(A, A)) -> N(A)
            rule F3: F(N(x), y) -> N(F(x, y))
            rule F4: F(x, y) -> B(x, y)
            op G(E): E
            rule G1: G(y) -> F(C(A), y)
            """);
        foreach (var (name, engine) in TestEngine.All(module)) Assert.Equal((name, expected), (name, engine.Evaluate(term)));
    }

    [Fact]
    public void Errors_are_the_same_in_all_engines()
    {
        foreach (var (_, engine) in TestEngine.All(Sample))
        {
            using var heap = new TermHeap();
            Assert.Throws<DivideByZeroException>(() => engine.Evaluate(heap, "Div(1, 0)"));
            Assert.Throws<OverflowException>(() => engine.Evaluate(heap, "Div(-9223372036854775808, -1)"));
            Assert.Equal("Half(Succ(Zero))",
                Assert.Throws<StuckTermException>(() => engine.Evaluate(heap, "Half(Succ(Succ(Succ(Zero))))")).Term);
            Assert.Equal("Succ(Zero)", engine.Evaluate(heap, "Half(Succ(Succ(Zero)))"));
            Assert.Equal(new HeapCensus(0, 0, 0, heap.TakeCensus().Bytes), heap.TakeCensus());
        }
    }
}
