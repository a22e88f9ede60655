using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;

namespace Rewright.Build;

/// <summary>A circuit of the request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Program">The circuit as written, in OpenQASM.</param>
/// <param name="Module">Name of the module whose rules it is optimised by.</param>
/// <param name="Target">Where the optimised circuit goes to.</param>
internal sealed record RequestedCircuit(string Name, string Program, string Module, string Target);

/// <summary>What the task asks for.</summary>
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
