using System;
using System.IO;
using System.Linq;
using System.Text;
using Rewright.Caches;
using Rewright.Llvm;

namespace Rewright.Engines;

/// <summary>Tells the profiler perf the names of functions compiled in this process.</summary>
/// <remarks>
/// It is on if .NET's own map is on (the environment variable <c>DOTNET_PerfMapEnabled</c>), or if the application was built with
/// <c>RewrightDebugSymbols</c>. perf reads <c>/tmp/perf-PID.map</c>, whatever the folder for temporary files is.
/// </remarks>
internal static unsafe class PerfMap
{
    private const string Setting = "Rewright.DebugSymbols";

    private static bool IsOn => OperatingSystem.IsLinux()
        && (Environment.GetEnvironmentVariable("DOTNET_PerfMapEnabled") is not (null or "0")
            || AppContext.TryGetSwitch(Setting, out bool isOn) && isOn);

    /// <summary>Adds the functions of loaded code to the map; never fails.</summary>
    /// <param name="native">The code, one address of which is known.</param>
    /// <param name="code">The object that the code was loaded from, with the places of all functions.</param>
    public static void Add(NativeModule native, byte[] code)
    {
        if (!IsOn || ElfObject.Read(code) is not ElfObject elf) return;
        if (elf.Symbols.FirstOrDefault(s => s.Name == "rw.enter") is not { } enter) return;
        nint text = (nint)native.Enter - (nint)enter.Offset;
        var lines = new StringBuilder();
        foreach (var symbol in elf.Symbols)
            if (symbol.Section == enter.Section && symbol.Size > 0)
                lines.Append(FormattableString.Invariant($"{text + (nint)symbol.Offset:x} {symbol.Size:x} {symbol.Name}\n"));
        try
        {
            // All users can write to /tmp and can guess the name, so a file or link that another user put there must not be written to.
            using var map = TrustedFiles.OpenToAppend(FormattableString.Invariant($"/tmp/perf-{Environment.ProcessId}.map"));
            if (map is null) return;
            using var stream = new FileStream(map, FileAccess.Write);
            stream.Write(Encoding.UTF8.GetBytes(lines.ToString()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the map, perf shows addresses.
        }
    }
}
