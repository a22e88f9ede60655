using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rewright.Benchmarks.Scale;

/// <summary>What Rewright adds to builds of generated projects, from the package, and what its generator takes for each edit.</summary>
/// <remarks>
/// Builds with and without Rewright take turns, and of each the quickest run counts: other work on the machine only ever adds to a build.
/// What the packages are made of must have been built, in Release.
/// </remarks>
internal static class ScaleBenchmark
{
    private static readonly string[] Builds = ["cold", "no-op", "rule", "elsewhere", "warm cache"];

    public static int Run(string[] args)
    {
        string patterns = "10,100,1000,2000", shape = "", only = "";
        int runs = 5;
        bool countsProcessorTime = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--patterns": patterns = args[++i]; break;
                case "--shape": shape = args[++i]; break;
                case "--only": only = args[++i]; break;
                case "--runs": runs = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--cpu": countsProcessorTime = true; break;
            }
        }

        var projects = patterns.Split(',').Select(p => int.Parse(p, CultureInfo.InvariantCulture))
            .SelectMany(p => new[] { new ScaleProject(p, false), new ScaleProject(p, true) }.Where(
                (_, i) => shape.Length == 0 || shape == (i == 0 ? "modules" : "one"))).ToList();
        if (only != "build") MeasureGenerator(projects, Math.Max(runs, 11));
        if (only != "generator") MeasureBuilds(projects, runs, countsProcessorTime);
        return 0;
    }

    private static void MeasureGenerator(List<ScaleProject> projects, int edits)
    {
        // The first runs compile the generator.
        _ = GeneratorTimes.Measure(new ScaleProject(200, false), 30, false);
        Console.WriteLine("\nThe generator, ms: in an editor, and where a build follows.\n");
        Console.WriteLine("| patterns | first | rule | elsewhere | build: first | rule | elsewhere |\n|---|---:|---:|---:|---:|---:|---:|");
        foreach (var project in projects)
        {
            var editor = GeneratorTimes.Measure(project, edits, true);
            var build = GeneratorTimes.Measure(project, edits, false);
            Console.WriteLine("| " + project.Name + " | "
                + string.Join(" | ",
                new[] { editor.First, editor.Rule, editor.Elsewhere, build.First, build.Rule, build.Elsewhere }.Select(Milliseconds))
                + " |");
        }
    }

    private static void MeasureBuilds(List<ScaleProject> projects, int runs, bool countsProcessorTime)
    {
        using var builds = new ScaleBuilds(countsProcessorTime);
        Console.WriteLine("\nBuilds, ms" + (countsProcessorTime ? " of processors" : "")
            + ": with Rewright, without, and the difference.\n");
        Console.WriteLine("| patterns | " + string.Join(" | ", Builds.Select(b => b + " | - | +")) + " |\n|---|"
            + string.Concat(Enumerable.Repeat("---:|", 3 * Builds.Length)));
        foreach (var project in projects)
        {
            var times = Builds.ToDictionary(b => b, _ => (With: double.MaxValue, Without: double.MaxValue));
            void Take(string build, double with, double without) => times[build] = (
                Math.Min(times[build].With, with), Math.Min(times[build].Without, without));

            var (rewright, plain) = (project.WithPatterns(), project.Plain());
            builds.Create("with", rewright, true);
            builds.Create("without", plain, false);
            int edit = 0;
            for (int run = 0; run < runs; run++)
            {
                if (run < Math.Max(1, runs / 2))
                {
                    builds.Clean("with");
                    builds.Clean("without");
                    builds.ClearCache();
                    Take("cold", builds.Build("with"), builds.Build("without"));
                    if (run == 0) builds.Check("with");
                    builds.Clean("with");
                    builds.Clean("without");
                    Take("warm cache", builds.Build("with"), builds.Build("without"));
                }

                Take("no-op", builds.Build("with"), builds.Build("without"));
                edit++;
                builds.Write("with", project.Edited, project.Edit(rewright[project.Edited], edit));
                builds.Write("without", project.Edited, project.Edit(plain[project.Edited], edit));
                Take("rule", builds.Build("with"), builds.Build("without"));
                builds.Write("with", ScaleProject.Unrelated, ScaleProject.EditUnrelated(rewright[ScaleProject.Unrelated], edit));
                builds.Write("without", ScaleProject.Unrelated, ScaleProject.EditUnrelated(plain[ScaleProject.Unrelated], edit));
                Take("elsewhere", builds.Build("with"), builds.Build("without"));
            }

            Console.WriteLine("| " + project.Name + " | "
                + string.Join(" | ",
                Builds.Select(b => times[b]).SelectMany(t => new[] { t.With, t.Without, t.With - t.Without }).Select(Milliseconds)) + " |");
        }
    }

    private static string Milliseconds(double value) => value.ToString(value is > -10 and < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
