using System.Net;
using System.Net.Sockets;
using ControlSurface.Live;
using ControlSurface.Storage;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// This machine's membership among the others, by Orleans. It has a host of its own, so that it begins after the listener and ends
/// before it: no workspace is placed where no request is heard.
/// </summary>
internal sealed class Silo : IAsyncDisposable
{
    private const string ClusterName = "controlsurface";

    // For what follows the draining: the journal is closed, and the others are told.
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(30);
    private readonly IHost _host;
    private readonly ClusterPlacement _placement;
    private readonly ClusterFigures _figures;
    private readonly CancellationTokenSource _leaving = new();
    private Task _following = Task.CompletedTask;
    private readonly Lazy<Task> _left;

    private Silo(IHost host, ClusterPlacement placement, ClusterFigures figures)
    {
        _host = host;
        _placement = placement;
        _figures = figures;
        _left = new Lazy<Task>(LeaveOnceAsync);
    }

    /// <param name="logs">Of the machine's application.</param>
    /// <param name="drain">So long what is under way in a workspace may take while it is given up.</param>
    /// <param name="onDead">Called when the machine hears that the others gave it up, after which it must end.</param>
    internal static Silo Make(
        ClusterOptions options,
        ClusterStore cluster,
        ClusterPlacement placement,
        ClusterFigures figures,
        ILoggerFactory logs,
        TimeSpan drain,
        Action<Exception> onDead
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(placement);
        // A workspace that is given up drains, then closes: no default of the framework or of Orleans cuts that off.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = drain + Closing);
        // Signals are heard by the machine's application alone.
        builder.Services.AddSingleton<IHostLifetime, WorkspaceLifetime>();
        builder.Services.AddSingleton<IFatalErrorHandler>(new DeadSilo(onDead));
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(tables =>
            {
                tables.Invariant = cluster.Provider;
                tables.ConnectionString = cluster.Connection;
            });
            silo.Configure<Orleans.Configuration.ClusterOptions>(names =>
                (names.ClusterId, names.ServiceId) = (ClusterName, ClusterName)
            );
            silo.ConfigureEndpoints(AddressOf(options.Machine), options.SiloPort, gatewayPort: 0);
            silo.Configure<ClusterMembershipOptions>(Configure);
            silo.Configure<GrainCollectionOptions>(grains => grains.DeactivationTimeout = drain + Closing);
            // The default one forgets entries while members come, and a workspace moves for nothing. That this one is still called
            // experimental risks a move too, and no write: the journal decides.
#pragma warning disable ORLEANSEXP003
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            // It would keep what a lost machine had from being placed for so long, in case that machine still works on it.
            silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
        });
        return new Silo(builder.Build(), placement, figures);
    }

    /// <summary>Joins the others.</summary>
    internal async Task StartAsync(CancellationToken asked)
    {
        await _host.StartAsync(asked);
        _figures.IsMember = true;
        _placement.Members = _host.Services.GetRequiredService<IGrainFactory>();
        _following = Task.Run(
            () => LastingWork.RunAsync(nameof(Silo), FollowAsync, TimeProvider.System, _placement.Log!, _leaving.Token),
            CancellationToken.None
        );
    }

    /// <summary>The options of its parts.</summary>
    internal IServiceProvider Services => _host.Services;

    /// <summary>Gives up every workspace in order, so that others open them, and leaves. Who calls it again waits for the same.</summary>
    internal Task LeaveAsync() => _left.Value;

    private async Task LeaveOnceAsync()
    {
        await _host.StopAsync();
        _placement.Members = null;
        _figures.IsMember = false;
        await _leaving.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
        _leaving.Dispose();
    }

    // By measurement (BENCHMARKS.md, Several machines): who is killed is given up after two seconds, who hangs after less than ten.
    private static void Configure(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedProbesLimit = 2;
        // The journal decides who writes: a wrong verdict costs a move, a slow one costs everybody's waiting.
        options.NumVotesForDeathDeclaration = 1;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(2);
        // A machine that starts waits for each row that looks alive: after all died at once, this times four. A row that only looks
        // dead, as where clocks differ, costs nothing but a probe.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedTableIAmAliveLimit = 4;
        options.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }

    private async Task FollowAsync(CancellationToken leaving)
    {
        var members = _host.Services.GetRequiredService<IClusterMembershipService>();
        await foreach (var now in members.MembershipUpdates.WithCancellation(leaving))
        {
            _figures.Machines = now.Members.Values.Count(member => member.Status == SiloStatus.Active);
            _placement.Changed();
        }
    }

    /// <exception cref="ServerOptionsException">The host has no address.</exception>
    internal static IPAddress AddressOf(Uri machine)
    {
        if (IPAddress.TryParse(machine.Host.Trim('[', ']'), out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(machine.DnsSafeHost, AddressFamily.InterNetwork).First();
        }
        catch (Exception unknown) when (unknown is SocketException or InvalidOperationException)
        {
            throw new ServerOptionsException(
                $"ControlSurface:Cluster:Address names {machine.Host}, which has no IPv4 address here. Name the address of this machine.",
                unknown
            );
        }
    }

    /// <summary>Ends the process in order where Orleans would abort it.</summary>
    private sealed class DeadSilo(Action<Exception> onDead) : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) =>
            onDead(
                exception
                    ?? new InvalidOperationException(
                        $"The other machines gave this one up, or it cannot go on ({context})."
                    )
            );
    }
}
