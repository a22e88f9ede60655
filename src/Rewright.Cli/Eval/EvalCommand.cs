using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using Rewright.Caches;
using Rewright.Cli.Arguments;
using Rewright.Engines;
using Rewright.Explain;

namespace Rewright.Cli.Eval;

/// <summary><c>rewright eval</c>: evaluates terms by the rules of a module.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var files = FileArguments.Several("FILE.rw", "The module, and the files of the modules that it uses.");
        var terms = new Option<string[]>("--term") { Description = "A term to evaluate; may be repeated.", Required = true };
        var engine = new Option<string>("--engine")
        {
            Description = "The engine to use; auto chooses one for the module.", DefaultValueFactory = _ => "native",
        };
        engine.AcceptOnlyFromAmong("native", "interpreter", "adaptive", "rust", "auto");
        var cache = new Option<string?>("--cache") { Description = "The directory of the cache of native code." };
        var noCache = new Option<bool>("--no-cache") { Description = "Neither read nor write the cache." };
        var stats = new Option<bool>("--stats") { Description = "Print statistics as one JSON object to standard error." };
        var level = new Option<int>("-O") { Description = "Optimization level, 0 to 3.", DefaultValueFactory = _ => 2 };
        var trace = new Option<bool>("--trace") { Description = "Print the rewrite steps that lead to each result." };
        var check = new Option<bool>("--check") { Description = "Check each step by a checker that shares no code with the engines." };
        var limits = new LimitOptions();
        var command = new Command(
            "eval", "Evaluate terms by the rules of a module.") { files, terms, engine, cache, noCache, stats, level, trace, check };
        limits.AddTo(command);
        command.SetAction(parse => Run(
            parse.GetValue(files)!, parse.GetValue(terms)!, parse.GetValue(engine) == "rust",
            new JitOptions
            {
                Mode = parse.GetValue(
                engine) switch
                {
                    "native" => JitMode.Native,
                    "adaptive" => JitMode.Adaptive,
                    "auto" => JitMode.Auto,
                    _ => JitMode.Interpreter
                },
                OptimizationLevel = parse.GetValue(level), CacheDirectory = parse.GetValue(cache), UseCache = !parse.GetValue(noCache),
                FallBackToInterpreter = parse.GetValue(engine) == "auto",
            },
            limits.Read(parse), parse.GetValue(stats), parse.GetValue(trace), parse.GetValue(check)));
        return command;
    }

    private static int Run(
        string[] files, string[] terms, bool isRust, JitOptions options, EvaluationLimits limits, bool stats, bool showsTrace, bool checks)
    {
        var times = new Dictionary<string, object?> { ["file"] = files[0] };
        var clock = Stopwatch.StartNew();
        double Lap()
        {
            double milliseconds = Milliseconds(clock.Elapsed);
            clock.Restart();
            return milliseconds;
        }

        try
        {
            if (ModuleArguments.Load(files) is not { } modules) return 1;
            times["parse_ms"] = Lap();
            using var jit = new JitCompiler(options);
            using var module = isRust ? null : jit.Compile(modules[0]);
            var crate = isRust ? RustCompiler.Compile(modules[0], [], RustCompiler.UserFolder) : null;
            times["ready_ms"] = Lap();
            using var heap = new TermHeap { Limits = limits };
            using var trace = showsTrace || checks ? heap.BeginTrace() : null;
            double? first = null;
            foreach (string term in terms)
            {
                string result = module?.Evaluate(term, heap) ?? EvaluateByCrate(crate!, heap, term);
                first ??= Milliseconds(clock.Elapsed);
                Console.Out.WriteLine(result);
            }

            foreach (var derivation in showsTrace ? trace!.Derivations : []) Console.Out.WriteLine(derivation);
            if (checks && !DerivationReport.Check(trace!)) return 2;

            times["first_ms"] = first;
            times["run_ms"] = Lap();
            if (stats)
            {
                jit.FlushCache();
                if (module is not null) AddDetails(times, module);
                else (times["engine"], times["cache"], times["reason"], times["reason_text"]) = (
                    nameof(Engine.Rust), "miss", nameof(CacheMissReason.Off), "cargo keeps what it compiles");
                Console.Error.WriteLine(JsonSerializer.Serialize(times));
            }

            return 0;
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine("error: " + e.Message);
            return 1;
        }
        catch (Exception e) when (
            e is EvaluationException or InsufficientMemoryException or NativeCompilationException or RustCompilationException
                or ArithmeticException or ArgumentOutOfRangeException or InvalidOperationException
            or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(files[0] + ": error: " + LimitOptions.MessageOf(e));
            return 2;
        }
    }

    private static string EvaluateByCrate(ModuleRuntime crate, TermHeap heap, string term)
    {
        using var scope = heap.BeginScope();
        return GroundTerms.Evaluate(crate, heap, term);
    }

    private static void AddDetails(Dictionary<string, object?> times, CompiledModule module)
    {
        var t = module.Times;
        times["engine"] = module.Engine.ToString();
        times["choice"] = module.Choice;
        times["failure"] = module.Failure;
        times["origin"] = module.Origin.ToString();
        times["lookup_ms"] = Milliseconds(t.LookUp);
        times["emit_ms"] = Milliseconds(t.Emit);
        times["llvm_parse_ms"] = Milliseconds(t.Parse);
        times["llvm_optimize_ms"] = Milliseconds(t.Optimize);
        times["llvm_generate_ms"] = Milliseconds(t.Generate);
        times["load_ms"] = Milliseconds(t.Load);
        times["code_bytes"] = module.CodeBytes;
        times["native_path"] = module.NativePath;
        times["cache"] = module.Origin is CodeOrigin.DiskCache or CodeOrigin.Bundle ? "hit" : "miss";
        // The interpreter looks up no code, so it has no miss.
        var miss = module.Miss
            ?? (module.Origin == CodeOrigin.Interpreted ? new CacheMiss(CacheMissReason.Off, "no code was looked for") : null);
        times["reason"] = miss?.Reason.ToString();
        times["reason_text"] = miss?.Detail;
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

/// <summary>Module files given on the command line.</summary>
internal static class ModuleArguments
{
    /// <summary>Reads modules and prints their diagnostics. Returns null if a module cannot be used.</summary>
    public static Module[]? Load(IEnumerable<string> files)
    {
        try
        {
            var results = ModuleFiles.Check(files);
            foreach (var d in results.SelectMany(r => r.Diagnostics)) Console.Error.WriteLine(d);
            return results.All(r => r.Module is not null) ? [.. results.Select(r => r.Module!)] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("error: " + e.Message);
            return null;
        }
    }
}
