using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rewright.Fuzz;

/// <summary>
/// Tries random modules: <c>Rewright.Fuzz --first 0 --count 100000 [--native-every 4] [--rust-every 0] [--shapes callers,forms] [--log
/// file]</c>, or modules declared in C# and built: <c>Rewright.Fuzz build --root . --first 0 --count 10000 [--size 100] [--folder f] [--log
/// file]</c>. <c>Rewright.Fuzz save FOLDER --first 0 --count 2000</c> writes modules, and <c>Rewright.Fuzz hashes FOLDER</c> prints hashes
/// of their artifacts.
/// </summary>
/// <remarks>Child processes do the work, one batch each, because wrong code can end a process or fill its memory.</remarks>
internal static class Program
{
    // Smaller batches would spend most of their time in the JIT compiler of .NET.
    private const int Batch = 2500;
    private const string Child = "--child";

    private static int Main(string[] arguments)
    {
        if (arguments is ["build", ..]) return Build(arguments);
        int first = Number(arguments, "--first", 0), count = Number(arguments, "--count", 1000);
        if (arguments is ["save", var saved, ..])
        {
            ArtifactHashes.Save(saved, first, count);
            return 0;
        }

        if (arguments is ["hashes", var modules])
        {
            ArtifactHashes.Write(modules, Console.Out);
            return 0;
        }

        string log = Text(arguments, "--log") ?? "fuzz.log";
        string[] names = Text(arguments, "--shapes")?.Split(',') ?? [.. Shapes.All.Keys];
        var options = new FuzzOptions
        {
            First = first, Count = count, Names = names, NativeEvery = Number(arguments, "--native-every", 1),
            RustEvery = Number(arguments, "--rust-every", 0), Calls = Number(arguments, "--calls", 12),
        };
        return arguments.Contains(Child) ? RunChild(options, log) : RunBatches(arguments, options, log);
    }

    // Builds projects of many modules each; levels take turns.
    private static int Build(string[] arguments)
    {
        int first = Number(arguments, "--first", 0), count = Number(arguments, "--count", 200), size = Number(arguments, "--size", 100);
        string folder = Text(arguments, "--folder") ?? Path.Combine(Path.GetTempPath(), "rewright-fuzz"),
            root = Path.GetFullPath(Text(arguments, "--root") ?? ".");
        using var log = new StreamWriter(Text(arguments, "--log") ?? "fuzz-build.log", append: true) { AutoFlush = true };
        int failures = 0;
        for (int i = 0; i * size < count; i++)
        {
            var (modules, calls, failed) = BuildFuzzer.Run(
                folder, root, first + (i * size), Math.Min(size, count - (i * size)), i % 4, log);
            log.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{first + (i * size)}: {modules} modules, {calls} calls, {failed} failures"));
            failures += failed;
        }

        return failures > 0 ? 1 : 0;
    }

    // The line of the current seed is overwritten by that of the next.
    private static int RunChild(FuzzOptions options, string log)
    {
        var result = Fuzzer.Run(
            options,
            (shape, seed) => File.WriteAllText(log + ".now", string.Create(CultureInfo.InvariantCulture, $"{shape}, seed {seed}")),
            failure => File.AppendAllText(log, Fuzzer.Describe(failure) + "\n"));
        File.AppendAllText(log,
            string.Create(CultureInfo.InvariantCulture,
            $"{options.First}: {result.Modules} modules, {result.Undecided} calls undecided, {result.Failures.Count} failures\n"));
        return result.Failures.Count > 0 ? 1 : 0;
    }

    private static int RunBatches(string[] arguments, FuzzOptions options, string log)
    {
        int bad = 0;
        for (int first = options.First, end = options.First + options.Count; first < end;)
        {
            int count = Math.Min(Batch, end - first);
            int code = RunBatch(
                [.. arguments, Child, "--first", first.ToString(CultureInfo.InvariantCulture), "--count",
                count.ToString(CultureInfo.InvariantCulture), "--log", log]);
            if (code != 0) bad++;
            if (code is not (0 or 1))
            {
                // The process ended at this seed, so continue after it.
                string now = File.ReadAllText(log + ".now");
                File.AppendAllText(log, string.Create(CultureInfo.InvariantCulture, $"DIED with {code} at {now}\n"));
                count = int.Parse(now.AsSpan(now.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture) - first + 1;
            }

            first += count;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{options.Count} modules from {options.First}, {bad} batches with failures; see {log}"));
        return bad > 0 ? 1 : 0;
    }

    private static int RunBatch(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
        // A fault that eats memory should end its process, not the machine.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0xC0000000";
        // Profiles and pages that are mapped twice would take a third of the time, and nothing here needs them.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    // The last one counts, because batches append theirs.
    private static string? Text(string[] arguments, string name)
        => Array.LastIndexOf(arguments, name) is >= 0 and var index && index + 1 < arguments.Length ? arguments[index + 1] : null;

    private static int Number(string[] arguments, string name, int otherwise)
        => Text(arguments, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
