using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Rewright.Hosting.Tests;

public sealed class HostingTests : IDisposable
{
    private const string Text = "module Demo.Peano\nsort Nat = Zero | Succ(Nat)\nop Plus(Nat, Nat): Nat\n"
        + "rule PlusZero: Plus(Zero, y) -> y\nrule PlusSucc: Plus(Succ(x), y) -> Succ(Plus(x, y))";

    private readonly string _folder = Directory.CreateTempSubdirectory("rewright-hosting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IConfiguration Configuration(params (string Key, string Value)[] values)
        => new ConfigurationBuilder().AddInMemoryCollection(
            values.Select(v => new KeyValuePair<string, string?>("Rewright:" + v.Key, v.Value))).Build().GetSection("Rewright");

    [Fact]
    public void Options_come_from_configuration()
    {
        var options = RewrightServices.ReadOptions(Configuration(
            ("Profile", "development"), ("OptimizationLevel", "3"), ("FallBackToInterpreter", "false"), ("CountRewrites", "true"),
            ("TargetCpu", "x86-64"),
            ("MaxCachedFunctions", "7"), ("UseCache", "false"), ("CacheDirectory", "/c"), ("Cache:MaxBytes", "8"),
            ("Cache:MaxEntries", "9"), ("UseBundles", "false"),
            ("Bundles:0", "a.rwb"), ("Bundles:1", "b.rwb"), ("WorkDirectory", "/w"), ("Pipeline", "ExternalTools"), ("IsolateIr", "false"),
            ("LlvmPath", "/l"),
            ("TimeLimit", "00:00:07"), ("AllowAssembly", "true"), ("AdaptiveThreshold", "11"), ("RecompilationLevel", "3")));
        var expected = new JitOptions
        {
            Mode = JitMode.Adaptive, OptimizationLevel = 3, FallBackToInterpreter = false, CountRewrites = true, TargetCpu = "x86-64",
            MaxCachedFunctions = 7, UseCache = false,
            CacheDirectory = "/c", Cache = new Caches.CodeCacheOptions { MaxBytes = 8, MaxEntries = 9 }, UseBundles = false,
            Bundles = options.Bundles, WorkDirectory = "/w",
            Pipeline = JitPipeline.ExternalTools, IsolateIr = false, LlvmPath = "/l", TimeLimit = TimeSpan.FromSeconds(7),
            AllowAssembly = true, AdaptiveThreshold = 11, RecompilationLevel = 3,
        };
        Assert.Equal(expected, options);
        Assert.Equal(["a.rwb", "b.rwb"], options.Bundles);
        Assert.Equal(JitOptions.Default, RewrightServices.ReadOptions(Configuration()));
        // Nobody forgets a property that is added: all are set above, but the functions that IR may call, which are code.
        Assert.Equal(["AllowedImports"],
            typeof(JitOptions).GetProperties().Where(
            p => p.SetMethod is { IsStatic: false } && Equals(p.GetValue(options), p.GetValue(JitOptions.Default))).Select(p => p.Name));
    }

    [Theory]
    [InlineData("Mode", "fast", "Native, Adaptive, Precompiled, Interpreter")]
    [InlineData("OptimizationLevel", "4", "from 0 to 3")]
    [InlineData("UseCache", "yes", "true or false")]
    [InlineData("TimeLimit", "-1", "a time")]
    [InlineData("Profile", "Test", "Serverless")]
    [InlineData("OptimisationLevel", "2", "knows no option")]
    [InlineData("Cache:Size", "2", "Rewright:Cache:Size")]
    public void What_means_nothing_is_an_error(string key, string value, string expected)
        => Assert.Contains(expected,
            Assert.Throws<InvalidOperationException>(() => RewrightServices.ReadOptions(Configuration((key, value)))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task The_host_disposes_the_compiler_when_it_has_written_all()
    {
        var services = new ServiceCollection();
        services.AddRewright(Configuration(("CacheDirectory", Path.Combine(_folder, "cache"))));
        await using (var provider = services.BuildServiceProvider())
        {
            var jit = provider.GetRequiredService<JitCompiler>();
            Assert.Same(jit, provider.GetRequiredService<JitCompiler>());
            jit.Compile(Module.Parse(Text)).Dispose();
        }

        Assert.Single(Caches.CodeCache.Open(Path.Combine(_folder, "cache")).List().Entries);
    }

    [Theory]
    [InlineData("Development", Engine.Interpreter)]
    [InlineData("Production", Engine.Native)]
    [InlineData("Serverless", Engine.Native)]
    [InlineData("WebAssembly", Engine.Interpreter)]
    public void Every_profile_runs_modules(string profile, Engine expected)
    {
        var module = Module.Parse(Text);
        var settings = new List<(string, string)> { ("Profile", profile) };
        // What the profiles are for: a cache that is empty, or no LLVM and a bundle.
        if (profile is "Development" or "Production") settings.Add(("CacheDirectory", Path.Combine(_folder, "cache")));
        else settings.Add(("LlvmPath", "/nonexistent"));
        if (profile == "Serverless")
        {
            Prewarming.WriteBundle([module], Path.Combine(_folder, "app.rwb"));
            settings.Add(("Bundles:0", Path.Combine(_folder, "app.rwb")));
        }

        using var provider = new ServiceCollection().AddRewright(Configuration([.. settings])).BuildServiceProvider();
        using var compiled = provider.GetRequiredService<JitCompiler>().Compile(module);
        Assert.Equal((expected, "Succ(Succ(Zero))"), (compiled.Engine, compiled.Evaluate("Plus(Succ(Zero), Succ(Zero))")));
        using var unknown = provider.GetRequiredService<JitCompiler>().Compile(
            module.With("op Two: Nat\nrule Two: Two -> Succ(Succ(Zero))"));
        Assert.Equal("Succ(Succ(Zero))", unknown.Evaluate("Two()"));
        if (profile is "Serverless" or "WebAssembly") Assert.Equal((Engine.Interpreter, null), (unknown.Engine, unknown.Failure));
        var s = provider.GetRequiredService<JitCompiler>().GetStatistics();
        Assert.Equal(0, s.Failures);
    }

    [Fact]
    public async Task The_dashboard_is_served_to_this_machine_only()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRewright(new JitOptions { UseCache = false });
        await using var app = builder.Build();
        app.MapRewright(isEnabled: true);
        await app.StartAsync();
        using var compiled = app.Services.GetRequiredService<JitCompiler>().Compile(Module.Parse(Text));
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        string page = await http.GetStringAsync("/rewright");
        Assert.Contains("<title>Rewright</title>", page, StringComparison.Ordinal);
        var answer = await http.GetAsync("/rewright/snapshot");
        Assert.Equal(("application/json", "no-store"),
            (answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()));
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var module = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("modules").EnumerateArray().First(
            m => m.GetProperty("name").GetString() == "Demo.Peano");
        Assert.Equal(("Native", "Compiled"), (module.GetProperty("engine").GetString(), module.GetProperty("origin").GetString()));
        var details = JsonDocument.Parse(
            await http.GetStringAsync("/rewright/details?id=" + Uri.EscapeDataString(module.GetProperty("id").GetString()!))).RootElement;
        Assert.Contains("rule PlusSucc", details.GetProperty("rules").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/rewright/details?id=x")).StatusCode);

        foreach (string path in (string[])["/rewright/", "/rewright/snapshot", "/rewright/details?id=0:Demo.Peano"])
        {
            using var foreign = new HttpRequestMessage(HttpMethod.Get, path);
            foreign.Headers.Host = "evil.example";
            Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(foreign)).StatusCode);
        }
    }

    private static async Task<WebApplication> StartAsync(
        string environment, Action<WebApplication> map, Action<WebApplicationBuilder>? change = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        change?.Invoke(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpStatusCode> AskAsync(WebApplication app, string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return (await http.SendAsync(request)).StatusCode;
    }

    [Theory]
    [InlineData("Development", null, HttpStatusCode.OK)]
    [InlineData("Production", null, HttpStatusCode.NotFound)]
    [InlineData("Staging", null, HttpStatusCode.NotFound)]
    [InlineData("Production", true, HttpStatusCode.OK)]
    [InlineData("Development", false, HttpStatusCode.NotFound)]
    public async Task Outside_development_the_dashboard_is_off_unless_enabled(string environment, bool? isEnabled, HttpStatusCode expected)
    {
        await using var app = await StartAsync(environment, a => a.MapRewright(isEnabled: isEnabled));
        Assert.Equal(expected, await AskAsync(app, "/rewright/"));
        Assert.Equal(expected, await AskAsync(app, "/rewright/snapshot"));
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("x-forwarded-for", "127.0.0.1")]
    [InlineData("X-Forwarded-Host", "example.org")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Real-IP", "192.0.2.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Original-For", "127.0.0.1:80")]
    [InlineData("CF-Connecting-IP", "192.0.2.1")]
    public async Task What_a_proxy_on_this_machine_passes_on_is_refused(string name, string value)
    {
        await using var app = await StartAsync("Development", a => a.MapRewright());
        foreach (string path in (string[])["/rewright/", "/rewright/snapshot", "/rewright/details?id=x"])
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(app, path, (name, value)));
    }

    [Fact]
    public async Task What_a_proxy_says_is_refused_also_where_the_application_has_understood_it()
    {
        await using var app = await StartAsync("Development", a =>
        {
            a.UseForwardedHeaders(
                new ForwardedHeadersOptions { ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.All });
            a.MapRewright();
        });
        // It takes the header away, and the address of the client is one of this machine.
        Assert.Equal(HttpStatusCode.Forbidden,
            await AskAsync(app, "/rewright/", ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "http")));
    }

    [Theory]
    [InlineData("LOCALHOST", HttpStatusCode.OK)]
    [InlineData("LocalHost:5000", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:5000", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("[::1]:5000", HttpStatusCode.OK)]
    [InlineData("localhost.example.org", HttpStatusCode.Forbidden)]
    [InlineData("example.org:5000", HttpStatusCode.Forbidden)]
    [InlineData("192.0.2.1", HttpStatusCode.Forbidden)]
    public async Task Every_name_of_this_machine_will_do(string host, HttpStatusCode expected)
    {
        await using var app = await StartAsync("Development", a => a.MapRewright());
        Assert.Equal(expected, await AskAsync(app, "/rewright/snapshot", ("Host", host)));
    }

    [Fact]
    public async Task Authorization_can_be_required()
    {
        await using var app = await StartAsync("Production", a =>
        {
            a.UseAuthentication();
            a.UseAuthorization();
            a.MapRewright(isEnabled: true).RequireAuthorization();
        }, b =>
        {
            b.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestAuthentication>("test", null);
            b.Services.AddAuthorization();
        });
        foreach (string path in (string[])["/rewright/", "/rewright/snapshot", "/rewright/details?id=x"])
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(app, path));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "/rewright/snapshot", ("Authorization", "test operator")));
        // Who may see it may still not see it through a proxy.
        Assert.Equal(HttpStatusCode.Forbidden,
            await AskAsync(app, "/rewright/snapshot", ("Authorization", "test operator"), ("Via", "1.1 proxy")));
    }

    private sealed class TestAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
            => Task.FromResult(Request.Headers.Authorization == "test operator"
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("test")), "test"))
                : AuthenticateResult.NoResult());
    }

    [Fact]
    public async Task Requests_from_elsewhere_are_refused()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
            return next(context);
        });
        app.MapRewright("/inner/rw", isEnabled: true);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/inner/rw/snapshot")).StatusCode);
    }
}
