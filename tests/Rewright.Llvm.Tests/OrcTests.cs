using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Rewright.Llvm.Tests;

public unsafe class OrcTests
{
    private const string CallsTriple =
        """
        declare i64 @triple(i64)
        define i64 @f(i64 %x) {
          %t = call i64 @triple(i64 %x)
          %r = add i64 %t, 1
          ret i64 %r
        }
        """;

    private static readonly Dictionary<string, nint> s_nothing = [];

    private static readonly Dictionary<string, nint> s_triple = new() { ["triple"] = (nint)(delegate* unmanaged<long, long>)&Triple };

    public static TheoryData<int> Versions => TestMachine.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void RunsCodeWithTheImportsItIsGiven(int version)
    {
        using OrcSession session = OrcSession.Open(TestMachine.Library(version));
        using OrcModule module = Loads(session, [Compile(version, CallsTriple)], s_triple, "f");
        Assert.Equal(22, Call(module, "f", 7));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void NamesMissingSymbols(int version)
    {
        using OrcSession session = OrcSession.Open(TestMachine.Library(version));
        ReadOnlyMemory<byte> code = Compile(version, CallsTriple);
        Assert.Contains("triple", Fails(session, [code], s_nothing, "f"), StringComparison.Ordinal);
        Assert.Contains("no_export", Fails(session, [code], s_triple, "no_export"), StringComparison.Ordinal);

        // Not even what the process defines.
        ReadOnlyMemory<byte> libc = Compile(
            version, "declare i32 @getpid()\ndefine i32 @f() {\n  %r = call i32 @getpid()\n  ret i32 %r\n}");
        Assert.Contains("getpid", Fails(session, [libc], s_nothing, "f"), StringComparison.Ordinal);

        using OrcModule module = Loads(session, [code], s_triple, "f");
        Assert.Equal(4, Call(module, "f", 1));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void RefusesWhatIsNoObject(int version)
    {
        using OrcSession session = OrcSession.Open(TestMachine.Library(version));
        Assert.NotEmpty(Fails(session, ["no object"u8.ToArray()], s_nothing, "f"));
        ReadOnlyMemory<byte> code = Compile(version, TestMachine.AddOne);
        Assert.NotEmpty(Fails(session, [code[..(code.Length / 2)]], s_nothing, "add_one"));
        Assert.Contains("add_one", Fails(session, [code, code], s_nothing, "add_one"), StringComparison.Ordinal);
        Assert.Equal(3, Call(Loads(session, [code], s_nothing, "add_one"), "add_one", 2));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ModulesDoNotSeeEachOther(int version)
    {
        using OrcSession session = OrcSession.Open(TestMachine.Library(version));
        using OrcModule one = Loads(session, [Compile(version, "define i64 @f(i64 %x) {\n  ret i64 1\n}")], s_nothing, "f");
        using OrcModule two = Loads(session, [Compile(version, "define i64 @f(i64 %x) {\n  ret i64 2\n}")], s_nothing, "f");
        Assert.Equal((1, 2), (Call(one, "f", 0), Call(two, "f", 0)));
        ReadOnlyMemory<byte> user = Compile(
            version, "declare i64 @f(i64)\ndefine i64 @g(i64 %x) {\n  %r = call i64 @f(i64 %x)\n  ret i64 %r\n}");
        Fails(session, [user], s_nothing, "g");

        using OrcModule both = Loads(session, [user, Compile(version, "define i64 @f(i64 %x) {\n  ret i64 3\n}")], s_nothing, "f", "g");
        Assert.Equal(3, Call(both, "g", 0));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void UnloadsManyTimes(int version)
    {
        using OrcSession session = OrcSession.Open(TestMachine.Library(version));
        ReadOnlyMemory<byte> code = Compile(version, CallsTriple);
        for (int i = 0; i < 100; i++)
        {
            using OrcModule module = Loads(session, [code], s_triple, "f");
            Assert.Equal(3 * i + 1, Call(module, "f", i));
            if (i % 3 == 0)
                Fails(session, [code], s_nothing, "f");
        }
    }

    [Fact]
    public void DisposesInAnyOrderAndTwice()
    {
        OrcSession session = OrcSession.Open(TestMachine.Library(19));
        OrcModule module = Loads(session, [Compile(19, CallsTriple)], s_triple, "f");
        OrcModule other = Loads(session, [Compile(19, CallsTriple)], s_triple, "f");
        other.Dispose();
        other.Dispose();
        session.Dispose();
        module.Dispose();
        session.Dispose();
        Assert.Contains("closed", Fails(session, [Compile(19, CallsTriple)], s_triple, "f"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ThreadsCompileAndRunAtOnce(int version)
    {
        LlvmCompiler compiler = TestMachine.Compiler(version);
        using OrcSession session = OrcSession.Open(compiler.Library);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = TestContext.Current.CancellationToken },
            i =>
        {
            ReadOnlyMemory<byte> code = compiler.CompileOk(
                $"declare i64 @triple(i64)\ndefine i64 @f(i64 %x) {{\n  %t = call i64 @triple(i64 %x)\n  %r = add i64 %t, {i}\n  ret i64 "
                    + $"%r\n}}",
                new() { OptimizationLevel = i % 4 });
            Assert.Equal(CompileStage.Parse, compiler.CompileBad($"define {i}").Stage);
            using OrcModule module = Loads(session, [code], s_triple, "f");
            Assert.Equal(3000 + i, Call(module, "f", 1000));
        });
    }

    private static ReadOnlyMemory<byte> Compile(int version, string ir) => TestMachine.Compiler(version).CompileOk(ir);

    private static OrcModule Loads(
        OrcSession session, IReadOnlyList<ReadOnlyMemory<byte>> objects, Dictionary<string, nint> imports, params string[] exports)
    {
        OrcResult result = session.Load(objects, imports, exports);
        Assert.True(result is OrcLoaded, (result as OrcFailed)?.Message);
        return ((OrcLoaded)result).Module;
    }

    private static string Fails(
        OrcSession session, IReadOnlyList<ReadOnlyMemory<byte>> objects, Dictionary<string, nint> imports, params string[] exports)
        => Assert.IsType<OrcFailed>(session.Load(objects, imports, exports)).Message;

    private static long Call(OrcModule module, string name, long argument)
        => ((delegate* unmanaged<long, long>)module.Symbols[name])(argument);

    [UnmanagedCallersOnly]
    private static long Triple(long x) => x * 3;
}
