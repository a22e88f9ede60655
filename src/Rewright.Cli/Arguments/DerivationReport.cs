using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Explain;

namespace Rewright.Cli.Arguments;

/// <summary>Reports the outcome of checking derivations on the command line.</summary>
internal static class DerivationReport
{
    /// <summary>Checks all derivations and reports on standard error. Returns false if a step is wrong.</summary>
    public static bool Check(RewriteTrace trace)
    {
        int right = 0;
        var faults = new List<DerivationFault>();
        foreach (var derivation in trace.Derivations)
        {
            if (DerivationChecker.Check(derivation) is { } fault) faults.Add(fault);
            else right++;
        }

        foreach (var fault in faults) Console.Error.WriteLine((fault.IsRefuted ? "error: wrong step " : "warning: not checked: ") + fault);
        Console.Error.WriteLine(
            right + " derivations of " + trace.Derivations.Count + " checked, " + trace.RuleCounts.Values.Sum() + " steps");
        return !faults.Exists(f => f.IsRefuted);
    }
}
