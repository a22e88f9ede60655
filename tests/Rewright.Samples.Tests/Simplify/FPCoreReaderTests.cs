using System.Collections.Immutable;
using System.Linq;
using Simplify.Expressions;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

public class FPCoreReaderTests
{
    [Theory]
    [InlineData("(FPCore (x) (sin x)", 1, 1, "this list is never closed: the text ends without its ')'")]
    [InlineData("(FPCore (x)\n  (sin x]\n)", 2, 9, "expected ')' for the list opened at 2:3, found ']'")]
    [InlineData("\n )", 2, 2, "')' closes nothing")]
    [InlineData("(FPCore (x) :name \"never\n ends x)", 1, 19, "this string is never closed")]
    [InlineData("(FPCore (x) (sine x))", 1, 14, "unknown operation 'sine'")]
    [InlineData("(FPCore (x) (sin y))", 1, 18, "unknown name 'y'")]
    [InlineData("(FPCore (x) (sin x x))", 1, 13, "'sin' does not take 2 arguments")]
    [InlineData("(FPCore (x) (fma x x))", 1, 13, "'fma' does not take 2 arguments")]
    [InlineData("(FPCore (x) (+))", 1, 13, "'+' does not take 0 arguments")]
    [InlineData("(FPCore (x) (if x 1 2))", 1, 17, "expected a condition, found a number")]
    [InlineData("(FPCore (x) (if (< x 1) 1 (> x 2)))", 1, 27, "expected a number, found a condition")]
    [InlineData("(FPCore (x) (+ x (< x 1)))", 1, 18, "expected a number, found a condition")]
    [InlineData("(FPCore (x) (< x 1))", 1, 13, "expected a number, found a condition")]
    [InlineData("(FPCore (x) :pre x x)", 1, 18, "expected a condition, found a number")]
    [InlineData("(FPCore (x) (let ([y 1 2]) y))", 1, 19, "expected [name expression]")]
    [InlineData("(FPCore (x) (let ([y 1] [y 2]) y))", 1, 18, "'let' binds the same name twice")]
    [InlineData("(FPCore (x) (let y x))", 1, 13, "expected (let ([name expression]*) expression)")]
    [InlineData("(FPCore (x) (! :precision binary64))", 1, 13, "expected (! property* expression)")]
    [InlineData("(FPCore (x) (digits 1 2))", 1, 13, "expected (digits significand exponent base)")]
    [InlineData("(FPCore (x) (digits 1 1/2 10))", 1, 13, "expected (digits significand exponent base)")]
    [InlineData("(FPCore (x) (digits 1 999999999 10))", 1, 23, "exponent beyond 100000")]
    [InlineData("(FPCore (x) 1.2.3)", 1, 13, "'1.2.3' is not a number, or its exponent is beyond 100000")]
    [InlineData("(FPCore (x) 1e999999999)", 1, 13, "'1e999999999' is not a number, or its exponent is beyond 100000")]
    [InlineData("(FPCore (x) 1/0)", 1, 13, "'1/0' is not a number, or its exponent is beyond 100000")]
    [InlineData("(FPCore (x) \"x\")", 1, 13, "expected an expression, found a string")]
    [InlineData("(FPCore (x) ((sin) x))", 1, 13, "expected an operation at the head of the list")]
    [InlineData("(FPCore (x))", 1, 1, "expected one expression after the properties, found 0")]
    [InlineData("(FPCore (x) x x)", 1, 1, "expected one expression after the properties, found 2")]
    [InlineData("(FPCore (x) :name)", 1, 13, "property ':name' has no value")]
    [InlineData("(FPCore x)", 1, 1, "expected the list of arguments after 'FPCore'")]
    [InlineData("(FPCore (x x) x)", 1, 9, "two arguments have the same name")]
    [InlineData("(FPCore (1) 1)", 1, 10, "expected the name of an argument")]
    [InlineData("(Core (x) x)", 1, 1, "expected (FPCore ...)")]
    [InlineData("x", 1, 1, "expected (FPCore ...)")]
    [InlineData("(FPCore f (x) x) (FPCore (x) (f x x))", 1, 30, "'f' takes 1 argument, not 2")]
    public void MistakesAreReportedAtTheirPlace(string text, int line, int column, string message)
    {
        var error = Assert.IsType<FPCoreError>(FPCoreReader.Read(text)[^1]);
        Assert.Equal((new Position(line, column), message), (error.Position, error.Message));
    }

    [Theory]
    [InlineData("(while (< x 1) ([x 0 (+ x 1)]) x)", "while")]
    [InlineData("(+ 1 (while* TRUE ([x 0 x]) x))", "while*")]
    [InlineData("(for ([i 3]) ([s 0 (+ s i)]) s)", "for")]
    [InlineData("(for* ([i 3]) ([s 0 (+ s i)]) s)", "for*")]
    [InlineData("(tensor ([i 3]) i)", "tensor")]
    [InlineData("(tensor* ([i 3]) ([s 0 s]) i)", "tensor*")]
    [InlineData("(ref (array 1 2) 0)", "ref")]
    [InlineData("(array 1 2)", "array")]
    [InlineData("(size (array 1 2) 0)", "size")]
    [InlineData("(dim (array 1 2))", "dim")]
    [InlineData("(tgamma x)", "tgamma")]
    [InlineData("(if (isnan x) 1 2)", "isnan")]
    [InlineData("(fmin x INFINITY)", "constant INFINITY")]
    [InlineData("NAN", "constant NAN")]
    public void WhatIsNotStraightLineRealArithmeticIsNamed(string body, string construct)
    {
        ImmutableArray<FPCoreEntry> entries = FPCoreReader.Read($"(FPCore (x) :name \"first\" {body})\n(FPCore f () 1)");
        var unsupported = Assert.IsType<FPCoreUnsupported>(entries[0]);
        Assert.Equal(("first", construct), (unsupported.Name, unsupported.Construct));
        Assert.Equal("f", Assert.IsType<FPCoreExpression>(entries[1]).Name);
    }

    [Fact]
    public void UnsupportedConstructsHaveAPlace()
    {
        var unsupported = Assert.IsType<FPCoreUnsupported>(FPCoreReader.Read("(FPCore ((v 2) x)\n (+ x\n  (ref v 0)))")[0]);
        Assert.Equal((new Position(1, 10), "tensor argument"), (unsupported.Position, unsupported.Construct));
        unsupported = Assert.IsType<FPCoreUnsupported>(FPCoreReader.Read("(FPCore (x)\n (+ x\n  (ref v 0)))")[0]);
        Assert.Equal((new Position(3, 3), "ref"), (unsupported.Position, unsupported.Construct));
    }

    [Fact]
    public void CallsThatDoubleWithEveryLineAreStopped()
    {
        string text = "(FPCore f0 (x) (+ x 1))"
            + string.Concat(Enumerable.Range(1, 60).Select(i => $"\n(FPCore f{i} (x) (f{i - 1} (f{i - 1} (sin x))))"));
        ImmutableArray<FPCoreEntry> entries = FPCoreReader.Read(text);
        Assert.IsType<FPCoreExpression>(entries[9]);
        Assert.Equal("calls that make more than 1000000 nodes", entries.OfType<FPCoreUnsupported>().First().Construct);
    }

    [Fact]
    public void ComparisonsOfAllPairsAreStopped()
    {
        string Text(int count) => "(FPCore (x) :pre (!= " + string.Join(' ', Enumerable.Range(0, count)) + ") x)";
        Assert.IsType<FPCoreExpression>(FPCoreReader.Read(Text(100))[0]);
        var unsupported = Assert.IsType<FPCoreUnsupported>(FPCoreReader.Read(Text(20_000))[0]);
        Assert.Equal("a comparison that makes more than 1000000 nodes", unsupported.Construct);
    }

    [Theory]
    [InlineData("12", "12")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("+.25", "0.25")]
    [InlineData("2.", "2")]
    [InlineData("0.6931f0", "0.6931")]
    [InlineData("6.02e23", "6.02e23")]
    [InlineData("1E-7", "1e-7")]
    [InlineData("-10/4", "-2.5")]
    [InlineData("1/3", "1/3")]
    [InlineData("0x1F", "31")]
    [InlineData("-0x1.8p-1", "-0.75")]
    [InlineData("0xff.8", "255.5")]
    [InlineData("(digits 15 -1 10)", "1.5")]
    [InlineData("(digits 3 4 2)", "48")]
    public void NumbersAreExact(string text, string expected) => Assert.Equal(expected, Normalize(text));

    [Theory]
    [InlineData("(- x)", "(- x)")]
    [InlineData("(+ x)", "x")]
    [InlineData("(/ x)", "(/ 1 x)")]
    [InlineData("(+ 1 x y 2)", "(+ (+ (+ 1 x) y) 2)")]
    [InlineData("(- 1 x y)", "(- (- 1 x) y)")]
    [InlineData("(let ([a x] [b y]) (* a b))", "(* x y)")]
    [InlineData("(let ((x y) (y x)) (- x y))", "(- y x)")]
    [InlineData("(let* ([x y] [y x]) (- x y))", "(- y y)")]
    [InlineData("(- (let ([x 1]) x) x)", "(- 1 x)")]
    [InlineData("(let () x)", "x")]
    [InlineData("(let ([PI 3]) PI)", "3")]
    [InlineData("(! :precision binary32 :round toZero (+ x 1))", "(+ x 1)")]
    [InlineData("(cast (! :precision integer x))", "x")]
    [InlineData("(if (< x 1 y) 1 2)", "(if (and (< x 1) (< 1 y)) 1 2)")]
    [InlineData("(if (!= x y 1) 1 2)", "(if (and (and (!= x y) (!= x 1)) (!= y 1)) 1 2)")]
    [InlineData("(if (and) 1 2)", "(if TRUE 1 2)")]
    [InlineData("(if (or (not (== x 1)) FALSE (>= x y)) 1 2)", "(if (or (or (not (== x 1)) FALSE) (>= x y)) 1 2)")]
    [InlineData("; a comment (\n(sin ; another\n x)", "(sin x)")]
    [InlineData("(twice (+ x 1))", "(* 2 (+ x 1))")]
    public void FormsAreReduced(string text, string expected) => Assert.Equal(expected, Normalize(text));

    [Fact]
    public void AnEntryHasANameArgumentsAndAPrecondition()
    {
        const string Text = "(FPCore ident (x (! :precision binary32 y)) :name \"a \\\"name\\\"\" :cite (a b) :pre (< 0 x y) :alt (while) "
            + "(+ x y))";
        var entry = Assert.IsType<FPCoreExpression>(Assert.Single(FPCoreReader.Read(Text)));
        Assert.Equal("a \"name\"", entry.Name);
        Assert.Equal(["x", "y"], entry.Parameters);
        Assert.Equal("(and (< 0 x) (< x y))", FPCorePrinter.Print(entry.Precondition!));
        Assert.Equal("(+ x y)", FPCorePrinter.Print(entry.Body));
    }

    [Fact]
    public void EveryOperationIsReadAndPrinted()
    {
        foreach (Operation operation in System.Enum.GetValues<Operation>())
        {
            string[] arguments = [.. Enumerable.Range(0, operation.Arity()).Select(i => operation.Kind() switch
            {
                OperationKind.Logic => "TRUE",
                OperationKind.Choice when i == 0 => "(< x y)",
                _ => i == 0 ? "x" : "y",
            })];
            string application = $"({operation.Name()} {string.Join(' ', arguments)})";
            bool isBoolean = operation.Kind() is OperationKind.Logic or OperationKind.Comparison;
            string text = isBoolean ? $"(if {application} 1 2)" : application;
            Assert.Equal(text, Normalize(text));
        }
    }

    [Fact]
    public void EveryConstantIsReadAndPrinted()
    {
        foreach (NamedConstant constant in System.Enum.GetValues<NamedConstant>().Except([NamedConstant.TRUE, NamedConstant.FALSE]))
            Assert.Equal(constant.ToString(), Normalize(constant.ToString()));
    }

    [Fact]
    public void PrintedExpressionsReadBackAsTheSameNode()
    {
        const string Text = """
            (FPCore (x t1) :name "shared" :pre (< 0 x 1/3)
              (let* ([a (sin (* x t1))] [b (+ a a)] [c (if (< a b) (- a) (pow b 1e-300))])
                (* (+ c c) (/ 22/7 b))))
            """;
        var builder = new RealExprBuilder();
        var first = (FPCoreExpression)FPCoreReader.Read(Text, builder)[0];
        string printed = FPCorePrinter.Print(first);
        var second = (FPCoreExpression)FPCoreReader.Read(printed, builder)[0];
        Assert.Contains("(let* ([t2 (sin (* x t1))]", printed);
        Assert.Same(first.Body, second.Body);
        Assert.Same(first.Precondition, second.Precondition);
        Assert.Equal(first.Name, second.Name);
        Assert.Equal(first.Parameters, second.Parameters);
    }

    private static string Normalize(string body)
    {
        FPCoreEntry entry = FPCoreReader.Read($"(FPCore twice (x) (* 2 x)) (FPCore (x y) {body})")[1];
        return FPCorePrinter.Print(Assert.IsType<FPCoreExpression>(entry).Body);
    }
}
