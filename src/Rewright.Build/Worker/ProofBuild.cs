using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Rewright.Proofs;

namespace Rewright.Build;

/// <summary>Proves the rules of a request.</summary>
internal static class ProofBuild
{
    public static void Run(IReadOnlyList<string> request, Action<string[]> answer, CancellationToken cancellation)
    {
        var options = new ProverOptions();
        var claims = new List<(string File, string Rule)>();
        foreach (string line in request)
        {
            switch (Protocol.Read(line))
            {
                case [Protocol.Limit, var seconds]:
                    options = options with { TimeLimit = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) };
                    break;
                case [Protocol.Cores, var cores]:
                    options = options with { Parallelism = int.Parse(cores, CultureInfo.InvariantCulture) };
                    break;
                case [Protocol.Claim, var file, var rule]: claims.Add((file, rule)); break;
            }
        }

        if (options.Solvers.IsEmpty)
        {
            answer([Protocol.Missing, SolverDiscovery.Advice, ""]);
            return;
        }

        foreach (var group in claims.GroupBy(c => c.File))
        {
            var wanted = group.Select(c => c.Rule).ToHashSet();
            var report = new Prover(options).Prove(
                ClaimsFile.Read(File.ReadAllText(group.Key)), p => wanted.Contains(p.Name), cancellation);
            foreach (var (module, rule, key, verdict) in report.Verdicts)
                answer([Protocol.Verdict, module, rule, key, verdict.Kind.ToString(), verdict.Detail, verdict.Condition]);
        }
    }
}
