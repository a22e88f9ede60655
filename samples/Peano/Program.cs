using System;
using Rewright;
using static Peano;

using var heap = new TermHeap();
Nat two = Succ(Succ(Zero()));
Nat four = Plus(two, two);
Console.WriteLine(four);
Console.WriteLine($"Computed by: {Peano.Module.Engine}");
