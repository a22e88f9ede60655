using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rewright.Benchmarks.Scale;

/// <summary>The sources of a project with a number of patterns, and of one that does the same without Rewright.</summary>
/// <remarks>
/// Patterns come in families of ten, on two operations over a sort of five constructors. A family is a module, and every other one uses the
/// one before it; or all of them are one module, and each calls the one before it. Without Rewright a family is two methods that switch
/// over classes, which is what one would write by hand.
/// </remarks>
/// <param name="patterns">How many patterns, a multiple of ten.</param>
/// <param name="isOneModule">True for one module, false for modules of ten.</param>
internal sealed class ScaleProject(int patterns, bool isOneModule)
{
    /// <summary>The file of an edit that has nothing to do with rules.</summary>
    public const string Unrelated = "Program.cs";

    private const string Usings = "using Rewright;\nusing static Rewright.Dsl;\n\nnamespace Scale;\n\n";

    private const string Sort = """
            [Sort] public readonly partial struct Expr;
            [Constructor] public static partial Expr Num(long value);
            [Constructor] public static partial Expr Var(long name);
            [Constructor] public static partial Expr Neg(Expr operand);
            [Constructor] public static partial Expr Add(Expr left, Expr right);
            [Constructor] public static partial Expr Mul(Expr left, Expr right);

        """;

    private const string Classes = """
        namespace Scale;

        public abstract class Expr;
        public sealed class Num(long value) : Expr { public long Value => value; }
        public sealed class Var(long name) : Expr { public long Name => name; }
        public sealed class Neg(Expr operand) : Expr { public Expr Operand => operand; }
        public sealed class Add(Expr left, Expr right) : Expr { public Expr Left => left; public Expr Right => right; }
        public sealed class Mul(Expr left, Expr right) : Expr { public Expr Left => left; public Expr Right => right; }
        """;

    private int Families => patterns / 10;

    /// <summary>What the project is called in tables.</summary>
    public string Name => patterns.ToString("N0", CultureInfo.InvariantCulture)
        + (isOneModule ? " in one module" : patterns == 10 ? " in a module" : " in modules of 10");

    /// <summary>The file with the rule that is edited.</summary>
    public string Edited => isOneModule ? "Rules.cs" : "Family" + Number(Families / 2) + ".cs";

    /// <summary>The files with patterns, by name.</summary>
    public Dictionary<string, string> WithPatterns()
    {
        var files = new Dictionary<string, string>
        {
            [Unrelated] = Program(
            "using var heap = new Rewright.TermHeap();\n", isOneModule ? "Rules" : "Terms",
            isOneModule ? "Rules" : "Family" + Number(Families - 1)),
        };
        if (isOneModule)
        {
            files["Rules.cs"] = Usings + "[PatternModule]\npublic static partial class Rules\n{\n" + Sort
                + string.Concat(Enumerable.Range(0, Families).Select(f => Patterns(f, Number(f), "", f == 0 ? "" : Number(f - 1), "")))
                    + "}\n";
            return files;
        }

        files["Terms.cs"] = Usings + "[PatternModule]\npublic static partial class Terms\n{\n" + Sort + "}\n";
        for (int f = 0; f < Families; f++)
        {
            string before = f % 2 == 0 ? "" : "Family" + Number(f - 1);
            files["Family" + Number(f) + ".cs"] = Usings.Replace(
                "\n\nnamespace", "\nusing static Scale.Terms;\n\nnamespace", System.StringComparison.Ordinal)
                + "[PatternModule(Uses = [typeof(Terms)" + (before.Length == 0 ? "" : ", typeof(" + before + ")")
                    + "])]\npublic static partial class Family" + Number(f) + "\n{\n"
                + Patterns(f, "", before.Length == 0 ? "" : before + ".", "", "Terms.") + "}\n";
        }

        return files;
    }

    /// <summary>The files without patterns, by name.</summary>
    public Dictionary<string, string> Plain()
    {
        var files = new Dictionary<string,
            string>
        { [Unrelated] = Program("", "", isOneModule ? "Rules" : "Family" + Number(Families - 1)), ["Terms.cs"] = Classes };
        if (isOneModule)
        {
            files["Rules.cs"] = "namespace Scale;\n\npublic static class Rules\n{\n"
                + string.Concat(Enumerable.Range(0, Families).Select(f => Methods(f, Number(f), "", f == 0 ? "" : Number(f - 1)))) + "}\n";
            return files;
        }

        for (int f = 0; f < Families; f++)
        {
            files["Family" + Number(f) + ".cs"] = "namespace Scale;\n\npublic static class Family" + Number(f) + "\n{\n"
                + Methods(f, "", f % 2 == 0 ? "" : "Family" + Number(f - 1) + ".", "") + "}\n";
        }

        return files;
    }

    /// <summary>A file with another number in one rule, or in one method that stands for it.</summary>
    public string Edit(string text, int edit)
        => text.Replace(Mark(Families / 2), "+ " + Number(100_000 + edit), System.StringComparison.Ordinal);

    /// <summary>The unrelated file with another number in a method.</summary>
    public static string EditUnrelated(string text, int edit)
        => text.Replace("=> 1;", "=> " + Number(2 + edit) + ";", System.StringComparison.Ordinal);

    // No other number looks like it.
    private static string Mark(int family) => "+ " + Number(10_000 + family);

    private string Program(string heap, string terms, string last)
    {
        string fold = last + ".Fold" + (isOneModule ? Number(Families - 1) : ""),
            weight = last + ".Weight" + (isOneModule ? Number(Families - 1) : "");
        string term = terms.Length == 0
            ? "new Add(new Num(1), new Mul(new Var(2), new Num(3)))"
            : $"{terms}.Add({terms}.Num(1), {terms}.Mul({terms}.Var(2), {terms}.Num(3)))";
        return $$"""
            using System;
            {{(terms.Length == 0 ? "" : "using Rewright;\n")}}using Scale;

            {{heap}}Console.WriteLine({{weight}}({{fold}}({{term}})));
            {{(terms.Length == 0 ? "" : $"Console.WriteLine({last}.Module.Engine);")}}

            internal static class Unrelated
            {
                public static long Method() => 1;
            }

            """;
    }

    private static string Patterns(int family, string self, string before, string beforeName, string terms)
    {
        bool isFirst = before.Length == 0 && beforeName.Length == 0;
        string fold = "Fold" + self, weight = "Weight" + self, expr = terms + "Expr";
        string otherFold = isFirst ? fold : before + "Fold" + beforeName, otherWeight = isFirst ? weight : before + "Weight" + beforeName;
        string k = Number(family + 2);
        return $"""
                [Operation] public static partial {expr} {fold}({expr} term);
                [Pattern] static Rule {fold}Num(long n) => Rewrite({fold}(Num(n)), to: Num(n {Mark(family)}));
                [Pattern] static Rule {fold}Var(long v) => Rewrite({fold}(Var(v)), to: Var(v));
                [Pattern] static Rule {fold}Neg({expr} x) => Rewrite({fold}(Neg(x)), to: Neg({otherFold}(x)));
                [Pattern] static Rule {fold}Add({expr} x, {expr} y) => Rewrite({fold}(Add(x, y)), to: Add({fold}(x), {fold}(y)));
                [Pattern] static Rule {fold}Mul({expr} x, {expr} y) => Rewrite({fold}(Mul(x, y)), to: Mul({fold}(y), {fold}(x)));
                [Operation] public static partial long {weight}({expr} term);
                [Pattern] static Rule {weight}Num(long n) => Rewrite({weight}(Num(n)), to: n * {k});
                [Pattern] static Rule {weight}Var(long v) => Rewrite({weight}(Var(v)), to: v + {k});
                [Pattern] static Rule {weight}Neg({expr} x) => Rewrite({weight}(Neg(x)), to: {otherWeight}(x) + 1);
                [Pattern] static Rule {weight}Add({expr} x, {expr} y) => Rewrite({weight}(Add(x, y)), to: {weight}(x) + {weight}(y));
                [Pattern] static Rule {weight}Mul({expr} x, {expr} y) => Rewrite({weight}(Mul(x, y)), to: {weight}(x) * {weight}(y));

            """;
    }

    private static string Methods(int family, string self, string before, string beforeName)
    {
        bool isFirst = before.Length == 0 && beforeName.Length == 0;
        string fold = "Fold" + self, weight = "Weight" + self;
        string otherFold = isFirst ? fold : before + "Fold" + beforeName, otherWeight = isFirst ? weight : before + "Weight" + beforeName;
        string k = Number(family + 2);
        return $$"""
                public static Expr {{fold}}(Expr term) => term switch
                {
                    Num n => new Num(n.Value {{Mark(family)}}),
                    Var v => v,
                    Neg x => new Neg({{otherFold}}(x.Operand)),
                    Add a => new Add({{fold}}(a.Left), {{fold}}(a.Right)),
                    Mul m => new Mul({{fold}}(m.Right), {{fold}}(m.Left)),
                    _ => throw new System.ArgumentException("Unknown term.", nameof(term)),
                };

                public static long {{weight}}(Expr term) => term switch
                {
                    Num n => n.Value * {{k}},
                    Var v => v.Name + {{k}},
                    Neg x => {{otherWeight}}(x.Operand) + 1,
                    Add a => {{weight}}(a.Left) + {{weight}}(a.Right),
                    Mul m => {{weight}}(m.Left) * {{weight}}(m.Right),
                    _ => throw new System.ArgumentException("Unknown term.", nameof(term)),
                };


            """;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
