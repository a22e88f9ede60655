using System;
using Rewright.Benchmarks.Circuits;
using Rewright.Benchmarks.Jit;
using Rewright.Benchmarks.Rec;
using Rewright.Benchmarks.Scale;
using Rewright.Benchmarks.Switch;

return args switch
{
    ["circuits", .. var rest] => CircuitBenchmarks.Run(rest),
    ["jit", .. var rest] => JitBenchmarks.Run(rest),
    ["rec", "engines", .. var rest] => RecEngines.Run(rest),
    ["rec", .. var rest] => RecBenchmarks.Run(rest),
    ["scale", .. var rest] => ScaleBenchmark.Run(rest),
    ["switch", .. var rest] => SwitchBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project tests/Rewright.Benchmarks -- circuits [--budget 8] [--seed 1] [--out FOLDER] [CIRCUIT...]
        dotnet run -c Release --project tests/Rewright.Benchmarks -- jit
        dotnet run -c Release --project tests/Rewright.Benchmarks -- rec [NAME...]   (build/bench-rec sets it up)
        dotnet run -c Release --project tests/Rewright.Benchmarks -- rec engines [NAME...]
        dotnet run -c Release --project tests/Rewright.Benchmarks -- scale [--patterns 10,2000] [--shape modules|one] [--only generator|build] [--runs 5] [--cpu]
        dotnet run -c Release --project tests/Rewright.Benchmarks -- switch [SIZE...] [--rules 60|400] [--mix much|little]
        """);
    return 2;
}
