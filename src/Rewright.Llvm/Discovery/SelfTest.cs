using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rewright.Llvm;

/// <summary>The result of a library's self-test: <see cref="SelfTestPassed"/> or <see cref="SelfTestFailed"/>.</summary>
internal abstract record SelfTestResult
{
    private protected SelfTestResult()
    {
    }
}

/// <summary>The library compiles, links in memory if that is supported, and the code runs.</summary>
/// <param name="TailCallsPassStackArguments">
/// True if a <c>musttail</c> call by <c>tailcc</c> can pass arguments beyond the registers. LLVM 22.1 cannot (llvm-project issue 199224),
/// so generated code uses at most six integer arguments. Also false if it was not tested.
/// </param>
/// <param name="Time">The duration of the test.</param>
internal sealed record SelfTestPassed(bool TailCallsPassStackArguments, TimeSpan Time) : SelfTestResult;

/// <summary>The library must not be used.</summary>
internal sealed record SelfTestFailed(string Reason) : SelfTestResult;

/// <summary>Tests whether a library works.</summary>
internal static unsafe class SelfTest
{
    // %shuffle uses only the caller's stack area, so the known fault gives a wrong number but no crash.
    private const string Ir =
        """
        declare i64 @twice(i64)

        define i64 @plain(i64 %x) {
          %t = call i64 @twice(i64 %x)
          %r = add i64 %t, 1
          ret i64 %r
        }

        define internal tailcc i64 @weigh(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g) noinline {
          %x = mul i64 %a, 10
          %y = add i64 %x, %g
          ret i64 %y
        }

        define internal tailcc i64 @shuffle(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g) noinline {
          %r = musttail call tailcc i64 @weigh(i64 %g, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %a)
          ret i64 %r
        }

        define i64 @tail(i64 %x, i64 %y) {
          %r = call tailcc i64 @shuffle(i64 %x, i64 0, i64 0, i64 0, i64 0, i64 0, i64 %y)
          ret i64 %r
        }
        """;

    private static readonly ConditionalWeakTable<LlvmLibrary, SelfTestResult> s_results = [];

    /// <summary>Compiles and runs a small function, once per library and process.</summary>
    public static SelfTestResult Of(LlvmLibrary library) => s_results.GetValue(library, Run);

    private static SelfTestResult Run(LlvmLibrary library)
    {
        long start = Stopwatch.GetTimestamp();
        CompileResult compiled = new LlvmCompiler(library).Compile(Ir);
        if (compiled is not CompileSucceeded { Output: var code })
            return new SelfTestFailed(compiled.ToString());
        if (!OrcSession.IsSupported)
            return new SelfTestPassed(false, Stopwatch.GetElapsedTime(start));

        using OrcSession session = OrcSession.Open(library);
        var imports = new Dictionary<string, nint> { ["twice"] = (nint)(delegate* unmanaged<long, long>)&Twice };
        switch (session.Load([code], imports, ["plain", "tail"]))
        {
            case OrcFailed { Message: var message }:
                return new SelfTestFailed(message);
            case OrcLoaded { Module: var module }:
                long plain = ((delegate* unmanaged<long, long>)module.Symbols["plain"])(20);
                if (plain != 41)
                    return new SelfTestFailed($"compiled code gives {plain} and not 41");
                long tail = ((delegate* unmanaged<long, long, long>)module.Symbols["tail"])(3, 4);
                return new SelfTestPassed(tail == 43, Stopwatch.GetElapsedTime(start));
            default:
                throw new UnreachableException();
        }
    }

    [UnmanagedCallersOnly]
    private static long Twice(long x) => x * 2;
}
