using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

namespace Rewright.Torture;

/// <summary>Tortures Rewright: see <c>--help</c>.</summary>
internal static class Program
{
    private const string Usage = """
        Breaks caches, kills processes, sends wrong input, and sees whether what Rewright promises still holds.

          build/torture                        1,000 rounds
          build/torture --rounds N             N rounds, shared among the kinds
          build/torture --minutes N            as many rounds as N minutes allow
          build/torture --kind NAME            rounds of one kind only
          build/torture --kind NAME --seed N   the round of this seed; with --rounds, those from this seed on

        Ends with a table, and with exit code 1 where a round failed.
        """;

    // Rounds are slow on slow machines, but one that takes longer than this hangs.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private static int Main(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (arguments[i] is not ("--rounds" or "--minutes" or "--kind" or "--seed" or "--only") || i + 1 == arguments.Length)
            {
                Console.Error.WriteLine(Usage + "\nKinds: " + string.Join(", ", Kind.All.Select(k => k.Name)));
                return arguments[i] == "--help" ? 0 : 2;
            }

            options[arguments[i]] = arguments[i + 1];
        }

        if (options.TryGetValue("--kind", out string? kind) && Kind.All.All(k => k.Name != kind))
        {
            Console.Error.WriteLine($"There is no kind '{kind}'; there are {string.Join(", ", Kind.All.Select(k => k.Name))}.");
            return 2;
        }

        int? seed = Number("--seed"), rounds = Number("--rounds");
        double? minutes = options.TryGetValue("--minutes", out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        if (options.ContainsKey("--only")) return RunRounds(kind!, seed!.Value, rounds!.Value, minutes);
        return new Supervisor(kind, seed, rounds, minutes).Run();

        int? Number(string name) => options.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The process of one kind. It prints the round before it begins, because the round may end the process.</summary>
    private static int RunRounds(string name, int seed, int rounds, double? minutes)
    {
        var end = minutes is { } m ? DateTime.UtcNow + TimeSpan.FromMinutes(m) : DateTime.MaxValue;
        using var kind = Kind.All.Single(k => k.Name == name).Make();
        for (int i = 0; i < rounds && DateTime.UtcNow < end; i++)
        {
            Say(Supervisor.Began, (seed + i).ToString(CultureInfo.InvariantCulture));
            var round = Task.Factory.StartNew(
                () => kind.Run(new Random(seed + i)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            try
            {
                if (!round.Wait(s_patience))
                {
                    Say(Supervisor.Failed, $"hangs: not finished within {s_patience.TotalMinutes} minutes. {kind.Doing}");
                    return 1;
                }
            }
            catch (AggregateException e)
            {
                var inner = e.InnerException!;
                Say(Supervisor.Failed, inner is BrokenPromiseException ? inner.Message : inner.ToString());
            }

            Say(Supervisor.Details, kind.Details);
        }

        return 0;
    }

    private static void Say(string what, string text)
    {
        Console.Out.WriteLine(what + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Console.Out.Flush();
    }
}
