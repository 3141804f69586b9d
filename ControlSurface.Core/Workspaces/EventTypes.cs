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

/// <summary>The records of events by their types on the wire. A type that was ever written stays readable for ever.</summary>
public static class EventTypes
{
    internal static readonly SortedDictionary<string, Type> ByName = new(StringComparer.Ordinal)
    {
        ["item.created"] = typeof(ItemEvent.Created),
        ["item.edited"] = typeof(ItemEvent.Edited),
        ["item.requeued"] = typeof(ItemEvent.Requeued),
        ["item.backedOff"] = typeof(ItemEvent.BackedOff),
        ["item.becameReady"] = typeof(ItemEvent.BecameReady),
        ["item.parked"] = typeof(ItemEvent.Parked),
        ["item.snoozed"] = typeof(ItemEvent.Parked),
        ["item.unparked"] = typeof(ItemEvent.Unparked),
        ["item.completed"] = typeof(ItemEvent.Completed),
        ["item.cancelled"] = typeof(ItemEvent.Cancelled),
        ["item.reopened"] = typeof(ItemEvent.Reopened),
        ["item.dependencyCompleted"] = typeof(ItemEvent.DependencyCompleted),
        ["item.attentionAsked"] = typeof(ItemEvent.AskedForAttention),
        ["item.attentionEnded"] = typeof(ItemEvent.AttentionEnded),
        ["item.archived"] = typeof(ItemEvent.Archived),
        ["item.restored"] = typeof(ItemEvent.Restored),
        ["handoff.offered"] = typeof(ItemEvent.HandedOff),
        ["handoff.declined"] = typeof(ItemEvent.HandoffEnded),
        ["handoff.withdrawn"] = typeof(ItemEvent.HandoffEnded),
        ["handoff.expired"] = typeof(ItemEvent.HandoffEnded),
        ["lease.claimed"] = typeof(LeaseEvent.Claimed),
        ["lease.takenOver"] = typeof(LeaseEvent.Claimed),
        ["lease.accepted"] = typeof(LeaseEvent.Claimed),
        ["lease.started"] = typeof(LeaseEvent.Started),
        ["lease.renewed"] = typeof(LeaseEvent.Renewed),
        ["lease.acknowledged"] = typeof(LeaseEvent.Acknowledged),
        ["lease.suspended"] = typeof(LeaseEvent.Suspended),
        ["lease.resumed"] = typeof(LeaseEvent.Resumed),
        ["lease.stale"] = typeof(LeaseEvent.WentStale),
        ["lease.revived"] = typeof(LeaseEvent.Revived),
        ["lease.released"] = typeof(LeaseEvent.Ended),
        ["lease.completed"] = typeof(LeaseEvent.Ended),
        ["lease.handedOff"] = typeof(LeaseEvent.Ended),
        ["lease.lost"] = typeof(LeaseEvent.Ended),
        ["lease.revoked"] = typeof(LeaseEvent.Ended),
        ["lease.requeued"] = typeof(LeaseEvent.Ended),
        ["lease.lapsed"] = typeof(LeaseEvent.Ended),
        ["lease.expired"] = typeof(LeaseEvent.Ended),
        ["lease.cancelled"] = typeof(LeaseEvent.Ended),
        ["lease.runEnded"] = typeof(LeaseEvent.Ended),
        ["lease.principalEnded"] = typeof(LeaseEvent.Ended),
        ["checkpoint.recorded"] = typeof(CheckpointEvent.Recorded),
        ["note.added"] = typeof(NoteEvent.Added),
        ["note.acknowledged"] = typeof(NoteEvent.Acknowledged),
        ["queue.policySet"] = typeof(QueueEvent.PolicySet),
        ["queue.paused"] = typeof(QueueEvent.Paused),
        ["queue.resumed"] = typeof(QueueEvent.Resumed),
        ["workspace.stopped"] = typeof(WorkspaceEvent.Stopped),
        ["workspace.drained"] = typeof(WorkspaceEvent.Drained),
        ["webhook.set"] = typeof(WebhookEvent.Set),
        ["webhook.disabled"] = typeof(WebhookEvent.Disabled),
        ["webhook.deleted"] = typeof(WebhookEvent.Deleted),
        ["workspace.went"] = typeof(WorkspaceEvent.LineStarted),
        ["workspace.resumed"] = typeof(WorkspaceEvent.Resumed),
        ["principal.set"] = typeof(PrincipalEvent.Set),
        ["principal.left"] = typeof(PrincipalEvent.Left),
        ["principal.cameBack"] = typeof(PrincipalEvent.CameBack),
        ["principal.keyIssued"] = typeof(PrincipalEvent.KeyIssued),
        ["principal.keyRevoked"] = typeof(PrincipalEvent.KeyRevoked),
        ["session.began"] = typeof(PrincipalEvent.SessionBegan),
        ["session.ended"] = typeof(PrincipalEvent.SessionEnded),
        ["run.ended"] = typeof(RunEvent.Ended),
        ["run.reopened"] = typeof(RunEvent.Reopened),
        ["artifact.created"] = typeof(ArtifactEvent.Created),
        ["artifact.versionPublished"] = typeof(ArtifactEvent.VersionPublished),
        ["artifact.sourcesRecorded"] = typeof(ArtifactEvent.SourcesRecorded),
        ["artifact.permitGiven"] = typeof(ArtifactEvent.PermitGiven),
        ["review.requested"] = typeof(ReviewEvent.Requested),
        ["review.superseded"] = typeof(ReviewEvent.Superseded),
        ["review.taken"] = typeof(ReviewEvent.Taken),
        ["review.reassigned"] = typeof(ReviewEvent.Reassigned),
        ["review.reminded"] = typeof(ReviewEvent.Reminded),
        ["review.withdrawn"] = typeof(ReviewEvent.Withdrawn),
        ["review.overdue"] = typeof(ReviewEvent.Overdue),
        ["review.decided"] = typeof(ReviewEvent.Decided),
        ["comment.added"] = typeof(CommentEvent.Added),
        ["comment.replied"] = typeof(CommentEvent.Replied),
        ["comment.resolved"] = typeof(CommentEvent.Resolved),
        ["comment.accepted"] = typeof(CommentEvent.Resolved),
        ["decision.given"] = typeof(ApprovalEvent.Decided),
        ["decision.lifted"] = typeof(ApprovalEvent.BlockLifted),
        ["approval.given"] = typeof(ApprovalEvent.Given),
        ["approval.invalidated"] = typeof(ApprovalEvent.Invalidated),
        ["approval.spent"] = typeof(ApprovalEvent.Spent),
        ["approval.restored"] = typeof(ApprovalEvent.Restored),
        ["approval.revoked"] = typeof(ApprovalEvent.Revoked),
        ["approval.expired"] = typeof(ApprovalEvent.Expired),
        ["action.prepared"] = typeof(ActionEvent.Prepared),
        ["action.carried"] = typeof(ActionEvent.Carried),
        ["action.begun"] = typeof(ActionEvent.Begun),
        ["action.applied"] = typeof(ActionEvent.Applied),
        ["action.failed"] = typeof(ActionEvent.HadNoEffect),
        ["action.ambiguous"] = typeof(ActionEvent.BecameAmbiguous),
        ["action.withdrawn"] = typeof(ActionEvent.Withdrawn),
        ["lock.acquired"] = typeof(LockEvent.Acquired),
        ["lock.released"] = typeof(LockEvent.Released),
        ["lock.waited"] = typeof(LockEvent.Waited),
        ["lock.gaveUp"] = typeof(LockEvent.GaveUp),
        ["inbox.read"] = typeof(InboxEvent.WasRead),
        ["inbox.set"] = typeof(InboxEvent.WasSet),
        ["bulk.started"] = typeof(BulkEvent.Started),
        ["bulk.advanced"] = typeof(BulkEvent.Advanced),
        ["bulk.done"] = typeof(BulkEvent.Advanced),
        ["bulk.stopped"] = typeof(BulkEvent.Stopped),
        ["view.saved"] = typeof(ViewEvent.Saved),
        ["view.deleted"] = typeof(ViewEvent.Deleted),
        ["runbook.set"] = typeof(RunbookEvent.WasSet),
        ["hold.began"] = typeof(HoldEvent.Began),
        ["hold.ended"] = typeof(HoldEvent.Ended),
        ["target.changed"] = typeof(TargetEvent.Changed),
        ["target.released"] = typeof(TargetEvent.Released),
        ["conflict.opened"] = typeof(ConflictEvent.Opened),
        ["conflict.joined"] = typeof(ConflictEvent.Joined),
        ["conflict.taken"] = typeof(ConflictEvent.Taken),
        ["conflict.resolved"] = typeof(ConflictEvent.Resolved),
        ["conflict.dismissed"] = typeof(ConflictEvent.Resolved),
        ["conflict.overtaken"] = typeof(ConflictEvent.Overtaken),
    };

    /// <summary>All types, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];
}
