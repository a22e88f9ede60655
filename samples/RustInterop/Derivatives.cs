using Rewright;
using static Rewright.Dsl;

/// <summary>Derivatives of polynomials: a module that a C# program and a Rust program share.</summary>
[PatternModule]
public static partial class Derivatives
{
    [Sort] public readonly partial struct Expr;
    [Constructor] public static partial Expr Num(long value);
    [Constructor] public static partial Expr X();
    [Constructor] public static partial Expr Add(Expr left, Expr right);
    [Constructor] public static partial Expr Mul(Expr left, Expr right);

    [Operation] public static partial Expr Derive(Expr e);
    [Pattern] static Rule DeriveNum(long n) => Rewrite(Derive(Num(n)), to: Num(0));
    [Pattern] static Rule DeriveX() => Rewrite(Derive(X()), to: Num(1));
    [Pattern] static Rule DeriveAdd(Expr a, Expr b) => Rewrite(Derive(Add(a, b)), to: Add(Derive(a), Derive(b)));
    [Pattern] static Rule DeriveMul(Expr a, Expr b) => Rewrite(Derive(Mul(a, b)), to: Add(Mul(Derive(a), b), Mul(a, Derive(b))));

    [Operation] public static partial long At(Expr e, long x);
    [Pattern] static Rule AtNum(long n, long x) => Rewrite(At(Num(n), x), to: n);
    [Pattern] static Rule AtX(long x) => Rewrite(At(X(), x), to: x);
    [Pattern] static Rule AtAdd(Expr a, Expr b, long x) => Rewrite(At(Add(a, b), x), to: checked(At(a, x) + At(b, x)));
    [Pattern] static Rule AtMul(Expr a, Expr b, long x) => Rewrite(At(Mul(a, b), x), to: checked(At(a, x) * At(b, x)));

    [Pattern] static Rule AddZero(Expr e) => Rewrite(Add(e, Num(0)), to: e);
    [Pattern] static Rule ZeroAdd(Expr e) => Rewrite(Add(Num(0), e), to: e);
    [Pattern] static Rule MulOne(Expr e) => Rewrite(Mul(e, Num(1)), to: e);
    [Pattern] static Rule OneMul(Expr e) => Rewrite(Mul(Num(1), e), to: e);
    [Pattern] static Rule MulZero(Expr e) => Rewrite(Mul(e, Num(0)), to: Num(0));
    [Pattern] static Rule ZeroMul(Expr e) => Rewrite(Mul(Num(0), e), to: Num(0));
    [Normalizer(Strategy.Innermost)] public static partial Expr Simplify(Expr e);
}
