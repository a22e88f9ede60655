using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Build.Utilities;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Llvm;
using Rewright.Lower;
using Rewright.Testing;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Rewright.Build.Tests;

[Collection(nameof(ProcessVariables))]
public sealed class CompileNativeTests : IDisposable
{
    private static readonly DateTime LongAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string Worker
        = typeof(CompileNativeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Worker").Value!;

    private static readonly bool HasTools
        = LlvmDiscovery.Find() is LlvmFound && LinkerDiscovery.Find() is LinkerFound;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Modules_become_one_library()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        WriteIr("Ä.B", Ir("Ä.B"));
        var engine = Build();
        engine.HasNothingToSay();
        Assert.Equal(["A", "Ä.B"], ModulesInLibrary("A", "Ä.B"));
        Assert.Equal(["A.o", "Ä.B.o"], Names("native/objects"));
        Assert.Equal(2, engine.CoresRequested);
        Assert.Equal(0, engine.CoresHeld);
    }

    [Fact]
    public void Nothing_starts_where_all_is_up_to_date()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        Build().HasNothingToSay();
        string library = Files.ChecksumOf(Library)!;
        // By which the targets tell whether the library is still that one.
        Assert.Equal(library, File.ReadAllText(_folder["native/some.stamp"]));
        var again = Build(t => t.Dotnet = "/nonexistent");
        again.HasNothingToSay();
        Assert.Equal(0, again.CoresRequested);
        Assert.Equal(library, Files.ChecksumOf(Library));
    }

    [Fact]
    public void Only_what_changed_is_compiled()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        WriteIr("B", Ir("B"));
        Build().HasNothingToSay();
        foreach (string name in new[] { "A", "B" }) File.SetLastWriteTimeUtc(ObjectOf(name), LongAgo);
        string library = Files.ChecksumOf(Library)!;

        WriteIr("B", Ir("B", "op Twice(Nat): Nat\nrule TwicePlus: Twice(x) -> Plus(x, x)\n"));
        Build().HasNothingToSay();
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(ObjectOf("A")));
        Assert.NotEqual(LongAgo, File.GetLastWriteTimeUtc(ObjectOf("B")));
        Assert.NotEqual(library, Files.ChecksumOf(Library));
        Assert.Equal(["A", "B"], ModulesInLibrary("A", "B"));
    }

    [Fact]
    public void Another_option_compiles_again_and_has_a_stamp_of_its_own()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        Build().HasNothingToSay();
        string optimized = Files.ChecksumOf(ObjectOf("A"))!;
        Build(t => (t.OptimizationLevel, t.Stamp) = ("0", _folder["native/other.stamp"])).HasNothingToSay();
        Assert.NotEqual(optimized, Files.ChecksumOf(ObjectOf("A")));
        Assert.Equal(["other.stamp"], Names("native").Where(n => n.EndsWith(".stamp")));
        Build(t => t.Cpu = "x86-64-v3").HasNothingToSay();
    }

    [Fact]
    public void Damaged_files_are_made_again()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        Build().HasNothingToSay();
        string made = Files.ChecksumOf(ObjectOf("A"))!;
        string library = Files.ChecksumOf(Library)!;

        File.WriteAllText(ObjectOf("A"), "damaged");
        Build().HasNothingToSay();
        Assert.Equal(made, Files.ChecksumOf(ObjectOf("A")));
        File.Delete(Library);
        Build().HasNothingToSay();
        Assert.Equal(library, Files.ChecksumOf(Library));
        File.WriteAllText(_folder["native/state"], "nonsense\n\t\t\n\\");
        Build().HasNothingToSay();
        Assert.Equal(library, Files.ChecksumOf(Library));
    }

    [Fact]
    public void Nothing_stays_of_a_removed_module()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        WriteIr("B", Ir("B"));
        Build().HasNothingToSay();
        File.Delete(IrOf("B"));
        Build().HasNothingToSay();
        Assert.Equal(["A.o"], Names("native/objects"));
        Assert.Equal(["A"], ModulesInLibrary("A", "B"));
        File.Delete(IrOf("A"));
        Build().HasNothingToSay();
        Assert.Empty(Names("native/objects"));
        Assert.False(File.Exists(Library));
        Assert.True(File.Exists(Stamp));
    }

    [Fact]
    public void Code_that_llvm_rejects_is_interpreted_and_the_rest_is_native()
    {
        NeedsTools();
        WriteIr("Good", Ir("Good"));
        WriteIr("Bad", "define i32 @f() {\n  ret i64 0\n}\n");
        for (int i = 0; i < 2; i++)
        {
            var warning = Build().Warning("RW0203");
            Assert.Contains("'Bad'", warning.Message);
            // Nothing is known of where it comes from.
            Assert.Equal(("Test.csproj", 0), (warning.File, warning.LineNumber));
            string report = _folder["native/rejected/Bad.txt"];
            Assert.EndsWith("please report it with " + report, warning.Message);
            Assert.All(["ret i64 0", "Rewright ", "level "], part => Assert.Contains(part, File.ReadAllText(report)));
            Assert.Equal(["Good"], ModulesInLibrary("Good"));
            Assert.Equal(["Good.o"], Names("native/objects"));
            // So that the next build says it again.
            Assert.False(File.Exists(Stamp));
        }

        Assert.Contains("'Bad'", Build(t => t.Mode = "require").Error("RW0203").Message);
    }

    [Theory]
    // In a rule, before any rule, and in what every module brings along.
    [InlineData("\n  ; MirrorNode: ", 11, 27)]
    [InlineData("\n  %quiet = ", 8, 41)]
    [InlineData("\ndefine internal i1 @rw.quiet(", 4, 29)]
    public void What_llvm_rejects_is_shown_at_what_it_was_made_of(string before, int line, int column)
    {
        NeedsTools();
        string ir = Ir("Demo.Trees", "sort T = Leaf | Node(T, T)\nop Mirror(T): T\nrule MirrorLeaf: Mirror(Leaf) -> Leaf\n"
            + "rule MirrorNode: Mirror(Node(x, y)) -> Node(Mirror(y), Mirror(x))\n");
        // A line further on stands something that LLVM does not read.
        int function = ir.IndexOf("; Operation Demo.Trees.Mirror", StringComparison.Ordinal),
            at = ir.IndexOf(before, before.Contains("define") ? 0 : function, StringComparison.Ordinal);
        Assert.True(at > 0, ir);
        WriteIr("Demo.Trees", ir.Insert(ir.IndexOf('\n', at + 1), "\n  nonsense"));
        WriteSource("""
            namespace Demo;
            // class Trees
            [PatternModule]
            public static partial class Trees
            {
                // [Operation] public static partial T Mirror(T t);
                private const string Text = "Rule MirrorNode(";
                [Operation] public static partial T Mirror(T t);

                [Pattern] static Rule MirrorLeaf() => Rewrite(Mirror(Leaf()), to: Leaf());
                [Pattern] static Rule MirrorNode(T x, T y) => Rewrite(Mirror(Node(x, y)), to: Node(Mirror(y), Mirror(x)));
            }
            """);
        var warning = Build(WithSource).Warning("RW0203");
        Assert.Equal((_folder["Trees.cs"], line, column), (warning.File, warning.LineNumber, warning.ColumnNumber));
        Assert.Contains(_folder["native/rejected/Demo.Trees.txt"], warning.Message);
    }

    [Fact]
    public void A_module_in_several_files_that_llvm_rejects_is_said_once()
    {
        NeedsTools();
        WriteIr("Bad", "define i32 @f() {\n  ret i64 0\n}\n");
        WriteIr("Bad~1", "define i32 @g() {\n  ret i64 0\n}\n");
        Build().Warning("RW0203");
    }

    [Fact]
    public void Faults_of_modules_are_shown_at_their_classes()
    {
        NeedsTools();
        NeedsShell();
        WriteSource("static class Other;\nstatic partial class B\n{\n}\n");
        WriteIr("A", Ir("A"));
        WriteIr("B", "declare i32 @system(ptr)\ndefine i32 @f() {\n  %r = call i32 @system(ptr null)\n  ret i32 %r\n}\n");
        AtClass(Build(WithSource).Error("RW0204"));
        WriteIr("B", Ir("B"));
        File.WriteAllText(_folder["ld"], "#!/bin/sh\necho 'ld: 1.o: unlucky' >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["ld"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var unlinked = Build(t =>
        {
            WithSource(t);
            t.LinkerPath = _folder["ld"];
        }).Error("RW0204");
        Assert.Contains("ld: 1.o: unlucky", unlinked.Message);
        AtClass(unlinked);
        AtClass(Build(t =>
        {
            WithSource(t);
            t.LinkerPath = _folder["ld"];
            t.Dotnet = Script("while read line; do [ \"$line\" = go ] && break; done; printf 'begin\\tB\\n'; exit 3");
        }).Error("RW0205"));

        void AtClass(Microsoft.Build.Framework.BuildErrorEventArgs e) => Assert.Equal(
            (_folder["Trees.cs"], 2, 22), (e.File, e.LineNumber, e.ColumnNumber));
    }

    [Fact]
    public void Faults_are_as_grave_as_the_project_says()
    {
        NeedsTools();
        WriteSource("static partial class Bad;\n");
        WriteIr("Bad", "define i32 @f() {\n  ret i64 0\n}\n");
        File.WriteAllText(_folder[".editorconfig"],
            "root = true\n[*.{vb,cs}]\ndotnet_diagnostic.RW0203.severity = error # for now\n[*.txt]\n"
                + "dotnet_diagnostic.RW0203.severity = none\n");
        void Configured(CompileNative task)
        {
            WithSource(task);
            task.ConfigFiles = [Item(".editorconfig")];
        }

        Build(Configured).Error("RW0203");
        Build(t =>
        {
            Configured(t);
            t.NoWarn = "CS1591;rw0203";
        }).HasNothingToSay();
        Assert.False(File.Exists(Stamp));

        // What is an error can be a warning, and the program is interpreted; but a wrong option has no sense to go on with.
        WriteIr("Bad", "declare i32 @system(ptr)\ndefine i32 @f() {\n  %r = call i32 @system(ptr null)\n  ret i32 %r\n}\n");
        File.WriteAllText(_folder[".editorconfig"],
            "is_global = true\ndotnet_diagnostic.RW0204.severity = warning\ndotnet_diagnostic.RW0206.severity = none\n");
        Build(Configured).Warning("RW0204");
        Assert.False(File.Exists(Library));
        Build(t =>
        {
            Configured(t);
            t.Mode = "perhaps";
        }).Error("RW0206");
    }

    [Fact]
    public void A_module_without_code_is_interpreted_and_the_rest_is_native()
    {
        NeedsTools();
        WriteIr("Good", Ir("Good"));
        File.WriteAllText(_folder["Bad.ll"], "InvalidOperationException: out of ideas");
        var failed = new TaskItem(_folder["Bad.ll"].Replace("%", "%25"));
        for (int i = 0; i < 2; i++)
        {
            var warning = Build(t => t.FailedModules = [failed]).Warning("RW0203");
            Assert.Contains("'Bad': InvalidOperationException: out of ideas", warning.Message);
            Assert.Equal(["Good"], ModulesInLibrary("Good"));
            Assert.False(File.Exists(Stamp));
        }

        Build(t => (t.Mode, t.FailedModules) = ("require", [failed])).Error("RW0203");
    }

    [Fact]
    public void A_fault_of_the_compiler_is_said_as_long_as_it_lasts_and_the_code_is_native()
    {
        NeedsTools();
        WriteIr("Good", Ir("Good"));
        File.WriteAllText(_folder["Good.fault"], "InvalidOperationException: out of ideas\n\nfor the authors");
        var fault = new TaskItem(_folder["Good.fault"].Replace("%", "%25"));
        for (int i = 0; i < 2; i++)
        {
            string message = Build(t => (t.Mode, t.Faults) = ("require", [fault])).Warning("RW0216").Message!;
            Assert.Contains("Module 'Good' exposes a fault of Rewright's compiler: InvalidOperationException: out of ideas It was "
                + "compiled", message);
            Assert.Contains(_folder["Good.fault"], message);
            Assert.DoesNotContain("authors", message);
            Assert.Equal(["Good"], ModulesInLibrary("Good"));
            Assert.False(File.Exists(Stamp));
        }

        // Once, however many processors there is code for.
        Build(t => (t.Faults, t.Cpu, t.ProjectCpu) = ([fault], "x86-64-v3", "x86-64")).HasNothingToSay();
    }

    [Fact]
    public void Code_calls_nothing_but_what_it_may()
    {
        NeedsTools();
        WriteIr("A", "declare i32 @system(ptr)\ndefine i32 @f() {\n  %r = call i32 @system(ptr null)\n  ret i32 %r\n}\n");
        Assert.Contains("system", Build().Error("RW0204").Message);
        Assert.False(File.Exists(Library));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Missing_tools_are_said_once_and_stop_nothing(bool noLlvm, bool noLinker)
    {
        WriteIr("A", Ir("A"));
        if (HasTools) Build().HasNothingToSay();
        WriteIr("A", Ir("A", "op Twice(Nat): Nat\nrule TwicePlus: Twice(x) -> Plus(x, x)\n"));
        string? llvm = noLlvm ? "/nonexistent" : null;
        string? linker = noLinker ? "/nonexistent" : null;
        // A machine may lack the other one too.
        if (!noLlvm || !noLinker) NeedsTools();

        var warning = Build(t => (t.LlvmPath, t.LinkerPath) = (llvm, linker)).Warning("RW0202");
        string message = warning.Message!;
        Assert.Equal("Test.csproj", warning.File);
        Assert.Equal(noLlvm, message.Contains("libllvm19") && message.Contains("RewrightLlvmPath"));
        Assert.Equal(noLinker, message.Contains("binutils") && message.Contains("RewrightLinkerPath"));
        Assert.Contains("/nonexistent", message);
        Assert.DoesNotContain("\n", message);
        Assert.False(File.Exists(Library));
        Assert.False(File.Exists(Stamp));

        var required = Build(t => (t.LlvmPath, t.LinkerPath, t.Mode) = (llvm, linker, "require")).Error("RW0202");
        Assert.Equal(message, required.Message);
    }

    [Fact]
    public void Other_systems_get_objects_and_unknown_ones_nothing()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        // What a project is built for is to run: so that is said each time.
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains("Libraries for win-arm64",
                Build(t => (t.RuntimeIdentifier, t.HostRuntimeIdentifier) = ("win-arm64", "linux-x64")).Warning("RW0202").Message);
            Assert.Equal(0xAA64, BitConverter.ToUInt16(File.ReadAllBytes(ObjectOf("A"))));
            Assert.False(File.Exists(Library));
            Assert.False(File.Exists(Stamp));
        }

        void ForMac(CompileNative task) => (task.RuntimeIdentifier, task.ProjectRuntimeIdentifier, task.HostRuntimeIdentifier, task.Cpu) = (
            "osx-arm64", "linux-x64", "linux-x64", "x86-64-v3");
        Build(ForMac).HasNothingToSay();
        Assert.Equal(0xFEEDFACF, BitConverter.ToUInt32(File.ReadAllBytes(ObjectOf("A"))));
        Assert.True(File.Exists(Stamp));
        Build(t =>
        {
            ForMac(t);
            t.Dotnet = "/nonexistent";
        }).HasNothingToSay();

        Assert.Contains("no native code for browser-wasm",
            Build(t => (t.RuntimeIdentifier, t.HostRuntimeIdentifier) = ("browser-wasm", "linux-x64")).Warning("RW0202").Message);
        Assert.Contains("'linux-x46'",
            Build(t => (t.RuntimeIdentifier, t.ProjectRuntimeIdentifier, t.HostRuntimeIdentifier) = (
            "linux-x46", "linux-x64", "linux-x64")).Error("RW0206").Message);
        Assert.Contains("the lowest first", Build(t => (t.Cpu, t.ProjectCpu) = ("x86-64", "x86-64-v3")).Error("RW0206").Message);
    }

    [Fact]
    public async Task Code_for_arm64_runs()
    {
        NeedsTools();
        string linker = ExternalProgram.Arm64Linker.Need(), emulator = ExternalProgram.Arm64Emulator.Need();
        WriteIr("M", LlvmEmitter.Emit(
            Pipeline.Lower(Module.Parse("module M\nop Fib(long): long\nrule Small: Fib(n) -> n if n < 2\n"
                + "rule Large: Fib(n) -> Fib(n - 1) + Fib(n - 2) if n >= 2\n"))));
        Build(t => (t.RuntimeIdentifier, t.HostRuntimeIdentifier) = ("linux-arm64", "linux-x64")).HasNothingToSay();
        Assert.Equal(183, BitConverter.ToUInt16(File.ReadAllBytes(Library), 18));

        // Calls the first entry with 10, and ends with its result. Nothing in it asks the runtime for anything, so a context of zeros will
        // do.
        var driver = new LlvmCompiler(((LlvmFound)LlvmDiscovery.Find()).Library).Compile($$"""
            @context = internal global [65536 x i8] zeroinitializer, align 16
            @"{{Abi.DescriptorSymbol("M")}}" = external constant [10 x i64]
            define void @_start() {
              %argument = getelementptr i8, ptr @context, i64 {{Abi.Arguments}}
              store i64 10, ptr %argument
              %field = getelementptr i8, ptr @"{{Abi.DescriptorSymbol("M")}}", i64 40
              %entries = load i64, ptr %field
              %entry = getelementptr i8, ptr @"{{Abi.DescriptorSymbol("M")}}", i64 %entries
              %distance = load i64, ptr %entry
              %thunk = getelementptr i8, ptr @"{{Abi.DescriptorSymbol("M")}}", i64 %distance
              %status = call i32 %thunk(ptr @context)
              %slot = getelementptr i8, ptr @context, i64 {{Abi.Result}}
              %result = load i64, ptr %slot
              call void asm sideeffect "svc #0", "{x8},{x0}"(i64 93, i64 %result)
              unreachable
            }
            """, new CompileOptions { Triple = "aarch64-unknown-linux-gnu" }, TestContext.Current.CancellationToken);
        File.WriteAllBytes(_folder["driver.o"], Assert.IsType<CompileSucceeded>(driver).Output.ToArray());
        Assert.Equal(0, await RunAsync(linker, "-static", "-o", _folder["driver"], _folder["driver.o"], ObjectOf("M")));
        Assert.Equal(55, await RunAsync(emulator, _folder["driver"]));

        static async Task<int> RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode;
        }
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        WriteIr("A", Ir("A"));
        Assert.Contains("'sometimes'", Build(t => t.Mode = "sometimes").Error("RW0206").Message);
        Assert.Contains("'Fast'", Build(t => t.Pipeline = "Fast").Error("RW0206").Message);
        Assert.Contains("'fast'", Build(t => t.OptimizationLevel = "fast").Error("RW0206").Message);
        NeedsTools();
        WriteIr("B", Ir("B"));
        Assert.Contains("cpu 'abacus'", Build(t => t.Cpu = "abacus").Error("RW0206").Message);
    }

    [Fact]
    public void Separate_tools_do_the_same()
    {
        NeedsTools();
        Assert.SkipWhen(ToolChain.Find() is ToolChainMissing, (ToolChain.Find() as ToolChainMissing)?.Message ?? "");
        WriteIr("A", Ir("A"));
        Build().HasNothingToSay();
        File.SetLastWriteTimeUtc(ObjectOf("A"), LongAgo);
        Build(t => (t.Pipeline, t.LlvmPath) = ("Tools", "/nonexistent")).HasNothingToSay();
        Assert.NotEqual(LongAgo, File.GetLastWriteTimeUtc(ObjectOf("A")));
        Assert.Equal(["A"], ModulesInLibrary("A"));

        WriteIr("A", Ir("A").Replace("ret ", "return ", StringComparison.Ordinal));
        Build(t => t.Pipeline = "Tools").Warning("RW0203");
        var without = Build(t => (t.Pipeline, t.Dotnet) = ("Tools", Script("exec env PATH=/nonexistent '" + DotnetPath() + "' \"$@\"")));
        Assert.Contains("llvm-as", without.Warning("RW0202").Message);
    }

    [Fact]
    public void Progress_shows_in_brief_logs()
    {
        NeedsTools();
        foreach (string name in new[] { "A", "B", "C" }) WriteIr(name, Ir(name));
        var engine = Build(t => t.ProgressInterval = TimeSpan.Zero);
        Assert.Equal(["Rewright: 1 of 3 objects of native code are made", "Rewright: 2 of 3 objects of native code are made"],
            engine.ImportantMessages);
        Assert.Empty(Build().ImportantMessages);
    }

    [Fact]
    public void A_full_disk_is_an_error_and_the_next_build_is_right()
    {
        NeedsTools();
        NeedsShell();
        foreach (string name in new[] { "A", "B", "C", "D", "E", "F" }) WriteIr(name, Ir(name));
        // The worker, and nobody else, sees a disk of 16 kB there.
        string mount = "mount -t tmpfs -o size=16k none '" + _folder["native/objects"].Replace("'", "'\\''", StringComparison.Ordinal)
            + "'";
        using (var probe = Process.Start(
            new ProcessStartInfo("unshare", ["-rm", "sh", "-c", "mount -t tmpfs none /tmp"]) { RedirectStandardError = true }))
        {
            probe!.WaitForExit();
            Assert.SkipWhen(probe.ExitCode != 0, "this user may not mount anything");
        }

        string script = _folder["mounted.sh"];
        File.WriteAllText(script, mount + " && exec '" + DotnetPath() + "' \"$@\"\n");
        var engine = Build(t => t.Dotnet = Script(
            "exec unshare -rm sh '" + script.Replace("'", "'\\''", StringComparison.Ordinal) + "' \"$@\""));
        Assert.Contains("space left", engine.Error("RW0207").Message);
        Assert.False(File.Exists(Stamp));
        Build().HasNothingToSay();
        Assert.Equal(["A", "B", "C", "D", "E", "F"], ModulesInLibrary("A", "B", "C", "D", "E", "F"));
        Assert.DoesNotContain(Names("native/objects"), n => n.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_builds_at_once_in_one_folder_are_both_right()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        WriteIr("B", Ir("B"));
        var engines = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Build())));
        foreach (var engine in engines) engine.HasNothingToSay();
        Assert.Equal(["A", "B"], ModulesInLibrary("A", "B"));
        Build(t => t.Dotnet = "/nonexistent").HasNothingToSay();
        Assert.Equal(4, Names("native").Length + Names("native/objects").Length - 1);
    }

    [Fact]
    public void The_library_does_not_depend_on_the_folder()
    {
        NeedsTools();
        using var other = new TempFolder();
        foreach (string folder in new[] { _folder.Path, other.Path })
        {
            Directory.CreateDirectory(Path.Combine(folder, "llvm"));
            File.WriteAllText(Path.Combine(folder, "llvm", "A.ll"), Ir("A"));
            Run(folder, null).HasNothingToSay();
        }

        Assert.Equal(Files.ChecksumOf(Library), Files.ChecksumOf(other["native/libTest.rewright.so"]));
    }

    [Theory]
    [InlineData("kill -SEGV $$", "was ended by signal 11 (SIGSEGV) while it compiled 'A'")]
    [InlineData("echo 'out of luck' >&2; exit 3", "ended with exit code 3 while it compiled 'A'")]
    [InlineData("exit 0", "ended early while it compiled 'A'")]
    [InlineData("echo noise; exec >&-; exit 7", "ended with exit code 7")]
    public void A_worker_that_dies_is_reported(string death, string expected)
    {
        NeedsShell();
        WriteIr("A", Ir("A"));
        var error = Build(t => t.Dotnet = Script(
            "while read line; do [ \"$line\" = go ] && break; done; printf 'begin\\tA\\n'; " + death)).Error("RW0205");
        Assert.Contains(expected, error.Message);
        Assert.Contains(IrOf("A"), error.Message);
        Assert.Equal(death.Contains("luck"), error.Message!.EndsWith("Its last words: out of luck"));
        Assert.Contains("RewrightNative=off", error.Message);
        Assert.False(File.Exists(Stamp));
    }

    [Fact]
    public void One_worker_does_one_build_after_the_other()
    {
        NeedsTools();
        using var node = new Node();
        for (int i = 0; i < 3; i++)
        {
            WriteIr("A", Ir("A", "op F" + i + "(Nat): Nat\nrule FRule: F" + i + "(x) -> x\n"));
            Build(node, t => t.Dotnet = CountingDotnet()).HasNothingToSay();
            Assert.Equal(["A"], ModulesInLibrary("A"));
        }

        Assert.Single(WorkersStarted());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_worker_that_has_gone_is_replaced(bool isKilled)
    {
        NeedsTools();
        using var node = new Node();
        WriteIr("A", Ir("A"));
        Build(node, t => t.Dotnet = CountingDotnet()).HasNothingToSay();
        // A package that is updated, or a node that another user of the machine has set up otherwise.
        if (isKilled) Process.GetProcessById(WorkersStarted()[0]).Kill();
        else Environment.SetEnvironmentVariable("REWRIGHT_TEST_OF_WORKERS", "changed");
        WriteIr("A", Ir("A", "op F(Nat): Nat\nrule FRule: F(x) -> x\n"));
        Build(node, t => t.Dotnet = CountingDotnet()).HasNothingToSay();
        Environment.SetEnvironmentVariable("REWRIGHT_TEST_OF_WORKERS", null);
        Assert.Equal(2, WorkersStarted().Length);
        Assert.Equal(["A"], ModulesInLibrary("A"));
    }

    [Fact]
    public void A_worker_that_dies_at_a_later_build_is_reported()
    {
        NeedsShell();
        using var node = new Node();
        WriteIr("A", Ir("A"));
        // A build that makes nothing, and one that does not end.
        string dotnet = Script(
            "n=0; while read line; do [ \"$line\" = go ] || continue; n=$((n + 1)); [ $n = 1 ] && echo done && continue; printf "
                + "'begin\\tA\\n'; exit 3; done");
        Build(node, t => t.Dotnet = dotnet).HasNothingToSay();
        Assert.Contains("ended with exit code 3 while it compiled 'A'", Build(node, t => t.Dotnet = dotnet).Error("RW0205").Message);
    }

    [Fact]
    public async Task A_worker_that_has_nothing_to_do_goes()
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Worker, Protocol.Compile])
        { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        // A request that cannot be done is one all the same.
        await process.StandardInput.WriteAsync("level\tnone\n" + Protocol.Write(Protocol.Idle, "0.1") + "\ngo\n");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(
            TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.EndsWith("done\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_worker_that_does_not_start_is_reported()
    {
        WriteIr("A", Ir("A"));
        Assert.Contains("does not start ('/nonexistent'", Build(t => t.Dotnet = "/nonexistent").Error("RW0205").Message);
    }

    [Fact]
    public void What_a_dead_worker_leaves_behind_blocks_nothing()
    {
        NeedsShell();
        WriteIr("A", Ir("A"));
        long start = Stopwatch.GetTimestamp();
        Build(t => t.Dotnet = Script("sleep 60 & exit 1")).Error("RW0205");
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Cancelling_ends_the_worker()
    {
        NeedsShell();
        WriteIr("A", Ir("A"));
        string started = _folder["started"];
        var engine = new TestBuildEngine();
        var task = NewTask(_folder.Path, engine);
        // It does not heed the end of its input.
        task.Dotnet = Script(
            $"echo $$ > '{started.Replace("'", "'\\''")}.new'; mv '{started.Replace("'", "'\\''")}.new' "
                + $"'{started.Replace("'", "'\\''")}'; exec sleep 300");
        var run = Task.Run(task.Execute, TestContext.Current.CancellationToken);
        while (!File.Exists(started)) await Task.Delay(20, TestContext.Current.CancellationToken);
        task.Cancel();
        Assert.False(await run.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        engine.HasNothingToSay();
        Assert.Equal(0, engine.CoresHeld);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(int.Parse(File.ReadAllText(started))));
    }

    [Fact]
    public async Task The_worker_stops_when_nobody_waits_any_more()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        Directory.CreateDirectory(_folder["native/objects"]);
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Worker, Protocol.Compile])
        { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string options = "level\t2\ncpu\t\npipeline\tInProcess\nllvm\t\nlinker\t\ncores\t1\ntriple\t\nlibrary\t" + Library + "\n";
        // A second of work.
        string modules = string.Concat(Enumerable.Range(0, 300).Select(i => $"module\tM{i}\t{IrOf("A")}\t{ObjectOf("M" + i)}\t\n"));
        await process.StandardInput.WriteAsync(options + modules + "go\n");
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.DoesNotContain("done", output);
        Assert.Empty(Names("native"));
        Assert.DoesNotContain(Names("native/objects"), n => n.EndsWith(".tmp"));
    }

    [Fact]
    public void What_another_project_has_compiled_is_not_compiled_again()
    {
        NeedsTools();
        WriteIr("A", Ir("A"));
        WriteIr("B", Ir("B", "op Twice(Nat): Nat\nrule TwicePlus: Twice(x) -> Plus(x, x)\n"));
        void WithCache(CompileNative task) => (task.Cache, task.CacheDirectory) = ("on", _folder["cache"]);
        Build(WithCache).HasNothingToSay();
        byte[] first = File.ReadAllBytes(ObjectOf("A")), library = File.ReadAllBytes(Library);

        // As another clone would. LLVM is not asked.
        Directory.Delete(_folder["native"], recursive: true);
        Build(t =>
        {
            WithCache(t);
            t.LlvmPath = "/nonexistent";
        }).HasNothingToSay();
        Assert.Equal(first, File.ReadAllBytes(ObjectOf("A")));
        Assert.Equal(library, File.ReadAllBytes(Library));

        // Another option, other IR or a damaged entry: compiled again.
        foreach (string entry in Directory.GetFiles(_folder["cache"], "*.rwc", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(entry);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(entry, bytes);
        }

        Directory.Delete(_folder["native"], recursive: true);
        Build(t =>
        {
            WithCache(t);
            t.LlvmPath = "/nonexistent";
        }).Warning("RW0202");
        Build(WithCache).HasNothingToSay();
        Assert.Equal(first, File.ReadAllBytes(ObjectOf("A")));
        Build(t =>
        {
            WithCache(t);
            (t.OptimizationLevel, t.LlvmPath) = ("1", "/nonexistent");
        }).Warning("RW0202");
        Assert.Contains("on or off", Build(t => t.Cache = "maybe").Error("RW0206").Message);
    }

    internal static void NeedsTools() => Assert.SkipUnless(HasTools, "LLVM or a linker is not installed (packages libllvm19 and binutils)");

    private static void NeedsShell() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");

    internal static string Ir(string name, string more = "")
        => LlvmEmitter.Emit(Pipeline.Lower(Module.Parse(
            $"module {name}\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat\nrule PlusZero: Plus(Zero, y) -> y\nrule PlusSucc: "
                + $"Plus(Succ(x), y) -> Succ(Plus(x, y))\n{more}")));

    private string Library => _folder["native/libTest.rewright.so"];

    private string Stamp => _folder["native/some.stamp"];

    private string IrOf(string module) => _folder["llvm/" + module + ".ll"];

    private string ObjectOf(string module) => _folder["native/objects/" + module + ".o"];

    private string[] Names(string folder)
        => [.. Directory.GetFiles(_folder[folder]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private void WriteSource(string text) => File.WriteAllText(_folder["Trees.cs"], text);

    private void WithSource(CompileNative task) => task.Sources = [Item("Trees.cs")];

    private TaskItem Item(string file) => new(_folder[file].Replace("%", "%25"));

    private void WriteIr(string module, string text)
    {
        Directory.CreateDirectory(_folder["llvm"]);
        File.WriteAllText(IrOf(module), text);
    }

    private static string DotnetPath() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    private string Script(string body)
    {
        string path = _folder["worker.sh"];
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    // Which of the modules have their descriptor in the library.
    private string[] ModulesInLibrary(params string[] modules)
    {
        // The loader knows a library by its file, so a new one needs another name.
        string copy = _folder[Guid.NewGuid() + ".so"];
        File.Copy(Library, copy);
        nint handle = NativeLibrary.Load(copy);
        try
        {
            return [.. modules.Where(m => NativeLibrary.TryGetExport(handle, Abi.DescriptorSymbol(m), out _))];
        }
        finally
        {
            NativeLibrary.Free(handle);
        }
    }

    private string CountingDotnet() => Script("echo $$ >> '" + _folder["started"].Replace("'", "'\\''") + "'; exec dotnet \"$@\"");

    private int[] WorkersStarted() => [.. File.ReadAllLines(_folder["started"]).Select(int.Parse)];

    private TestBuildEngine Build(Action<CompileNative>? change = null) => Run(_folder.Path, change);

    private TestBuildEngine Build(Node node, Action<CompileNative> change) => Run(_folder.Path, change, new TestBuildEngine(node));

    private static TestBuildEngine Run(string folder, Action<CompileNative>? change, TestBuildEngine? engine = null)
    {
        engine ??= new TestBuildEngine();
        var task = NewTask(folder, engine);
        change?.Invoke(task);
        Assert.Equal(task.Execute(), engine.Errors.Count == 0);
        Assert.Equal(0, engine.CoresHeld);
        return engine;
    }

    internal static CompileNative NewTask(string folder, TestBuildEngine engine)
    {
        string ir = Path.Combine(folder, "llvm");
        string native = Path.Combine(folder, "native");
        return new CompileNative
        {
            BuildEngine = engine,
            Project = "Test.csproj",
            Modules = [.. Directory.GetFiles(ir, "*.ll").Select(f => new TaskItem(f.Replace("%", "%25")))],
            Folder = native,
            Library = Path.Combine(native, "libTest.rewright.so"),
            Stamp = Path.Combine(native, "some.stamp"),
            Mode = "auto",
            OptimizationLevel = "2",
            Pipeline = "InProcess",
            Cache = "off",
            Dotnet = "dotnet",
            Worker = Worker,
        };
    }
}
