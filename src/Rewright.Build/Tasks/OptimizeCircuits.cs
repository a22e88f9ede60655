using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.Build.Framework;

namespace Rewright.Build;

/// <summary>Optimises the circuits of a project by the rules of their modules.</summary>
/// <remarks>A worker process does the work. It starts only if a circuit, a rule or an option has changed.</remarks>
public sealed class OptimizeCircuits : WorkerTask
{
    private const string StateFile = "state", Extension = ".optimized.qasm";

    private readonly List<Circuit> _circuits = [];

    /// <summary>The written circuits, each in the folder of its module; optimised ones among them are skipped.</summary>
    [Required]
    public ITaskItem[] Circuits { get; set; } = [];

    /// <summary>The modules as text.</summary>
    public ITaskItem[] Rules { get; set; } = [];

    /// <summary>The folder of circuits; an optimised circuit goes beside the written one.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The cost to reduce: <c>total</c>, <c>cx</c>, <c>t</c> or <c>depth</c>.</summary>
    [Required]
    public string Cost { get; set; } = "";

    /// <summary>The time limit for the search per circuit, in seconds.</summary>
    [Required]
    public string Seconds { get; set; } = "";

    private protected override void Run(CancellationToken cancellation)
    {
        if (Cost is not ("total" or "cx" or "t" or "depth"))
            Report(BuildKinds.BadOption, "RewrightCircuitCost is '" + Cost + "'; it must be total, cx, t or depth.");
        if (!int.TryParse(Seconds, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds > 3600)
            Report(BuildKinds.BadOption, "RewrightCircuitSeconds is '" + Seconds + "'; it must be a whole number from 0 to 3600.");
        if (Log.HasLoggedErrors) return;

        // Full paths, because another process uses them.
        Folder = Path.GetFullPath(Folder).TrimEnd('/', '\\');
        string statePath = Path.Combine(Folder, StateFile);
        var state = NativeState.Load(statePath);
        FindChanges(state);
        if (_circuits.Any(c => !c.IsCurrent)) RunOptimizer(cancellation);

        foreach (var circuit in _circuits)
            if (circuit.Checksum is not null) state[circuit.Target] = new(circuit.Key, circuit.Checksum, "");
        state.KeepOnly(Folder, [.. _circuits.Where(c => c.Checksum is not null).Select(c => c.Target)]);
        Directory.CreateDirectory(Folder);
        state.Save(statePath);
        if (!Log.HasLoggedErrors) Files.Touch(Stamp);
    }

    private void FindChanges(NativeState state)
    {
        // The identity of the optimiser and of all rules, because modules use each other.
        string inputs = ChecksumOfWorker("Rewright.Build.Worker.dll", "Rewright.Quantum.dll", "Rewright.Circuits.dll", "Rewright.Core.dll")
            + string.Concat(Rules.Select(r => r.ItemSpec).OrderBy(r => r, StringComparer.Ordinal).Select(Files.ChecksumOf));
        byte[] options = Encoding.UTF8.GetBytes(Protocol.Write(inputs, Cost, Seconds) + "\n");
        // Only circuits of modules have rules to optimise by.
        var modules = new HashSet<string>(Rules.Select(r => Path.GetFileNameWithoutExtension(r.ItemSpec)), StringComparer.Ordinal);
        foreach (string path in Circuits.Select(c => Path.GetFullPath(c.ItemSpec)).Where(
            p => !p.EndsWith(Extension, StringComparison.Ordinal)).OrderBy(p => p, StringComparer.Ordinal))
        {
            string module = Path.GetFileName(Path.GetDirectoryName(path)!);
            if (!modules.Contains(module)) continue;
            string name = Path.GetFileNameWithoutExtension(path);
            var circuit = new Circuit(module + "." + name, path, module, module + "/" + name + Extension);
            circuit.Key = Files.Checksum(options, File.ReadAllBytes(path));
            if (state.Find(Folder, circuit.Target, circuit.Key) is { } entry)
                (circuit.IsCurrent, circuit.Checksum) = (true, entry.Checksum);
            _circuits.Add(circuit);
        }
    }

    private void RunOptimizer(CancellationToken cancellation)
    {
        var request = new List<string> { Protocol.Write(Protocol.Cost, Cost), Protocol.Write(Protocol.Seconds, Seconds) };
        request.AddRange(Rules.Select(r => Protocol.Write(Protocol.Rules, Path.GetFullPath(r.ItemSpec))));
        request.AddRange(_circuits.Where(c => !c.IsCurrent).Select(
            c => Protocol.Write(Protocol.Circuit, c.Name, c.Program, c.Module, Path.Combine(Folder, c.Target))));
        if (RunWorker(Protocol.Circuits, request, cancellation) is not { } failure) return;
        var inWork = _circuits.FirstOrDefault(c => c.HasBegun);
        Report(BuildKinds.WorkerDied, BuildKinds.WorkerDied.Severity,
            inWork is null ? null : Declarations.FindCircuit(inWork.Module, Path.GetFileNameWithoutExtension(inWork.Program)),
            failure.Manner + (inWork is null ? "" : " while it optimised '" + inWork.Name + "'"), LastWords(failure));
    }

    private protected override bool Accept(string[] answer)
    {
        switch (answer)
        {
            case [Protocol.Begin, var name]:
                Find(name).HasBegun = true;
                break;
            case [Protocol.Optimized, var name, var checksum, var remark]:
                var circuit = Find(name);
                (circuit.HasBegun, circuit.Checksum) = (false, checksum);
                Log.LogMessage(remark.Length == 0 ? MessageImportance.Low : MessageImportance.High, "{0}: {1}", name,
                    remark.Length == 0 ? "optimised" : remark);
                break;
            case [Protocol.Rejected, var name, _, var message]:
                var rejected = Find(name);
                rejected.HasBegun = false;
                Report(BuildKinds.CircuitNotOptimized, BuildKinds.CircuitNotOptimized.Severity,
                    Declarations.FindCircuit(rejected.Module, Path.GetFileNameWithoutExtension(rejected.Program)), name, message);
                break;
            default:
                return false;
        }

        return true;
    }

    private Circuit Find(string name) => _circuits.First(c => c.Name == name);

    private sealed class Circuit(string name, string program, string module, string target)
    {
        public string Name => name;

        public string Program => program;

        public string Module => module;

        /// <summary>The path of the optimised circuit, relative to the folder.</summary>
        public string Target => target;

        public string Key { get; set; } = "";

        public bool IsCurrent { get; set; }

        /// <summary>The checksum of the optimised circuit; null if there is none.</summary>
        public string? Checksum { get; set; }

        public bool HasBegun { get; set; }
    }
}
