using System.CommandLine;
using Rewright.Cli.Import;
using Rewright.Cli.Proofs;
using Rewright.Cli.Rec;

var root = new RootCommand("Rewright: rewrite rules, compiled.") { RecCommand.Create(), ProveCommand.Create(), CheckCommand.Create(), ImportCommand.Create() };
return root.Parse(args).Invoke();
