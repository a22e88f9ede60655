using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Rewright.Quantum.Tests;

public class OpenQasmTests
{
    [Fact]
    public void AllBenchmarksRead()
    {
        string? data = Environment.GetEnvironmentVariable("REWRIGHT_DATA");
        if (data is null) Assert.Skip("REWRIGHT_DATA is not set.");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(data, "circuits"), "*.qasm", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var circuit = OpenQasm.Read(File.ReadAllText(file), new() { File = file });
            foreach (var version in new[] { OpenQasmVersion.V2, OpenQasmVersion.V3 })
            {
                if (version == OpenQasmVersion.V2 && file.Contains("qasm3")) continue;
                string text = OpenQasm.Write(circuit, version);
                Assert.Equal(circuit.Count, OpenQasm.Read(text).Count);
                Assert.Equal(text, OpenQasm.Write(OpenQasm.Read(text), version));
            }
        }
    }
}
