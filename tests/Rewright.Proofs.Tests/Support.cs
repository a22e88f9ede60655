using System;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Testing;
using Xunit;

namespace Rewright.Proofs.Tests;

internal static class Support
{
    /// <summary>Options with solvers; the test is skipped where there are none.</summary>
    public static ProverOptions Options(double seconds = 10)
    {
        ExternalProgram.Z3.Need();
        return new ProverOptions { TimeLimit = TimeSpan.FromSeconds(seconds), Parallelism = 2 };
    }

    /// <summary>The verdicts on a module's rules: each rule's name and what is known of it.</summary>
    public static ImmutableArray<RuleVerdict> Verdicts(string module) => new Prover(Options()).Prove(Module.Parse(module)).Verdicts;

    public static Verdict Verdict(string module) => Assert.Single(Verdicts(module)).Verdict;
}
