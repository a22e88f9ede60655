using System;
using Microsoft.Build.Framework;

namespace Rewright.Build;

/// <summary>
/// Workers that have nothing to do, kept by the node of MSBuild: for the next project, and the next build where the node lives on.
/// </summary>
internal static class WorkerPool
{
    /// <summary>A worker, which is the caller's alone from here on; null where there is none.</summary>
    public static WorkerProcess? Take(IBuildEngine engine, string key)
    {
        try
        {
            return (engine as IBuildEngine4)?.UnregisterTaskObject(key, RegisteredTaskObjectLifetime.AppDomain) as WorkerProcess;
        }
        catch (NotImplementedException)
        {
            // That of hosts of tasks.
            return null;
        }
    }

    /// <summary>Keeps a worker; where that cannot be, or another one is there, it goes.</summary>
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
            // As above.
        }

        worker.Dispose();
    }
}
