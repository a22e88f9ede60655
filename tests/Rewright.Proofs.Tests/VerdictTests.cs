using System;
using System.IO;
using System.Linq;
using System.Numerics;
using Rewright.Model;
using Xunit;

namespace Rewright.Proofs.Tests;

public class VerdictTests
{
    private const string Word = """
        sort Word [means "bits 8 16 32 64"] = Const(long) [means "(sext_or_trunc $1)"] | Name(Symbol)
            | Add(Word, Word) [means "bvadd"] | Sub(Word, Word) [means "bvsub"] | Mul(Word, Word) [means "bvmul"] | Neg(Word) [means "bvneg"]
            | And(Word, Word) [means "bvand"] | Or(Word, Word) [means "bvor"] | Xor(Word, Word) [means "bvxor"] | Not(Word) [means "bvnot"]
            | Shl(Word, Word) [means "bvshl"] | Shr(Word, Word) [means "bvlshr"] | Div(Word, Word) [means "udiv"] | SDiv(Word, Word) [means "sdiv"]
            | AddNsw(Word, Word) [means "add_nsw"] | Select(bool, Word, Word) [means "ite"]

        """;

    private const string Calculation = """
        sort Expr = Num(long) | Var(Symbol) | Plus(Expr, Expr) | Times(Expr, Expr) | Over(Expr, Expr)
        op Value(Symbol): long [host]
        op Eval(Expr): long [denotes]
        rule EvalNum: Eval(Num(n)) -> n
        rule EvalVar: Eval(Var(x)) -> Value(x)
        rule EvalPlus: Eval(Plus(x, y)) -> Eval(x) + Eval(y)
        rule EvalTimes: Eval(Times(x, y)) -> checked(Eval(x) * Eval(y))
        rule EvalOver: Eval(Over(x, y)) -> Eval(x) / Eval(y)

        """;

    [Theory]
    [InlineData("Add(x, y) -> Add(y, x)")]
    [InlineData("Sub(Or(x, y), And(x, y)) -> Xor(x, y)")]
    [InlineData("Mul(x, Add(y, z)) -> Add(Mul(x, y), Mul(x, z))")]
    [InlineData("Shl(Shl(x, y), z) -> Shl(Shl(x, z), y)")]
    [InlineData("Mul(x, Const(c)) -> Shl(x, Const(log2(c))) if c > 0 && c < 100 && ispow2(c)")]
    [InlineData("Const(a) -> Const(b) where Const(b) = Const(a)")]
    [InlineData("Div(x, x) -> Const(1)")]
    [InlineData("AddNsw(x, y) -> Add(x, y)")]
    [InlineData("Select(c, x, y) -> Select(!c, y, x)")]
    public void Right_rules_of_bits_are_proved(string rule)
        => Assert.Equal(new Verdict(VerdictKind.Proved), Support.Verdict(Word + "rule R: " + rule));

    [Theory]
    [InlineData("Shl(Shr(x, Const(1)), Const(1)) -> x", "for x = 1 at width 8, Shl(Shr(x, Const(1)), Const(1)) is 0 and x is 1")]
    [InlineData("Add(x, Const(256)) -> x", "at width 16")]
    // Where the source has a value, the target must have it too.
    [InlineData("Const(1) -> Div(Const(1), Const(0))", "undefined")]
    [InlineData("Mul(x, Const(0)) -> Mul(Const(0), Div(x, x))", "undefined")]
    [InlineData("SDiv(x, Const(-1)) -> Div(Neg(x), Const(1)) if false || true", "")]
    // The sum is the same where it overflows, but nobody may use it then.
    [InlineData("Add(x, y) -> AddNsw(x, y)", "poison")]
    // Only one side is computed, and the other may have no value.
    [InlineData("Select(c, x, y) -> Add(Select(c, x, y), Mul(Const(0), y))", "y = poison")]
    public void Wrong_rules_of_bits_are_refuted(string rule, string part)
    {
        var verdict = Support.Verdict(Word + "rule R: " + rule);
        if (part.Length == 0)
        {
            Assert.Equal(VerdictKind.Proved, verdict.Kind);
            return;
        }

        Assert.Equal(VerdictKind.Refuted, verdict.Kind);
        Assert.Contains(part, verdict.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Plus(x, Num(0)) -> x", nameof(VerdictKind.Proved))]
    [InlineData("Plus(Num(a), Num(b)) -> Num(a + b)", nameof(VerdictKind.Proved))]
    [InlineData("Times(x, Num(0)) -> Num(0)", nameof(VerdictKind.Proved))]
    // The multiplication may overflow where the sum does not.
    [InlineData("Plus(x, x) -> Times(x, Num(2))", nameof(VerdictKind.Refuted))]
    [InlineData("Over(x, Num(c)) -> Num(0) if c != 0", nameof(VerdictKind.Refuted))]
    [InlineData("Over(x, Num(1)) -> x", nameof(VerdictKind.Proved))]
    [InlineData("Over(x, Num(-1)) -> Times(x, Num(-1))", nameof(VerdictKind.Proved))]
    [InlineData("Times(x, Num(-1)) -> Over(x, Num(-1))", nameof(VerdictKind.Proved))]
    [InlineData("Var(x) -> Var(y) where Var(y) = Var(x)", nameof(VerdictKind.Proved))]
    // What C# computes nobody knows.
    [InlineData("Var(x) -> Num(0)", nameof(VerdictKind.Unknown))]
    public void Rules_keep_what_an_operation_says_terms_mean(string rule, string expected)
    {
        var report = new Prover(Support.Options()).Prove(
            Module.Parse(Calculation + "rule R: " + rule), TestContext.Current.CancellationToken);
        Assert.Equal(5, report.Definitions);
        Assert.Equal(expected, Assert.Single(report.Verdicts).Verdict.Kind.ToString());
    }

    [Theory]
    [InlineData("Plus(x, x) -> Times(x, Num(2))", "4611686018427387904", true)]
    [InlineData("Plus(x, x) -> Times(x, Num(2))", "7", false)]
    [InlineData("Over(Num(7), Num(c)) -> Num(1)", "7", false)]
    [InlineData("Over(Num(7), Num(c)) -> Num(1)", "3", true)]
    // Conditions that do not hold, a source without a value: no counterexample.
    [InlineData("Over(Num(7), Num(c)) -> Num(1) if c > 5", "3", false)]
    [InlineData("Over(Num(7), Num(c)) -> Num(1)", "0", false)]
    [InlineData("Plus(Num(7), Num(c)) -> Over(Num(7), Num(c)) if c == 0", "0", true)]
    [InlineData("Num(c) -> Num(d) where Num(d) = Plus(Num(c), Num(1))", "3", false)]
    // Only C# knows.
    [InlineData("Plus(Var('x'), Num(c)) -> Var('x')", "1", null)]
    public void Counterexamples_are_computed_by_the_interpreter_too(string rule, string value, bool? differs)
    {
        var module = Module.Parse(Calculation + "rule R: " + rule);
        var claim = Claim.Of(new Theory(module), module.Patterns[^1])[0];
        var found = new Counterexample("", "", IsReal: true, [.. claim.Variables.Select(_ => Result.Of(BigInteger.Parse(value)))]);
        Assert.Equal(differs, Replay.Differs(module, claim, found));
    }

    [Theory]
    [InlineData("Add(x, Num(0)) -> x", "", nameof(VerdictKind.Refuted))]
    [InlineData("Add(x, Num(0)) -> x", "[means \"real\"]", nameof(VerdictKind.Proved))]
    [InlineData("Add(x, y) -> Add(y, x)", "", nameof(VerdictKind.Proved))]
    [InlineData("Mul(x, Num(2)) -> Add(x, x)", "", nameof(VerdictKind.Proved))]
    [InlineData("Add(Add(x, y), z) -> Add(x, Add(y, z))", "", nameof(VerdictKind.Refuted))]
    [InlineData("Add(Add(x, y), z) -> Add(x, Add(y, z))", "[means \"real\"]", nameof(VerdictKind.Proved))]
    [InlineData("Mul(Num(a), Num(b)) -> Num(a * b)", "", nameof(VerdictKind.Proved))]
    public void Doubles_are_rounded_unless_a_rule_says_otherwise(string rule, string attributes, string expected)
        => Assert.Equal(expected, Support.Verdict($"""
            sort E = Num(double) | Add(E, E) | Mul(E, E)
            op Eval(E): double [denotes]
            rule EvalNum: Eval(Num(n)) -> n
            rule EvalAdd: Eval(Add(x, y)) -> Eval(x) + Eval(y)
            rule EvalMul: Eval(Mul(x, y)) -> Eval(x) * Eval(y)
            rule R {attributes}: {rule}
            """).Kind.ToString());

    [Theory]
    [InlineData("Sqrt(Pow(x, K(2))) -> Abs(x)", nameof(VerdictKind.Proved))]
    [InlineData("Sqrt(Pow(x, Two)) -> Abs(x)", nameof(VerdictKind.Proved))]
    [InlineData("Pow(x, Sum(K(1), K(1))) -> Mul(x, x)", nameof(VerdictKind.Proved))]
    [InlineData("Pow(x, K(2)) -> Mul(x, Mul(x, x))", nameof(VerdictKind.Refuted))]
    [InlineData("Pow(Pow(x, Half), Two) -> x", nameof(VerdictKind.Proved))]
    [InlineData("Square(x) -> Mul(x, x)", nameof(VerdictKind.Proved))]
    // x = -1: the square's root is 1.
    [InlineData("Pow(Pow(x, Two), Half) -> x", nameof(VerdictKind.Refuted))]
    [InlineData("Pow(Pow(x, K(2)), Half) -> x", nameof(VerdictKind.Refuted))]
    [InlineData("Pow(Pow(x, K(2)), Div(K(1), K(2))) -> x", nameof(VerdictKind.Refuted))]
    [InlineData("Sqrt(Pow(x, K(2))) -> x", nameof(VerdictKind.Refuted))]
    [InlineData("Pow(Pow(x, Two), Half) -> Abs(x)", nameof(VerdictKind.Proved))]
    [InlineData("Pow(x, K(n)) -> x", nameof(VerdictKind.Refuted))]
    public void Exponents_are_numbers_however_they_are_written(string rule, string expected)
        => Assert.Equal(expected, Support.Verdict("""
            sort E [means "real defined"] = K(n: BigInteger) [means "(to_real n)"] | Two [means "2"] | Half [means "(/ 1 2)"] | Name(Symbol) | Pow(x: E, y: E) [means "pow"]
                | Sqrt(x: E) [means "sqrt"] | Abs(x: E) [means "abs"] | Mul(x: E, y: E) [means "*"] | Sum(x: E, y: E) [means "+"] | Div(x: E, y: E) [means "/"] | Square(x: E) [means "(pow x 2)"]
            """ + "\nrule R: " + rule).Kind.ToString());

    private const string Angles = """
        sort E [means "real defined"] = Zero [means "0"] | Two [means "2"] | Name(Symbol) | Add(E, E) [means "+"] | Mul(E, E) [means "*"] | Neg(E) [means "-"]
            | Sin(E) [means "sin"] | Cos(E) [means "cos"]

        """;

    [Theory]
    [InlineData("Sin(Mul(Two, x)) -> Mul(Two, Mul(Sin(x), Cos(x)))")]
    [InlineData("Sin(Add(x, Neg(y))) -> Add(Mul(Sin(x), Cos(y)), Neg(Mul(Cos(x), Sin(y))))")]
    public void Functions_known_by_name_need_identities_that_are_assumed(string rule)
    {
        const string Identities = """
            rule SinAdd [assumed "identity", group i]: Sin(Add(x, y)) -> Add(Mul(Sin(x), Cos(y)), Mul(Cos(x), Sin(y)))
            rule SinNeg [assumed "identity", group j]: Sin(Neg(x)) -> Neg(Sin(x))
            rule CosNeg [assumed "identity", group k]: Cos(Neg(x)) -> Cos(x)

            """;
        Assert.Equal(VerdictKind.Unknown, Support.Verdict(Angles + "rule R: " + rule).Kind);
        var verdicts = Support.Verdicts(Angles + Identities + "rule R: " + rule + "\nrule N [group n]: Neg(Neg(x)) -> x");
        Assert.Equal(new Verdict(VerdictKind.Proved, Verdict.ByIdentities), verdicts.Single(v => v.Rule == "R").Verdict);
        // What needs none does without.
        Assert.Equal(new Verdict(VerdictKind.Proved), verdicts.Single(v => v.Rule == "N").Verdict);
        // Their content is part of the key.
        var other = Obligation.Of(
            Module.Parse(Angles + Identities.Replace("Neg(Sin(x))", "Sin(x)", StringComparison.Ordinal) + "rule R: " + rule)).Single(
            o => o.Rule == "R");
        Assert.NotEqual(verdicts.Single(v => v.Rule == "R").Key, other.Key);
    }

    [Fact]
    public void A_side_without_a_value_refutes_whatever_the_other_side_is()
        => Assert.Equal(new Verdict(VerdictKind.Refuted, "for x = -1, y = -2, Log(Mul(x, y)) is some number and Add(Log(x), Log(y)) is "
            + "undefined"), Support.Verdict("""
            sort E [means "real defined"] = Name(Symbol) | Add(E, E) [means "+"] | Mul(E, E) [means "*"] | Log(E) [means "log"]
            rule R: Log(Mul(x, y)) -> Add(Log(x), Log(y))
            """));

    [Fact]
    public void Other_assumed_rules_prove_nothing()
        => Assert.Equal([VerdictKind.Assumed, VerdictKind.Unknown], Support.Verdicts(Angles + """
            rule Wrong [assumed "by mistake", group i]: Add(x, Two) -> x
            rule R: Sin(Add(x, Two)) -> Sin(x)
            """).Select(v => v.Verdict.Kind));

    [Fact]
    public void Naturals_are_not_negative()
        => Assert.Equal([VerdictKind.Proved, VerdictKind.Refuted], Support.Verdicts("""
            sort Nat [means "nat"] = Zero [means "0"] | Succ(Nat) [means "(+ $1 1)"] | Less(Nat, Nat) [means "(ite (< $1 $2) 1 0)"] | Other(Symbol)
            rule NotLess: Less(x, Zero) -> Zero
            rule Wrong: Less(Zero, x) -> Succ(Zero)
            """).Select(v => v.Verdict.Kind));

    [Fact]
    public void Nothing_is_refuted_by_a_value_that_no_term_has()
        => Assert.Equal(VerdictKind.Unknown, Support.Verdict("""
            sort Nat = Zero | Succ(Nat) | Sign(Nat)
            op Eval(Nat): long [denotes]
            rule EvalZero: Eval(Zero) -> 0
            rule EvalSucc: Eval(Succ(x)) -> checked(Eval(x) + 1)
            rule EvalSign: Eval(Sign(x)) -> Eval(x) < 0 ? -1 : 1
            rule R: Sign(x) -> Succ(Zero)
            """).Kind);

    [Fact]
    public void Equal_terms_have_equal_values_and_different_ones_may_too()
        => Assert.Equal([VerdictKind.Proved, VerdictKind.Proved, VerdictKind.Refuted], Support.Verdicts(Word + """
            rule Same: Sub(x, y) -> Const(0) if x == y
            rule Twice: Xor(x, x) -> Const(0)
            rule Other: Div(Sub(x, y), Sub(x, y)) -> Div(Sub(x, y), x) if x != y
            """).Select(v => v.Verdict.Kind));

    [Fact]
    public void Directions_and_equations()
        => Assert.Equal([VerdictKind.Proved, VerdictKind.Refuted, VerdictKind.Proved, VerdictKind.Refuted, VerdictKind.Assumed], Support.Verdicts(Word + """
            rule Forward: Div(x, x) -> Const(1)
            rule Backward [backward, group g]: Div(x, x) -> Mul(Const(1), Sub(x, Sub(x, Const(1))))
            rule Equation [symmetric]: Sub(x, y) -> Add(x, Neg(y))
            rule OneWay [symmetric, group h]: Div(Const(1), Const(0)) -> Const(1)
            rule Taken [assumed "by authority", group i]: Add(x, Const(2)) -> x
            """).Select(v => v.Verdict.Kind));

    [Fact]
    public void The_missing_condition_is_named()
    {
        var verdict = Support.Verdict("""
            sort E [means "int"] = Num(long) [means "(sbv_to_int $1)"] | Sign(E) [means "(ite (< $1 0) -1 (ite (= $1 0) 0 1))"] | Other(Symbol)
            rule R: Sign(Num(c)) -> Num(1)
            """);
        Assert.Equal((VerdictKind.Refuted, "c > 0L"), (verdict.Kind, verdict.Condition));
    }

    [Fact]
    public void Without_a_solver_rules_are_unproved_and_nothing_else_happens()
    {
        var report = new Prover(new ProverOptions { Solvers = [] }).Prove(
            Module.Parse(Word + "rule R: Add(x, y) -> Add(y, x)"), TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Unknown, Assert.Single(report.Verdicts).Verdict.Kind);
        Assert.Equal(0, report.Asked);
    }

    [Fact]
    public void Verdicts_are_remembered_by_content()
    {
        var options = Support.Options();
        string path = Path.Combine(Directory.CreateTempSubdirectory("rewright proofs ").FullName, "folder", "verdicts");
        try
        {
            const string Rules = "rule Right: Add(x, y) -> Add(y, x)\nrule Wrong: Sub(x, y) -> Sub(y, x)\n";
            ProofReport Prove(string text)
            {
                var cache = new VerdictCache(path, Path.GetTempPath());
                var report = new Prover(options with { Cache = cache }).Prove(Module.Parse(text));
                cache.Save();
                return report;
            }

            var first = Prove(Word + Rules);
            Assert.Equal(2, first.Asked);
            var second = Prove(Word + Rules);
            Assert.Equal(0, second.Asked);
            Assert.Equal(first.Verdicts, second.Verdicts);
            // Another order, another comment: the same rules.
            Assert.Equal(0, Prove(Word + "# here\nrule Wrong: Sub(x, y) -> Sub(y, x)\nrule Right: Add(x, y) -> Add(y, x)\n").Asked);
            // A verdict that another user can write proves nothing.
            if (OperatingSystem.IsLinux())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
                string planted = File.ReadAllText(path);
                string rules = Directory.CreateTempSubdirectory("rewright rules ").FullName;
                var refused = new VerdictCache(path, rules);
                Directory.Delete(rules);
                Assert.Contains("can be written to by all users", refused.Refusal, StringComparison.Ordinal);
                Assert.Equal(2, new Prover(options with { Cache = refused }).Prove(Module.Parse(Word + Rules)).Asked);
                refused.Save();
                Assert.Equal(planted, File.ReadAllText(path));
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            // What symbols mean is part of every rule of their sort.
            Assert.Equal(2, Prove(
                Word.Replace("Sub(Word, Word) [means \"bvsub\"]", "Sub(Word, Word) [means \"bvxor\"]", StringComparison.Ordinal)
                + Rules).Asked);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!, recursive: true);
        }
    }

    [Fact]
    public void A_key_does_not_depend_on_what_else_there_is()
    {
        const string Sorts = """
            sort A [means "bits"] = FromB(B) [means "zext_or_trunc"] | NameA(Symbol) | Not(A) [means "bvnot"]
            sort B [means "bits"] = FromA(A) [means "zext_or_trunc"] | NameB(Symbol) | Neg(B) [means "bvneg"]

            """;
        string[] rules = ["rule R: Not(Not(x)) -> x", "rule S: Neg(Neg(y)) -> y", "rule T: FromB(FromA(x)) -> x if false"];
        var together = Obligation.Of(Module.Parse(Sorts + string.Join("\n", rules))).ToDictionary(o => o.Rule, o => o.Key);
        var reversed = Obligation.Of(Module.Parse(Sorts + string.Join("\n", rules.Reverse()))).ToDictionary(o => o.Rule, o => o.Key);
        Assert.Equal(3, together.Values.Distinct().Count());
        foreach (string rule in rules)
        {
            var alone = Assert.Single(Obligation.Of(Module.Parse(Sorts + rule)));
            Assert.Equal((alone.Key, alone.Key), (together[alone.Rule], reversed[alone.Rule]));
        }
    }

    [Fact]
    public void A_solver_that_dies_leaves_rules_unproved()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/false.");
        var report = new Prover(new ProverOptions { Solvers = [new Solver("z3", "/bin/false")] }).Prove(
            Module.Parse(Word + "rule R: Not(And(x, y)) -> Or(Not(x), Not(y))"), TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Unknown, Assert.Single(report.Verdicts).Verdict.Kind);
    }
}
