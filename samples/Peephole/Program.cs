using System;
using Rewright;
using static Peephole;

using var heap = new TermHeap();
Word x = Input("x"), y = Input("y");
Word sum = Add(Xor(x, y), Shl(And(x, y), Const(1)));
Word word = Sub(Add(Mul(sum, Const(8)), Not(Not(Const(0)))), Mul(Neg(y), Const(0)));
Console.WriteLine(word);
Console.WriteLine(Optimize(word));
