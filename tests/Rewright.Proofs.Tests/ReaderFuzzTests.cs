using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Rewright.Testing;
using Xunit;

namespace Rewright.Proofs.Tests;

/// <summary>No text makes a reader fail in another way than by saying what is wrong with it.</summary>
/// <remarks><c>REWRIGHT_FUZZ_ROUNDS</c> sets how many texts each reader gets, <c>REWRIGHT_FUZZ_SEED</c> which ones.</remarks>
public sealed class ReaderFuzzTests : IDisposable
{
    private static readonly int Rounds = Number("REWRIGHT_FUZZ_ROUNDS", 300), Seed = Number("REWRIGHT_FUZZ_SEED", 1);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("rewright-fuzz-").FullName;

    public static TheoryData<string> Readers => ["modules", "specifications", "alive", "ruler", "guoq", "circuits"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Readers))]
    public void Says_what_is_wrong(string reader)
    {
        var (_, texts, pieces, read, isMistake) = ReaderCase.All(_folder).Single(c => c.Name == reader);
        var findings = new InputFuzzer(texts, pieces, Seed).Run(Rounds, read, isMistake, Slow, TestContext.Current.CancellationToken);
        Assert.True(findings.Count == 0, string.Join("\n", findings));
    }

    private static int Number(string variable, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
