using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Rewright.Torture.Kinds;

/// <summary>Small modules with known results, and the program to kill.</summary>
internal static class Sample
{
    /// <summary>The number of modules.</summary>
    public const int Count = 40;

    private static readonly Module?[] s_modules = new Module?[Count];

    /// <summary>A module by number. All modules differ; some use cells, some use loops.</summary>
    public static Module Get(int n)
        => s_modules[n] ??= Module.Parse($"""
            module Torture.M{n}
            sort E = Num(long) | Add(E, E) | Twice(E)
            op Eval(E): long
            rule Num: Eval(Num(x)) -> x + {n}
            rule Add: Eval(Add(x, y)) -> Eval(x) + Eval(y)
            rule Twice: Eval(Twice(x)) -> Eval(x) * 2
            op Sum(long, long): long
            rule Done: Sum(0, a) -> a
            rule More [priority -1]: Sum(i, a) -> Sum(i - 1, a + i * {n + 1})
            op Grow(E, long): E
            rule Grown: Grow(e, 0) -> e
            rule Grows [priority -1]: Grow(e, i) -> Grow(Add(e, Twice(Num(i))), i - 1)
            op Spin(uint, uint): uint
            rule Spin: Spin(n, k) -> Spin(n * 1664525U + 1013904223U, k)
            """);

    /// <summary>A term of a module, and its value.</summary>
    public static (string Term, string Expected) Question(int n, Random random)
    {
        long x = random.Next(1000), count = random.Next(1, 200);
        (string term, long expected) = random.Next(3) switch
        {
            0 => ($"Eval(Add(Num({x}), Twice(Num(2))))", x + n + ((2 + n) * 2)),
            1 => ($"Sum({count}, {x})", x + (count * (count + 1) / 2 * (n + 1))),
            _ => ($"Eval(Grow(Num({x}), {count}))", x + n + (count * (count + 1)) + (count * n * 2)),
        };
        return (term, expected.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Evaluates a term of a module, and fails the round if the answer is wrong.</summary>
    public static void Ask(CompiledModule module, int n, Random random, TermHeap? heap = null)
    {
        var (term, expected) = Question(n, random);
        string result = module.Evaluate(term, heap);
        if (result != expected)
            throw new BrokenPromiseException($"M{n}: {term} is {result}, not {expected}, by {module.Engine} from {module.Origin}");
    }

    /// <summary>Starts the program of tests.</summary>
    public static Process StartHost(params IEnumerable<string> arguments)
        => StartProgram(Path.Combine(AppContext.BaseDirectory, "Rewright.TestHost.dll"), arguments);

    /// <summary>Starts a program whose output is read.</summary>
    public static Process StartProgram(string assembly, IEnumerable<string> arguments)
        => Process.Start(new ProcessStartInfo(
            "dotnet", [assembly, .. arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
