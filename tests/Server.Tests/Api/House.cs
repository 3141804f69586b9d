using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Webhooks;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Server.Tests.Api;

/// <summary>The API on a real engine and a real socket, with a journal in memory and a clock that tests move.</summary>
internal sealed class House : IAsyncDisposable, IKeyVerifier, ControlSurface.Access.ICredentials, IAccess, IWebhooks
{
    private readonly Dictionary<string, ControlSurface.Api.VerifiedKey> _keys = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private int _lastPrincipal;

    private House(WebApplication app, InMemoryJournal journal, Engine engine, FakeTimeProvider clock)
    {
        _app = app;
        Journal = journal;
        Engine = engine;
        Clock = clock;
    }

    internal static readonly DateTimeOffset T0 = new(2030, 1, 31, 9, 0, 0, TimeSpan.Zero);

    internal InMemoryJournal Journal { get; }
    internal Engine Engine { get; }
    internal FakeTimeProvider Clock { get; }
    internal Uri Address { get; private set; } = null!; // Set by OpenAsync, which alone makes a house.

    internal WebApplication App => _app;

    /// <param name="watch">Stands between the API and the journal; null for nothing.</param>
    /// <param name="entrance">Comes before every endpoint; null for nothing.</param>
    internal static async Task<House> OpenAsync(
        EngineOptions? options = null,
        LimitOptions? limits = null,
        Func<IJournal, IJournal>? watch = null,
        Func<RequestDelegate, RequestDelegate>? entrance = null
    )
    {
        var clock = new FakeTimeProvider(T0);
        var journal = new InMemoryJournal();
        var engine = Engine.Open(journal, clock, options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        House house = null!; // Keys are asked for only once requests come, which is after it is made.
        builder.Services.AddSingleton(engine);
        builder.Services.AddSingleton<IJournal>(watch?.Invoke(journal) ?? journal);
        builder.Services.AddSingleton<IProjections, NoProjections>();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IKeyVerifier>(_ => house);
        builder.Services.AddSingleton<IAccess>(_ => house);
        builder.Services.AddSingleton<ControlSurface.Access.ICredentials>(_ => house);
        builder.Services.AddSingleton<OpenConnections>();
        builder.Services.AddHostedService(s => s.GetRequiredService<OpenConnections>());
        builder.Services.AddSingleton(new Limits(limits ?? new LimitOptions(), clock));
        builder.Services.AddSingleton<IWebhooks>(_ => house);
        builder.Services.AddSingleton<ControlSurface.Live.IOwnWorkspace, OnlyWorkspace>();
        builder.Services.AddRouting();
        builder.Services.AddSingleton(new ActionPermits(new byte[ActionPermits.SecretLength])).AddApi();
        var app = builder.Build();
        house = new House(app, journal, engine, clock);
        if (entrance is not null)
            app.Use(entrance);
        app.MapApi();
        await app.StartAsync();
        var server = app.Services.GetRequiredService<IServer>();
        house.Address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return house;
    }

    // Keys of a house are good for as long as it stands: nothing is ever said to change.
    public event EventHandler<AccessChangedEventArgs>? Changed
    {
        add { }
        remove { }
    }

    public CredentialStanding StandingOf(Credential credential) => new(Over: null, Principal: null);

    public IReadOnlyList<ControlSurface.Access.SessionView> Sessions(PrincipalId of) => [];

    public ControlSurface.Api.VerifiedKey? Verify(string key)
    {
        lock (_keys)
            return _keys.GetValueOrDefault(key);
    }

    public IReadOnlyList<KeyRecord> Keys(PrincipalId? of) =>
        [new KeyRecord(1, new PrincipalId(2), "laptop", null, "cs_person_abcd", "wxyz", T0, null, null, null)];

    public string SecretOf(Webhook webhook) => "whsec_";

    public (IReadOnlyList<Delivery> Page, int Total) Deliveries(
        string webhook,
        string? state,
        long? before,
        int limit
    ) => ([], 0);

    public int RedeliverFailed(Webhook webhook) => 0;

    /// <summary>How events are sent once more; a test may take its time.</summary>
    internal Func<CancellationToken, Task<int>> Redelivers { get; set; } = _ => Task.FromResult(0);

    public Task<int> RedeliverAsync(Webhook webhook, long from, long to, CancellationToken abandoned) =>
        Redelivers(abandoned);

    public async Task<(Outcome Outcome, string? Key)> ApplyAsync(Request request, Credential? credential) =>
        (await Engine.SendAsync(request), null);

    /// <summary>Somebody with a key.</summary>
    internal async Task<Caller> PersonAsync(
        string name,
        Roles roles,
        PrincipalKind? kind = null,
        IReadOnlyList<string>? queues = null,
        IReadOnlyList<string>? keyQueues = null
    )
    {
        var principal = new Principal(
            new PrincipalId(++_lastPrincipal),
            name,
            kind ?? (roles == Roles.Agent ? PrincipalKind.Agent : PrincipalKind.Person),
            roles,
            queues,
            PrincipalState.Active
        );
        await SyncAsync(principal);
        var key = "key-of-" + name;
        lock (_keys)
            _keys[key] = new ControlSurface.Api.VerifiedKey(principal, keyQueues);
        return new Caller(this, principal, key);
    }

    internal Task SyncAsync(Principal principal) =>
        Engine.SendAsync(
            new Request(new PrincipalCommand.Sync(principal), ControlSurface.Core.Vocabulary.Caller.System)
        );

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Engine.DisposeAsync();
        Journal.Dispose();
    }

    /// <summary>Somebody who calls over HTTP.</summary>
    internal sealed class Caller(House house, Principal principal, string? key)
    {
        internal Principal Principal => principal;
        internal string? Key => key;

        internal Task<Answer> GetAsync(string path) => SendAsync("GET", path, body: null);

        internal Task<Answer> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
            SendAsync("POST", path, body, idempotencyKey);

        internal async Task<Answer> SendAsync(
            string method,
            string path,
            object? body,
            string? idempotencyKey = null,
            Action<HttpRequestMessage>? change = null
        )
        {
            using var client = new HttpClient { BaseAddress = house.Address };
            using var request = new HttpRequestMessage(
                new HttpMethod(method),
                path.StartsWith("/api", StringComparison.Ordinal) ? path : "/api/v1" + path
            );
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (body is not null)
            {
                var text = body as string ?? JsonSerializer.Serialize(body);
                request.Content = new StringContent(text, Encoding.UTF8, "application/json");
            }
            if (idempotencyKey is not null)
                request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
            change?.Invoke(request);
            using var response = await client.SendAsync(request);
            return new Answer(
                response.StatusCode,
                await response.Content.ReadAsStringAsync(),
                response
                    .Headers.Concat(response.Content.Headers)
                    .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase)
            );
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    internal JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The member at a path of names, as in <c>lease.id</c>.</summary>
    internal JsonElement this[string path]
    {
        get
        {
            var at = Json;
            foreach (var name in path.Split('.'))
                at = int.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var index)
                    ? at[index]
                    : at.GetProperty(name);
            return at;
        }
    }

    internal string? Code => Json.GetProperty("code").GetString();

    /// <summary>Fails with what was said where the status is another.</summary>
    internal Answer Is(int status)
    {
        Assert.True((int)Status == status, $"expected {status}, got {(int)Status}: {Text}");
        return this;
    }

    internal Answer IsRefused(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", Headers["Content-Type"]);
        Assert.Equal(code, Code);
        return this;
    }
}
