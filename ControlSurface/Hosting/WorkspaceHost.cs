using ControlSurface.Core.Bulk;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;
using Microsoft.AspNetCore.Hosting.Server;

namespace ControlSurface.Hosting;

/// <summary>
/// One workspace whole, while it is open: its journal, engine, picture, feed, projector, fan-out, presence, outbox, bulk jobs and
/// limits, in an application of its own whose services know no other workspace.
/// </summary>
internal sealed class WorkspaceHost : IAsyncDisposable
{
    private readonly Lazy<Task> _told;
    private long? _drainedAt;

    private WorkspaceHost(ServerHost.Parts parts, WebApplication app, int restored)
    {
        _told = new Lazy<Task>(() => Task.Run(Tell));
        Parts = parts;
        App = app;
        Restored = restored;
    }

    internal ServerHost.Parts Parts { get; }

    internal WebApplication App { get; }

    /// <summary>How many principals the journal knew and the access store did not.</summary>
    internal int Restored { get; }

    /// <summary>Takes requests; null before the application has started.</summary>
    internal IRequestTarget? Target { get; set; }

    /// <summary>
    /// Whether nothing in it needs it open: no clock runs, nothing waits, no job is under way, nothing is owed to a webhook, and
    /// nobody is connected.
    /// </summary>
    internal bool IsIdle =>
        Parts.Engine.WaitingClaims == 0
        && Parts.Engine.Picture.Read(at =>
            at.NextDueAt is null && at.BulkJobs.All(job => job.State != BulkState.Running)
        )
        && App.Services.GetRequiredService<Access.OpenConnections>().Count == 0
        && App.Services.GetRequiredService<Outbox>().NextDue(static _ => false) is null;

    /// <summary>How long it has been seen to take nothing new; zero while it takes what comes.</summary>
    internal TimeSpan DrainedFor(TimeProvider clock)
    {
        if (!Parts.Engine.IsDraining)
            return TimeSpan.Zero;
        _drainedAt ??= clock.GetTimestamp();
        return clock.GetElapsedTime(_drainedAt.Value);
    }

    /// <summary>Opens a workspace that does not live with the process, and builds its application.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    /// <exception cref="JournalCorruptException">The journal does not check.</exception>
    internal static WorkspaceHost Open(ServerHost.Plan plan, WorkspaceEntry entry)
    {
        // The settings are the server's, which are read once: no file is watched for each workspace.
        var builder = SettingsReader.NewBuilder(
            plan.Options with
            {
                Settings = [.. plan.Options.Settings, "--hostBuilder:reloadConfigOnChange=false"],
            }
        );
        // Of several machines each holds its data folder, in which the first workspace lies.
        var folder = entry.IsFirst ? plan.Folder! : DataFolder.Open(entry.Folder, plan.Options.AcceptsOpenFolder);
        try
        {
            ProjectionFile.RefuseNewer(DataFolder.ProjectionFileIn(folder.Path));
            return Open(plan, entry, folder, builder, more: null);
        }
        catch
        {
            if (folder != plan.Folder)
                folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens journal and engine in a folder that is held, and builds the application.</summary>
    internal static WorkspaceHost Open(
        ServerHost.Plan plan,
        WorkspaceEntry entry,
        DataFolder folder,
        WebApplicationBuilder builder,
        Action<WebApplicationBuilder>? more
    )
    {
        SettingsReader.LeaveOutRequestLog(builder);
        SettingsReader.LeaveOutKeyNotice(builder);
        if (builder.Environment.IsProduction())
        {
            builder
                .Logging.AddFilter("Microsoft", LogLevel.Warning)
                .AddFilter("System", LogLevel.Warning)
                // Two lines for each call of a tool.
                .AddFilter("ModelContextProtocol", LogLevel.Warning);
        }
        IStorage? storage = null;
        Engine? engine = null;
        var reports = new EngineReports();
        try
        {
            storage = Storages.Open(plan.Settings.Storage, plan.PlaceOf(folder.Path));
            engine = Engine.Open(
                storage.Journal,
                plan.Clock,
                plan.Settings.ToEngine(why => plan.Lost(entry, why), reports.Tell) with
                {
                    AcceptClock = plan.Options.AcceptClock,
                    ProvedFor = plan.Workspaces.Keeper.Placement.IsShared ? Cluster.ClusterPlacement.Proved : null,
                }
            );
            var restored = entry.Access.Restore(engine.Picture.Read(at => at.Principals.ToList())).Count;
            var parts = new ServerHost.Parts(builder, plan, entry, folder, storage, engine);
            var app = ServerHost.Build(parts, more);
            reports.TellTo(app.Services.GetRequiredService<ILogger<Engine>>());
            var host = new WorkspaceHost(parts, app, restored);
            if (entry.LivesWithProcess)
            {
                entry.Opened(host);
                // Telemetry belongs to the first workspace and is created before that workspace's host, so it must follow it here.
                app.Services.GetRequiredService<Telemetry>().Follow(host);
            }
            return host;
        }
        catch
        {
            // Before the journal that it writes to: a mark each second would else meet a closed one.
#pragma warning disable RS0030 // Opening failed, on a thread that has nothing else to do.
            engine?.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
            storage?.Dispose();
            throw;
        }
    }

    /// <summary>Starts the application of a workspace that does not live with the process, and so does not start with it.</summary>
    internal async Task StartAsync()
    {
        await App.StartAsync().ConfigureAwait(false);
        Target = ((WorkspaceServer)App.Services.GetRequiredService<IServer>()).Target;
    }

    /// <summary>Takes nothing new, and tells whoever is within that it stops: connections end, and what waits is answered.</summary>
    internal void BeginStop()
    {
        Parts.Engine.Drain();
        // The framework waits up to five seconds for connections whose other side does not answer, on the thread that asks.
        _ = _told.Value;
    }

    /// <summary>
    /// Writes what was accepted and lets go of the journal: from now on another process may open it. What is within reads from memory, until
    /// it is disposed.
    /// </summary>
    internal Task LetGoAsync()
    {
        BeginStop();
        return Parts.Engine.DisposeAsync().AsTask();
    }

    private void Tell()
    {
        try
        {
            App.Lifetime.StopApplication();
        }
        catch (ObjectDisposedException)
        {
            // It was closed this instant.
        }
    }

    /// <summary>Ends what runs in it, then closes its files: they are free for the next one, whatever fails.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            try
            {
                if (!Parts.Entry.LivesWithProcess)
                    await App.StopAsync().ConfigureAwait(false);
            }
            finally
            {
                await App.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            try
            {
                await Parts.Engine.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                Parts.Storage.Dispose();
                if (Parts.Folder != Parts.Plan.Folder)
                    Parts.Folder.Dispose();
            }
        }
    }
}
