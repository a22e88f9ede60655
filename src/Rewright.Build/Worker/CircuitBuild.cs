using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rewright.Checks;
using Rewright.Quantum;

namespace Rewright.Build;

/// <summary>Optimises the circuits of a request by the rules of their modules.</summary>
/// <remarks>A circuit is replaced only by one that is proved equal.</remarks>
internal sealed class CircuitBuild(CircuitRequest request, Action<string[]> answer, CancellationToken cancellation)
{
    private readonly Dictionary<string, Module> _modules = [];
    private string _faults = "";

    public void Run()
    {
        LoadModules();
        foreach (var circuit in request.Circuits)
        {
            cancellation.ThrowIfCancellationRequested();
            Answer(Protocol.Begin, circuit.Name);
            try
            {
                Optimize(circuit);
            }
            catch (Exception e) when (e is OpenQasmException or NotSupportedException or InvalidOperationException or ArgumentException)
            {
                Answer(Protocol.Rejected, circuit.Name, "0", e.Message);
            }
        }
    }

    // Modules use each other, so each is read after all that it uses.
    private void LoadModules()
    {
        var waiting = request.Rules.ToList();
        bool goesOn = true;
        while (waiting.Count > 0 && goesOn)
        {
            goesOn = false;
            _faults = "";
            foreach (string file in waiting.ToList())
            {
                var result = Module.Check(File.ReadAllText(file), file, [.. _modules.Values]).CheckCircuits();
                if (result.Module is { } module)
                {
                    _modules.Add(module.Name, module);
                    _ = waiting.Remove(file);
                    goesOn = true;
                }
                else
                {
                    _faults += string.Concat(result.Diagnostics.Where(d => d.Kind.Severity == Severity.Error).Take(1).Select(d => d + " "));
                }
            }
        }
    }

    private void Optimize(RequestedCircuit circuit)
    {
        if (!_modules.TryGetValue(circuit.Module, out var module))
            throw new NotSupportedException("The rules of '" + circuit.Module + "' cannot be read. " + _faults);
        string written = File.ReadAllText(circuit.Program);
        var rules = CircuitRuleSet.Of(module);
        var source = OpenQasm.Read(written, new() { File = circuit.Program });
        var optimized = new CircuitOptimizer(
            rules, new()
            {
                Cost = CircuitCost.Find(request.Cost) ?? CircuitCost.Total,
                Budget = TimeSpan.FromSeconds(request.Seconds)
            }).Optimize(source).Circuit;
        string remark = "";
        switch (RotationEquivalence.Compare(source, optimized))
        {
            case NotEquivalent { Counterexample: var text }:
                throw new InvalidOperationException(
                    "what came out differs from it. " + text + " This is a fault of Rewright; please report it.");
            case EquivalenceUnknown { Reason: var reason }:
                (optimized, remark) = (
                    source, "It could not be proved that the optimised circuit does the same, so it stays as written: " + reason);
                break;
        }

        byte[] content = Encoding.UTF8.GetBytes(OpenQasm.Write(optimized));
        NativeBuild.Write(circuit.Target, content);
        Answer(Protocol.Optimized, circuit.Name, NativeBuild.Checksum(content), remark);
    }

    private void Answer(params string[] fields) => answer(fields);
}
