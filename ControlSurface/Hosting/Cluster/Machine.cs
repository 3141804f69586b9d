using System.Globalization;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Commands;
using ControlSurface.Live;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Yarp.ReverseProxy.Forwarder;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// One of several processes with one database (docs/decisions/0045): each workspace is open on one of them, and each of them answers
/// any request. The listener, the probes and the figures belong to an application of the machine's own; the first workspace is one like
/// the others.
/// </summary>
internal sealed class Machine : IServing
{
    private readonly ServerHost.Plan _plan;
    private readonly ClusterPlacement _placement;
    private readonly ClusterFigures _figures;
    private readonly ClusterStore _cluster;
    private readonly Silo _silo;
    private readonly RequestForwarder _forwarder;
    private volatile bool _isDraining;
    private Task _rehearsing = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;

    private Machine(ServerHost.Plan plan, ClusterStore cluster, WebApplicationBuilder builder)
    {
        _plan = plan;
        _cluster = cluster;
        _figures = new ClusterFigures(() => plan.Workspaces);
        _placement = new ClusterPlacement(Options.Machine, () => plan.Workspaces, _figures);
        plan.Workspaces.First.LivesWithProcess = false;
        plan.Workspaces.Keeper.Placement = _placement;
        plan.Workspaces.Keeper.Often = TimeSpan.FromSeconds(5);
        App = Build(builder);
        _forwarder = new RequestForwarder(
            App.Services.GetRequiredService<IHttpForwarder>(),
            new MachineSeal(cluster.Secret),
            _figures,
            _placement.Doubt
        );
        _placement.Log = plan.Workspaces.Log = App.Services.GetRequiredService<ILogger<Workspaces>>();
        _silo = Silo.Make(
            Options,
            cluster,
            _placement,
            _figures,
            App.Services.GetRequiredService<ILoggerFactory>(),
            TimeSpan.FromSeconds(plan.Settings.DrainSeconds),
            OnDead
        );
        // Those who look are told first; then callers that wait.
        App.Lifetime.ApplicationStopping.Register(() =>
        {
            _isDraining = true;
            _placement.BeginLeaving();
            plan.Workspaces.BeginStop();
        });
    }

    public WebApplication App { get; }

    internal Workspaces Workspaces => _plan.Workspaces;

    internal ClusterPlacement Placement => _placement;

    internal Silo Silo => _silo;

    private ClusterOptions Options => _plan.Settings.Cluster;

    /// <summary>Opens folder, database and access store, and builds the machine's application; nothing listens yet.</summary>
    /// <exception cref="DataFolderException">The folder or the database cannot be used.</exception>
    internal static Machine Open(ServeOptions options, TimeProvider clock)
    {
        var builder = SettingsReader.NewBuilder(options);
        var logs = StartLogs.AddTo(builder.Logging);
        SettingsReader.LeaveOutRequestLog(builder);
        if (builder.Environment.IsProduction())
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // Orleans logs an error for each member that does not answer; what that means for a workspace is said by itself.
        foreach (var category in (string[])["Orleans", "Polly", "Yarp"])
            builder.Logging.AddFilter(category, LogLevel.Critical);
        var addresses = SettingsReader.Urls(options, builder.Configuration);
        var settings = SettingsReader.Read(builder.Configuration);
        SettingsReader.RefuseSharedPort(addresses, settings.Http2Port);
        builder.WebHost.UseUrls([
            .. addresses,
            settings.Cluster.ListenUrl,
            .. Connections.Http2Urls(settings.Http2Port),
        ]);
        var exit = new FatalExit();
        DataFolder? folder = null;
        AccessStore? access = null;
        try
        {
            var cluster = Storages
                .Find(settings.Storage)!
                .Cluster!(new StoragePlace(options.Data, settings.StorageConnection));
            folder = DataFolder.Open(options.Data, options.AcceptsOpenFolder);
            Machine? machine = null;
            var plan = new ServerHost.Plan(options, settings, addresses, clock, exit)
            {
                Folder = folder,
                Lost = (entry, why) =>
                {
                    if (machine?._placement.TryLose(entry, why) != true)
                        exit.Demand(why);
                },
            };
            var folders = ServerHost.FoldersOf(plan, folder.Path);
            var home = Storages.HomeOf(plan.PlaceOf(folder.Path));
            access = AccessStore.Open(home, clock);
            ServerHost.OpenWorkspaces(plan, folders, home, access);
            machine = new Machine(plan, cluster, builder);
            machine.App.Lifetime.ApplicationStarted.Register(() => logs.HasStarted = true);
            return machine;
        }
        catch
        {
            exit.Dispose();
            access?.Dispose();
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>Listens, then joins the others: a workspace comes here only once requests are heard.</summary>
    public async Task StartAsync(CancellationToken asked)
    {
        await App.StartAsync(asked);
        await _silo.StartAsync(asked);
        _rehearsing = RehearseAsync();
        _watching = Task.Run(
            () =>
                LastingWork.RunAsync(
                    nameof(Machine),
                    WatchAsync,
                    _plan.Clock,
                    _plan.Workspaces.Log!,
                    App.Lifetime.ApplicationStopping
                ),
            CancellationToken.None
        );
        _plan.Workspaces.Start();
    }

    public void Greet(TextWriter output, TimeSpan took)
    {
        output.WriteLine($"ControlSurface listens on {Server.AddressOf(App)}");
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"ControlSurface {DataFolder.OwnVersion} is one of several machines, at {Options.Address} for the others; it took {took.TotalSeconds:0.0} s to start."
            )
        );
        var first = _plan.Workspaces.First;
        Greeting.Write(
            output,
            Server.AddressOf(App),
            _plan.Folder!,
            first.Access,
            first.Host?.Restored ?? 0,
            banner: null,
            // The journal may be open elsewhere: one that was ever opened may know an admin.
            knewAdmin: () => first.Host is { } host ? Greeting.KnewAdmin(host) : first.Home.WasOpened
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await Task.WhenAll(_rehearsing, _watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _plan.Workspaces.DisposeAsync();
        await App.DisposeAsync();
        _forwarder.Dispose();
        _figures.Dispose();
        _plan.Workspaces.First.Access.Dispose();
        _plan.Folder!.Dispose();
        _plan.Exit.Dispose();
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _plan.Clock);
        while (await timer.WaitForNextTickAsync(stopping))
            _placement.GiveUpUnwritten();
    }

    // Where a workspace came at once, as after all machines were killed, it is the rehearsal: nothing may slow it down.
    private Task RehearseAsync() =>
        _placement.HasNone ? Task.Run(() => Rehearsal.RunAsync(_plan, _placement.Log!)) : Task.CompletedTask;

    private WebApplication Build(WebApplicationBuilder builder)
    {
        ServerHost.Listen(builder, _plan.Settings.Http2Port, Options.Machine.Port);
        builder.Host.ConfigureHostOptions(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(_plan.Settings.DrainSeconds)
        );
        builder.Services.AddMachine(_plan);
        ServerHost.ServeFront(builder.Services, Door, beforeStop: () => _silo.LeaveAsync());
        var app = builder.Build();
        // Workspaces show the listener's addresses as their own.
        _plan.Workspaces.Addresses = app.Services.GetRequiredService<IServer>().Features;
        app.MapMachine(_plan, StatusOf);
        return app;
    }

    private MachineDoor Door(IRequestTarget own) =>
        new(
            new WorkspaceGate(_plan.Workspaces, _placement),
            _forwarder,
            new MachineSeal(_cluster.Secret),
            own,
            Options.Machine.Port
        );

    private string StatusOf() =>
        _isDraining ? "draining"
        : !_figures.IsMember || !_rehearsing.IsCompleted && _placement.HasNone ? "starting"
        : _plan.Workspaces.All.All(entry =>
            entry.Host is not { } host || HealthEndpoints.TakesWrites(host.Parts.Engine)
        )
            ? "ready"
        : "read_only";

    // The others may have the workspaces already: nothing is begun any more, and whatever supervises the process starts it again.
    private void OnDead(Exception why)
    {
        _isDraining = true;
        _plan.Workspaces.BeginStop();
        _plan.Exit.Demand(why);
    }
}
