using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Rewright.Caches;
using Rewright.Engines;
using Rewright.Tests.Jit;
using Xunit;

namespace Rewright.Tests;

/// <summary>Libraries that a build has made and something has damaged since.</summary>
public sealed class LibraryFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly byte[] _library;

    public LibraryFileTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries of other systems are not sealed");
        using var jit = new JitCompiler(_directory.With());
        using var peano = jit.Compile(Samples.Peano);
        jit.FlushCache();
        byte[] file = File.ReadAllBytes(peano.NativePath!);
        _library = file[..(int)CodeFile.Read("", file).Entries[0].CodeBytes];
    }

    public void Dispose() => _directory.Dispose();

    private (nint Library, string? Fault) Load(byte[] content)
    {
        string path = _directory.File(Guid.NewGuid() + ".so");
        File.WriteAllBytes(path, content);
        nint library = LibraryFile.Load(path, out string? fault);
        Assert.Equal((library, fault), (LibraryFile.Load(path, out string? again), again));
        return (library, fault);
    }

    private string? FaultOf(byte[] content)
    {
        string path = _directory.File("damaged.so");
        File.WriteAllBytes(path, content);
        return LibraryFile.FaultOf(path);
    }

    [Fact]
    public void A_library_with_its_checksum_is_loaded()
    {
        var (library, fault) = Load(LibraryFile.Seal(_library));
        Assert.Null(fault);
        Assert.True(NativeLibrary.TryGetExport(library, Rewright.Emit.Abi.DescriptorSymbol(Samples.Peano.Identity), out _));
        Assert.Equal((0, null), (LibraryFile.Load(_directory.File("missing.so"), out fault), fault));
    }

    [Fact]
    public void One_that_was_stripped_or_made_before_there_were_checksums_is_loaded_too()
    {
        var (library, fault) = Load(_library);
        Assert.Null(fault);
        Assert.NotEqual(0, library);
    }

    [Fact]
    public void No_flipped_byte_of_the_code_gets_as_far_as_the_loader()
    {
        byte[] sealedLibrary = LibraryFile.Seal(_library);
        for (int i = 0; i < _library.Length; i += 37)
        {
            byte[] damaged = [.. sealedLibrary];
            damaged[i] ^= 0x20;
            Assert.Equal("its checksum is wrong", FaultOf(damaged));
        }

        sealedLibrary[^100] ^= 1;
        var (library, fault) = Load(sealedLibrary);
        Assert.Equal(0, library);
        Assert.Contains("is damaged: its checksum is wrong", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void No_truncated_one_gets_as_far_as_the_loader()
    {
        byte[] sealedLibrary = LibraryFile.Seal(_library);
        foreach (int length in Enumerable.Range(0, 64).Select(i => _library.Length * i / 64))
        {
            Assert.Equal("it is incomplete", FaultOf(sealedLibrary[..length]));
        }
    }
}
