using Rewright;
using static Rewright.Dsl;

namespace Application;

/// <summary>Expressions, and rules that simplify them.</summary>
[PatternModule]
public static partial class Arithmetic
{
    [Sort] public readonly partial struct Expr;
    [Constructor] public static partial Expr Num(long value);
    [Constructor] public static partial Expr Name(string name);
    [Constructor] public static partial Expr Add(Expr left, Expr right);
    [Constructor] public static partial Expr Mul(Expr left, Expr right);

    /// <summary>Applies the rules below, innermost first, until none applies.</summary>
    [Normalizer] public static partial Expr Simplify(Expr e);

    [Pattern] static Rule AddNumbers(long a, long b) => Rewrite(Add(Num(a), Num(b)), to: Num(a + b));
    [Pattern] static Rule AddZero(Expr x) => Rewrite(Add(x, Num(0)), to: x);
    [Pattern] static Rule MulNumbers(long a, long b) => Rewrite(Mul(Num(a), Num(b)), to: Num(a * b));
    [Pattern] static Rule MulOne(Expr x) => Rewrite(Mul(Num(1), x), to: x);
    [Pattern] static Rule MulZero(Expr x) => Rewrite(Mul(Num(0), x), to: Num(0));
}
