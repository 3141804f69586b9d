using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Commands;
using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Demo;
using ControlSurface.Hosting.Cluster;
using ControlSurface.Live;
using ControlSurface.Mcp;
using ControlSurface.Pages;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Patterns;
using Scalar.AspNetCore;

namespace ControlSurface.Hosting;

/// <summary>Puts the server together: the only place that knows all parts.</summary>
public static class ServerHost
{
    /// <summary>
    /// The process ended though nobody asked for it: nobody can say what is on disk, or a part of the server failed. Whatever supervises
    /// it starts it again.
    /// </summary>
    public const int FatalExitCode = 70;

    /// <summary>Where the server listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Serves until told to stop.</summary>
    /// <returns>
    /// 0 after a stop that was asked for; 1 where it could not start, with a sentence on the standard error stream;
    /// <see cref="FatalExitCode"/> where a part of it failed.
    /// </returns>
    public static Task<int> ServeAsync(ServeOptions options) => ServeAsync(options, Console.Out, Console.Error);

    internal static async Task<int> ServeAsync(ServeOptions options, TextWriter output, TextWriter error)
    {
        using var signals = new StopSignals();
        try
        {
            if (options.Demo && DemoMode.Refusal(DataFolder.JournalFileIn(options.Data)) is { } refusal)
                throw new DataFolderException(refusal);
            var began = TimeProvider.System.GetTimestamp();
            if (Connections.Fault(UnixFiles.OpenFilesLimit) is { } fewFiles)
                throw new ServerOptionsException(fewFiles);
            await using var server = Open(options);
            if (!await StartAsync(server, signals.Asked))
                return 0;
            server.Greet(output, TimeProvider.System.GetElapsedTime(began));
            return await WaitAsync(server.App, error, signals.Asked);
        }
        catch (Exception cannot) when (StartFailure.Sentence(cannot, options) is { } sentence)
        {
            await error.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <summary>Waits until the server has stopped.</summary>
    /// <param name="asked">Cancelled once somebody asked for the stop.</param>
    internal static async Task<int> WaitAsync(WebApplication app, TextWriter error, CancellationToken asked)
    {
        await app.WaitForShutdownAsync(CancellationToken.None);
        if (asked.IsCancellationRequested)
            return 0;
        await error.WriteLineAsync(
            "Stopped, though nobody asked for it: a part of the server failed. The log says which."
        );
        return FatalExitCode;
    }

    private static IServing Open(ServeOptions options)
    {
        var settings = SettingsReader.Read(SettingsReader.NewBuilder(options).Configuration);
        if (!settings.Cluster.IsOn)
            return Server.Open(options, TimeProvider.System);
        return options.Demo
            ? throw new ServerOptionsException(
                "The demo is for one process: leave ControlSurface:Cluster:Address empty, or --demo out."
            )
            : Machine.Open(options, TimeProvider.System);
    }

    /// <returns>False where it was asked to stop while it started; what had started has stopped.</returns>
    private static async Task<bool> StartAsync(IServing server, CancellationToken asked)
    {
        try
        {
            await server.StartAsync(asked);
            if (!asked.IsCancellationRequested)
                return true;
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            // The host gives up a start in the middle by throwing.
        }
        catch
        {
            // A start that fails half way leaves services that run: they end before what they write to is closed.
            await server.App.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        await server.App.StopAsync(CancellationToken.None);
        return false;
    }

    /// <summary>Builds the application of one workspace; nothing listens yet.</summary>
    internal static WebApplication Build(Parts parts, Action<WebApplicationBuilder>? more)
    {
        var (options, builder) = (parts.Plan.Options, parts.Builder);
        builder.WebHost.UseStaticWebAssets();
        // ASP.NET's fallback for unlisted assets matches GET at every path, so another method at an unknown path would get 405
        // instead of 404.
        builder.Configuration["DisableStaticAssetNotFoundRuntimeFallback"] = "true";
        if (parts.Entry.LivesWithProcess)
            Listen(builder, parts.Options.Http2Port);
        builder.Host.ConfigureHostOptions(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(parts.Options.DrainSeconds)
        );
        var services = builder.Services;
        AddParts(services, parts);
        AddSecrets(services, parts);
        services.AddSignIn(parts.Plan.Workspaces.Cookies);
        services.AddSingleton<IKeyVerifier, KeyVerifier>();
        services.AddSingleton<IAccess, AccessChanges>();
        services.AddSingleton<Live.IAgentKeys, AgentKeys>();
        services.AddApi();
        services.AddLivePush();
        services.AddAgentTools();
        services.AddWebhooks(parts.Options.AllowLocalWebhooks);
        services.AddLivePages();
        services.AddComponents();
        services.AddTelemetry(parts.Entry);
        services.AddSingleton<IDemoAccess, DemoAccess>();
        services.AddSingleton(s => new ServerBanner(s.GetRequiredService<DemoMode>().Banner));
        services.AddDemo(
            !options.Demo ? DemoMode.Off
            : parts.Entry.IsFirst ? new DemoMode(IsOn: true, options.DemoSeed)
            : new DemoMode(IsOn: true, options.DemoSeed + 1) { IsSmall = true }
        );
        more?.Invoke(builder);
        Serve(services, parts);
        var app = builder.Build();
        Pipeline(app, parts);
        return app;
    }

    // What a workspace was opened with, and what watches it while it is served.
    private static void AddParts(IServiceCollection services, Parts parts)
    {
        services.AddSingleton(parts.Plan.Workspaces);
        services.AddSingleton(parts.Entry);
        services.AddSingleton<IOwnWorkspace, OwnWorkspace>();
        services.AddScoped<Memberships>();
        services.AddSingleton(parts.Plan.Clock);
        services.AddSingleton(parts.Folder);
        services.AddSingleton(parts.Storage);
        services.AddSingleton(parts.Storage.Journal);
        services.AddSingleton(parts.Storage.Events);
        services.AddSingleton(parts.Access);
        services.AddSingleton(parts.Engine);
        services.AddSingleton<Projector>();
        services.AddSingleton<IProjections>(s => s.GetRequiredService<Projector>());
        services.AddHostedService(s => s.GetRequiredService<Projector>());
        services.AddSingleton<PrincipalSync>();
        services.AddHostedService(s => s.GetRequiredService<PrincipalSync>());
        if (parts.Entry.LivesWithProcess)
            AddWatch(services, parts.Plan);
        services.AddSingleton<ICredentials>(parts.Access);
        services.AddSingleton<OpenConnections>();
        services.AddSingleton(new Limits(parts.Options.Limits, parts.Plan.Clock));
        services.AddHostedService(s => s.GetRequiredService<OpenConnections>());
        services.AddHostedService<DrainOnStop>();
        services.AddHostedService<WritesWatch>();
        services.AddHostedService<ClockWatch>();
    }

    /// <summary>Watches who may call, in all workspaces, for as long as the process lives.</summary>
    internal static void AddWatch(IServiceCollection services, Plan plan) =>
        services.AddHostedService(s => new AccessWatch(
            () => plan.Workspaces.All.Select(entry => entry.Access),
            plan.Workspaces.Tend,
            plan.Clock,
            s.GetRequiredService<ILogger<AccessWatch>>()
        ));

    // Cookies are protected with the first workspace's keys, so that one sign-in holds in all; all else with the workspace's own.
    private static void AddSecrets(IServiceCollection services, Parts parts)
    {
        services.AddProtection(parts.Plan.Workspaces.First.Home.Secrets);
        services.AddSingleton(parts.Entry.Home);
        services.AddSingleton(s => new SecretProtection(
            parts.Entry.IsFirst
                ? s.GetRequiredService<IDataProtectionProvider>()
                : parts.Entry.Home.Secrets.OpenProtection()
        ));
        services.AddSingleton(s => new ActionPermits(
            KeptSecret.Open(
                parts.Entry.Home.Secrets,
                SecretNames.Permits,
                s.GetRequiredService<SecretProtection>().Provider.CreateProtector("action permits"),
                ActionPermits.SecretLength
            )
        ));
    }

    internal static void Listen(WebApplicationBuilder builder, params int[] http2Ports)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The API says 413 with its own bound; this is only what no request may ever exceed.
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
            Connections.Bound(kestrel, http2Ports);
        });
        builder.WebHost.UseSockets(sockets =>
        {
            // No handler here blocks: what arrives is handled where it was read, not handed to yet another thread.
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
    }

    // The application that lives as long as the process listens for all.
    private static void Serve(IServiceCollection services, Parts parts)
    {
        var workspaces = parts.Plan.Workspaces;
        if (parts.Entry.LivesWithProcess)
        {
            ServeFront(
                services,
                own =>
                {
                    workspaces.First.Host!.Target = own;
                    return new SingleDoor(new WorkspaceGate(workspaces, workspaces.Keeper.Placement), workspaces);
                }
            );
            return;
        }
        services.AddSingleton<IServer>(_ => new WorkspaceServer(workspaces.Addresses));
        services.AddSingleton<IHostLifetime, WorkspaceLifetime>();
    }

    /// <summary>Puts a front before the framework's listener.</summary>
    internal static void ServeFront(
        IServiceCollection services,
        Func<IRequestTarget, IDoor> open,
        Func<Task>? beforeStop = null
    )
    {
        var listener = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton<IServer>(s => new FrontServer(
            (IServer)ActivatorUtilities.CreateInstance(s, listener),
            open
        )
        {
            BeforeStop = beforeStop,
        });
    }

    private static void Pipeline(WebApplication app, Parts parts)
    {
        // Said to the builder as its own middleware says it; else it puts both before everything, the API included,
        // where no cookie is looked at (API.md, Who calls).
        IApplicationBuilder pipeline = app;
        pipeline.Properties["__AuthenticationMiddlewareSet"] = true;
        pipeline.Properties["__AuthorizationMiddlewareSet"] = true;
        app.UseConnectionPatience();
        app.UseKnownProxies(parts.Options);
        app.UseKnownHosts(new Hosts(parts.Addresses, parts.Options.Hosts));
        app.UseWhen(
            http => Entrances.WantsPage(http.Request),
            pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true)
        );
        app.UseRouting();
        app.UseSecurityHeaders();
        app.UseWorkspaceGate();
        app.UseSameOrigin();
        app.UseEntrances();
        app.Use(CircuitLimit.CheckAsync);
        app.UseToolChecks();
        app.UseSessionSockets();
        app.UseWhen(http => !Entrances.IsKeyOnly(http), people => people.UseAntiforgery());
        app.MapApi();
        app.MapScalarApiReference(
                "/docs",
                docs =>
                    docs.WithTitle("ControlSurface API")
                        .WithOpenApiRoutePattern("/openapi/v1.json")
                        .DisableDefaultFonts()
            )
            .AllowAnonymous()
            .WithMetadata(ReferencePage.Instance)
            .Add(OneDocument);
        app.MapMetrics(parts.Entry, parts.Plan.Workspaces);
        app.MapSignIn();
        app.MapPictures();
        app.MapExports();
        app.MapLivePush();
        app.MapAgentTools();
        app.MapComponents();
    }

    // The reference page answers for a document of any name; there is one, and what is not there is 404 (API.md, Not found).
    private static void OneDocument(EndpointBuilder endpoint)
    {
        if (
            endpoint is RouteEndpointBuilder { RoutePattern: { RawText: { } raw } pattern } route
            && pattern.GetParameter("documentName") is not null
        )
            route.RoutePattern = RoutePatternFactory.Parse(
                raw,
                defaults: null,
                parameterPolicies: new { documentName = new OptionalRouteConstraint(new RegexRouteConstraint("^v1$")) }
            );
    }

    /// <summary>The workspaces of a data folder that this process holds: where a database has the list, the folder follows it.</summary>
    internal static WorkspaceFolders FoldersOf(Plan plan, string folder)
    {
        var folders = new WorkspaceFolders(folder, Storages.NamesOf(plan.Settings.Storage, plan.PlaceOf(folder)));
        folders.Settle();
        return folders;
    }

    /// <summary>Finds the workspaces of a data folder; none is open yet.</summary>
    /// <param name="home">Where the first one keeps what is not in its journal.</param>
    /// <param name="access">Who may call in it.</param>
    internal static void OpenWorkspaces(Plan plan, WorkspaceFolders folders, IWorkspaceHome home, AccessStore access)
    {
        access.SessionIdle = TimeSpan.FromHours(plan.Settings.SessionIdleHours);
        plan.Workspaces = new Workspaces(
            folders,
            new WorkspaceEntry(folders.First, folders.Data, isFirst: true, home, access, plan.Clock),
            plan.PlaceOf,
            entry => WorkspaceHost.Open(plan, entry),
            SessionCookie.FormatOf(home.Secrets.OpenProtection()),
            plan.Clock,
            TimeSpan.FromMinutes(plan.Settings.IdleMinutes),
            TimeSpan.FromSeconds(plan.Settings.DrainSeconds)
        );
    }

    /// <summary>What all workspaces of a server share.</summary>
    internal sealed record Plan(
        ServeOptions Options,
        ServerOptions Settings,
        IReadOnlyList<string> Addresses,
        TimeProvider Clock,
        FatalExit Exit
    )
    {
        /// <summary>The data folder, where the process holds it and not the application of the first workspace.</summary>
        internal DataFolder? Folder { get; init; }

        /// <summary>What is done where the journal of a workspace can be written no more; ends the process unless it says otherwise.</summary>
        internal Action<WorkspaceEntry, Exception> Lost { get; init; } = (_, why) => Exit.Demand(why);

        /// <summary>A folder of the server, with the database that its workspace may be in.</summary>
        internal StoragePlace PlaceOf(string folder) => new(folder, Settings.StorageConnection);

        /// <summary>Set before any application is built.</summary>
        internal Workspaces Workspaces { get; set; } = null!; // They open each other's applications by this plan.
    }

    /// <summary>What of a workspace has to be open before its application is built.</summary>
    internal sealed record Parts(
        WebApplicationBuilder Builder,
        Plan Plan,
        WorkspaceEntry Entry,
        DataFolder Folder,
        IStorage Storage,
        Engine Engine
    )
    {
        internal AccessStore Access => Entry.Access;
        internal ServerOptions Options => Plan.Settings;
        internal IReadOnlyList<string> Addresses => Plan.Addresses;
    }
}

/// <summary>A server on a data folder: opened in order, closed in the reverse.</summary>
public sealed class Server : IServing
{
    private readonly ServerHost.Plan _plan;
    private readonly WorkspaceHost _first;

    private Server(ServerHost.Plan plan, WorkspaceHost first)
    {
        _plan = plan;
        _first = first;
        plan.Workspaces.Log = App.Services.GetRequiredService<ILogger<Workspaces>>();
        App.Lifetime.ApplicationStarted.Register(() =>
        {
            plan.Workspaces.Addresses = App.Services.GetRequiredService<IServer>().Features;
            plan.Workspaces.Start();
            if (plan.Options.Demo)
                plan.Workspaces.ShowSecond(DemoMode.SecondWorkspace);
        });
        App.Lifetime.ApplicationStopping.Register(plan.Workspaces.BeginStop);
    }

    /// <summary>The application of the first workspace. Started, it listens for all; stopped, none does.</summary>
    public WebApplication App => _first.App;

    internal Engine Engine => _first.Parts.Engine;

    internal AccessStore Access => _first.Parts.Access;

    internal IJournal Journal => _first.Parts.Storage.Journal;

    internal Workspaces Workspaces => _plan.Workspaces;

    /// <summary>The first address at which it listens, once started.</summary>
    public Uri Address => AddressOf(App);

    internal static Uri AddressOf(WebApplication app) =>
        new(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
                .Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
        );

    Task IServing.StartAsync(CancellationToken asked) => App.StartAsync(asked);

    /// <summary>Opens folder, journal, access store and engine, and builds the host; nothing listens yet.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used; the message says why and what to do.</exception>
    /// <exception cref="JournalCorruptException">The journal does not check.</exception>
    /// <exception cref="ServerOptionsException">A setting cannot be.</exception>
    public static Server Open(ServeOptions options, TimeProvider clock, Action<WebApplicationBuilder>? more = null)
    {
        var builder = SettingsReader.NewBuilder(options);
        var logs = StartLogs.AddTo(builder.Logging);
        var addresses = SettingsReader.Urls(options, builder.Configuration);
        var settings = SettingsReader.Read(builder.Configuration);
        SettingsReader.RefuseSharedPort(addresses, settings.Http2Port);
        builder.WebHost.UseUrls([.. addresses, .. Connections.Http2Urls(settings.Http2Port)]);
        var plan = new ServerHost.Plan(options, settings, addresses, clock, new FatalExit());
        DataFolder? folder = null;
        AccessStore? access = null;
        try
        {
            folder = DataFolder.Open(options.Data, options.AcceptsOpenFolder);
            ProjectionFile.RefuseNewer(DataFolder.ProjectionFileIn(folder.Path));
            var folders = ServerHost.FoldersOf(plan, folder.Path);
            var home = Storages.HomeOf(plan.PlaceOf(folder.Path));
            access = AccessStore.Open(home, clock);
            ServerHost.OpenWorkspaces(plan, folders, home, access);
            var host = WorkspaceHost.Open(plan, plan.Workspaces.First, folder, builder, more);
            host.App.Lifetime.ApplicationStarted.Register(() => logs.HasStarted = true);
            return new Server(plan, host);
        }
        catch
        {
            plan.Exit.Dispose();
            access?.Dispose();
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>Says where it is and with what, and how the first person gets in.</summary>
    /// <param name="took">How long the start took.</param>
    public void Greet(TextWriter output, TimeSpan took)
    {
        output.WriteLine($"ControlSurface listens on {Address}");
        output.WriteLine(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"ControlSurface {DataFolder.OwnVersion} serves {_first.Parts.Folder.Path} at {Address} from seq {_first.Parts.Engine.Picture.Seq}; it took {took.TotalSeconds:0.0} s to start."
            )
        );
        Greeting.Write(
            output,
            Address,
            _first.Parts.Folder,
            _first.Parts.Access,
            _first.Restored,
            App.Services.GetRequiredService<DemoMode>().Banner,
            knewAdmin: () => Greeting.KnewAdmin(_first)
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _plan.Workspaces.DisposeAsync().ConfigureAwait(false);
        await _first.DisposeAsync().ConfigureAwait(false);
        Access.Dispose();
        _plan.Exit.Dispose();
    }
}
