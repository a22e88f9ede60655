using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rewright.Analysis;
using Rewright.Checks;
using Rewright.Cli.Arguments;

namespace Rewright.Cli.Proofs;

/// <summary><c>rewright check</c>: prints all diagnostics of modules and analyses their rules as a whole.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var files = FileArguments.Several("FILE.rw", "Modules; each may use those before it.");
        var all = new Option<bool>("--all")
        {
            Description = "List every pair of rules whose result depends on the order of steps (RW0313), not only the first.",
        };
        var command = new Command(
            "check", "Check modules: mistakes, overlaps, termination, and whether results depend on the order of steps.") { files, all };
        command.SetAction(parse =>
        {
            var known = new List<Module>();
            bool isFaulty = false;
            foreach (string file in parse.GetValue(files)!)
            {
                try
                {
                    var result = Module.Check(TextFile.Read(file), file, [.. known]).CheckCircuits();
                    foreach (var diagnostic in result.Diagnostics) Console.Out.WriteLine(diagnostic);
                    isFaulty |= result.Module is null;
                    if (result.Module is not { } module) continue;
                    known.Add(module);
                    var (found, shown) = RuleSetAnalysis.Check(module);
                    Report([.. found.Where(d => !RuleSetAnalysis.IsReported(d, result.Diagnostics))], parse.GetValue(all));
                    foreach (string sentence in shown) Console.Out.WriteLine(file + ": " + sentence);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    Console.Error.WriteLine("error: " + e.Message);
                    return 3;
                }
            }

            return isFaulty ? 1 : 0;
        });
        return command;
    }

    private static void Report(IReadOnlyList<ModuleDiagnostic> found, bool all)
    {
        int pairs = found.Count(d => d.Kind == ProofKinds.NotConfluent), said = 0;
        foreach (var diagnostic in found)
        {
            bool isPair = diagnostic.Kind == ProofKinds.NotConfluent;
            if (isPair && !all && said++ > 0) continue;
            Console.Out.WriteLine(
                diagnostic + (isPair && !all
                && pairs > 1 ? FormattableString.Invariant($"; {pairs - 1} more of this kind, which --all lists") : ""));
        }
    }
}
