using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Rewright.Caches;
using Rewright.Cli.Arguments;
using Rewright.Cli.Eval;

namespace Rewright.Cli.Caches;

/// <summary><c>rewright cache</c>: manages caches of native code and makes bundles.</summary>
internal static class CacheCommand
{
    private static readonly Option<string?> Directory = new("--cache")
    {
        Description = "The cache directory; by default REWRIGHT_CACHE or, if unset, the user's cache.", Recursive = true,
    };
    private static readonly Option<int> Level = new("-O") { Description = "Optimization level, 0 to 3.", DefaultValueFactory = _ => 2 };
    private static readonly Option<string?> Cpu = new("--cpu")
    {
        Description = "Class of processors to compile for, such as x86-64-v3; by default the class of this machine.",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    public static Command Create() => new("cache", "Manage caches of native code.")
    {
        Directory, Warm(), Export(), Import(), Verify(), Stats(), List(), Clear(), Why(),
    };

    private static Command Warm()
    {
        var files = FileArguments.Several("FILE.rw", "The modules to compile, and the modules that they use.");
        var bundle = new Option<string?>("--bundle")
        {
            Description = "Write a bundle (FILE.rwb) to ship with an application, instead of filling the cache.",
        };
        var command = new Command("warm", "Compile modules before they are needed.") { files, bundle, Level, Cpu };
        command.SetAction(parse => Guard(() =>
        {
            if (ModuleArguments.Load(parse.GetValue(files)!) is not { } modules) return 1;
            var options = OptionsOf(parse);
            if (parse.GetValue(bundle) is { } path)
            {
                Prewarming.WriteBundle(modules, path, options);
                Console.Out.WriteLine($"{path}: {Count(modules.Distinct().Count(), "module")}, {new FileInfo(path).Length} bytes");
                return 0;
            }

            using var jit = new JitCompiler(options);
            foreach (var module in modules) jit.Compile(module).Dispose();
            jit.FlushCache();
            var statistics = jit.GetCacheStatistics();
            Console.Out.WriteLine($"{jit.GetStatistics().Compilations} compiled, {statistics.DiskHits} known");
            if (statistics.DiskWriteFailures == 0) return 0;
            Console.Error.WriteLine("error: " + statistics.LastDiskError);
            return 2;
        }));
        return command;
    }

    private static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = "The archive to write." };
        var name = new Option<string?>("--name") { Description = "Only modules whose names begin with this text." };
        var command = new Command("export", "Write the entries to an archive.") { file, name };
        command.SetAction(parse => Guard(() =>
        {
            var entries = Open(parse).List().Entries.Where(
                e => e.Key.Name.StartsWith(parse.GetValue(name) ?? "", StringComparison.Ordinal));
            using var output = File.Create(parse.GetValue(file)!);
            Console.Out.WriteLine(Count(CacheArchive.Export(entries, output), "entry", "entries"));
            return 0;
        }));
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The archive to read. Programs will run the code in it: import only archives that you trust.",
        };
        var command = new Command("import", "Read entries from an archive.") { file };
        command.SetAction(parse => Guard(() =>
        {
            using var input = File.OpenRead(parse.GetValue(file)!);
            var (imported, faults) = CacheArchive.Import(Open(parse), input);
            foreach (string fault in faults) Console.Error.WriteLine("error: " + fault);
            Console.Out.WriteLine(Count(imported.Count, "entry", "entries"));
            return faults.Count == 0 ? 0 : 2;
        }));
        return command;
    }

    private static Command Verify()
    {
        var repair = new Option<bool>("--repair") { Description = "Delete the entries that cannot be used." };
        var command = new Command("verify", "Check every entry.") { repair };
        command.SetAction(parse => Guard(() =>
        {
            var cache = Open(parse);
            var (entries, faults) = cache.List();
            foreach (var fault in faults) Console.Out.WriteLine($"{fault.Reason}: {fault.Detail}");
            Console.Out.WriteLine($"{entries.Count} right, {faults.Count} wrong");
            if (faults.Count == 0) return 0;
            if (!parse.GetValue(repair)) return 2;
            cache.Repair();
            return 0;
        }));
        return command;
    }

    private static Command Stats()
    {
        var command = new Command("stats", "Show how full the cache is.") { Json };
        command.SetAction(parse => Guard(() =>
        {
            var cache = Open(parse);
            var (entries, bytes) = cache.Measure();
            var bounds = new CodeCacheOptions();
            if (parse.GetValue(Json))
                Console.Out.WriteLine(
                    JsonSerializer.Serialize(
                    new { directory = cache.Directory, entries, bytes, maxEntries = bounds.MaxEntries, maxBytes = bounds.MaxBytes }));
            else Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                $"{cache.Directory}: {Count(entries, "entry", "entries")} of at most {bounds.MaxEntries}, {bytes} bytes of at most "
                    + $"{bounds.MaxBytes}"));
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List the entries, most recently used first.") { Json };
        command.SetAction(parse => Guard(() =>
        {
            var (entries, faults) = Open(parse).List();
            foreach (var e in entries)
            {
                string name = e.Key.Name.Length > 0 ? e.Key.Name : "(no name)";
                Console.Out.WriteLine(parse.GetValue(Json)
                    ? JsonSerializer.Serialize(new
                    {
                        name = e.Key.Name, identity = e.Key.Identity.ToString(), options = e.Key.Options, cpu = e.Key.Cpu,
                        abi = e.Key.AbiVersion, emitter = e.Key.Emitter,
                        llvm = e.Info.LlvmVersion, compiled = e.Info.CompiledAt, compileMilliseconds = e.Info.CompileTime.TotalMilliseconds,
                        lastUsed = e.LastUsed, bytes = e.FileBytes, path = e.Path,
                    })
                    : string.Create(CultureInfo.InvariantCulture,
                        $"{name,-30} {e.Key.Identity} {e.Key.Options,-4} {e.Key.Cpu,-10} LLVM {e.Info.LlvmVersion,-7} "
                            + $"{e.Info.CompileTime.TotalMilliseconds,8:0.0} ms {e.FileBytes,9} bytes, used "
                            + $"{e.LastUsed:yyyy-MM-dd HH:mm}"));
            }

            foreach (var fault in faults) Console.Error.WriteLine($"{fault.Reason}: {fault.Detail}");
            return 0;
        }));
        return command;
    }

    private static Command Clear()
    {
        var command = new Command("clear", "Delete all entries.");
        command.SetAction(parse => Guard(() =>
        {
            Console.Out.WriteLine(Count(Open(parse).Clear(), "entry", "entries"));
            return 0;
        }));
        return command;
    }

    private static Command Why()
    {
        var files = FileArguments.Several("FILE.rw", "The module, and the files of the modules that it uses.");
        var command = new Command("why", "Show whether the cache has a module's code and, if not, why.") { files, Level, Cpu };
        command.SetAction(parse => Guard(() =>
        {
            if (ModuleArguments.Load(parse.GetValue(files)!) is not [var module, ..]) return 1;
            using var jit = new JitCompiler(OptionsOf(parse));
            var cache = Open(parse);
            var key = jit.KeyOf(module);
            switch (cache.Find(key))
            {
                case CacheHit hit:
                    Console.Out.WriteLine($"hit: {hit.Entry.Path}, made by LLVM {hit.Entry.Info.LlvmVersion}");
                    return 0;
                case CacheMiss { Reason: CacheMissReason.NotFound } when key.Name.Length > 0
                    && cache.List().Entries.FirstOrDefault(e => e.Key.Name == key.Name) is { } other:
                    Console.Out.WriteLine(
                        $"miss: NotFound: the module {key.Name} has changed since its code was made at {other.Info.CompiledAt:u}");
                    return 3;
                case CacheMiss miss:
                    Console.Out.WriteLine($"miss: {miss.Reason}: {miss.Detail}");
                    return 3;
                default:
                    throw new InvalidOperationException();
            }
        }));
        return command;
    }

    private static CodeCache Open(ParseResult parse)
    {
        var cache = CodeCache.Open(parse.GetValue(Directory));
        return cache.Refusal is { } refusal ? throw new IOException(refusal) : cache;
    }

    private static JitOptions OptionsOf(ParseResult parse)
        => new()
        {
            OptimizationLevel = parse.GetValue(Level), TargetCpu = parse.GetValue(Cpu), CacheDirectory = parse.GetValue(Directory),
            UseBundles = false, FallBackToInterpreter = false
        };

    private static string Count(int count, string one, string? many = null)
        => count.ToString(CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many ?? one + "s");

    private static int Guard(Func<int> body)
    {
        try
        {
            return body();
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InvalidDataException or NativeCompilationException or ArgumentException)
        {
            Console.Error.WriteLine("error: " + e.Message);
            return 2;
        }
    }
}
