using System;
using System.Collections.Generic;
using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Checks;
using Rewright.Cli.Rec;
using Rewright.Emit.Llvm;
using Rewright.Emit.Rust;
using Rewright.Engines;
using Rewright.Llvm.Processes;
using Rewright.Lower;

namespace Rewright.Cli.Inspect;

/// <summary><c>rewright inspect</c>: shows what modules are compiled to, those of a project by building it.</summary>
internal static class InspectCommand
{
    private static readonly string[] Kinds = ["rw", "dot", "lowered", "llvm", "asm", "rust", "qasm"];

    public static Command Create()
    {
        var project = new Argument<string>("PROJECT") { Description = "A project file or the folder that it is in; or modules by themselves: a .rw or .rec file, or a library that was built." };
        var emit = new Option<string?>("--emit") { Description = "What to show; without it, a list of what there is." };
        emit.AcceptOnlyFromAmong(Kinds);
        var module = new Option<string[]>("--module") { Description = "Only this module, or class of circuits; can be given several times." };
        var configuration = new Option<string>("--configuration") { Description = "The configuration that is built.", DefaultValueFactory = _ => "Debug" };
        configuration.Aliases.Add("-c");
        var framework = new Option<string?>("--framework") { Description = "The target framework, where the project has several." };
        framework.Aliases.Add("-f");
        var noBuild = new Option<bool>("--no-build") { Description = "Show what the last build has left." };
        var level = new Option<int>("-O") { Description = "Optimization level of machine code, 0 to 3; that of builds unless they are told otherwise.", DefaultValueFactory = _ => 1 };
        var command = new Command("inspect", "Show what modules are compiled to: those of a project, of a file or of a library.") { project, emit, module, configuration, framework, noBuild, level };
        command.SetAction(parse =>
        {
            List<string> properties = ["-p:Configuration=" + parse.GetValue(configuration)];
            if (parse.GetValue(framework) is { } f) properties.Add("-p:TargetFramework=" + f);
            try
            {
                return Run(parse.GetValue(project)!, parse.GetValue(emit), parse.GetValue(module) ?? [], properties, !parse.GetValue(noBuild), parse.GetValue(level));
            }
            catch (Exception e) when (e is InspectionException or RecException)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NativeCompilationException or BadImageFormatException)
            {
                Console.Error.WriteLine("error: " + e.Message);
                return 1;
            }
        });
        return command;
    }

    // Something that can be shown; texts that are made here are made when asked for.
    private sealed record Artifact(string Kind, string Name, string Path, Func<string> Read);

    private static int Run(string project, string? kind, string[] modules, List<string> properties, bool builds, int level)
    {
        var found = ModuleSource.Of(project) is { } known
            ? known.SelectMany(m => ArtifactsOf(m, m.Name.Length > 0 ? m.Name : Path.GetFileNameWithoutExtension(project), level)) : Find(Build(project, properties, builds), level);
        var all = found.Where(a => modules.Length == 0 || modules.Contains(a.Name) || modules.Contains(a.Name.Split('/')[0])).ToList();
        if (all.Count == 0) throw new InspectionException("error: There is nothing of " + (modules.Length == 0 ? "Rewright in " + project : string.Join(", ", modules)) + ".");
        return Show(all, kind);
    }

    // The folder in which a build leaves what it makes of modules.
    private static string Build(string project, List<string> properties, bool builds)
    {
        if (!File.Exists(project) && !Directory.Exists(project)) throw new InspectionException("error: There is no file or folder '" + project + "'.");
        if (File.Exists(project) && !project.EndsWith("proj", StringComparison.OrdinalIgnoreCase))
            throw new InspectionException("error: '" + project + "' is neither a project nor a .rw or .rec file nor a .NET library.");
        // Not 'dotnet build', which says each warning once more in the end.
        if (builds)
            Dotnet(["msbuild", project, "-restore", "-maxCpuCount", "-verbosity:quiet", "-nologo", "-consoleLoggerParameters:NoSummary",
                .. properties]);
        string folder = Dotnet(["msbuild", project, "-nologo", "-getProperty:_RewrightFolder", .. properties]).Trim();
        if (folder.Length == 0) throw new InspectionException("error: " + project + " has no reference to the package Rewright, or several target frameworks: choose one with --framework.");
        string home = Directory.Exists(project) ? project : Path.GetDirectoryName(Path.GetFullPath(project))!;
        // MSBuild mixes the separators.
        return Path.GetFullPath(Path.Combine(home, folder.Replace('\\', '/')));
    }

    private static int Show(List<Artifact> all, string? kind)
    {
        if (kind is null)
        {
            foreach (var artifact in all) Console.Out.WriteLine(artifact.Kind.PadRight(8) + artifact.Name.PadRight(32) + " " + artifact.Path);
            return 0;
        }

        var chosen = all.Where(a => a.Kind == kind).ToList();
        if (chosen.Count == 0)
            throw new InspectionException("error: There is no " + kind + " here, but " + string.Join(", ", all.Select(a => a.Kind).Distinct()) + ".");
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        // Lines that are comments in what follows.
        string comment = kind switch { "llvm" => "; ", "asm" or "rw" => "# ", _ => "// " };
        foreach (var artifact in chosen)
        {
            if (chosen.Count > 1) output.WriteLine(comment + artifact.Name);
            output.Write(artifact.Read());
        }

        return 0;
    }

    private static Artifact[] ArtifactsOf(Module module, string name, int level)
    {
        string Ir() => LlvmEmitter.Emit(Pipeline.Lower(module));
        return
        [
            new("rw", name, "", module.ToString),
            new("dot", name, "", () => DotPrinter.Print(module)),
            new("lowered", name, "", () => ProgramPrinter.Print(Pipeline.Lower(module))),
            new("rust", name, "", () => RustOf(module)),
            new("llvm", name, "", Ir),
            new("asm", name, "", () => NativeCompiler.ToAssembly(Ir(), level)),
        ];
    }

    private static string RustOf(Module module) => string.Concat(RustEmitter.Emit(module).Select(f => "// " + f.Path + "\n" + f.Text));

    private static IEnumerable<Artifact> Find(string folder, int level)
    {
        string[] Files(string kind, string pattern)
            => Directory.Exists(Path.Combine(folder, kind)) ? [.. Directory.GetFiles(Path.Combine(folder, kind), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        string[] texts = Files("rw", "*.rw");
        var modules = new Lazy<Dictionary<string, Module>>(() => Read(texts));
        foreach (string file in texts)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            yield return new("rw", name, file, () => File.ReadAllText(file));
            yield return new("dot", name, "(made of rw)", () => DotPrinter.Print(Of(name)));
            yield return new("lowered", name, "(made of rw)", () => ProgramPrinter.Print(Pipeline.Lower(Of(name))));
            yield return new("rust", name, "(made of rw)", () => RustOf(Of(name)));
        }

        foreach (string file in Files("llvm", "*.ll"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            yield return new("llvm", name, file, () => File.ReadAllText(file));
            yield return new("asm", name, "(made of llvm)", () => NativeCompiler.ToAssembly(File.ReadAllText(file), level));
        }

        foreach (string file in Files("qasm", "*.qasm"))
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(Path.Combine(folder, "qasm"), file), null).Replace('\\', '/');
            yield return new("qasm", name, file, () => File.ReadAllText(file));
        }

        Module Of(string name) => modules.Value.TryGetValue(name, out var module) ? module : throw new InspectionException("error: There is no module " + name + ".");
    }

    private static Dictionary<string, Module> Read(string[] files)
    {
        var results = ModuleFiles.Check(files);
        var errors = results.SelectMany(r => r.Diagnostics).Where(d => d.Kind.Severity == Severity.Error).ToList();
        // Modules of other projects are not among the files.
        if (errors.Count > 0) throw new InspectionException("error: The modules cannot be read by themselves: " + errors[0]);
        return results.Zip(files).ToDictionary(r => Path.GetFileNameWithoutExtension(r.Second), r => r.First.Module!);
    }

    private static string Dotnet(string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = ToolProcess.ReadAside(process.StandardError, process);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InspectionException("error: 'dotnet " + arguments[0] + "' failed.\n" + (output + errors.Result).Trim());
        }
        catch (Win32Exception)
        {
            throw new InspectionException("error: dotnet was not found. Install the .NET SDK.");
        }
    }
}

/// <summary>Why something cannot be inspected, as users are told.</summary>
internal sealed class InspectionException(string message) : Exception(message);
