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

/// <summary><c>rewright inspect</c>: shows what modules compile to. It builds a project to show its modules.</summary>
internal static class InspectCommand
{
    private static readonly string[] Kinds = ["rw", "dot", "lowered", "llvm", "asm", "rust", "qasm"];

    public static Command Create()
    {
        var project = new Argument<string>("PROJECT")
        {
            Description = "A project file or its folder; or modules without a project: "
                + "a .rw or .rec file, or a built library.",
        };
        var emit = new Option<string?>("--emit") { Description = "The form to show; by default a list of the available artifacts." };
        emit.AcceptOnlyFromAmong(Kinds);
        var module = new Option<string[]>("--module")
        {
            Description = "Show only this module or class of circuits; may be repeated.",
        };
        var configuration = new Option<string>("--configuration")
        {
            Description = "The configuration to build.",
            DefaultValueFactory = _ => "Debug",
        };
        configuration.Aliases.Add("-c");
        var framework = new Option<string?>("--framework") { Description = "The target framework to build, if the project has several." };
        framework.Aliases.Add("-f");
        var noBuild = new Option<bool>("--no-build") { Description = "Do not build; show the artifacts of the last build." };
        var passes = new PassOptions();
        var level = new Option<int>("-O")
        {
            Description = "Optimization level of machine code, 0 to 3; the default is that of builds.",
            DefaultValueFactory = _ => 1,
        };
        var command = new Command("inspect", "Show what the modules of a project, a file or a library compile to.")
        {
            project, emit, module, configuration, framework, noBuild, level,
        };
        passes.AddTo(command, emit);
        command.SetAction(parse =>
        {
            List<string> properties = ["-p:Configuration=" + parse.GetValue(configuration)];
            if (parse.GetValue(framework) is { } f) properties.Add("-p:TargetFramework=" + f);
            try
            {
                var request = new Request(parse.GetValue(project)!, parse.GetValue(emit), parse.GetValue(module) ?? [], properties,
                    !parse.GetValue(noBuild), parse.GetValue(level), passes.Read(parse));
                return request.Passes.IsAsked ? ShowPasses(request) : Run(request);
            }
            catch (LoweredFormException e)
            {
                Console.Error.WriteLine("error: " + e.Message + "\n" + e.Code);
                return 1;
            }
            catch (Exception e) when (e is InspectionException or RecException)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
            catch (Exception e)
                when (e is IOException or UnauthorizedAccessException or NativeCompilationException or BadImageFormatException)
            {
                Console.Error.WriteLine("error: " + e.Message);
                return 1;
            }
        });
        return command;
    }

    // An artifact that can be shown. Its text is read, or made, only on demand.
    private sealed record Artifact(string Kind, string Name, string Path, Func<string> Read);

    private sealed record Request(
        string Project, string? Kind, string[] Modules, List<string> Properties, bool Builds, int Level, PassRequest Passes)
    {
        // The name of a circuit is 'class/circuit'.
        public bool Includes(string name) => Modules.Length == 0 || Modules.Contains(name) || Modules.Contains(name.Split('/')[0]);

        public InspectionException Nothing()
            => new("error: There is nothing of " + (Modules.Length == 0 ? "Rewright in " + Project : string.Join(", ", Modules)) + ".");
    }

    private static int Run(Request request)
    {
        var found = ModuleSource.Of(request.Project) is { } known
            ? known.SelectMany(m => ArtifactsOf(m, NameOf(m, request), request))
            : Find(Build(request), request);
        var all = found.Where(a => request.Includes(a.Name)).ToList();
        return all.Count == 0 ? throw request.Nothing() : Show(all, request.Kind);
    }

    private static int ShowPasses(Request request)
    {
        var found = ModuleSource.Of(request.Project) is { } known
            ? known.Select(m => (Name: NameOf(m, request), Module: m))
            : Read(FilesOf(Build(request), "rw")).Select(m => (Name: m.Key, Module: m.Value));
        var chosen = found.Where(m => request.Includes(m.Name)).ToList();
        if (chosen.Count == 0) throw request.Nothing();
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        foreach (var (name, module) in chosen) new PassOutput(request.Passes, chosen.Count > 1 ? name : null, output).Show(module);
        return 0;
    }

    private static string NameOf(Module module, Request request)
        => module.Name.Length > 0 ? module.Name : Path.GetFileNameWithoutExtension(request.Project);

    // Builds the project, unless told not to, and returns the folder with the artifacts of its modules.
    private static string Build(Request request)
    {
        var (project, properties) = (request.Project, request.Properties);
        if (!File.Exists(project) && !Directory.Exists(project))
            throw new InspectionException("error: There is no file or folder '" + project + "'.");
        if (File.Exists(project) && !project.EndsWith("proj", StringComparison.OrdinalIgnoreCase))
            throw new InspectionException("error: '" + project + "' is neither a project nor a .rw or .rec file nor a .NET library.");
        // Not 'dotnet build', which repeats every warning at the end.
        if (request.Builds)
            Dotnet(["msbuild", project, "-restore", "-maxCpuCount", "-verbosity:quiet", "-nologo", "-consoleLoggerParameters:NoSummary",
                .. properties]);
        string folder = Dotnet(["msbuild", project, "-nologo", "-getProperty:_RewrightFolder", .. properties]).Trim();
        if (folder.Length == 0)
            throw new InspectionException("error: " + project
                + " has no reference to the package Rewright, or several target frameworks: choose one with --framework.");
        string home = Directory.Exists(project) ? project : Path.GetDirectoryName(Path.GetFullPath(project))!;
        // MSBuild mixes path separators.
        return Path.GetFullPath(Path.Combine(home, folder.Replace('\\', '/')));
    }

    private static int Show(List<Artifact> all, string? kind)
    {
        if (kind is null)
        {
            foreach (var artifact in all)
                Console.Out.WriteLine(artifact.Kind.PadRight(8) + artifact.Name.PadRight(32) + " " + artifact.Path);
            return 0;
        }

        var chosen = all.Where(a => a.Kind == kind).ToList();
        if (chosen.Count == 0)
            throw new InspectionException("error: There is no " + kind + " here, but "
                + string.Join(", ", all.Select(a => a.Kind).Distinct()) + ".");
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        // Headings are comments in the language of the artifact.
        string comment = kind switch { "llvm" => "; ", "asm" or "rw" => "# ", _ => "// " };
        foreach (var artifact in chosen)
        {
            if (chosen.Count > 1) output.WriteLine(comment + artifact.Name);
            output.Write(artifact.Read());
        }

        return 0;
    }

    private static Artifact[] ArtifactsOf(Module module, string name, Request request)
    {
        string Ir() => LlvmEmitter.Emit(Pipeline.Lower(module));
        return
        [
            new("rw", name, "", module.ToString),
            new("dot", name, "", () => DotPrinter.Print(module)),
            new("lowered", name, "", () => ProgramPrinter.Print(Pipeline.Lower(module, request.Passes.Form))),
            new("rust", name, "", () => RustOf(module)),
            new("llvm", name, "", Ir),
            new("asm", name, "", () => NativeCompiler.ToAssembly(Ir(), request.Level)),
        ];
    }

    private static string RustOf(Module module) => string.Concat(RustEmitter.Emit(module).Select(f => "// " + f.Path + "\n" + f.Text));

    // The files of one kind that the build left.
    private static string[] FilesOf(string folder, string kind, string? extension = null)
    {
        string path = Path.Combine(folder, kind);
        if (!Directory.Exists(path)) return [];
        return [.. Directory.GetFiles(path, "*." + (extension ?? kind), SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<Artifact> Find(string folder, Request request)
    {
        string[] texts = FilesOf(folder, "rw");
        var modules = new Lazy<Dictionary<string, Module>>(() => Read(texts));
        foreach (string file in texts)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            yield return new("rw", name, file, () => File.ReadAllText(file));
            yield return new("dot", name, "(made of rw)", () => DotPrinter.Print(Of(name)));
            yield return new("lowered", name, "(made of rw)", () => ProgramPrinter.Print(Pipeline.Lower(Of(name), request.Passes.Form)));
            yield return new("rust", name, "(made of rw)", () => RustOf(Of(name)));
        }

        foreach (string file in FilesOf(folder, "llvm", "ll"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            yield return new("llvm", name, file, () => File.ReadAllText(file));
            yield return new("asm", name, "(made of llvm)", () => NativeCompiler.ToAssembly(File.ReadAllText(file), request.Level));
        }

        foreach (string file in FilesOf(folder, "qasm"))
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(Path.Combine(folder, "qasm"), file), null).Replace('\\', '/');
            yield return new("qasm", name, file, () => File.ReadAllText(file));
        }

        Module Of(string name) => modules.Value.TryGetValue(name, out var module)
            ? module : throw new InspectionException("error: There is no module " + name + ".");
    }

    private static Dictionary<string, Module> Read(string[] files)
    {
        var results = ModuleFiles.Check(files);
        var errors = results.SelectMany(r => r.Diagnostics).Where(d => d.Kind.Severity == Severity.Error).ToList();
        // The modules of other projects are not among the files.
        if (errors.Count > 0) throw new InspectionException("error: The modules cannot be read by themselves: " + errors[0]);
        return results.Zip(files).ToDictionary(r => Path.GetFileNameWithoutExtension(r.Second), r => r.First.Module!);
    }

    private static string Dotnet(string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        try
        {
            var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = ToolProcess.ReadAside(process.StandardError, process);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output
                : throw new InspectionException("error: 'dotnet " + arguments[0] + "' failed.\n" + (output + errors.Result).Trim());
        }
        catch (Win32Exception)
        {
            throw new InspectionException("error: dotnet was not found. Install the .NET SDK.");
        }
    }
}

/// <summary>An inspection that cannot be done; the message is for users.</summary>
internal sealed class InspectionException(string message) : Exception(message);
