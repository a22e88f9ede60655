using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.Build.Framework;
using Rewright.Caches;
using Rewright.Checks;
using Rewright.Proofs;

namespace Rewright.Build;

/// <summary>Has rules proved, and reports wrong ones.</summary>
/// <remarks>
/// Verdicts are cached by the content of rules. The solver runs in a worker process, which does not even start if all verdicts are known.
/// Analyzers also read the verdicts and report them at the next compilation, so this task reports new verdicts once and wrong rules every
/// time.
/// </remarks>
public sealed class ProveRules : WorkerTask
{
    // A rule takes some hundred bytes.
    private const long MaxBytes = 256L << 20;

    private readonly List<(RuleVerdict Verdict, bool IsNew)> _verdicts = [];
    private readonly List<(string Module, string Rule)> _unproved = [];
    private readonly Dictionary<string, RuleVerdict> _answers = [];
    private string _missing = "";
    private string? _danger;

    /// <summary>The claims files: one for each module whose rules make claims.</summary>
    public ITaskItem[] Claims { get; set; } = [];

    /// <summary>The file with all verdicts of this project.</summary>
    [Required]
    public string Known { get; set; } = "";

    /// <summary>The file with the verdicts that analyzers report; it exists only if there are any.</summary>
    [Required]
    public string Verdicts { get; set; } = "";

    /// <summary>A file of verdicts that builds share; empty for none.</summary>
    public string? Cache { get; set; }

    /// <summary>The report for people and other tools.</summary>
    [Required]
    public string ReportFile { get; set; } = "";

    /// <summary><c>cached</c> or <c>on</c>.</summary>
    [Required]
    public string Mode { get; set; } = "";

    /// <summary>The time limit for each rule, in seconds.</summary>
    [Required]
    public string TimeLimit { get; set; } = "";

    private protected override void Run(CancellationToken cancellation)
    {
        if (Mode is not ("cached" or "on"))
            Report(BuildKinds.BadOption, "RewrightProofs is '" + Mode + "'; it must be on, cached or off.");
        if (!double.TryParse(TimeLimit, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double limit) || limit <= 0)
            Report(BuildKinds.BadOption, "RewrightProofsTimeLimit is '" + TimeLimit + "'; it must be a number of seconds.");
        if (Log.HasLoggedErrors) return;

        // A verdict depends on the code that reached it; with more time an unanswered claim may get an answer.
        string tool = ChecksumOfWorker("Rewright.Proofs.dll", "Rewright.Core.dll") + " " + TimeLimit;
        var own = Read(File.Exists(Known) ? File.ReadAllText(Known) : "", tool);
        var shared = string.IsNullOrEmpty(Cache) ? [] : LoadShared(tool);
        if (_danger is not null) Report(BuildKinds.UnsafeVerdicts, Cache!, _danger);
        var open = new List<string>();
        var modules = Claims.Select(
            c => (Path: Path.GetFullPath(c.ItemSpec), Module: ClaimsFile.Read(File.ReadAllText(c.ItemSpec)))).OrderBy(
            m => m.Path, StringComparer.Ordinal).ToList();
        foreach (var (path, module) in modules)
            open.AddRange(Obligation.Of(module).Where(
                o => o.Assumed.Length == 0 && !own.ContainsKey(o.Key) && !shared.ContainsKey(o.Key)).Select(
                o => Protocol.Write(Protocol.Claim, path, o.Rule)));
        if (open.Count > 0 && Mode == "on") RunProver(open, cancellation);

        foreach (var (_, module) in modules)
            foreach (var obligation in Obligation.Of(module)) Settle(module.Name, obligation, own, shared);
        Files.WriteIfDifferent(Known, Encoding.UTF8.GetBytes("# " + tool + "\n" + VerdictFile.Write(_verdicts.Select(v => v.Verdict))));
        var bad = _verdicts.Select(v => v.Verdict).Where(v => v.Verdict.Kind is VerdictKind.Refuted or VerdictKind.Unknown).ToList();
        // Written only if different, because it is an input of the compiler.
        if (bad.Count > 0) Files.WriteIfDifferent(Verdicts, Encoding.UTF8.GetBytes(VerdictFile.Write(bad)));
        else Files.TryDelete(Verdicts);
        Files.WriteIfDifferent(ReportFile, Encoding.UTF8.GetBytes(Json()));
        Share(shared, tool);
        Say();
        if (!Log.HasLoggedErrors && _unproved.Count == 0) Files.Touch(Stamp);
        else Files.TryDelete(Stamp);
    }

    private void Settle(string module, Obligation obligation, Dictionary<string, RuleVerdict> own, Dictionary<string, RuleVerdict> shared)
    {
        if (obligation.Assumed.Length > 0)
            _verdicts.Add((new(module, obligation.Rule, obligation.Key, new(VerdictKind.Assumed, obligation.Assumed)), false));
        else if (own.TryGetValue(obligation.Key, out var known))
            _verdicts.Add((known with { Module = module, Rule = obligation.Rule }, false));
        else if (_answers.TryGetValue(obligation.Key, out known) || shared.TryGetValue(obligation.Key, out known))
            _verdicts.Add((known with { Module = module, Rule = obligation.Rule }, true));
        else _unproved.Add((module, obligation.Rule));
    }

    // Users who can write to the project are trusted, because they can change its rules anyway.
    private Dictionary<string, RuleVerdict> LoadShared(string tool)
        => Read(TrustedFiles.ReadText(
            Path.GetFullPath(Cache!), MaxBytes, Writers.Of(Path.GetDirectoryName(Path.GetFullPath(Project))!), out _danger) ?? "", tool);

    private static Dictionary<string, RuleVerdict> Read(string text, string tool)
    {
        var verdicts = new Dictionary<string, RuleVerdict>();
        if (text.StartsWith("# " + tool + "\n", StringComparison.Ordinal))
            foreach (var verdict in VerdictFile.Read(text)) verdicts[verdict.Key] = verdict;
        return verdicts;
    }

    private void Share(Dictionary<string, RuleVerdict> shared, string tool)
    {
        if (string.IsNullOrEmpty(Cache) || _danger is not null || _answers.Count == 0) return;
        // Read again, because another build may have written since.
        foreach (var verdict in LoadShared(tool).Values.Concat(_answers.Values)) shared[verdict.Key] = verdict;
        Files.WriteIfDifferent(
            Path.GetFullPath(Cache),
            Encoding.UTF8.GetBytes("# " + tool + "\n" + VerdictFile.Write(shared.Values.OrderBy(v => v.Key, StringComparer.Ordinal))));
    }

    private void RunProver(List<string> claims, CancellationToken cancellation)
    {
        int granted = RequestCores(Math.Min(claims.Count, Environment.ProcessorCount));
        try
        {
            var request = new List<string>
            {
                Protocol.Write(Protocol.Limit, TimeLimit),
                Protocol.Write(Protocol.Cores, Math.Max(1, granted).ToString(CultureInfo.InvariantCulture)),
            };
            request.AddRange(claims);
            if (RunWorker(Protocol.Prove, request, cancellation) is { } failure)
                Report(BuildKinds.ProverDied, failure.Manner, LastWords(failure));
        }
        finally
        {
            ReleaseCores(granted);
        }
    }

    private protected override bool Accept(string[] answer)
    {
        switch (answer)
        {
            case [Protocol.Verdict, var module, var rule, var key, var kind, var detail, var condition]:
                _answers[key] = new(module, rule, key, new((VerdictKind)Enum.Parse(typeof(VerdictKind), kind), detail, condition));
                break;
            case [Protocol.Missing, var advice, _]:
                _missing = advice;
                break;
            default:
                return false;
        }

        return true;
    }

    private void Say()
    {
        foreach (var (verdict, isNew) in _verdicts)
        {
            var (kind, detail, condition) = verdict.Verdict;
            if (kind == VerdictKind.Refuted)
                Report(ProofKinds.Refuted, verdict, detail, condition.Length > 0 ? "; it holds if " + condition : "");
            else if (kind == VerdictKind.Unknown && isNew) Report(ProofKinds.NotProved, verdict, detail);
        }

        if (_unproved.Count == 0 || Log.HasLoggedErrors) return;
        string which = _unproved.Count == 1
            ? "'" + _unproved[0].Rule + "' is"
            : _unproved.Count.ToString(CultureInfo.InvariantCulture) + " rules, '" + _unproved[0].Rule + "' among them, are";
        Report(BuildKinds.Unproved, which,
            _missing.Length > 0 ? _missing + " RewrightProofs=off builds without proofs and without this message"
            : "Build with RewrightProofs=on where an SMT solver is installed");
    }

    private void Report(DiagnosticKind kind, RuleVerdict verdict, params string[] arguments)
    {
        Report(kind, kind.Severity, Declarations.FindRule(verdict.Module, verdict.Rule), [verdict.Rule, .. arguments]);
    }

    private string Json()
    {
        var lines = _verdicts.Select(v => v.Verdict)
            .Concat(_unproved.Select(u => new RuleVerdict(u.Module, u.Rule, "", new(VerdictKind.Unknown, "it has not been proved yet"))))
            .Select(v => "  { \"module\": " + Quote(v.Module) + ", \"rule\": " + Quote(v.Rule) + ", \"verdict\": "
                + Quote(v.Verdict.Kind.ToString().ToLowerInvariant())
                + ", \"detail\": " + Quote(v.Verdict.Detail) + ", \"condition\": " + Quote(v.Verdict.Condition) + " }");
        return "[\n" + string.Join(",\n", lines) + "\n]\n";
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c)) quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
