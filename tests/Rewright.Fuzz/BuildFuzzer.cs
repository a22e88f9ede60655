using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Rewright.Model;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>
/// Writes a project with many random modules declared in C#, builds and runs it, and compares its output with the judge.
/// </summary>
internal static class BuildFuzzer
{
    // No shapes with throwing arithmetic, because the C# compiler rejects a constant that throws.
    private static readonly ModuleShape[] s_shapes =
    [
        new(), ModuleShape.Callers, ModuleShape.Forms, ModuleShape.Counters, ModuleShape.Strategies, ModuleShape.DataOnly, ModuleShape.Wide,
        new() { Rules = 12, Operations = 3, Sorts = 2 }, ModuleShape.Callbacks, ModuleShape.Chains,
    ];

    /// <summary>Tries modules in a project.</summary>
    /// <param name="folder">The folder of the project, which is made anew.</param>
    /// <param name="root">The repository, already built.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="count">The number of modules.</param>
    /// <param name="level">The optimization level.</param>
    /// <param name="log">Receives the failures.</param>
    /// <returns>The number of modules in the project, of compared calls, and of failures.</returns>
    public static (int Modules, int Calls, int Failures) Run(string folder, string root, int first, int count, int level, TextWriter log)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var expected = new List<(string Call, string Text)>();
        int modules = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            var random = RandomModule.Make(seed, s_shapes[seed % s_shapes.Length] with { DoubleBits = false });
            string name = "M" + seed.ToString(CultureInfo.InvariantCulture);
            try
            {
                string module = CSharpModule.Write(random.Module, name);
                File.WriteAllText(Path.Combine(folder, name + ".cs"),
                    Head + "namespace Demo;\n" + module + "file static class " + name + "Calls\n{\n"
                    + Calls(random.Module, seed, expected, new InHeap(name)) + "}\n");
                modules++;
            }
            catch (NotSupportedException e)
            {
                log.WriteLine("left out " + name + ": " + e.Message);
            }

            if (WriteOnObjects(folder, random.Module, seed, expected)) modules++;
        }

        WriteProject(folder, root, level);
        var build = Execute(
            "dotnet", ["build", "-c", "Release", "-v", "q", "-nologo", "-p:BuildProjectReferences=false", "-p:RewrightNative=require"],
            folder);
        if (build.Code != 0 || build.Output.Contains("warning RW", StringComparison.Ordinal))
        {
            log.WriteLine("FAILED: build of " + folder + "\n" + build.Output);
            if (build.Code != 0) return (modules, 0, 1);
        }

        return (modules, expected.Count,
            Compare(Execute(Path.Combine(folder, "bin", "Release", "net10.0", "Fuzzed"), [], folder), expected, log));
    }

    // The same module over records. False if it has no such form.
    private static bool WriteOnObjects(string folder, Module module, int seed, List<(string Call, string Text)> expected)
    {
        // The constructors of records are sorted by name, and no operation over them is open.
        string text = Regex.Replace(module.ToString(), @"\bC([0-9]+)\b", m => "C" + m.Groups[1].Value.PadLeft(5, '0'));
        if (Module.Check(text.Replace(" [open]", "", StringComparison.Ordinal), "").Module is not { } renamed) return false;
        string name = "O" + seed.ToString(CultureInfo.InvariantCulture);
        try
        {
            string code = CSharpModule.WriteOnObjects(renamed, "Rules");
            File.WriteAllText(Path.Combine(folder, name + ".cs"),
                Head + "namespace Demo." + name + ";\n" + code + "file static class Calls\n{\n"
                + Calls(renamed, seed, expected, new OnObjects()) + "}\n");
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    // How a program calls a module.
    private abstract record Caller(string Module)
    {
        public virtual bool CanCall(Operation operation) => true;

        public abstract string Term(Expr term);

        public abstract string Text(Sort result, string call);
    }

    private sealed record InHeap(string Module) : Caller(Module)
    {
        public override string Term(Expr term) => Qualified(CSharpModule.Write(term), term, Module);

        public override string Text(Sort result, string call) => call;
    }

    private sealed record OnObjects() : Caller("Rules")
    {
        public override bool CanCall(Operation operation) => CSharpModule.HasFormOnObjects(operation);

        public override string Term(Expr term) => term is not ApplyExpr apply ? CSharpModule.Write(term)
            : "new " + apply.Symbol.Name + "(" + string.Join(", ", apply.Arguments.Select(Term)) + ")";

        public override string Text(Sort result, string call)
            => result is DataSort ? "Rules." + result.Name + ".FromObject(" + call + ")" : call;
    }

    private const string Head = """
        #nullable enable
        #pragma warning disable
        using System;
        using System.Linq;
        using System.Numerics;
        using Rewright;
        using static Rewright.Dsl;

        """;

    // Writes calls under the names of their modules; each prints one line.
    private static string Calls(Module module, int seed, List<(string, string)> expected, Caller caller)
    {
        string name = caller.Module;
        var text = new StringBuilder("    [System.Runtime.CompilerServices.ModuleInitializer] internal static void Add()\n    {\n");
        var choices = new Random(seed);
        var judge = new Judge(module, HostTable.ForJudge(module));
        if (module.Operations.Count(o => !o.IsHost) + module.Normalizers.Length > 0)
        {
            text.Append("        Program.Add(").Append(expected.Count.ToString(CultureInfo.InvariantCulture))
                .Append(", () => Program.Text(").Append(name).Append(".Module.Engine));\n");
            expected.Add((name + ".Module.Engine", nameof(Engine.Native)));
        }

        void Add(string symbol, Sort result, IReadOnlyList<Expr> arguments, JudgeOutcome outcome)
        {
            if (outcome.IsUndecided) return;
            string call = caller.Text(result, name + "." + symbol + "(" + string.Join(", ", arguments.Select(caller.Term)) + ")");
            text.Append("        Program.Add(").Append(expected.Count.ToString(CultureInfo.InvariantCulture)).Append(
                ", () => Program.Text(").Append(call).Append("));\n");
            expected.Add((call, TextOf(outcome)));
        }

        foreach (var operation in module.Operations.Where(o => !o.IsHost && caller.CanCall(o)))
        {
            for (int i = 0; i < 8; i++)
            {
                var call = RandomTerms.Call(choices, module, operation, 1 + (i * 2));
                // Sources of rules may contain other expressions; only literals and constructors can be written here.
                if (call.Arguments.All(a => a.Descendants().All(e => e is LiteralExpr or ApplyExpr { Symbol: Constructor })))
                    Add(operation.Name, operation.Result, [.. call.Arguments],
                        judge.Call(operation, [.. call.Arguments.Select(JudgeTerm.Of)]));
            }
        }

        foreach (var normalizer in module.Normalizers)
        {
            for (int i = 0; i < 8; i++)
            {
                var term = RandomTerms.Term(choices, normalizer.Sort, 1 + (i * 2));
                Add(normalizer.Name, normalizer.Sort, [term], judge.Normalize(normalizer, JudgeTerm.Of(term)));
            }
        }

        return text.Append("    }\n").ToString();
    }

    // Qualifies constructors, because they are used outside their class.
    private static string Qualified(string text, Expr term, string module)
        => term is not ApplyExpr apply
            ? text : module + "." + apply.Symbol.Name + "("
            + string.Join(", ", apply.Arguments.Select(a => Qualified(CSharpModule.Write(a), a, module))) + ")";

    private static string TextOf(JudgeOutcome outcome) => outcome.Error switch
    {
        JudgeStuckException => nameof(StuckTermException),
        { } error => error.GetType().Name,
        _ => HostTable.TextOf(outcome.Term!),
    };

    private static void WriteProject(string folder, string root, int level)
    {
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project />\n");
        // Imported after the targets of the SDK, like packages.
        File.WriteAllText(
            Path.Combine(folder, "Directory.Build.targets"),
            "<Project>\n  <Import Project=\"" + root + "/build/UseRewright.targets\" />\n</Project>\n");
        File.WriteAllText(Path.Combine(folder, "Fuzzed.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
                <LangVersion>14.0</LangVersion>
                <NoWarn>$(NoWarn);RW0016;RW0024;RW0032;RW0033;RW0034;RW0040;RW0060;NU1603</NoWarn>
                <RewrightOptimizationLevel>{level.ToString(CultureInfo.InvariantCulture)}</RewrightOptimizationLevel>
                <RewrightRust>off</RewrightRust>
                <RewrightRoot>{root}/</RewrightRoot>
                <RunAnalyzers>false</RunAnalyzers>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Head + """
            using System.Collections.Generic;
            using System.Globalization;
            namespace Demo;
            public enum Color { Red = 0, Green = 1, Blue = 5 }
            public sealed class HostException : Exception;
            internal static class Program
            {
                private static readonly SortedDictionary<int, Func<string>> s_calls = new();
                internal static void Add(int number, Func<string> call) => s_calls.Add(number, call);
                internal static string Text(object value) => value switch
                {
                    double d => double.IsNaN(d) ? "NaN" : BitConverter.DoubleToInt64Bits(d).ToString("x", CultureInfo.InvariantCulture),
                    string s => string.Concat(s.Select(c => ((int)c).ToString("x4", CultureInfo.InvariantCulture))),
                    Symbol s => Text(s.Name),
                    Color c => ((long)c).ToString(CultureInfo.InvariantCulture),
                    _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
                };
                internal static uint Hash(string text)
                {
                    uint hash = 2166136261;
                    foreach (char c in text) hash = (hash ^ c) * 16777619;
                    return hash ^ (hash >> 15);
                }
                private static void Main()
                {
                    foreach (var (number, call) in s_calls)
                    {
                        using var heap = new TermHeap();
                        using var scope = heap.BeginScope();
                        string text;
                        try { text = call(); }
                        catch (Exception e) { text = e.GetType().Name; }
                        Console.WriteLine(number + "\t" + text.Replace("\n", "\\n"));
                    }
                }
            }
            """);
    }

    private static int Compare((int Code, string Output) run, List<(string Call, string Text)> expected, TextWriter log)
    {
        int failures = 0;
        var lines = run.Output.Split('\n').Select(l => l.Split('\t', 2)).Where(l => l.Length == 2).ToDictionary(l => l[0], l => l[1]);
        for (int i = 0; i < expected.Count; i++)
        {
            string actual = lines.GetValueOrDefault(
                i.ToString(CultureInfo.InvariantCulture), "nothing, the program ended with " + run.Code);
            if (actual == expected[i].Text.Replace("\n", "\\n", StringComparison.Ordinal)) continue;
            if (++failures < 20)
                log.WriteLine("FAILED: " + expected[i].Call + "\n  expected: " + expected[i].Text + "\n  actual:   " + actual);
        }

        return failures;
    }

    private static (int Code, string Output) Execute(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
