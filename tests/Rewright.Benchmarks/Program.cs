using System;
using Rewright.Benchmarks.Circuits;

return args switch
{
    ["circuits", .. var rest] => CircuitBenchmarks.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/Rewright.Benchmarks -- circuits");
    return 2;
}
