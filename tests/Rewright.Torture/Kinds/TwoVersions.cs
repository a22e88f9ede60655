using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading.Tasks;
using Rewright.Caches;

namespace Rewright.Torture.Kinds;

/// <summary>Two versions of Rewright share a cache. Each must find its own code or none, and must not delete the other's.</summary>
/// <remarks>
/// <c>build/torture</c> builds the other version from the same sources, with another version and another ABI number. It is loaded beside
/// ours, or started as a process.
/// </remarks>
internal sealed class TwoVersions : Kind
{
    private const int Users = 4, Modules = 20, Steps = 60, ProcessesOneOf = 40, Compiled = 3;

    private static readonly string s_other = Path.Combine(
        typeof(TwoVersions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Root").Value!,
        "tests/Rewright.Torture/obj/other/tests/Rewright.TestHost/bin/Release/net10.0/Rewright.TestHost.dll");

    private readonly Func<string, int, int, int, string>[] _versions;

    public TwoVersions()
    {
        if (!File.Exists(s_other))
            throw new InvalidOperationException($"There is no other version at '{s_other}'; build/torture builds it.");
        var context = new OtherVersion();
        var other = context.LoadFromAssemblyPath(s_other);
        _versions = [SharedUse.Run, other.GetType("SharedUse")!.GetMethod("Run")!.CreateDelegate<Func<string, int, int, int, string>>()];
        var ours = typeof(CodeCache).Assembly.GetName().Version!;
        var theirs = context.Assemblies.Append(context.LoadFromAssemblyName(typeof(CodeCache).Assembly.GetName())).First(
            a => a.GetName().Name == "Rewright").GetName().Version!;
        if (ours == theirs) throw new InvalidOperationException("Both versions are " + ours + ".");
    }

    public override void Run(Random random)
    {
        int most = random.Next(4) == 0 ? Modules : 1000;
        int[] seeds = [.. Enumerable.Range(0, Users).Select(_ => random.Next())];
        if (random.Next(ProcessesOneOf) == 0)
        {
            Compile(random.Next(Modules));
            RunProcesses("share", seed => [At("cache"), Text(seed), Text(Steps), Text(most)], seeds);
        }
        else
        {
            string[] met = new string[Users];
            Parallel.For(0, Users, user =>
            {
                try
                {
                    met[user] = _versions[user % 2](At("cache"), seeds[user], Steps, most);
                }
                catch (InvalidDataException e)
                {
                    throw new BrokenPromiseException(e.Message);
                }
            });
            foreach (string figures in met) Add(figures);
        }

        var cache = CodeCache.Open(At("cache"));
        var (entries, faults) = cache.List();
        Promise(faults.Count == 0, "after two versions: " + string.Join("; ", faults));
        Promise(entries.Select(e => e.Key.AbiVersion).Distinct().Count() <= 2, "there are entries of a third ABI");
        Count("entries-checked", entries.Count);
        // Files of one version must not count as damage for the other.
        Promise(cache.Repair().Count == 0, "repairing deleted entries of the other version");
    }

    // Both versions compile the same modules into the same cache and run them; in a third run, each must take its code from the cache.
    private void Compile(int first)
    {
        foreach (int time in Enumerable.Range(0, 2))
        {
            foreach (string line in RunProcesses("compile", _ => [At("compiled"), Text(first), Text(Compiled)], [0, 0]))
            {
                int[] told = [.. line.Split(' ').Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
                // 'compile' prints how many modules were compiled, taken from the cache, and not written.
                Promise(told is [_, _, 0] && (time == 0 || told[1] == Compiled),
                    $"of {Compiled} modules, compiled, taken and not written are {line}");
                Count("taken", told[1]);
            }
        }
    }

    private List<string> RunProcesses(string work, Func<int, string[]> arguments, int[] seeds)
    {
        var processes = seeds.Select(
            (seed, i) => i % 2 == 0
            ? Sample.StartHost([work, .. arguments(seed)]) : Sample.StartProgram(s_other, [work, .. arguments(seed)])).ToList();
        var told = new List<string>();
        foreach (var process in processes)
        {
            string output = process.StandardOutput.ReadToEnd().Trim(), errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Promise(process.ExitCode == 0, $"'{work}' ends with {process.ExitCode}: {errors}{output}");
            Count("processes");
            process.Dispose();
            if (work == "share") Add(output);
            told.Add(output);
        }

        return told;
    }

    private void Add(string figures)
    {
        foreach (string figure in figures.Split(' '))
            Count(figure.Split('=')[0], long.Parse(figure.Split('=')[1], CultureInfo.InvariantCulture));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Everything beside the other version's program is its own; only the framework is shared.
    private sealed class OtherVersion() : AssemblyLoadContext("other version")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(Path.GetDirectoryName(s_other)!, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
