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

// Not a RootCommand: that is called what the assembly is called, and users call the tool.
var root = new Command("rewright", "Rewright: rewrite rules, compiled.")
{
    new HelpOption(), new VersionOption(),
    RecCommand.Create(), EvalCommand.Create(), CacheCommand.Create(), DashboardCommand.Create(), ProveCommand.Create(), CheckCommand.Create(), ImportCommand.Create(),
    CircuitCommand.Create(), InspectCommand.Create(),
};
return root.Parse(args).Invoke();
