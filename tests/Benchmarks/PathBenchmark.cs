using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>
/// What a request costs beside its own work, without a socket: knowing the key, counting it, and the way through the server to an endpoint that does
/// nothing. One thread in one process; of many short rounds the quickest, so that other programs on the machine show little.
/// </summary>
internal static class PathBenchmark
{
    private const int Rounds = 300;
    private const int InRound = 500;

    internal static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("controlsurface-bench-").FullName;
        try
        {
            MeasureAsync(folder).GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder)
    {
        await using var server = Server.Open(
            new ServeOptions("http://127.0.0.1:0", folder, Demo: false, ServerProcess.NoLimit),
            TimeProvider.System
        );
        await server.App.StartAsync();
        var agent = server.Access.AddPrincipal("agent", PrincipalKind.Agent, Roles.Agent, queues: null);
        var key = server.Access.AddKey(agent.Id, "agent", queues: null).Text;
        var keys = server.App.Services.GetRequiredService<IKeyVerifier>();
        var limits = new Limits(
            new LimitOptions { RequestsPerSecond = 1_000_000, RequestBurst = 1_000_000_000 },
            TimeProvider.System
        );
        await keys.VerifyAsync(key);
        Say("authenticate", () => keys.Verify(key));
        Say("limits", () => limits.OnRequest(agent.Id));
        var target = server.Workspaces.First.Host!.Target!;
        Say("the way to GET /healthz", () => Request(target, "/healthz", key));
        // Without a key, so that it ends at the first step: its endpoint is found among all, as a command's is.
        Say("the way to POST /api/v1/items, refused at its first step", () => Request(target, "/api/v1/items", "none"));
        await BytesAsync(server, key);
        await server.App.StopAsync();
    }

    // By a socket of as few allocations as can be: what is counted is the server's, on all of its threads.
    private static async Task BytesAsync(Server server, string key)
    {
        var manager = server.Access.AddPrincipal("manager", PrincipalKind.Person, Roles.Manager, queues: null);
        using (
            var setUp = new LeanClient(server.Address, server.Access.AddKey(manager.Id, "manager", queues: null).Text)
        )
            await setUp.PutAsync(
                "queues/bench",
                """{"maxQuietRenewals":86000,"leaseSeconds":86400,"maxLifetimeSeconds":864000}"""
            );
        using var http = new LeanClient(server.Address, key);
        await http.PostAsync("items", """{"queue":"bench","title":"A lease to renew"}""", "create");
        await http.PostAsync("items/W-1/claim", "{}", "claim");
        var lease = (await http.GetAsync("/api/v1/leases/L-1")).ToArray();
        var token = System.Text.Json.JsonElement.Parse(lease).GetProperty("lease").GetProperty("token").GetInt64();
        string Body(int k) =>
            string.Create(CultureInfo.InvariantCulture, $$$"""{"token":{{{token}}},"progress":{"step":"{{{k}}}"}}""");
        foreach (var query in (string[])["?dryRun=true", ""])
        {
            var what = query.Length > 0 ? "tried alone" : "durable, with a key";
            string KeyOf(int k, string way) =>
                query.Length > 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{way}{k}");
            for (var round = 0; round < 3; round++)
            {
                var at = round * Commands;
                await SayBytesAsync(
                    server,
                    $"a renewal by a request, {what}",
                    "",
                    k => Request(key, query, Body(at + k), KeyOf(at + k, "r")),
                    isLast: round == 2
                );
                await SayBytesAsync(
                    server,
                    $"a renewal by a line, {what}",
                    "POST /api/v1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                        + key
                        + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
                    k => Chunk(k, query, Body(at + k), KeyOf(at + k, "l")),
                    isLast: round == 2
                );
            }
        }
    }

    private const int Commands = 20_000;
    private static ReadOnlySpan<byte> Status => "HTTP/1.1 200"u8;

    // Ends of lines: those of the chunks around them, which may begin anywhere, follow a carriage return. The first byte was looked at before.
    private static int Lines(ReadOnlySpan<byte> bytes) =>
        bytes.Count((byte)'\n') - bytes.Count("\r\n"u8) - (bytes[0] == '\n' ? 1 : 0);

    private static string Request(string key, string query, string body, string idempotencyKey) =>
        $"POST /api/v1/leases/L-1/renew{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        + (idempotencyKey.Length > 0 ? $"Idempotency-Key: {idempotencyKey}\r\n" : "")
        + string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n{body}");

    private static string Chunk(int id, string query, string body, string key)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"id\":{id},\"method\":\"POST\",\"path\":\"/leases/L-1/renew{query}\",{(key.Length > 0 ? $"\"key\":\"{key}\"," : "")}\"body\":{body}}}\n"
        );
        return line.Length.ToString("X", CultureInfo.InvariantCulture) + "\r\n" + line + "\r\n";
    }

    private static async Task SayBytesAsync(Server server, string what, string head, Func<int, string> one, bool isLast)
    {
        var all = Encoding.ASCII.GetBytes(head + string.Concat(Enumerable.Range(0, Commands).Select(one)));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var sending = Task.Run(async () =>
        {
            for (var sent = 0; sent < all.Length; )
                sent += await socket.SendAsync(all.AsMemory(sent, Math.Min(8_192, all.Length - sent)));
        });
        var buffer = new byte[256 * 1024];
        var (have, count) = (0, 0);
        while (count < Commands)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0)
                throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, have));
            have += read;
            count += head.Length == 0 ? buffer.AsSpan(0, have).Count(Status) : Lines(buffer.AsSpan(0, have));
            // What may be the beginning of the next stays.
            var keep = head.Length == 0 ? Math.Min(have, Status.Length - 1) : 1;
            buffer.AsSpan(have - keep, keep).CopyTo(buffer);
            have = keep;
        }
        await sending;
        var bytes = (GC.GetTotalAllocatedBytes(precise: true) - before) / Commands;
        if (isLast) // The rounds before were until the code is compiled for good.
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"path: {what}: {bytes:N0} bytes"));
    }

    private static void Request(IRequestTarget target, string path, string key)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(
            new HttpRequestFeature
            {
                Method = path == "/healthz" ? "GET" : "POST",
                Path = path,
                Protocol = "HTTP/1.1",
                Scheme = "http",
                Headers = new HeaderDictionary { ["Host"] = "127.0.0.1", ["Authorization"] = "Bearer " + key },
            }
        );
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        var context = target.Create(features);
        var task = target.ProcessAsync(context);
        if (!task.IsCompletedSuccessfully)
            throw new InvalidOperationException(
                "It went on elsewhere: what it costs there is not counted.",
                task.Exception
            );
        target.Dispose(context, failure: null);
    }

    private static void Say(string what, Action once)
    {
        for (var k = 0; k < 50_000; k++) // until it is compiled for good
            once();
        var took = double.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var k = 0; k < InRound; k++)
                once();
            took = Math.Min(took, Stopwatch.GetElapsedTime(started).TotalNanoseconds / InRound);
        }
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (Rounds * InRound);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"path: {what}: {took:N0} ns, {bytes:N0} bytes"));
    }
}
