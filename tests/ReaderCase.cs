using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Checks;
using Rewright.Cli.Import;
using Rewright.Cli.Rec;
using Rewright.Quantum;
using Rewright.Text;

namespace Rewright.Testing;

/// <summary>A reader of text, and what nearly right text for it is made of.</summary>
/// <param name="Name">The reader.</param>
/// <param name="Texts">Texts that it accepts.</param>
/// <param name="Pieces">What its language is made of.</param>
/// <param name="Read">Reads; gives null, or what is wrong with what was read.</param>
/// <param name="IsMistake">Whether an exception is how it says that a text is wrong.</param>
internal sealed record ReaderCase(string Name, string[] Texts, string[] Pieces, Func<string, string?> Read, Func<Exception, bool> IsMistake)
{
    /// <summary>All readers of files.</summary>
    /// <param name="folder">For those that read nothing else.</param>
    public static IReadOnlyList<ReaderCase> All(string folder)
    {
        string file = Path.Combine(folder, "t.rec");
        File.WriteAllText(Path.Combine(folder, "base.rec"), "REC-SPEC base\nSORTS\n B\nCONS\n t : -> B\nEND-SPEC\n");
        return
        [
            new("modules",
                [
                    "module A.B\nsort Nat [means \"int\"] = Zero | Succ(n: Nat)\nenum Color: int = Red 0 | Green -1\n"
                        + "op Plus(Nat, Nat): Nat [open]\nop Host(long, Ref<System.Object>): string [host]\n"
                        + "rule P [priority 3, group g, backward]: Plus(Zero, y) -> y if y == Zero && 1L + 2 > long(3) where Succ(_) = y\n"
                        + "normalizer N: Nat [outermost, groups g]\n",
                    "order textual\nop F(BigInteger, double, Symbol): bool\nrule a: F(12N, -0.5, 'x') -> true\n"
                        + "rule b: F(x, 1e3, _) -> checked(x + 1N) > pow(x, 3) ? !false : same(x, x)\n",
                    "rule Hxh: [H(q), X(q), H(q)] -> [Z(q)]\nrule M: [Rz(a, q), Rz(b, q)] -> [Rz(a + b, q)] if a + b == 2 * pi\n"
                        + "pass Cancel\n",
                ],
                ["sort ", "op ", "rule ", "\nrule ", " -> ", " = ", "|", ":", "(", ")", "[", "]", ",", "`", "$", "_", "Ref<", " if ",
                " where ", "means \"", "checked(", "? x : ", "Zero", "Succ(", "N", "UL", " use A"],
                text => Module.Check(text, "t.rw").Diagnostics is var all
                && all.FirstOrDefault(d => d.Span.Line == 0) is { } lost ? "without a place: " + lost.Kind.Id : null,
                _ => false),
            new("specifications",
                [
                    "REC-SPEC t : base\nSORTS\n Nat Bool\nCONS\n z : -> Nat\n s : Nat -> Nat\nOPNS\n add : Nat Nat -> Nat\nVARS\n"
                        + " X Y : Nat\nRULES\n add(X, z) -> X\n add(X, s(Y)) -> s(add(X, Y)) if X = Y and-if Y <> z\nEVAL\n"
                        + " add(s(z), s(z))\nEND-SPEC\n",
                    "% old\n#include \"base.rec\"\nSORTS Nat\nCONS\nz : -> Nat\nRULES\nz -> z\nEVAL\nz\nEND-SPEC\n",
                ],
                ["REC-SPEC ", "SORTS", "CONS\n", "OPNS\n", "VARS\n", "RULES\n", "EVAL\n", "END-SPEC", " : ", " -> ", " if ", " and-if ",
                "-><-", "->/<-", "<>", "=", "(", ")", ",", ";", "f(", "#include \"", "\"/dev/zero\"", "\n", "Ref<", "int", "bool"],
                text =>
                {
                    // A META block is a program in awk, which is not what is tested.
                    File.WriteAllText(file, text.Replace("META", "META-", StringComparison.Ordinal), Encoding.Latin1);
                    var specification = RecReader.Read(file);
                    Checker.Check(specification.Module, _ => null);
                    return null;
                },
                e => e is RecException),
            new("alive",
                [
                    "Name: a1\nPre: isPowerOf2(C1) && C1 u< 8 || !hasOneUse(%x)\n%1 = xor %x, C1\n%r = add nsw i8 %1, ~C2 + 1\n=>\n"
                        + "%r = sub %x, (C2 & -C1)\n",
                    "Name: b:2.c\n%c = icmp ult %x, %y\n%r = select i1 %c, %x, %y\n=>\n%z = zext i8 %x to Ty1\n%r = trunc %z\n",
                ],
                ["Name: ", "Pre: ", "=>\n", "%r = ", "add ", "sub ", "icmp eq ", "select ", "zext ", " to ", "i1 ", "i99999999999 ", "Ty",
                "%", "%x", "C1", "C", "(", ")", ",", "&&", "||", "!", "~", "-", "/u", "u>>", "log2(", "width(", "\n"],
                text => Faulty(AliveImport.Read(text)), e => e is ImportException),
            new("ruler",
                ["(+ ?a 0) ==> ?a\n(* ?a ?b) <=> (* ?b ?a)\n(select (< ?a ?b) 1/2 (- ?c)) ==> ?d\n", "(sin (~ ?x)) ==> (~ (sin ?x))\n"],
                ["(", ")", "?", "?a", " ==> ", " <=> ", "(+ ", "(select ", "1/0", "-3", "\n", " "],
                text => Faulty(RulerImport.Read(text, text.Length % 2 == 0 ? "halide" : "rational")), e => e is ImportException),
            new("guoq",
                [
                    "symb q; rz(theta1) q1; | rz(theta1) q0; symb q; | {[true,false]=[false,true] [false,true]=[true,false] "
                        + "[true,true]=[true,true] [false,false]=[false,false]}\n",
                    "h q0; x q0; h q0; | z q0; | \n",
                ],
                ["|", ";", "symb q", "rz(", "theta1", "pi/2", ") ", "q0", "q1, q2", "cx q0 q1", "{", "}", "[true,", "]=[", "\n"],
                text => Faulty(GuoqImport.Read(text)), e => e is ImportException),
            new("circuits",
                [
                    "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\nbit[2] c;\nangle[8] a = pi / 3;\n"
                        + "gate g(t) x, y { rz(t) x; cx x, y; }\nfor int i in [0:2] { h q[i]; }\n"
                        + "if (c[0] == 1) { x q[1]; } else { ctrl @ inv @ g(a) q[0], q[1], q[2]; }\nc[0] = measure q[0];\n",
                    "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\ncreg c[2];\nu3(0.1, pi/2, -pi) q[0];\nbarrier q;\n"
                        + "measure q -> c;\nif (c == 1) x q[0];\n",
                ],
                ["OPENQASM 3;", "include \"", "qubit[", "bit[", "gate ", "def ", "for int i in ", "while (", "if (", "ctrl(2) @ ", "inv @ ",
                "pow(-1/2) @ ", "pi", "(", ")", "{", "}", "[", "]", ";", ",", "->", "measure ", "1e9", "<<", "**", "const int n = ", "\n"],
                text =>
                {
                    OpenQasm.Read(text, new() { Include = _ => null });
                    return null;
                },
                e => e is OpenQasmException or NotSupportedException),
        ];
    }

    // What is imported may be wrong, but it is a module.
    private static string? Faulty(ModuleText module)
        => Parser.ParseModule(module.ToString()).Diagnostics is [var first, ..] ? "what is imported cannot be read: " + first : null;
}
