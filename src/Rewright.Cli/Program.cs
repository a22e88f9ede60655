using System.CommandLine;
using Rewright.Cli.Caches;
using Rewright.Cli.Dashboard;
using Rewright.Cli.Eval;
using Rewright.Cli.Rec;

var root = new RootCommand("Rewright: rewrite rules, compiled.") { RecCommand.Create(), EvalCommand.Create(), CacheCommand.Create(), DashboardCommand.Create() };
return root.Parse(args).Invoke();
