using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Model;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>The options of proving rules.</summary>
internal sealed record ProverOptions
{
    /// <summary>
    /// The limit for one rule, all its widths together, in processor time of its solvers. On a busy machine this may take four times as
    /// long.
    /// </summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The number of rules to prove in parallel; each has its own solver process.</summary>
    public int Parallelism { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>The solvers in the order of asking; without any, only cached verdicts are given.</summary>
    public ImmutableArray<Solver> Solvers { get; init; } = [.. new[] { SolverDiscovery.Find("z3"),
        SolverDiscovery.Find("cvc5") }.OfType<Solver>()];

    /// <summary>The cache of verdicts; null for none.</summary>
    public VerdictCache? Cache { get; init; }
}

/// <summary>The result of proving a module.</summary>
/// <param name="Verdicts">A verdict for each rule that makes a claim, in order of declaration.</param>
/// <param name="Definitions">The number of rules that define something, so that there is nothing to prove.</param>
/// <param name="Asked">The number of rules that were not in the cache.</param>
internal sealed record ProofReport(ImmutableArray<RuleVerdict> Verdicts, int Definitions, int Asked)
{
    /// <summary>The number of verdicts of a kind.</summary>
    public int Count(VerdictKind kind) => Verdicts.Count(v => v.Verdict.Kind == kind);
}

/// <summary>Proves or refutes the rules of modules.</summary>
/// <remarks>
/// A rule is proved if, at every width, a solver shows that no values make its sides differ. It is refuted only if both sides differ when
/// computed for given values without a solver: a solver's counterexample is never reported unchecked. If the module has an operation that
/// computes values, the interpreter must find different values too.
/// </remarks>
internal sealed class Prover(ProverOptions options)
{
    // Trying values finds most wrong rules.
    private const int Attempts = 100;

    // Verdicts depend on this code.
    private static readonly string Identity = typeof(Theory).Module.ModuleVersionId + "|" + typeof(Prover).Module.ModuleVersionId;

    /// <summary>Proves all rules of a module.</summary>
    public ProofReport Prove(Module module, CancellationToken cancellation = default) => Prove(module, _ => true, cancellation);

    /// <summary>Proves some rules of a module.</summary>
    public ProofReport Prove(Module module, Func<Pattern, bool> isWanted, CancellationToken cancellation)
    {
        var patterns = module.Patterns.Where(isWanted).ToImmutableArray();
        var verdicts = new RuleVerdict?[patterns.Length];
        int asked = 0;
        // Each thread gathers facts about sorts and symbols as it needs them.
        var theories = new ThreadLocal<Theory>(() => new Theory(module));
        var sessions = new ConcurrentBag<SolverSession[]>();
        try
        {
            Parallel.For(0, patterns.Length,
                new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellation }, i =>
            {
                if (!sessions.TryTake(out var session)) session = [.. options.Solvers.Select(s => new SolverSession(s))];
                try
                {
                    verdicts[i] = Judge(module, theories.Value!, patterns[i], session, ref asked, cancellation);
                }
                finally
                {
                    sessions.Add(session);
                }
            });
        }
        finally
        {
            foreach (var session in sessions.SelectMany(s => s)) session.Dispose();
        }

        return new([.. verdicts.OfType<RuleVerdict>()], verdicts.Count(v => v is null), asked);
    }

    private RuleVerdict? Judge(
        Module module, Theory theory, Pattern pattern, SolverSession[] solvers, ref int asked, CancellationToken cancellation)
    {
        if (pattern.Assumed.Length > 0) return new(module.Name, pattern.Name, "", new(VerdictKind.Assumed, pattern.Assumed));
        if (!Claim.IsMadeBy(theory, pattern)) return null;
        string key = Obligation.KeyOf(theory, pattern);
        string limit = options.TimeLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        string cached = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Identity + "|" + key)).AsSpan(0, 16));
        // More time or another solver may still give an answer.
        string hopeless = cached + "-" + limit + string.Concat(options.Solvers.Select(s => "-" + s.Name));
        if ((options.Cache?.Find(cached) ?? options.Cache?.Find(hopeless)) is { } known) return new(module.Name, pattern.Name, key, known);
        if (options.Solvers.IsEmpty)
            return new(module.Name, pattern.Name, key, new(VerdictKind.Unknown, "it has not been proved yet, and there is no solver here"));
        Interlocked.Increment(ref asked);
        var verdict = new Judgement(module, theory, pattern, solvers, options.TimeLimit, cancellation).Reach(Attempts);
        var result = new RuleVerdict(module.Name, pattern.Name, key, verdict);
        options.Cache?.Add(result with { Key = verdict.Kind == VerdictKind.Unknown ? hopeless : cached });
        return result;
    }
}

/// <summary>The work on one rule.</summary>
internal sealed class Judgement(
    Module module, Theory theory, Pattern pattern, SolverSession[] solvers, TimeSpan limit, CancellationToken cancellation)
{
    private TimeSpan _used;

    private TimeSpan Left => limit - _used;

    /// <summary>The verdict; for a wrong rule it includes the weakest simple condition under which the rule is right.</summary>
    public Verdict Reach(int attempts)
    {
        var verdict = Reach(pattern, attempts);
        return verdict.Kind == VerdictKind.Refuted ? verdict with { Condition = MissingCondition(attempts) } : verdict;
    }

    private string MissingCondition(int attempts)
    {
        // The time for refuting the rule does not count against the search for a condition.
        _used = TimeSpan.Zero;
        (int Applicable, string Text) weakest = (0, "");
        foreach (var candidate in Conditions.For(pattern, theory.Module))
        {
            if (Left <= TimeSpan.Zero) break;
            var conditional = Conditions.With(pattern, candidate);
            // The weakest condition is the one that most values satisfy.
            int applicable = Claim.Of(theory, conditional) is [var first, ..] ? first.CountApplicable(attempts) : 0;
            if (applicable > weakest.Applicable && Reach(conditional, attempts).Kind == VerdictKind.Proved)
                weakest = (applicable, candidate.ToString());
        }

        return weakest.Text;
    }

    private Verdict Reach(Pattern pattern, int attempts)
    {
        if (Claim.Of(theory, pattern) is not { Count: > 0 } claims)
            return new(VerdictKind.Unknown, "its meanings do not fit together at any width");
        if (claims[0].Search(attempts) is { IsReal: true } early && IsConfirmed(claims[0], early)) return Refutation(claims[0], early);
        string open = "", means = "";
        foreach (var claim in claims)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (Settle(claim))
            {
                case Verdict { Kind: VerdictKind.Refuted } refuted: return refuted;
                case Verdict { Kind: VerdictKind.Unknown, Detail: var reason } when open.Length == 0: open = reason; break;
                case Verdict { Kind: VerdictKind.Proved, Detail: { Length: > 0 } detail }: means = detail; break;
            }
        }

        return open.Length > 0 ? new(VerdictKind.Unknown, open) : new(VerdictKind.Proved, means);
    }

    // Computation and formulas must agree before a rule is called wrong.
    private bool IsConfirmed(Claim claim, Counterexample found)
        => solvers.Any(s => Ask(s, claim.Script + found.Script, [], Left).Answer == Answer.Satisfiable);

    private Verdict Refutation(Claim claim, Counterexample found)
        => Replay.Differs(module, claim, found) == false
            ? new(VerdictKind.Unknown, "it would not hold " + found.Text + ", but the interpreter computes the same on both sides")
                : new(VerdictKind.Refuted, found.Text);

    private Verdict Settle(Claim claim)
    {
        if (claim.HoldsByForm) return new(VerdictKind.Proved);
        if (claim.AbstractScript is { } script && solvers.Any(s => Ask(s, script, [], limit / 10).Answer == Answer.Unsatisfiable))
            return new(VerdictKind.Proved);
        string[] withIdentities = [.. new[] { false, true }.Select(claim.ScriptWithIdentities).OfType<string>()];
        // First without identities, so that none is assumed needlessly.
        var start = _used;
        var plain = withIdentities.Length > 0 ? limit / 4 : Left;
        string reason = "";
        string at = claim.Widths.Length > 0 ? " at width " + claim.Widths : "";
        for (int i = 0; i < solvers.Length; i++)
        {
            // A second solver gets half of the time.
            var (answer, values) = Ask(
                solvers[i], claim.Script, claim.Constants, (plain - (_used - start)) / (i + 1 < solvers.Length ? 2 : 1));
            if (answer == Answer.Unsatisfiable) return new(VerdictKind.Proved);
            if (answer != Answer.Satisfiable) continue;
            if (Confirm(claim, values) is { } found)
            {
                if (found.IsReal) return Refutation(claim, found);
                reason = "it would not hold " + found.Text + ", but there may be no term with such a value";
            }
            else
            {
                reason = "the solver's counterexample" + at + " cannot be computed";
            }
        }

        foreach (string assisted in withIdentities)
            if (solvers.Any(s => Ask(s, assisted, [], Left / 2).Answer == Answer.Unsatisfiable))
                return new(VerdictKind.Proved, Verdict.ByIdentities);
        return new(VerdictKind.Unknown,
            reason.Length > 0 ? reason
            : "there was no answer" + at + " within " + limit.TotalSeconds.ToString(CultureInfo.InvariantCulture) + " s");
    }

    private (Answer Answer, string Values) Ask(SolverSession solver, string script, IReadOnlyCollection<string> constants, TimeSpan share)
    {
        var (answer, values, used) = solver.Ask(script, constants, share, cancellation);
        _used += used;
        return (answer, values);
    }

    private static Counterexample? Confirm(Claim claim, string values)
    {
        try
        {
            return claim.Constants.Count == 0 ? claim.Try([]) : SolverModel.Read(values, claim) is { } model ? claim.Try(model) : null;
        }
        catch (NotComputableException)
        {
            return null;
        }
    }
}
