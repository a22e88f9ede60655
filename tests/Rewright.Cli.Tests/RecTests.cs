using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Rewright.Cli.Tests;

/// <summary><c>rewright rec</c> from outside: what it prints, and how it ends.</summary>
public sealed class RecTests : IDisposable
{
    private const string Nat = """
        REC-SPEC Nat  # the base
        SORTS
          Nat
        CONS
          d0 : -> Nat
          s : Nat -> Nat
        OPNS
          plus : Nat Nat -> Nat
        VARS
          X Y : Nat
        RULES
          plus(d0, Y) -> Y
          plus(s(X), Y) -> s(plus(X, Y))
        EVAL
        END-SPEC
        """;

    private const string Main = """
        REC-SPEC Main : Nat
        SORTS
          Bool List
        CONS
          true : -> Bool
          false : -> Bool
          nil : -> List
          cons : Nat List -> List
        OPNS
          even : Nat -> Bool
          two : -> Nat
          member : Nat List -> Bool
        VARS
          N M : Nat
          L : List
        RULES
          two -> s(s(d0))
          even(d0) -> true
          even(s(N)) -> true if even(N) = false
          even(s(N)) -> false
          member(N, nil) -> false
          member(N, cons(M, L)) -> true if N = M
          member(N, cons(M, L)) -> member(N, L) if N <> M and-if even(d0) = true
        EVAL
          plus(two, s(d0))
          even (plus(two; two))
          member(two, cons(d0, cons(two, nil)))
        META
          function nat(n) { return n == 0 ? "d0" : "s(" nat(n - 1) ")" }
          for (i = 0; i < 2; i++) print "even(" nat(i) ")"
        END-META
        END-SPEC
        """;

    private const string Expected = "s(s(s(d0)))\ntrue\ntrue\ntrue\nfalse\n";

    private const string Endless = """
        REC-SPEC Endless
        SORTS
          T
        CONS
          a : -> T
          c : T T -> T
        OPNS
          deep : T -> T
          wide : T -> T
          spin : T -> T
        VARS
          X : T
        RULES
          deep(X) -> c(X, c(deep(X), deep(X)))
          wide(X) -> wide(c(X, X))
          spin(X) -> spin(c(a, a))
        EVAL
          TERM
        END-SPEC
        """;

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Rewrites_are_checked()
    {
        _tool.Write("nat.rec", Nat);
        _tool.Write("main.rec", Main);
        var outcome = _tool.Run("rec", "main.rec", "--check");
        Assert.Equal((0, Expected), (outcome.ExitCode, outcome.Output));
        Assert.Matches(@"^(\d+) derivations of \1 checked, [1-9]\d* steps\n$", outcome.Errors);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("interpreter")]
    public void Normal_forms_are_printed_one_a_line(string engine)
    {
        _tool.Write("nat.rec", Nat);
        _tool.Write("main.rec", Main);
        Assert.Equal(new Outcome(0, Expected, ""), _tool.Run("rec", "main.rec", "--engine", engine));
    }

    [Fact]
    public void The_older_spelling_is_read_and_files_are_run_in_turn()
    {
        string old = Main.Replace("REC-SPEC Main : Nat", "REC-SPEC Main % comment\n#include \"nat.rec\"", StringComparison.Ordinal)
            .Replace(" = ", " -><- ", StringComparison.Ordinal).Replace("<>", "->/<-", StringComparison.Ordinal);
        old = old[..old.IndexOf("META", StringComparison.Ordinal)].TrimEnd() + "\nEND-SPEC\n";
        _tool.Write("nat.rec", Nat.Replace('#', '%'));
        _tool.Write("old.rec", old);
        Assert.Equal(new Outcome(0, "s(s(s(d0)))\ntrue\ntrue\ns(s(s(d0)))\ntrue\ntrue\n", ""), _tool.Run("rec", "old.rec", "old.rec"));
    }

    [Fact]
    public void A_META_block_that_writes_without_end_is_killed()
    {
        _tool.Write("endless.rec",
            Endless.Replace("END-SPEC", "META\n  while (1) print \"a\"\nEND-META\nEND-SPEC", StringComparison.Ordinal));
        var outcome = _tool.Run("rec", "endless.rec");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("endless.rec(", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("The META block does not end in awk: it writes more than", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_are_one_JSON_object_for_each_file()
    {
        _tool.Write("nat.rec", Nat);
        _tool.Write("main.rec", Main);
        var native = _tool.Run("rec", "main.rec", "--quiet", "--stats", "--count");
        var interpreter = _tool.Run("rec", "main.rec", "--quiet", "--stats", "--count", "--engine", "interpreter");
        Assert.Equal((0, "", 0, ""), (native.ExitCode, native.Output, interpreter.ExitCode, interpreter.Output));
        var stats = JsonDocument.Parse(native.Errors).RootElement;
        foreach (string name in new[] { "parse_ms", "check_ms", "emit_ms", "compile_ms", "run_ms", "peak_heap_bytes", "peak_rss_bytes" })
            Assert.True(stats.GetProperty(name).GetDouble() >= 0, name);
        Assert.True(stats.GetProperty("rewrites").GetInt64() > 10);
        Assert.Equal(stats.GetProperty("rewrites").GetInt64(),
            JsonDocument.Parse(interpreter.Errors).RootElement.GetProperty("rewrites").GetInt64());
        Assert.DoesNotContain("rewrites", _tool.Run("rec", "main.rec", "--quiet", "--stats").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rw", "rule ", "order textual")]
    [InlineData("dot", "digraph rules {", "label=\"1?\"")]
    [InlineData("lowered", "plus", "")]
    [InlineData("llvm", "define ", "musttail")]
    [InlineData("asm", ".text", "ret")]
    public void Every_stage_can_be_shown(string stage, string first, string second)
    {
        _tool.Write("nat.rec", Nat);
        _tool.Write("main.rec", Main);
        var outcome = _tool.Run("rec", "main.rec", "--emit", stage);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains(first, outcome.Output, StringComparison.Ordinal);
        Assert.Contains(second, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_shows_each_rewrite()
    {
        _tool.Write("nat.rec", Nat);
        _tool.Write("main.rec", Nat.Replace("EVAL", "EVAL\n  plus(s(d0), d0)", StringComparison.Ordinal));
        var outcome = _tool.Run("rec", "main.rec", "--trace");
        Assert.Equal((0, "s(d0)\n"), (outcome.ExitCode, outcome.Output));
        Assert.Contains(" at 0: plus(d0(), d0()) -> d0()\n= s(d0())", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    // Where, what it says, and the specification: lines that take the place of one of the good one.
    [InlineData("main.rec(1,17): error: There is no specification 'Missing'", "REC-SPEC Main : Nat", "REC-SPEC Main : Missing")]
    [InlineData("main.rec(8,", "  cons : Nat List -> List", "  cons : Nat Lisst -> List")]
    [InlineData("main.rec(8,22): error: The sort 'Lisst' is not declared", "  cons : Nat List -> List", "  cons : Nat List -> Lisst")]
    [InlineData("main.rec(17,", "  two -> s(s(d0))", "  two -> s(s(Z))")]
    [InlineData("main.rec(17,", "  two -> s(s(d0))", "  two -> s(s(d0)")]
    [InlineData("main.rec(17,", "  two -> s(s(d0))", "  two -> s(true)")]
    [InlineData("main.rec(17,", "  two -> s(s(d0))", "  two = d0")]
    [InlineData("main.rec(17,", "  two -> s(s(d0))", "  N -> d0")]
    [InlineData("main.rec(18,", "  even(d0) -> true", "  even(d0) -> unknown(d0)")]
    [InlineData("main.rec(25,", "  plus(two, s(d0))", "  plus(two)")]
    [InlineData("main.rec(25,", "  plus(two, s(d0))", "  plus(two, missing)")]
    [InlineData("main.rec(25,", "  plus(two, s(d0))", "  plus(two, true)")]
    [InlineData("main.rec(25,", "  plus(two, s(d0))", "  plus(two, s(d0)) d0")]
    [InlineData("main.rec(2,1): error: Expected one of", "SORTS", "SORTSS")]
    public void Mistakes_are_told_with_file_line_and_column(string where, string line, string mistake)
    {
        _tool.Write("nat.rec", Nat);
        _tool.Write("main.rec",
            Main.Replace("\n" + line + "\n", "\n" + mistake + "\n", StringComparison.Ordinal).Replace(
            "REC-SPEC Main : Nat\n", line.StartsWith("REC-SPEC", StringComparison.Ordinal) ? mistake + "\n" : "REC-SPEC Main : Nat\n",
            StringComparison.Ordinal));
        var outcome = _tool.Run("rec", "main.rec");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith(where, outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("error", outcome.Errors.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelled_option_is_no_file()
    {
        _tool.Write("nat.rec", Nat);
        var outcome = _tool.Run("rec", "nat.rec", "--quit");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("There is no option '--quit'.", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake()
    {
        var outcome = _tool.Run("rec", "nowhere.rec");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("nowhere.rec", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deep(a)", "stack", "--max-stack", "40")]
    [InlineData("wide(a)", "", "--max-memory", "8")]
    [InlineData("spin(a)", "did not end", "--max-time", "0.1")]
    public void Limits_end_the_run_with_a_message(string term, string message, string option, string value)
    {
        foreach (string engine in new[] { "native", "interpreter" })
        {
            // Doubling a term shares it: memory runs out by its depth only, so time ends that one too.
            _tool.Write("endless.rec", Endless.Replace("TERM", term, StringComparison.Ordinal));
            string[] limits = option == "--max-time" ? [option, value] : [option, value, "--max-time", "30"];
            var outcome = _tool.Run(["rec", "endless.rec", "--engine", engine, .. limits]);
            Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
            Assert.StartsWith("endless.rec: error: ", outcome.Errors, StringComparison.Ordinal);
            Assert.Contains(message, outcome.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("tricky")]
    [InlineData("bubblesort10")]
    [InlineData("fibonacci05")]
    [InlineData("add8")]
    [InlineData("benchtree10")]
    [InlineData("searchinconditions")]
    public void Specifications_of_the_competition_give_their_normal_forms(string name)
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        Assert.SkipUnless(Directory.Exists(Path.Combine(data ?? "", "rec")), "REWRIGHT_DATA names no folder with the specifications");
        string expected = Path.Combine(data!, "rec", "expected", name);
        foreach (string engine in new[] { "native", "interpreter" })
        {
            var outcome = _tool.Run("rec", Path.Combine(data!, "rec", name + ".rec"), "--engine", engine);
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
            if (File.Exists(expected + ".txt")) Assert.Equal(File.ReadAllText(expected + ".txt"), outcome.Output);
            else Assert.Equal(File.ReadAllText(expected + ".sha256").Trim(),
                Convert.ToHexStringLower(
                SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(outcome.Output.Where(c => !char.IsWhiteSpace(c)))))));
        }
    }
}
