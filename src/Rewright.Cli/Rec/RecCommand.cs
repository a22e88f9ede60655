using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Rewright.Checks;
using Rewright.Emit.Llvm;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Cli.Rec;

/// <summary><c>rewright rec</c>: runs specifications of the Rewrite Engines Competition.</summary>
internal static class RecCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE.rec") { Arity = ArgumentArity.OneOrMore, Description = "Specifications; what they import is found beside them." };
        var engine = new Option<string>("--engine") { Description = "What evaluates the terms.", DefaultValueFactory = _ => "native" };
        engine.AcceptOnlyFromAmong("native", "interpreter");
        var quiet = new Option<bool>("--quiet") { Description = "Print no normal forms." };
        var stats = new Option<bool>("--stats") { Description = "Print one JSON object for each file to standard error." };
        var count = new Option<bool>("--count") { Description = "Count rewrites; compiles counters in." };
        var emit = new Option<string?>("--emit") { Description = "Show the module, its lowered form, its IR or its machine code instead of running it." };
        emit.AcceptOnlyFromAmong("rw", "lowered", "llvm", "asm");
        var level = new Option<int>("-O") { Description = "Optimization level, 0 to 3.", DefaultValueFactory = _ => 1 };
        var command = new Command("rec", "Bring the EVAL terms of REC specifications to normal form.") { files, engine, quiet, stats, count, emit, level };
        command.SetAction(parse =>
        {
            using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
            foreach (string file in parse.GetValue(files)!)
            {
                int exit = Run(file, parse.GetValue(engine)!, parse.GetValue(quiet), parse.GetValue(stats), parse.GetValue(count), parse.GetValue(emit), parse.GetValue(level), output);
                if (exit != 0) return exit;
            }

            return 0;
        });
        return command;
    }

    private static int Run(string file, string engine, bool quiet, bool stats, bool count, string? emit, int level, TextWriter output)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            double Lap()
            {
                double milliseconds = clock.Elapsed.TotalMilliseconds;
                clock.Restart();
                return Math.Round(milliseconds, 3);
            }

            var times = new Dictionary<string, object> { ["file"] = file };
            var specification = RecReader.Read(file);
            times["parse_ms"] = Lap();
            var result = Checker.Check(specification.Module, _ => null);
            if (result.Module is not { } module)
            {
                foreach (var d in result.Diagnostics.Where(d => d.Kind.Severity == Severity.Error)) Console.Error.WriteLine(d);
                return 1;
            }

            times["check_ms"] = Lap();
            if (emit is not null)
            {
                output.Write(Emit(module, emit, count, level));
                return 0;
            }

            ModuleRuntime runtime;
            if (engine == "native")
            {
                string ir = LlvmEmitter.Emit(ProgramLowering.Lower(module, seesRules: count), new EmitOptions(count));
                times["emit_ms"] = Lap();
                runtime = NativeCompiler.Compile(module, ir, [], level);
                times["compile_ms"] = Lap();
            }
            else
            {
                runtime = new ModuleRuntime(module, [], null);
                _ = runtime.InterpreterFor(isGeneral: false);
                times["emit_ms"] = Lap();
                times["compile_ms"] = 0.0;
            }

            using var heap = new TermHeap();
            heap.Enter();
            clock.Restart();
            var heads = new Dictionary<string, TermHead?>();
            var results = new List<Term>();
            var pending = heap.Evaluator.Hold();
            foreach (var (text, span) in specification.Terms)
            {
                var (word, sort) = RecTerms.Evaluate(text, span, name =>
                {
                    if (!heads.TryGetValue(name, out var head)) heads.Add(name, head = GroundTerms.Find(runtime, heap, name, null));
                    return head;
                }, pending);
                results.Add(heap.NewTerm(word.Word, TermSort.Of(sort, word.IsGeneral)));
            }

            times["run_ms"] = Lap();
            times["peak_heap_bytes"] = heap.Memory.Bytes;
            times["peak_rss_bytes"] = PeakResidentBytes();
            if (!quiet)
            {
                foreach (var term in results)
                {
                    RecTerms.Write(output, term.Peek(out var sort), sort);
                    output.Write('\n');
                }

                output.Flush();
            }

            if (stats) Console.Error.WriteLine(JsonSerializer.Serialize(times));
            heap.Exit();
            return 0;
        }
        catch (RecException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        catch (Exception e) when (e is EvaluationException or NativeCompilationException)
        {
            Console.Error.WriteLine(file + ": error: " + e.Message);
            return 2;
        }
    }

    private static string Emit(Module module, string what, bool count, int level)
    {
        if (what == "rw") return module.ToString();
        var program = ProgramLowering.Lower(module);
        if (what == "lowered") return ProgramPrinter.Print(program);
        string ir = LlvmEmitter.Emit(program, new EmitOptions(count));
        return what == "llvm" ? ir : NativeCompiler.ToAssembly(ir, level);
    }

    // The high-water mark that the system keeps; the process's own figure elsewhere.
    private static long PeakResidentBytes()
    {
        if (OperatingSystem.IsLinux())
        {
            foreach (string line in File.ReadLines("/proc/self/status"))
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) return long.Parse(line.AsSpan(6, line.Length - 8).Trim(), provider: System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }

        return Process.GetCurrentProcess().PeakWorkingSet64;
    }
}
