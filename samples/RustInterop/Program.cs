// Takes the derivative of a polynomial by the module's Rust crate; app/ does the same in Rust, with the same crate.
using System;
using Rewright;
using static Derivatives;

Derivatives.Module.Use(Engine.Rust);
using var heap = new TermHeap();

Expr cube = Expr.Parse("Add(Mul(X, Mul(X, X)), Mul(Num(5), X))");
Expr derivative = Simplify(Derive(cube));
Console.WriteLine(derivative);
Console.WriteLine(At(derivative, 3));
try
{
    Console.WriteLine(At(derivative, long.MaxValue));
}
catch (OverflowException)
{
    Console.WriteLine("overflow");
}

Console.Error.WriteLine("Computed by: " + Derivatives.Module.Engine);
