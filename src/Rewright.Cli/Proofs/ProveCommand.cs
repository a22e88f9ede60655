using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Rewright.Checks;
using Rewright.Cli.Arguments;
using Rewright.Model;
using Rewright.Proofs;
using Rewright.Text;

namespace Rewright.Cli.Proofs;

/// <summary><c>rewright prove</c>: proves the rules of modules or finds counterexamples.</summary>
internal static class ProveCommand
{
    private const int AllHold = 0, SomethingRefuted = 1, SomethingUnknown = 2, NotRead = 3;

    public static Command Create()
    {
        var files = FileArguments.Several("FILE.rw", "Modules; each may use those before it.");
        var limit = new Option<double>("--time-limit")
        {
            Description = "Time limit in seconds for one rule, all widths together.", DefaultValueFactory = _ => 10,
        };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Number of rules to prove in parallel.", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var cache = new Option<string>("--cache")
        {
            Description = "The file that caches verdicts; empty for no cache.",
            DefaultValueFactory = _ => DefaultCache
        };
        var json = new Option<string?>("--json") { Description = "Write all verdicts to this file." };
        var command = new Command(
            "prove", "Prove the rules of modules with an SMT solver, or find counterexamples.") { files, limit, jobs, cache,
            json };
        command.SetAction((parse, cancellation) => System.Threading.Tasks.Task.Run(() =>
        {
            string path = parse.GetValue(cache)!;
            var options = new ProverOptions
            {
                TimeLimit = TimeSpan.FromSeconds(parse.GetValue(limit)),
                Parallelism = Math.Max(1, parse.GetValue(jobs)),
            };
            try
            {
                if (path.Length > 0)
                    options = options with
                    {
                        Cache = new VerdictCache(
                        path, Path.GetDirectoryName(Path.GetFullPath(parse.GetValue(files)![0]))!)
                    };
            }
            catch (IOException e)
            {
                Console.Error.WriteLine("error: " + e.Message);
                return NotRead;
            }

            if (options.Cache?.Refusal is { } refusal) Console.Error.WriteLine("warning: " + refusal + ".");
            return Run(parse.GetValue(files)!, options, parse.GetValue(json), cancellation);
        }, cancellation));
        return command;
    }

    private static string DefaultCache
        => Path.Combine(Environment.GetFolderPath(
        Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "rewright", "verdicts");

    private static int Run(string[] files, ProverOptions options, string? json, System.Threading.CancellationToken cancellation)
    {
        try
        {
            if (options.Solvers.IsEmpty) Console.Error.WriteLine("warning: " + SolverDiscovery.Advice);
            var known = new List<Module>();
            var all = new List<(string File, RuleVerdict Verdict)>();
            int definitions = 0;
            foreach (string file in files)
            {
                var (result, wrongCircuits) = Check(file, known);
                foreach (var diagnostic in result.Diagnostics.Where(d => d.Kind.Severity == Severity.Error))
                    Console.Error.WriteLine(diagnostic);
                if (result.Module is not { } module) return NotRead;
                known.Add(module);
                foreach (var (place, verdict) in wrongCircuits)
                {
                    all.Add((file, verdict));
                    Report(place, verdict);
                }

                // The checker has already proved the circuit rules.
                all.AddRange(module.CircuitRules.Select(r => (file, new RuleVerdict(module.Name, r.Name, "", new(VerdictKind.Proved)))));
                var report = new Prover(options).Prove(module, cancellation);
                definitions += report.Definitions;
                var places = module.Syntax.Patterns.ToDictionary(p => p.Name, p => p.Span);
                foreach (var verdict in report.Verdicts)
                {
                    all.Add((file, verdict));
                    Report(places[verdict.Rule].ToString(), verdict);
                }
            }

            options.Cache?.Save();
            if (json is not null) File.WriteAllText(json, Json(all.Select(v => v.Verdict)), new UTF8Encoding(false));
            int Count(VerdictKind kind) => all.Count(v => v.Verdict.Verdict.Kind == kind);
            if (definitions > 0)
                Console.Out.WriteLine(definitions + " rules need no proof: they define an operation, or their terms have no meaning");
            int byIdentities = all.Count(v => v.Verdict.Verdict is { Kind: VerdictKind.Proved, Detail: Verdict.ByIdentities });
            if (byIdentities > 0) Console.Out.WriteLine(byIdentities + " rules are proved under the assumed identities");
            Console.Out.WriteLine(
                $"{Count(VerdictKind.Proved)} proved, {Count(VerdictKind.Refuted)} refuted, {Count(VerdictKind.Unknown)} unknown, "
                    + $"{Count(VerdictKind.Assumed)} assumed");
            return Count(VerdictKind.Refuted) > 0 ? SomethingRefuted : Count(VerdictKind.Unknown) > 0 ? SomethingUnknown : AllHold;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("error: " + e.Message);
            return NotRead;
        }
    }

    // The checker proves circuit rules and rejects a module with a wrong one. Wrong rules are set aside and counted, so that the others
    // can be proved.
    private static (CheckResult Result, List<(string Place, RuleVerdict Verdict)> Wrong) Check(string file, List<Module> known)
    {
        var (syntax, diagnostics) = Parser.ParseModule(TextFile.Read(file), file);
        CheckResult Bind() => Checker.Check(syntax, name => known.Find(m => m.Name == name)).CheckCircuits();
        var result = Bind();
        var wrong = new List<(string, RuleVerdict)>();
        foreach (var diagnostic in result.Diagnostics)
        {
            VerdictKind? kind = diagnostic.Kind == DiagnosticKinds.WrongCircuitRule
                || diagnostic.Kind == DiagnosticKinds.UndeclaredPhase ? VerdictKind.Refuted
                : diagnostic.Kind == DiagnosticKinds.UnprovedCircuitRule ? VerdictKind.Unknown : null;
            if (kind is not { } found || syntax.Patterns.FirstOrDefault(p => p.Name == diagnostic.Arguments[0]) is not { } pattern)
                continue;
            syntax = syntax with { Patterns = syntax.Patterns.Where(p => !ReferenceEquals(p, pattern)).ToEquatableArray() };
            string reason = diagnostic.Kind == DiagnosticKinds.UndeclaredPhase
                ? "its sides differ by the global phase e^(i*(" + diagnostic.Arguments[1] + "))" : diagnostic.Arguments[1];
            wrong.Add((diagnostic.Span.ToString(), new(syntax.Name, pattern.Name, "", new(found, reason))));
        }

        if (wrong.Count > 0) result = Bind();
        return (result with { Diagnostics = diagnostics.AddRange(result.Diagnostics) }, wrong);
    }

    private static void Report(string place, RuleVerdict verdict)
    {
        var (kind, detail, condition) = verdict.Verdict;
        string? line = kind switch
        {
            VerdictKind.Refuted => "error: '" + verdict.Rule + "' is wrong: " + detail
            + (condition.Length > 0 ? "; it holds if " + condition : ""),
            VerdictKind.Unknown => "warning: '" + verdict.Rule + "' is not proved: " + detail,
            VerdictKind.Assumed => "info: '" + verdict.Rule + "' is assumed: " + detail,
            _ => null,
        };
        if (line is not null) Console.Out.WriteLine(place + ": " + line);
    }

    /// <summary>Writes verdicts as JSON.</summary>
    private static string Json(IEnumerable<RuleVerdict> verdicts)
        => JsonSerializer.Serialize(
            verdicts.Select(v => new
            {
                module = v.Module, rule = v.Rule, verdict = v.Verdict.Kind.ToString().ToLowerInvariant(),
                detail = v.Verdict.Detail, condition = v.Verdict.Condition
            }),
            new JsonSerializerOptions { WriteIndented = true }) + "\n";
}
