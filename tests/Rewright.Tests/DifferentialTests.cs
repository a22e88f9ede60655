using Xunit;

namespace Rewright.Tests;

/// <summary>
/// Random modules: the judge and all engines agree on results, errors and stuck terms, and every heap is clean after every call.
/// The program <c>Rewright.Fuzz</c> makes longer runs.
/// </summary>
public class DifferentialTests
{
    public static TheoryData<string> Names => [.. Shapes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void All_engines_agree_with_the_judge(string shape) => Check(new FuzzOptions { Names = [shape], Count = 30 });

    /// <summary>One module, since cargo takes seconds for each.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Rust_crates_agree_with_the_judge(string shape)
        => Check(new FuzzOptions { Names = [shape], Count = 1, NativeEvery = 0, RustEvery = 1 });

    private static void Check(FuzzOptions options)
        => Assert.All(Fuzzer.Run(options).Failures, failure => Assert.Fail(Fuzzer.Describe(failure)));
}
