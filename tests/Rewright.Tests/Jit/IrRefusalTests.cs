using System;
using System.IO;
using System.Runtime.InteropServices;
using Xunit;

namespace Rewright.Tests.Jit;

/// <summary>IR given as text neither reads files while it is compiled nor runs before it is called.</summary>
public sealed class IrRefusalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // Reads a file where it is obeyed, so that the code grows by as much.
    private string Include()
    {
        File.WriteAllText(_directory.File("secret"), "rewright-secret");
        return $".incbin \\22{_directory.File("secret")}\\22";
    }

    public static TheoryData<string, string> Assembly => new()
    {
        { "module asm \"INCLUDE\"\ndefine i64 @f() { ret i64 1 }", "module asm" },
        { "define i64 @f() {\n  call void asm sideeffect \"INCLUDE\", \"\"()\n  ret i64 1\n}", "'f' holds assembly" },
        { "define i64 @f() {\n  %r = call i64 asm \"mov $$1, $0\", \"=r\"()\n  ret i64 %r\n}", "'f' holds assembly" },
        { "define i64 @f() {\n  callbr void asm sideeffect \"INCLUDE\", \"!i\"() to label %a [label %b]\na:\n  ret i64 1\nb:\n  ret i64 "
            + "2\n}", "'f' holds assembly" },
        {
            "declare i32 @p(...)\ndefine i64 @f() personality ptr @p {\n"
                + "  invoke void asm sideeffect unwind \"INCLUDE\", \"\"() to label %a unwind label %b\na:\n  ret i64 1\n"
                + "b:\n  %l = landingpad { ptr, i32 } cleanup\n  ret i64 2\n}",
            "'f' holds assembly"
        },
    };

    [Theory]
    [MemberData(nameof(Assembly))]
    public void Assembly_is_refused(string ir, string expected)
    {
        using var jit = new JitCompiler(_directory.With());
        string message = Assert.Throws<NativeCompilationException>(
            () => jit.CompileLlvmIr(ir.Replace("INCLUDE", Include(), StringComparison.Ordinal), "x")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("not allowed", message, StringComparison.Ordinal);
        Assert.Empty(jit.Cache!.List().Entries);
    }

    [Fact]
    public unsafe void Assembly_is_compiled_where_the_caller_allows_it()
    {
        const string Ir = "define i64 @f() {\n  %r = call i64 asm \"mov $$7, $0\", \"=r\"()\n  ret i64 %r\n}";
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the assembly is of x86-64");
        using var jit = new JitCompiler(_directory.With() with { AllowAssembly = true });
        using (var library = jit.CompileLlvmIr(Ir, "x")) Assert.Equal(7, ((delegate* unmanaged<long>)library["f"].Pointer)());
        jit.FlushCache();
        // What one compiler may is no reason for another one to find it.
        using var other = new JitCompiler(_directory.With());
        Assert.Throws<NativeCompilationException>(() => other.CompileLlvmIr(Ir, "x"));
    }

    [Theory]
    [InlineData("@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @g, ptr null }]",
        "without being called")]
    [InlineData("@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @g, ptr null }]",
        "without being called")]
    [InlineData("@p = global ptr @g, section \".init_array\"", "constructors")]
    [InlineData("@p = global ptr @g, section \".ctors.1\"", "'.ctors.1'")]
    [InlineData("define void @h() section \".init\" { ret void }", "'.init'")]
    [InlineData("define void @_init() { ret void }", "exports '_init'")]
    [InlineData("define void @_fini() { ret void }", "exports '_fini'")]
    [InlineData("@i = ifunc void (), ptr @r\ndefine ptr @r() { ret ptr @g }", "ifunc 'i'")]
    [InlineData("!llvm.dependent-libraries = !{!0}\n!0 = !{!\"/opt/other.so\"}", "names libraries")]
    [InlineData("!llvm.linker.options = !{!0}\n!0 = !{!\"-l\", !\"/opt/other.so\"}", "names libraries")]
    public void What_would_run_or_load_something_by_itself_is_refused(string ir, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the objects are of Linux");
        using var jit = new JitCompiler(_directory.With());
        Assert.Contains(expected,
            Assert.Throws<NativeCompilationException>(
            () => jit.CompileLlvmIr(
            ir + "\n@v = global i32 0\ndeclare i64 @strlen(ptr)\ndefine void @g() {\n  %l = call i64 @strlen(ptr @v)\n  store i64 %l, ptr "
                + "@v\n  ret void\n}", "x")).Message, StringComparison.Ordinal);
        Assert.Empty(jit.Cache!.List().Entries);
    }

    [Fact]
    public void What_only_looks_like_it_is_compiled()
    {
        const string Ir = """
            ; module asm is not here, nor /* a comment
            source_filename = "asm /etc/passwd"
            @asm = constant [8 x i8] c"asm \22\0A!\00"
            define i64 @"asm f"(i64 %asm) section ".text.asm" {
            .asm:
              ret i64 %asm
            }
            define i64 @f() { ret i64 1 }
            !asm = !{!0}
            !0 = !{!"asm"}
            """;
        using var jit = new JitCompiler(_directory.With());
        jit.CompileLlvmIr(Ir.Replace("asm f", "asm.f", StringComparison.Ordinal), "x").Dispose();
    }

    [Theory]
    [InlineData("module asm \".incbin \\22/etc/hostname\\22\"", "the word 'asm'")]
    [InlineData("/* \" */ module asm \"x\" /* \" */", "the word 'asm'")]
    [InlineData("define void @f() {\n  call void asm\"x\", \"\"()\n  ret void\n}", "the word 'asm'")]
    [InlineData("define void @\"f\\0A.incbin x\"() { ret void }", "control character")]
    [InlineData("@x = global i32 0, section \"y\n.incbin z\"", "control character")]
    [InlineData("/* c\" */ @x = global i32 0, section \"y\n\"", "comment")]
    [InlineData("; \"\n@x = global i32 0, section \"y\n\"", "control character")]
    public void Programs_that_write_assembly_get_no_line_of_another(string ir, string expected)
        => Assert.Contains(expected, Llvm.Compile.IrSource.FindAssembly(ir), StringComparison.Ordinal);

    [Theory]
    [InlineData("@s = constant [2 x i8] c\"\\0A\\00\"\ndefine i64 @f(i64 %asm) {\nentry:\n  ret i64 %asm ; \"\n}\n")]
    [InlineData("@asmx = global i32 0\n@xasm = global i32 0\n!asm = !{}")]
    public void Programs_get_what_is_harmless(string ir) => Assert.Null(Llvm.Compile.IrSource.FindAssembly(ir));
}
