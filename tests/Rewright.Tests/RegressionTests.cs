using System;
using System.Linq;
using Rewright.Emit.Llvm;
using Rewright.Model;
using Rewright.Testing;
using Xunit;

namespace Rewright.Tests;

/// <summary>Modules that were compiled wrongly once, found by random modules and made small.</summary>
public class RegressionTests
{
    public static TheoryData<string, string> Modules => new()
    {
        {
            "A version for a known argument built the argument again behind the jump that passes it",
            """
            sort E = L | U(E) | G(long)
            op F(E, long): E
            op Start(long): E
            rule F1: F(x, k) -> U(k < 5 ? x : L)
            rule F2 [priority 5]: F(U(x), _) -> x
            rule Start: Start(k) -> F(G(k), k)
            """
        },
        {
            "A condition tested a matched term again, behind a block that several tests lead to, and read it as two constructors at once",
            """
            order textual
            sort S = A(ulong, string) | B(S)
            op F(S, double, S): S
            rule r1: F(x, _, A(18446744073709551615UL, s)) -> x
            rule r2 [priority 2]: F(B(B(x)), d, B(y)) -> B(B(x))
            rule r3: F(B(A(n, s)), d, y) -> y where B(z) = A(n, s) where t = s if !((t != "a"))
            rule r4 [priority -9]: F(x, _, y) -> y
            """
        },
        {
            "LLVM's tail recursion pass put code between a musttail call and its ret",
            """
            sort T = L(int) | P(T, T) | Q(T, int)
            op F(T, int): bool
            rule F0: F(L(a), n) -> a < n
            rule F1: F(P(x, y), n) -> F(x, n) ^ F(y, n)
            rule F2: F(Q(x, a), n) -> G(x, n, a)
            op G(T, int, int): bool
            rule G0: G(L(a), n, m) -> a < m
            rule G1: G(P(x, y), n, m) -> G(x, m, n) ^ F(y, m)
            rule G2: G(Q(x, a), n, m) -> F(x, a)
            """
        },
        {
            "The stuck term of an operation with one argument was taken for one more of a counter",
            """
            sort N = Z | S(N)
            sort E = Q(N) | P(E, E)
            op F(E): N [open]
            op Make(E): E
            rule Make: Make(e) -> Q(S(F(e)))
            rule s: P(Q(x), y) -> y
            normalizer M: E
            """
        },
        {
            "A rule for a stuck term had no way on where no term can be stuck",
            """
            sort S = A
            op F(S, bool): S [open]
            op G(S): S [open]
            rule r1: G(F(x, true)) -> G(x)
            rule r2: G(A) -> A
            rule r3: G(x) -> F(x, true) if x == A
            """
        },
        {
            "A version for a known argument kept blocks that read fields of another constructor",
            """
            sort S = A(ulong) | B(uint)
            op F(S, S, long): S
            rule r1: F(B(3U), x, n) -> x
            rule r2: F(B(a), x, n) -> A(a != a ? 1UL : 2UL)
            rule r3: F(A(a), x, n) -> B(5U) if a != a
            rule r4 [priority 1]: F(A(a), B(b), n) -> B(uint(a)) if n == n
            rule r5 [priority 1]: F(B(6U), B(7U), 2L) -> A(1UL)
            rule r6 [priority -9]: F(x, _, n) -> A(4UL)
            op G(S): S
            rule g1 [priority 2]: G(B(a)) -> F(A(3UL), F(A(2UL), A(9UL), 5L), 3L)
            rule g2: G(x) -> F(B(3U), B(4U), 3L)
            """
        },
        {
            "What follows an unfolded call in an unfolded call read the call's result, which was gone",
            """
            sort S = A | P(S, S)
            op F(S, S): S
            rule f1: F(A, x) -> P(Twice(x), Tail(Twice(x)))
            rule f2: F(P(x, y), z) -> F(x, Tail(P(y, Twice(z))))
            op Twice(S): S
            rule t: Twice(x) -> P(Wrap(x), Wrap(x))
            op Tail(S): S
            rule l: Tail(x) -> Wrap(Wrap(x))
            op Wrap(S): S
            rule w: Wrap(x) -> P(x, A)
            """
        },
        {
            "A stuck term that only a condition looks at was taken for none",
            """
            order textual
            sort S = C(int) | D
            op F(S, bool): S [open]
            op G(S, bool): S
            rule g1: G(D, x) -> v where F(v, x) = F(C(0), x)
            rule g2: G(x, _) -> x
            sort T = T(int)
            op H(int): T [open]
            op K(int): int
            rule k1: K(n) -> 1 where T(_) = H(n)
            rule k2: K(n) -> 2
            """
        },
        {
            "A label that took the place of a jump left its parameter in labels behind it",
            """
            order textual
            sort S = A(int) | B(S, S)
            op F(S, int): S
            rule r1: F(B(x, y), n) -> x if (n > 0 ? n < 5 || x == y : n < -5) && (x == A(1) || y == A(2))
            rule r2: F(B(x, y), n) -> y if (n > 3 ? n : n + 1) == 7 || (x == y ? n == 2 : n == 3)
            rule r3 [priority -1]: F(x, n) -> A(n > 0 && n < 9 ? n : -n)
            """
        },
    };

    [Theory]
    [MemberData(nameof(Modules))]
    public void All_engines_agree_with_the_judge(string defect, string text)
    {
        Assert.NotEmpty(defect);
        var module = Module.Parse(text);
        using var engines = new Differential(module) { Interruptions = new Random(1) };
        engines.AddInterpreter();
        foreach (int level in new[] { 0, 1, 2, 3 }) engines.AddNative(level, new EmitOptions());
        engines.AddNative(2, new EmitOptions(CountRewrites: true)).AddNative(2, new EmitOptions(ServeAllocations: true));
        var choices = new Random(1);
        foreach (var operation in module.Operations)
            for (int i = 0; i < 60; i++)
                engines.Check(operation.Name,
                    [.. RandomTerms.Call(choices, module, operation, 1 + (i % 12)).Arguments.Select(JudgeTerm.Of)]);
        foreach (var normalizer in module.Normalizers)
            for (int i = 0; i < 60; i++)
                engines.Check(normalizer.Name, JudgeTerm.Of(RandomTerms.Term(choices, normalizer.Sort, 1 + (i % 12))));
        Assert.Equal(0, engines.Undecided);
    }

    [Fact]
    public void Modules_without_names_do_not_share_what_their_symbols_are()
    {
        // Open operations of one name in two unnamed modules, whose stuck terms have other shapes.
        var first = Module.Parse("sort S = A | B(S, S)\nop F(S): S [open]\nrule r: F(A) -> A");
        var second = Module.Parse("sort S = A | B(S, S)\nop F(long, S): S [open]\nrule r: F(0, A) -> A");
        for (int i = 0; i < 2; i++)
        {
            foreach (var (name, engine) in TestEngine.All(first))
                Assert.Equal((name, "B(A, F(B(A, A)))"), (name, engine.Evaluate("B(F(A), F(B(A, A)))")));
            foreach (var (name, engine) in TestEngine.All(second))
                Assert.Equal((name, "B(A, F(7, B(A, A)))"), (name, engine.Evaluate("B(F(0, A), F(7, B(A, A)))")));
        }
    }

    [Fact]
    public void Text_of_half_characters_stays_as_it_is()
    {
        var module = Module.Parse("op F(): string\nrule r: F() -> \"\\uD83D\" + \"\\u0000x\"\nop G(string): bool\n"
            + "rule g: G(s) -> s == \"a\\uDE00\"");
        foreach (var (name, engine) in TestEngine.All(module))
        {
            Assert.Equal((name, "\"\\uD83D\\0x\""), (name, engine.Evaluate("F()")));
            Assert.Equal((name, "true"), (name, engine.Evaluate("G(\"a\\uDE00\")")));
            Assert.Equal((name, "false"), (name, engine.Evaluate("G(\"a\\uFFFD\")")));
        }
    }
}
