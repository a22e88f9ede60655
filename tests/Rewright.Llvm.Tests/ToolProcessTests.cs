using System;
using System.Threading;
using Rewright.Llvm.Processes;
using Xunit;

namespace Rewright.Llvm.Tests;

public class ToolProcessTests
{
    // Far more than the pool makes threads for within the time limits here.
    private const int Blockers = 500;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void ReadsToolsWhileThePoolIsBusy()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs a shell");
        using var isOver = new ManualResetEventSlim();
        using var left = new CountdownEvent(Blockers);
        for (int i = 0; i < Blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                isOver.Wait();
                left.Signal();
            }, null);
        }

        try
        {
            Assert.Equal(new ToolExited(3, "out\n", "err\n"),
                ToolProcess.Run("sh", ["-c", "echo out; echo err >&2; exit 3"], null, s_limit, CancellationToken.None));
            // A compiler in a child process, too.
            using var compiler = IsolatedCompiler.TryStart(null, out string error);
            Assert.SkipWhen(compiler is null, error);
            Assert.IsType<CompileSucceeded>(compiler.Compile(TestMachine.AddOne));
        }
        finally
        {
            isOver.Set();
            left.Wait();
        }
    }

    [Fact]
    public void KillsWhatWritesOrRunsWithoutEnd()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs a shell");
        var run = ToolProcess.Run("sh", ["-c", "exec yes"], null, s_limit, CancellationToken.None);
        Assert.Contains("writes more than", Assert.IsType<ToolNotFinished>(run).Reason, StringComparison.Ordinal);
        run = ToolProcess.Run("sh", ["-c", "sleep 1000"], null, TimeSpan.FromSeconds(0.2), CancellationToken.None);
        Assert.Equal(new ToolNotFinished("not finished within 0.2 s"), run);
        Assert.IsType<ToolNotStarted>(ToolProcess.Run("no-such-program-of-ours", [], null, s_limit, CancellationToken.None));
    }
}
