using System.Net;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;

namespace ControlSurface.Hosting;

/// <summary>What can be set about the server: section <c>ControlSurface</c>, see appsettings.sample.json.</summary>
public sealed class ServerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "ControlSurface";

    /// <summary>The word of the storage that keeps new workspaces: <c>sqlite</c>, in their folders, or <c>postgres</c>.</summary>
    public string Storage { get; set; } = Storages.Default.Word;

    /// <summary>For <c>postgres</c>: the connection string of the database, or <c>file:PATH</c> of a file that holds it. A secret.</summary>
    public string? StorageConnection { get; set; }

    /// <summary>Settled items leave memory for the archive after this many seconds; at least 1.</summary>
    public int ArchiveAfterSeconds { get; set; } = 600;

    /// <summary>A snapshot is taken after this many events, at least 1,000; in proportion more with over 50,000 items in memory.</summary>
    public int SnapshotEveryEvents { get; set; } = 100_000;

    /// <summary>Commands decided into one write at most, 1 to 10,000.</summary>
    public int MaxBatchCommands { get; set; } = 1_024;

    /// <summary>Commands that may wait to be decided; one more is answered 503. 100 to 1,000,000.</summary>
    public int MaxWaitingCommands { get; set; } = 20_000;

    /// <summary>
    /// Requests of one principal that may wait for something to claim or to lock; one more is answered 429. 1 to 100,000.
    /// </summary>
    public int MaxWaitsPerPrincipal { get; set; } = 2_000;

    /// <summary>How long a session lasts without being used, in hours; 1 to 24. No session lasts longer than a day.</summary>
    public int SessionIdleHours { get; set; } = 8;

    /// <summary>A workspace that nobody used for so long, and that nothing keeps open, is closed until it is needed; 1 to 1,440.</summary>
    public int IdleMinutes { get; set; } = 15;

    /// <summary>
    /// A port of this machine's loopback address at which HTTP/2 without TLS is spoken with clients that know so beforehand; 0 for none.
    /// The addresses of <c>--urls</c> without TLS speak HTTP/1.1, since nothing on such a connection says which is meant.
    /// </summary>
    public int Http2Port { get; set; }

    /// <summary>How long a stop waits for what is under way, in seconds; 1 to 300.</summary>
    public int DrainSeconds { get; set; } = 10;

    /// <summary>Whether webhooks may lead to this machine and its network; else only to public addresses.</summary>
    public bool AllowLocalWebhooks { get; set; }

    /// <summary>How this process works with others on one database; alone by default.</summary>
    public Cluster.ClusterOptions Cluster { get; } = new();

    /// <summary>How much one principal may use, and how much all may together.</summary>
    public Access.LimitOptions Limits { get; } = new();

    /// <summary>
    /// Names under which the server answers beside those of <c>--urls</c> and this machine's own: <c>work.example.com</c>,
    /// <c>*.example.com</c>, or <c>*</c> for any.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>
    /// Addresses (<c>10.0.0.5</c>) or networks (<c>10.0.0.0/8</c>) of the proxies that are believed about scheme, host and caller
    /// (<c>X-Forwarded-*</c>); none by default.
    /// </summary>
    public IReadOnlyList<string> KnownProxies { get; set; } = [];

    /// <summary>Reads the section, in which a list is an array or one text with commas between.</summary>
    /// <exception cref="InvalidOperationException">A setting of that name does not exist, or a value cannot be read.</exception>
    public static ServerOptions From(IConfigurationSection section)
    {
        var options = new ServerOptions();
        // The binder knows a list as an array alone, and fails on one text.
        var rest = new ConfigurationBuilder()
            .AddInMemoryCollection(
                section
                    .AsEnumerable()
                    .Where(one => !IsOf(nameof(Hosts), one.Key) && !IsOf(nameof(KnownProxies), one.Key))
            )
            .Build();
        rest.GetSection(section.Path).Bind(options, bind => bind.ErrorOnUnknownConfiguration = true);
        options.Hosts = ListIn(section.GetSection(nameof(Hosts)));
        options.KnownProxies = ListIn(section.GetSection(nameof(KnownProxies)));
        return options;
    }

    private static bool IsOf(string list, string key) =>
        key.Split(':') is [_, var name, ..] && string.Equals(name, list, StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> ListIn(IConfigurationSection section) =>
        [
            .. section
                .GetChildren()
                .Select(child => child.Value)
                .Prepend(section.Value)
                .SelectMany(value =>
                    (value ?? "").Split(
                        [',', ';'],
                        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                    )
                )
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];

    private static bool IsHost(string name) =>
        name == "*"
        || Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name)
            != UriHostNameType.Unknown;

    private static bool IsProxy(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);

    /// <summary>What is wrong with the values; null where nothing is.</summary>
    public string? Fault() =>
        Storages.Find(Storage) is null
            ? $"ControlSurface:Storage is {Storage}, which is no storage of this version. Name one of: {Storages.Words}."
        : ArchiveAfterSeconds < 1 ? "ControlSurface:ArchiveAfterSeconds must be at least 1."
        : SnapshotEveryEvents < 1_000 ? "ControlSurface:SnapshotEveryEvents must be at least 1000."
        : MaxBatchCommands is < 1 or > 10_000 ? "ControlSurface:MaxBatchCommands must be from 1 to 10000."
        : MaxWaitingCommands is < 100 or > 1_000_000 ? "ControlSurface:MaxWaitingCommands must be from 100 to 1000000."
        : MaxWaitsPerPrincipal is < 1 or > 100_000 ? "ControlSurface:MaxWaitsPerPrincipal must be from 1 to 100000."
        : SessionIdleHours is < 1 or > 24 ? "ControlSurface:SessionIdleHours must be from 1 to 24."
        : IdleMinutes is < 1 or > 1_440 ? "ControlSurface:IdleMinutes must be from 1 to 1440."
        : Http2Port is < 0 or > 65_535 ? "ControlSurface:Http2Port must be from 0 to 65535."
        : DrainSeconds is < 1 or > 300 ? "ControlSurface:DrainSeconds must be from 1 to 300."
        : Hosts.FirstOrDefault(name => !IsHost(name)) is { } host
            ? $"ControlSurface:Hosts holds {host}, which is no host name; a name has no scheme, port or path."
        : KnownProxies.FirstOrDefault(proxy => !IsProxy(proxy)) is { } proxy
            ? $"ControlSurface:KnownProxies holds {proxy}, which is no address (10.0.0.5) and no network (10.0.0.0/8)."
        : Cluster.Fault(Storage) ?? Limits.Fault();

    internal EngineOptions ToEngine(Action<Exception> onFatal, Action<RuleFault> onFault) =>
        new()
        {
            ArchiveAfter = TimeSpan.FromSeconds(ArchiveAfterSeconds),
            SnapshotEvery = SnapshotEveryEvents,
            MaxBatch = MaxBatchCommands,
            MaxWaiting = MaxWaitingCommands,
            MaxWaitsPerPrincipal = MaxWaitsPerPrincipal,
            OnFatal = onFatal,
            OnFault = onFault,
        };
}
