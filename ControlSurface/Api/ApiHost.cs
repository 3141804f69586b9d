using System.Collections.Concurrent;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;

namespace ControlSurface.Api;

/// <summary>What every call needs; one for each workspace.</summary>
internal sealed class ApiHost(
    Engine engine,
    IJournal journal,
    IKeyVerifier keys,
    IAccess access,
    IWebhooks webhooks,
    TimeProvider time,
    PresenceBoard presence,
    Past past,
    Drafter drafter,
    IProjections projections,
    ActionPermits permits,
    OpenConnections connections,
    Limits limits,
    IOwnWorkspace own,
    ILogger<ApiHost> log
)
{
    /// <summary>The single writer, and the picture that all reads use.</summary>
    internal Engine Engine { get; } = engine;

    /// <summary>What is on disk: events, contents, archived items.</summary>
    internal IJournal Journal { get; } = journal;

    /// <summary>Knows keys.</summary>
    internal IKeyVerifier Keys { get; } = keys;

    /// <summary>Keeps principals, keys and sessions.</summary>
    internal IAccess Access { get; } = access;

    /// <summary>Keeps webhooks and their deliveries.</summary>
    internal IWebhooks Webhooks { get; } = webhooks;

    /// <summary>The clock of waits.</summary>
    internal TimeProvider Time { get; } = time;

    /// <summary>Who has what open.</summary>
    internal PresenceBoard Presence { get; } = presence;

    /// <summary>Tables for search and history.</summary>
    internal IProjections Projections { get; } = projections;

    /// <summary>Makes the permits of actions.</summary>
    internal ActionPermits Permits { get; } = permits;

    /// <summary>Streams, waits and downloads, which end with the rights of their caller.</summary>
    internal OpenConnections Connections { get; } = connections;

    /// <summary>What one principal may use.</summary>
    internal Limits Limits { get; } = limits;

    /// <summary>This workspace among those of the server.</summary>
    internal IOwnWorkspace Own { get; } = own;

    /// <summary>The log of calls.</summary>
    internal ILogger Log { get; } = log;

    /// <summary>Makes drafts: merges, suggestions, resolutions.</summary>
    internal Drafter Drafter { get; } = drafter;

    /// <summary>Who sent which content since the start.</summary>
    internal Uploads Uploads { get; } = new();

    /// <summary>The board as it was.</summary>
    internal Past Past { get; } = past;

    private readonly ConcurrentDictionary<PrincipalId, SemaphoreSlim> _catchingUp = [];

    /// <summary>Streams of one principal read what they missed one page after another: many at once would take the disk from everybody.</summary>
    internal SemaphoreSlim CatchingUp(PrincipalId who) => _catchingUp.GetOrAdd(who, static _ => new SemaphoreSlim(1));

    private readonly ConcurrentDictionary<PrincipalId, Lines.CommandLane> _lanes = [];

    /// <summary>The lane by which a principal's streams of commands reach the engine.</summary>
    internal Lines.CommandLane LaneOf(PrincipalId who) =>
        _lanes.GetOrAdd(who, static (_, engine) => new Lines.CommandLane(engine), Engine);

    /// <summary>The name of a principal, for sentences.</summary>
    internal string NameOf(PrincipalId id) => Engine.Picture.Read(at => at.NameOf(id));

    /// <summary>The version that the target is known to be at; null where nobody has said.</summary>
    internal string? TargetVersion(string target) => Engine.Picture.Read(at => at.TargetVersion(target));

    /// <summary>The item with what is computed from it, from memory or the archive; null where there is none.</summary>
    internal ItemView? FindItem(ItemId id) =>
        Engine.Picture.Read(at => at.FindItem(id) is { } item ? ViewOf(at, item) : null)
        ?? Archived(Journal.FindArchived(id));

    /// <summary>The item that the lease is or was on.</summary>
    internal ItemView? FindItemOf(LeaseId id) =>
        Engine.Picture.Read(at => at.FindItemOf(id) is { } item ? ViewOf(at, item) : null)
        ?? Archived(Journal.FindArchived(id));

    /// <summary>An archived item with what is computed from it; null for null.</summary>
    internal ItemView? Archived(Item? item) => item is null ? null : Engine.Picture.Read(at => ViewOf(at, item));

    /// <summary>The item with what is computed from it.</summary>
    internal static ItemView ViewOf(Workspace at, Item item) => ItemView.Of(at, item);
}
