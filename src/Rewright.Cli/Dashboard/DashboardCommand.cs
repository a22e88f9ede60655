using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Microsoft.Diagnostics.NETCore.Client;
using Rewright.Observability;

namespace Rewright.Cli.Dashboard;

/// <summary><c>rewright dashboard</c>: shows what the compilers of a running program do, on a page served to this machine only.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        var process = new Option<int>("--process") { Description = "The process id of the program.", Required = true };
        var port = new Option<int>("--port") { Description = "The port on the loopback address.", DefaultValueFactory = _ => 5290 };
        var command = new Command(
            "dashboard", "Show the compilers of a running program in the browser, at a secret address.") { process, port };
        command.SetAction((parse, cancellation) => System.Threading.Tasks.Task.FromResult(
            Run(parse.GetValue(process), parse.GetValue(port), cancellation)));
        return command;
    }

    private static int Run(int processId, int port, CancellationToken cancellation)
    {
        try
        {
            using var watched = new WatchedProcess(processId);
            using var listener = new HttpListener();
            // Requests under another host's name, as pages of other sites would send, are refused by the listener. Requests without the
            // secret path are refused below: other users of this machine and callers through a proxy do not know it. The listener could
            // refuse these too, but then it closes the connection, and clients that use it again get answers to other requests.
            string secret = "/" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + "/";
            // By number: with a name, a browser may first tell the path to another user's program that listens on this port of ::1.
            string address = FormattableString.Invariant($"http://127.0.0.1:{port}");
            listener.Prefixes.Add(address + "/");
            listener.Prefixes.Add(FormattableString.Invariant($"http://localhost:{port}/"));
            listener.Start();
            using var stop = cancellation.Register(listener.Stop);
            watched.Ended += listener.Stop;
            if (watched.HasEnded) listener.Stop();
            Console.Out.WriteLine(address + secret);
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = listener.GetContext();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
                {
                    break;
                }

                ThreadPool.QueueUserWorkItem(_ => Answer(context, watched, secret));
            }

            if (!cancellation.IsCancellationRequested) Console.Out.WriteLine("The process has ended.");
            return 0;
        }
        catch (Exception e) when (
            e is DiagnosticsClientException or HttpListenerException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            Console.Error.WriteLine(
                "error: " + (e is HttpListenerException
                ? FormattableString.Invariant($"No page can be served at http://127.0.0.1:{port}: ") : "") + e.Message);
            return 2;
        }
    }

    private static void Answer(HttpListenerContext context, WatchedProcess watched, string secret)
    {
        try
        {
            bool isPassedOn = LocalRequests.IsPassedOn(context.Request.Headers.AllKeys.OfType<string>());
            string path = context.Request.Url!.AbsolutePath;
            var (type, text) = isPassedOn
                || !path.StartsWith(secret, StringComparison.Ordinal) ? ("text/plain", null) : path[secret.Length..] switch
                {
                    "" => (DashboardPage.ContentType, DashboardPage.Html),
                    "snapshot" => ("application/json", watched.Snapshot),
                    "details" => ("application/json", watched.Describe(context.Request.QueryString["id"] ?? "")),
                    _ => ("text/plain", null),
                };
            var response = context.Response;
            response.Headers["Content-Security-Policy"] = DashboardPage.Policy;
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.Headers["Cache-Control"] = "no-store";
            byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
            response.StatusCode = isPassedOn ? 403 : text is null ? 404 : 200;
            response.ContentType = type;
            response.ContentLength64 = bytes.Length;
            response.OutputStream.Write(bytes);
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The browser has closed the connection.
        }
    }
}
