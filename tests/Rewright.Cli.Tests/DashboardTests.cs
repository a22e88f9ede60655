using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Rewright.Testing;
using Xunit;

namespace Rewright.Cli.Tests;

/// <summary>The dashboard of a separate running program, over its diagnostics port and in a browser.</summary>
public sealed class DashboardTests : IDisposable
{
    private readonly Process _program = Start(Path.Combine(AppContext.BaseDirectory, "Rewright.TestHost.dll"), "serve");

    public void Dispose()
    {
        _program.Kill();
        _program.Dispose();
    }

    [Fact]
    public async Task A_running_program_is_shown_in_a_browser()
    {
        Assert.Equal("ready", await _program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        int port = FreePort();
        using var dashboard = Start(
            Tool.Path, "dashboard", "--process", _program.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "--port",
            port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            string address = (await dashboard.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            Assert.Matches($"^http://127.0.0.1:{port}/[0-9a-f]{{32}}/$", address);
            using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };

            // Live numbers.
            long before = Hits(await Snapshot(http, s => true));
            await _program.StandardInput.WriteLineAsync("Plus(Zero, Succ(Zero))");
            await _program.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("Succ(Zero)", await _program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await Snapshot(http, s => Hits(s) == before + 3);

            // Details.
            var details = JsonDocument.Parse(
                await http.GetStringAsync(
                "details?id=" + Uri.EscapeDataString("0:Demo.Peano"), TestContext.Current.CancellationToken)).RootElement;
            Assert.Contains("rule PlusSucc", details.GetProperty("rules").GetString(), StringComparison.Ordinal);
            Assert.Contains("; Module Demo.Peano", details.GetProperty("ir").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("Plus at 0x", details.GetProperty("functions")[0].GetString(), StringComparison.Ordinal);
            Assert.Contains(".text", details.GetProperty("assembly").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound,
                (await http.GetAsync("details?id=0:Nothing", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("other", TestContext.Current.CancellationToken)).StatusCode);

            // Nothing of elsewhere is asked for, and the page of another site gets nothing.
            string page = await http.GetStringAsync("", TestContext.Current.CancellationToken);
            Assert.DoesNotContain(
                "http://", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
            // Nobody finds it who was not told, and nobody gets it through a proxy.
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/snapshot", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
            using var passedOn = new HttpRequestMessage(HttpMethod.Get, "snapshot") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
            Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(passedOn, TestContext.Current.CancellationToken)).StatusCode);
            using var foreign = new HttpRequestMessage(HttpMethod.Get, "snapshot");
            foreign.Headers.Host = "evil.example";
            Assert.NotEqual(HttpStatusCode.OK, (await http.SendAsync(foreign, TestContext.Current.CancellationToken)).StatusCode);

            ExternalProgram.Chromium.Need();
            string dom = await Browse(address + "?show=0:Demo.Peano");
            Assert.Contains(">live<", dom, StringComparison.Ordinal);
            Assert.Contains(">Rewright.TestHost " + _program.Id, dom, StringComparison.Ordinal);
            Assert.Contains("<h2 id=\"title\">Demo.Peano</h2>", dom, StringComparison.Ordinal);
            Assert.Contains("bytes of code · ", dom, StringComparison.Ordinal);
            Assert.Contains("<p id=\"empty\" hidden", dom, StringComparison.Ordinal);
            Assert.Contains("<button>Demo.Peano</button>", dom, StringComparison.Ordinal);
            // Names are shown, not run.
            Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", dom, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", dom, StringComparison.Ordinal);
            Assert.Contains("rule PlusSucc", dom, StringComparison.Ordinal);
            Assert.Matches("<polyline points=\"0.00,[0-9.]+ 0.84", dom);

            // It ends with the program.
            _program.Kill();
            await dashboard.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, dashboard.ExitCode);
        }
        finally
        {
            dashboard.Kill();
        }
    }

    [Fact]
    public async Task Counters_are_seen_from_outside_as_dotnet_counters_asks_for_them()
    {
        Assert.Equal("ready", await _program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        // What 'dotnet-counters monitor --counters Rewright' sends.
        var provider = new EventPipeProvider("System.Diagnostics.Metrics", EventLevel.Informational, 2,
            new Dictionary<string,
                string>
            {
                ["SessionId"] = "test", ["Metrics"] = "Rewright", ["RefreshInterval"] = "1", ["MaxTimeSeries"] = "1000",
                ["MaxHistograms"] = "10"
            });
        using var session = new DiagnosticsClient(_program.Id).StartEventPipeSession(provider, requestRundown: false);
        var seen = new HashSet<string>();
        double compilations = 0;
        using var source = new EventPipeEventSource(session.EventStream);
        source.Dynamic.All += data =>
        {
            if (data.ProviderName != "System.Diagnostics.Metrics" || Array.IndexOf(data.PayloadNames, "instrumentName") < 0) return;
            string name = (string)data.PayloadByName("instrumentName");
            seen.Add(name);
            if (name == "rewright.compilations" && Array.IndexOf(data.PayloadNames, "value") >= 0)
                compilations = double.Parse((string)data.PayloadByName("value"), System.Globalization.CultureInfo.InvariantCulture);
            // Stopping ends the reading; this thread is one of the source.
            if (compilations > 0) System.Threading.ThreadPool.QueueUserWorkItem(_ => session.Stop());
        };
        using var patience = new System.Threading.Timer(
            _ => session.Dispose(), null, TimeSpan.FromSeconds(60), System.Threading.Timeout.InfiniteTimeSpan);
        source.Process();
        Assert.Equal(2, compilations);
        Assert.Superset(new HashSet<string>
        {
            "rewright.compilations", "rewright.compilation.failures", "rewright.compilation.duration", "rewright.cache.hits",
            "rewright.cache.misses", "rewright.cache.evictions", "rewright.tier.switches", "rewright.rewrites",
        }, seen);
    }

    [Fact]
    public void A_process_that_is_not_there_is_an_error()
    {
        using var tool = new Tool();
        var outcome = tool.Run("dashboard", "--process", "999999999");
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("error: ", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_an_error_that_names_the_address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var tool = new Tool();
        var outcome = tool.Run(
            "dashboard", "--process", _program.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "--port", port);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith($"error: No page can be served at http://127.0.0.1:{port}: ", outcome.Errors, StringComparison.Ordinal);
    }

    private static long Hits(JsonElement snapshot) => snapshot.GetProperty("metrics").GetProperty("memoryHits").GetInt64();

    private static async Task<JsonElement> Snapshot(HttpClient http, Predicate<JsonElement> isWanted)
    {
        for (int i = 0; i < 300; i++)
        {
            var answer = await http.GetAsync("snapshot", TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                var snapshot = JsonDocument.Parse(
                    await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
                if (isWanted(snapshot)) return snapshot;
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        throw new InvalidOperationException("No snapshot came.");
    }

    private static async Task<string> Browse(string url)
    {
        string profile = Directory.CreateTempSubdirectory("rewright-browser-").FullName;
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(ExternalProgram.Chromium.Need(),
                ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + profile,
                    "--virtual-time-budget=8000", "--timeout=60000", "--dump-dom", url])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = browser.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string dom = await browser.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await browser.WaitForExitAsync(TestContext.Current.CancellationToken);
            await errors;
            return dom;
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    private static Process Start(params string[] arguments)
        => Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
