using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Rewright.Llvm.Compile;

/// <summary>A supported architecture.</summary>
/// <param name="Name">The first component of its triples.</param>
/// <param name="Backend">LLVM's name of the back end.</param>
/// <param name="BaselineCpu">The baseline, which every processor of the architecture supports.</param>
/// <param name="Cpus">The accepted names. LLVM ignores an unknown name with a notice on stderr, and the C API cannot list them. These are
/// the 64-bit ones of LLVM 19; later versions know them too.</param>
internal sealed record TargetArchitecture(string Name, string Backend, string BaselineCpu, string[] Cpus)
{
    public static TargetArchitecture X64 { get; } = new("x86_64", "X86", "x86-64", Names(
        """
        generic x86-64 x86-64-v2 x86-64-v3 x86-64-v4
        nocona core2 penryn nehalem corei7 westmere sandybridge corei7-avx ivybridge core-avx-i haswell core-avx2 broadwell
        skylake skylake-avx512 skx cascadelake cooperlake cannonlake icelake-client icelake-server rocketlake tigerlake
        sapphirerapids emeraldrapids graniterapids graniterapids-d alderlake raptorlake meteorlake arrowlake arrowlake-s
        lunarlake pantherlake sierraforest grandridge clearwaterforest
        bonnell atom silvermont slm goldmont goldmont-plus tremont gracemont
        k8 athlon64 opteron k8-sse3 athlon64-sse3 opteron-sse3 amdfam10 barcelona btver1 btver2 bdver1 bdver2 bdver3 bdver4
        znver1 znver2 znver3 znver4 znver5
        """));

    public static TargetArchitecture Arm64 { get; } = new("aarch64", "AArch64", "generic", Names(
        """
        generic a64fx ampere1 ampere1a ampere1b carmel exynos-m3 exynos-m4 exynos-m5 falkor kryo oryon-1 saphira
        apple-a7 apple-a10 apple-a11 apple-a12 apple-a13 apple-a14 apple-a15 apple-a16 apple-a17 apple-m4
        cortex-a34 cortex-a35 cortex-a510 cortex-a520 cortex-a53 cortex-a55 cortex-a57 cortex-a65 cortex-a710 cortex-a715
        cortex-a72 cortex-a720 cortex-a725 cortex-a73 cortex-a75 cortex-a76 cortex-a77 cortex-a78 cortex-a78c
        cortex-x1 cortex-x1c cortex-x2 cortex-x3 cortex-x4 cortex-x925
        neoverse-512tvb neoverse-e1 neoverse-n1 neoverse-n2 neoverse-n3 neoverse-v1 neoverse-v2 neoverse-v3
        thunderx thunderx2t99 thunderx3t110 tsv110
        """));

    /// <summary>The architecture of this process; null if it is not supported.</summary>
    public static TargetArchitecture? OfHost => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        _ => null,
    };

    /// <summary>The name in Debian's packages.</summary>
    public string DebianName => Name.Replace('_', '-');

    /// <summary>The architecture of a triple; null if it is not supported.</summary>
    public static TargetArchitecture? OfTriple(string triple) => triple.Split('-')[0] switch
    {
        "x86_64" or "amd64" or "x86_64h" => X64,
        "aarch64" or "arm64" => Arm64,
        _ => null,
    };

    private static string[] Names(string list) => list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The target requested by options.</summary>
internal abstract record TargetChoice
{
    public static unsafe TargetChoice Of(LlvmLibrary library, CompileOptions options)
    {
        if (options.OptimizationLevel is < 0 or > 3 || options.EffectiveCodegenLevel is < 0 or > 3)
            return new InvalidTarget("optimization levels are 0 to 3");

        string triple = library.HostTriple;
        if (options.Triple is not null)
        {
            fixed (byte* text = Encoding.UTF8.GetBytes(options.Triple + "\0"))
                triple = library.Api.TakeMessage(library.Api.NormalizeTargetTriple(text));
        }

        if (TargetArchitecture.OfTriple(triple) is not { } architecture)
            return new InvalidTarget($"target '{triple}' is not supported; x86_64 and aarch64 are");

        string cpu = options.Cpu ?? architecture.BaselineCpu;
        string features = options.Features;
        if (cpu == CompileOptions.NativeCpu)
        {
            if (architecture != TargetArchitecture.OfHost)
                return new InvalidTarget($"cpu 'native' is not possible for the foreign target '{triple}'");
            cpu = library.HostCpu;
            features = features.Length == 0 ? library.HostFeatures : $"{library.HostFeatures},{features}";
        }
        else if (Array.IndexOf(architecture.Cpus, cpu) < 0)
        {
            return new InvalidTarget($"cpu '{cpu}' is not known for {architecture.Name}");
        }

        foreach (string feature in features.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (feature.Length < 2 || feature[0] is not ('+' or '-'))
                return new InvalidTarget($"feature '{feature}' must start with '+' or '-'");
        }

        return new ChosenTarget(new CompileTarget(triple, cpu, features, library.Version), architecture);
    }
}

internal sealed record ChosenTarget(CompileTarget Target, TargetArchitecture Architecture) : TargetChoice;

internal sealed record InvalidTarget(string Reason) : TargetChoice;
