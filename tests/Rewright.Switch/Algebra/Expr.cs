namespace Rewright.Switch.Algebra;

/// <summary>An expression over the real numbers, as a library of algebra has it.</summary>
public abstract record Expr;

public sealed record Num(double Value) : Expr;
public sealed record Var(string Name) : Expr;
public sealed record Neg(Expr Operand) : Expr;
public sealed record Add(Expr Left, Expr Right) : Expr;
public sealed record Sub(Expr Left, Expr Right) : Expr;
public sealed record Mul(Expr Left, Expr Right) : Expr;
public sealed record Div(Expr Left, Expr Right) : Expr;
public sealed record Pow(Expr Base, Expr Exponent) : Expr;
public sealed record Sqrt(Expr Operand) : Expr;
public sealed record Exp(Expr Operand) : Expr;
public sealed record Log(Expr Operand) : Expr;
