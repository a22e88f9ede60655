using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Caches;
using Rewright.Emit;
using Rewright.Engines;
using Rewright.Llvm;
using Xunit;

namespace Rewright.Tests.Jit;

/// <summary>Code that is put into memory without the system's loader.</summary>
public sealed class CodeImageTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static void SkipElsewhere()
        => Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "Elsewhere the system's loader does it.");

    [Theory]
    [InlineData("ld")]
    [InlineData("ld.lld")]
    [InlineData("mold")]
    [InlineData("gcc")]
    public void Libraries_of_modules_are_mapped_and_run(string linker)
    {
        SkipElsewhere();
        string? program = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(d => Path.Combine(d, linker)).FirstOrDefault(
            File.Exists);
        Assert.SkipUnless(program is not null, linker + " is not installed");
        var module = Samples.Number(7);
        using var jit = new JitCompiler(_directory.With());
        var (code, _) = jit.Modules.CompileObject(module, TestContext.Current.CancellationToken);
        string path = _directory.File("code.so"), symbol = Abi.DescriptorSymbol(module.Identity);
        Assert.IsType<LinkSucceeded>(
            new SharedLibraryLinker(program).Link([code], path, cancellation: TestContext.Current.CancellationToken));
        byte[] library = File.ReadAllBytes(path);
        Assert.Null(CodeImage.TryMap(library, "another symbol"));
        var image = CodeImage.TryMap(library, symbol);
        // Other linkers may lay it out otherwise; then the loader takes it.
        if (linker == "ld") Assert.NotNull(image);
        if (image is not { } mapped) return;
        var native = NativeModule.Read(mapped.Address, module.Identity, mapped.Code)!;
        var runtime = new ModuleRuntime(module, [], native);
        using var heap = new TermHeap();
        Assert.Equal((Engine.Native, "17"), (runtime.Engine, GroundTerms.Evaluate(runtime, heap, "Eval(Add(Num(1), Num(2)))")));
        runtime.Close();
        Assert.True(mapped.Code.IsClosed);
    }

    [Fact]
    public void Objects_of_modules_are_linked_without_LLVM()
    {
        SkipElsewhere();
        // Tables of switches and constants lie in sections of their own.
        var module = Module.Parse(
            "module Demo.Table\nsort D = " + string.Join(" | ", Enumerable.Range(0, 12).Select(i => "D" + i)) + "\nop Value(D): double\n"
            + string.Concat(Enumerable.Range(0, 12).Select(i => $"rule R{i}: Value(D{i}) -> {i * i}.5\n"))
                + "op Big(D): BigInteger\nrule Big: Big(_) -> 123456789012345678901234567890");
        using var jit = new JitCompiler(_directory.With());
        var (code, _) = jit.Modules.CompileObject(module, TestContext.Current.CancellationToken);
        string name = Abi.DescriptorSymbol(module.Identity);
        Assert.Null(CodeImage.TryLink(code.Span, "another symbol"));
        Assert.Null(CodeImage.TryMap(code.Span, name));
        var linked = CodeImage.TryLink(code.Span, name)!.Value;
        var runtime = new ModuleRuntime(module, [], NativeModule.Read(linked.Address, module.Identity, linked.Code)!);
        using var heap = new TermHeap();
        Assert.Equal("121.5", GroundTerms.Evaluate(runtime, heap, "Value(D11)"));
        Assert.Equal("123456789012345678901234567890", GroundTerms.Evaluate(runtime, heap, "Big(D3)"));
        runtime.Close();
    }

    [Fact]
    public void A_machine_without_linker_and_LLVM_runs_objects_that_another_has_left()
    {
        SkipElsewhere();
        var module = Samples.Number(5);
        using (var other = new JitCompiler(_directory.With()))
        {
            var (code, info) = other.Modules.CompileObject(module, TestContext.Current.CancellationToken);
            Assert.NotNull(other.Cache!.TryStore(other.KeyOf(module), info, code.Span, out _));
        }

        using var jit = new JitCompiler(_directory.With() with { LlvmPath = "/nonexistent/libLLVM.so" });
        using var compiled = jit.Compile(module);
        Assert.Equal((CodeOrigin.DiskCache, "13"), (compiled.Origin, compiled.Evaluate("Eval(Add(Num(1), Num(2)))")));
    }

    [Fact]
    public void What_is_found_on_disk_is_the_bytes_that_were_checked()
    {
        SkipElsewhere();
        var module = Samples.Number(3);
        using (var warm = new JitCompiler(_directory.With())) warm.Compile(module).Dispose();
        using var jit = new JitCompiler(_directory.With());
        using var compiled = jit.Compile(module);
        Assert.Equal(CodeOrigin.DiskCache, compiled.Origin);
        Assert.DoesNotContain(compiled.NativePath!, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        // Whoever overwrites the file now changes no code that runs.
        File.WriteAllBytes(compiled.NativePath!, new byte[new FileInfo(compiled.NativePath!).Length]);
        Assert.Equal("9", compiled.Evaluate("Eval(Add(Num(1), Num(2)))"));
    }

    [Theory]
    [InlineData(JitPipeline.InProcess)]
    [InlineData(JitPipeline.ExternalTools)]
    public void A_file_system_that_is_not_for_programs_keeps_code_of_modules(JitPipeline pipeline)
    {
        SkipElsewhere();
        Machine.Needs(pipeline);
        string mount = _directory.File("data");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "noexec,size=1m,mode=700", "tmpfs", mount) == 0,
            "mounting a file system needs the rights of root");
        try
        {
            var options = _directory.With() with { CacheDirectory = mount, Pipeline = pipeline, WorkDirectory = mount };
            foreach (var origin in (CodeOrigin[])[CodeOrigin.Compiled, CodeOrigin.DiskCache])
            {
                using var jit = new JitCompiler(options);
                using var compiled = jit.Compile(Samples.Number(2));
                Assert.Equal((origin, "7"), (compiled.Origin, compiled.Evaluate("Eval(Add(Num(1), Num(2)))")));
            }
        }
        finally
        {
            Assert.Equal(0, Run("umount", mount));
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    [Fact]
    public void What_needs_the_loader_is_left_to_it()
    {
        SkipElsewhere();
        const string Ir = "declare double @sin(double)\n@state = global i64 5\ndefine i64 @next() {\n  %x = load i64, ptr @state\n"
            + "  %y = add i64 %x, 1\n  store i64 %y, ptr @state\n  ret i64 %y\n}\ndefine double @half(double %x) {\n"
            + "  %y = call double @sin(double %x)\n  ret double %y\n}";
        for (int round = 0; round < 2; round++)
        {
            using var jit = new JitCompiler(_directory.With());
            using var library = jit.CompileLlvmIr(Ir, "state");
            unsafe
            {
                Assert.Equal(6, ((delegate* unmanaged[Cdecl]<long>)library["next"].Pointer)());
            }

            jit.FlushCache();
            Assert.Null(CodeImage.TryMap(File.ReadAllBytes(library.NativePath!), "next"));
        }
    }

    [Fact]
    public void Bad_bytes_are_refused_and_never_read_beyond_their_end()
    {
        SkipElsewhere();
        var module = Samples.Number(1);
        string path;
        using (var jit = new JitCompiler(_directory.With()))
        using (var compiled = jit.Compile(module))
        {
            jit.FlushCache();
            path = compiled.NativePath!;
        }

        string symbol = Abi.DescriptorSymbol(module.Identity);
        byte[] library = CodeFile.Read(path, File.ReadAllBytes(path)).Entries[0].ReadCode(), code;
        using (var jit = new JitCompiler(_directory.With()))
            code = jit.Modules.CompileObject(module, TestContext.Current.CancellationToken).Code.ToArray();
        Assert.NotNull(CodeImage.TryMap(library, symbol));
        Assert.NotNull(CodeImage.TryLink(code, symbol));
        var random = new Random(1);
        for (int i = 0; i < 6000; i++)
        {
            byte[] bad = i % 2 == 0 ? [.. library] : [.. code];
            if (i % 6 == 0) bad = bad[..random.Next(bad.Length)];
            // Headers of the file, of segments and of sections are where it matters.
            else for (int n = random.Next(1, 4); n > 0; n--) bad[random.Next(2) == 0
                ? random.Next(400) : bad.Length - 1 - random.Next(i % 2 == 0 ? 900 : bad.Length)] = (byte)(
                random.Next(2) == 0 ? 0xFF : random.Next(256));
            if ((i % 2 == 0 ? CodeImage.TryMap(bad, symbol) : CodeImage.TryLink(bad, symbol)) is { } mapped) mapped.Code.Release();
        }
    }
}
