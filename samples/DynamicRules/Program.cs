using System;
using System.IO;
using System.Linq;
using System.Threading;
using Rewright;

// Rules that come while the program runs: each line of input is a module and a term, as in "Shop.Tariff Price(2500, Near)".
string folder = args.FirstOrDefault() ?? Path.Combine(AppContext.BaseDirectory, "rules");
if (args.Length > 1 || !Directory.Exists(folder))
{
    Console.Error.WriteLine("Usage: DynamicRules [FOLDER]\nServes the rules of the .rw files in a folder; its own unless one is given.");
    return args is ["--help" or "-h"] ? 0 : 2;
}

var output = new Lock();
void Say(string line)
{
    lock (output) Console.WriteLine(line);
}

using var server = new RuleServer(folder, new JitOptions { Mode = JitMode.Adaptive, UseCache = false }, line => Say("# " + line));
while (Console.In.ReadLine() is { } line && line != "quit")
{
    string[] parts = line.Split(' ', 2);
    switch (parts)
    {
        case ["list"]:
            foreach (string module in server.Modules) Say(module);
            break;
        case ["stats"]:
            var (s, c) = (server.Statistics, server.CacheStatistics);
            Say($"{s.Compilations} compiled in {s.CompileTime.TotalMilliseconds:0} ms, {s.TierSwitches} switched, {c.Functions} "
                + $"functions, {c.CodeBytes} bytes of code");
            break;
        case [var module, var term]:
            Say(server.Serve(module, term));
            break;
        default:
            Say("MODULE TERM, or: list, stats, quit");
            break;
    }
}

return 0;
