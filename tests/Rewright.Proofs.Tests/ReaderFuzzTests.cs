using System;
using System.IO;
using System.Linq;
using Rewright.Testing;
using Xunit;

namespace Rewright.Proofs.Tests;

/// <summary>No text makes a reader fail in another way than by saying what is wrong with it.</summary>
public sealed class ReaderFuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rewright-fuzz-").FullName;

    public static TheoryData<string> Readers => ["modules", "specifications", "alive", "ruler", "guoq", "circuits"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Readers))]
    public void Says_what_is_wrong(string reader)
    {
        var (_, texts, pieces, read, isMistake) = ReaderCase.All(_folder).Single(c => c.Name == reader);
        Assert.Empty(InputFuzzer.Try(texts, pieces, read, isMistake, TestContext.Current.CancellationToken));
    }
}
