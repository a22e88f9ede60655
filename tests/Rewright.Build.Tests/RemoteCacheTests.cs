using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Rewright.Testing;
using Xunit;

namespace Rewright.Build.Tests;

/// <summary>A cache that a team shares: what it gives, and that it harms no build whatever it does.</summary>
[Collection(nameof(ProcessVariables))]
public sealed class RemoteCacheTests : IDisposable
{
    // Enough on a machine where much else is running. What is about a limit has the one that builds have.
    private const string Patient = "60000";

    private readonly TempFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private string? _address;

    public RemoteCacheTests()
    {
        File.WriteAllText(PrivateKey, _key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(PublicKey, _key.ExportSubjectPublicKeyInfoPem());
    }

    private string PrivateKey => _folder["team.key"];

    private string PublicKey => _folder["team.pub"];

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task What_one_clone_compiles_no_other_does()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        Build("one", Writing).HasNothingToSay();
        Assert.Equal(["ac", "ac", "cas", "cas"], server.Entries.Keys.Select(k => k.Split('/')[0]).Order());
        server.Requests.Clear();

        // Whoever reads needs neither LLVM nor the right to write. The key may stand in the property itself.
        Build("two", WithoutLlvm).HasNothingToSay();
        Build("three", t =>
        {
            WithoutLlvm(t);
            t.RemoteCachePublicKeys = NewPublicKey() + "; " + Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo());
        }).HasNothingToSay();
        Assert.All(server.Requests, r => Assert.StartsWith("GET ", r));
        foreach (string clone in new[] { "two", "three" })
        {
            Assert.Equal(File.ReadAllBytes(_folder["one/native/objects/A.o"]), File.ReadAllBytes(_folder[clone + "/native/objects/A.o"]));
            Assert.Equal(File.ReadAllBytes(_folder["one/native/libTest.rewright.so"]),
                File.ReadAllBytes(_folder[clone + "/native/libTest.rewright.so"]));
        }

        // And is in the cache of the machine from then on.
        server.Requests.Clear();
        Directory.Delete(_folder["two/native"], recursive: true);
        Build("two", WithoutLlvm).HasNothingToSay();
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Nothing_is_written_unless_asked_for()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        Build("one", null).HasNothingToSay();
        Build("two", t => t.RemoteCacheWrite = "false").HasNothingToSay();
        Assert.Empty(server.Entries);
        Assert.Equal(4, server.Requests.Count);
        // Another processor or level is another object; what is native here is not so elsewhere, where the folder of the cache may be the
        // same.
        Build("three", Writing).HasNothingToSay();
        Build("four", t => t.Cpu = "native").HasNothingToSay();
        Assert.True(File.Exists(_folder["four/native/libTest.rewright.so"]));
        Assert.False(Directory.Exists(_folder["four/cache"]));
        Assert.True(Directory.Exists(_folder["three/cache"]));
        server.Requests.Clear();
        Build("five", t => t.OptimizationLevel = "1").HasNothingToSay();
        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, r => Assert.StartsWith("GET ac/", r));
    }

    [Fact]
    public async Task A_server_may_want_authorization()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        server.Authorization = "Bearer open sesame";
        Assert.Contains("401", Build("one", Writing).Warning("RW0213").Message);
        using var _ = new Variable("REWRIGHT_REMOTE_CACHE_AUTHORIZATION", server.Authorization);
        Build("two", Writing).HasNothingToSay();
        Build("three", WithoutLlvm).HasNothingToSay();
    }

    [Theory]
    [InlineData("http://cache.invalid/x", "Bearer open sesame", true)]
    [InlineData("https://cache.invalid/x", "Bearer open sesame", false)]
    [InlineData("http://cache.invalid/x", "", false)]
    [InlineData("http://127.0.0.1:1/x", "Bearer open sesame", false)]
    public void A_secret_that_goes_over_the_net_in_plain_text_is_a_warning(string address, string authorization, bool warns)
    {
        using var _ = new Variable("REWRIGHT_REMOTE_CACHE_AUTHORIZATION", authorization);
        _address = address;
        var engine = Build("one", t => t.LlvmPath = "/nonexistent");
        if (!warns) Assert.DoesNotContain(engine.Warnings, w => w.Code == "RW0219");
        else Assert.DoesNotContain("sesame", Assert.Single(engine.Warnings, w => w.Code == "RW0219").Message!);
    }

    [Fact]
    public async Task A_server_must_be_who_it_says()
    {
        CompileNativeTests.NeedsTools();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await StartAsync(certificate);
        Assert.StartsWith("https://", _address);
        Assert.Contains("SSL", Build("one", Writing).Warning("RW0213").Message);
        Assert.Empty(server.Requests);

        File.WriteAllText(_folder["ca.pem"], certificate.ExportCertificatePem());
        using var _ = new Variable("SSL_CERT_FILE", _folder["ca.pem"]);
        Build("two", Writing).HasNothingToSay();
        Build("three", WithoutLlvm).HasNothingToSay();
    }

    [Theory]
    [InlineData("slow", "answered for 0 of 2 objects within 200 ms")]
    [InlineData("slow body", "answered for 0 of 2 objects within 200 ms")]
    [InlineData("500", "answered 500")]
    [InlineData("403", "answered 403")]
    [InlineData("redirect", "answered 302")]
    [InlineData("huge result", "longer than 65536 bytes")]
    [InlineData("huge object", "longer than ")]
    [InlineData("other bytes", "another content")]
    [InlineData("fewer bytes", "another content")]
    [InlineData("noise", "is no ActionResult")]
    [InlineData("nothing", "is not signed")]
    [InlineData("unsigned", "is not signed")]
    [InlineData("other key", "is not signed by a key")]
    [InlineData("other action", "is of another action")]
    [InlineData("cut off", "")]
    public async Task A_server_that_does_wrong_costs_a_warning(string wrong, string expected)
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        Build("good", Writing).HasNothingToSay();
        byte[] good = File.ReadAllBytes(_folder["good/native/libTest.rewright.so"]);
        Misbehave(server, wrong);
        var warning = Build("victim", t => t.RemoteCacheTimeLimit = wrong.StartsWith("slow") ? "200" : Patient).Warning("RW0213");
        Assert.Contains(expected, warning.Message);
        Assert.Contains(_address!, warning.Message);
        Assert.Equal(good, File.ReadAllBytes(_folder["victim/native/libTest.rewright.so"]));
        // The stamp is there: the same again asks nobody.
        Assert.True(File.Exists(_folder["victim/native/some.stamp"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_where_no_server_is_costs_a_warning(bool isOpen)
    {
        CompileNativeTests.NeedsTools();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _address = "http://" + listener.LocalEndpoint;
        if (!isOpen) listener.Stop();
        // Not what HTTP looks like.
        var noise = isOpen ? SayAsync(listener, [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))]) : Task.CompletedTask;
        Build("victim", Writing).Warning("RW0213");
        listener.Stop();
        await noise;
    }

    [Fact]
    public async Task An_object_that_the_server_has_deleted_is_compiled()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        Build("one", Writing).HasNothingToSay();
        foreach (string entry in server.Entries.Keys.Where(k => k.StartsWith("cas/"))) server.Entries.TryRemove(entry, out _);
        Build("two", Writing).HasNothingToSay();
        Build("three", WithoutLlvm).HasNothingToSay();
    }

    [Fact]
    public async Task The_projects_of_a_build_share_the_time_and_the_warning()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        Misbehave(server, "slow");
        var engine = new TestBuildEngine();
        void WithLimit(CompileNative task) => task.RemoteCacheTimeLimit = "200";
        static int TimesAsked(TestBuildEngine engine) => engine.Text.Split("Waiting for the remote cache").Length - 1;
        Build("one", WithLimit, engine).Warning("RW0213");
        Build("two", WithLimit, engine).Warning("RW0213");
        Assert.Equal(1, TimesAsked(engine));
        // The next build begins anew.
        var next = new TestBuildEngine();
        Build("three", WithLimit, next).Warning("RW0213");
        Assert.Equal(1, TimesAsked(next));
    }

    [Fact]
    public async Task A_server_that_takes_nothing_does_not_hold_up_a_build()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        server.Instead = async (context, _, end) =>
        {
            if (context.Request.Method == "PUT") await Task.Delay(Timeout.Infinite, end);
            return false;
        };
        Assert.Contains("took 0 of 2 objects within 2000 ms", Build("one", t =>
        {
            Writing(t);
            t.RemoteCacheTimeLimit = "2000";
        }).Warning("RW0213").Message);
    }

    [Fact]
    public void Wrong_properties_are_named()
    {
        _address = "http://127.0.0.1:1";
        void Wrong(string expected, Action<CompileNative> change)
        {
            string message = Build("any", change).Error("RW0206").Message!;
            Assert.Contains(expected, message);
            Assert.DoesNotContain("secret", message);
            Assert.DoesNotContain("BEGIN", message);
        }

        Wrong("RewrightRemoteCache is 'ftp://x'", t => t.RemoteCache = "ftp://x");
        Wrong("RewrightRemoteCache is 'cache.example'", t => t.RemoteCache = "cache.example");
        Wrong("REWRIGHT_REMOTE_CACHE_AUTHORIZATION", t => t.RemoteCache = "https://me:secret@cache.example/");
        Wrong("RewrightRemoteCacheWrite is 'perhaps'", t => t.RemoteCacheWrite = "perhaps");
        Wrong("RewrightRemoteCacheTimeLimit is '-1'", t => t.RemoteCacheTimeLimit = "-1");
        Wrong("needs RewrightRemoteCachePublicKey", t => t.RemoteCachePublicKeys = "");
        Wrong("private key in a property", t => t.RemoteCacheKeyFile = _key.ExportPkcs8PrivateKeyPem());
        Wrong("REWRIGHT_REMOTE_CACHE_KEY", t => t.RemoteCacheWrite = "true");
        Wrong("/nonexistent", t => (t.RemoteCacheWrite, t.RemoteCacheKeyFile) = ("true", "/nonexistent"));
        // A public key signs nothing, and other curves are not ours.
        Wrong("does not hold a private key", t => (t.RemoteCacheWrite, t.RemoteCacheKeyFile) = ("true", PublicKey));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Wrong("P-256", t => t.RemoteCachePublicKeys = Convert.ToBase64String(other.ExportSubjectPublicKeyInfo()));
        using var _ = new Variable("REWRIGHT_REMOTE_CACHE_AUTHORIZATION", "secret\nX: y");
        Wrong("REWRIGHT_REMOTE_CACHE_AUTHORIZATION", t => t.RemoteCacheTimeLimit = Patient);
    }

    [Fact]
    public async Task The_key_may_come_by_the_environment()
    {
        CompileNativeTests.NeedsTools();
        await using var server = await StartAsync();
        using (new Variable("REWRIGHT_REMOTE_CACHE_KEY", _key.ExportPkcs8PrivateKeyPem()))
        {
            // Whoever writes need not name the public key too.
            Build("one", t => (t.RemoteCacheWrite, t.RemoteCachePublicKeys) = ("true", "")).HasNothingToSay();
        }

        Build("two", WithoutLlvm).HasNothingToSay();
    }

    [Fact]
    public void Nothing_but_what_was_signed_is_believed()
    {
        const string Action = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        var origin = new SignedObject(Action, Action, 12345, "19.1.7", TimeSpan.FromMilliseconds(42));
        byte[] message = origin.Sign(_key);
        Assert.Equal(origin, SignedObject.Read(message, Action, [_key]));
        // As a server writes it that adds fields of its own: exit_code, and execution_metadata with a worker's name.
        Assert.Equal(origin, SignedObject.Read([0x20, 0x00, 0x4A, 0x03, 0x0A, 0x01, 0x78, .. message], Action, [_key]));
        for (int i = 0; i < message.Length * 8; i++)
        {
            byte[] changed = [.. message];
            changed[i / 8] ^= (byte)(1 << (i % 8));
            if (Read(changed) is { } read) Assert.Equal(origin, read);
            if (i % 8 == 0 && Read(message[..(i / 8)]) is { } cut) Assert.Equal(origin, cut);
        }

        SignedObject? Read(byte[] text)
        {
            try
            {
                return SignedObject.Read(text, Action, [_key]);
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }
    }

    [Fact]
    public void Results_are_messages_that_name_their_objects()
    {
        string digest = new('5', 64);
        byte[] message = new SignedObject("a", digest, 300, "19.1.7", default).Sign(_key);
        // output_files { path, digest { hash, size_bytes: 300 } }, by the encoding of protocol buffers.
        byte[] files = [0x12, 0x51, 0x0A, 0x08, .. "object.o"u8, 0x12, 0x45, 0x0A, 0x40, .. Encoding.ASCII.GetBytes(digest), 0x10, 0xAC,
            0x02];
        Assert.Equal(files, message[..files.Length]);
        // stdout_raw takes the rest.
        int length = message.Length - files.Length - 3;
        Assert.Equal([0x2A, (byte)(0x80 | (length & 0x7F)), (byte)(length >> 7)], message[files.Length..(files.Length + 3)]);
        Assert.StartsWith("rewright object 1\naction a\nobject " + digest + " 300\n",
            Encoding.UTF8.GetString(message[(files.Length + 3)..]));
    }

    [Fact]
    public async Task It_works_with_nginx()
    {
        CompileNativeTests.NeedsTools();
        string program = ExternalProgram.Nginx.Need();
        Directory.CreateDirectory(_folder["www"]);
        // Between asking for a free port and using it, somebody else may take it.
        for (int attempt = 0; ; attempt++)
        {
            int port = FreePort();
            File.WriteAllText(_folder["nginx.conf"], $$"""
                daemon off;
                {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
                pid "{{_folder["nginx.pid"]}}";
                error_log stderr;
                events { }
                http {
                    access_log off;
                    client_body_temp_path "{{_folder["body"]}}"; proxy_temp_path "{{_folder["proxy"]}}"; fastcgi_temp_path "{{_folder["fastcgi"]}}";
                    uwsgi_temp_path "{{_folder["uwsgi"]}}"; scgi_temp_path "{{_folder["scgi"]}}";
                    server {
                        listen 127.0.0.1:{{port}};
                        location /cache/ {
                            root "{{_folder["www"]}}";
                            dav_methods PUT;
                            create_full_put_path on;
                            client_max_body_size 64m;
                        }
                    }
                }
                """);
            using var nginx = Process.Start(
                new ProcessStartInfo(
                program, ["-p", _folder.Path, "-c", _folder["nginx.conf"], "-e", "stderr"])
                { RedirectStandardError = true })!;
            try
            {
                if (!await AnswersAsync(nginx, port))
                {
                    Assert.True(attempt < 3, await nginx.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
                    continue;
                }

                _address = $"http://127.0.0.1:{port}/cache";
                Build("one", Writing).HasNothingToSay();
                Build("two", WithoutLlvm).HasNothingToSay();
                Assert.Equal(2, Directory.GetFiles(_folder["www/cache/ac"]).Length);
                Assert.Equal(2, Directory.GetFiles(_folder["www/cache/cas"]).Length);
                break;
            }
            finally
            {
                if (!nginx.HasExited) nginx.Kill(entireProcessTree: true);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> AnswersAsync(Process server, int port)
    {
        while (!server.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        return false;
    }

    private static async Task SayAsync(TcpListener listener, byte[] text)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                try
                {
                    await client.GetStream().WriteAsync(text, TestContext.Current.CancellationToken);
                }
                catch (IOException)
                {
                    // It has heard enough.
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    private void Misbehave(CacheServer server, string how)
    {
        byte[] huge = new byte[1 << 20];
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (string path in server.Entries.Keys.ToList())
        {
            byte[] entry = server.Entries[path];
            bool isResult = path.StartsWith("ac/");
            server.Entries[path] = (how, isResult) switch
            {
                ("huge result", true) or ("huge object", false) => huge,
                ("other bytes", false) => [.. entry.Reverse()],
                ("fewer bytes", false) => entry[..^1],
                ("noise", true) => [.. "<html>Welcome to the hotel's network</html>"u8],
                ("nothing", true) => [],
                ("unsigned", true) => [0x2A, 5, .. "hello"u8],
                ("other key", true) => SignedObject.Read(entry, path["ac/".Length..], [_key]).Sign(otherKey),
                ("other action", true) => (
                SignedObject.Read(entry, path["ac/".Length..], [_key]) with { Action = new string('0', 64) }).Sign(_key),
                _ => entry,
            };
        }

        server.Instead = async (context, path, end) =>
        {
            switch (how)
            {
                case "slow":
                    await Task.Delay(Timeout.Infinite, end);
                    return true;
                case "slow body":
                    while (true)
                    {
                        await context.Response.Body.WriteAsync(new byte[1], end);
                        await context.Response.Body.FlushAsync(end);
                        await Task.Delay(20, end);
                    }

                case "500":
                    context.Response.StatusCode = 500;
                    return true;
                case "403":
                    context.Response.StatusCode = 403;
                    return true;
                case "redirect":
                    context.Response.Redirect(context.Request.Path + "x");
                    return true;
                case "cut off":
                    context.Response.ContentLength = 1000;
                    await context.Response.Body.WriteAsync(server.Entries[path].AsMemory(0, 10), end);
                    context.Abort();
                    return true;
                default:
                    return false;
            }
        };
    }

    private async Task<CacheServer> StartAsync(X509Certificate2? certificate = null)
    {
        var server = await CacheServer.StartAsync(certificate);
        _address = server.Address;
        return server;
    }

    private static string NewPublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    private void Writing(CompileNative task) => (task.RemoteCacheWrite, task.RemoteCacheKeyFile) = ("true", PrivateKey);

    private static void WithoutLlvm(CompileNative task) => task.LlvmPath = "/nonexistent";

    // A clone of a project with a cache of its own.
    private TestBuildEngine Build(string clone, Action<CompileNative>? change, TestBuildEngine? engine = null)
    {
        engine ??= new TestBuildEngine();
        Directory.CreateDirectory(_folder[clone + "/llvm"]);
        foreach (string name in new[] { "A", "B" }) File.WriteAllText(_folder[$"{clone}/llvm/{name}.ll"], CompileNativeTests.Ir(name));
        var task = CompileNativeTests.NewTask(_folder[clone], engine);
        (task.Cache, task.CacheDirectory) = ("on", _folder[clone + "/cache"]);
        (task.RemoteCache, task.RemoteCachePublicKeys, task.RemoteCacheTimeLimit) = (_address, PublicKey, Patient);
        change?.Invoke(task);
        Assert.True(task.Execute() == (engine.Errors.Count == 0), engine.Text);
        return engine;
    }

    private sealed class Variable : IDisposable
    {
        private readonly string _name;

        public Variable(string name, string value)
        {
            _name = name;
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, null);
    }
}
