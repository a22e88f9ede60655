using Application;
using Rewright;
using static Application.Arithmetic;

using var heap = new TermHeap();
Expr sum = Add(Mul(Num(1), Name("x")), Mul(Num(0), Name("y")));
Console.WriteLine($"{sum} is {Simplify(sum)}, by engine {Arithmetic.Module.Engine}.");
