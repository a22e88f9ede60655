using System.Collections.Immutable;
using System.Linq;
using Rewright.Llvm;

namespace Rewright.Build;

/// <summary>Messages about tools that were not found, with the package to install and the property to set.</summary>
internal static class MissingTools
{
    private const string Otherwise = " Without native code modules are interpreted, many times slower. RewrightNative=off builds without "
        + "it and without this message.";

    public const string UnsupportedSystem = "Native libraries are built on Linux only, so far." + Otherwise;

    public static string Advice(LlvmMissing? llvm, ToolChainMissing? tools, LinkerMissing? linker)
    {
        string text = tools is null ? "" : tools.Message + " RewrightPipeline=InProcess needs LLVM's library only.";
        if (llvm is not null)
        {
            text += (text.Length > 0 ? " " : "") + "No usable LLVM 19 to 22 was found" + WhyNotTheSetting(llvm.Tried) + ". "
                + LlvmMissing.Advice.TrimEnd('.')
                + ", or by the property RewrightLlvmPath.";
        }

        if (linker is not null)
        {
            text += (text.Length > 0 ? " " : "") + "No linker was found" + WhyNotTheSetting(linker.Tried)
                + $". Install the package {linker.Package} (Debian, Ubuntu: "
                + $"'apt-get install {linker.Package}'); a linker elsewhere is named by REWRIGHT_LINKER, or by the property "
                    + $"RewrightLinkerPath.";
        }

        return text + Otherwise;
    }

    /// <summary>All places that were searched.</summary>
    public static string Details(LlvmSearchResult? llvm, LinkerSearchResult? linker)
        => "Looked for native tools at:" + string.Concat((llvm?.Tried ?? []).Concat(linker?.Tried ?? []).Select(t => "\n  " + t));

    // If a setting gives the only place, its fault is worth naming; otherwise there are many places, and none is a mistake.
    private static string WhyNotTheSetting(ImmutableArray<ProbeAttempt> tried) => tried is [var only] ? $" ({only})" : "";
}
