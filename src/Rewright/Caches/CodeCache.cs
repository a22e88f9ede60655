using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Rewright.Llvm;

namespace Rewright.Caches;

/// <summary>The size limits of a cache.</summary>
public sealed record CodeCacheOptions
{
    /// <summary>The most bytes that all entries together may take; 512 MB by default.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>The most entries; 20,000 by default.</summary>
    public int MaxEntries { get; init; } = 20_000;
}

/// <summary>
/// A cache of native code on disk, keyed by what the code was made from. The build and programs share it. Thread-safe, and safe with many
/// processes.
/// </summary>
/// <remarks>
/// Each entry is written to a temporary file and then renamed, so readers see a whole entry or none; no lock and no index can be left in a
/// broken state. Every look-up checks its entry. Anything wrong with it counts as a miss, as does an entry that another user may have
/// written or that is not a plain file. When the cache exceeds its limits, the least recently used entries are deleted; code that is mapped
/// stays mapped.
/// </remarks>
public sealed partial class CodeCache
{
    /// <summary>The environment variable that names the directory of the cache if the program does not.</summary>
    public const string Variable = "REWRIGHT_CACHE";

    private const string Work = "work";

    // Writing takes seconds, so anything older was left behind by a process that ended.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);
    private static long s_lastNumber;

    private readonly CodeCacheOptions _options;
    private readonly string? _danger;
    private long _bytesSinceTrim;
    private int _entriesSinceTrim;

    private CodeCache(string directory, string? danger, CodeCacheOptions options)
        => (Directory, _danger, _options) = (directory, danger, options);

    /// <summary>The directory of the cache.</summary>
    public string Directory { get; }

    /// <summary>Why the directory is not used although the program could access it; null if it is used.</summary>
    public string? Refusal => _danger is null ? null : $"The cache '{Directory}' is not used: {_danger}.";

    /// <summary>The value of the environment variable <see cref="Variable"/>, or else a directory in the user's home.</summary>
    public static string DefaultDirectory
        => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set
            : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
                : Path.Combine(Environment.GetFolderPath(
                    Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache"), "rewright");

    /// <summary>Opens a cache and creates its directory if needed.</summary>
    /// <remarks>Never fails. If, for example, others can write to the directory, every look-up is a miss that says so.</remarks>
    public static CodeCache Open(string? directory = null, CodeCacheOptions? options = null)
    {
        directory = Path.GetFullPath(directory ?? DefaultDirectory);
        return new CodeCache(directory, PrivateDirectory.Prepare(directory), options ?? new CodeCacheOptions());
    }

    /// <summary>Looks for code.</summary>
    public CacheLookup Find(CodeKey key)
    {
        if (_danger is not null) return new CacheMiss(CacheMissReason.UnsafeDirectory, Refusal!);
        string path = PathOf(key);
        var (entries, miss) = CodeFile.Read(path, Writers.Nobody, follows: false, out byte[] content, Touch);
        if (miss is { Reason: CacheMissReason.NotFound }) return Explain(key);
        if (miss is not null) return miss;
        // The file name contains only a hash of the key, so the keys are compared too.
        if (entries is not [var entry] || !entry.Key.Equals(key)) return new CacheMiss(CacheMissReason.NotFound, "there is no code of it");
        return new CacheHit(entry) { Code = content.AsMemory(0, (int)entry.CodeBytes) };
    }

    /// <summary>Writes code, unless the directory cannot be written to.</summary>
    /// <param name="key">The key of the code.</param>
    /// <param name="info">The description of the code.</param>
    /// <param name="code">The library or object.</param>
    /// <param name="error">Why the code was not written; null if it was.</param>
    /// <returns>The path of the entry.</returns>
    public string? TryStore(CodeKey key, CodeInfo info, ReadOnlySpan<byte> code, out string? error)
    {
        error = Refusal;
        if (error is not null) return null;
        byte[] file = CodeFile.Write([(key, info)], code);
        string path = PathOf(key);
        error = TryWrite(path, file);
        if (error is not null) return null;
        TrimAfter(file.Length);
        return path;
    }

    /// <summary>Makes a new directory within the cache for work in progress; the caller deletes it.</summary>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written to.</exception>
    internal string MakeWorkDirectory()
    {
        string path = Path.Combine(Directory, Work, NewName());
        PrivateDirectory.PrepareInner(Path.Combine(Directory, Work));
        WorkDirectory.Create(path);
        return path;
    }

    /// <summary>All valid entries, most recently used first, and the faults of the others.</summary>
    public (IReadOnlyList<CacheEntry> Entries, IReadOnlyList<CacheMiss> Faults) List()
    {
        var entries = new List<CacheEntry>();
        var faults = new List<CacheMiss>();
        foreach (var file in Files())
        {
            var (read, miss) = Check(file);
            if (miss is null) entries.AddRange(read.Select(e => e with { LastUsed = file.LastWriteTimeUtc }));
            // A missing entry is no fault: another process may have deleted it since the files were listed.
            else if (miss.Reason != CacheMissReason.NotFound) faults.Add(miss);
        }

        return ([.. entries.OrderByDescending(e => e.LastUsed)], [.. faults, .. UnsafeDirectories().Select(d => d.Fault)]);
    }

    /// <summary>Deletes all unusable entries and returns what was wrong with them.</summary>
    public IReadOnlyList<CacheMiss> Repair()
    {
        var faults = new List<CacheMiss>();
        foreach (var file in Files())
        {
            if (Check(file).Miss is not { } miss || miss.Reason is CacheMissReason.NotFound or CacheMissReason.Unreadable) continue;
            faults.Add(miss);
            PrivateDirectory.Discard(file.FullName);
        }

        foreach (var (path, fault) in UnsafeDirectories())
        {
            faults.Add(fault);
            PrivateDirectory.Discard(path);
        }

        return faults;
    }

    /// <summary>Deletes all entries, unusable ones too. Code that is mapped stays mapped.</summary>
    /// <returns>The number of deleted entries.</returns>
    public int Clear()
        => Files().Count(f => PrivateDirectory.Discard(f.FullName)) + UnsafeDirectories().Count(d => PrivateDirectory.Discard(d.Path));

    /// <summary>The number of entries and their size in bytes.</summary>
    public (int Entries, long Bytes) Measure()
    {
        var (entries, bytes) = (0, 0L);
        foreach (var file in Files())
        {
            if (LengthOf(file) is not { } length) continue;
            if (file is FileInfo) bytes += length;
            entries++;
        }

        return (entries, bytes);
    }

    /// <summary>Deletes the least recently used entries until the cache is a tenth below its limits.</summary>
    /// <returns>The number of deleted entries.</returns>
    public int Trim()
    {
        if (_danger is not null) return 0;
        DeleteAbandoned();
        var files = new List<(string Path, long Length, DateTime Used)>();
        long bytes = 0;
        int deleted = 0;
        foreach (var file in Files())
        {
            // The file may be gone, because another process trims too.
            if (LengthOf(file) is not { } length) continue;
            if (length <= CodeFile.MaxBytes)
            {
                files.Add((file.FullName, length, file.LastWriteTimeUtc));
                bytes += length;
            }
            else if (PrivateDirectory.Discard(file.FullName))
            {
                // It is not an entry; a good entry must not go to make room for it.
                deleted++;
            }
        }

        int count = files.Count;
        if (count <= _options.MaxEntries && bytes <= _options.MaxBytes) return deleted;
        foreach (var (path, length, _) in files.OrderBy(f => f.Used))
        {
            if (count <= _options.MaxEntries / 10 * 9 && bytes <= _options.MaxBytes / 10 * 9) break;
            if (PrivateDirectory.Discard(path)) deleted++;
            count--;
            bytes -= length;
        }

        return deleted;
    }

    /// <summary>Finds out why there is no entry for a key, from the entries with the same identity.</summary>
    private CacheMiss Explain(CodeKey key)
    {
        string path = PathOf(key);
        try
        {
            foreach (string other in System.IO.Directory.EnumerateFiles(
                Path.GetDirectoryName(path)!, key.Identity + "-*" + CodeFile.EntryExtension))
                // The entry itself may have been written since the look-up; it explains nothing.
                if (CodeFile.Read(other, Writers.Nobody, follows: false, out _, null) is ([var entry], null) && !entry.Key.Equals(key))
                    return entry.Key.MissOf(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An unreadable directory has no entry either.
        }

        return new CacheMiss(CacheMissReason.NotFound, "there is no code of it");
    }

    private string PathOf(CodeKey key) => Path.Combine(Directory, key.FileName);

    // Everything in the place of entries, including directories and pipes.
    private IEnumerable<FileSystemInfo> Files()
        => Subdirectories().Where(d => TrustedFiles.CheckDirectory(d.FullName, Writers.Nobody) is null).SelectMany(
            d => new DirectoryInfo(d.FullName)
            .EnumerateFileSystemInfos(
                "*" + CodeFile.EntryExtension, new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = 0 }));

    private IEnumerable<(string Path, CacheMiss Fault)> UnsafeDirectories()
        => [.. Subdirectories().Select(d => (d.FullName, Danger: TrustedFiles.CheckDirectory(d.FullName, Writers.Nobody)))
            .Where(d => d.Danger is not null).Select(
                d => (d.FullName, new CacheMiss(CacheMissReason.UnsafeDirectory, $"'{d.FullName}' {d.Danger}")))];

    private IEnumerable<FileSystemInfo> Subdirectories()
    {
        var directory = new DirectoryInfo(Directory);
        return _danger is not null
            || !directory.Exists
            ? [] : directory.EnumerateFileSystemInfos("??", new EnumerationOptions { AttributesToSkip = 0 }).Where(
            d => d.Name.All(char.IsAsciiHexDigitLower));
    }

    private static (List<CacheEntry> Entries, CacheMiss? Miss) Check(FileSystemInfo file)
        => CodeFile.Read(file.FullName, Writers.Nobody, follows: false, out _, null);

    // Null if the item is gone; more than any entry's length if it is not a file.
    private static long? LengthOf(FileSystemInfo item)
    {
        try
        {
            return item is FileInfo file ? file.Length : long.MaxValue;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string? TryWrite(string path, ReadOnlySpan<byte> file)
    {
        string work = Path.Combine(Directory, Work), temporary = Path.Combine(work, NewName());
        try
        {
            PrivateDirectory.PrepareInner(Path.GetDirectoryName(path)!);
            PrivateDirectory.PrepareInner(work);
            using (var stream = new FileStream(temporary, OptionsFor(file.Length))) stream.Write(file);
            // The move replaces anything but a directory.
            if (System.IO.Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) PrivateDirectory.Discard(path);
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            PrivateDirectory.Discard(temporary);
            return e.Message;
        }
    }

    private FileStreamOptions OptionsFor(int length)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0,
            PreallocationSize = length
        };
        if (OperatingSystem.IsWindows()) return options;
        const int Read = 0x24;
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (UnixFileMode)(TrustedFiles.ReadersOf(Directory) & Read);
        return options;
    }

    // The time of writing records the last use, since few systems keep the time of reading. It only decides which entry goes first, so a
    // wrong clock does no harm, and neither does a read-only directory, where the time stays as it is.
    private static void Touch(SafeFileHandle file) => _ = futimens((int)file.DangerousGetHandle(), 0);

    [LibraryImport("libc.so.6"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int futimens(int file, nint times);

    // Measuring the directory costs more than writing an entry, so it is done only after a twentieth of the limits was written.
    private void TrimAfter(long bytes)
    {
        if (Interlocked.Add(ref _bytesSinceTrim, bytes) < _options.MaxBytes / 20
            && Interlocked.Increment(ref _entriesSinceTrim) < Math.Max(1, _options.MaxEntries / 20))
            return;
        Interlocked.Exchange(ref _bytesSinceTrim, 0);
        Interlocked.Exchange(ref _entriesSinceTrim, 0);
        int deleted = Trim();
        if (deleted > 0) Evicted?.Invoke(deleted);
    }

    /// <summary>Raised with the number of entries that were deleted to make room.</summary>
    internal event Action<int>? Evicted;

    private void DeleteAbandoned()
    {
        var work = new DirectoryInfo(Path.Combine(Directory, Work));
        if (!work.Exists || TrustedFiles.CheckDirectory(work.FullName, Writers.Nobody) is not null) return;
        foreach (var item in work.EnumerateFileSystemInfos())
        {
            try
            {
                if ((DateTime.UtcNow - item.LastWriteTimeUtc).Duration() < s_abandoned) continue;
                if (item is DirectoryInfo directory && TrustedFiles.CheckDirectory(item.FullName, Writers.Nobody) is null)
                    directory.Delete(recursive: true);
                else PrivateDirectory.Discard(item.FullName);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process has deleted it, or will.
            }
        }
    }

    private static string NewName()
        => string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessId}-{Environment.TickCount64:x}-{Interlocked.Increment(ref s_lastNumber)}-{Random.Shared.Next():x}");
}
