using System.Diagnostics.Metrics;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Live;
using OpenTelemetry.Metrics;

namespace ControlSurface.Hosting;

/// <summary>
/// What operators see at <c>/metrics</c>: names <c>controlsurface_…</c>, workspaces, queues and states as labels, never an id. One
/// for the process: it reads the figures of each workspace that is open.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    // A reader collects from every meter of a name in the process, and the last value of a gauge wins: where several servers run in
    // one process, as in tests, each needs a name of its own, or it shows the figures of another.
    private static int _made;

    /// <summary>The label with the name of a workspace.</summary>
    internal const string Label = "workspace";
    private const int MostQueues = 200;

    // A flush takes tenths of a millisecond, and seconds where the disk is ill.
    private static readonly double[] Seconds =
    [
        0.0001,
        0.0002,
        0.0005,
        0.001,
        0.002,
        0.005,
        0.01,
        0.02,
        0.05,
        0.1,
        0.5,
        2,
        10,
    ];

    private readonly Meter _meter = new(
        Interlocked.Increment(ref _made) is var number && number == 1 ? "controlsurface" : $"controlsurface.{number}"
    );
    private readonly Workspaces _workspaces;
    private readonly Histogram<double> _append;
    private readonly Histogram<int> _size;

    public Telemetry(Workspaces workspaces)
    {
        _workspaces = workspaces;
        Counter("controlsurface.commands", engine => engine.Figures.Commands, "Commands decided.");
        Counter("controlsurface.refusals", engine => engine.Figures.Refusals, "Commands refused.");
        Counter(
            "controlsurface.replays",
            engine => engine.Figures.Replays,
            "Requests answered from their idempotency key."
        );
        Counter("controlsurface.engine.batches", engine => engine.Figures.Batches, "Batches made durable.");
        Counter("controlsurface.journal.events", engine => engine.Figures.Events, "Events made durable.");
        Counter(
            "controlsurface.journal.refused.writes",
            engine => engine.Figures.RefusedWrites,
            "Batches that the journal refused."
        );
        Gauge("controlsurface.journal.seq", engine => engine.Picture.Seq, "Seq of the last committed event.");
        Gauge(
            "controlsurface.journal.writable",
            engine => engine.IsWritable ? 1 : 0,
            "1 while the journal takes writes."
        );
        Counter("controlsurface.rule.faults", engine => engine.Figures.Faults, "Requests that a rule failed on.");
        Gauge(
            "controlsurface.clock.ahead",
            engine => (long)engine.AheadOfWall.TotalSeconds,
            "Seconds by which the journal's time is ahead of the machine's clock."
        );
        Gauge(
            "controlsurface.claims.waiting",
            engine => engine.WaitingClaims,
            "Claims that wait for something to claim."
        );
        Gauge("controlsurface.live.listeners", Of<LiveFeed>(feed => feed.Count), "Hub subscriptions and streams.");
        Gauge(
            "controlsurface.live.connections",
            Of<OpenConnections>(connections => connections.Count),
            "Open hub connections, streams and circuits."
        );
        Gauge(
            "controlsurface.locks",
            engine => engine.Picture.Read(at => at.LockCount),
            "Targets that are locked or held."
        );
        Gauge(
            "controlsurface.lock.waits",
            engine => engine.Picture.Read(at => at.LockWaitCount),
            "Targets that somebody waits for, once for each who waits."
        );
        Gauge("controlsurface.items.in.memory", engine => engine.Picture.Read(at => at.ItemCount), "Items in memory.");
        _meter.CreateObservableGauge(
            "controlsurface.workspaces",
            () => workspaces.All.Count(entry => entry.Host is not null),
            description: "Workspaces that are open."
        );
        _meter.CreateObservableGauge("controlsurface.queue.items", Items, description: "Items by queue and state.");
        (_append, _size) = Histograms(_meter);
        foreach (var host in Open())
            Follow(host);
    }

    private static (Histogram<double> Append, Histogram<int> Size) Histograms(Meter meter) =>
        (
            meter.CreateHistogram<double>(
                "controlsurface.journal.append",
                "s",
                "Time to make a batch durable.",
                tags: null,
                new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
            ),
            meter.CreateHistogram<int>(
                "controlsurface.engine.batch.events",
                unit: null,
                "Events in a batch.",
                tags: null,
                new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] }
            )
        );

    /// <summary>Measures the writes of a workspace from now on.</summary>
    internal void Follow(WorkspaceHost host)
    {
        var label = LabelOf(host);
        host.Parts.Engine.Figures.OnAppended = (took, events) =>
        {
            _append.Record(took.TotalSeconds, label);
            _size.Record(events, label);
        };
    }

    /// <summary>The name by which a reader collects these figures: <c>controlsurface</c> for the one server of a process.</summary>
    internal string MeterName => _meter.Name;

    public void Dispose() => _meter.Dispose();

    private void Counter(string name, Func<Engine, long> read, string what) =>
        _meter.CreateObservableCounter(name, () => Measure(host => read(host.Parts.Engine)), description: what);

    private void Gauge(string name, Func<Engine, long> read, string what) =>
        Gauge(name, (WorkspaceHost host) => read(host.Parts.Engine), what);

    private void Gauge(string name, Func<WorkspaceHost, long> read, string what) =>
        _meter.CreateObservableGauge(name, () => Measure(read), description: what);

    private static Func<WorkspaceHost, long> Of<TService>(Func<TService, int> read)
        where TService : notnull => host => read(host.App.Services.GetRequiredService<TService>());

    private IEnumerable<WorkspaceHost> Open() => _workspaces.All.Select(entry => entry.Host).OfType<WorkspaceHost>();

    private static KeyValuePair<string, object?> LabelOf(WorkspaceHost host) => new(Label, host.Parts.Entry.Name);

    private List<Measurement<long>> Measure(Func<WorkspaceHost, long> read)
    {
        var found = new List<Measurement<long>>();
        foreach (var host in Open())
        {
            try
            {
                found.Add(new Measurement<long>(read(host), LabelOf(host)));
            }
            catch (ObjectDisposedException)
            {
                // Closed since: it has no figures any more.
            }
        }
        return found;
    }

    private List<Measurement<int>> Items() =>
        [
            .. from host in Open()
            from found in host.Parts.Engine.Picture.Read(at =>
                (
                    from queue in at.Queues.Take(MostQueues)
                    from state in Enum.GetValues<ItemState>()
                    select (Count: queue.CountOf(state), queue.Queue.Name, State: state)
                ).ToList()
            )
            select new Measurement<int>(
                found.Count,
                LabelOf(host),
                new KeyValuePair<string, object?>("queue", found.Name),
                new KeyValuePair<string, object?>("state", WireNames.Of(found.State))
            ),
        ];
}

/// <summary>The one reader of all figures, and what it takes them from.</summary>
internal sealed record Meters(MeterProvider Provider, Telemetry Telemetry);

internal static class TelemetrySetup
{
    /// <summary>The application that lives as long as the process measures for all.</summary>
    internal static void AddTelemetry(this IServiceCollection services, WorkspaceEntry own)
    {
        if (!own.LivesWithProcess)
            return;
        services.AddMeters();
    }

    /// <summary>Measures all workspaces of the process.</summary>
    internal static void AddMeters(this IServiceCollection services)
    {
        services.AddSingleton<Telemetry>();
        services.ConfigureOpenTelemetryMeterProvider(
            (made, metrics) => metrics.AddMeter(made.GetRequiredService<Telemetry>().MeterName)
        );
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter("Microsoft.AspNetCore.Components.Server.Circuits")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter()
            );
    }

    /// <summary>
    /// For a key, somebody signed in, or a program on this machine; only the last sees the figures of every workspace.
    /// </summary>
    internal static void MapMetrics(this WebApplication app, WorkspaceEntry own, Workspaces workspaces)
    {
        workspaces.Meters ??= new Meters(
            app.Services.GetRequiredService<MeterProvider>(),
            app.Services.GetRequiredService<Telemetry>()
        );
        app.MapPrometheusScrapingEndpoint(
                "/metrics",
                workspaces.Meters.Provider,
                branch => branch.Use((http, next) => ShowOwnAsync(http, next, own)),
                optionsName: null
            )
            .RequireAuthorization(EndpointMarks.LocalPolicy)
            .IsForPrograms();
    }

    // Nobody sees a figure of a workspace to which they do not belong.
    private static async Task ShowOwnAsync(HttpContext http, RequestDelegate next, WorkspaceEntry own)
    {
        if (http.User.Identity?.IsAuthenticated != true)
        {
            await next(http);
            return;
        }
        var body = http.Response.Body;
        using var whole = new MemoryStream();
        http.Response.Body = whole;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }
        var ownLabel = $"{Telemetry.Label}=\"{own.Name}\"";
        var shown = System.Text.Encoding.UTF8.GetBytes(
            string.Join(
                '\n',
                System
                    .Text.Encoding.UTF8.GetString(whole.GetBuffer(), 0, (int)whole.Length)
                    .Split('\n')
                    .Where(line =>
                        !line.Contains(Telemetry.Label + "=\"", StringComparison.Ordinal)
                        || line.Contains(ownLabel, StringComparison.Ordinal)
                    )
            )
        );
        http.Response.ContentLength = shown.Length;
        await body.WriteAsync(shown);
    }
}
