using System.Collections.Generic;
using Rewright.Analysis;
using Rewright.Checks;

namespace Rewright.Quantum.Rules;

/// <summary>Proves the rules between circuits of a module.</summary>
internal static class CircuitChecks
{
    /// <summary>What is wrong with the rules.</summary>
    public static IEnumerable<ModuleDiagnostic> Check(IEnumerable<CircuitRule> rules, ModulePlaces places)
    {
        foreach (var rule in rules)
        {
            var place = places.Patterns[rule.Name];
            switch (rule.Proof)
            {
                case Refuted refuted:
                    yield return new(DiagnosticKinds.WrongCircuitRule, place, rule.Name, refuted.Counterexample);
                    break;
                case ProvedUpToPhase proved when !rule.UpToPhase:
                    yield return new(DiagnosticKinds.UndeclaredPhase, place, rule.Name, proved.Phase.ToString());
                    break;
                case NotProved open:
                    yield return new(DiagnosticKinds.UnprovedCircuitRule, place, rule.Name, open.Reason);
                    break;
            }
        }
    }
}
