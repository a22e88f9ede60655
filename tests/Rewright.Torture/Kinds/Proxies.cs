using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rewright.Hosting;

namespace Rewright.Torture.Kinds;

/// <summary>
/// Requests to the dashboard from browsers of this machine, proxies and attackers. Only the first may get an answer.
/// </summary>
internal sealed class Proxies : Kind
{
    private static readonly string[] s_paths = ["/rewright/", "/rewright/snapshot", "/rewright/details?id=0:Torture.M0"];
    private static readonly string[] s_forwarded =
    [
        "Forwarded: for=203.0.113.7;proto=https", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Host: example.org",
        "X-Forwarded-Proto: https", "Via: 1.1 proxy", "Forwarded:", "X-Forwarded-Server: a", "X-Forwarded-Port: 80",
        "X-Forwarded-Prefix: /a",
    ];

    private static readonly string[] s_foreign = ["example.org", "evil.localhost.example", "localhost.evil.example", "203.0.113.7",
        "[2001:db8::1]", "127.0.0.1.nip.io", "0.0.0.0", "xlocalhost", "%6cocalhost"];
    private static readonly string[] s_harmless = ["Accept: */*", "User-Agent: x", "Cookie: a=b", "Accept-Language: en", "X-Other: 1",
        "Origin: http://localhost"];

    private readonly WebApplication _app, _production;
    private readonly Nginx? _nginx;
    private readonly JitCompiler _jit = new(new JitOptions { UseCache = false, UseBundles = false });
    private readonly CompiledModule _module;
    private readonly int _port;

    public Proxies()
    {
        (_app, _port) = Start(Environments.Development);
        (_production, int other) = Start(Environments.Production);
        _nginx = Nginx.TryStart(Folder, _port, other);
        _module = _jit.Compile(Sample.Get(0));
    }

    public override void Run(Random random)
    {
        if (_nginx is not null && random.Next(3) == 0)
        {
            AskNginx(_nginx, random);
            return;
        }

        if (_nginx is null) Count("without-nginx");
        string path = s_paths[random.Next(s_paths.Length)];
        var headers = new List<string>();
        for (int i = random.Next(4); i > 0; i--) headers.Add(s_harmless[random.Next(s_harmless.Length)]);
        string host = Case(random.Next(3) switch { 0 => "localhost", 1 => "127.0.0.1", _ => "[::1]" }, random);
        bool isLocal = true;
        switch (random.Next(3))
        {
            case 0:
                isLocal = false;
                headers.Add(Case(s_forwarded[random.Next(s_forwarded.Length)], random));
                break;
            case 1:
                isLocal = false;
                host = s_foreign[random.Next(s_foreign.Length)];
                break;
        }

        if (random.Next(2) == 0) host += ":" + _port;
        string[] shuffled = [.. headers.OrderBy(_ => random.Next())];
        string answer = Ask(new IPEndPoint(IPAddress.Loopback, _port), path, host, shuffled);
        string status = answer.Split(' ').ElementAtOrDefault(1) ?? "none";
        Count("status-" + status);
        string what = $"{path} of {host} with {string.Join(" | ", shuffled)}: {status}";
        Promise(isLocal ? status == "200" : status.StartsWith('4'), what);
        if (!isLocal)
            Promise(!answer.Contains("Torture.M0", StringComparison.Ordinal)
                && !answer.Contains("<title>Rewright", StringComparison.Ordinal), what + " tells something all the same");
    }

    // Every client of nginx is a stranger and must be refused, whatever host it names. Not asked is 'localhost' through the proxy that
    // forwards the host and reveals nothing: it cannot be told from a browser.
    private void AskNginx(Nginx nginx, Random random)
    {
        string path = s_paths[random.Next(s_paths.Length)], proxy = Nginx.Proxies[random.Next(Nginx.Proxies.Count)];
        string host = proxy == Nginx.PassesHost || random.Next(2) == 0 ? s_foreign[random.Next(s_foreign.Length)] : "localhost";
        string answer = Ask(nginx.At(proxy), path, host, [s_harmless[random.Next(s_harmless.Length)]]);
        string status = answer.Split(' ').ElementAtOrDefault(1) ?? "none";
        Count("nginx-status-" + status);
        string what = $"{path} of {host} by nginx, {proxy}: {status}";
        Promise(status.StartsWith('4'), what);
        Promise(!answer.Contains("Torture.M0", StringComparison.Ordinal) && !answer.Contains("<title>Rewright", StringComparison.Ordinal),
            what + " tells something all the same");
    }

    private (WebApplication App, int Port) Start(string environment)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = Folder });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapRewright();
        app.StartAsync().GetAwaiter().GetResult();
        return (app, new Uri(app.Urls.First()).Port);
    }

    public override void Dispose()
    {
        _nginx?.Dispose();
        _app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _production.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _module.Dispose();
        _jit.Dispose();
        base.Dispose();
    }

    // Names of headers and hosts are case-insensitive.
    private static string Case(string text, Random random)
    {
        int end = text.IndexOf(": ", StringComparison.Ordinal);
        if (end < 0) end = text.Length;
        return random.Next(3) switch
        {
            0 => text[..end].ToUpperInvariant() + text[end..],
            1 => text[..end].ToLowerInvariant() + text[end..],
            _ => text
        };
    }

    private static string Ask(EndPoint where, string path, string host, IEnumerable<string> headers)
    {
        using var client = new Socket(
            where.AddressFamily, SocketType.Stream,
            where.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        client.Connect(where);
        client.Send(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {host}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(new NetworkStream(client), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
