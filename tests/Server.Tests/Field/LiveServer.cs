using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Api;
using Host = ControlSurface.Hosting.Server;

namespace Server.Tests.Field;

/// <summary>What measures time or takes both cores runs by itself, after the rest.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>
/// The whole server on a real socket and a real SQLite folder, in this process, that can be stopped and opened again.
/// </summary>
internal sealed class LiveServer : IAsyncDisposable
{
    internal static readonly DateTimeOffset T0 = new(2030, 1, 31, 9, 0, 0, TimeSpan.Zero);
    private readonly string[] _settings;
    private readonly bool _keepsFolder;
    private Host? _host;

    private LiveServer(string folder, TimeProvider clock, string[] settings, bool keepsFolder)
    {
        Folder = folder;
        Time = clock;
        _settings = settings;
        _keepsFolder = keepsFolder;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
        {
            Timeout = TimeSpan.FromSeconds(100),
        };
    }

    internal string Folder { get; }
    internal TimeProvider Time { get; }
    internal FakeTimeProvider Clock => (FakeTimeProvider)Time;
    internal HttpClient Http { get; }
    internal Host Host => _host!;
    internal Uri Address => Host.Address;

    /// <summary>Opens it with a clock that only tests move, unless told otherwise.</summary>
    internal static async Task<LiveServer> OpenAsync(
        TimeProvider? clock = null,
        string? folder = null,
        params string[] settings
    )
    {
        var server = new LiveServer(
            folder ?? NewFolder(),
            clock ?? new FakeTimeProvider(T0),
            ["--Logging:LogLevel:Default=Critical", .. settings],
            folder is not null
        );
        await server.StartAsync();
        return server;
    }

    internal static string NewFolder() =>
        Path.Combine(Path.GetTempPath(), "controlsurface-" + Path.GetRandomFileName());

    internal async Task StartAsync()
    {
        _host = Host.Open(new ServeOptions("http://127.0.0.1:0", Folder, Demo: false, _settings), Time);
        await _host.App.StartAsync();
    }

    internal async Task StopAsync()
    {
        await _host!.App.StopAsync();
        await _host.DisposeAsync();
        _host = null;
    }

    /// <summary>Somebody with a key, as the command line would add them.</summary>
    internal async Task<TestCaller> AddAsync(
        string name,
        Roles roles,
        IReadOnlyList<string>? queues = null,
        IReadOnlyList<string>? keyQueues = null
    )
    {
        var kind = roles == Roles.Agent ? PrincipalKind.Agent : PrincipalKind.Person;
        var principal = Host.Access.AddPrincipal(name, kind, roles, queues);
        // Written before the test goes on: what it counts is its own.
        await Host.App.Services.GetRequiredService<PrincipalSync>().EnsureAsync(principal);
        return new TestCaller(this, principal, Host.Access.AddKey(principal.Id, name, keyQueues).Text);
    }

    /// <summary>A manager, two agents and somebody of support, with a queue <c>crm</c>.</summary>
    internal async Task<(TestCaller Mia, TestCaller Bot, TestCaller Bob, TestCaller Sue)> StaffAsync(
        object? policy = null
    )
    {
        var mia = await AddAsync("Mia", Roles.Manager);
        (await mia.PutAsync("/queues/crm", policy ?? new { })).Is(201);
        return (
            mia,
            await AddAsync("bot", Roles.Agent),
            await AddAsync("bob", Roles.Agent),
            await AddAsync("Sue", Roles.Support)
        );
    }

    internal void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_host is not null)
            await StopAsync();
        if (!_keepsFolder && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Somebody who calls over HTTP.</summary>
internal sealed class TestCaller(LiveServer server, Principal principal, string key)
{
    internal Principal Principal => principal;
    internal string Key => key;
    internal string Id => principal.Id.Text;

    internal Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null, idempotencyKey: null);

    internal Task<Answer> PutAsync(string path, object body) =>
        SendAsync(HttpMethod.Put, path, body, idempotencyKey: null);

    internal Task<Answer> PatchAsync(string path, object body) =>
        SendAsync(HttpMethod.Patch, path, body, idempotencyKey: null);

    internal Task<Answer> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey);

    internal async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        object? body,
        string? idempotencyKey,
        CancellationToken waiting = default
    )
    {
        using var request = Request(method, path);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using var response = await server.Http.SendAsync(request, waiting);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(waiting),
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    /// <summary>A new item in a queue; its id.</summary>
    internal async Task<string> CreateAsync(string title = "Call Ann", string queue = "crm") =>
        (await PostAsync("/items", new { queue, title })).Is(201)["id"].GetString()!;

    /// <summary>Claims an item and starts it.</summary>
    internal async Task<Held> HoldAsync(string item, string? run = null, int? leaseSeconds = null)
    {
        var held = await ClaimAsync(item, run, leaseSeconds);
        (await held.DoAsync("start")).Is(200);
        return held;
    }

    internal async Task<Held> ClaimAsync(string item, string? run = null, int? leaseSeconds = null) =>
        Held.From(this, (await PostAsync($"/items/{item}/claim", new { run, leaseSeconds })).Is(200));

    internal async Task<string> StateOfAsync(string item) =>
        (await GetAsync($"/items/{item}")).Is(200)["state"].GetString()!;

    /// <summary>Everything that was written after a seq.</summary>
    internal async Task<List<JsonElement>> EventsAsync(long after = 0)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            var page = (await GetAsync($"/events?limit=500&after={after}")).Is(200);
            if (page["next"].GetInt64() == after)
                return all;
            all.AddRange(page["events"].EnumerateArray());
            after = page["next"].GetInt64();
        }
    }

    internal async Task<long> SeqAsync() => (await GetAsync("/me")).Is(200)["seq"].GetInt64();

    internal Task<EventReader> StreamAsync(long after, CancellationToken waiting = default) =>
        StreamAsync(after, "", waiting);

    internal async Task<EventReader> StreamAsync(long after, string query, CancellationToken waiting)
    {
        using var request = Request(HttpMethod.Get, "/events" + query);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.TryAddWithoutValidation(
            "Last-Event-ID",
            after.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, waiting);
        response.EnsureSuccessStatusCode();
        return new EventReader(response, await response.Content.ReadAsStreamAsync(waiting));
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(server.Address, "/api/v1" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}

/// <summary>A lease and who holds it.</summary>
internal sealed record Held(TestCaller Holder, string Item, string Lease, long Token, string? Run)
{
    internal static Held From(TestCaller holder, Answer grant) =>
        new(
            holder,
            grant["item.id"].GetString()!,
            grant["lease.id"].GetString()!,
            grant["lease.token"].GetInt64(),
            grant["lease.holder.run"].GetString()
        );

    /// <summary>A call under the lease, with what else it says.</summary>
    internal Task<Answer> DoAsync(string verb, object? more = null, string? idempotencyKey = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["token"] = Token;
        body["run"] = Run;
        return Holder.PostAsync($"/leases/{Lease}/{verb}", body, idempotencyKey);
    }
}

/// <summary>One event stream, event by event.</summary>
internal sealed class EventReader(HttpResponseMessage response, Stream body) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly StreamReader _lines = new(body, Encoding.UTF8);

    /// <summary>The next event; null once the stream has ended, however it did.</summary>
    internal async Task<JsonElement?> NextAsync()
    {
        long? id = null;
        while (true)
        {
            string? line;
            try
            {
                line = await _lines.ReadLineAsync().WaitAsync(Patience);
            }
            catch (Exception ended) when (ended is IOException or HttpRequestException)
            {
                return null;
            }
            if (line is null)
                return null;
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var data = JsonElement.Parse(line[6..]);
            Assert.Equal(id, data.GetProperty("seq").GetInt64());
            return data;
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        response.Dispose();
    }
}
