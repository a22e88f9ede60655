using System;
using System.Diagnostics;

namespace Rewright.Jit;

/// <summary>The times of a compilation in progress.</summary>
internal sealed class JitStages
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public TimeSpan LookUp, Emit, Parse, Optimize, Generate, Load;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public T Time<T>(ref TimeSpan stage, Func<T> body)
    {
        long start = Stopwatch.GetTimestamp();
        var result = body();
        stage = Stopwatch.GetElapsedTime(start);
        return result;
    }

    public JitTimes ToTimes()
        => new() { LookUp = LookUp, Emit = Emit, Parse = Parse, Optimize = Optimize, Generate = Generate, Load = Load, Total = Elapsed };
}
