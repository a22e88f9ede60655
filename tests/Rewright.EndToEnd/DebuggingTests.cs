using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rewright.Testing;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>Rules in a debugger.</summary>
public sealed class DebuggingTests(Packages packages) : IDisposable
{
    private const string Rules = """
        using Rewright;
        using static Rewright.Dsl;

        namespace Demo;

        [PatternModule]
        public static partial class Algebra
        {
            [Sort] public readonly partial struct Expr;
            [Constructor] public static partial Expr Num(long value);
            [Constructor] public static partial Expr Var(int index);
            [Constructor] public static partial Expr Add(Expr x, Expr y);
            [Constructor] public static partial Expr Mul(Expr x, Expr y);

            [Operation] public static partial Expr Diff(Expr e, int v);

            [Pattern] static Rule DiffNum(long n, int v) => Rewrite(Diff(Num(n), v), to: Num(0));
            [Pattern] static Rule DiffVar(int i) => Rewrite(Diff(Var(i), i), to: Num(1));
            [Pattern] static Rule DiffOther(int i, int v) => Rewrite(Diff(Var(i), v), to: Num(0)).When(i != v);
            [Pattern] static Rule DiffAdd(Expr x, Expr y, int v) => Rewrite(Diff(Add(x, y), v), to: Add(Diff(x, v), Diff(y, v)));
            [Pattern] static Rule DiffMul(Expr x, Expr y, int v) => Rewrite(Diff(Mul(x, y), v), to: Add(Mul(Diff(x, v), y), Mul(x, Diff(y, v))));
        }
        """;

    private readonly TestProject _project = new(packages);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Gdb_stops_at_a_rule_and_shows_its_file_and_line()
    {
        ExternalProgram.Gdb.Need();
        _project.Write("App/Algebra.cs", Rules);
        _project.Write("App/Program.cs", """
            using System;
            using Rewright;
            using static Demo.Algebra;

            using var heap = new TermHeap();
            Console.WriteLine(Diff(Mul(Var(0), Add(Var(0), Num(3))), 0) + " " + Demo.Algebra.Module.Engine);
            """);
        (await _project.BuildAsync("-p:RewrightDebugSymbols=true")).SucceededWithoutWarnings();
        string file = _project["App/Algebra.cs"];

        // By the line of a rule: the product's rule has called for the sum's.
        string[] stack = await DebugAsync("Algebra.cs:20");
        Assert.Contains("hit Breakpoint 1", string.Join("\n", stack));
        string[] frames = [.. stack.Where(l => l.StartsWith('#'))];
        Assert.Equal($"#0  Demo.Algebra.DiffAdd () at {file}:20", frames[0]);
        Assert.Contains(frames, f => f.Contains("in Demo.Algebra.Diff () at ") && f.EndsWith(file + ":21"));
        // By the name of a rule, and by that of an operation.
        Assert.Contains($"#0  Demo.Algebra.DiffVar () at {file}:18", await DebugAsync("Demo.Algebra.DiffVar"));
        Assert.Contains($"#0  Demo.Algebra.Diff () at {file}:15", await DebugAsync("Demo.Algebra.Diff"));

        // Lines that moved are seen; and paths are those of the compiler.
        _project.Write("App/Algebra.cs", "// moved\n" + Rules);
        string map = "-p:PathMap=" + _project["App"].Replace(",", "%2c") + "=/there";
        Assert.Contains("CompileNative",
            (await _project.BuildAsync("--no-restore", "-p:RewrightDebugSymbols=true", map)).SucceededWithoutWarnings().OurTargets);
        Assert.Contains("#0  Demo.Algebra.DiffVar () at /there/Algebra.cs:19", await DebugAsync("Algebra.cs:19"));
        Assert.DoesNotContain(
            _project["App"], File.ReadAllText(_project["App/bin/Debug/net10.0/libApp.rewright.so"], System.Text.Encoding.UTF8));

        // Without them there is nothing of it, and lines mean nothing.
        (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings();
        Assert.DoesNotContain("!dbg", File.ReadAllText(_project["App/obj/Debug/net10.0/rewright/llvm/Demo.Algebra.ll"]));
        _project.Write("App/Algebra.cs", Rules);
        Assert.DoesNotContain("CompileNative", (await _project.BuildAsync("--no-restore")).SucceededWithoutWarnings().OurTargets);

        Assert.Equal("RW0206", Assert.Single((await _project.BuildAsync("--no-restore", "-p:RewrightDebugSymbols=yes")).Failed().Errors));
    }

    // The lines that gdb writes when it stops for the first time.
    private async Task<string[]> DebugAsync(string place)
    {
        var outcome = await Command.RunAsync("timeout",
            [
                "120", "gdb", "-q", "-batch", "-nx", "-ex", "set breakpoint pending on", "-ex", "set debuginfod enabled off", "-ex",
                "set width 0",
                // The runtime uses these itself.
                "-ex", "handle SIG34 SIG35 SIG36 SIGSEGV nostop noprint pass",
                "-ex", "break " + place, "-ex", "run", "-ex", "backtrace", "-ex", "kill",
                "--args", "dotnet", _project["App/bin/Debug/net10.0/App.dll"],
            ], _project["."], _project.Variables());
        return outcome.Output.Split('\n');
    }
}
