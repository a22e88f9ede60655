using System.Threading.Tasks;
using Rewright.CodeFixes;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>
/// What fixes make of faulty modules, and that the compiler, the generator and the analyzer have nothing more to say then.
/// </summary>
public class CodeFixTests
{
    private const string Nat = """
        [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
        """;

    [Theory]
    [InlineData("RW0100", "[PatternModule]\nclass Peano\n{\n    NAT\n}\n", "[PatternModule]\nstatic partial class Peano\n{\n    NAT\n}\n")]
    [InlineData("RW0100", "[PatternModule]\n// Counts.\npublic static class Peano // from zero\n{\n    NAT\n}\n",
        "[PatternModule]\n// Counts.\npublic static partial class Peano // from zero\n{\n    NAT\n}\n")]
    [InlineData("RW0100", "class Outer\n{\n    [PatternModule] partial class Peano { NAT }\n}\n",
        "partial class Outer\n{\n    [PatternModule] static partial class Peano { NAT }\n}\n")]
    [InlineData("RW0103", "[PatternModule] static partial class Peano\n{\n    /// <summary>Numbers.</summary>\n"
        + "    [Sort] public partial struct Nat;\n    [Constructor] public static partial Nat Zero();\n}\n",
        "[PatternModule] static partial class Peano\n{\n    /// <summary>Numbers.</summary>\n    [Sort] public readonly partial struct "
            + "Nat;\n    [Constructor] public static partial Nat Zero();\n}\n")]
    [InlineData("RW0110", "[PatternModule] static partial class Peano\n{\n    NAT\n    [Operation(Open = true)]\n    // Half.\n"
        + "    Nat Half(Nat x);\n}\n",
        "[PatternModule] static partial class Peano\n{\n    NAT\n    [Operation(Open = true)]\n    // Half.\n    public static partial "
            + "Nat Half(Nat x);\n}\n")]
    public async Task Missing_modifiers_are_added(string id, string source, string expected)
        => await FixTest<MakePartial>.MendsAsync(id, source.Replace("NAT", Nat), expected.Replace("NAT", Nat));

    [Fact]
    public async Task Where_modifiers_do_not_help_none_are_offered()
        => await FixTest<MakePartial>.OffersNothingAsync(
            "RW0103", "[PatternModule] static partial class Peano { [Sort] public readonly partial record struct Nat; [Constructor] "
                + "public static partial Nat Zero(); }");

    [Fact]
    public async Task All_sorts_of_a_file_get_their_modifiers_at_once()
    {
        const string Source = "[PatternModule] static partial class M\n{\n    [Sort] public partial struct A;\n"
            + "    [Constructor] public static partial A OneA();\n    [Sort] public struct B;\n"
            + "    [Constructor] public static partial B OneB();\n}\n";
        await FixTest<MakePartial>.MendsAllAsync("RW0103", Source,
            Source.Replace("public partial struct A", "public readonly partial struct A").Replace(
                "public struct B", "public readonly partial struct B"), count: 2);
    }

    [Theory]
    // The doc page's.
    [InlineData("Nat", "[Operation] public static partial Nat Pred(Nat x);\n"
        + "    [Pattern] static Rule PredSucc(Nat x) => Rewrite(Pred(Succ(x)), to: x); // one less",
        "[Pattern] static Rule PredZero() => Rewrite(Pred(Zero()), to: Zero()); // Say what it is.")]
    // No rule at all, two parameters, of which nothing is known.
    [InlineData("Nat", "[Operation] public static partial bool Less(Nat x, Nat y);",
        "[Pattern] static Rule Less2(Nat _x, Nat _y) => Rewrite(Less(_x, _y), to: false); // Say what it is.")]
    [InlineData("Nat", "[Operation] public static partial int Size(Nat x);\n"
        + "    [Pattern] static Rule SizeZero() => Rewrite(Size(Zero()), to: 0);",
        "[Pattern] static Rule SizeSucc(Nat _pred) => Rewrite(Size(Succ(_pred)), to: 0); // Say what it is.")]
    // Conditions that leave something over.
    [InlineData("", "[Operation] public static partial int Sign(int x);\n"
        + "    [Pattern] static Rule Positive(int x) => Rewrite(Sign(x), to: 1).When(x > 0);",
        "[Pattern] static Rule Sign2(int _x) => Rewrite(Sign(_x), to: 0); // Say what it is.")]
    // Literals and enums.
    [InlineData("", "[Operation] public static partial string Day(DayOfWeek d);\n"
        + "    [Pattern] static Rule DaySunday() => Rewrite(Day(DayOfWeek.Sunday), to: \"Su\");",
        "[Pattern] static Rule Day2(DayOfWeek _d) => Rewrite(Day(_d), to: \"\"); // Say what it is.")]
    [InlineData("Nat", "[Operation] public static partial Nat Half(Nat x, bool up);\n"
        + "    [Pattern] static Rule HalfTrue(Nat x) => Rewrite(Half(x, true), to: x);\n"
        + "    [Pattern] static Rule HalfZero() => Rewrite(Half(Zero(), false), to: Zero());",
        "[Pattern] static Rule HalfSuccFalse(Nat _pred) => Rewrite(Half(Succ(_pred), false), to: Zero()); // Say what it is.")]
    [InlineData("", "[Operation] public static partial long Not(bool b);\n"
        + "    [Pattern] static Rule NotTrue() => Rewrite(Not(true), to: 1);",
        "[Pattern] static Rule Not2(bool _b) => Rewrite(Not(_b), to: 0); // Say what it is.")]
    public async Task A_missing_case_is_added_below_the_others(string sorts, string members, string added)
    {
        string source = "[PatternModule] static partial class M\n{\n    " + (sorts == "Nat" ? Nat + "\n    " : "") + members + "\n}\n";
        string expected = source.Replace(members, members + "\n    " + added);
        await FixTest<AddCase>.MendsAsync("RW0033", source, expected);
    }

    [Fact]
    public async Task A_forgotten_attribute_is_added()
    {
        string source = "[PatternModule] static partial class M\n{\n    " + Nat
            + "\n    [Operation(Open = true)] public static partial Nat Same(Nat x);\n\n    // Says nothing.\n"
            + "    static Rule R(Nat x) => Rewrite(Same(x), to: x);\n}\n";
        await FixTest<AddPattern>.MendsAsync("RW0124", source, source.Replace("static Rule R", "[Pattern]\n    static Rule R"));
    }

    [Fact]
    public async Task A_missing_case_of_a_used_module_names_it()
    {
        string source = "[PatternModule] static partial class Peano { " + Nat
            + " }\n[PatternModule(Uses = [typeof(Peano)])] static partial class M\n{\n"
            + "    [Operation] public static partial Peano.Nat Pred(Peano.Nat x);\n"
            + "    [Pattern] static Rule PredSucc(Peano.Nat x) => Rewrite(Pred(Peano.Succ(x)), to: x);\n}\n";
        await FixTest<AddCase>.MendsAsync(
            "RW0033", source, source.Replace(
            "to: x);\n", "to: x);\n"
                + "    [Pattern] static Rule PredZero() => Rewrite(Pred(Peano.Zero()), to: Peano.Zero()); // Say what it is.\n"));
    }

    [Fact]
    public async Task A_misspelt_group_gets_the_name_that_a_normalizer_has()
    {
        string source = "[PatternModule] static partial class M\n{\n    " + Nat + """

                [Pattern(Priority = 1, Group = "simpl")] static Rule Two(Nat x) => Rewrite(Succ(Succ(x)), to: x);
                [Pattern(Group = "simp")] static Rule One() => Rewrite(Succ(Zero()), to: Zero());
                [Normalizer(Groups = ["simp"])] public static partial Nat Simplify(Nat x);
            }

            """;
        await FixTest<RenameGroup>.MendsAsync("RW0036", source, source.Replace("\"simpl\"", "\"simp\""));
        await FixTest<RenameGroup>.OffersNothingAsync("RW0036", source.Replace("\"simpl\"", "\"other\""));
    }

    [Theory]
    [InlineData("A(Num x) => Rewrite(Mul(x, Of(0)), to: Of(0));",
        "A(Num x, double zero) => Rewrite(Mul(x, Of(zero)), to: Of(0)).When(zero == 0);")]
    [InlineData("A() => Rewrite(Of(-0.0), to: Of(1));", "A(double zero) => Rewrite(Of(zero), to: Of(1)).When(zero == 0);")]
    [InlineData("A(double zero) => Rewrite(Mul(Of(zero), Of(0.0)), to: Of(zero)).When(zero > 1);",
        "A(double zero, double zero1) => Rewrite(Mul(Of(zero), Of(zero1)), to: Of(zero)).When(zero > 1).When(zero1 == 0);")]
    public async Task A_zero_in_a_source_can_match_both(string rule, string expected)
    {
        const string Source = """
            [PatternModule] static partial class M
            {
                [Sort] public readonly partial struct Num;
                [Constructor] public static partial Num Of(double value);
                [Constructor] public static partial Num Mul(Num x, Num y);
                [Pattern] static Rule RULE
                [Normalizer] public static partial Num Simplify(Num x);
            }

            """;
        await FixTest<MatchBothZeros>.MendsAsync("RW0028", Source.Replace("RULE", rule), Source.Replace("RULE", expected));
    }

    [Fact]
    public async Task An_operation_can_be_declared_open_instead()
    {
        string source = "[PatternModule] static partial class M\n{\n    " + Nat
            + "\n    [Operation] public static partial Nat Pred(Nat x);\n}\n";
        await FixTest<AddCase>.MendsAsync("RW0033", source, source.Replace("[Operation]", "[Operation(Open = true)]"), offer: 1);
        await FixTest<AddCase>.OffersNothingAsync("RW0033", source.Replace("partial Nat Pred", "partial int Pred"), offer: 1);
    }

    [Fact]
    public async Task All_operations_of_a_file_get_a_case_at_once()
    {
        string source = "[PatternModule] static partial class M\n{\n    " + Nat + """

                [Operation] public static partial int A(Nat x);
                [Pattern] static Rule AZero() => Rewrite(A(Zero()), to: 0);
                [Operation] public static partial int B(Nat x);
                [Pattern] static Rule BSucc(Nat x) => Rewrite(B(Succ(x)), to: A(x));
            }
            """;
        string expected = source
            .Replace("to: 0);\n", "to: 0);\n"
                + "    [Pattern] static Rule ASucc(Nat _pred) => Rewrite(A(Succ(_pred)), to: 0); // Say what it is.\n")
            .Replace("to: A(x));\n", "to: A(x));\n    [Pattern] static Rule BZero() => Rewrite(B(Zero()), to: 0); // Say what it is.\n");
        await FixTest<AddCase>.MendsAllAsync("RW0033", source, expected, count: 2);
    }

    [Theory]
    [InlineData(1, "Positive", "[Pattern]", "[Pattern(Priority = 1)]")]
    [InlineData(0, "Negative", "[Pattern]", "[Pattern(Priority = 1)]")]
    [InlineData(1, "Positive", "[Pattern(Priority = 20)]", "[Pattern(Priority = 21)]")]
    [InlineData(0, "Negative", "[Pattern(Polarity = Polarity.Forward)]", "[Pattern(Polarity = Polarity.Forward, Priority = 1)]")]
    public async Task Rules_that_overlap_are_put_in_an_order(int offer, string first, string attribute, string expected)
    {
        string source = $$"""
            [PatternModule] static partial class M
            {
                [Operation] public static partial int Sign(int x);
                {{attribute}} static Rule Positive(int x) => Rewrite(Sign(x), to: 1).When(x >= 0);
                {{attribute}} static Rule Negative(int x) => Rewrite(Sign(x), to: -1).When(x <= 0);
            }
            """;
        await FixTest<SetPriority>.MendsAsync(
            "RW0030", source, source.Replace($"{attribute} static Rule {first}", $"{expected} static Rule {first}"), offer,
            $"Let '{first}' go first");
    }

    [Fact]
    public async Task Simplifications_that_overlap_are_put_in_an_order()
    {
        const string Source = """
            [PatternModule] static partial class M
            {
                [Sort] public readonly partial struct E;
                [Constructor] public static partial E Zero();
                [Constructor] public static partial E Add(E x, E y);
                [Pattern] static Rule AddZero(E x) => Rewrite(Add(x, Zero()), to: x);
                [Pattern] static Rule AddSame(E x) => Rewrite(Add(x, x), to: Add(Zero(), x)).When(x != Add(Zero(), Zero()));
            }
            """;
        await FixTest<SetPriority>.MendsAsync(
            "RW0031", Source, Source.Replace("[Pattern] static Rule AddSame", "[Pattern(Priority = 1)] static Rule AddSame"));
    }
}
