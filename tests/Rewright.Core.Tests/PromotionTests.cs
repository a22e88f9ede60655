using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rewright.Bind;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>The sorts of operators, choices, functions and conversions, compared with what the C# compiler says of the same text.</summary>
public class PromotionTests
{
    private static readonly string[] Variables = ["i", "u", "l", "m", "d", "b", "p", "s"];

    private static readonly string[] Sorts = ["int", "uint", "long", "ulong", "double", "BigInteger", "bool", "string"];

    private static readonly string[] Constants =
        ["1", "-3000000000", "-1", "-5L", "7U", "5000000000", "5L", "2147483648", "9UL", "-5U", "1.5", "~1", "3000000000", "(1 << 4)",
            "(2 - 3)", "(~-5)", "-(1)", "(1L << 40)", "(3L - 4)", "(7 / 2 * 5 % 4 | 8 ^ 3 & 6)", "(-9 >> 1)", "(-9 >>> 1)",
            "unchecked(2147483647 + 1)", "true", "\"t\""];

    [Fact]
    public void Binary_operators()
        => Compare(
            from op in new[] { "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "<", "<=", ">", ">=", "==", "!=", "&&", "||" }
            from pair in Pairs()
                // C# has these for BigInteger, enums and text; the text form leaves them out.
            where !(op == ">>>" && pair.Left == "b")
                && !(op == "+" && (IsText(pair.Left) || IsText(pair.Right)) && !(IsText(pair.Left) && IsText(pair.Right)))
            select pair.Left + " " + op + " " + pair.Right);

    [Fact]
    public void Unary_operators()
        => Compare(from op in new[] { "-", "~", "!" }
                   from operand in Variables.Concat(["(1 + i)", "(u + 1)", "(7U)", "(5L)"])
                   select op
            + operand);

    [Fact]
    public void Choices() => Compare(Pairs().Select(p => "p ? " + p.Left + " : " + p.Right));

    [Fact]
    public void Functions_choose_overloads()
        => Compare(
            (from function in new[] { "Min", "Max" }
             from pair in Pairs()
             where !(pair.Left + pair.Right).Contains('b')
             select "Math." + function + "(" + pair.Left + ", " + pair.Right + ")")
            .Concat(from function in new[] { "Abs", "Sign", "Sqrt", "Exp" }
                    from x in Variables
                    where x != "b"
                    select "Math." + function + "(" + x + ")")
            .Concat(from pair in Pairs()
                    where !(pair.Left + pair.Right).Contains('b')
                    select "Math.Pow(" + pair.Left + ", " + pair.Right + ")"));

    [Fact]
    public void Arguments_are_converted()
        => Compare(from sort in Sorts
                   from x in Variables.Concat(Constants)
                   where !(sort == "double" && x == "b")
                   select "Take" + sort + "(" + x + ")");

    [Fact]
    public void Casts() => Compare(from sort in Sorts.Take(6) from x in Variables select "(" + sort + ")" + x);

    [Theory]
    [InlineData("long", "5")]
    [InlineData("ulong", "-(-5)")]
    [InlineData("double", "5")]
    [InlineData("BigInteger", "5")]
    [InlineData("uint", "(x == x ? 1 : 2)")]
    [InlineData("Symbol", "\"a\"")]
    [InlineData("long", "5L")]
    public void A_literal_is_the_same_on_either_side(string sort, string literal)
    {
        var tests = new[] { "same(x, " + literal + ")", "same(" + literal + ", x)" }
            .Select(t => ((WhenCondition)Module.Parse(
                "op F(" + sort + "): int\nrule A: F(x) -> 1 if " + t + "\nrule B: F(_) -> 0\n").Rules[0].Conditions[0]).Test).ToList();
        var sides = tests.ConvertAll(t => t.Parts);
        Assert.Equal((sides[0][0], sides[0][1]), (sides[1][1], sides[1][0]));
        Assert.Equal(sort, sides[0][1].Sort.Name);
    }

    [Theory]
    [InlineData("same(x, 'a')", "RW0011 2:30")]
    [InlineData("same('a', x)", "RW0011 2:27")]
    [InlineData("same(9999999999, x)", "RW0012 2:27")]
    public void What_cannot_be_the_same_is_a_mistake_at_the_literal(string test, string expected)
        => Assert.Equal([expected],
            Support.Places([.. Module.Check("op F(int): int\nrule A: F(x) -> 1 if " + test + "\nrule B: F(_) -> 0\n", "").Diagnostics]));

    private static IEnumerable<(string Left, string Right)> Pairs()
        => from left in Variables.Concat(Paired)
           from right in Variables.Concat(Paired)
           where Variables.Contains(left) || Variables.Contains(right)
           select (left, right);

    private static IEnumerable<string> Paired => Constants.Where((_, i) => i % 2 == 0);

    private static bool IsText(string operand) => operand is "s" or "\"t\"";

    private static void Compare(IEnumerable<string> expressions)
    {
        var list = expressions.ToList();
        Assert.True(list.Count > 20);
        var ours = Ours(list);
        var theirs = Theirs(list);
        var different = list.Select((e, i) => (e, Ours: ours[i], Theirs: theirs[i])).Where(x => x.Ours != x.Theirs)
            .Select(x => x.e + ": " + x.Ours + ", in C# " + x.Theirs).ToList();
        Assert.True(different.Count == 0,
            different.Count.ToString(CultureInfo.InvariantCulture) + " different:\n" + string.Join("\n", different.Take(50)));
    }

    // Each expression is the subject of a where, which takes any sort.
    private static List<string> Ours(List<string> expressions)
    {
        string text = "op F(int, uint, long, ulong, double, BigInteger, bool, string): int\n"
            + string.Concat(Sorts.Select(s => "op Take" + s + "(" + s + "): int [host]\n"))
            + string.Concat(expressions.Select(
                (e, i) => FormattableString.Invariant($"rule r{i}: F($i, $u, $l, $m, $d, $b, $p, $s) -> 0 where _ = {Text(e)}\n")));
        var (syntax, diagnostics) = Parser.ParseModule(text);
        Assert.Empty(diagnostics);
        var binder = new Bind.Binder(syntax, _ => null, namesAreMissing: false);
        var bound = binder.Bind().Patterns.ToDictionary(p => p.Name, p => ((WhereCondition)p.Conditions[0]).Subject);
        return expressions.Select(
            (_, i) => bound.TryGetValue(FormattableString.Invariant($"r{i}"), out var e) ? Describe(e) : "error").ToList();
    }

    // The text form writes functions in lower case, and casts as calls.
    private static string Text(string expression)
    {
        if (expression.StartsWith("Math.", StringComparison.Ordinal)) return char.ToLowerInvariant(expression[5]) + expression.Substring(6);
        int close = expression.IndexOf(')', StringComparison.Ordinal);
        return close > 0 && expression[0] == '('
            && Sorts.Contains(expression[1..close]) ? expression[1..close] + "(" + expression[(close + 1)..] + ")" : expression;
    }

    // Sort, and for what is not over BigInteger (whose operators take long besides) the sort in which it is computed.
    private static string Describe(Expr expr)
    {
        if (expr is ApplyExpr { Symbol.Name: var take } apply)
            return "int of " + (apply.Arguments[0] is LiteralExpr { Value.Value: uint or ulong } l ? l.Value.ToString() : take);
        string operand = expr is PrimitiveExpr p
            && p.Primitive.Op is not (PrimitiveOp.Convert or PrimitiveOp.ConvertChecked) ? p.Primitive.Operand.Name : expr.Sort.Name;
        return expr.Sort.Name + " of " + (operand == "BigInteger" ? "" : operand);
    }

    private static List<string> Theirs(List<string> expressions)
    {
        string code = "using System; using System.Numerics; static class C {\n"
            + string.Concat(Sorts.Select(s => "static int Take" + s + "(" + s + " x) => 0;\n"))
            + "static void M(int i, uint u, long l, ulong m, double d, BigInteger b, bool p, string s) {\n"
            + string.Concat(expressions.Select((e, i) => FormattableString.Invariant($"var r{i} = {e};\n"))) + "}}";
        var tree = CSharpSyntaxTree.ParseText(code);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(
                p) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "System.Runtime.Numerics.dll"
                    or "System.Runtime.Extensions.dll")
            .Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create(
            "Asked", [tree], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var model = compilation.GetSemanticModel(tree);
        var wrong = model.GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Select(
            d => d.Location.GetLineSpan().StartLinePosition.Line).ToHashSet();
        return tree.GetRoot().DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(v =>
        {
            if (wrong.Contains(v.GetLocation().GetLineSpan().StartLinePosition.Line)) return "error";
            var value = v.Initializer!.Value;
            string sort = NameOf(model.GetTypeInfo(value).Type!), operand = value switch
            {
                BinaryExpressionSyntax b when NameOf(model.GetTypeInfo(b.Right).Type!) == "BigInteger" => "BigInteger",
                BinaryExpressionSyntax b => NameOf(model.GetTypeInfo(b.Left).ConvertedType!),
                PrefixUnaryExpressionSyntax u => NameOf(model.GetTypeInfo(u.Operand).ConvertedType!),
                InvocationExpressionSyntax c when c.Expression is MemberAccessExpressionSyntax => NameOf(
                model.GetTypeInfo(c.ArgumentList.Arguments[0].Expression).ConvertedType!),
                _ => sort,
            };
            if (value is InvocationExpressionSyntax { Expression: IdentifierNameSyntax take } call)
            {
                // The value of a constant decides only about uint and ulong; there it is compared.
                var argument = call.ArgumentList.Arguments[0].Expression;
                string target = NameOf(model.GetTypeInfo(argument).ConvertedType!);
                return "int of " + (
                    target is "uint" or "ulong" && model.GetConstantValue(argument) is { HasValue: true, Value: var constant }
                    ? System.Convert.ToString(constant, CultureInfo.InvariantCulture) + (target == "uint" ? "U" : "UL")
                        : take.Identifier.Text);
            }

            return sort + " of " + (operand == "BigInteger" || sort == "BigInteger" ? "" : operand);
        }).ToList();
    }

    private static string NameOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Int32 => "int",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_Int64 => "long",
        SpecialType.System_UInt64 => "ulong",
        SpecialType.System_Double => "double",
        SpecialType.System_Boolean => "bool",
        SpecialType.System_String => "string",
        _ => type.Name,
    };
}
