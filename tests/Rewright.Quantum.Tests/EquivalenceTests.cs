using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Quantum.Tests;

public class EquivalenceTests(ITestOutputHelper output)
{
    [Fact]
    public void PublishedFormsOfABenchmarkAreEquivalent()
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        if (data is null) Assert.Skip("REWRIGHT_DATA is not set.");
        string root = Path.Combine(data, "circuits");
        var failures = new List<string>();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(root, "toffoli")).Order(StringComparer.Ordinal))
        {
            var first = OpenQasm.Read(File.ReadAllText(file));
            foreach (string form in new[] { "nam", "nam_fixed", "clifford_t", "nam_light", "nam_heavy" })
            {
                string other = Path.Combine(root, form, Path.GetFileName(file));
                if (!File.Exists(other)) continue;
                var clock = Stopwatch.StartNew();
                var result = CircuitEquivalence.Compare(first, OpenQasm.Read(File.ReadAllText(other)));
                output.WriteLine(form + "/" + Path.GetFileName(file) + " " + clock.ElapsedMilliseconds + " ms " + result);
                if (result is not Equivalent) failures.Add(other + ": " + result);
            }
        }

        Assert.Empty(failures);
    }
}
