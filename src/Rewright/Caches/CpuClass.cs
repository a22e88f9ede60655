using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Rewright.Caches;

/// <summary>Classes of processors that code is compiled for, so that it runs on every machine of the class or a higher one.</summary>
/// <remarks>Those of x86-64 are the levels of its psABI, which LLVM knows by the same names. They are found without LLVM.</remarks>
public static class CpuClass
{
    private static readonly string[] Levels = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"];

    /// <summary>The class of this machine.</summary>
    public static string OfHost { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => Levels[X64Level() - 1],
        Architecture.Arm64 => "generic",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>True where code for a class runs on this machine. Other processor names are only known to be themselves.</summary>
    public static bool Runs(string cpu) => Runs(cpu, OfHost);

    internal static bool Runs(string cpu, string host)
    {
        int level = Array.IndexOf(Levels, cpu), hostLevel = Array.IndexOf(Levels, host);
        return level >= 0 ? level <= hostLevel : cpu == host;
    }

    // F16C and MOVBE are part of v3 but have no class of their own in .NET.
    private static int X64Level()
    {
        if (!(Sse42.IsSupported && Popcnt.IsSupported && Ssse3.IsSupported)) return 1;
        const int Movbe = 1 << 22, F16c = 1 << 29;
        int features = X86Base.CpuId(1, 0).Ecx;
        if (!(Avx2.IsSupported && Bmi1.IsSupported && Bmi2.IsSupported && Fma.IsSupported && Lzcnt.IsSupported) || (features & Movbe) == 0 || (features & F16c) == 0) return 2;
        return Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported ? 4 : 3;
    }
}
