using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;

namespace Rewright.Build;

/// <summary>A circuit in a request.</summary>
/// <param name="Name">The name of the circuit.</param>
/// <param name="Program">The written circuit, in OpenQASM.</param>
/// <param name="Module">The name of the module whose rules optimise it.</param>
/// <param name="Target">The path for the optimised circuit.</param>
internal sealed record RequestedCircuit(string Name, string Program, string Module, string Target);

/// <summary>A request to optimise circuits.</summary>
internal sealed record CircuitRequest(string Cost, int Seconds, ImmutableArray<string> Rules, ImmutableArray<RequestedCircuit> Circuits)
{
    public static CircuitRequest Read(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>();
        var rules = ImmutableArray.CreateBuilder<string>();
        var circuits = ImmutableArray.CreateBuilder<RequestedCircuit>();
        foreach (string line in lines)
        {
            switch (Protocol.Read(line))
            {
                case [Protocol.Rules, var file]:
                    rules.Add(file);
                    break;
                case [Protocol.Circuit, var name, var program, var module, var target]:
                    circuits.Add(new(name, program, module, target));
                    break;
                case [var key, var value]:
                    values[key] = value;
                    break;
            }
        }

        return new(values[Protocol.Cost], int.Parse(values[Protocol.Seconds], CultureInfo.InvariantCulture), rules.ToImmutable(),
            circuits.ToImmutable());
    }
}
