using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;

namespace Rewright.Build;

// The cache that a team shares. The worker talks to the server; this part keeps account for the whole build.
public sealed partial class CompileNative
{
    /// <summary>The address of a server with compiled objects; empty for none.</summary>
    public string? RemoteCache { get; set; }

    /// <summary>
    /// The signers to trust: public keys or PEM files, separated by semicolons. May be empty if objects are sent; then only objects signed
    /// with the own key are used.
    /// </summary>
    public string? RemoteCachePublicKeys { get; set; }

    /// <summary><c>true</c> to send compiled objects; <c>false</c> or empty not to.</summary>
    public string? RemoteCacheWrite { get; set; }

    /// <summary>The file of the private key for signing; empty to read an environment variable.</summary>
    public string? RemoteCacheKeyFile { get; set; }

    /// <summary>The time that all projects of a build together may spend waiting for the cache, in milliseconds.</summary>
    public string? RemoteCacheTimeLimit { get; set; }

    private bool WritesRemoteCache => string.Equals(RemoteCacheWrite, "true", StringComparison.OrdinalIgnoreCase);

    private void CheckRemoteCache()
    {
        if (string.IsNullOrEmpty(RemoteCache)) return;
        if (!Uri.TryCreate(RemoteCache, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.Query.Length > 0 || address.Fragment.Length > 0)
            Report(BuildKinds.BadOption,
                "RewrightRemoteCache is '" + RemoteCache
                + "'; it must be an address that begins with https:// or http:// and ends with a path.");
        // Logs contain properties, so these must hold no secrets. The message does not repeat them.
        else if (address.UserInfo.Length > 0)
            Report(BuildKinds.BadOption,
                "RewrightRemoteCache holds a user's name or password. Put them into the environment variable "
                    + "REWRIGHT_REMOTE_CACHE_AUTHORIZATION, as the value of the header Authorization.");
        else if (address.Scheme == "http" && !address.IsLoopback
            && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Protocol.AuthorizationVariable)))
            Report(BuildKinds.PlainSecret, RemoteCache!);
        if (new[] { RemoteCachePublicKeys, RemoteCacheKeyFile }.Any(k => k?.Contains("PRIVATE KEY") == true))
            Report(BuildKinds.BadOption,
                "There is a private key in a property, where logs show it. Make another one, and put it into a file that "
                    + "RewrightRemoteCacheKeyFile names, or into the environment variable REWRIGHT_REMOTE_CACHE_KEY.");
        if (!string.IsNullOrEmpty(RemoteCacheWrite) && !WritesRemoteCache
            && !string.Equals(RemoteCacheWrite, "false", StringComparison.OrdinalIgnoreCase))
            Report(BuildKinds.BadOption, "RewrightRemoteCacheWrite is '" + RemoteCacheWrite + "'; it must be true or false.");
        if (string.IsNullOrWhiteSpace(RemoteCachePublicKeys) && !WritesRemoteCache)
            Report(BuildKinds.BadOption,
                "RewrightRemoteCache needs RewrightRemoteCachePublicKey: the key, or a file with the key, of those whose objects are to "
                    + "be used.");
        if (!int.TryParse(RemoteCacheTimeLimit, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) || limit == 0)
            Report(BuildKinds.BadOption,
                "RewrightRemoteCacheTimeLimit is '" + RemoteCacheTimeLimit + "'; it must be a number of milliseconds.");
    }

    // Null if there is no remote cache, or the build has no time left for it.
    private string? RemoteCacheRequest()
    {
        if (string.IsNullOrEmpty(RemoteCache)) return null;
        var account = FindAccount();
        int left = int.Parse(RemoteCacheTimeLimit, CultureInfo.InvariantCulture) - account.Spent;
        if (account.HasFailed || left <= 0) return null;
        string keys = string.Join(
            ";", (RemoteCachePublicKeys ?? "").Split(';').Select(k => k.Trim()).Select(k => File.Exists(k) ? Path.GetFullPath(k) : k));
        return Protocol.Write(
            Protocol.Remote, RemoteCache!.TrimEnd('/') + "/", keys, WritesRemoteCache ? "write" : "",
            string.IsNullOrEmpty(RemoteCacheKeyFile) ? "" : Path.GetFullPath(RemoteCacheKeyFile),
                left.ToString(CultureInfo.InvariantCulture));
    }

    private void AccountForRemoteCache(string fault, bool hasFailed, int milliseconds)
    {
        Log.LogMessage(MessageImportance.Low, "Waiting for the remote cache has cost {0} ms", milliseconds);
        var account = FindAccount();
        lock (account)
        {
            account.Spent += milliseconds;
            account.HasFailed |= hasFailed;
            if (fault.Length == 0 || account.IsReported) return;
            account.IsReported = true;
        }

        Report(BuildKinds.RemoteCache, RemoteCache!, fault);
    }

    // The account of all projects of a build for this server. Each MSBuild node has its own, because nodes wait in parallel.
    private Account FindAccount()
    {
        string key = "Rewright.RemoteCache " + RemoteCache;
        try
        {
            if (BuildEngine is not IBuildEngine4 engine) return new Account();
            if (engine.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is Account known) return known;
            engine.RegisterTaskObject(key, new Account(), RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
            return engine.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) as Account ?? new Account();
        }
        catch (NotImplementedException)
        {
            // Task hosts throw: they do not implement registered objects.
            return new Account();
        }
    }

    private sealed class Account
    {
        /// <summary>The time spent so far, in milliseconds.</summary>
        public int Spent { get; set; }

        public bool HasFailed { get; set; }

        public bool IsReported { get; set; }
    }
}
