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

namespace ControlSurface.Core.Vocabulary;

/// <summary>The answer to an accepted command: values, safe to read after the next one has changed everything.</summary>
public abstract record Reply
{
    private Reply() { }

    /// <param name="Created">False where it existed already, or nothing changed.</param>
    /// <param name="Differs">Members of a duplicate that differ from what was sent.</param>
    public sealed record ForItem(ItemView Item, bool Created, IReadOnlyList<string>? Differs = null) : Reply;

    public sealed record ForLease(LeaseView Lease) : Reply;

    /// <summary>A claim, takeover or accept. No handover where nobody worked on the item before.</summary>
    public sealed record Granted(ItemView Item, LeaseView Lease, Handover? Handover) : Reply;

    /// <summary>Nothing to claim. Says what stops it and when asking again helps, where a limit does.</summary>
    public sealed record NothingToClaim(int? RetryAfter, string? WaitingFor) : Reply;

    public sealed record ForCheckpoint(Checkpoint Checkpoint, LeaseView Lease) : Reply;

    public sealed record ForRenewals(IReadOnlyList<RenewalResult> Results) : Reply;

    /// <summary>All that was asked for is locked.</summary>
    public sealed record Locked(IReadOnlyList<HeldLock> Locks, LeaseView Lease) : Reply;

    /// <summary>In line. Never an answer: whoever asked is told once it is served or gives up.</summary>
    /// <param name="Wait">Seq with which it began.</param>
    public sealed record LockWait(ItemId Item, long Wait) : Reply;

    public sealed record Unlocked(IReadOnlyList<string> Targets, LeaseView Lease) : Reply;

    public sealed record ForHold(TargetHold Hold) : Reply;

    public sealed record ForNote(Note Note, ItemId Item) : Reply;

    /// <param name="Queue">As it is after the command.</param>
    public sealed record ForQueue(Queue Queue, bool Created) : Reply;

    public sealed record ForRun(EndedRun Run, IReadOnlyList<LeaseView> Released) : Reply;

    public sealed record ForReopenedRun(KnownRun Run) : Reply;

    public sealed record ForPrincipal(Principal Principal, bool IsNew) : Reply
    {
        /// <summary>The approvals that fell with them, where this ended them.</summary>
        public IReadOnlyList<ApprovalEvent.Revoked>? Revoked { get; init; }
    }

    /// <param name="IsNewSecret">Its secret was made by this, and is to be said once.</param>
    public sealed record ForWebhook(Webhook Webhook, bool IsNewSecret, bool IsNew) : Reply;

    public sealed record ForDrain(string? Why) : Reply;

    /// <param name="Absence">Null for being there.</param>
    public sealed record ForAbsence(Absence? Absence) : Reply;

    /// <param name="Issued">What was asked for, with the number that the key has.</param>
    public sealed record ForKey(PrincipalCommand.IssueKey Issued) : Reply;

    public sealed record ForLine(LineStop? Stop) : Reply;

    public sealed record ForContent(string Hash, long Length) : Reply;

    /// <param name="IsNew">A version came to be.</param>
    public sealed record ForArtifact(ArtifactView Artifact, bool IsNew) : Reply;

    public sealed record ForReview(ReviewView Review, bool IsNew) : Reply;

    public sealed record ForComment(Comment Comment, ArtifactId Artifact, bool IsNew) : Reply;

    /// <param name="Verdict">The decision; null where nothing new was said and none was before.</param>
    public sealed record ForVerdict(Verdict? Verdict, ArtifactView Artifact, bool IsNew) : Reply;

    public sealed record ForAction(ActionView Action, bool IsNew) : Reply;

    public sealed record ForBegin(BeginOutcome Begun) : Reply;

    public sealed record ForConflict(ConflictView Conflict) : Reply;

    public sealed record ForTarget(TargetState Target, bool IsNew) : Reply;

    public sealed record ForInbox(InboxState Inbox) : Reply;

    public sealed record ForBulk(BulkJob Job) : Reply;

    public sealed record ForPattern(Pattern Pattern) : Reply;

    public sealed record ForView(SavedView View, bool IsNew) : Reply;

    /// <summary>It may be said; whoever keeps who is there does.</summary>
    public sealed record ForPresence(Principals.Principal Who, string Topic, string Mode) : Reply;

    /// <summary>The workspace may be made; whoever keeps the workspaces makes it.</summary>
    public sealed record ForNewWorkspace(string Name) : Reply;

    public sealed record Done : Reply
    {
        public static readonly Done Instance = new();
    }
}

/// <summary>One renewal of a batch: a new end, or why not.</summary>
public sealed record RenewalResult(LeaseId Lease, DateTimeOffset? ExpiresAt, Refusal? Problem);
