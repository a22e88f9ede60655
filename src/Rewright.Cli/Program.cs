using System;
using System.CommandLine;
using System.CommandLine.Help;
using Rewright.Cli.Caches;
using Rewright.Cli.Circuits;
using Rewright.Cli.Dashboard;
using Rewright.Cli.Eval;
using Rewright.Cli.Import;
using Rewright.Cli.Inspect;
using Rewright.Cli.Proofs;
using Rewright.Cli.Rec;

// Not a RootCommand: it takes the name of the assembly, and users know the name of the tool.
var root = new Command("rewright", "Compile, run, inspect and prove rewrite rules.")
{
    new HelpOption(), new VersionOption(),
    RecCommand.Create(), EvalCommand.Create(), CacheCommand.Create(), DashboardCommand.Create(), ProveCommand.Create(),
    CheckCommand.Create(), ImportCommand.Create(),
    CircuitCommand.Create(), InspectCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
#pragma warning disable CA1031 // Users see no stack trace; one frame is enough to find the fault.
catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
{
    string place = e.StackTrace?.Split('\n')[0].Trim() ?? "";
    Console.Error.WriteLine(e is OutOfMemoryException ? "error: There is not enough memory."
        : "error: rewright failed unexpectedly; please report this text: " + e.GetType().Name + ": " + e.Message.Split('\n')[0] + " "
            + place);
    return 70;
}
catch (OperationCanceledException)
{
    return 130;
}
