using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.Build.Framework;
using Rewright.Checks;
using Rewright.Emit.CSharp;
using Rewright.Model;

namespace Rewright.Build;

/// <summary>Makes the native library of an assembly from the LLVM IR of its modules.</summary>
/// <remarks>
/// Everything that can go wrong with native code happens in a worker process, which does not even start if all is up to date.
/// </remarks>
public sealed partial class CompileNative : WorkerTask
{
    private const string StateFile = "state";
    private static readonly string[] s_levels = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"];

    private readonly List<Module> _modules = [];
    private readonly HashSet<string> _rejected = [];
    private string _libraryKey = "";
    private string? _libraryChecksum;
    private readonly Stopwatch _sinceProgress = new();
    private bool _missing;
    private int _toMake, _made;

    /// <summary>The IR files, one per module.</summary>
    [Required]
    public ITaskItem[] Modules { get; set; } = [];

    /// <summary>Files with the reasons why modules have no IR, one per module.</summary>
    public ITaskItem[] FailedModules { get; set; } = [];

    /// <summary>
    /// Files with reports of compiler faults, one per module for which IR was made despite a fault.
    /// </summary>
    public ITaskItem[] Faults { get; set; } = [];

    /// <summary>The folder of objects and library, which belongs to this task.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>
    /// The path of the library in the folder. It is not made if nothing compiles, or if no linker supports its system.
    /// </summary>
    [Required]
    public string Library { get; set; } = "";

    /// <summary><c>auto</c> or <c>require</c>.</summary>
    [Required]
    public string Mode { get; set; } = "";

    /// <summary>The optimization level, 0 to 3.</summary>
    [Required]
    public string OptimizationLevel { get; set; } = "";

    /// <summary>Whether the generator emits debug information: <c>true</c>, <c>false</c> or empty.</summary>
    public string? DebugSymbols { get; set; }

    /// <summary>A processor by LLVM's name, <c>native</c>, or empty for the baseline.</summary>
    public string? Cpu { get; set; }

    /// <summary><c>InProcess</c> for LLVM's library, or <c>Tools</c> for its programs.</summary>
    [Required]
    public string Pipeline { get; set; } = "";

    /// <summary>The path of a libLLVM or of its folder; empty to search for one.</summary>
    public string? LlvmPath { get; set; }

    /// <summary>The path of a linker; empty to search for one.</summary>
    public string? LinkerPath { get; set; }

    /// <summary><c>on</c> to use a cache of objects that projects share; <c>off</c> not to.</summary>
    [Required]
    public string Cache { get; set; } = "";

    /// <summary>The directory of that cache; empty for the default.</summary>
    public string? CacheDirectory { get; set; }

    /// <summary>The runtime identifier to compile for; empty for this machine.</summary>
    public string? RuntimeIdentifier { get; set; }

    /// <summary>The runtime identifier of the project if this is code for a further one; empty if they are the same.</summary>
    public string? ProjectRuntimeIdentifier { get; set; }

    /// <summary>The runtime identifier of this machine.</summary>
    public string? HostRuntimeIdentifier { get; set; }

    internal TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The processor of the library that runs everywhere, if this library is for a better one; empty if they are the same.
    /// </summary>
    public string? ProjectCpu { get; set; }

    private bool IsFurther => !string.IsNullOrEmpty(ProjectRuntimeIdentifier) && RuntimeIdentifier != ProjectRuntimeIdentifier;

    // True for the version that every build makes.
    private bool IsFirst => !IsFurther && (string.IsNullOrEmpty(ProjectCpu) || Cpu == ProjectCpu);

    // The property Cpu is for the project's own architecture; other architectures use their baseline.
    private string EffectiveCpu
        => IsFurther && RuntimeTarget.ArchitectureOf(RuntimeIdentifier!) != RuntimeTarget.ArchitectureOf(ProjectRuntimeIdentifier!)
        ? "" : Cpu ?? "";

    private bool IsForeign => !string.IsNullOrEmpty(RuntimeIdentifier) && RuntimeIdentifier != HostRuntimeIdentifier;

    private RuntimeTarget? Target => IsForeign ? RuntimeTarget.Of(RuntimeIdentifier!) : null;

    // A system without a linker here gets only objects, which are linked there.
    private bool HasLibrary => !IsForeign || Target is { HasLinker: true };

    private bool Requires => Mode == "require";

    private string StatePath => Path.Combine(Folder, StateFile);

    private protected override void Run(CancellationToken cancellation)
    {
        if (!CheckOptions()) return;
        // Full paths, because another process uses them.
        Folder = Path.GetFullPath(Folder);
        Library = Path.GetFullPath(Library);

        // Reported once, however many versions there are.
        foreach (var failed in FailedModules.Where(_ => IsFirst))
            Reject(Path.GetFileNameWithoutExtension(failed.ItemSpec), Path.GetFullPath(failed.ItemSpec), 0, FirstLine(failed),
                Path.GetFullPath(failed.ItemSpec));
        foreach (var fault in Faults.Where(_ => IsFirst))
        {
            string module = Path.GetFileNameWithoutExtension(fault.ItemSpec);
            Report(BuildKinds.CompilerFault, BuildKinds.CompilerFault.Severity, Declarations.FindModule(module), module, FirstLine(fault),
                Path.GetFullPath(fault.ItemSpec));
        }

        var state = NativeState.Load(StatePath);
        FindChanges(state);
        if (_modules.Count == 0) Files.TryDelete(Library);
        if (_modules.Count == 0 || ((_libraryChecksum is not null || !HasLibrary) && _modules.All(m => m.IsCurrent)))
        {
            if (_modules.Count > 0 && !HasLibrary) ReportObjects();
            Finish(state, isComplete: !_missing && FailedModules.Length + Faults.Length == 0);
            return;
        }

        if (IsForeign && Target is null)
        {
            NoToolChain("There is no native code for " + RuntimeIdentifier + ", only for " + string.Join(", ", RuntimeTarget.Known)
                + ". Without it modules are interpreted, many times slower. RewrightNative=off builds without it and without this "
                    + "message.");
        }
        else if (!RunCompiler(cancellation))
        {
            // Keep what has been made, so that the next build continues from there.
            Finish(state, isComplete: false);
            return;
        }

        if (!HasLibrary && Target is not null) ReportObjects();
        if (_libraryChecksum is null) Files.TryDelete(Library);
        Finish(state, isComplete: !_missing && FailedModules.Length + Faults.Length == 0 && _modules.All(m => m.Checksum is not null));
    }

    private void ReportObjects()
    {
        string objects = Path.Combine(Folder, Module.ObjectFolder);
        if (IsFurther)
            Log.LogMessage(MessageImportance.High, "Native objects for {0}, to be linked there: {1}", RuntimeIdentifier, objects);
        else NoToolChain("Libraries for " + RuntimeIdentifier + " cannot be linked here, only objects are made, in " + objects
            + ". Without a library modules are interpreted, many times slower. RewrightNative=off builds without it and without this "
                + "message.");
    }

    private static int Level(string cpu) => Array.IndexOf(s_levels, cpu);

    private bool CheckOptions()
    {
        if (IsFurther && IsForeign && Target is null)
            Report(BuildKinds.BadOption,
                "RewrightTargets names '" + RuntimeIdentifier + "'; there is native code for " + string.Join(", ", RuntimeTarget.Known)
                + ".");
        if (Mode is not ("auto" or "require"))
            Report(BuildKinds.BadOption, "RewrightNative is '" + Mode + "'; it must be auto, require or off.");
        // Programs choose a library by the class of their processor, and machines without a match need one for the lowest class.
        if (!IsFurther && !string.IsNullOrEmpty(ProjectCpu) && Cpu != ProjectCpu
            && (Level(ProjectCpu!) < 0 || Level(Cpu!) <= Level(ProjectCpu!)))
            Report(BuildKinds.BadOption,
                "RewrightCpu lists '" + Cpu + "' after '" + ProjectCpu + "'; where there are several, they must be of "
                + string.Join(", ", s_levels) + ", the lowest first.");
        if (OptimizationLevel is not ("0" or "1" or "2" or "3"))
            Report(BuildKinds.BadOption, "RewrightOptimizationLevel is '" + OptimizationLevel + "'; it must be 0, 1, 2 or 3.");
        if (Pipeline is not (Protocol.InProcess or Protocol.Tools))
            Report(BuildKinds.BadOption, "RewrightPipeline is '" + Pipeline + "'; it must be InProcess or Tools.");
        if (Cache is not ("on" or "off"))
            Report(BuildKinds.BadOption, "RewrightCache is '" + Cache + "'; it must be on or off.");
        CheckRemoteCache();
        if (!string.IsNullOrEmpty(DebugSymbols) && !bool.TryParse(DebugSymbols, out _))
            Report(BuildKinds.BadOption, "RewrightDebugSymbols is '" + DebugSymbols + "'; it must be true or false.");
        return !Log.HasLoggedErrors;
    }

    private void FindChanges(NativeState state)
    {
        string tool = ChecksumOfWorker("Rewright.Build.Worker.dll", "Rewright.Llvm.dll");
        byte[] options = Encoding.UTF8.GetBytes(
            Protocol.Write(tool, OptimizationLevel, Pipeline, EffectiveCpu, RuntimeIdentifier ?? "") + "\n");
        foreach (var item in Modules.OrderBy(m => m.ItemSpec, StringComparer.Ordinal))
        {
            var module = new Module(Path.GetFileNameWithoutExtension(item.ItemSpec), Path.GetFullPath(item.ItemSpec));
            module.Key = Files.Checksum(options, File.ReadAllBytes(module.IrPath));
            if (state.Find(Folder, module.ObjectFile, module.Key) is { } entry)
                (module.IsCurrent, module.Checksum, module.LlvmVersion) = (true, entry.Checksum, entry.LlvmVersion);
            _modules.Add(module);
        }

        _libraryKey = Files.Checksum(Encoding.UTF8.GetBytes(string.Concat(_modules.Select(m => m.Name + "\t" + m.Key + "\n"))));
        _libraryChecksum = state.Find(Folder, Path.GetFileName(Library), _libraryKey)?.Checksum;
    }

    private bool RunCompiler(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(Folder, Module.ObjectFolder));
        _libraryChecksum = null;
        _toMake = _modules.Count(m => !m.IsCurrent);
        _sinceProgress.Restart();
        int wanted = Math.Max(1, Math.Min(_toMake, Environment.ProcessorCount));
        int granted = RequestCores(wanted);
        try
        {
            var request = new List<string>
            {
                Protocol.Write(Protocol.Level, OptimizationLevel),
                Protocol.Write(Protocol.Cpu, EffectiveCpu),
                Protocol.Write(Protocol.Pipeline, Pipeline),
                Protocol.Write(Protocol.Llvm, LlvmPath ?? ""),
                Protocol.Write(Protocol.Linker, LinkerPath ?? ""),
                Protocol.Write(Protocol.Cores, Math.Max(1, granted).ToString(CultureInfo.InvariantCulture)),
                Protocol.Write(Protocol.Triple, Target?.Triple ?? ""),
                Protocol.Write(Protocol.Library, HasLibrary ? Library : ""),
            };
            // Users who choose the tools want to see them work, and code for this processor must not reach another machine through a shared
            // folder.
            bool usesCache = Cache == "on" && Pipeline == Protocol.InProcess && EffectiveCpu != "native";
            if (usesCache)
                request.Add(Protocol.Write(Protocol.Cache, string.IsNullOrEmpty(CacheDirectory) ? "" : Path.GetFullPath(CacheDirectory)));
            if (usesCache && RemoteCacheRequest() is { } remote) request.Add(remote);
            request.AddRange(_modules.Select(m => Protocol.Write(
                Protocol.Module, m.Name, m.IrPath, Path.Combine(Folder, m.ObjectFile), m.IsCurrent ? m.LlvmVersion : "")));
            if (RunWorker(Protocol.Compile, request, cancellation) is { } failure) Report(failure);
        }
        finally
        {
            ReleaseCores(granted);
        }

        return !Log.HasLoggedErrors;
    }

    private protected override bool Accept(string[] answer)
    {
        switch (answer)
        {
            case [Protocol.Begin, var name]:
                Find(name).HasBegun = true;
                break;
            case [Protocol.Object or Protocol.Cached, var name, var checksum, var version]:
                var module = Find(name);
                (module.HasBegun, module.Checksum, module.LlvmVersion) = (false, checksum, version);
                ShowProgress();
                Log.LogMessage(MessageImportance.Low,
                    answer[0] == Protocol.Object ? "Compiled {0} with LLVM {1}" : "Found the object of {0} in the cache, made by LLVM {1}",
                    module.IrPath, version);
                break;
            case [Protocol.Rejected, var name, var line, var message]:
                var rejected = Find(name);
                (rejected.HasBegun, rejected.Checksum) = (false, null);
                // A module in several files may have the same fault in each, but is reported once.
                if (_rejected.Add(ModuleOf(name)))
                    Reject(name, rejected.IrPath, int.Parse(line, CultureInfo.InvariantCulture), message, WriteReport(rejected, message));
                break;
            case [Protocol.Library, var checksum]:
                _libraryChecksum = checksum;
                break;
            case [Protocol.Missing, var advice, var details]:
                Log.LogMessage(MessageImportance.Low, details);
                NoToolChain(advice);
                break;
            case [Protocol.BadOptions, var message]:
                Report(BuildKinds.BadOption, message + ".");
                break;
            case [Protocol.Remote, var fault, var failed, var milliseconds]:
                AccountForRemoteCache(fault, failed.Length > 0, int.Parse(milliseconds, CultureInfo.InvariantCulture));
                break;
            case [Protocol.NotLinked, var message, var name]:
                Report(BuildKinds.NotLinked, BuildKinds.NotLinked.Severity, Declarations.FindModule(ModuleOf(name)), message);
                break;
            default:
                return false;
        }

        return true;
    }

    // During long compilations, reports progress now and then at an importance that brief logs show. Answers arrive one at a time.
    private void ShowProgress()
    {
        _made++;
        if (_sinceProgress.Elapsed < ProgressInterval || _made == _toMake) return;
        Log.LogMessage(MessageImportance.High, "Rewright: {0} of {1} objects of native code are made", _made, _toMake);
        _sinceProgress.Restart();
    }

    private void Report(WorkerFailure failure)
    {
        var inWork = _modules.Where(m => m.HasBegun).ToList();
        var modules = inWork.Select(m => ModuleOf(m.Name)).Distinct().ToList();
        Report(BuildKinds.WorkerDied, BuildKinds.WorkerDied.Severity, modules is [var only] ? Declarations.FindModule(only) : null,
            failure.Manner + (modules.Count == 0 ? "" : " while it compiled " + string.Join(" and ", modules.Select(m => "'" + m + "'"))),
            (inWork.Count == 0 ? "" : " with " + string.Join(" and ", inWork.Select(m => m.IrPath)))
                + LastWords(failure));
    }

    private Module Find(string name) => _modules.First(m => m.Name == name);

    private void NoToolChain(string advice)
    {
        _missing = true;
        Report(BuildKinds.NoToolChain, Requires ? Severity.Error : Severity.Warning, null, advice);
    }

    // The rest of the file is for the authors.
    private static string FirstLine(ITaskItem file) => File.ReadLines(file.ItemSpec).FirstOrDefault() ?? "";

    // Users do not write the IR, so the message points at the C# source of the error.
    private void Reject(string module, string file, int line, string reason, string report)
    {
        module = ModuleOf(module);
        var (function, rule) = GeneratedCode.InIr(File.ReadAllText(file), line, reason);
        var place = (string.IsNullOrEmpty(rule) ? null : Declarations.FindRule(module, rule!))
            ?? (function is null ? null : Declarations.FindFunction(function)) ?? Declarations.FindModule(module);
        string text = string.Join(" | ", reason.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)).TrimEnd('.');
        Report(BuildKinds.Rejected, Requires ? Severity.Error : Severity.Warning, place, module, text,
            Requires ? "" : "It is interpreted, many times slower. ", report);
    }

    // Everything needed to find the fault, in one file to send.
    private string WriteReport(Module module, string reason)
    {
        string name = ModuleOf(module.Name), path = Path.Combine(Path.GetFullPath(Folder), Module.ReportFolder, name + ".txt");
        string rules = Path.Combine(Path.GetDirectoryName(module.IrPath)!, "..", "rw", name + ".rw");
        string report = string.Join("\n",
            reason.Trim(), "",
            "Rewright " + typeof(CompileNative).Assembly.GetName().Version + ", sources " + SourceIdentity.Value,
            "Options: level " + OptimizationLevel + ", " + Pipeline + ", processor "
            + (EffectiveCpu.Length > 0 ? EffectiveCpu : "of the baseline") + ", " + RuntimeIdentifier, "",
            "Module " + name + ":", File.Exists(rules) ? File.ReadAllText(rules) : "", "",
            "IR " + module.Name + ":", File.ReadAllText(module.IrPath));
        Files.WriteIfDifferent(path, Encoding.UTF8.GetBytes(report));
        return path;
    }

    // The code of a large module is in several files, whose names append a part to the module's name.
    private static string ModuleOf(string name) => name.Split(ArtifactFile.PartMark[0])[0];

    private void Finish(NativeState state, bool isComplete)
    {
        var kept = _modules.Where(m => m.Checksum is not null).Select(m => m.ObjectFile).ToList();
        foreach (var module in _modules)
            if (module.Checksum is not null) state[module.ObjectFile] = new(module.Key, module.Checksum, module.LlvmVersion);
        if (_libraryChecksum is not null)
        {
            string library = Path.GetFileName(Library);
            // If LLVM rejected a module, the library lacks it, so it must not be recorded under the full key.
            state[library] = new(_modules.All(m => m.Checksum is not null) ? _libraryKey : "", _libraryChecksum, "");
            kept.Add(library);
        }

        state.KeepOnly(Folder, kept);
        Directory.CreateDirectory(Folder);
        state.Save(StatePath);
        // The name of a stamp stands for the options. A stamp of other options would make a later build with them skip this task.
        foreach (string old in Directory.GetFiles(Folder, "*.stamp"))
            if (!isComplete || Path.GetFileName(old) != Path.GetFileName(Stamp)) Files.TryDelete(old);
        // Before the next build skips this task, it compares this checksum with the library.
        if (isComplete) Files.Touch(Stamp, _libraryChecksum ?? "");
    }

    private sealed class Module(string name, string irPath)
    {
        public const string ObjectFolder = "objects", ReportFolder = "rejected";

        public string Name => name;

        public string IrPath => irPath;

        public string ObjectFile => ObjectFolder + "/" + name + ".o";

        public string Key { get; set; } = "";

        /// <summary>True if the object is up to date.</summary>
        public bool IsCurrent { get; set; }

        /// <summary>The checksum of the object; null if there is none.</summary>
        public string? Checksum { get; set; }

        public string LlvmVersion { get; set; } = "";

        /// <summary>True if the worker has begun to compile it and has not reported a result.</summary>
        public bool HasBegun { get; set; }
    }
}
