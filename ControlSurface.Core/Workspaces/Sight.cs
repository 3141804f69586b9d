using ControlSurface.Core.Actions;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Views;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Removes from events and refusals what a caller's <see cref="Scope"/> does not let them see of work in other queues. A caller who is
/// not limited gets everything unchanged.
/// </summary>
public static class Sight
{
    /// <summary>The queue that an event belongs to; null for none. An item's events belong to the queue that the item is in now.</summary>
    /// <param name="queueOf">The queue of an item now, in memory or in the archive; null where it is not known.</param>
    public static string? QueueOf(Event happened, Func<ItemId, string?> queueOf) =>
        happened switch
        {
            QueueEvent.PolicySet e => e.Queue,
            QueueEvent.Paused e => e.Queue,
            QueueEvent.Resumed e => e.Queue,
            { ItemId: { } id } => queueOf(id),
            _ => null,
        };

    /// <summary>
    /// The event as the caller may see it: unchanged, a copy without what concerns other queues, or null where they may not see it.
    /// </summary>
    /// <param name="queueOf">The queue of an item now, in memory or in the archive; null where it is not known.</param>
    public static Event? Of(Scope scope, Event happened, Func<ItemId, string?> queueOf)
    {
        switch (happened)
        {
            case ViewEvent.Saved { Shared: true }:
                break;
            case ViewEvent e when !scope.SeesPrivate(e.Owner):
            case InboxEvent i when !scope.SeesPrivate(i.Principal):
                return null;
        }
        if (!scope.IsLimited)
            return happened;
        // A stop of the whole line concerns every caller; other people and other queues do not.
        if (happened is not WorkspaceEvent && !scope.Sees(QueueOf(happened, queueOf)))
            return null;
        bool Sees(ItemId id) => scope.Sees(queueOf(id));
        return happened switch
        {
            WorkspaceEvent.Resumed e => e with { Extended = [.. e.Extended.Where(x => Sees(x.Item))] },
            ItemEvent.Created e => e with
            {
                Fields = e.Fields with { DependsOn = [.. e.Fields.DependsOn.Where(Sees)] },
                OpenDependencies = [.. e.OpenDependencies.Where(Sees)],
            },
            ItemEvent.Edited e => e with
            {
                Fields = e.Fields with { DependsOn = [.. e.Fields.DependsOn.Where(Sees)] },
                OpenDependencies = [.. e.OpenDependencies.Where(Sees)],
            },
            ItemEvent.Restored e => e with { Was = Narrowed(e.Was, Sees) },
            ItemEvent.DependencyCompleted e => Sees(e.Dependency) ? e : null,
            ItemEvent.AskedForAttention { Detail: { } detail } e
                when ItemId.TryParse(detail, out var id) && !Sees(id) => e with
            {
                Detail = null,
            },
            LockEvent.Acquired e => e with { CausedBy = [.. e.CausedBy.Where(t => Names(e.Locks, t))] },
            LockEvent.Waited e => e with { CausedBy = [.. e.CausedBy.Where(t => Names(e.Locks, t))] },
            LockEvent.GaveUp e => e with { CausedBy = [] },
            _ => happened,
        };
    }

    /// <summary>The refusal without owners, items and targets of work that the caller may not see.</summary>
    /// <param name="command">The refused command, which names the targets that the caller asked for.</param>
    internal static Refusal Of(Workspace at, Scope scope, Refusal refusal, Command command)
    {
        if (!scope.IsLimited)
            return refusal;
        return refusal switch
        {
            LockRefusal.TargetLocked r => r with
            {
                Blocking = [.. r.Blocking.Select(b => Of(at, scope, b, command))],
                Cycle =
                [
                    .. r
                        .Cycle.Where(step => scope.Sees(at, step.Item))
                        .Select(step => step with { WaitsFor = Asked(command, step.WaitsFor) }),
                ],
            },
            LockRefusal.LockNotHeld { Lease: { } lease } r
                when at.FindItemOf(lease) is not { } item || !scope.Sees(item.Queue) => r with
            {
                Owner = null,
                Lease = null,
                IsElsewhere = true,
            },
            LockRefusal.LockNotHeld { Owner: { } owner, Lease: null } r when owner.Id != scope.Who => r with
            {
                Owner = null,
                IsElsewhere = true,
            },
            ItemRefusal.NotClaimable { Why: "blocked" } r => r with { WaitingFor = Seen(at, scope, r.WaitingFor) },
            _ => refusal,
        };
    }

    private static Blocking Of(Workspace at, Scope scope, Blocking b, Command command)
    {
        var isSeen = b.Item is { } item ? scope.Sees(at, item) : b.Owner?.Id == scope.Who;
        return isSeen
            ? b
            : b with
            {
                Target = Asked(command, b.Target),
                Owner = null,
                Item = null,
                Lease = null,
                Hold = null,
                Takeover = null,
            };
    }

    // A lock may lie on a part that the caller does not know: name the target that they asked for instead.
    private static string Asked(Command command, string blocked) =>
        command switch
        {
            LockCommand.Acquire c => c.Targets.FirstOrDefault(t => Touch(t.Target, blocked))?.Target ?? blocked,
            HoldCommand.Begin c => c.Target,
            _ => blocked,
        };

    private static bool Touch(string asked, string blocked) =>
        TargetPath.Check(asked, out var path) is null && TargetPath.Touches(path, blocked);

    private static string? Seen(Workspace at, Scope scope, string? ids)
    {
        if (ids is null)
            return null;
        var all = ids.Split(", ");
        var seen = all.Where(text => ItemId.TryParse(text, out var id) && scope.Sees(at, id)).ToList();
        return seen.Count == all.Length ? ids : string.Join(", ", [.. seen, "work in another queue"]);
    }

    private static bool Names(IReadOnlyList<RequestedLock> locks, string target) =>
        locks.Any(ask => string.Equals(ask.Target, target, StringComparison.Ordinal));

    private static Item Narrowed(Item item, Func<ItemId, bool> sees) =>
        item with
        {
            Fields = item.Fields with { DependsOn = [.. item.DependsOn.Where(sees)] },
            OpenDependencies = [.. item.OpenDependencies.Where(sees)],
        };
}
