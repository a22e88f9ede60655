using System;
using System.Collections.Generic;
using Rewright.Checks;
using Rewright.Testing;

namespace Rewright.Torture.Kinds;

/// <summary>Nearly right text for every reader. It must be read, or rejected by the documented exception.</summary>
internal sealed class Readers : Kind
{
    // Compiling IR takes a thousand times as long as reading text.
    private const int IrOneOf = 50;

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

    private static readonly string[] s_terms =
    [
        "Simplify(Neg(Neg(Add(Num(12), Neg(Str(\"a\\n\\u0041\"))))))", "Size(Add(Num(5), Add(Num(99), Num(1))))",
        "Plus(Succ(Succ(Zero)), Succ(Zero))",
        "Add(Big(-12345678901234567890), Real(-0.5))",
    ];

    private static readonly string[] s_ir =
    [
        "define i64 @f(i64 %x) {\n  %r = add i64 %x, 1\n  ret i64 %r\n}\n",
        "declare double @llvm.sqrt.f64(double)\n"
            + "define double @g(double %x) {\n  %r = call double @llvm.sqrt.f64(double %x)\n  ret double %r\n}\n",
    ];

    private readonly JitCompiler _jit = new(new JitOptions { UseCache = false, UseBundles = false, OptimizationLevel = 1 });
    private readonly CompiledModule _module;
    private readonly List<ReaderCase> _readers;
    private readonly ReaderCase _ir;

    public Readers()
    {
        _module = _jit.Compile(Module.Parse(Rules));
        _readers =
        [
            .. ReaderCase.All(Folder),
            new("parsed-modules", [Rules], ["rule ", " -> ", "(", ")", "[", "]", "op ", "sort ", " if ", " where ", "Zero", "x"],
            text => Ignore(Module.Parse(text)), e => e is ModuleException),
            new("terms", s_terms, ["Add(", "Num(", "Neg(", "Simplify(", "Succ(", "Zero", "(", ")", ",", "0.5", "-", "N"], Evaluate,
            e => e is FormatException or EvaluationException or OverflowException),
        ];
        _ir = new("ir", s_ir, ["define ", "declare ", "i64 ", "%x", "@f", "ret ", "call ", "add ", "{", "}", "(", ")", "\n", "!0", "asm "],
            text =>
        {
            _jit.CompileLlvmIr(text, "mutated").Dispose();
            return null;
        }, e => e is NativeCompilationException);
    }

    public override void Run(Random random)
    {
        var reader = random.Next(IrOneOf) == 0 ? _ir : _readers[random.Next(_readers.Count)];
        string text = new InputFuzzer(reader.Texts, reader.Pieces, random.Next()).Next();
        try
        {
            if (reader.Read(text) is { } fault) throw new BrokenPromiseException($"{reader.Name}: {fault}\n{text}");
            Count(reader.Name + "-read");
        }
        catch (Exception e) when (reader.IsMistake(e))
        {
            Count(reader.Name + "-refused");
        }
        catch (Exception e) when (e is not BrokenPromiseException)
        {
            throw new BrokenPromiseException($"{reader.Name}: {e}\n{text}");
        }
    }

    public override void Dispose()
    {
        _module.Dispose();
        _jit.Dispose();
        base.Dispose();
    }

    private static string? Ignore(object read) => read is null ? "nothing" : null;

    private string? Evaluate(string text)
    {
        using var heap = new TermHeap();
        heap.Limits = EvaluationLimits.Default with { MaxHeapBytes = 16 << 20, MaxStackBytes = 64 << 20, Time = TimeSpan.FromSeconds(10) };
        _module.Evaluate(text, heap);
        return null;
    }
}
