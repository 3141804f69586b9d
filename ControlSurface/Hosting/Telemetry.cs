using System.Diagnostics.Metrics;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using OpenTelemetry.Metrics;

namespace ControlSurface.Hosting;

/// <summary>What operators see at <c>/metrics</c>: names <c>controlsurface_…</c>, queues and states as labels, never an id.</summary>
internal sealed class Telemetry : IDisposable
{
    internal const string MeterName = "controlsurface";
    private const int MostQueues = 200;
    private readonly Meter _meter = new(MeterName);
    private readonly Engine _engine;

    public Telemetry(Engine engine, LiveFeed feed, OpenConnections connections)
    {
        _engine = engine;
        var figures = engine.Figures;
        Counter("controlsurface.commands", () => figures.Commands, "Commands decided.");
        Counter("controlsurface.refusals", () => figures.Refusals, "Commands refused.");
        Counter("controlsurface.replays", () => figures.Replays, "Requests answered from their idempotency key.");
        Counter("controlsurface.engine.batches", () => figures.Batches, "Batches made durable.");
        Counter("controlsurface.journal.events", () => figures.Events, "Events made durable.");
        Counter(
            "controlsurface.journal.refused.writes",
            () => figures.RefusedWrites,
            "Batches that the journal refused."
        );
        Gauge("controlsurface.journal.seq", () => engine.Picture.Seq, "Seq of the last committed event.");
        Gauge("controlsurface.journal.writable", () => engine.IsWritable ? 1 : 0, "1 while the journal takes writes.");
        Counter("controlsurface.rule.faults", () => figures.Faults, "Requests that a rule failed on.");
        Gauge(
            "controlsurface.clock.ahead",
            () => (long)engine.AheadOfWall.TotalSeconds,
            "Seconds by which the journal's time is ahead of the machine's clock."
        );
        Gauge("controlsurface.claims.waiting", () => engine.WaitingClaims, "Claims that wait for something to claim.");
        Gauge("controlsurface.live.listeners", () => feed.Count, "Hub subscriptions and streams.");
        Gauge(
            "controlsurface.live.connections",
            () => connections.Count,
            "Open hub connections, streams and circuits."
        );
        Gauge(
            "controlsurface.locks",
            () => engine.Picture.Read(at => at.LockCount),
            "Targets that are locked or held."
        );
        Gauge(
            "controlsurface.lock.waits",
            () => engine.Picture.Read(at => at.LockWaitCount),
            "Targets that somebody waits for, once for each who waits."
        );
        Gauge("controlsurface.items.in.memory", () => engine.Picture.Read(at => at.ItemCount), "Items in memory.");
        _meter.CreateObservableGauge("controlsurface.queue.items", Items, description: "Items by queue and state.");
        var append = _meter.CreateHistogram<double>(
            "controlsurface.journal.append",
            "s",
            "Time to make a batch durable."
        );
        var size = _meter.CreateHistogram<int>("controlsurface.engine.batch.events", description: "Events in a batch.");
        figures.OnAppended = (took, events) =>
        {
            append.Record(took.TotalSeconds);
            size.Record(events);
        };
    }

    public void Dispose() => _meter.Dispose();

    private void Counter(string name, Func<long> read, string what) =>
        _meter.CreateObservableCounter(name, read, description: what);

    private void Gauge(string name, Func<long> read, string what) =>
        _meter.CreateObservableGauge(name, read, description: what);

    private List<Measurement<int>> Items() =>
        _engine.Picture.Read(at =>
            (
                from queue in at.Queues.Take(MostQueues)
                from state in Enum.GetValues<ItemState>()
                select new Measurement<int>(
                    queue.CountOf(state),
                    new("queue", queue.Queue.Name),
                    new KeyValuePair<string, object?>("state", WireNames.Of(state))
                )
            ).ToList()
        );
}

internal static class TelemetrySetup
{
    internal static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<Telemetry>();
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(Telemetry.MeterName)
                    .AddMeter("Microsoft.AspNetCore.Components.Server.Circuits")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter()
            );
    }

    /// <summary>For a key, somebody signed in, or a program on this machine.</summary>
    internal static void MapMetrics(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<Telemetry>();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Entrances.LocalPolicy).IsForPrograms();
    }
}
