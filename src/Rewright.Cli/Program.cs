using System.CommandLine;
using Rewright.Cli.Circuits;
using Rewright.Cli.Rec;

var root = new RootCommand("Rewright: rewrite rules, compiled.") { RecCommand.Create(), CircuitCommand.Create() };
return root.Parse(args).Invoke();
