using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace Rewright.Llvm.Tests;

public unsafe class LinkTests
{
    private const string Allocates =
        """
        declare ptr @malloc(i64)
        declare void @free(ptr)
        define i64 @boxed(i64 %x) {
          %p = call ptr @malloc(i64 8)
          store volatile i64 %x, ptr %p
          %r = load volatile i64, ptr %p
          call void @free(ptr %p)
          ret i64 %r
        }
        """;

    public static TheoryData<int> Versions => TestMachine.Versions;

    public static TheoryData<string> Linkers => ["ld", "mold", "ld.lld", "gcc", "clang"];

    [Theory]
    [MemberData(nameof(Versions))]
    public void LinksLoadsAndRuns(int version)
    {
        using var directory = new TempDirectory();
        ReadOnlyMemory<byte> code = TestMachine.Compiler(version).CompileOk(Allocates);
        Succeeds(TestMachine.Linker(), [code], directory["lib.so"], new() { AllowedImports = ["malloc", "free"] });
        using var library = new Loaded(directory["lib.so"]);
        Assert.Equal(41, library.Call("boxed", 41));
        Assert.Equal(["lib.so"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Linkers))]
    public void WorksWithEveryLinker(string name)
    {
        string? program = ToolEnvironment.Current.FindProgram(name);
        Assert.SkipWhen(program is null, $"{name} is not on PATH");
        using var directory = new TempDirectory();
        var linker = new SharedLibraryLinker(program!);
        ReadOnlyMemory<byte> code = TestMachine.Compiler(19).CompileOk(
            "declare double @fmod(double, double)\ndefine i64 @f(i64 %x) {\n"
            + "  %d = sitofp i64 %x to double\n  %m = call double @fmod(double %d, double 10.0)\n  %r = fptosi double %m to i64\n"
            + "  ret i64 %r\n}");
        var options = new LinkOptions { AllowedImports = ["fmod"], Libraries = ["libm.so.6"] };
        Succeeds(linker, [code], directory["a.so"], options);
        Succeeds(linker, [code], directory["other name.so"], options);
        Assert.Equal(File.ReadAllBytes(directory["a.so"]), File.ReadAllBytes(directory["other name.so"]));
        using var library = new Loaded(directory["a.so"]);
        Assert.Equal(3, library.Call("f", 123));
    }

    [Fact]
    public void LinksSeveralObjects()
    {
        using var directory = new TempDirectory();
        LlvmCompiler compiler = TestMachine.Compiler(19);
        ReadOnlyMemory<byte> caller = compiler.CompileOk(
            "declare i64 @add_one(i64)\ndefine i64 @twice(i64 %x) {\n  %a = call i64 @add_one(i64 %x)\n  %b = call i64 @add_one(i64 %a)\n"
                + "  ret i64 %b\n}");
        ReadOnlyMemory<byte> callee = compiler.CompileOk(TestMachine.AddOne);
        Succeeds(TestMachine.Linker(), [caller, callee], directory["lib.so"]);
        using var library = new Loaded(directory["lib.so"]);
        Assert.Equal(42, library.Call("twice", 40));

        LinkFailed failed = Fails(TestMachine.Linker(), [callee, callee], directory["bad.so"]);
        Assert.Contains("multiple definition", failed.Message, StringComparison.Ordinal);
        Assert.Contains("add_one", failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["bad.so"]));
    }

    [Fact]
    public void NamesSymbolsThatMayNotBeImported()
    {
        using var directory = new TempDirectory();
        ReadOnlyMemory<byte> code = TestMachine.Compiler(19).CompileOk(Allocates);
        LinkFailed failed = Fails(TestMachine.Linker(), [code], directory["lib.so"], new() { AllowedImports = ["free"] });
        Assert.Equal(["malloc"], failed.Undefined);
        Assert.Contains("malloc", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnImportThatNobodyHasFailsAtLoadTime()
    {
        using var directory = new TempDirectory();
        ReadOnlyMemory<byte> code = TestMachine.Compiler(19).CompileOk(
            "declare i64 @nobody_has_this()\ndefine i64 @f(i64 %x) {\n  %r = call i64 @nobody_has_this()\n  ret i64 %r\n}");
        Succeeds(TestMachine.Linker(), [code], directory["lib.so"], new() { AllowedImports = ["nobody_has_this"] });
        Assert.ThrowsAny<DllNotFoundException>(() => NativeLibrary.Load(directory["lib.so"]));
    }

    [Fact]
    public void ReplacesALibraryThatIsInUse()
    {
        using var directory = new TempDirectory();
        LlvmCompiler compiler = TestMachine.Compiler(19);
        Succeeds(TestMachine.Linker(), [compiler.CompileOk("define i64 @f(i64 %x) {\n  ret i64 1\n}")], directory["lib.so"]);
        using var old = new Loaded(directory["lib.so"]);
        Succeeds(TestMachine.Linker(), [compiler.CompileOk("define i64 @f(i64 %x) {\n  ret i64 2\n}")], directory["lib.so"]);
        File.Copy(directory["lib.so"], directory["copy.so"]);
        using var made = new Loaded(directory["copy.so"]);
        Assert.Equal((1, 2), (old.Call("f", 0), made.Call("f", 0)));
    }

    [Fact]
    public void LinksForAnotherArchitecture()
    {
        const string Triple = "aarch64-linux-gnu";
        var search = new LinkerSearch { Triple = Triple };
        Assert.SkipWhen(RuntimeInformation.ProcessArchitecture == Architecture.Arm64, "not another architecture here");
        LinkerSearchResult found = LinkerDiscovery.Find(search);
        Assert.SkipWhen(found is LinkerMissing, (found as LinkerMissing)?.Package + " is not installed");

        using var directory = new TempDirectory();
        ReadOnlyMemory<byte> code = TestMachine.Compiler(19).CompileOk(Allocates, new() { Triple = Triple });
        var options = new LinkOptions { AllowedImports = ["malloc", "free"] };
        Succeeds(((LinkerFound)found).Linker, [code], directory["lib.so"], options);
        Assert.Equal(183, File.ReadAllBytes(directory["lib.so"])[18]);

        ReadOnlyMemory<byte> native = TestMachine.Compiler(19).CompileOk(TestMachine.AddOne);
        Assert.Contains("another architecture", Fails(TestMachine.Linker(search), [native, code], directory["x.so"], options).Message,
            StringComparison.Ordinal);
        Assert.Contains("exit code", Fails(TestMachine.Linker(new() { Path = "ld" }), [code], directory["x.so"], options).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsToolsThatFailHangOrAreMissing()
    {
        using var directory = new TempDirectory();
        ReadOnlyMemory<byte> code = TestMachine.Compiler(19).CompileOk(TestMachine.AddOne);
        var failing = new SharedLibraryLinker(directory.Script("failing", "echo some words; echo more words >&2; exit 3"));
        LinkFailed failed = Fails(failing, [code], directory["lib.so"]);
        Assert.Contains("exit code 3", failed.Message, StringComparison.Ordinal);
        Assert.Contains("some words", failed.Message, StringComparison.Ordinal);
        Assert.Contains("more words", failed.Message, StringComparison.Ordinal);

        var silent = new SharedLibraryLinker(directory.Script("silent", "exit 3"));
        Assert.EndsWith("exit code 3 and says nothing", Fails(silent, [code], directory["lib.so"]).Message, StringComparison.Ordinal);

        var lying = new SharedLibraryLinker(directory.Script("lying", "exit 0"));
        Fails(lying, [code], directory["lib.so"]);

        var hanging = new SharedLibraryLinker(directory.Script("hanging", "sleep 60"));
        Assert.Contains("0.1 s", Fails(hanging, [code], directory["lib.so"], new() { TimeLimit = TimeSpan.FromMilliseconds(100) }).Message,
            StringComparison.Ordinal);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.ThrowsAny<OperationCanceledException>(() => hanging.Link([code], directory["lib.so"], null, soon.Token));

        Fails(new SharedLibraryLinker(directory["missing"]), [code], directory["lib.so"]);
        Fails(TestMachine.Linker(), [], directory["lib.so"]);
        Fails(TestMachine.Linker(), [code], "/proc/no/lib.so");
    }

    [Fact]
    public void ReadsOnlyWholeObjects()
    {
        byte[] code = TestMachine.Compiler(19).CompileOk(Allocates).ToArray();
        var elf = Assert.IsType<ElfObject>(ElfObject.Read(code));
        Assert.Equal(["free", "malloc"], elf.Symbols.Where(s => !s.IsDefined).Select(s => s.Name).Order());

        Assert.IsType<ElfUnreadable>(ElfObject.Read([]));
        Assert.IsType<ElfUnreadable>(ElfObject.Read("!<arch>\n and so on and on and on and on and on and on and on and on"u8));
        for (int length = 0; length < code.Length - 1; length += 7)
            Assert.IsType<ElfUnreadable>(ElfObject.Read(code.AsSpan(0, length)));

        // No bytes make it throw.
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] broken = (byte[])code.Clone();
            for (int j = 0; j < 8; j++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            _ = ElfObject.Read(broken);
        }
    }

    private static void Succeeds(
        SharedLibraryLinker linker, IReadOnlyList<ReadOnlyMemory<byte>> objects, string path, LinkOptions? options = null)
    {
        LinkResult result = linker.Link(objects, path, options, TestContext.Current.CancellationToken);
        Assert.True(result is LinkSucceeded, (result as LinkFailed)?.Message);
    }

    private static LinkFailed Fails(
        SharedLibraryLinker linker, IReadOnlyList<ReadOnlyMemory<byte>> objects, string path, LinkOptions? options = null)
        => Assert.IsType<LinkFailed>(linker.Link(objects, path, options, TestContext.Current.CancellationToken));

    private sealed class Loaded(string path) : IDisposable
    {
        private readonly nint _handle = NativeLibrary.Load(path);

        public long Call(string name, long argument)
            => ((delegate* unmanaged<long, long>)NativeLibrary.GetExport(_handle, name))(argument);

        public void Dispose() => NativeLibrary.Free(_handle);
    }
}
