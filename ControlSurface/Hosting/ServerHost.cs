using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Commands;
using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Demo;
using ControlSurface.Live;
using ControlSurface.Mcp;
using ControlSurface.Outside;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Scalar.AspNetCore;

namespace ControlSurface.Hosting;

/// <summary>Puts the server together: the only place that knows all parts.</summary>
public static class ServerHost
{
    /// <summary>The process ended because nobody can say what is on disk; whatever supervises it starts it again.</summary>
    public const int FatalExitCode = 70;

    /// <summary>Where the server listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Serves until told to stop.</summary>
    /// <returns>0 after a clean stop; 1 where it could not start, with a sentence on the standard error stream.</returns>
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
            await using var server = Server.Open(options, TimeProvider.System);
            if (!await StartAsync(server, signals.Asked))
                return 0;
            server.Greet(output, TimeProvider.System.GetElapsedTime(began));
            await server.App.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception cannot) when (StartFailure.Sentence(cannot, options) is { } sentence)
        {
            await error.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <returns>False where it was asked to stop while it started; what had started has stopped.</returns>
    private static async Task<bool> StartAsync(Server server, CancellationToken asked)
    {
        try
        {
            await server.App.StartAsync(asked);
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

    internal static WebApplication Build(
        ServeOptions options,
        TimeProvider clock,
        Parts parts,
        Action<WebApplicationBuilder>? more
    )
    {
        var builder = parts.Builder;
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The API says 413 with its own bound; this is only what no request may ever exceed.
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
            Connections.Bound(kestrel);
        });
        builder.WebHost.UseSockets(sockets =>
        {
            // No handler here blocks: what arrives is handled where it was read, not handed to yet another thread.
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Host.ConfigureHostOptions(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(parts.Options.DrainSeconds)
        );
        var services = builder.Services;
        services.AddSingleton(clock);
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
        services.AddHostedService<AccessWatch>();
        services.AddSingleton<ICredentials>(parts.Access);
        services.AddSingleton<OpenConnections>();
        services.AddSingleton(new Limits(parts.Options.Limits, clock));
        services.AddHostedService(s => s.GetRequiredService<OpenConnections>());
        services.AddHostedService<DrainOnStop>();
        services.AddHostedService<WritesWatch>();
        services.AddHostedService<ClockWatch>();
        services
            .AddDataProtection()
            .SetApplicationName(DataFolder.ApplicationName)
            .PersistKeysToFileSystem(new DirectoryInfo(DataFolder.ProtectionIn(parts.Folder.Path)));
        services.AddSignIn();
        services.AddSingleton<IKeyVerifier, KeyVerifier>();
        services.AddSingleton<IAccess, AccessChanges>();
        services.AddSingleton<Live.IAgentKeys, AgentKeys>();
        services.AddSingleton(s => new ActionPermits(
            KeptSecret.Open(
                DataFolder.PermitSecretFileIn(parts.Folder.Path),
                s.GetRequiredService<IDataProtectionProvider>().CreateProtector("action permits"),
                ActionPermits.SecretLength
            )
        ));
        services.AddApi();
        services.AddLivePush();
        services.AddAgentTools();
        services.AddOutside(parts.Options.AllowLocalWebhooks);
        services.AddLivePages();
        services.AddComponents();
        services.AddTelemetry();
        services.AddSingleton<IDemoAccess, DemoAccess>();
        services.AddDemo(options.Demo ? new DemoMode(IsOn: true, options.DemoSeed) : DemoMode.Off);
        more?.Invoke(builder);
        var app = builder.Build();
        Pipeline(app, parts);
        return app;
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
        app.UseSameOrigin();
        app.UseEntrances();
        app.Use(CircuitPlaces.LimitAsync);
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
            .WithMetadata(ReferencePage.Instance);
        app.MapMetrics();
        app.MapSignIn();
        app.MapPictures();
        app.MapExports();
        app.MapLivePush();
        app.MapAgentTools();
        app.MapComponents();
    }

    /// <summary>What has to be open before the host is built.</summary>
    internal sealed record Parts(
        WebApplicationBuilder Builder,
        IReadOnlyList<string> Addresses,
        ServerOptions Options,
        DataFolder Folder,
        IStorage Storage,
        AccessStore Access,
        Engine Engine,
        FatalExit Exit
    );
}

/// <summary>A server on a data folder: opened in order, closed in the reverse.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly ServerHost.Parts _parts;
    private readonly int _restored;

    private Server(ServerHost.Parts parts, WebApplication app, StartLogs logs, int restored)
    {
        _parts = parts;
        _restored = restored;
        App = app;
        app.Lifetime.ApplicationStarted.Register(() => logs.HasStarted = true);
    }

    public WebApplication App { get; }

    internal Engine Engine => _parts.Engine;

    internal AccessStore Access => _parts.Access;

    internal IJournal Journal => _parts.Storage.Journal;

    /// <summary>The first address at which it listens, once started.</summary>
    public Uri Address
    {
        get
        {
            var addresses = App
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses;
            return new Uri(addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        }
    }

    /// <summary>Opens folder, journal, access store and engine, and builds the host; nothing listens yet.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used; the message says why and what to do.</exception>
    /// <exception cref="JournalCorruptException">The journal does not check.</exception>
    /// <exception cref="ServerOptionsException">A setting cannot be.</exception>
    public static Server Open(ServeOptions options, TimeProvider clock, Action<WebApplicationBuilder>? more = null)
    {
        var builder = SettingsReader.NewBuilder(options);
        var logs = StartLogs.AddTo(builder.Logging);
        var addresses = SettingsReader.Urls(options, builder.Configuration);
        builder.WebHost.UseUrls(addresses);
        if (builder.Environment.IsProduction())
        {
            builder
                .Logging.AddFilter("Microsoft", LogLevel.Warning)
                .AddFilter("System", LogLevel.Warning)
                // Two lines for each call of a tool.
                .AddFilter("ModelContextProtocol", LogLevel.Warning);
        }
        var settings = SettingsReader.Read(builder.Configuration);
        var folder = DataFolder.Open(options.Data, options.AcceptsOpenFolder);
        IStorage? storage = null;
        AccessStore? access = null;
        Engine? engine = null;
        var exit = new FatalExit();
        var reports = new EngineReports();
        try
        {
            ProjectionFile.RefuseNewer(DataFolder.ProjectionFileIn(folder.Path));
            storage = Storages.Find(settings.Storage)!.Open(folder.Path);
            access = AccessStore.Open(folder.Path, clock);
            access.SessionIdle = TimeSpan.FromHours(settings.SessionIdleHours);
            engine = Engine.Open(
                storage.Journal,
                clock,
                settings.ToEngine(exit.Demand, reports.Tell) with
                {
                    AcceptClock = options.AcceptClock,
                }
            );
            var restored = access.Restore(engine.Picture.Read(at => at.Principals.ToList())).Count;
            var parts = new ServerHost.Parts(builder, addresses, settings, folder, storage, access, engine, exit);
            var app = ServerHost.Build(options, clock, parts, more);
            reports.TellTo(app.Services.GetRequiredService<ILogger<Engine>>());
            return new Server(parts, app, logs, restored);
        }
        catch
        {
            // Before the journal that it writes to: a mark each second would else meet a closed one.
#pragma warning disable RS0030 // The start failed and the process ends: the main thread has nothing else to do.
            engine?.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
            exit.Dispose();
            access?.Dispose();
            storage?.Dispose();
            folder.Dispose();
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
                $"ControlSurface {DataFolder.OwnVersion} serves {_parts.Folder.Path} at {Address} from seq {_parts.Engine.Picture.Seq}; it took {took.TotalSeconds:0.0} s to start."
            )
        );
        foreach (var warning in _parts.Folder.Warnings)
            output.WriteLine($"Warning: {warning}");
        if (Connections.Warning(UnixFiles.OpenFilesLimit) is { } fewFiles)
            output.WriteLine($"Warning: {fewFiles}");
        if (_restored > 0)
            output.WriteLine(
                $"Warning: access.db did not know {_restored} of those whom the journal knows. They are back under their own numbers, without keys: "
                    + $"run people reset-admin --data {_parts.Folder.Path}, sign in, and give the others new keys."
            );
        if (App.Services.GetRequiredService<DemoMode>().Banner is { } banner)
            output.WriteLine(banner);
        if (_parts.Access.HasAdmin)
            return;
        // Who once gave somebody the house did not mean to give it to whoever finds this line after a loss.
        if (_parts.Engine.Picture.Read(at => at.Principals.Any(IsAdmin)))
            output.WriteLine(
                $"Nobody is an admin any more: run people reset-admin --data {_parts.Folder.Path} for a link that signs one in."
            );
        else
            output.WriteLine(
                $"Sign in: {new Uri(Address, _parts.Access.MakeSignInLink(null))} (once, within 15 minutes; makes you the first admin)"
            );
    }

    private static bool IsAdmin(Principal who) => who.Roles.HasFlag(Roles.Admin) && who.Kind == PrincipalKind.Person;

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync().ConfigureAwait(false);
        await _parts.Engine.DisposeAsync().ConfigureAwait(false);
        _parts.Access.Dispose();
        _parts.Storage.Dispose();
        _parts.Folder.Dispose();
        _parts.Exit.Dispose();
    }
}
