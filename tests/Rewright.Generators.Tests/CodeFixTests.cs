using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Rewright.CodeFixes;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>What fixes make of faulty modules, and that the compiler, the generator and the analyzer have nothing more to say then.</summary>
public class CodeFixTests
{
    private const string Nat = """
        [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
        """;

    [Theory]
    [InlineData("RW0100", "[PatternModule]\nclass Peano\n{\n    NAT\n}\n", "[PatternModule]\nstatic partial class Peano\n{\n    NAT\n}\n")]
    [InlineData("RW0100", "[PatternModule]\n// Counts.\npublic static class Peano // from zero\n{\n    NAT\n}\n", "[PatternModule]\n// Counts.\npublic static partial class Peano // from zero\n{\n    NAT\n}\n")]
    [InlineData("RW0100", "class Outer\n{\n    [PatternModule] partial class Peano { NAT }\n}\n", "partial class Outer\n{\n    [PatternModule] static partial class Peano { NAT }\n}\n")]
    [InlineData("RW0103", "[PatternModule] static partial class Peano\n{\n    /// <summary>Numbers.</summary>\n    [Sort] public partial struct Nat;\n    [Constructor] public static partial Nat Zero();\n}\n",
        "[PatternModule] static partial class Peano\n{\n    /// <summary>Numbers.</summary>\n    [Sort] public readonly partial struct Nat;\n    [Constructor] public static partial Nat Zero();\n}\n")]
    [InlineData("RW0110", "[PatternModule] static partial class Peano\n{\n    NAT\n    [Operation(Open = true)]\n    // Half.\n    Nat Half(Nat x);\n}\n",
        "[PatternModule] static partial class Peano\n{\n    NAT\n    [Operation(Open = true)]\n    // Half.\n    public static partial Nat Half(Nat x);\n}\n")]
    public async Task Missing_modifiers_are_added(string id, string source, string expected)
        => Assert.Equal(expected.Replace("NAT", Nat), await FixAsync(new MakePartial(), id, source.Replace("NAT", Nat)));

    [Fact]
    public async Task Where_modifiers_do_not_help_none_are_offered()
        => Assert.Empty(await OffersAsync(new MakePartial(), "RW0103", "[PatternModule] static partial class Peano { [Sort] public readonly partial record struct Nat; [Constructor] public static partial Nat Zero(); }"));

    [Fact]
    public async Task All_sorts_of_a_file_get_their_modifiers_at_once()
    {
        const string Source = "[PatternModule] static partial class M\n{\n    [Sort] public partial struct A;\n    [Constructor] public static partial A OneA();\n    [Sort] public struct B;\n    [Constructor] public static partial B OneB();\n}\n";
        Assert.Equal(
            Source.Replace("public partial struct A", "public readonly partial struct A").Replace("public struct B", "public readonly partial struct B"),
            await FixAllAsync(new MakePartial(), "RW0103", Source, nameof(MakePartial)));
    }

    [Theory]
    // The doc page's.
    [InlineData("Nat", "[Operation] public static partial Nat Pred(Nat x);\n    [Pattern] static Rule PredSucc(Nat x) => Rewrite(Pred(Succ(x)), to: x); // one less",
        "[Pattern] static Rule PredZero() => Rewrite(Pred(Zero()), to: Zero()); // Say what it is.")]
    // No rule at all, two parameters, of which nothing is known.
    [InlineData("Nat", "[Operation] public static partial bool Less(Nat x, Nat y);", "[Pattern] static Rule Less2(Nat _x, Nat _y) => Rewrite(Less(_x, _y), to: false); // Say what it is.")]
    [InlineData("Nat", "[Operation] public static partial int Size(Nat x);\n    [Pattern] static Rule SizeZero() => Rewrite(Size(Zero()), to: 0);",
        "[Pattern] static Rule SizeSucc(Nat _pred) => Rewrite(Size(Succ(_pred)), to: 0); // Say what it is.")]
    // Conditions that leave something over.
    [InlineData("", "[Operation] public static partial int Sign(int x);\n    [Pattern] static Rule Positive(int x) => Rewrite(Sign(x), to: 1).When(x > 0);",
        "[Pattern] static Rule Sign2(int _x) => Rewrite(Sign(_x), to: 0); // Say what it is.")]
    // Literals and enums.
    [InlineData("", "[Operation] public static partial string Day(DayOfWeek d);\n    [Pattern] static Rule DaySunday() => Rewrite(Day(DayOfWeek.Sunday), to: \"Su\");",
        "[Pattern] static Rule Day2(DayOfWeek _d) => Rewrite(Day(_d), to: \"\"); // Say what it is.")]
    [InlineData("Nat", "[Operation] public static partial Nat Half(Nat x, bool up);\n    [Pattern] static Rule HalfTrue(Nat x) => Rewrite(Half(x, true), to: x);\n    [Pattern] static Rule HalfZero() => Rewrite(Half(Zero(), false), to: Zero());",
        "[Pattern] static Rule HalfSuccFalse(Nat _pred) => Rewrite(Half(Succ(_pred), false), to: Zero()); // Say what it is.")]
    [InlineData("", "[Operation] public static partial long Not(bool b);\n    [Pattern] static Rule NotTrue() => Rewrite(Not(true), to: 1);",
        "[Pattern] static Rule Not2(bool _b) => Rewrite(Not(_b), to: 0); // Say what it is.")]
    public async Task A_missing_case_is_added_below_the_others(string sorts, string members, string added)
    {
        string source = "[PatternModule] static partial class M\n{\n    " + (sorts == "Nat" ? Nat + "\n    " : "") + members + "\n}\n";
        string expected = source.Replace(members, members + "\n    " + added);
        Assert.Equal(expected, await FixAsync(new AddCase(), "RW0033", source));
    }

    [Fact]
    public async Task A_forgotten_attribute_is_added()
    {
        string source = "[PatternModule] static partial class M\n{\n    " + Nat + "\n    [Operation(Open = true)] public static partial Nat Same(Nat x);\n\n    // Says nothing.\n    static Rule R(Nat x) => Rewrite(Same(x), to: x);\n}\n";
        Assert.Equal(source.Replace("static Rule R", "[Pattern]\n    static Rule R"), await FixAsync(new AddPattern(), "RW0124", source));
    }

    [Fact]
    public async Task A_missing_case_of_a_used_module_names_it()
    {
        string source = "[PatternModule] static partial class Peano { " + Nat + " }\n[PatternModule(Uses = [typeof(Peano)])] static partial class M\n{\n    [Operation] public static partial Peano.Nat Pred(Peano.Nat x);\n    [Pattern] static Rule PredSucc(Peano.Nat x) => Rewrite(Pred(Peano.Succ(x)), to: x);\n}\n";
        Assert.Equal(source.Replace("to: x);\n", "to: x);\n    [Pattern] static Rule PredZero() => Rewrite(Pred(Peano.Zero()), to: Peano.Zero()); // Say what it is.\n"), await FixAsync(new AddCase(), "RW0033", source));
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
        Assert.Equal(source.Replace("\"simpl\"", "\"simp\""), await FixAsync(new RenameGroup(), "RW0036", source));
        Assert.Empty(await OffersAsync(new RenameGroup(), "RW0036", source.Replace("\"simpl\"", "\"other\"")));
    }

    [Theory]
    [InlineData("A(Num x) => Rewrite(Mul(x, Of(0)), to: Of(0));", "A(Num x, double zero) => Rewrite(Mul(x, Of(zero)), to: Of(0)).When(zero == 0);")]
    [InlineData("A() => Rewrite(Of(-0.0), to: Of(1));", "A(double zero) => Rewrite(Of(zero), to: Of(1)).When(zero == 0);")]
    [InlineData("A(double zero) => Rewrite(Mul(Of(zero), Of(0.0)), to: Of(zero)).When(zero > 1);", "A(double zero, double zero1) => Rewrite(Mul(Of(zero), Of(zero1)), to: Of(zero)).When(zero > 1).When(zero1 == 0);")]
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
        Assert.Equal(Source.Replace("RULE", expected), await FixAsync(new MatchBothZeros(), "RW0028", Source.Replace("RULE", rule)));
    }

    [Fact]
    public async Task An_operation_can_be_declared_open_instead()
    {
        string source = "[PatternModule] static partial class M\n{\n    " + Nat + "\n    [Operation] public static partial Nat Pred(Nat x);\n}\n";
        Assert.Equal(source.Replace("[Operation]", "[Operation(Open = true)]"), await FixAsync(new AddCase(), "RW0033", source, offer: 1));
        Assert.Single(await OffersAsync(new AddCase(), "RW0033", source.Replace("partial Nat Pred", "partial int Pred")));
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
        string result = await FixAllAsync(new AddCase(), "RW0033", source, nameof(AddCase));
        Assert.Contains("static Rule ASucc(Nat _pred)", result);
        Assert.Contains("static Rule BZero()", result);
    }

    [Theory]
    [InlineData(0, "Positive", "[Pattern]", "[Pattern(Priority = 1)]")]
    [InlineData(1, "Negative", "[Pattern]", "[Pattern(Priority = 1)]")]
    [InlineData(0, "Positive", "[Pattern(Priority = 20)]", "[Pattern(Priority = 21)]")]
    [InlineData(1, "Negative", "[Pattern(Polarity = Polarity.Forward)]", "[Pattern(Polarity = Polarity.Forward, Priority = 1)]")]
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
        var offers = await OffersAsync(new SetPriority(), "RW0030", source);
        Assert.Equal(2, offers.Count);
        // The order of the two in the diagnostic is that of their names.
        int index = offers.FindIndex(o => o.Title == $"Let '{first}' go first");
        Assert.True(index >= 0 && offer >= 0);
        Assert.Equal(source.Replace($"{attribute} static Rule {first}", $"{expected} static Rule {first}"), await FixAsync(new SetPriority(), "RW0030", source, offer: index));
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
        Assert.Contains("[Pattern(Priority = 1)] static Rule AddSame", await FixAsync(new SetPriority(), "RW0031", Source));
    }

    private static async Task<List<CodeAction>> OffersAsync(CodeFixProvider fix, string id, string source)
    {
        using var workspace = new AdhocWorkspace();
        return await OffersAsync(fix, id, Document(workspace, source));
    }

    private static async Task<List<CodeAction>> OffersAsync(CodeFixProvider fix, string id, Document document)
    {
        var offers = new List<CodeAction>();
        var diagnostic = (await DiagnosticsAsync(document.Project)).First(d => d.Id == id);
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offers.Add(action), TestContext.Current.CancellationToken));
        return offers;
    }

    private static async Task<string> FixAsync(CodeFixProvider fix, string id, string source, int offer = 0)
    {
        using var workspace = new AdhocWorkspace();
        var document = Document(workspace, source);
        return await ApplyAsync((await OffersAsync(fix, id, document))[offer], document, id);
    }

    private static async Task<string> FixAllAsync(CodeFixProvider fix, string id, string source, string key)
    {
        using var workspace = new AdhocWorkspace();
        var document = Document(workspace, source);
        var context = new FixAllContext(document, fix, FixAllScope.Document, key, [id], new Found(), TestContext.Current.CancellationToken);
        return await ApplyAsync((await fix.GetFixAllProvider()!.GetFixAsync(context))!, document, id);
    }

    // Applies it, and has all look at the result that looked at the source.
    private static async Task<string> ApplyAsync(CodeAction action, Document document, string id)
    {
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        string text = (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString()[ModuleTest.Usings.Length..];
        var left = (await DiagnosticsAsync(changed.Project)).Where(d => d.Severity == DiagnosticSeverity.Error || d.Id == id).ToList();
        Assert.True(left.Count == 0, string.Join("\n", left) + "\n" + text);
        return text;
    }

    private static Document Document(AdhocWorkspace workspace, string source)
        => workspace.AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "P", "P", LanguageNames.CSharp,
                compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true),
                parseOptions: new CSharpParseOptions(LanguageVersion.Latest), metadataReferences: References.Default, analyzerReferences: [new Generators()]))
            .AddDocument("Test0.cs", ModuleTest.Usings + source, filePath: "Test0.cs");

    private static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Project project)
    {
        var compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        return await compilation.WithAnalyzers([new ModuleAnalyzer()]).GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Generators : AnalyzerReference
    {
        private readonly ImmutableArray<ISourceGenerator> _generators = [new ModuleGenerator().AsSourceGenerator()];

        public override string? FullPath => null;

        public override object Id => this;

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        // A workspace knows generators by their instance.
        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;
    }

    private sealed class Found : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => await DiagnosticsAsync(project);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => await DiagnosticsAsync(document.Project);

        public override async Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => await DiagnosticsAsync(project);
    }
}
