using System;
using System.Collections.Generic;
using System.IO;
using Xunit;

namespace Rewright.Llvm.Tests;

/// <summary>What the tests find on the machine they run on. What is missing skips a test, with the reason.</summary>
internal static class TestMachine
{
    /// <summary>The oldest and the newest supported version: those in between are assumed to lie between.</summary>
    public static TheoryData<int> Versions => [19, 22];

    public const string AddOne =
        """
        define i64 @add_one(i64 %x) {
          %r = add i64 %x, 1
          ret i64 %r
        }
        """;

    public static LlvmLibrary Library(int version)
    {
        LlvmSearchResult result = LlvmDiscovery.Find(new LlvmSearch { Versions = [version] });
        Assert.SkipWhen(result is LlvmMissing, $"LLVM {version} is not installed (package libllvm{version})");
        return ((LlvmFound)result).Library;
    }

    public static LlvmCompiler Compiler(int version) => new(Library(version));

    public static SharedLibraryLinker Linker(LinkerSearch? search = null)
    {
        LinkerSearchResult result = LinkerDiscovery.Find(search);
        Assert.SkipWhen(result is LinkerMissing, "no linker is installed (package binutils)");
        return ((LinkerFound)result).Linker;
    }

    public static ReadOnlyMemory<byte> CompileOk(this LlvmCompiler compiler, string ir, CompileOptions? options = null)
        => Assert.IsType<CompileSucceeded>(compiler.Compile(ir, options, TestContext.Current.CancellationToken)).Output;

    public static CompileFailed CompileBad(this LlvmCompiler compiler, string ir, CompileOptions? options = null)
        => Assert.IsType<CompileFailed>(compiler.Compile(ir, options, TestContext.Current.CancellationToken));

    /// <summary>An environment with these variables and nothing else, and no libraries but those in the directories.</summary>
    public static ToolEnvironment Environment(Dictionary<string, string> variables, params string[] libraryDirectories)
        => new() { Variable = name => variables.GetValueOrDefault(name), LibraryDirectories = libraryDirectories };
}

/// <summary>A directory with a space in its name.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rewright llvm ").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a program that the shell runs.</summary>
    public string Script(string name, string body)
    {
        string path = this[name];
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
