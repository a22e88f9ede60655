using System;
using Microsoft.Build.Framework;

namespace Rewright.Build;

/// <summary>
/// Idle workers, which the MSBuild node keeps for the next project, and for the next build if the node lives on.
/// </summary>
internal static class WorkerPool
{
    /// <summary>Takes a worker out of the pool; null if there is none.</summary>
    public static WorkerProcess? Take(IBuildEngine engine, string key)
    {
        try
        {
            return (engine as IBuildEngine4)?.UnregisterTaskObject(key, RegisteredTaskObjectLifetime.AppDomain) as WorkerProcess;
        }
        catch (NotImplementedException)
        {
            // Task hosts do not implement registered objects.
            return null;
        }
    }

    /// <summary>Puts a worker into the pool. If that is impossible, or another one is there, the worker ends.</summary>
    public static void Keep(IBuildEngine engine, string key, WorkerProcess worker)
    {
        try
        {
            if (engine is IBuildEngine4 keeper)
            {
                keeper.RegisterTaskObject(key, worker, RegisteredTaskObjectLifetime.AppDomain, allowEarlyCollection: false);
                if (ReferenceEquals(keeper.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.AppDomain), worker)) return;
            }
        }
        catch (NotImplementedException)
        {
            // Task hosts do not implement registered objects.
        }

        worker.Dispose();
    }
}
