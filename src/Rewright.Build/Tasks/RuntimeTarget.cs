using System.Collections.Generic;
using System.Linq;

namespace Rewright.Build;

/// <summary>A target of native code.</summary>
/// <param name="Triple">LLVM's triple.</param>
/// <param name="HasLinker">True if libraries for it can be linked here; otherwise only objects are made.</param>
internal sealed record RuntimeTarget(string Triple, bool HasLinker)
{
    private static readonly Dictionary<string, string> s_systems = new()
    {
        ["linux"] = "unknown-linux-gnu", ["linux-musl"] = "unknown-linux-musl", ["win"] = "pc-windows-msvc", ["osx"] = "apple-macosx12.0.0",
    };

    private static readonly Dictionary<string, string> s_architectures = new() { ["x64"] = "x86_64", ["arm64"] = "aarch64" };

    /// <summary>The runtime identifiers of all known targets.</summary>
    public static IEnumerable<string> Known => s_systems.Keys.SelectMany(s => s_architectures.Keys.Select(a => s + "-" + a));

    /// <summary>The architecture in a runtime identifier.</summary>
    public static string ArchitectureOf(string runtime) => runtime.Substring(runtime.LastIndexOf('-') + 1);

    /// <summary>The target of a runtime identifier; null if it is unknown.</summary>
    public static RuntimeTarget? Of(string runtime)
    {
        int dash = runtime.LastIndexOf('-');
        if (dash < 0 || !s_systems.TryGetValue(runtime.Substring(0, dash), out var system)
            || !s_architectures.TryGetValue(ArchitectureOf(runtime), out var architecture))
            return null;
        return new(architecture + "-" + system, system.Contains("linux"));
    }
}
