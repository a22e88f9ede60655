using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Checks;
using Rewright.Testing;
using Rewright.Text;
using Xunit;

namespace Rewright.Core.Tests;

public class ParserTests
{
    private const string Everything = """
        # Everything the grammar has.
        module Demo.All
        enum Demo.Color : int = Red 0 | Green 1 | Blue -3
        sort Nat = Zero | Succ(pred: Nat) [cost 2]
        sort Box = Box(Nat, long) | Names(string, Symbol, Ref<System.Object>) | `odd name`(Demo.Color)
        op Plus(x: Nat, y: Nat): Nat [associative, commutative, identity Zero]
        op Host(Nat): long [host]
        op Free(Nat): Nat [open]
        op Seven(): int
        rule PlusZero: Plus(Zero, y) -> y
        rule PlusSucc [priority 3, group late, forward]: Plus(Succ(x), y) -> Succ(Plus(x, y)) if x != y || !(Host(x) > 2)
        rule Rest [priority -1]: Plus(x, y) -> z where z = Free(x) if Host(y) << 2 == 0x1FL ? true : false
        rule Others [priority -2]: Plus(x, _) -> x
        rule Seven: Seven() -> checked(3 + 4)
        rule Small [group late]: Succ(Succ($Odd)) -> $Odd
        normalizer Norm: Nat [outermost, groups late]

        """;

    [Fact]
    public void Everything_is_read()
    {
        var result = Module.Check(Everything, "");
        // It is read, though not all of it has an effect.
        Assert.Equal([DiagnosticKinds.IgnoredLaw, DiagnosticKinds.UselessGroup], result.Diagnostics.Select(d => d.Kind));
        Assert.Equal(3, result.Module!.Sorts[1].Constructors.Length);
        Assert.Equal(6, result.Module.Rules.Length);
    }

    // One mistake each, with the place where it is reported.
    [Theory]
    [InlineData("sort", "1:5", "Expected the name of a sort, found the end of the text")]
    [InlineData("sort N", "1:7", "Expected '=', found the end of the text")]
    [InlineData("sort N = ", "1:10", "Expected a constructor, found the end of the text")]
    [InlineData("sort N = Z |", "1:13", "Expected a constructor, found the end of the text")]
    [InlineData("sort N = Z(", "1:12", "Expected a sort, found the end of the text")]
    [InlineData("sort N = Z(N", "1:13", "Expected ')', found the end of the text")]
    [InlineData("sort N = Z(N,)", "1:14", "Expected a sort, found ')'")]
    [InlineData("sort N = Z(a: )", "1:15", "Expected a sort, found ')'")]
    [InlineData("sort N = Z [open]", "1:13", "There is no attribute 'open' for a constructor")]
    [InlineData("sort N = Z [cost]", "1:17", "Expected a number, found ']'")]
    [InlineData("sort N = Z [cost 2L]", "1:18", "Expected a number, found '2L'")]
    [InlineData("sort N = Z [cost 2, cost 3]", "1:21", "The attribute 'cost' is given twice")]
    [InlineData("sort N = Z [cost 2", "1:19", "Expected ']', found the end of the text")]
    [InlineData("sort N = Z []", "1:13", "Expected an attribute, found ']'")]
    [InlineData("sort N = R(Ref<System.Object)", "1:15", "The '<' of a Ref is not closed")]
    [InlineData("sort N = R(Ref<a<b>)", "1:15", "The '<' of a Ref is not closed")]
    [InlineData("op F(int) int", "1:11", "Expected ':', found 'int'")]
    [InlineData("op F(int): int [cost 3]", "1:17", "There is no attribute 'cost' for an operation")]
    [InlineData("op F(a.b.): int", "1:10", "Expected a name behind the dot, found ')'")]
    [InlineData("enum E = A 0", "1:8", "Expected ':', found '='")]
    [InlineData("enum E : short = A 0", "1:10", "Expected int, uint, long or ulong, found 'short'")]
    [InlineData("enum E : int = A", "1:17", "Expected the member's value, found the end of the text")]
    [InlineData("enum E : int = A x", "1:18", "Expected the member's value, found 'x'")]
    [InlineData("order sideways", "1:7", "Expected 'textual' or 'specificity', found 'sideways'")]
    [InlineData("module A\nmodule B", "2:1", "The module is named twice")]
    [InlineData("use", "1:4", "Expected the name of a module, found the end of the text")]
    [InlineData("rule : F(x) -> x", "1:6", "Expected the name of a rule, found ':'")]
    [InlineData("rule A F(x) -> x", "1:8", "Expected ':', found 'F'")]
    [InlineData("rule A: F(x) = x", "1:14", "Expected '->', found '='")]
    [InlineData("rule A: F(x -> x", "1:13", "Expected ')', found '->'")]
    [InlineData("rule A: F(,) -> x", "1:11", "Expected a term, found ','")]
    [InlineData("rule A: F(x) -> ", "1:17", "Expected a term, found the end of the text")]
    [InlineData("rule A: F(x) -> x + ", "1:21", "Expected a term, found the end of the text")]
    [InlineData("rule A: F(x) -> x ? 1", "1:22", "Expected ':', found the end of the text")]
    [InlineData("rule A: F(x) -> x if", "1:21", "Expected a term, found the end of the text")]
    [InlineData("rule A: F(x) -> x where y", "1:26", "Expected '=', found the end of the text")]
    [InlineData("rule A: F(x) -> (x", "1:19", "Expected ')', found the end of the text")]
    [InlineData("rule A: F(x) -> x)", "1:18",
        "Expected a declaration (module, use, order, sort, enum, op, rule, normalizer, pass), found ')'")]
    [InlineData("rule A: F(x) -> checked(x, x)", "1:17", "'checked' takes 1 expression, not 2")]
    [InlineData("rule A: F(x) -> unchecked()", "1:17", "'unchecked' takes 1 expression, not 0")]
    [InlineData("rule A [priority high]: F(x) -> x", "1:18", "Expected a number, found 'high'")]
    [InlineData("rule A [group]: F(x) -> x", "1:14", "Expected the name of a group, found ']'")]
    [InlineData("rule A [sideways]: F(x) -> x", "1:9", "There is no attribute 'sideways' for a rule")]
    [InlineData("normalizer N: E [fast]", "1:18", "There is no attribute 'fast' for a normalizer")]
    [InlineData("normalizer N: E [groups]", "1:24", "Expected the name of a group, found ']'")]
    [InlineData("rule A: F(\"a) -> x", "1:11", "The string is not closed on its line")]
    [InlineData("rule A: F('a) -> x", "1:11", "The symbol is not closed on its line")]
    [InlineData("rule A: F(\"a\r\n\") -> x", "1:11", "The string is not closed on its line")]
    [InlineData("rule A: F(\"\\", "1:11", "The string is not closed on its line")]
    [InlineData("rule A: F(\"a\\q\") -> x", "1:13", "There is no escape sequence of a backslash and 'q'")]
    [InlineData("rule A: F(\"\\u12g4\") -> x", "1:12", "The escape sequence \\u needs four hexadecimal digits")]
    [InlineData("rule A: F(`a) -> x", "1:11", "A name in backticks is not closed on its line")]
    [InlineData("rule A: F(``) -> x", "1:11", "A name in backticks is empty")]
    [InlineData("rule A: F(`a.b`) -> x", "1:11", "A name cannot hold a dot")]
    [InlineData("rule A: F(12ab) -> x", "1:11", "A number cannot end in 'ab'")]
    [InlineData("rule A: F(1.5L) -> x", "1:11", "A number cannot end in 'L'")]
    [InlineData("rule A: F(0x) -> x", "1:11", "A hexadecimal number needs digits")]
    [InlineData("rule A: F(x) -> x @ x", "1:19", "Unexpected character '@'")]
    [InlineData("rule A: F(x) -> x \u0007", "1:19", "Unexpected character U+0007")]
    [InlineData("rule A: F(x) -> \U0001F600", "1:17", "Unexpected character '\U0001F600'")]
    [InlineData("rule A: F($) -> x", "1:11", "Unexpected character '$'")]
    [InlineData("fule A: F(x) -> x", "1:1",
        "Expected a declaration (module, use, order, sort, enum, op, rule, normalizer, pass), found 'fule'")]
    [InlineData("`rule` A: F(x) -> x", "1:1",
        "Expected a declaration (module, use, order, sort, enum, op, rule, normalizer, pass), found '`rule`'")]
    [InlineData(";", "1:1", "Expected a declaration (module, use, order, sort, enum, op, rule, normalizer, pass), found ';'")]
    public void A_mistake_is_reported_where_it_is(string text, string place, string message)
    {
        var diagnostic = Assert.Single(Parser.ParseModule(text).Diagnostics);
        Assert.Equal("RW0001 " + place + " " + message, Support.Places([diagnostic])[0] + " " + diagnostic.Message);
    }

    [Fact]
    public void Half_a_character_is_reported_by_its_number()
        => Assert.Equal("Unexpected character U+D83D", Assert.Single(Parser.ParseModule("rule A: F(x) -> \uD83D").Diagnostics).Message);

    [Theory]
    [InlineData("rule A [priority 3000000000]: F(x) -> x", "RW0012 1:18")]
    [InlineData("sort A = B [cost -2147483649]", "RW0012 1:18")]
    [InlineData("enum E : int = A 3000000000", "RW0012 1:18")]
    [InlineData("enum E : uint = A -1", "RW0012 1:19")]
    public void A_number_in_a_declaration_fits_its_sort(string text, string place)
        => Assert.Equal([place], Support.Places(Parser.ParseModule(text).Diagnostics));

    [Fact]
    public void Several_mistakes_are_reported_at_once()
    {
        var (syntax, diagnostics) = Parser.ParseModule("""
            sort N = Z | S(N
            op F(N): N
            rule A: F(Z) ->
            rule B: F(S(x)) -> x
              rule C: F(S(x) -> x if
            this goes with the rule before
            rule D: F(x) -> "abc
            normalizer E: N [innermost
            op G(N): N
            this has nothing before it to go with
            """);
        Assert.Equal(["RW0001 2:1", "RW0001 4:1", "RW0001 5:18", "RW0001 7:17", "RW0001 9:1", "RW0001 10:1"], Support.Places(diagnostics));
        Assert.Equal(["F", "G"], syntax.Operations.Select(o => o.Name));
        Assert.Equal(["B"], syntax.Patterns.Select(p => p.Name));
    }

    [Fact]
    public void What_a_broken_declaration_would_declare_is_not_missed()
    {
        // The sort N and the operation G are not known, but that is not a mistake of the lines that name them.
        Support.Expect("sort N = Z | S(N\nop F(N): N\nrule A: F(Z) -> G(Q)", "RW0001 2:1");
        // A broken rule declares no name that others need, but it may be the rule that is missing.
        Support.Expect("sort N = Z | S(N)\nop F(N): N\nrule A: F(Z) -> \nrule B: F(S(x)) -> G(x)", "RW0001 4:1", "RW0003 4:20");
        Support.Expect("sort N = Z | S(N)\nop F(N): N\nrule A: F(Z) -> \nrule B: F(S(x)) -> x", "RW0001 4:1");
    }

    [Fact]
    public void A_keyword_is_a_name_where_it_does_not_start_a_line()
    {
        Support.Expect("sort sort = op | rule(sort)\nop use(sort): sort\nrule rule: use(op()) -> op()\n"
            + "rule order: use(rule(module)) -> module");
        Support.Expect("sort N = Z\nop sort(N): N\nrule a:\n  `sort`(Z) -> Z");
        Support.Expect("sort N = Z\nop sort(N): N\nrule a:\n  sort(Z) -> Z", "RW0001 4:3", "RW0001 4:7");
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Lines_end_in_any_way(string end)
    {
        string text = "# comment\nsort N = Z # more\n\top F(N): N\n\n\t\trule A: F(Z) -> X".Replace("\n", end, StringComparison.Ordinal);
        Support.Expect(text, "RW0003 5:19");
        Support.Expect(text.Replace("X", "Z", StringComparison.Ordinal));
    }

    [Fact]
    public void A_byte_order_mark_is_no_column()
    {
        Support.Expect("\uFEFFsort N = M", []);
        Support.Expect("\uFEFFfort N = M", "RW0001 1:1");
        Support.Expect("\uFEFF\nsort N = 1", "RW0001 2:10");
        Support.Expect("\uFEFF", []);
    }

    [Fact]
    public void Letters_of_all_scripts_make_names()
    {
        var module = Module.Parse("sort 自然数 = 零 | 次(自然数)\nop Größe(自然数): int\nrule a: Größe(零) -> 0\nrule б: Größe(次(ñ)) -> Größe(ñ) + 1");
        Assert.Equal("自然数", module.Sorts[0].Name);
        Assert.Equal("ñ", module.Rules[1].SourceVariables.Single().Name);
        // A name of a script without cases is a symbol unless it is marked as a variable.
        Support.Expect("op F(int): int\nrule a: F($変数) -> $変数");
        Support.Expect("op F(int): int\nrule a: F(変数) -> 変数", "RW0003 2:11", "RW0003 2:18");
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("!")]
    [InlineData("~(")]
    [InlineData("F(")]
    [InlineData("x ? ")]
    [InlineData("x ? x : ")]
    [InlineData("x + ")]
    [InlineData("x || x && x | x ^ x & x == x < x << x + x * (")]
    [InlineData("checked(")]
    [InlineData("x * x + ")]
    public void Nesting_is_bounded(string opening)
    {
        string text = "op F(int): int\nrule A: F(x) -> " + string.Concat(Enumerable.Repeat(opening, 100_000)) + "x";
        Support.OnSmallStack(() =>
        {
            var diagnostics = Module.Check(text, "").Diagnostics;
            Assert.Contains(diagnostics,
                d => d.Kind == DiagnosticKinds.Syntax && d.Span.Line == 2 && d.Message.Contains("400 levels", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("G(", ")")]
    [InlineData("(", ")")]
    [InlineData("-", "")]
    [InlineData("x > 0 ? x : ", "")]
    [InlineData("x + ", "")]
    [InlineData("1 + (x * (2 - ", "))")]
    [InlineData("checked(1 + unchecked(x * ", "))")]
    [InlineData("H(", ")")]
    public void What_is_allowed_to_nest_needs_little_stack(string opening, string closing)
    {
        int times = opening == "("
            ? 395 : opening == "H(" ? 195 : opening[0] == 'c' ? 98 : 390 / Math.Max(1, opening.Count(c => c is '+' or '*' or '-' or '?'));
        string text = "op F(int, int): int\nop G(int): int\nop H(long): int\nrule A: F(x, 0) -> "
            + string.Concat(Enumerable.Repeat(opening, times)) + "x" + string.Concat(Enumerable.Repeat(closing, times))
            + "\nrule B: F(0, y) -> " + string.Concat(Enumerable.Repeat(opening.Replace('x', 'y'), times)) + "y"
                + string.Concat(Enumerable.Repeat(closing, times));
        Support.OnSmallStack(() =>
        {
            var result = Module.Check(text, "");
            // At F(0, 0) both say the same, which is found out by looking all through it.
            Assert.DoesNotContain(result.Diagnostics, d => d.Kind.Severity == Severity.Error);
            Assert.Equal(result.Module, Module.Parse(result.Module!.ToString()));
        });
    }

    [Fact]
    public void Conversions_that_are_not_written_count_as_levels()
    {
        string nested = string.Concat(Enumerable.Repeat("H(", 250)) + "x" + new string(')', 250);
        Support.Expect("op H(long): int [host]\nop F(int): int\nrule A: F(x) -> " + nested, "RW0001 3:6");
    }

    [Fact]
    public void Deep_sources_need_little_stack()
    {
        const int Depth = 390;
        string source = "F(" + string.Concat(Enumerable.Repeat("S(", Depth)) + "x" + new string(')', Depth + 1);
        Support.OnSmallStack(() => Support.Expect("sort N = Z | S(N)\nop F(N): N\nrule A: " + source + " -> x\nrule B: F(x) -> x"));
    }

    [Fact]
    public void Long_texts_are_read()
    {
        var text = new StringBuilder("sort N = Z | S(N)\n");
        for (int i = 0; i < 3000; i++)
            text.Append(FormattableString.Invariant(
                $"op F{i}(N, N): N\nrule a{i}: F{i}(Z, y) -> y\nrule b{i}: F{i}(S(x), y) -> S(F{(i + 1) % 3000}(x, y))\n"));
        var result = Module.Check(text.ToString(), "");
        Assert.Empty(result.Diagnostics);
        Assert.Equal(result.Module, Module.Parse(result.Module!.ToString()));
    }

    [Fact]
    public void Long_lines_and_many_mistakes_take_linear_time()
    {
        // Each of these took minutes with a search from every token back to the start of its line.
        Assert.Single(Parser.ParseModule(string.Concat(Enumerable.Repeat(") rule ", 200_000))).Diagnostics);
        Assert.Equal("The text has too many mistakes: 19000 declarations from here on are not read",
            Parser.ParseModule(string.Concat(Enumerable.Repeat("op\n", 20_000))).Diagnostics[DiagnosticList.MaxListed].Message);
        Assert.Single(Parser.ParseModule("rule A: F(x) -> " + new string('9', 100_000) + "z").Diagnostics);
    }

    [Fact]
    public void No_text_makes_the_compiler_throw()
    {
        var random = new Random(7);
        string[] seeds = [Everything,
            .. Enumerable.Range(0, 10).Select(i => RandomModule.Make(i, new ModuleShape { OddNames = true }).Text)];
        string[] pieces = ["(", ")", "[", "]", "`", "\"", "'", "\\", "$", "_", "->", "=", "|", ":", "rule ", "\nsort ", "0x", "1e", ".",
            "\uD83D", "\0", "\r", "?", "-", "#", "Ref<", " if ", " where ", "99999999999999999999", "checked("];
        for (int i = 0; i < 2000; i++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (int edits = 1 + random.Next(6); edits > 0; edits--)
            {
                int at = random.Next(text.Length), length = Math.Min(random.Next(20), text.Length - at);
                switch (random.Next(5))
                {
                    case 0: text.Remove(at, length); break;
                    case 1: text.Insert(at, pieces[random.Next(pieces.Length)]); break;
                    case 2: text.Insert(random.Next(text.Length), text.ToString(at, length)); break;
                    case 3: text[at] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000); break;
                    default: text[at] = text[random.Next(text.Length)]; break;
                }

                if (text.Length == 0) text.Append(' ');
            }

            AssertSound(text.ToString());
        }
    }

    [Fact]
    public void No_bytes_make_the_compiler_throw()
    {
        var random = new Random(8);
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            AssertSound(Encoding.UTF8.GetString(bytes));
            AssertSound(Encoding.Latin1.GetString(bytes));
        }
    }

    // Whatever the text: places lie inside it, messages can be made, and what has no error reads back.
    private static void AssertSound(string text)
    {
        try
        {
            var result = Module.Check(text, "file.rw");
            foreach (var diagnostic in result.Diagnostics)
            {
                Assert.InRange(diagnostic.Span.Start, 0, text.Length);
                Assert.InRange(diagnostic.Span.Length, 0, text.Length - diagnostic.Span.Start);
                Assert.True(diagnostic.Span.Line > 0 && diagnostic.Span.Column > 0);
                Assert.DoesNotContain('\n', diagnostic.ToString());
            }

            Assert.Equal(result.Module is null, result.Diagnostics.Any(d => d.Kind.Severity == Severity.Error));
            if (result.Module is { } module) Support.AssertSame(module, Module.Parse(module.ToString()));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException("With the text:\n" + text, e);
        }
    }
}
