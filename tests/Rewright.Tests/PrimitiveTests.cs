using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Emit;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Model;
using Rewright.Primitives;
using Rewright.Proofs;
using Xunit;

namespace Rewright.Tests;

/// <summary>Every function of the built-in sorts, in all engines, on the values where machines, libraries and C# could differ.</summary>
public class PrimitiveTests
{
    private static readonly Dictionary<BuiltInKind, string[]> Values = new()
    {
        [BuiltInKind.Bool] = ["false", "true"],
        [BuiltInKind.Int] = ["0", "1", "-1", "7", "-8", "31", "33", "2147483647", "-2147483648"],
        [BuiltInKind.UInt] = ["0", "1", "7", "33", "2147483648", "4294967295"],
        [BuiltInKind.Long] = ["0", "1", "-1", "7", "-8", "65", "4294967296", "9223372036854775807", "-9223372036854775808"],
        [BuiltInKind.ULong] = ["0", "1", "7", "65", "9223372036854775808", "18446744073709551615"],
        [BuiltInKind.Double] = ["0.0", "-0.0", "1.0", "-1.5", "2.5", "0.1", "1e300", "-1e300", "5e-324", "1e18", "9.3e18",
        "-9223372036854775808.0", "4294967295.5", "double.NaN", "double.PositiveInfinity", "double.NegativeInfinity"],
        [BuiltInKind.BigInteger] = ["0", "1", "-1", "7", "-12", "64", "4611686018427387903", "4611686018427387904", "-4611686018427387904",
        "-4611686018427387905", "18446744073709551615", "340282366920938463463374607431768211456"],
        [BuiltInKind.String] = ["\"\"", "\"a\"", "\"äß\\u0000\""],
        [BuiltInKind.Symbol] = ["'x'", "'y'", "''"],
    };

    private static readonly Dictionary<BuiltInKind, object> Ones = new()
    {
        [BuiltInKind.Bool] = true,
        [BuiltInKind.Int] = 1,
        [BuiltInKind.UInt] = 1u,
        [BuiltInKind.Long] = 1L,
        [BuiltInKind.ULong] = 1UL,
        [BuiltInKind.Double] = 1.0,
        [BuiltInKind.BigInteger] = BigInteger.One,
        [BuiltInKind.String] = "a",
        [BuiltInKind.Symbol] = "a",
    };

    private static List<Primitive> AllPrimitives()
    {
        var primitives = new List<Primitive>();
        foreach (var op in Enum.GetValues<PrimitiveOp>())
            primitives.AddRange(Primitive.OperandKinds(op).Select(k => Primitive.Find(op, BuiltInSort.Of(k))!));
        var numbers = new[] { BuiltInKind.Int, BuiltInKind.UInt, BuiltInKind.Long, BuiltInKind.ULong, BuiltInKind.Double,
            BuiltInKind.BigInteger }.Select(k => (Sort)BuiltInSort.Of(k)).ToList();
        foreach (var from in numbers)
            foreach (var to in numbers.Where(t => !t.Equals(from)))
                foreach (bool isChecked in new[] { false, true })
                    if (Primitive.Conversion(from, to, isChecked) is { } conversion) primitives.Add(conversion);
        return primitives;
    }

    [Fact]
    public unsafe void Every_primitive_has_a_row_with_all_columns()
    {
        using var heap = new TermHeap();
        ulong* words = stackalloc ulong[3];
        foreach (var primitive in AllPrimitives())
        {
            var code = PrimitiveCode.Of(primitive);
            var ones = Enumerable.Range(0, primitive.Arity).Select(primitive.OperandAt)
                .Select(s => new Literal(s, Ones[((BuiltInSort)s).Kind])).ToList();
            Assert.True(code.Rust is not null, primitive + " has no Rust expression.");
            Assert.True(code.IsExact != (code.Inexact.Length > 0), primitive + " has no exact value and no reason for that, or both.");

            for (int i = 0; i < ones.Count; i++) words[i] = Words.FromLiteral(ones[i], heap.Memory);
            ulong word = PrimitiveEvaluator.Evaluate(Abi.NumberOf(primitive), words, heap.Memory);
            if (!code.IsExact) continue;
            Assert.Equal((primitive, LiteralValues.Compute(primitive, ones)),
                (primitive, Words.ToLiteral(word, primitive.Result, heap.Memory)));
        }
    }

    // One operation for each function, named by its number.
    private static (Module Module, List<Primitive> Primitives) Sample()
    {
        var primitives = AllPrimitives().Where(p => p.Op != PrimitiveOp.CountUp).ToList();
        var text = new StringBuilder();
        for (int i = 0; i < primitives.Count; i++)
        {
            var p = primitives[i];
            var parameters = Enumerable.Range(0, p.Arity).Select(k => "abc"[k].ToString()).ToList();
            string body = p.Operator is { } sign ? parameters.Count == 1 ? sign + "a" : "a " + sign + " b"
                : (p.FunctionName ?? p.Result.Name) + "(" + string.Join(", ", parameters) + ")";
            if (p.IsChecked) body = "checked(" + body + ")";
            text.Append(CultureInfo.InvariantCulture,
                $"op P{i}({string.Join(", ", Enumerable.Range(0, p.Arity).Select(k => p.OperandAt(k).Name))}): {p.Result.Name}\n");
            text.Append(CultureInfo.InvariantCulture, $"rule R{i}: P{i}({string.Join(", ", parameters)}) -> {body}\n");
        }

        return (Module.Parse(text.ToString()), primitives);
    }

    private static string Outcome(TestEngine engine, TermHeap heap, string term)
    {
        try
        {
            return engine.Evaluate(heap, term);
        }
        catch (Exception e) when (e is not FormatException)
        {
            return e.GetType().Name + ": " + e.Message;
        }
    }

    [Fact]
    public void All_engines_compute_the_same()
    {
        var (module, primitives) = Sample();
        Assert.True(primitives.Count > 200);
        var engines = TestEngine.All(module).ToList();
        var heaps = engines.Select(_ => new TermHeap()).ToList();
        var differences = new List<string>();
        for (int i = 0; i < primitives.Count; i++)
        {
            IEnumerable<string> terms = [""];
            for (int k = 0; k < primitives[i].Arity; k++)
            {
                // An exponent that is an integer takes time and memory in proportion.
                var values = Values[((BuiltInSort)primitives[i].OperandAt(k)).Kind].Where(
                    v => primitives[i] is not
                    {
                        Op: PrimitiveOp.Pow or PrimitiveOp.ShiftLeft,
                        Operand: BuiltInSort { Kind: BuiltInKind.BigInteger }
                    } || k == 0 || v.Length < 4);
                terms = terms.SelectMany(t => values.Select(v => t.Length == 0 ? v : t + ", " + v)).ToList();
                if (k == 1) terms = terms.Where((_, n) => primitives[i].Arity < 3 || n % 7 == 0).ToList();
            }

            foreach (string term in terms.Select(t => "P" + i + "(" + t + ")"))
            {
                var outcomes = engines.Zip(heaps, (e, h) => Outcome(e.Engine, h, term)).ToList();
                if (outcomes.Distinct().Count() > 1) differences.Add(primitives[i] + " " + term + ": " + string.Join(" | ", outcomes));
            }
        }

        Assert.True(differences.Count == 0, differences.Count + " differences:\n" + string.Join("\n", differences.Take(40)));
        foreach (var heap in heaps)
        {
            var census = heap.TakeCensus();
            Assert.Equal((0, 0), (census.Lost, census.Miscounted));
            heap.Dispose();
        }
    }

    public static TheoryData<string, string, string> Expected => new()
    {
        // (signature, body, arguments) and what C# gives for it.
        { "int, int|int|a + b|2147483647, 1", "-2147483648", "wraps" },
        { "int, int|int|checked(a + b)|2147483647, 1", "OverflowException", "" },
        { "int, int|int|a / b|-2147483648, -1", "OverflowException", "" },
        { "int, int|int|a % b|-2147483648, -1", "OverflowException", "" },
        { "int, int|int|a / b|1, 0", "DivideByZeroException", "" },
        { "long, long|long|a % b|-9223372036854775808, -1", "OverflowException", "" },
        { "long, long|long|a % b|-7, 2", "-1", "" },
        { "uint, uint|uint|a - b|0, 1", "4294967295", "" },
        { "ulong, ulong|ulong|checked(a - b)|0, 1", "OverflowException", "" },
        { "int, int|int|a << b|1, 33", "2", "" },
        { "int, int|int|a >> b|-8, 33", "-4", "" },
        { "int, int|int|a >>> b|-8, 33", "2147483644", "" },
        { "long, int|long|a << b|1, 65", "2", "" },
        { "int|int|-a|-2147483648", "-2147483648", "" },
        { "int|int|checked(-a)|-2147483648", "OverflowException", "" },
        { "int|int|abs(a)|-2147483648", "OverflowException", "" },
        { "uint|long|-a|1", "-1", "" },
        { "double, double|double|a / b|1.0, 0.0", "double.PositiveInfinity", "" },
        { "double, double|bool|a == b|double.NaN, double.NaN", "false", "" },
        { "double, double|bool|same(a, b)|double.NaN, double.NaN", "true", "" },
        { "double, double|bool|same(a, b)|0.0, -0.0", "false", "" },
        { "double, double|bool|a == b|0.0, -0.0", "true", "" },
        { "double, double|double|min(a, b)|double.NaN, 1.0", "double.NaN", "" },
        { "double, double|double|max(a, b)|-0.0, 0.0", "0.0", "" },
        { "double|int|sign(a)|double.NaN", "ArithmeticException", "" },
        { "double|int|int(a)|1e300", "2147483647", "saturates" },
        { "double|int|int(a)|double.NaN", "0", "" },
        { "double|ulong|ulong(a)|-1.5", "0", "" },
        { "double|int|checked(int(a))|1e300", "OverflowException", "" },
        { "double|double|round(a)|2.5", "2.0", "" },
        { "long|long|log2(a)|-1", "ArgumentOutOfRangeException", "" },
        { "ulong|double|double(a)|18446744073709551615", "1.8446744073709552E+19", "" },
        { "BigInteger, BigInteger|BigInteger|a / b|1, 0", "DivideByZeroException", "" },
        { "BigInteger, BigInteger|BigInteger|a * b|4611686018427387904, 4611686018427387904", "21267647932558653966460912964485513216",
        "" },
        { "BigInteger, BigInteger|BigInteger|a - b|4611686018427387904, 1", "4611686018427387903", "" },
        { "BigInteger|int|int(a)|2147483648", "OverflowException", "" },
        { "BigInteger, int|BigInteger|pow(a, b)|2, -1", "ArgumentOutOfRangeException", "" },
        { "BigInteger, int|BigInteger|a << b|1, 2147483647", "OverflowException", "no integer is as long" },
        { "BigInteger, int|BigInteger|a >> b|-1, -2147483648", "OverflowException", "" },
        { "BigInteger, int|BigInteger|a << b|0, 2147483647", "0", "" },
        { "BigInteger, int|BigInteger|a >> b|-1, 2147483647", "-1", "" },
        { "BigInteger, int|BigInteger|a << b|-5, -2147483648", "-1", "" },
        { "BigInteger, int|BigInteger|a << b|1, 1073741824", "MemoryLimitException", "more than the limit of this test" },
        { "BigInteger, int|BigInteger|pow(a, b)|2, 2147483647", "OverflowException", "" },
        { "BigInteger, int|BigInteger|pow(a, b)|-3, 1073741824", "MemoryLimitException", "" },
        { "BigInteger, int|BigInteger|pow(a, b)|-1, 2147483647", "-1", "" },
        { "double|double|cbrt(a)|0.1", "0.46415888336127786", "as the C library" },
        { "string, string|string|a + b|\"a\", \"b\"", "\"ab\"", "" },
        { "string|int|length(a)|\"äß\"", "2", "" },
        { "string|Symbol|symbol(a)|\"x\"", "'x'", "" },
        { "Symbol|string|name(a)|'x'", "\"x\"", "" },
    };

    [Fact]
    public void Functions_mean_what_they_mean_in_CSharp()
    {
        // One module for all, which is quicker to compile.
        var calls = Expected.Select(row => row.Data.Item1.Split('|')).ToList();
        var module = Module.Parse(string.Concat(calls.Select((call, i) =>
            $"op F{i}({call[0]}): {call[1]}\nrule R{i}: F{i}({(call[0].Contains(',') ? "a, b" : "a")}) -> {call[2]}\n")));
        foreach (var (name, engine) in TestEngine.All(module))
        {
            using var heap = new TermHeap { Limits = new EvaluationLimits { MaxHeapBytes = 64 << 20 } };
            var outcomes = calls.Select((call, i) => Outcome(engine, heap, "F" + i + "(" + call[3] + ")").Split(':')[0]);
            Assert.Equal(calls.Zip(Expected, (call, row) => (name, string.Join("|", call), row.Data.Item2)),
                calls.Zip(outcomes, (call, outcome) => (name, string.Join("|", call), outcome)));
        }
    }
}
