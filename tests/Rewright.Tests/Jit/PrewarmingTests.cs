using System;
using System.IO;
using System.Linq;
using Rewright.Caches;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed class PrewarmingTests : IDisposable
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private JitOptions WithoutLlvm => _directory.With() with { LlvmPath = "/nonexistent/libLLVM.so", UseCache = false };

    [Fact]
    public void A_bundle_runs_natively_without_LLVM()
    {
        string path = _directory.File("app.rwb");
        // Two modules of one name, and one twice.
        Module[] modules = [.. Enumerable.Range(0, 5).Select(Samples.Number), Samples.Peano,
            Samples.Peano.With("op Two: Nat\nrule Two: Two -> Succ(Succ(Zero))"), Samples.Number(2)];
        Prewarming.WriteBundle(modules, path, new JitOptions { TargetCpu = "x86-64" });
        byte[] first = File.ReadAllBytes(path);
        Prewarming.WriteBundle(modules.Reverse(), path, new JitOptions { TargetCpu = "x86-64" });
        Assert.Equal(first, File.ReadAllBytes(path));

        using var jit = new JitCompiler(WithoutLlvm with { Bundles = [path] });
        foreach (var module in modules)
        {
            using var compiled = jit.Compile(Module.Parse(module.ToString()));
            Assert.Equal((Engine.Native, CodeOrigin.Bundle, path), (compiled.Engine, compiled.Origin, compiled.NativePath));
        }

        using var number = jit.Compile(Samples.Number(3));
        Assert.Equal("9", number.Evaluate("Eval(Add(Num(1), Num(2)))"));
        using var peano = jit.Compile(modules[6]);
        Assert.Equal("Succ(Succ(Succ(Succ(Zero))))", peano.Evaluate("Plus(Two(), Two())"));
        Assert.Equal(7, jit.GetCacheStatistics().BundleHits);
        Assert.Throws<NativeCompilationException>(() => jit.Compile(Samples.Number(77)));
        // Another level of optimization is no reason to refuse what was shipped; another meaning is.
        using var other = new JitCompiler(WithoutLlvm with { Bundles = [path], OptimizationLevel = 3 });
        Assert.Equal(CodeOrigin.Bundle, other.Compile(Samples.Peano).Origin);
        using var counting = new JitCompiler(WithoutLlvm with { Bundles = [path], CountRewrites = true });
        Assert.Throws<NativeCompilationException>(() => counting.Compile(Samples.Peano));
    }

    [Fact]
    public void A_damaged_bundle_is_not_used_and_counted()
    {
        string path = _directory.File("app.rwb");
        Prewarming.WriteBundle([Samples.Peano], path);
        byte[] whole = File.ReadAllBytes(path);
        whole[whole.Length / 3] ^= 1;
        File.WriteAllBytes(path, whole);
        using var jit = new JitCompiler(
            WithoutLlvm with { Bundles = [path, _directory.File("missing.rwb")], FallBackToInterpreter = true });
        using var peano = jit.Compile(Samples.Peano);
        Assert.Equal(Engine.Interpreter, peano.Engine);
        Assert.Equal((1, 1),
            (jit.GetCacheStatistics().DiskMisses[CacheMissReason.Damaged], jit.GetCacheStatistics().DiskMisses[CacheMissReason.NotFound]));
    }

    [Fact]
    public void A_bundle_beside_the_application_is_found()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "test-" + Guid.NewGuid().ToString("N") + ".rwb");
        var module = Samples.Number(4711);
        Prewarming.WriteBundle([module], path);
        try
        {
            using var jit = new JitCompiler(WithoutLlvm with { UseBundles = true });
            using var compiled = jit.Compile(module);
            Assert.Equal(CodeOrigin.Bundle, compiled.Origin);
            Assert.Equal("4714", compiled.Evaluate("Eval(Num(3))"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_archive_takes_entries_to_another_cache()
    {
        using (var jit = new JitCompiler(_directory.With()))
            foreach (int n in (int[])[1, 2, 3]) jit.Compile(Samples.Number(n)).Dispose();
        var source = CodeCache.Open(_directory.File("cache"));
        using var archive = new MemoryStream();
        Assert.Equal(3, CacheArchive.Export(source.List().Entries, archive));
        var target = CodeCache.Open(_directory.File("other"));
        archive.Position = 0;
        var (imported, faults) = CacheArchive.Import(target, archive);
        Assert.Empty(faults);
        Assert.Equal(3, imported.Count);
        using var second = new JitCompiler(
            _directory.With() with { CacheDirectory = _directory.File("other"), LlvmPath = "/nonexistent/libLLVM.so" });
        using var module = second.Compile(Samples.Number(2));
        Assert.Equal((CodeOrigin.DiskCache, "4"), (module.Origin, module.Evaluate("Eval(Num(2))")));

        byte[] damaged = archive.ToArray();
        damaged[damaged.Length / 2] ^= 1;
        (imported, faults) = CacheArchive.Import(target, new MemoryStream(damaged));
        Assert.Equal((2, 1), (imported.Count, faults.Count));
        (imported, faults) = CacheArchive.Import(target, new MemoryStream(damaged[..(damaged.Length - 5)]));
        Assert.Equal((1, 2), (imported.Count, faults.Count));
        Assert.Throws<InvalidDataException>(() => CacheArchive.Import(target, new MemoryStream([1, 2, 3])));
    }

    [Fact]
    public void A_compiled_module_runs_where_it_was_sent()
    {
        var arith = Module.Parse("module Demo.Arith\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat\nrule P0: Plus(Zero, y) -> y\n"
            + "rule P1: Plus(Succ(x), y) -> Succ(Plus(x, y))");
        var user = Module.Parse("module Demo.User\nuse Demo.Arith\nop Twice(Nat): Nat\nrule Twice: Twice(x) -> Plus(x, x)", arith);
        byte[] shipment;
        using (var jit = new JitCompiler(_directory.With() with { TargetCpu = "x86-64" }))
        {
            using var compiled = jit.Compile(user);
            shipment = jit.Export(compiled, Key);
        }

        using var receiver = new JitCompiler(WithoutLlvm);
        using var received = receiver.Import(shipment, Key);
        Assert.Equal((Engine.Native, CodeOrigin.Imported, "Demo.User"), (received.Engine, received.Origin, received.PatternId));
        Assert.Equal("Succ(Succ(Zero))", received.Evaluate("Twice(Succ(Zero))"));
        // It can be sent on.
        Assert.Throws<NativeCompilationException>(() => receiver.Export(received, Key));
    }

    [Fact]
    public void Nothing_of_what_was_changed_or_signed_by_another_is_run()
    {
        byte[] shipment;
        using (var jit = new JitCompiler(_directory.With()))
        {
            using var compiled = jit.Compile(Samples.Peano);
            shipment = jit.Export(compiled, Key);
        }

        using var receiver = new JitCompiler(WithoutLlvm);
        Assert.Throws<InvalidDataException>(() => receiver.Import(shipment, [.. Key.Reverse()]));
        for (int i = 0; i < shipment.Length; i += 97)
        {
            byte[] changed = [.. shipment];
            changed[i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => receiver.Import(changed, Key));
        }

        Assert.Throws<InvalidDataException>(() => receiver.Import(shipment.AsSpan(0, 50), Key));
        Assert.Throws<ArgumentException>(() => receiver.Import(shipment, "short"u8));
        using var received = receiver.Import(shipment, Key);
        Assert.Equal("Zero", received.Evaluate("Plus(Zero, Zero)"));
    }

    [Fact]
    public void Code_that_does_not_count_is_no_code_for_a_compiler_that_promises_limits()
    {
        byte[] plain, counted;
        using (var jit = new JitCompiler(_directory.With()))
        using (var compiled = jit.Compile(Samples.Peano)) plain = jit.Export(compiled, Key);
        using var counting = new JitCompiler(_directory.With() with { CountRewrites = true });
        using (var compiled = counting.Compile(Samples.Peano)) counted = counting.Export(compiled, Key);
        Assert.Contains("does not count rewrites", Assert.Throws<InvalidDataException>(() => counting.Import(plain, Key)).Message,
            StringComparison.Ordinal);

        using var heap = new TermHeap { Limits = new EvaluationLimits { MaxRewrites = 3 } };
        using var received = counting.Import(counted, Key);
        Assert.Equal(Engine.Native, received.Engine);
        Assert.Throws<RewriteLimitException>(() => received.Evaluate("Plus(Succ(Succ(Succ(Succ(Zero)))), Zero)", heap));
        using var receiver = new JitCompiler(WithoutLlvm);
        receiver.Import(plain, Key).Dispose();
        // Keeping a limit that nobody has promised does no harm.
        receiver.Import(counted, Key).Dispose();
    }

    [Fact]
    public void Whatever_an_owner_of_the_key_has_signed_ends_in_one_kind_of_exception()
    {
        byte[] shipment;
        using (var jit = new JitCompiler(_directory.With()))
        using (var compiled = jit.Compile(Samples.Peano)) shipment = jit.Export(compiled, Key);
        using var receiver = new JitCompiler(WithoutLlvm);
        byte[] content = shipment[..^32];
        int text = BitConverter.ToInt32(content, 8) == 1 ? Samples.Peano.ToString().Length : 0;
        Assert.NotEqual(0, text);
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            byte[] bad = [.. content];
            switch (i % 5)
            {
                // The number of modules, lengths, the text: all of it is before the code.
                case 0: bad[random.Next(8, 8 + 4 + 2 + text + 4)] = (byte)random.Next(256); break;
                case 1: BitConverter.GetBytes(random.Next(int.MinValue, int.MaxValue)).CopyTo(bad, 8); break;
                case 2: BitConverter.GetBytes(random.Next(int.MinValue, int.MaxValue)).CopyTo(bad, 8 + 4 + 2 + text); break;
                case 3: bad = bad[..random.Next(bad.Length)]; break;
                default: bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8)); break;
            }

            if (IsRefused(receiver, bad)) refused++;
        }

        Assert.InRange(refused, 3000, 4000);
        Assert.True(IsRefused(receiver, [.. "RWSHIP01"u8, 0, 0, 0, 0]));
        Assert.True(IsRefused(receiver, [.. "RWSHIP01"u8, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]));
        Assert.True(IsRefused(receiver, [.. "RWSHIP01"u8, 0xFF, 0xFF, 0xFF, 0x7F]));
        // It needs C# code that this process has not.
        var hosted = Module.Parse("module Demo.Hosted\nop Ask(long): long [host]\nop F(long): long\nrule F: F(x) -> Ask(x)");
        Assert.True(IsRefused(
            receiver, Shipment.Write(hosted, CodeFile.Write([(receiver.KeyOf(hosted), Samples.Info)], content), Key)[..^32]));
    }

    private static bool IsRefused(JitCompiler receiver, byte[] content)
    {
        try
        {
            receiver.Import([.. content, .. System.Security.Cryptography.HMACSHA256.HashData(Key, content)], Key).Dispose();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    [Theory]
    [InlineData("znver5", "processors")]
    [InlineData("abi", "ABI")]
    [InlineData("module", "not that of the module")]
    public void Code_for_another_machine_is_refused_before_it_is_mapped(string what, string expected)
    {
        using var jit = new JitCompiler(_directory.With());
        using var compiled = jit.Compile(Samples.Peano);
        jit.FlushCache();
        byte[] file = File.ReadAllBytes(compiled.NativePath!);
        var entry = CodeFile.Read("", file).Entries[0];
        var key = what switch
        {
            "abi" => entry.Key with { AbiVersion = 99 },
            "module" => entry.Key with { Identity = new ModuleIdentity(1, 2) },
            _ => entry.Key with { Cpu = what },
        };
        byte[] shipment = Shipment.Write(Samples.Peano, CodeFile.Write([(key, entry.Info)], file.AsSpan(0, (int)entry.CodeBytes)), Key);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => jit.Import(shipment, Key)).Message, StringComparison.Ordinal);
    }
}
