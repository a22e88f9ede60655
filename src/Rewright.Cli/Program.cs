using System.CommandLine;
using Rewright.Cli.Rec;

var root = new RootCommand("Rewright: rewrite rules, compiled.") { RecCommand.Create() };
return root.Parse(args).Invoke();
