using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Rewright.Caches;

/// <summary>Classes of processors to compile for. Code for a class runs on every machine of this class or a higher one.</summary>
/// <remarks>
/// The classes of x86-64 are the levels of its psABI, which LLVM knows by the same names. Finding the class needs no LLVM.
/// </remarks>
public static class CpuClass
{
    /// <summary>The classes of x86-64, lowest first.</summary>
    internal static readonly string[] Levels = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"];

    /// <summary>The class of this machine.</summary>
    public static string OfHost { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => Levels[X64Level() - 1],
        Architecture.Arm64 => "generic",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>
    /// True if code for a class runs on this machine. Code for any other processor name runs only if the host has that name.
    /// </summary>
    public static bool Runs(string cpu) => Runs(cpu, OfHost);

    internal static bool Runs(string cpu, string host)
    {
        int level = Array.IndexOf(Levels, cpu), hostLevel = Array.IndexOf(Levels, host);
        return level >= 0 ? level <= hostLevel : cpu == host;
    }

    // Uses CPUID, because .NET has no class for some features, and queries of its classes would compile this method at run time. The size
    // of the area where the system saves registers shows which of them it saves.
    private static int X64Level()
    {
        const uint Extended = 0x80000000;
        var features = X86Base.CpuId(1, 0);
        // CMPXCHG16B, POPCNT, SSE3, SSE4.1, SSE4.2, SSSE3; LAHF.
        const int Level2 = (1 << 13) | (1 << 23) | 1 | (1 << 19) | (1 << 20) | (1 << 9);
        int extended = (uint)X86Base.CpuId(unchecked((int)Extended), 0).Eax > Extended
            ? X86Base.CpuId(unchecked((int)Extended) + 1, 0).Ecx : 0;
        if ((features.Ecx & Level2) != Level2 || (extended & 1) == 0) return 1;
        // OSXSAVE, AVX, F16C, FMA, MOVBE; LZCNT; AVX2, BMI1, BMI2.
        const int Level3 = (1 << 27) | (1 << 28) | (1 << 29) | (1 << 12) | (1 << 22), Level3More = (1 << 5) | (1 << 3) | (1 << 8);
        int more = X86Base.CpuId(0, 0).Eax >= 13 ? X86Base.CpuId(7, 0).Ebx : 0;
        if ((features.Ecx & Level3) != Level3 || (extended & (1 << 5)) == 0 || (more & Level3More) != Level3More || !IsSaved(2)) return 2;
        // AVX-512 F, DQ, CD, BW, VL; mask registers and both parts of the wide ones.
        const int Level4 = (1 << 16) | (1 << 17) | (1 << 28) | (1 << 30) | int.MinValue;
        return (more & Level4) == Level4 && IsSaved(5) && IsSaved(6) && IsSaved(7) ? 4 : 3;
    }

    private static bool IsSaved(int component)
    {
        var area = X86Base.CpuId(13, component);
        return area.Eax != 0 && area.Ebx + area.Eax <= X86Base.CpuId(13, 0).Ebx;
    }
}
