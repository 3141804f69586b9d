using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// What events show: two tables that name every event. A new one stands in both before it is shown to anybody who is limited to
/// queues; a test asks for it (<c>ClosedSwitchTests</c>).
/// </summary>
public static partial class Sight
{
    /// <summary>Whose the event is alone; null where everybody who sees its queue sees it.</summary>
    private static PrincipalId? OwnerOf(Event happened) =>
        happened switch
        {
            ViewEvent.Saved { Shared: true } => null,
            ViewEvent e => e.Owner,
            InboxEvent e => e.Principal,
            ActionEvent
            or ApprovalEvent
            or ArtifactEvent
            or BulkEvent
            or CheckpointEvent
            or CommentEvent
            or ConflictEvent
            or HoldEvent
            or ItemEvent
            or LeaseEvent
            or LockEvent
            or NoteEvent
            or PrincipalEvent
            or QueueEvent
            or ReviewEvent
            or RunEvent
            or RunbookEvent
            or TargetEvent
            or WebhookEvent
            or WorkspaceEvent => null,
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    /// <summary>The event of a queue that the caller sees, without what it says of work in other queues; null for not at all.</summary>
    /// <param name="sees">Whether the caller sees the queue of an item.</param>
    // Long on purpose: one line for each case of a closed set, and nothing else.
    private static Event? Narrowed(Event happened, Func<ItemId, bool> sees) =>
        happened switch
        {
            WorkspaceEvent.Resumed e => e with { Extended = [.. e.Extended.Where(x => sees(x.Item))] },
            ItemEvent.Created e => e with
            {
                Fields = e.Fields with { DependsOn = [.. e.Fields.DependsOn.Where(sees)] },
                OpenDependencies = [.. e.OpenDependencies.Where(sees)],
            },
            ItemEvent.Edited e => e with
            {
                Fields = e.Fields with { DependsOn = [.. e.Fields.DependsOn.Where(sees)] },
                OpenDependencies = [.. e.OpenDependencies.Where(sees)],
            },
            ItemEvent.Restored e => e with { Was = Narrowed(e.Was, sees) },
            ItemEvent.DependencyCompleted e => sees(e.Dependency) ? e : null,
            ItemEvent.AskedForAttention { Detail: { } detail } e
                when ItemId.TryParse(detail, out var id) && !sees(id) => e with
            {
                Detail = null,
            },
            // The item may have come from another queue, whose policy is not the caller's to read.
            LeaseEvent.Claimed e => e with { Terms = null },
            LockEvent.Acquired e => e with { CausedBy = [.. e.CausedBy.Where(t => Names(e.Locks, t))] },
            LockEvent.Waited e => e with { CausedBy = [.. e.CausedBy.Where(t => Names(e.Locks, t))] },
            LockEvent.GaveUp e => e with { CausedBy = [] },
            // These say nothing of other items, or are of no queue and come to nobody who is limited to some.
            ItemEvent.AskedForAttention
            or ActionEvent.Prepared
            or ActionEvent.Carried
            or ActionEvent.Begun
            or ActionEvent.Applied
            or ActionEvent.HadNoEffect
            or ActionEvent.BecameAmbiguous
            or ActionEvent.Withdrawn
            or ApprovalEvent.Decided
            or ApprovalEvent.Given
            or ApprovalEvent.BlockLifted
            or ApprovalEvent.Invalidated
            or ApprovalEvent.Spent
            or ApprovalEvent.Restored
            or ApprovalEvent.Revoked
            or ApprovalEvent.Expired
            or ArtifactEvent.Created
            or ArtifactEvent.VersionPublished
            or ArtifactEvent.SourcesRecorded
            or ArtifactEvent.PermitGiven
            or BulkEvent.Started
            or BulkEvent.Advanced
            or BulkEvent.Stopped
            or CheckpointEvent.Recorded
            or ConflictEvent.Opened
            or ConflictEvent.Joined
            or ConflictEvent.Taken
            or ConflictEvent.Resolved
            or ConflictEvent.Overtaken
            or InboxEvent.WasRead
            or InboxEvent.WasSet
            or ItemEvent.Requeued
            or ItemEvent.BackedOff
            or ItemEvent.BecameReady
            or ItemEvent.Parked
            or ItemEvent.Unparked
            or ItemEvent.Completed
            or ItemEvent.Cancelled
            or ItemEvent.Reopened
            or ItemEvent.AttentionEnded
            or ItemEvent.HandedOff
            or ItemEvent.HandoffEnded
            or ItemEvent.Archived
            or LeaseEvent.Started
            or LeaseEvent.Renewed
            or LeaseEvent.Acknowledged
            or LeaseEvent.Suspended
            or LeaseEvent.Resumed
            or LeaseEvent.WentStale
            or LeaseEvent.Revived
            or LeaseEvent.Ended
            or LockEvent.Released
            or HoldEvent.Began
            or HoldEvent.Ended
            or NoteEvent.Added
            or NoteEvent.Acknowledged
            or PrincipalEvent.Set
            or PrincipalEvent.KeyIssued
            or PrincipalEvent.Left
            or PrincipalEvent.CameBack
            or PrincipalEvent.SessionBegan
            or PrincipalEvent.SessionEnded
            or PrincipalEvent.KeyRevoked
            or QueueEvent.PolicySet
            or QueueEvent.Paused
            or QueueEvent.Resumed
            or WorkspaceEvent.Stopped
            or WorkspaceEvent.LineStarted
            or WorkspaceEvent.Drained
            or ReviewEvent.Requested
            or ReviewEvent.Superseded
            or ReviewEvent.Taken
            or ReviewEvent.Reassigned
            or ReviewEvent.Reminded
            or ReviewEvent.Withdrawn
            or ReviewEvent.Overdue
            or ReviewEvent.Decided
            or CommentEvent.Added
            or CommentEvent.Replied
            or CommentEvent.Resolved
            or RunbookEvent.WasSet
            or RunEvent.Ended
            or RunEvent.Reopened
            or TargetEvent.Changed
            or TargetEvent.Released
            or ViewEvent.Saved
            or ViewEvent.Deleted
            or WebhookEvent.Set
            or WebhookEvent.Disabled
            or WebhookEvent.Deleted => happened,
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static bool Names(IReadOnlyList<RequestedLock> locks, string target) =>
        locks.Any(ask => string.Equals(ask.Target, target, StringComparison.Ordinal));

    private static Item Narrowed(Item item, Func<ItemId, bool> sees) =>
        item with
        {
            Fields = item.Fields with { DependsOn = [.. item.DependsOn.Where(sees)] },
            OpenDependencies = [.. item.OpenDependencies.Where(sees)],
            // The item brings its history along, which may name work in other queues as each event of it did.
            Log =
            [
                .. item
                    .Log.Select(recorded =>
                        Narrowed(recorded.Event, sees) is { } seen ? recorded with { Event = seen } : null
                    )
                    .OfType<Recorded>(),
            ],
        };
}
