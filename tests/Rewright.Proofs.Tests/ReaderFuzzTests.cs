using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Checks;
using Rewright.Cli.Import;
using Rewright.Cli.Rec;
using Rewright.Quantum;
using Rewright.Testing;
using Rewright.Text;
using Xunit;

namespace Rewright.Proofs.Tests;

/// <summary>No text makes a reader fail in another way than by saying what is wrong with it.</summary>
/// <remarks><c>REWRIGHT_FUZZ_ROUNDS</c> sets how many texts each reader gets, <c>REWRIGHT_FUZZ_SEED</c> which ones.</remarks>
public sealed class ReaderFuzzTests : IDisposable
{
    private static readonly int Rounds = Number("REWRIGHT_FUZZ_ROUNDS", 300), Seed = Number("REWRIGHT_FUZZ_SEED", 1);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("rewright-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Modules() => Fuzz(
        [
            "module A.B\nsort Nat [means \"int\"] = Zero | Succ(n: Nat)\nenum Color: int = Red 0 | Green -1\nop Plus(Nat, Nat): Nat [open]\nop Host(long, Ref<System.Object>): string [host]\n"
                + "rule P [priority 3, group g, backward]: Plus(Zero, y) -> y if y == Zero && 1L + 2 > long(3) where Succ(_) = y\nnormalizer N: Nat [outermost, groups g]\n",
            "order textual\nop F(BigInteger, double, Symbol): bool\nrule a: F(12N, -0.5, 'x') -> true\nrule b: F(x, 1e3, _) -> checked(x + 1N) > pow(x, 3) ? !false : same(x, x)\n",
            "rule Hxh: [H(q), X(q), H(q)] -> [Z(q)]\nrule M: [Rz(a, q), Rz(b, q)] -> [Rz(a + b, q)] if a + b == 2 * pi\npass Cancel\n",
        ],
        ["sort ", "op ", "rule ", "\nrule ", " -> ", " = ", "|", ":", "(", ")", "[", "]", ",", "`", "$", "_", "Ref<", " if ", " where ", "means \"", "checked(", "? x : ", "Zero", "Succ(", "N", "UL", " use A"],
        text => Module.Check(text, "t.rw").Diagnostics is var all && all.FirstOrDefault(d => d.Span.Line == 0) is { } lost ? "without a place: " + lost.Kind.Id : null,
        _ => false);

    [Fact]
    public void Specifications()
    {
        string file = Path.Combine(_folder, "t.rec");
        File.WriteAllText(Path.Combine(_folder, "base.rec"), "REC-SPEC base\nSORTS\n B\nCONS\n t : -> B\nEND-SPEC\n");
        Fuzz(
            [
                "REC-SPEC t : base\nSORTS\n Nat Bool\nCONS\n z : -> Nat\n s : Nat -> Nat\nOPNS\n add : Nat Nat -> Nat\nVARS\n X Y : Nat\nRULES\n add(X, z) -> X\n add(X, s(Y)) -> s(add(X, Y)) if X = Y and-if Y <> z\nEVAL\n add(s(z), s(z))\nEND-SPEC\n",
                "% old\n#include \"base.rec\"\nSORTS Nat\nCONS\nz : -> Nat\nRULES\nz -> z\nEVAL\nz\nEND-SPEC\n",
            ],
            ["REC-SPEC ", "SORTS", "CONS\n", "OPNS\n", "VARS\n", "RULES\n", "EVAL\n", "END-SPEC", " : ", " -> ", " if ", " and-if ", "-><-", "->/<-", "<>", "=", "(", ")", ",", ";", "f(", "#include \"", "\"/dev/zero\"", "\n", "Ref<", "int", "bool"],
            text =>
            {
                // A META block is a program in awk, which is not what is tested.
                File.WriteAllText(file, text.Replace("META", "META-", StringComparison.Ordinal), System.Text.Encoding.Latin1);
                var specification = RecReader.Read(file);
                Checker.Check(specification.Module, _ => null);
                return null;
            },
            e => e is RecException);
    }

    [Fact]
    public void Alive() => Fuzz(
        [
            "Name: a1\nPre: isPowerOf2(C1) && C1 u< 8 || !hasOneUse(%x)\n%1 = xor %x, C1\n%r = add nsw i8 %1, ~C2 + 1\n=>\n%r = sub %x, (C2 & -C1)\n",
            "Name: b:2.c\n%c = icmp ult %x, %y\n%r = select i1 %c, %x, %y\n=>\n%z = zext i8 %x to Ty1\n%r = trunc %z\n",
        ],
        ["Name: ", "Pre: ", "=>\n", "%r = ", "add ", "sub ", "icmp eq ", "select ", "zext ", " to ", "i1 ", "i99999999999 ", "Ty", "%", "%x", "C1", "C", "(", ")", ",", "&&", "||", "!", "~", "-", "/u", "u>>", "log2(", "width(", "\n"],
        text => Faulty(AliveImport.Read(text)), e => e is ImportException);

    [Fact]
    public void Ruler() => Fuzz(
        ["(+ ?a 0) ==> ?a\n(* ?a ?b) <=> (* ?b ?a)\n(select (< ?a ?b) 1/2 (- ?c)) ==> ?d\n", "(sin (~ ?x)) ==> (~ (sin ?x))\n"],
        ["(", ")", "?", "?a", " ==> ", " <=> ", "(+ ", "(select ", "1/0", "-3", "\n", " "],
        text => Faulty(RulerImport.Read(text, text.Length % 2 == 0 ? "halide" : "rational")), e => e is ImportException);

    [Fact]
    public void Guoq() => Fuzz(
        ["symb q; rz(theta1) q1; | rz(theta1) q0; symb q; | {[true,false]=[false,true] [false,true]=[true,false] [true,true]=[true,true] [false,false]=[false,false]}\n", "h q0; x q0; h q0; | z q0; | \n"],
        ["|", ";", "symb q", "rz(", "theta1", "pi/2", ") ", "q0", "q1, q2", "cx q0 q1", "{", "}", "[true,", "]=[", "\n"],
        text => Faulty(GuoqImport.Read(text)), e => e is ImportException);

    [Fact]
    public void Circuits() => Fuzz(
        [
            "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\nbit[2] c;\nangle[8] a = pi / 3;\ngate g(t) x, y { rz(t) x; cx x, y; }\nfor int i in [0:2] { h q[i]; }\nif (c[0] == 1) { x q[1]; } else { ctrl @ inv @ g(a) q[0], q[1], q[2]; }\nc[0] = measure q[0];\n",
            "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\ncreg c[2];\nu3(0.1, pi/2, -pi) q[0];\nbarrier q;\nmeasure q -> c;\nif (c == 1) x q[0];\n",
        ],
        ["OPENQASM 3;", "include \"", "qubit[", "bit[", "gate ", "def ", "for int i in ", "while (", "if (", "ctrl(2) @ ", "inv @ ", "pow(-1/2) @ ", "pi", "(", ")", "{", "}", "[", "]", ";", ",", "->", "measure ", "1e9", "<<", "**", "const int n = ", "\n"],
        text =>
        {
            OpenQasm.Read(text, new() { Include = _ => null });
            return null;
        },
        e => e is OpenQasmException or NotSupportedException);

    private static void Fuzz(string[] texts, string[] pieces, Func<string, string?> read, Func<Exception, bool> isMistake)
    {
        var findings = new InputFuzzer(texts, pieces, Seed).Run(Rounds, read, isMistake, Slow, TestContext.Current.CancellationToken);
        Assert.True(findings.Count == 0, string.Join("\n", findings));
    }

    // What is imported may be wrong, but it is a module.
    private static string? Faulty(ModuleText module)
        => Parser.ParseModule(module.ToString()).Diagnostics is [var first, ..] ? "what is imported cannot be read: " + first : null;

    private static int Number(string variable, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
