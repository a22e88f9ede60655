using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Caches;
using Rewright.Checks;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>
/// Compiles <c>.rw</c> files into a bundle that ships with the application. Errors have the form of compiler messages, which MSBuild reads.
/// </summary>
internal static class Prewarm
{
    /// <summary>The first argument; the second is a file with lines <c>name=value</c>.</summary>
    public const string Argument = "prewarm";

    public static int Run(string requestPath)
    {
        var request = File.ReadLines(requestPath).Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToList();
        string Value(string name) => request.FirstOrDefault(parts => parts[0] == name)?[1] ?? "";
        string[] files = [.. request.Where(parts => parts[0] == "file").Select(parts => parts[1])];
        bool isRequired = Value("mode") == "require";
        try
        {
            var results = ModuleFiles.Check(files);
            foreach (var d in results.SelectMany(r => r.Diagnostics)) Console.Out.WriteLine(d);
            if (results.Any(r => r.Module is null)) return 1;

            var llvm = LlvmDiscovery.Find(new LlvmSearch { Path = Optional("llvm") }) as LlvmMissing;
            var linker = LinkerDiscovery.Find(new LinkerSearch { Path = Optional("linker") }) as LinkerMissing;
            if (!OperatingSystem.IsLinux() || llvm is not null || linker is not null)
            {
                string advice = OperatingSystem.IsLinux() ? MissingTools.Advice(llvm, null, linker) : MissingTools.UnsupportedSystem;
                Console.Out.WriteLine(
                    (isRequired ? "Rewright : error " : "Rewright : warning ") + BuildKinds.NoToolChain.Id + ": " + advice);
                return isRequired ? 1 : 0;
            }

            string cpu = Value("cpu") switch
            {
                "" => CpuClass.OfHost.StartsWith("x86-64", StringComparison.Ordinal) ? "x86-64" : CpuClass.OfHost,
                CompileOptions.NativeCpu => CpuClass.OfHost,
                var other => other,
            };
            Prewarming.WriteBundle(
                results.Select(r => r.Module!), Value("bundle"),
                new JitOptions
                {
                    OptimizationLevel = int.Parse(Value("level"), CultureInfo.InvariantCulture), TargetCpu = cpu,
                    LlvmPath = Optional("llvm")
                });
            // Like other stamps, it lets the next build detect whether the bundle is still the same.
            File.WriteAllText(Value("stamp"), NativeBuild.Checksum(File.ReadAllBytes(Value("bundle"))));
            return 0;
        }
        catch (NativeCompilationException e)
        {
            return Fail(BuildKinds.Rejected, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(BuildKinds.FileError, e);
        }

        static int Fail(DiagnosticKind kind, Exception e)
        {
            Console.Out.WriteLine("Rewright : error " + kind.Id + ": " + e.Message.ReplaceLineEndings(" "));
            return 1;
        }

        string? Optional(string name) => Value(name) is { Length: > 0 } value ? value : null;
    }
}
