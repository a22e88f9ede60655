using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Llvm;
using Xunit;

namespace Rewright.Tests.Jit;

/// <summary>What perf is told of compiled code.</summary>
public sealed class PerfMapTests
{
    private const string Setting = "Rewright.DebugSymbols";
    private static readonly string s_map = FormattableString.Invariant($"/tmp/perf-{Environment.ProcessId}.map");

    [Fact]
    public void The_map_names_the_functions_of_compiled_code_where_they_are()
    {
        Assert.SkipWhen(LlvmDiscovery.Find() is LlvmMissing, "LLVM is not installed");
        using var directory = new TemporaryDirectory();
        using var jit = new JitCompiler(directory.With());
        jit.Compile(Samples.Number(7_001));
        // Other tests may run with it; nobody else compiles these.
        Assert.DoesNotContain(ReadMap(), e => e.Name.StartsWith("Demo.M7001.", StringComparison.Ordinal));
        AppContext.SetSwitch(Setting, true);
        try
        {
            // All users can write to /tmp: a link that leads to another file is not followed.
            string other = Path.Combine(directory.Path, "other");
            File.CreateSymbolicLink(s_map, other);
            jit.Compile(Samples.Number(7_003));
            Assert.False(File.Exists(other));
            File.Delete(s_map);
            var module = jit.Compile(Samples.Number(7_002));
            var entries = ReadMap();
            var function = entries.Single(e => e.Name == "Demo.M7002.Eval");
            var thunk = entries.Single(e => e.Name == "Demo.M7002.Eval.thunk");
            // What C# calls is known by its address.
            Assert.Equal((nint)thunk.Start, Assert.Single(module.Entry.Runtime!.Native!.Thunks));
            Assert.True(function.Size > 0 && (function.Start + function.Size <= thunk.Start || thunk.Start + thunk.Size <= function.Start));
        }
        finally
        {
            AppContext.SetSwitch(Setting, false);
            File.Delete(s_map);
        }
    }

    private static List<(ulong Start, ulong Size, string Name)> ReadMap()
        => !File.Exists(s_map) ? [] : [.. File.ReadLines(s_map).Select(l => l.Split(' ', 3))
            .Select(p => (ulong.Parse(p[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                ulong.Parse(p[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), p[2]))];
}
