using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Caches;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed partial class CodeCacheTests : IDisposable
{
    private static readonly byte[] Code = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private CodeCache Open(CodeCacheOptions? options = null) => CodeCache.Open(_directory.File("cache"), options);

    private static CacheMissReason ReasonOf(CacheLookup lookup) => Assert.IsType<CacheMiss>(lookup).Reason;

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1UL)]
    public void The_checksum_is_XXH64(string text, ulong expected) => Assert.Equal(expected, Checksum.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void What_is_stored_is_found_with_all_that_is_known_of_it()
    {
        var key = Samples.Key(1) with { Name = "Odd = name\n100% \\n %0A", Options = "O2; a=b" };
        string path = Open().TryStore(key, Samples.Info, Code, out string? error)!;
        Assert.Null(error);
        var entry = Assert.IsType<CacheHit>(Open().Find(key)).Entry;
        Assert.Equal((path, key, key.Name, Code.Length), (entry.Path, entry.Key, entry.Key.Name, entry.CodeBytes));
        Assert.Equal((Samples.Info.Kind, Samples.Info.LlvmVersion, Samples.Info.CompiledAt, Samples.Info.CompileTime),
            (entry.Info.Kind, entry.Info.LlvmVersion, entry.Info.CompiledAt, entry.Info.CompileTime));
        Assert.Equal(Samples.Info.Exports, entry.Info.Exports);
        Assert.Equal(Code, File.ReadAllBytes(path)[..Code.Length]);
        Assert.Equal([key], Open().List().Entries.Select(e => e.Key));
        Assert.Equal((1, new FileInfo(path).Length), Open().Measure());
    }

    [Fact]
    public void A_miss_names_the_nearest_entry()
    {
        var cache = Open();
        Assert.Equal(CacheMissReason.NotFound, ReasonOf(cache.Find(Samples.Key(1))));
        cache.TryStore(Samples.Key(1), Samples.Info, Code, out _);
        Assert.Equal(CacheMissReason.NotFound, ReasonOf(cache.Find(Samples.Key(2))));
        Assert.Equal(CacheMissReason.OtherCpu, ReasonOf(cache.Find(Samples.Key(1, cpu: "x86-64-v3"))));
        Assert.Equal(CacheMissReason.OtherOptions, ReasonOf(cache.Find(Samples.Key(1, options: "O3"))));
        Assert.Equal(CacheMissReason.OtherVersion, ReasonOf(cache.Find(Samples.Key(1, emitter: "f"))));
        Assert.Equal(CacheMissReason.OtherAbi, ReasonOf(cache.Find(Samples.Key(1, abi: 2))));
    }

    [Fact]
    public void Every_truncation_is_a_miss()
    {
        var cache = Open();
        string path = cache.TryStore(Samples.Key(1), Samples.Info, Code.AsSpan(0, 300), out _)!;
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal(CacheMissReason.Truncated, ReasonOf(cache.Find(Samples.Key(1))));
        }

        // What comes after it is no better.
        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.Equal(CacheMissReason.Truncated, ReasonOf(cache.Find(Samples.Key(1))));
    }

    [Fact]
    public void Every_flipped_bit_is_a_miss()
    {
        var cache = Open();
        string path = cache.TryStore(Samples.Key(1), Samples.Info, Code.AsSpan(0, 200), out _)!;
        byte[] whole = File.ReadAllBytes(path);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var (entries, miss) = CodeFile.Read(path, damaged);
            Assert.Empty(entries);
            Assert.Contains(miss!.Reason,
                (CacheMissReason[])[CacheMissReason.Damaged, CacheMissReason.Truncated, CacheMissReason.OtherVersion]);
        }
    }

    [Fact]
    public void Damaged_entries_are_compiled_anew()
    {
        string path;
        using (var jit = new JitCompiler(_directory.With()))
        {
            using var peano = jit.Compile(Samples.Peano);
            jit.FlushCache();
            path = peano.NativePath!;
        }

        byte[] whole = File.ReadAllBytes(path);
        foreach (var (damage, reason) in (IEnumerable<(Func<byte[]>, CacheMissReason)>)
            [
                (() => whole[..(whole.Length / 2)], CacheMissReason.Truncated),
                (() => [], CacheMissReason.Truncated),
                (() => [.. whole[..500], (byte)(whole[500] ^ 4), .. whole[501..]], CacheMissReason.Damaged),
                // Right by its checksum, and no library: written by a program that was wrong.
                (() => CodeFile.Write([.. CodeFile.Read(path, whole).Entries.Select(e => (e.Key, e.Info))], Code),
                    CacheMissReason.NotLoadable),
                // Of another format.
                (() => [.. whole[..^1], (byte)(whole[^1] ^ 1)], CacheMissReason.OtherVersion),
            ])
        {
            // A file is never written to in place: it may be mapped.
            File.Delete(path);
            File.WriteAllBytes(path, damage());
            using var jit = new JitCompiler(_directory.With());
            using var peano = jit.Compile(Samples.Peano);
            Assert.Equal((CodeOrigin.Compiled, reason), (peano.Origin, peano.Miss!.Reason));
            Assert.Equal("Succ(Zero)", peano.Evaluate("Plus(Zero, Succ(Zero))"));
            Assert.Equal(1, jit.GetCacheStatistics().DiskMisses[reason]);
            jit.FlushCache();
            Assert.IsType<CacheHit>(jit.Cache!.Find(jit.KeyOf(Samples.Peano)));
        }
    }

    [Fact]
    public void An_entry_of_another_key_under_the_name_of_this_one_is_no_hit()
    {
        var cache = Open();
        string path = cache.TryStore(Samples.Key(1), Samples.Info, Code, out _)!;
        string other = cache.TryStore(Samples.Key(2), Samples.Info, Code, out _)!;
        File.Copy(other, path, overwrite: true);
        Assert.Equal(CacheMissReason.NotFound, ReasonOf(cache.Find(Samples.Key(1))));
    }

    [Fact]
    public void Repairing_deletes_what_cannot_be_used_and_nothing_else()
    {
        var cache = Open();
        cache.TryStore(Samples.Key(1), Samples.Info, Code, out _);
        string bad = cache.TryStore(Samples.Key(2), Samples.Info, Code, out _)!;
        File.WriteAllText(bad, "nonsense");
        Assert.Equal(CacheMissReason.Truncated, Assert.Single(cache.List().Faults).Reason);
        Assert.Equal(CacheMissReason.Truncated, Assert.Single(cache.Repair()).Reason);
        Assert.False(File.Exists(bad));
        Assert.Empty(cache.Repair());
        Assert.IsType<CacheHit>(cache.Find(Samples.Key(1)));
        Assert.Equal(1, cache.Clear());
        Assert.Equal((0, 0L), cache.Measure());
    }

    [Fact]
    public void The_least_recently_used_entries_go_first()
    {
        var cache = Open(new CodeCacheOptions { MaxEntries = 10 });
        for (int n = 0; n < 10; n++)
        {
            string path = cache.TryStore(Samples.Key(n), Samples.Info, Code, out _)!;
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(n - 20));
        }

        // A hit makes an old entry young.
        Assert.IsType<CacheHit>(cache.Find(Samples.Key(0)));
        cache.TryStore(Samples.Key(10), Samples.Info, Code, out _);
        cache.Trim();
        Assert.Equal((string[])["M0", "M10", "M3", "M4", "M5", "M6", "M7", "M8", "M9"],
            cache.List().Entries.Select(e => e.Key.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_size_is_bounded_without_being_asked()
    {
        var cache = Open(new CodeCacheOptions { MaxBytes = 100_000 });
        for (int n = 0; n < 200; n++) cache.TryStore(Samples.Key(n), Samples.Info, Code, out _);
        Assert.InRange(cache.Measure().Bytes, 50_000, 115_000);
    }

    [Fact]
    public void A_clock_that_was_moved_does_no_harm()
    {
        var cache = Open(new CodeCacheOptions { MaxEntries = 10 });
        for (int n = 0; n < 10; n++)
        {
            string path = cache.TryStore(Samples.Key(n), Samples.Info, Code, out _)!;
            // Written in what is the future now.
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddYears(1 + n));
        }

        Assert.IsType<CacheHit>(cache.Find(Samples.Key(0)));
        Assert.Equal(0, cache.Trim());
        cache.TryStore(Samples.Key(11), Samples.Info, Code, out _);
        Assert.InRange(cache.Measure().Entries, 5, 10);
        Assert.IsType<CacheHit>(cache.Find(Samples.Key(9)));
    }

    [Fact]
    public void Work_that_was_left_by_processes_that_are_gone_is_deleted()
    {
        var cache = Open();
        cache.TryStore(Samples.Key(1), Samples.Info, Code, out _);
        string work = Path.Combine(cache.Directory, "work");
        File.WriteAllText(Path.Combine(work, "old"), "");
        File.SetLastWriteTimeUtc(Path.Combine(work, "old"), DateTime.UtcNow.AddHours(-2));
        Directory.SetLastWriteTimeUtc(
            Directory.CreateDirectory(Path.Combine(work, "old directory")).FullName, DateTime.UtcNow.AddHours(-2));
        File.WriteAllText(Path.Combine(work, "new"), "");
        cache.Trim();
        Assert.Equal(["new"], Directory.GetFileSystemEntries(work).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("others write", "all users can write")]
    [InlineData("group writes", "a group can write")]
    [InlineData("others write above", "all users can write")]
    [InlineData("other owner", "belongs to another user")]
    [InlineData("link to other owner", "belongs to another user")]
    [InlineData("file", "cannot be made")]
    public void A_directory_that_others_can_write_to_is_refused(string what, string expected)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string path = _directory.File("cache"), parent = _directory.Path;
        switch (what)
        {
            case "others write": Directory.CreateDirectory(path); File.SetUnixFileMode(path, Own | UnixFileMode.OtherWrite); break;
            case "group writes": Directory.CreateDirectory(path); File.SetUnixFileMode(path, Own | UnixFileMode.GroupWrite); break;
            case "others write above":
                path = Path.Combine(path, "inner"); Directory.CreateDirectory(path); File.SetUnixFileMode(
                _directory.File("cache"), Own | UnixFileMode.OtherWrite); break;
            case "other owner" or "link to other owner":
                string planted = _directory.File("planted");
                Directory.CreateDirectory(planted);
                Assert.SkipUnless(chown(planted, 65534, 65534) == 0, "giving a directory to another user needs the rights of root");
                if (what == "other owner") path = planted;
                else Directory.CreateSymbolicLink(path, planted);
                break;
            default: File.WriteAllText(path, ""); break;
        }

        var cache = CodeCache.Open(path);
        Assert.Contains(expected, cache.Refusal, StringComparison.Ordinal);
        Assert.Null(cache.TryStore(Samples.Key(1), Samples.Info, Code, out string? error));
        Assert.Equal(cache.Refusal, error);
        Assert.Equal(CacheMissReason.UnsafeDirectory, ReasonOf(cache.Find(Samples.Key(1))));

        using var jit = new JitCompiler(_directory.With() with { CacheDirectory = path });
        using var peano = jit.Compile(Samples.Peano);
        jit.FlushCache();
        Assert.Equal((Engine.Native, CacheMissReason.UnsafeDirectory), (peano.Engine, peano.Miss!.Reason));
        Assert.Equal(1, jit.GetCacheStatistics().DiskMisses[CacheMissReason.UnsafeDirectory]);
        Assert.Contains(expected, jit.GetCacheStatistics().LastDiskError, StringComparison.Ordinal);
        Assert.NotNull(parent);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);

    [Fact]
    public void A_new_directory_is_only_for_this_user()
        => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new DirectoryInfo(Open().Directory).UnixFileMode);

    [Fact]
    public void What_cannot_be_written_is_counted_and_does_not_fail()
    {
        // No directory can be made in /proc, by root either.
        const string directory = "/proc/self/cache";
        using var jit = new JitCompiler(_directory.With() with { CacheDirectory = directory });
        using var peano = jit.Compile(Samples.Peano);
        jit.FlushCache();
        Assert.Equal((Engine.Native, "Succ(Zero)"), (peano.Engine, peano.Evaluate("Plus(Zero, Succ(Zero))")));
        Assert.NotNull(jit.GetCacheStatistics().LastDiskError);
        Assert.Null(peano.NativePath);
    }

    [Fact]
    public void A_full_disk_is_counted_and_leaves_nothing_behind()
    {
        // Its own file system of 100 KB, where the rights suffice.
        string mount = _directory.File("small");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(Process.Start(
            new ProcessStartInfo(
            "mount", ["-t", "tmpfs", "-o", "size=100k,mode=700", "tmpfs", mount])
            { RedirectStandardError = true }) is { } made
            && Ended(made) == 0, "mounting a file system needs the rights of root");
        try
        {
            var cache = CodeCache.Open(mount);
            var errors = new List<string>();
            for (int n = 0; n < 60; n++)
                if (cache.TryStore(Samples.Key(n), Samples.Info, Code, out string? error) is null) errors.Add(error!);
            Assert.InRange(errors.Count, 20, 59);
            Assert.All(errors, e => Assert.Contains("full", e, StringComparison.OrdinalIgnoreCase));
            var (entries, faults) = cache.List();
            Assert.Empty(faults);
            Assert.Equal(60 - errors.Count, entries.Count);
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(mount, "work")));
        }
        finally
        {
            Assert.Equal(0, Ended(Process.Start("umount", [mount])));
        }
    }

    private static int Ended(Process process)
    {
        process.WaitForExit();
        return process.ExitCode;
    }

    [Fact]
    public void A_directory_that_is_only_read_serves_what_is_in_it()
    {
        using (var jit = new JitCompiler(_directory.With())) jit.Compile(Samples.Peano).Dispose();
        string cache = _directory.File("cache");
        // Root writes everywhere, so it needs a mount that is only read.
        if (Environment.IsPrivilegedProcess)
        {
            Assert.SkipUnless(
                Ended(Process.Start("mount", ["--bind", cache, cache])) == 0, "mounting needs the rights of root");
            Assert.Equal(0, Ended(Process.Start("mount", ["-o", "remount,ro,bind", cache])));
        }
        else
        {
            foreach (string directory in (string[])[.. Directory.GetDirectories(cache), cache])
                File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        try
        {
            using var jit = new JitCompiler(_directory.With());
            using var known = jit.Compile(Samples.Peano);
            using var added = jit.Compile(Samples.Number(1));
            jit.FlushCache();
            Assert.Equal((CodeOrigin.DiskCache, CodeOrigin.Compiled), (known.Origin, added.Origin));
            Assert.Equal("3", added.Evaluate("Eval(Num(2))"));
            Assert.Equal(1, jit.GetCacheStatistics().DiskWriteFailures);
        }
        finally
        {
            if (Environment.IsPrivilegedProcess) Ended(Process.Start("umount", [cache]));
            else foreach (string directory in (string[])[cache, .. Directory.GetDirectories(cache)]) File.SetUnixFileMode(
                directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Code_for_a_higher_class_of_processors_is_not_found_and_not_run()
    {
        Assert.True(CpuClass.Runs("x86-64", "x86-64-v3"));
        Assert.True(CpuClass.Runs("x86-64-v3", "x86-64-v3"));
        Assert.False(CpuClass.Runs("x86-64-v4", "x86-64-v3"));
        Assert.False(CpuClass.Runs("znver5", "x86-64-v4"));
        Assert.False(CpuClass.Runs("generic", "x86-64"));
        Assert.True(CpuClass.Runs(CpuClass.OfHost));
    }

    [Fact]
    public async Task Processes_that_are_killed_while_they_write_leave_whole_entries()
    {
        string directory = _directory.File("cache");
        // A thousand rounds take minutes where others work too.
        int rounds = Environment.GetEnvironmentVariable("REWRIGHT_FULL_TESTS") == "1" ? 1000 : 100;
        const int AtOnce = 4;
        int next = 0, killed = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() =>
        {
            while (Interlocked.Increment(ref next) is var round && round <= rounds)
            {
                using var process = TestHost.Start("write", directory, round.ToString(CultureInfo.InvariantCulture));
                // Killed once it writes, at some moment of one of its first entries.
                if (process.StandardOutput.ReadLine() != "ready") continue;
                Thread.SpinWait(Random.Shared.Next(200_000));
                process.Kill();
                process.WaitForExit();
                if (process.ExitCode == 137) Interlocked.Increment(ref killed);
            }
        })));
        Assert.Equal(rounds, killed);
        var cache = CodeCache.Open(directory);
        var (entries, faults) = cache.List();
        Assert.Empty(faults);
        Assert.InRange(entries.Count, 1, 50);
        Assert.All(entries, e => Assert.True(KnownCode.IsRight(int.Parse(e.Key.Name.AsSpan(1), CultureInfo.InvariantCulture), e)));
    }

    [Fact]
    public void Sixteen_processes_fill_one_cache()
    {
        string directory = _directory.File("cache");
        Process[] processes = [.. Enumerable.Range(0, 16).Select(
            i => TestHost.Start("fill", directory, (i * 37).ToString(CultureInfo.InvariantCulture), "150"))];
        foreach (var process in processes)
        {
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Equal((0, ""), (process.ExitCode, errors));
            process.Dispose();
        }

        var (entries, faults) = CodeCache.Open(directory).List();
        Assert.Empty(faults);
        Assert.InRange(entries.Count, 50, 130);
        Assert.All(entries, e => Assert.True(KnownCode.IsRight(int.Parse(e.Key.Name.AsSpan(1), CultureInfo.InvariantCulture), e)));
    }

    [Fact]
    public void Sixteen_processes_compile_into_one_cache_and_use_it()
    {
        string directory = _directory.File("cache");
        for (int round = 0; round < 2; round++)
        {
            Process[] processes = [.. Enumerable.Range(0, 16).Select(
                i => TestHost.Start("compile", directory, (i % 4).ToString(CultureInfo.InvariantCulture), "4"))];
            foreach (var process in processes)
            {
                string[] counts = process.StandardOutput.ReadToEnd().Split(' ');
                process.WaitForExit();
                Assert.Equal((0, "0"), (process.ExitCode, counts[2].Trim()));
                if (round == 1) Assert.Equal(("0", "4"), (counts[0], counts[1]));
                process.Dispose();
            }
        }

        Assert.Equal(7, CodeCache.Open(directory).List().Entries.Count);
    }
}

/// <summary>Starts processes that do what tests need done elsewhere.</summary>
internal static class TestHost
{
    public static Process Start(params string[] arguments)
        => Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Rewright.TestHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
}
