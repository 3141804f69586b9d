using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Views;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Removes from events and refusals what a caller's <see cref="Scope"/> does not let them see of work in other queues. A caller who is
/// not limited gets everything unchanged.
/// </summary>
public static partial class Sight
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
            // Others: belong to no queue, so only callers who are limited to none see them.
            _ => null,
        };

    /// <summary>
    /// The event as the caller may see it: unchanged, a copy without what concerns other queues, or null where they may not see it.
    /// </summary>
    /// <param name="queueOf">The queue of an item now, in memory or in the archive; null where it is not known.</param>
    public static Event? Of(Scope scope, Event happened, Func<ItemId, string?> queueOf)
    {
        if (OwnerOf(happened) is { } owner && !scope.SeesPrivate(owner))
            return null;
        if (!scope.IsLimited)
            return happened;
        // A stop of the whole line concerns every caller; other people and other queues do not.
        if (happened is not WorkspaceEvent && !scope.Sees(QueueOf(happened, queueOf)))
            return null;
        return Narrowed(happened, id => scope.Sees(queueOf(id)));
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
            ItemRefusal.NotClaimable { Why: NotClaimableReason.Blocked } r => r with
            {
                WaitingFor = Seen(at, scope, r.WaitingFor),
            },
            // These name only what the caller named, or what lies on it.
            ItemRefusal
            or LockRefusal.LockNotHeld
            or ActionRefusal
            or ApprovalRefusal
            or ArtifactRefusal
            or BulkRefusal
            or ConflictRefusal
            or LeaseRefusal
            or QueueRefusal
            or RunRefusal
            or Refusal.InvalidRequest
            or Refusal.Unauthorized
            or Refusal.Forbidden
            or Refusal.NotFound
            or Refusal.IdempotencyKeyReused
            or Refusal.Paused
            or Refusal.RateLimited
            or Refusal.InternalError
            or Refusal.RequestInProgress
            or Refusal.Unavailable
            or Refusal.OutcomeUnknown => refusal,
            _ => throw new UnreachableException(refusal.GetType().Name),
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
            // Others: ask for no lock, so nothing stands in their way but what they name themselves.
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
}
