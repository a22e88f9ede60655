using System;
using System.Linq;
using System.Text.Json;
using Rewright.Testing;
using Xunit;

namespace Rewright.Cli.Tests;

public sealed class EvalTests : IDisposable
{
    private const string Peano = "module Demo.Peano\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat\nrule P0: Plus(Zero, y) -> y\n"
        + "rule P1: Plus(Succ(x), y) -> Succ(Plus(x, y))\n"
        + "op Pred(Nat): Nat\nrule Pred: Pred(Succ(x)) -> x\n";

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("native")]
    [InlineData("interpreter")]
    [InlineData("adaptive")]
    [InlineData("rust")]
    [InlineData("auto")]
    public void Every_engine_prints_normal_forms(string engine)
    {
        if (engine == "rust") ExternalProgram.Cargo.Need();
        _tool.Write("peano.rw", Peano);
        var outcome = _tool.Run(
            "eval", "peano.rw", "--term", "Plus(Succ(Zero), Succ(Zero))", "--term", "Pred(Succ(Zero))", "--engine", engine);
        Assert.Equal((0, "Succ(Succ(Zero))\nZero\n"), (outcome.ExitCode, outcome.Output));
    }

    [Theory]
    [InlineData("Grow(A)", "--max-memory", "16", "native")]
    [InlineData("Grow(A)", "--max-memory", "16", "interpreter")]
    [InlineData("Deep(A)", "--max-stack", "16", "native")]
    [InlineData("Deep(A)", "--max-stack", "16", "interpreter")]
    [InlineData("Spin(0)", "--max-time", "0.2", "native")]
    [InlineData("Spin(0)", "--max-time", "0.2", "interpreter")]
    public void A_limit_ends_what_does_not_end_and_its_option_is_named(string term, string option, string value, string engine)
    {
        _tool.Write("endless.rw", "sort T = A | B(T, T)\nop Grow(T): T\nrule Grow: Grow(x) -> Grow(B(x, A))\nop Twice(T): T\n"
            + "rule Twice: Twice(x) -> B(x, x)\n"
            + "op Deep(T): T\nrule Deep: Deep(x) -> Twice(Deep(x))\nop Spin(long): long\nrule Spin: Spin(n) -> Spin(n + 1)\n");
        var outcome = _tool.Run("eval", "endless.rw", "--term", term, "--engine", engine, option, value);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(option, outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            l => l.Contains("error", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_are_positive_numbers()
    {
        _tool.Write("peano.rw", Peano);
        foreach (string option in new[] { "--max-memory", "--max-stack", "--max-time" })
        {
            var outcome = _tool.Run("eval", "peano.rw", "--term", "Zero", option, "0");
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains(option + " takes a number", outcome.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Steps_are_shown_and_checked()
    {
        _tool.Write("peano.rw", Peano);
        var outcome = _tool.Run("eval", "peano.rw", "--term", "Plus(Succ(Zero), Pred(Succ(Zero)))", "--trace", "--check");
        Assert.Equal((0, """
            Succ(Zero)
            Pred(Succ(Zero))
              Pred: Pred(Succ(Zero)) -> Zero
            = Zero
            Plus(Succ(Zero), Zero)
              P1: Plus(Succ(Zero), Zero) -> Succ(Plus(Zero, Zero))
              P0 at 0: Plus(Zero, Zero) -> Zero
            = Succ(Zero)

            """), (outcome.ExitCode, outcome.Output));
        Assert.EndsWith("\n2 derivations of 2 checked, 3 steps\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_tell_hits_from_misses()
    {
        _tool.Write("peano.rw", Peano);
        JsonElement Stats(params string[] options)
        {
            var outcome = _tool.Run(["eval", "peano.rw", "--term", "Plus(Zero, Succ(Zero))", "--stats", .. options]);
            Assert.Equal((0, "Succ(Zero)\n"), (outcome.ExitCode, outcome.Output));
            string errors = outcome.Errors[outcome.Errors.IndexOf('{', StringComparison.Ordinal)..];
            return JsonDocument.Parse(errors).RootElement;
        }

        var first = Stats();
        Assert.Equal(("miss", "NotFound", "Compiled"),
            (first.GetProperty("cache").GetString(), first.GetProperty("reason").GetString(), first.GetProperty("origin").GetString()));
        Assert.True(first.GetProperty("llvm_generate_ms").GetDouble() > 0);
        var second = Stats();
        Assert.Equal(("hit", null, "DiskCache"),
            (second.GetProperty("cache").GetString(), second.GetProperty("reason").GetString(), second.GetProperty("origin").GetString()));
        Assert.Equal(("miss", "OtherOptions"),
            (Stats("-O", "1") is var other ? (other.GetProperty("cache").GetString(), other.GetProperty("reason").GetString()) : default));
        Assert.Equal("Off", Stats("--no-cache").GetProperty("reason").GetString());
        Assert.Equal("NotFound", Stats("--cache", "elsewhere").GetProperty("reason").GetString());
        foreach (string engine in (string[])["interpreter", .. ExternalProgram.Cargo.Fault is null ? ["rust"] : Array.Empty<string>()])
            Assert.Equal(("miss", "Off"),
                (Stats("--engine", engine) is var without
                ? (without.GetProperty("cache").GetString(), without.GetProperty("reason").GetString()) : default));
    }

    [Fact]
    public void What_a_module_is_like_decides_its_engine()
    {
        var native = Choice();
        Assert.Equal("Native", native.GetProperty("engine").GetString());
        Assert.Contains("calls may take long", native.GetProperty("choice").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_llvm_is_missing_auto_interprets()
    {
        _tool.Environment["REWRIGHT_LLVM"] = "/nonexistent";
        var interpreted = Choice();
        Assert.Equal("Interpreter", interpreted.GetProperty("engine").GetString());
        Assert.StartsWith("No usable LLVM", interpreted.GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    private JsonElement Choice()
    {
        _tool.Write("depth.rw", "module Demo.Depth\nsort E = A | F(E, E)\nop Depth(E): long\nrule A: Depth(A) -> 1\n"
            + "rule F: Depth(F(x, _)) -> Depth(x) + 1");
        return JsonDocument.Parse(
            _tool.Run("eval", "depth.rw", "--term", "Depth(F(A, A))", "--engine", "auto", "--no-cache", "--stats").Errors).RootElement;
    }

    [Fact]
    public void Errors_have_exit_codes_and_places()
    {
        _tool.Write("peano.rw", Peano);
        _tool.Write("wrong.rw", "sort A = B\nrule r: C -> B");
        var stuck = _tool.Run("eval", "peano.rw", "--term", "Pred(Zero)");
        Assert.Equal(2, stuck.ExitCode);
        Assert.Contains("Pred(Zero)", stuck.Errors, StringComparison.Ordinal);
        var wrong = _tool.Run("eval", "wrong.rw", "--term", "B");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("wrong.rw(2,", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _tool.Run("eval", "peano.rw", "--term", "Plus(Zero").ExitCode);
        Assert.Equal(1, _tool.Run("eval", "missing.rw", "--term", "Zero").ExitCode);
        _tool.Environment["REWRIGHT_LLVM"] = "/nonexistent";
        var noLlvm = _tool.Run("eval", "peano.rw", "--term", "Zero", "--no-cache");
        Assert.Equal(2, noLlvm.ExitCode);
        Assert.Contains("libllvm19", noLlvm.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("RW0216", noLlvm.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_may_use_others_that_are_given()
    {
        _tool.Write("peano.rw", Peano);
        _tool.Write("twice.rw", "module Demo.Twice\nuse Demo.Peano\nop Twice(Nat): Nat\nrule Twice: Twice(x) -> Plus(x, x)");
        var outcome = _tool.Run("eval", "twice.rw", "peano.rw", "--term", "Twice(Succ(Zero))");
        Assert.Equal((0, "Succ(Succ(Zero))\n"), (outcome.ExitCode, outcome.Output));
    }
}
