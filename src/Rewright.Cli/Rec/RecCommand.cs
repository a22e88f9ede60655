using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Rewright.Checks;
using Rewright.Cli.Arguments;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
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
        var files = FileArguments.Several("FILE.rec", "The specifications; their imports are looked up beside them.");
        var engine = new Option<string>("--engine") { Description = "The engine to use.", DefaultValueFactory = _ => "native" };
        engine.AcceptOnlyFromAmong("native", "interpreter", "rust");
        var quiet = new Option<bool>("--quiet") { Description = "Print no normal forms." };
        var stats = new Option<bool>("--stats") { Description = "Print statistics to standard error, as one JSON object per file." };
        var count = new Option<bool>("--count") { Description = "Count rewrites; counters are compiled into the code." };
        var trace = new Option<bool>("--trace") { Description = "Print each rewrite to standard error; implies interpretation." };
        var check = new Option<bool>("--check")
        {
            Description = "Check each rewrite by a checker that shares no code with the engines; implies interpretation.",
        };
        var emit = new Option<string?>("--emit")
        {
            Description = "Instead of running the module, show it or its decision trees, lowered form, LLVM IR, machine code "
                + "or Rust crate."
        };
        emit.AcceptOnlyFromAmong("rw", "dot", "lowered", "llvm", "asm", "rust");
        var folder = new Option<string?>("--output")
        {
            Description = "With --emit rust: write each crate to a subfolder of this folder that is named after the "
                + "specification."
        };
        folder.Aliases.Add("-o");
        var level = new Option<int>("-O") { Description = "Optimization level, 0 to 3.", DefaultValueFactory = _ => 1 };
        var limitOptions = new LimitOptions();
        var command = new Command(
            "rec", "Bring the EVAL terms of REC specifications to normal form.") { files, engine, quiet, stats, count, trace, check, emit,
            folder, level };
        limitOptions.AddTo(command);
        command.SetAction(parse =>
        {
            var options = new Options(
                parse.GetValue(engine)!, parse.GetValue(quiet), parse.GetValue(stats), parse.GetValue(count), parse.GetValue(trace),
                parse.GetValue(check), parse.GetValue(emit), parse.GetValue(folder), parse.GetValue(level), limitOptions.Read(parse));
            using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
            foreach (string file in parse.GetValue(files)!)
            {
                int exit = Run(file, options, output);
                if (exit != 0) return exit;
            }

            return 0;
        });
        return command;
    }

    private sealed record Options(
        string Engine, bool Quiet, bool Stats, bool Count, bool Trace, bool Check, string? Emit, string? Folder, int Level,
        EvaluationLimits Limits)
    {
        public bool Interprets => Engine == "interpreter" || Trace || Check;
    }

    private static ModuleRuntime Compile(Module module, Options options, Dictionary<string, object> times, Func<double> lap)
    {
        if (options.Engine == "native" && !options.Interprets)
        {
            string ir = LlvmEmitter.Emit(Pipeline.Lower(module, seesRules: options.Count), new EmitOptions(options.Count));
            times["emit_ms"] = lap();
            var native = NativeCompiler.Compile(module, ir, [], options.Level);
            times["compile_ms"] = lap();
            return native;
        }

        if (options.Engine == "rust" && !options.Interprets)
        {
            times["emit_ms"] = 0.0;
            var crate = RustCompiler.Compile(module, [], RustCompiler.UserFolder, new RustOptions(options.Count));
            times["compile_ms"] = lap();
            return crate;
        }

        var interpreted = new ModuleRuntime(module, [], null);
        _ = interpreted.InterpreterFor(ProgramForm.Unboxed);
        times["emit_ms"] = lap();
        times["compile_ms"] = 0.0;
        return interpreted;
    }

    private static int Run(string file, Options options, TextWriter output)
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
            if (options.Emit is not null)
            {
                if (options is { Emit: "rust", Folder: { } folder })
                    WriteCrate(module, Path.Combine(folder, Path.GetFileNameWithoutExtension(file)), options.Count);
                else output.Write(Emit(module, options.Emit, options.Count, options.Level));
                return 0;
            }

            var runtime = Compile(module, options, times, Lap);
            using var heap = new TermHeap { Limits = options.Limits };
            using var trace = options.Trace || options.Check ? heap.BeginTrace() : null;
            heap.Enter();
            try
            {
                Evaluate(specification, runtime, heap, options, output, times, clock, Lap);
                if (options.Stats) Console.Error.WriteLine(JsonSerializer.Serialize(times));
            }
            finally
            {
                foreach (var derivation in options.Trace ? trace!.Derivations : []) Console.Error.WriteLine(derivation);
                heap.Exit();
            }

            return !options.Check || DerivationReport.Check(trace!) ? 0 : 2;
        }
        catch (RecException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        catch (InsufficientMemoryException)
        {
            // The limit was hit while a term of the file was built.
            Console.Error.WriteLine(
                file + ": error: The terms need more than " + (options.Limits.MaxHeapBytes >> 20)
                + " MB of memory. Raise --max-memory if they are that large.");
            return 2;
        }
        catch (Exception e) when (
            e is EvaluationException or NativeCompilationException or RustCompilationException or IOException
                or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(file + ": error: " + LimitOptions.MessageOf(e));
            return 2;
        }
    }

    private static void Evaluate(RecSpecification specification, ModuleRuntime runtime, TermHeap heap, Options options, TextWriter output,
        Dictionary<string, object> times, Stopwatch clock, Func<double> lap)
    {
        clock.Restart();
        var cpu = Environment.CpuUsage.TotalTime;
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
            results.Add(heap.NewTerm(word.Word, TermSort.Of(sort, word.IsBoxed)));
        }

        times["run_ms"] = lap();
        times["run_cpu_ms"] = Math.Round((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, 3);
        times["peak_heap_bytes"] = heap.Memory.Bytes;
        times["peak_rss_bytes"] = PeakResidentBytes();
        if (options.Count) times["rewrites"] = heap.Evaluator.Rewrites;
        if (options.Quiet) return;
        foreach (var term in results)
        {
            RecTerms.Write(output, term.Peek(out var sort), sort);
            output.Write('\n');
        }

        output.Flush();
    }

    private static void WriteCrate(Module module, string folder, bool count)
    {
        foreach (var file in RustEmitter.Emit(module, new RustOptions(count)))
        {
            string path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Text);
        }
    }

    private static string Emit(Module module, string what, bool count, int level)
    {
        if (what == "rw") return module.ToString();
        if (what == "dot") return DotPrinter.Print(module);
        if (what == "rust")
            return string.Concat(RustEmitter.Emit(module, new RustOptions(count)).Select(f => "// " + f.Path + "\n" + f.Text));
        var program = Pipeline.Lower(module);
        if (what == "lowered") return ProgramPrinter.Print(program);
        string ir = LlvmEmitter.Emit(program, new EmitOptions(count));
        return what == "llvm" ? ir : NativeCompiler.ToAssembly(ir, level);
    }

    // The high-water mark that the system keeps, or else the process's own figure.
    private static long PeakResidentBytes()
    {
        if (OperatingSystem.IsLinux())
        {
            foreach (string line in File.ReadLines("/proc/self/status"))
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(6, line.Length - 8).Trim(),
                        provider: System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }

        return Process.GetCurrentProcess().PeakWorkingSet64;
    }
}
