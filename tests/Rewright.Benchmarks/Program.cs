using System;
using Rewright.Benchmarks.Jit;

return args switch
{
    ["jit", .. var rest] => JitBenchmarks.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/Rewright.Benchmarks -- jit");
    return 2;
}
