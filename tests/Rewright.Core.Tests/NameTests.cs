using System;
using System.Linq;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;
using Xunit;

namespace Rewright.Core.Tests;

public class NameTests
{
    private static readonly Module Arith = Module.Parse(
        "module Demo.Arith\nenum Demo.Mode : int = Fast 0 | Slow 1\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat [open]\n"
            + "op Half(Nat): Nat [open]");
    private static readonly Module Other = Module.Parse(
        "module Other.Arith\nenum Other.Mode : int = Fast 7\nsort Nat = Nil | Succ(Nat)\nop Plus(Nat, Nat): Nat [open]");
    private static readonly Module Short = Module.Parse("module Arith\nsort Nat = None | Succ(Nat)\nop Plus(Nat, Nat): Nat [open]");

    [Theory]
    [InlineData("sort A = B(Nta)", "There is no sort 'Nta'")]
    [InlineData("sort Natural = Zero\nsort A = B(Naturla)", "There is no sort 'Naturla'; did you mean 'Natural'?")]
    [InlineData("sort Nat = Zero\nop F(nat): Nat [open]", "There is no sort 'nat'; did you mean 'Nat'?")]
    [InlineData("op F(Int): int [host]", "There is no sort 'Int'; did you mean 'int'?")]
    [InlineData("sort Nat = Zero\nop F(Nat): Nat\nrule a: F(Zer) -> Zero",
        "There is no constructor, operation or function 'Zer'; did you mean 'Zero'?")]
    [InlineData("op F(int): int\nrule a: F(x) -> Abs(x)", "There is no constructor, operation or function 'Abs'; did you mean 'abs'?")]
    [InlineData("op F(int): int\nrule a: F(x) -> Quux(x)", "There is no constructor, operation or function 'Quux'")]
    [InlineData("sort Nat = Zero | Succ(Nat)\nop F(Nat): Nat\nrule a: F(zero) -> Zero",
        "The variable 'zero' is used only once; if you mean any term, start its name with '_'; did you mean 'Zero'?")]
    [InlineData("sort S = A | B\nop F(S): S\nrule a: F(c) -> A",
        "The variable 'c' is used only once; if you mean any term, start its name with '_'")]
    [InlineData("sort S = A | B\nop F(S): S\nrule a: F(b) -> A",
        "The variable 'b' is used only once; if you mean any term, start its name with '_'; did you mean 'B'?")]
    [InlineData("op F(int): int\nrule a: F(count) -> coumt", "The source of 'a' does not bind the variable 'coumt'; did you mean 'count'?")]
    [InlineData("enum Demo.Color : int = Red 1\nop F(Color): int\nrule a: F(Color.Rad) -> 1",
        "There is no constructor, operation or function 'Color.Rad'; did you mean 'Color.Red'?")]
    [InlineData("op F(int): int\nrule a: F(_) -> _", "The source of 'a' does not bind the variable '_'")]
    public void A_name_that_means_nothing_is_shown_what_is_near(string text, string message)
        => Assert.Equal(message, Module.Check(text, "").Diagnostics.First(d => d.Kind != DiagnosticKinds.NotExhaustive).Message);

    [Fact]
    public void Names_of_used_modules_are_hinted_at_too()
    {
        Assert.EndsWith("did you mean 'Nat'?", Module.Check("use Demo.Arith\nop F(Nad): int [host]", "", Arith).Diagnostics[0].Message,
            StringComparison.Ordinal);
        Assert.EndsWith("did you mean 'Succ'?",
            Module.Check("use Demo.Arith\nop F(Nat): Nat\nrule a: F(Suc(x)) -> x", "", Arith).Diagnostics[0].Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_two_modules_declare_is_written_with_its_module()
    {
        var found = Module.Check(
            "module M\nuse Demo.Arith\nuse Other.Arith\nop F(Demo.Arith.Nat): Nat [open]\nop G(Demo.Arith.Nat): Demo.Arith.Nat\nrule a: "
                + "G(Demo.Arith.Succ(x)) -> Plus(x, x)", "", Arith, Other).Diagnostics;
        Assert.Equal(["RW0007 4:23", "RW0007 6:34"], Support.Places(found));
        Assert.Equal("'Nat' is declared in Demo.Arith and Other.Arith; write the name with its module", found[0].Message);
        // A part of the module's name that both end in does not help.
        found = Module.Check("use Demo.Arith\nuse Other.Arith\nop F(Arith.Nat): int [host]", "", Arith, Other).Diagnostics;
        Assert.Equal(["RW0007 3:6"], Support.Places(found));
        // A name that only one declares needs nothing.
        Assert.Empty(Module.Check(
            "use Demo.Arith\nuse Other.Arith\nop F(Demo.Arith.Nat): Demo.Arith.Nat\nrule a: F(x) -> Half(Half(x))", "", Arith,
            Other).Diagnostics);
    }

    [Fact]
    public void A_full_name_means_one_thing_though_another_ends_like_it()
    {
        var module = Module.Parse(
            "use Arith\nuse Demo.Arith\nop F(Arith.Nat): Arith.Nat\nrule a: F(Arith.Succ(x)) -> Arith.Plus(x, x)\nrule b: F(None) -> None",
            Arith, Short);
        Assert.Same(Short.Sorts[0], module.Operations[0].Result);
        Assert.Equal(module, Module.Parse(module.ToString(), Arith, Short));
    }

    [Fact]
    public void The_own_name_goes_before_those_of_used_modules()
    {
        var module = Module.Parse(
            "module Own\nuse Demo.Arith\nsort Nat = Zero | Two(Demo.Arith.Nat)\nsort Mode = Off\nop F(Nat, Mode): Demo.Arith.Nat\nrule a: "
                + "F(Two(x), Off) -> Plus(x, Demo.Arith.Zero)\nrule b: F(Zero, _) -> Demo.Arith.Zero", Arith);
        Assert.Same(module.Sorts[0], module.Operations[0].Parameters[0].Sort);
        Assert.Same(module.Sorts[1], module.Operations[0].Parameters[1].Sort);
        Assert.Same(Arith.Sorts[0], module.Operations[0].Result);
    }

    [Fact]
    public void Enums_are_named_by_their_last_parts()
    {
        Assert.Empty(Module.Check(
            "use Demo.Arith\nop F(Mode): int\nrule a: F(Mode.Fast) -> 1\nrule b: F(_) -> int(Demo.Mode.Slow)", "", Arith).Diagnostics);
        var found = Module.Check(
            "use Demo.Arith\nuse Other.Arith\nop F(Mode): int [host]\nop G(int): Demo.Mode\nrule a: G(_) -> Mode.Fast", "", Arith,
            Other).Diagnostics;
        Assert.Equal(["RW0007 3:6", "RW0007 5:17"], Support.Places(found));
        Assert.Equal("'Mode' is declared in Demo and Other; write the name with its module", found[0].Message);
    }

    [Theory]
    [InlineData("sort A = B\nsort A = C", "RW0004 2:6")]
    [InlineData("sort int = B", "RW0004 1:6")]
    [InlineData("sort Ref = B", "RW0004 1:6")]
    [InlineData("sort A = B | B", "RW0004 1:14")]
    [InlineData("sort A = B\nop B(A): A [open]", "RW0004 2:4")]
    [InlineData("sort A = B\nop F(A): A [open]\nop F(A, A): A [open]", "RW0004 3:4")]
    [InlineData("sort A = B\nnormalizer B: A [innermost]", "RW0004 2:12")]
    [InlineData("sort A = B\nnormalizer N: A [innermost]\nnormalizer N: A [outermost]", "RW0004 3:12")]
    [InlineData("sort A = B\nop F(x: A, x: A): A [open]", "RW0004 2:15")]
    [InlineData("sort A = B\nop F(A): A\nrule a: F(x) -> x\nrule a: F(B) -> B", "RW0004 4:6")]
    [InlineData("enum E : int = A 1\nenum E : int = A 2", "RW0004 2:6")]
    [InlineData("enum E : int = A 1 | B 2 | A 3", "RW0004 1:6")]
    [InlineData("enum E : int = A 1\nsort E = F", "RW0004 2:6")]
    public void A_name_is_declared_once(string text, string place) => Support.Expect(text, place);

    [Fact]
    public void What_is_declared_twice_is_not_unknown_besides()
        => Support.Expect("sort A = B\nsort A = C(A) | D\nop F(A): A [open]\nrule a: F(C(D)) -> B", "RW0004 2:6");

    [Fact]
    public void What_is_declared_with_a_mistake_is_not_unknown_besides()
    {
        Support.Expect("sort A = B | C(Nope)\nop F(A): A [open]\nop G(Nope): A\nop H(A): Nope\nrule a: F(C(x)) -> G(H(x))", "RW0002 1:16",
            "RW0002 3:6", "RW0002 4:10");
        Support.Expect("op F(int): int [open]\nop G(int): int\nrule g: G(x) -> F(x)", "RW0017 1:4");
    }

    [Fact]
    public void All_mistakes_of_a_rule_are_reported_at_once()
    {
        // A variable that a faulty source would bind is not unbound; one that only a faulty part mentions is not unused.
        Support.Expect("op F(int, int): int\nrule a: F(G(x), y + 1) -> H(x) + y + \"a\" if K(y) > y", "RW0003 2:11", "RW0022 2:17",
            "RW0003 2:27", "RW0003 2:45");
        Support.Expect("op F(int): int\nrule a: F(x) -> x + y + z", "RW0014 2:21", "RW0014 2:25");
        Support.Expect("op F(int, int): int\nrule a: F(x) -> x + y", "RW0010 2:9");
        Support.Expect("op F(int): int\nrule a: F(x) -> y if y > 0 where Q(y) = R(x)", "RW0014 2:22", "RW0003 2:41");
    }

    [Fact]
    public void A_wildcard_is_another_variable_each_time()
    {
        var rule = Module.Parse("op F(int, int, int, int): int\nrule a: F(_, _, _1, _) -> _1 + 1").Rules[0];
        Assert.Equal(4, rule.SourceVariables.Count());
        Assert.Equal("F(_2, _3, _1, _4) -> _1 + 1", rule.ToString());
        // Marked as a variable it is one like others.
        rule = Module.Check("op F(int, int): int\nrule a: F($_, $_) -> $_", "").Module!.Rules[0];
        Assert.Single(rule.SourceVariables);
        Support.AssertSame(Module.Parse("op F(int, int): int\nrule a: F($_, $_) -> $_"),
            Module.Parse(Module.Parse("op F(int, int): int\nrule a: F($_, $_) -> $_").ToString()));
    }

    [Fact]
    public void Modules_may_use_each_other_in_any_order_of_the_texts()
    {
        var results = CheckAll("module B\nuse A\nsort T = C(S)\nop F(T): S\nrule a: F(C(x)) -> x", "module A\nsort S = D");
        Assert.All(results, r => Assert.Empty(r.Diagnostics));
        Assert.Same(results[1].Module, results[0].Module!.Uses[0]);
        Assert.Equal(["A", "B"], results[0].Module!.Closure.Select(m => m.Name));
    }

    [Fact]
    public void A_diamond_is_one_module_at_its_root()
    {
        var results = CheckAll(
            "module D\nuse B\nuse C\nuse A\nop F(S): S\nrule a: F(x) -> G(H(x))", "module B\nuse A\nop G(S): S [open]",
            "module C\nuse A\nop H(S): S [open]", "module A\nsort S = Z");
        Assert.All(results, r => Assert.Empty(r.Diagnostics));
        Assert.Equal(["A", "B", "C", "D"], results[0].Module!.Closure.Select(m => m.Name).Order());
    }

    [Fact]
    public void Modules_that_use_each_other_are_a_cycle_with_its_path()
    {
        var results = CheckAll(
            "module A\nuse B\nop F(S): S [open]", "module B\nuse C\nsort S = Z", "module C\nuse B", "module D\nuse A\nop G(S): S [open]",
            "module E\nuse E", "module F\nsort Q = R");
        Assert.Equal(["", "", "RW0006 2:5", "", "RW0006 2:5", ""], results.Select(r => string.Join(" ", Support.Places(r.Diagnostics))));
        Assert.Equal("Modules use each other: B -> C -> B", results[2].Diagnostics[0].Message);
        Assert.Equal("Modules use each other: E -> E", results[4].Diagnostics[0].Message);
        Assert.Equal([true, true, true, true, true, false], results.Select(r => r.Module is null));
    }

    [Fact]
    public void A_user_of_a_broken_module_is_not_blamed_for_it()
    {
        var results = CheckAll(
            "module A\nsort S = Z | T(Nope)\nop F(S): S [open]", "module B\nuse A\nop G(S): S\nrule a: G(T(x)) -> F(Missing(x))",
            "module C\nuse B\nop H(S): int\nrule b: H(Z) -> 1 + true");
        Assert.Equal(["RW0002 2:16"], Support.Places(results[0].Diagnostics));
        // Missing could be what A fails to declare.
        Assert.Empty(results[1].Diagnostics);
        // What is wrong all the same is said.
        Assert.Equal(["RW0013 4:17"], Support.Places(results[2].Diagnostics));
        Assert.All(results, r => Assert.Null(r.Module));
    }

    [Fact]
    public void A_text_that_cannot_be_read_breaks_its_users_only()
    {
        var results = CheckAll("module A\nsort S = Z |", "module B\nuse A\nop G(S): T [open]", "module C\nsort U = V");
        Assert.Equal([true, true, false], results.Select(r => r.Module is null));
        Assert.All(results, r => Assert.Empty(r.Diagnostics));
    }

    [Fact]
    public void Of_two_modules_of_one_name_the_second_is_at_fault()
    {
        var results = CheckAll("module A\nsort S = Z", "module A\nsort T = Y", "module B\nuse A\nop F(S): S [open]");
        Assert.Equal(["", "RW0004 1:1", ""], results.Select(r => string.Join(" ", Support.Places(r.Diagnostics))));
        Assert.NotNull(results[2].Module);
    }

    [Fact]
    public void A_module_that_is_not_there_hides_no_other_mistake()
    {
        Support.Expect("use Nowhere\nop F(Nat): int [host]\nop G(int): int\nrule a: G(x) -> Else(x)\nrule b: G(x, y) -> x", "RW0005 1:5",
            "RW0010 5:9");
    }

    [Fact]
    public void Terms_of_two_sorts_of_one_name_are_told_apart()
    {
        var found = Module.Check(
            "module M\nuse Demo.Arith\nuse Other.Arith\nop F(Demo.Arith.Nat): int [host]\nop G(Other.Arith.Nat): int\nrule a: G(x) -> "
                + "F(Nil)", "", Arith, Other).Diagnostics;
        Assert.Contains("A term of sort 'Demo.Arith.Nat' is needed here, not 'Other.Arith.Nat'", found.Select(d => d.Message));
    }

    [Fact]
    public void With_adds_declarations_and_leaves_the_module_as_it_is()
    {
        var module = Module.Parse("module M\nsort N = Z | S(N)\nop F(N): N\nrule a: F(Z) -> Z");
        string before = module.ToString();
        var more = module.With("rule b: F(S(x)) -> F(x)\nop G(N): N [open]");
        Assert.Equal(before, module.ToString());
        Assert.Equal(2, more.Rules.Length);
        Assert.Equal("M", more.Name);
        Assert.Equal("Other", module.With("module Other").Name);
        Assert.Equal(RuleOrder.Textual, module.With("order textual").Order);
        Assert.Equal(["Demo.Arith"], module.With("use Demo.Arith\nop H(Demo.Arith.Nat): N [open]", Arith).Uses.Select(u => u.Name));
        var e = Assert.Throws<ModuleException>(() => module.With("rule c: F(x ->\nrule d: F(Q) -> Z"));
        Assert.Equal(["RW0001 1:13", "RW0003 2:11"], Support.Places(e.Diagnostics.Where(d => d.Kind.Severity == Severity.Error)));
        Assert.Equal(["RW0004 1:6"], Support.Places(Assert.Throws<ModuleException>(() => module.With("rule a: F(S(_)) -> Z")).Diagnostics));
    }

    [Fact]
    public void Diagnostics_come_in_the_order_of_their_places()
    {
        var found = Module.Check("op F(int): int\nrule a: F(x) -> y\nrule b: F(\nrule c: F(Q) -> 1\nrule d F", "file.rw").Diagnostics;
        Assert.Equal(["RW0014 2:17", "RW0001 4:1", "RW0003 4:11", "RW0001 5:8"], Support.Places(found));
        Assert.Equal("file.rw(2,17): error RW0014: The source of 'a' does not bind the variable 'y'", found[0].ToString());
    }

    private static CheckResult[] CheckAll(params string[] texts)
        => [.. Checker.CheckAll(texts.Select(t => Parser.ParseModule(t).Syntax).ToList(), _ => null)];
}
