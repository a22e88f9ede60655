using System.CommandLine;
using Rewright.Cli.Caches;
using Rewright.Cli.Circuits;
using Rewright.Cli.Dashboard;
using Rewright.Cli.Eval;
using Rewright.Cli.Import;
using Rewright.Cli.Inspect;
using Rewright.Cli.Proofs;
using Rewright.Cli.Rec;

var root = new RootCommand("Rewright: rewrite rules, compiled.")
{
    RecCommand.Create(), EvalCommand.Create(), CacheCommand.Create(), DashboardCommand.Create(), ProveCommand.Create(), CheckCommand.Create(), ImportCommand.Create(),
    CircuitCommand.Create(), InspectCommand.Create(),
};
return root.Parse(args).Invoke();
