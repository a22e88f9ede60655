using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rewright.Build.Tests;

/// <summary>A server of the protocol of Bazel's remote cache, which can be told to misbehave.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CancellationTokenSource _end = new();

    private CacheServer(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        _application = builder.Build();
        _application.Run(ServeAsync);
    }

    /// <summary>Its root, in a folder as servers have it that serve others too.</summary>
    public string Address => _application.Urls.Single() + "/team/cache";

    /// <summary>What it holds, by path below the root: <c>ac/...</c>, <c>cas/...</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Entries { get; } = new();

    /// <summary>What it was asked: method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The header Authorization that it wants.</summary>
    public string? Authorization { get; set; }

    /// <summary>Answers in its place, if it gives true. The token ends with the server.</summary>
    public Func<HttpContext, string, CancellationToken, Task<bool>> Instead { get; set; } = (_, _, _) => Task.FromResult(false);

    /// <summary>A server, which speaks HTTPS where it has a certificate.</summary>
    public static async Task<CacheServer> StartAsync(X509Certificate2? certificate = null)
    {
        var server = new CacheServer(certificate);
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _application.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!["/team/cache/".Length..];
        Requests.Enqueue(context.Request.Method + " " + path);
        try
        {
            if (await Instead(context, path, _end.Token)) return;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
        {
            context.Response.StatusCode = 401;
        }
        else if (context.Request.Method == "PUT")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Entries[path] = body.ToArray();
        }
        else if (Entries.TryGetValue(path, out var content))
        {
            await context.Response.Body.WriteAsync(content);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }
}
