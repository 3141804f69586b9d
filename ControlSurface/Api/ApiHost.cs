using System.Collections.Concurrent;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;
using ControlSurface.Live;
using ControlSurface.Outside;
using ControlSurface.Storage.Projections;

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
    IProjections projections,
    ActionPermits permits,
    OpenConnections connections,
    Limits limits,
    IOwnWorkspace own,
    ILogger<ApiHost> log
)
{
    internal Engine Engine { get; } = engine;
    internal IJournal Journal { get; } = journal;
    internal IKeyVerifier Keys { get; } = keys;
    internal IAccess Access { get; } = access;
    internal IWebhooks Webhooks { get; } = webhooks;
    internal TimeProvider Time { get; } = time;
    internal PresenceBoard Presence { get; } = presence;
    internal IProjections Projections { get; } = projections;
    internal ActionPermits Permits { get; } = permits;
    internal OpenConnections Connections { get; } = connections;
    internal Limits Limits { get; } = limits;
    internal IOwnWorkspace Own { get; } = own;
    internal ILogger Log { get; } = log;
    internal Drafter Drafter { get; } = new(engine, journal, presence);
    internal Uploads Uploads { get; } = new();

    /// <summary>One look at the past at a time: it replays the journal, which is work.</summary>
    internal SemaphoreSlim Past { get; } = new(1, 1);

    private readonly ConcurrentDictionary<PrincipalId, SemaphoreSlim> _catchingUp = [];

    /// <summary>Streams of one principal read what they missed one page after another: many at once would take the disk from everybody.</summary>
    internal SemaphoreSlim CatchingUp(PrincipalId who) => _catchingUp.GetOrAdd(who, static _ => new SemaphoreSlim(1));

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

    internal ItemView? Archived(Item? item) => item is null ? null : Engine.Picture.Read(at => ViewOf(at, item));

    internal static ItemView ViewOf(Workspace at, Item item) => ItemView.Of(at, item);
}
