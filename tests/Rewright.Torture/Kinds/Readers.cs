using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Checks;
using Rewright.Quantum;

namespace Rewright.Torture.Kinds;

/// <summary>Text that is nearly right, for every reader: it is read, or refused by the exception that is documented.</summary>
internal sealed class Readers : Kind
{
    private const string Rules = """
        module Torture.Text
        sort Nat = Zero | Succ(Nat)
        sort E = Num(long) | Neg(E) | Add(E, E) | Str(string) | Big(BigInteger) | Real(double)
        op Plus(Nat, Nat): Nat
        op Size(E): long
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))
        rule SizeNum [priority 10]: Size(Num(n)) -> checked(n + 1) if n > 0 && n < 100
        rule SizeAdd: Size(Add(x, y)) -> a + b where a = Size(x) where b = Size(y)
        rule Double [priority 1]: Neg(Neg(x)) -> x
        normalizer Simplify: E [innermost]

        """;

    private const string Circuit = """
        OPENQASM 3.0;
        include "stdgates.inc";
        qubit[3] q;
        bit[3] c;
        gate mine(a) x, y { cx x, y; rz(a / 2) y; }
        h q[0];
        ctrl @ x q[0], q[1];
        mine(pi / 4) q[1], q[2];
        for int i in [0:2] { rx(0.5 * i) q[i]; }
        if (c[0]) { x q[0]; }
        c = measure q;

        """;

    private const string Ir = "define i64 @f(i64 %x) {\n  %r = add i64 %x, 1\n  ret i64 %r\n}\n";

    private static readonly string[] s_pieces =
        ["(", ")", "[", "]", "{", "}", ",", ";", ":", "->", "=", "\"", "`", "0", "99999999999999999999", "1e999", "-", "x", "Zero", "op", "rule", "sort", "qubit", "gate", "\0", "\uD800", "\uFEFF", "\r", "/*", "//", "@", "#", "%", "where", "if"];

    private readonly JitCompiler _jit = new(new JitOptions { UseCache = false, UseBundles = false, OptimizationLevel = 1 });
    private readonly CompiledModule _module;

    public Readers() => _module = _jit.Compile(Module.Parse(Rules));

    public override void Run(Random random)
    {
        switch (random.Next(random.Next(50) == 0 ? 4 : 3))
        {
            case 0: Read<ModuleException>("rules", text => Module.Parse(text), Rules, random); break;
            case 1: Read<OpenQasmException>("circuits", text => OpenQasm.Read(text), Circuit, random); break;
            case 2: Read<FormatException>("terms", ReadTerm, Term(random, 6), random); break;
            default: Read<NativeCompilationException>("ir", text => _jit.CompileLlvmIr(text, "mutated").Dispose(), Ir, random); break;
        }
    }

    public override void Dispose()
    {
        _module.Dispose();
        _jit.Dispose();
        base.Dispose();
    }

    private void ReadTerm(string text)
    {
        using var heap = new TermHeap();
        heap.Limits = EvaluationLimits.Default with { MaxHeapBytes = 16 << 20, MaxStackBytes = 64 << 20, Time = TimeSpan.FromSeconds(10) };
        try
        {
            _module.Evaluate(text, heap);
        }
        catch (EvaluationException)
        {
            // Read and evaluated, so no fault of the reader.
        }
        catch (OverflowException)
        {
            // Likewise: checked arithmetic.
        }
    }

    private void Read<TRefusal>(string what, Action<string> read, string whole, Random random) where TRefusal : Exception
    {
        string text = Mutate(whole, random);
        try
        {
            read(text);
            Count(what + "-read");
        }
        catch (TRefusal)
        {
            Count(what + "-refused");
        }
        catch (Exception e)
        {
            throw new BrokenPromiseException($"{what}: {e}\n{text}");
        }
    }

    private static string Mutate(string text, Random random)
    {
        // As bytes, which a file would hold, or as text.
        if (random.Next(4) == 0) return Encoding.UTF8.GetString(Mutation.Of(Encoding.UTF8.GetBytes(text), random));
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int at = random.Next(text.Length + 1), length = random.Next(Math.Min(text.Length - at, 40) + 1);
            text = random.Next(5) switch
            {
                0 => text.Insert(at, s_pieces[random.Next(s_pieces.Length)]),
                1 => text.Remove(at, length),
                2 => text.Insert(at, text.Substring(at, length)),
                3 => text.Remove(at, length).Insert(random.Next(text.Length - length + 1), text.Substring(at, length)),
                _ => text.Insert(at, string.Concat(Enumerable.Repeat(s_pieces[random.Next(s_pieces.Length)], random.Next(1, 3000)))),
            };
        }

        return text;
    }

    private static string Term(Random random, int depth) => random.Next(depth == 0 ? 3 : 6) switch
    {
        0 => $"Num({random.Next(-5, 200)})",
        1 => "Str(\"a\\n\\u0041\")",
        2 => "Big(-12345678901234567890)",
        3 => $"Neg({Term(random, depth - 1)})",
        4 => $"Simplify({Term(random, depth - 1)})",
        _ => $"Add({Term(random, depth - 1)}, {Term(random, depth - 1)})",
    };
}
