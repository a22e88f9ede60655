using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Rewright.Build;

/// <summary>
/// A server of compiled objects that a team shares, over the HTTP protocol of Bazel's remote cache: action results are below <c>ac/</c>,
/// the objects that they name below <c>cas/</c>.
/// </summary>
/// <remarks>
/// The server is not trusted: an object is used only if a key named by the user has signed it, and waiting costs a build no more than its
/// time limit. Each object that arrives extends the limit by the time that its compilation would have taken, so a good server may take
/// longer if that pays. Only the calling thread waits, with a limit, so work in the background cannot hold up the build. An instance lives
/// as long as the process.
/// </remarks>
internal sealed class RemoteCache
{
    /// <summary>The environment variable for the private key if no file holds it.</summary>
    public const string KeyVariable = "REWRIGHT_REMOTE_CACHE_KEY";

    private const int MaxResultBytes = 64 << 10, MaxConnections = 16;

    private readonly Uri _address;
    private readonly ECDsa[] _publicKeys;
    private readonly ECDsa? _privateKey;
    private readonly TimeSpan _limit;
    private readonly int _cores;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _waiting = new();
    private readonly SemaphoreSlim _connections = new(MaxConnections);
    private readonly List<Task> _uploads = [];
    private long _savedTicks;
    private string? _fault;

    /// <summary>Opens the cache. It sends nothing before the first look-up.</summary>
    /// <exception cref="ArgumentException">A key cannot be used; the message names the property.</exception>
    public RemoteCache(RemoteRequest request, int cores)
    {
        (_address, _limit, _cores) = (request.Address, request.TimeLimit, cores);
        _privateKey = request.Writes ? PrivateKey(request.KeyFile) : null;
        _publicKeys = [.. request.PublicKeys.Select(PublicKey)];
        if (_publicKeys is [] && _privateKey is not null) _publicKeys = [_privateKey];
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = !_address.IsLoopback, MaxConnectionsPerServer = MaxConnections,
            ActivityHeadersPropagator = null,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        if (Environment.GetEnvironmentVariable(Protocol.AuthorizationVariable) is { Length: > 0 } authorization)
        {
            if (!AuthenticationHeaderValue.TryParse(authorization, out var header))
                throw new ArgumentException(
                    $"the environment variable {Protocol.AuthorizationVariable} holds no value of the header Authorization, such as "
                        + $"'Bearer ...'");
            _client.DefaultRequestHeaders.Authorization = header;
        }
    }

    /// <summary>True if compiled objects are sent.</summary>
    public bool Writes => _privateKey is not null;

    /// <summary>The first fault of the server; null if there was none.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>True if further requests are useless.</summary>
    public bool HasFailed => _stop.IsCancellationRequested;

    /// <summary>The time that the build has spent waiting.</summary>
    public TimeSpan Spent
        => _waiting.Elapsed - TimeSpan.FromTicks(Interlocked.Read(ref _savedTicks)) is { Ticks: > 0 } spent ? spent : TimeSpan.Zero;

    /// <summary>Looks for the objects of actions, within the time limit.</summary>
    /// <returns>The object of each action, or null.</returns>
    public (byte[] Code, SignedObject Origin)?[] Find(IReadOnlyList<string> actions)
    {
        var found = new (byte[], SignedObject)?[actions.Count];
        int answered = 0;
        var gate = new Lock();
        bool isComplete = Wait(() => Task.WhenAll(Enumerable.Range(0, actions.Count).Select(i => AskAsync(async () =>
        {
            var result = await FindAsync(actions[i]).ConfigureAwait(false);
            lock (gate)
            {
                answered++;
                if (result is not { Origin: var origin }) return;
                found[i] = result;
                Interlocked.Add(ref _savedTicks, origin.CompileTime.Ticks / _cores);
            }
        }))));
        lock (gate)
        {
            if (!isComplete)
                Stop(string.Create(CultureInfo.InvariantCulture,
                    $"it answered for {answered} of {actions.Count} objects within {_limit.TotalMilliseconds:0} ms"));
            return [.. found];
        }
    }

    /// <summary>Sends an object in the background.</summary>
    public void Store(SignedObject origin, byte[] code)
    {
        var upload = Task.Run(() => AskAsync(async () =>
        {
            // The object comes first, because a server may refuse a result that names a missing object.
            await PutAsync("cas/" + origin.Digest, code).ConfigureAwait(false);
            await PutAsync("ac/" + origin.Action, origin.Sign(_privateKey!)).ConfigureAwait(false);
        }));
        lock (_uploads) _uploads.Add(upload);
    }

    /// <summary>Waits for objects being sent, within the time limit.</summary>
    public void Finish()
    {
        Task[] uploads;
        lock (_uploads) uploads = [.. _uploads];
        if (Wait(() => Task.WhenAll(uploads))) return;
        Stop(string.Create(CultureInfo.InvariantCulture,
            $"it took {uploads.Count(u => u.IsCompleted)} of {uploads.Length} objects within {_limit.TotalMilliseconds:0} ms"));
    }

    private bool Wait(Func<Task> start)
    {
        _waiting.Start();
        // Even the first steps run in the background, because they may block, in a name look-up for example.
        var work = Task.Run(start);
        while (!work.IsCompleted && _limit - Spent is { Ticks: > 0 } left) work.Wait(left);
        _waiting.Stop();
        return work.IsCompleted;
    }

    /// <summary>Does some work with the server and records its faults.</summary>
    private async Task AskAsync(Func<Task> work)
    {
        try
        {
            await _connections.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                await work().ConfigureAwait(false);
            }
            finally
            {
                _connections.Release();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (InvalidDataException e)
        {
            // A wrong entry, perhaps written by another user, does not mean that the next is wrong too.
            Interlocked.CompareExchange(ref _fault, e.Message, null);
        }
        catch (Exception e)
        {
            // Whatever exception a server causes in the framework ends the use of the server, not the build.
            Stop(e.Message);
        }
    }

    private void Stop(string fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        _stop.Cancel();
    }

    private async Task<(byte[] Code, SignedObject Origin)?> FindAsync(string action)
    {
        if (await GetAsync("ac/" + action, MaxResultBytes).ConfigureAwait(false) is not { } result) return null;
        SignedObject origin;
        try
        {
            origin = SignedObject.Read(result, action, _publicKeys);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"ac/{action} is not used: {e.Message}");
        }

        // A server that does not track this reference may have deleted the object.
        if (await GetAsync("cas/" + origin.Digest, origin.Size).ConfigureAwait(false) is not { } code) return null;
        if (code.Length != origin.Size || Convert.ToHexStringLower(SHA256.HashData(code)) != origin.Digest)
            throw new InvalidDataException($"cas/{origin.Digest} has another content than that");
        return (code, origin);
    }

    private async Task<byte[]?> GetAsync(string path, int maxBytes)
    {
        using var response = await _client.GetAsync(
            new Uri(_address, path), HttpCompletionOption.ResponseHeadersRead, _stop.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (response.StatusCode != HttpStatusCode.OK) throw Answered(response, path);
        using var content = await response.Content.ReadAsStreamAsync(_stop.Token).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        for (int read; (read = await content.ReadAsync(buffer, _stop.Token).ConfigureAwait(false)) > 0;)
        {
            if (bytes.Length + read > maxBytes)
                throw new HttpRequestException(
                    string.Create(CultureInfo.InvariantCulture, $"its answer to {path} is longer than {maxBytes} bytes"));
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private async Task PutAsync(string path, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        using var response = await _client.PutAsync(new Uri(_address, path), body, _stop.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw Answered(response, path);
    }

    private static HttpRequestException Answered(HttpResponseMessage response, string path)
        => new(string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode} to {path}"));

    private static ECDsa PublicKey(string key)
    {
        try
        {
            // The path of a file, or the key itself.
            string text = File.Exists(key) ? File.ReadAllText(key) : key;
            return Import(text, isPem: text.Contains("-----BEGIN", StringComparison.Ordinal));
        }
        catch (Exception e) when (IsBadKey(e))
        {
            throw new ArgumentException(
                $"RewrightRemoteCachePublicKey: '{key}' is neither a public key of the curve P-256 nor a file that holds one as PEM", e);
        }
    }

    // Messages must not reveal the key.
    private static ECDsa PrivateKey(string? file)
    {
        string text = Environment.GetEnvironmentVariable(KeyVariable) ?? "";
        if (file is null && text.Length == 0)
            throw new ArgumentException(
                $"RewrightRemoteCacheWrite needs a private key: in a file that RewrightRemoteCacheKeyFile names, or in the environment "
                    + $"variable {KeyVariable}");
        try
        {
            if (file is not null) text = File.ReadAllText(file);
            var key = Import(text, isPem: true);
            // A public key can be imported too, but cannot sign.
            key.SignData([], HashAlgorithmName.SHA256);
            return key;
        }
        catch (Exception e) when (IsBadKey(e))
        {
            throw new ArgumentException(
                (file is null ? $"the environment variable {KeyVariable}" : $"RewrightRemoteCacheKeyFile: '{file}'")
                + " does not hold a private key of the curve P-256 as PEM, without a password", e);
        }
    }

    private static ECDsa Import(string text, bool isPem)
    {
        var key = ECDsa.Create();
        if (isPem) key.ImportFromPem(text);
        else key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text), out _);
        return key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? key : throw new CryptographicException("Another curve");
    }

    private static bool IsBadKey(Exception e)
        => e is CryptographicException or FormatException or ArgumentException or IOException or UnauthorizedAccessException;
}
