using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Caches;
using Xunit;

namespace Rewright.Tests.Jit;

/// <summary>What another user may have put into a cache is never run, and what is no file of code never stops a program.</summary>
public sealed partial class TrustTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const uint Nobody = 65534;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mknod(string path, uint mode, ulong device);

    private static void GiveAway(string path)
        => Assert.SkipUnless(chown(path, Nobody, Nobody) == 0, "giving a file to another user needs the rights of root");

    // The entry of a module, in a cache that is otherwise right.
    private string Fill()
    {
        using var jit = new JitCompiler(_directory.With());
        using var peano = jit.Compile(Samples.Peano);
        jit.FlushCache();
        return peano.NativePath!;
    }

    // It is not used, that is counted, and afterwards there is a good entry in its place.
    private void IsMissedAndRepaired(CacheMissReason reason, string detail)
    {
        using var jit = new JitCompiler(_directory.With());
        var compiling = Task.Run(() => jit.Compile(Samples.Peano));
        Assert.True(compiling.Wait(TimeSpan.FromSeconds(120)), "it waits");
        using var peano = compiling.Result;
        Assert.Equal((CodeOrigin.Compiled, reason), (peano.Origin, peano.Miss!.Reason));
        Assert.Contains(detail, peano.Miss.Detail, StringComparison.Ordinal);
        Assert.Equal("Succ(Zero)", peano.Evaluate("Plus(Zero, Succ(Zero))"));
        Assert.Equal(1, jit.GetCacheStatistics().DiskMisses[reason]);
        Assert.Contains(detail, jit.GetCacheStatistics().LastDiskError, StringComparison.Ordinal);
        jit.FlushCache();
        Assert.IsType<CacheHit>(jit.Cache!.Find(jit.KeyOf(Samples.Peano)));
        Assert.Empty(jit.Cache.List().Faults);
    }

    private static void PutOdd(string path, string what)
    {
        byte[] whole = File.ReadAllBytes(path);
        if (!what.StartsWith("mode", StringComparison.Ordinal) && what != "other owner") File.Delete(path);
        switch (what)
        {
            case "sparse": using (var file = File.Create(path)) file.SetLength(8L << 30); break;
            case "pipe": Assert.Equal(0, mknod(path, 0x1000 | 0x180, 0)); break;
            case "device":
                Assert.SkipUnless(
                mknod(path, 0x2000 | 0x180, (1 << 8) | 5) == 0, "making a device needs the rights of root"); break;
            case "directory": File.WriteAllText(Path.Combine(Directory.CreateDirectory(path).FullName, "inner"), ""); break;
            case "link":
                File.WriteAllBytes(path + ".target", whole);
                File.CreateSymbolicLink(path, path + ".target");
                break;
            case "link to nowhere": File.CreateSymbolicLink(path, "/nonexistent/file"); break;
            case "mode of all": File.SetUnixFileMode(path, Own | UnixFileMode.OtherWrite); break;
            case "mode of group": File.SetUnixFileMode(path, Own | UnixFileMode.GroupWrite); break;
            default: GiveAway(path); break;
        }
    }

    [Theory]
    [InlineData("sparse", "has 8589934592 bytes")]
    [InlineData("pipe", "is no plain file")]
    [InlineData("device", "is no plain file")]
    [InlineData("directory", "is no plain file")]
    [InlineData("link", "is a link")]
    [InlineData("link to nowhere", "is a link")]
    [InlineData("mode of all", "by all users")]
    [InlineData("mode of group", "by a group")]
    [InlineData("other owner", "belongs to another user, number 65534")]
    public void What_is_no_entry_of_this_user_is_a_miss_and_is_replaced(string what, string detail)
    {
        PutOdd(Fill(), what);
        IsMissedAndRepaired(CacheMissReason.UnsafeEntry, detail);
    }

    [Theory]
    [InlineData("sparse")]
    [InlineData("pipe")]
    [InlineData("directory")]
    [InlineData("link")]
    [InlineData("mode of all")]
    public void Odd_entries_are_listed_repaired_trimmed_and_cleared(string what)
    {
        PutOdd(Fill(), what);
        var cache = CodeCache.Open(_directory.File("cache"));
        cache.TryStore(Samples.Key(1), Samples.Info, new byte[5000], out _);
        Assert.Equal(CacheMissReason.UnsafeEntry, Assert.Single(cache.List().Faults).Reason);
        Assert.Equal(2, cache.Measure().Entries);
        // Nothing that is right goes to make room for it.
        cache.Trim();
        Assert.Single(cache.List().Entries);
        cache.Repair();
        Assert.Empty(cache.List().Faults);
        Assert.Equal(1, cache.Clear());
        Assert.Equal((0, 0L), cache.Measure());
    }

    [Fact]
    public void A_sparse_file_of_a_size_that_entries_may_have_is_refused_by_its_end()
    {
        string path = Fill();
        using (var file = File.OpenWrite(path)) file.SetLength(CodeFile.MaxBytes);
        long before = GC.GetTotalAllocatedBytes();
        IsMissedAndRepaired(CacheMissReason.Truncated, "does not end as a file of code does");
        Assert.True(GC.GetTotalAllocatedBytes() - before < CodeFile.MaxBytes / 2);
    }

    [Theory]
    [InlineData("all", "by all users")]
    [InlineData("group", "by a group")]
    [InlineData("owner", "belongs to another user")]
    [InlineData("link", "is no directory")]
    public void Entries_of_a_subdirectory_that_others_can_write_to_are_not_run(string what, string detail)
    {
        string path = Fill(), inner = Path.GetDirectoryName(path)!;
        switch (what)
        {
            // As under the masks 000 and 002.
            case "all": File.SetUnixFileMode(inner, Own | (UnixFileMode)0x3F); break;
            case "group": File.SetUnixFileMode(inner, Own | (UnixFileMode)0x3D); break;
            case "owner": GiveAway(inner); break;
            default:
                Directory.Move(inner, inner + "-moved");
                Directory.CreateSymbolicLink(inner, inner + "-moved");
                break;
        }

        var cache = CodeCache.Open(_directory.File("cache"));
        Assert.Null(cache.Refusal);
        Assert.Equal(CacheMissReason.UnsafeDirectory, Assert.Single(cache.List().Faults).Reason);
        IsMissedAndRepaired(CacheMissReason.UnsafeEntry, detail);
        Assert.Equal(Own, new DirectoryInfo(inner).UnixFileMode);
    }

    [Fact]
    public void A_subdirectory_that_others_can_write_to_is_discarded_by_repairing_and_clearing()
    {
        string inner = Path.GetDirectoryName(Fill())!;
        var cache = CodeCache.Open(_directory.File("cache"));
        foreach (var discard in (Action[])[() => cache.Repair(), () => cache.Clear()])
        {
            Directory.CreateDirectory(inner);
            File.WriteAllText(Path.Combine(inner, "planted.rwc"), "");
            File.SetUnixFileMode(inner, Own | UnixFileMode.OtherWrite);
            discard();
            Assert.False(Directory.Exists(inner));
            Assert.Empty(Directory.GetDirectories(cache.Directory, "*refused*"));
        }
    }

    [Fact]
    public void Files_for_work_are_kept_where_no_other_user_can_write()
    {
        Fill();
        string work = Path.Combine(_directory.File("cache"), "work");
        File.SetUnixFileMode(work, Own | (UnixFileMode)0x3F);
        var cache = CodeCache.Open(_directory.File("cache"));
        string made = cache.MakeWorkDirectory();
        Assert.Equal((Own, Own), (new DirectoryInfo(work).UnixFileMode, new DirectoryInfo(made).UnixFileMode));
        // What is no directory makes room for one.
        Directory.Delete(work, recursive: true);
        File.WriteAllText(work, "no directory");
        Assert.True(Directory.Exists(cache.MakeWorkDirectory()));
    }

    [Fact]
    public void Who_may_read_a_cache_may_read_its_entries()
    {
        string cache = _directory.File("cache");
        Directory.CreateDirectory(cache, Own);
        File.SetUnixFileMode(cache, Own | (UnixFileMode)0x2D);
        string path = Fill();
        Assert.Equal(Own | (UnixFileMode)0x2D, new DirectoryInfo(Path.GetDirectoryName(path)!).UnixFileMode);
        Assert.Equal((UnixFileMode)0x1A4, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Another_user_can_put_nothing_into_a_cache_that_was_made_under_any_mask()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "acting as another user needs the rights of root");
        string cache = _directory.File("cache");
        Assert.Equal(0, Run(
            "sh", "-c", $"umask 000; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Rewright.TestHost.dll")}' compile '{cache}' "
                + $"0 2"));
        // As the guide has advised, and so that the other user gets as far as that.
        File.SetUnixFileMode(_directory.Path, Own | (UnixFileMode)0x2D);
        File.SetUnixFileMode(cache, Own | (UnixFileMode)0x2D);
        string[] places = [.. Directory.GetDirectories(cache, "*", SearchOption.AllDirectories),
            .. Directory.GetFiles(cache, "*", SearchOption.AllDirectories)];
        Assert.Contains(places, p => p.EndsWith(".rwc", StringComparison.Ordinal));
        foreach (string place in places)
        {
            Assert.NotEqual(0, Run(
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c",
                Directory.Exists(place) ? $": > '{place}/planted.rwc'" : $": >> '{place}'"));
            Assert.NotEqual(0, Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "rm", "-rf", place));
        }

        Assert.Equal(2, CodeCache.Open(cache).List().Entries.Count);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    [Theory]
    [InlineData("mode of all", CacheMissReason.UnsafeEntry)]
    [InlineData("mode of group", CacheMissReason.UnsafeEntry)]
    [InlineData("other owner", CacheMissReason.UnsafeEntry)]
    [InlineData("pipe", CacheMissReason.UnsafeEntry)]
    [InlineData("sparse", CacheMissReason.UnsafeEntry)]
    [InlineData("directory", CacheMissReason.UnsafeEntry)]
    [InlineData("directory of all", CacheMissReason.UnsafeEntry)]
    public async Task A_bundle_that_another_user_could_have_made_is_not_used(string what, CacheMissReason reason)
    {
        string path = _directory.File("app.rwb");
        Prewarming.WriteBundle([Samples.Peano], path, new JitOptions { TargetCpu = "x86-64" });
        if (what == "directory of all") File.SetUnixFileMode(_directory.Path, Own | UnixFileMode.OtherWrite);
        else PutOdd(path, what);
        using var jit = new JitCompiler(_directory.With() with { UseCache = false, Mode = JitMode.Precompiled, Bundles = [path] });
        using var peano = await Task.Run(() => jit.Compile(Samples.Peano), TestContext.Current.CancellationToken).WaitAsync(
            TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((Engine.Interpreter, 1), (peano.Engine, jit.GetCacheStatistics().DiskMisses[reason]));
    }

    [Fact]
    public void A_bundle_may_be_a_link_and_may_be_written_by_who_can_write_the_application()
    {
        string path = _directory.File("app.rwb"), link = _directory.File("link.rwb");
        Prewarming.WriteBundle([Samples.Peano], path, new JitOptions { TargetCpu = "x86-64" });
        File.CreateSymbolicLink(link, path);
        using var jit = new JitCompiler(_directory.With() with { UseCache = false, Mode = JitMode.Precompiled, Bundles = [link] });
        using var peano = jit.Compile(Samples.Peano);
        Assert.Equal(CodeOrigin.Bundle, peano.Origin);

        // An application that every user may change, as on some shared disks, is no reason to refuse what lies beside it.
        File.SetUnixFileMode(path, Own | UnixFileMode.OtherWrite);
        File.SetUnixFileMode(_directory.Path, Own | UnixFileMode.OtherWrite);
        Assert.Equal(FileFault.Unsafe, TrustedFiles.Open(path, 1 << 20, Writers.Nobody, follows: true).Fault);
        using var file = TrustedFiles.Open(path, 1 << 20, Writers.Of(_directory.Path), follows: true).Handle;
        Assert.NotNull(file);
    }

    [Fact]
    public void An_archive_that_claims_more_than_it_has_takes_no_memory()
    {
        var cache = CodeCache.Open(_directory.File("cache"));
        using var archive = new MemoryStream();
        archive.Write("RWCACHE1"u8);
        archive.Write(BitConverter.GetBytes(CodeFile.MaxBytes));
        archive.Write(new byte[100]);
        archive.Position = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var (imported, faults) = CacheArchive.Import(cache, archive);
        Assert.Empty(imported);
        Assert.Equal("The archive is incomplete.", Assert.Single(faults));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10 << 20);
    }
}
