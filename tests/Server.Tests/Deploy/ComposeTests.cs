using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Server.Tests.Clusters;
using Server.Tests.Crash;
using Server.Tests.Field;
using Server.Tests.Storage;
using Xunit.Abstractions;

namespace Server.Tests.Deploy;

/// <summary>
/// The services of <c>deploy/compose.yaml</c> with <c>deploy/compose.cluster.yaml</c> as plain processes, without a container engine: each
/// in a network namespace with the addresses, names, environment, secrets and commands that the files give it.
/// </summary>
[Collection(Alone.Name)]
[Trait("Makes", "bad-days")]
public sealed partial class Compose_files_as_processes(ITestOutputHelper output)
{
    private const string Site = "localhost";
    private static readonly string Deploy = Path.Combine(Repository.Folder, "deploy");
    private static readonly string[] Servers = ["server", "server-2", "server-3"];
    private readonly ComposeFiles _files = ComposeFiles.Read(Deploy, Site);

    // Another one takes its place: the same at the same time may be somebody else's.
    private string Front => _files.Text("networks.front.ipam.config.0.subnet");

    [Fact]
    public async Task Three_servers_a_database_and_a_proxy_serve_and_one_of_them_may_go()
    {
        using var network = TestNetwork.TryOpen(machines: 4, out var why);
        if (network is null)
        {
            output.WriteLine($"The services are read, and not started: {why}.");
            Assert.All(Servers, server => Assert.NotEmpty(_files.Environment(server)));
            return;
        }
        using var database = PostgresServer.Own(network);
        database.Make(_files.Environment("db")["POSTGRES_DB"], _files.Environment("db")["POSTGRES_USER"]);
        using var folder = new TemporaryFolder();
        var key = Prepare(folder.Path, network);
        var servers = new List<ChildServer>();
        Process? proxy = null;
        try
        {
            foreach (var server in Servers)
                servers.Add(await StartAsync(server, folder.Path, network));
            proxy = StartProxy(folder.Path, network);
            if (proxy is null)
                output.WriteLine(
                    "Without the proxy, which is not installed (the package caddy): its upstreams are asked."
                );
            using var http = new HttpClient { BaseAddress = AddressOf(proxy is null ? "server" : "proxy", network) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            http.DefaultRequestHeaders.Host = Site;
            await GoThroughAsync(http);
            // Each upstream that the proxy is told of answers.
            foreach (var upstream in _files.Environment("proxy")["UPSTREAM"].Split(' '))
            {
                Assert.EndsWith(":5080", upstream, StringComparison.Ordinal);
                using var answer = await http.GetAsync(
                    new Uri(AddressOf(upstream.Split(':')[0], network), "/api/v1/me")
                );
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
            servers[^1].Terminate();
            Assert.Equal(0, await servers[^1].ExitAsync());
            await GoThroughAsync(http);
        }
        finally
        {
            proxy?.Kill();
            proxy?.Dispose();
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    // What a day needs of a proxy: pages, requests with a body, a stream that is not held back, a WebSocket is an upgrade.
    private static async Task GoThroughAsync(HttpClient http)
    {
        var queue = await UntilDoneAsync(() => http.PutAsync("/api/v1/queues/crm", Json("{}")));
        Assert.True(queue.IsSuccessStatusCode, await queue.Content.ReadAsStringAsync());
        using var page = await UntilDoneAsync(() => http.GetAsync("/login"));
        Assert.Contains("<html", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var stream = await UntilDoneAsync(() =>
        {
            var ask = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
            ask.Headers.Accept.ParseAdd("text/event-stream");
            return http.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead);
        });
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        using var made = await UntilDoneAsync(() =>
            http.PostAsync("/api/v1/items", Json("""{"queue":"crm","title":"by proxy"}"""))
        );
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var item = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (
                line.StartsWith("data: ", StringComparison.Ordinal)
                && line.Contains($"\"{item}\"", StringComparison.Ordinal)
            )
                return;
        }
        Assert.Fail("The stream ended before it told of the item.");
    }

    // A proxy that starts listens in a moment; a workspace that moves is away for one.
    private static async Task<HttpResponseMessage> UntilDoneAsync(Func<Task<HttpResponseMessage>> ask)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            var hasTime = Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60);
            try
            {
                var answer = await ask();
                if (
                    !hasTime
                    || answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
                )
                    return answer;
                answer.Dispose();
            }
            catch (HttpRequestException) when (hasTime)
            {
                // Nobody listens yet.
            }
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    // Names, secrets and a key, as an operator makes them.
    private string Prepare(string folder, TestNetwork network)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(
            Path.Combine(folder, "hosts"),
            [
                "127.0.0.1 localhost",
                $"{network.AddressOf(TestNetwork.Database)} db",
                .. Servers.Select(
                    (server, k) => $"{network.AddressOf(k)} {server} {string.Join(' ', _files.Aliases(server))}"
                ),
            ]
        );
        var secrets = Directory.CreateDirectory(Path.Combine(folder, "secrets")).FullName;
        var password = "0123456789abcdef";
        // The line of the file's own head, with its password.
        File.WriteAllText(
            Path.Combine(secrets, "storage-connection"),
            ConnectionLine()
                .Match(File.ReadAllText(Path.Combine(Deploy, "compose.yaml")))
                .Groups[1]
                .Value.Replace("%s", password, StringComparison.Ordinal)
        );
        using var access = AccessStore.Open(Path.Combine(folder, "server"), TimeProvider.System);
        return access
            .AddKey(access.AddPrincipal("Mia", PrincipalKind.Person, Roles.Manager, queues: null).Id, "Mia")
            .Text;
    }

    // In a place of its own: the names, /run/secrets, the environment, and the command of the Containerfile with its folder.
    private Task<ChildServer> StartAsync(string service, string folder, TestNetwork network)
    {
        var machine = Array.IndexOf(Servers, service);
        var place =
            $"mount --bind {folder}/hosts /etc/hosts && mount -t tmpfs none /run && cp -r {folder}/secrets /run/secrets && exec \"$@\"";
        return ChildServer.StartByAsync(
            [
                .. network.Enter(machine),
                "unshare",
                "-m",
                "sh",
                "-c",
                place,
                "sh",
                "env",
                .. _files
                    .Environment(service)
                    .Select(variable =>
                        $"{variable.Key}={variable.Value.Replace(Front, network.Range, StringComparison.Ordinal)}"
                    ),
            ],
            "http://0.0.0.0:5080",
            Path.Combine(folder, service),
            ["--Logging:LogLevel:Default=Error"]
        );
    }

    // Without a certificate, which nobody gives out here.
    private Process? StartProxy(string folder, TestNetwork network)
    {
        if (!File.Exists("/usr/bin/caddy"))
            return null;
        string[] command =
        [
            .. network.Enter(3),
            "unshare",
            "-m",
            "sh",
            "-c",
            $"mount --bind {folder}/hosts /etc/hosts && exec \"$@\"",
            "sh",
            "env",
            .. _files
                .Environment("proxy")
                .Select(variable => $"{variable.Key}={(variable.Key == "SITE" ? "http://" : "")}{variable.Value}"),
            $"HOME={folder}",
            "caddy",
            "run",
            "--adapter",
            "caddyfile",
            "--config",
            Path.Combine(Deploy, "Caddyfile"),
        ];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false });
    }

    private static Uri AddressOf(string service, TestNetwork network) =>
        service == "proxy"
            ? new Uri($"http://{network.AddressOf(3)}:80")
            : new Uri($"http://{network.AddressOf(Array.IndexOf(Servers, service))}:5080");

    [GeneratedRegex("printf '(Host=db;[^']*)'")]
    private static partial Regex ConnectionLine();
}
