using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;

namespace Rewright.Torture.Kinds;

/// <summary>nginx in front of the dashboard, with the configurations of its users.</summary>
internal sealed class Nginx : IDisposable
{
    /// <summary>A proxy that forwards the client's host and nothing else that reveals a proxy.</summary>
    public const string PassesHost = "host";

    // By name, the headers that the proxy adds to requests.
    private static readonly Dictionary<string, string> s_proxies = new()
    {
        ["forwarded-for"] = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        ["usual"] = "proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr; "
            + "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;",
        ["real-ip"] = "proxy_set_header X-Real-IP $remote_addr;",
        ["forwarded"] = "proxy_set_header Forwarded \"for=$remote_addr;proto=$scheme\";",
        ["via"] = "proxy_set_header Via \"1.1 nginx\"; proxy_set_header Host localhost;",
        [PassesHost] = "proxy_set_header Host $http_host;",
    };

    // It names this machine as the host and reveals nothing. Only an endpoint that is off is safe behind it, as outside of development.
    private const string Silent = "silent, in production";

    private readonly string _folder;
    private readonly Process _process;

    private Nginx(string folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>The names of the proxies.</summary>
    public static IReadOnlyList<string> Proxies { get; } = [.. s_proxies.Keys, Silent];

    /// <summary>Starts nginx; null if it is not installed.</summary>
    /// <param name="folder">The folder for its files.</param>
    /// <param name="development">The port of an application in development.</param>
    /// <param name="production">The port of an application in production.</param>
    public static Nginx? TryStart(string folder, int development, int production)
    {
        string name = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", configuration = Path.Combine(folder, "nginx.conf");
        string Server(string proxy, int port, string headers)
            => $"server {{ listen unix:{PathOf(folder, proxy)}; location / {{ proxy_pass http://127.0.0.1:{port}; {headers} }} }}\n";
        string temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder}/{kind}; "));
        File.WriteAllText(configuration,
            $"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{ }}\n"
            + $"http {{ access_log off; {temporary}\n"
            + string.Concat(s_proxies.Select(p => Server(p.Key, development, p.Value))) + Server(Silent, production, "") + "}\n");
        try
        {
            var process = Process.Start(name, ["-e", folder + "/nginx.log", "-c", configuration]);
            var nginx = new Nginx(folder, process);
            for (int i = 0; i < 600 && !process.HasExited && !File.Exists(PathOf(folder, Silent)); i++) Thread.Sleep(50);
            if (process.HasExited) throw new InvalidOperationException("nginx does not start: " + File.ReadAllText(folder + "/nginx.log"));
            // The sockets exist before nginx listens on them.
            Thread.Sleep(200);
            return nginx;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The address of a proxy.</summary>
    public UnixDomainSocketEndPoint At(string proxy) => new(PathOf(_folder, proxy));

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string PathOf(string folder, string proxy) => Path.Combine(folder, proxy.Split(',')[0] + ".sock");
}
