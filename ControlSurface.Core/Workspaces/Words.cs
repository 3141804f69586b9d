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
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;

namespace ControlSurface.Core.Workspaces;

/// <summary>The words of API.md for what Core holds as enumerations: on the wire, in refusals and in sentences alike.</summary>
public static class Words
{
    public static string Of(Roles role) =>
        role switch
        {
            Roles.Viewer => "viewer",
            Roles.Agent => "agent",
            Roles.Reviewer => "reviewer",
            Roles.Support => "support",
            Roles.Manager => "manager",
            Roles.Admin => "admin",
            _ => "nobody",
        };

    public static string Of(InboxKind kind) =>
        kind switch
        {
            InboxKind.Review => "review",
            InboxKind.ApprovalFell => "approval_fell",
            InboxKind.Conflict => "conflict",
            InboxKind.Handoff => "handoff",
            InboxKind.Stale => "stale",
            InboxKind.LeaseEnded => "lease_ended",
        };

    public static string Of(BulkDo what) =>
        what switch
        {
            BulkDo.Cancel => "cancel",
            BulkDo.Requeue => "requeue",
            BulkDo.Label => "label",
            BulkDo.Priority => "priority",
            BulkDo.Takeover => "takeover",
            BulkDo.Resolve => "resolve",
            BulkDo.Handoff => "handoff",
            BulkDo.Unpark => "unpark",
        };

    public static string Of(BulkState state) =>
        state switch
        {
            BulkState.Running => "running",
            BulkState.Done => "done",
            BulkState.Stopped => "stopped",
        };

    public static string Of(PatternChange change) =>
        change switch
        {
            PatternChange.NarrowerLock => "narrower_lock",
            PatternChange.BetterTrigger => "better_trigger",
            PatternChange.QueuePolicy => "queue_policy",
            PatternChange.ClearerHandoff => "clearer_handoff",
        };

    public static string Of(PatternState state) =>
        state switch
        {
            PatternState.Watching => "watching",
            PatternState.Absorbed => "absorbed",
        };

    public static string Of(LockMode mode) =>
        mode switch
        {
            LockMode.Shared => "shared",
            LockMode.Exclusive => "exclusive",
        };

    public static string Of(PrincipalKind kind) =>
        kind switch
        {
            PrincipalKind.Agent => "agent",
            PrincipalKind.Person => "person",
        };

    public static string Of(PrincipalState state) =>
        state switch
        {
            PrincipalState.Active => "active",
            PrincipalState.Paused => "paused",
            PrincipalState.Ended => "ended",
        };

    public static string Of(ItemState state) =>
        state switch
        {
            ItemState.Completed => "completed",
            ItemState.Cancelled => "cancelled",
            ItemState.Applying => "applying",
            ItemState.WaitingOnReview => "waiting_on_review",
            ItemState.Suspended => "suspended",
            ItemState.Leased => "leased",
            ItemState.Claimed => "claimed",
            ItemState.Stale => "stale",
            ItemState.HandedOff => "handed_off",
            ItemState.ConflictDetected => "conflict_detected",
            ItemState.Parked => "parked",
            ItemState.Blocked => "blocked",
            ItemState.Queued => "queued",
        };

    public static string Of(ActionState state) =>
        state switch
        {
            ActionState.Prepared => "prepared",
            ActionState.Applying => "applying",
            ActionState.Applied => "applied",
            ActionState.Failed => "failed",
            ActionState.Superseded => "superseded",
            ActionState.Conflicting => "conflicting",
            ActionState.Ambiguous => "ambiguous",
            ActionState.Withdrawn => "withdrawn",
        };

    public static string Of(ApprovalState state) =>
        state switch
        {
            ApprovalState.Valid => "valid",
            ApprovalState.Spent => "spent",
            ApprovalState.Invalidated => "invalidated",
            ApprovalState.Revoked => "revoked",
            ApprovalState.Expired => "expired",
        };

    public static string Of(ReviewState state) =>
        state switch
        {
            ReviewState.Open => "open",
            ReviewState.Decided => "decided",
            ReviewState.Superseded => "superseded",
            ReviewState.Withdrawn => "withdrawn",
        };

    public static string Of(ReviewOutcomeState state) =>
        state switch
        {
            ReviewOutcomeState.Pending => "pending",
            ReviewOutcomeState.Approved => "approved",
            ReviewOutcomeState.ChangesRequested => "changes_requested",
            ReviewOutcomeState.Rejected => "rejected",
            ReviewOutcomeState.Superseded => "superseded",
            ReviewOutcomeState.Withdrawn => "withdrawn",
            ReviewOutcomeState.Expired => "expired",
        };

    public static string Of(VersionKind kind) =>
        kind switch
        {
            VersionKind.Publish => "publish",
            VersionKind.Merge => "merge",
            VersionKind.Edit => "edit",
            VersionKind.Suggestion => "suggestion",
        };

    public static string Of(ConflictKind kind) =>
        kind switch
        {
            ConflictKind.OverlappingEdit => "overlapping_edit",
            ConflictKind.SourceChanged => "source_changed",
            ConflictKind.HandledElsewhere => "handled_elsewhere",
            ConflictKind.LateResult => "late_result",
            ConflictKind.ApprovalOutdated => "approval_outdated",
            ConflictKind.DuplicateAction => "duplicate_action",
            ConflictKind.FencedWrite => "fenced_write",
            ConflictKind.VerificationMismatch => "verification_mismatch",
        };

    public static string Of(ConflictState state) =>
        state switch
        {
            ConflictState.Open => "open",
            ConflictState.InReview => "in_review",
            ConflictState.Resolved => "resolved",
            ConflictState.Dismissed => "dismissed",
            ConflictState.Overtaken => "overtaken",
        };

    public static string Of(LeaseState state) =>
        state switch
        {
            LeaseState.Claimed => "claimed",
            LeaseState.Active => "active",
            LeaseState.Suspended => "suspended",
            LeaseState.Stale => "stale",
            LeaseState.Ended => "ended",
        };

    public static string Of(EndedAs how) =>
        how switch
        {
            EndedAs.Released => "released",
            EndedAs.Completed => "completed",
            EndedAs.HandedOff => "handed_off",
            EndedAs.TakenOver => "taken_over",
            EndedAs.Revoked => "revoked",
            EndedAs.Requeued => "requeued",
            EndedAs.Expired => "expired",
            EndedAs.Cancelled => "cancelled",
            EndedAs.RunEnded => "run_ended",
            EndedAs.PrincipalEnded => "principal_ended",
        };

    /// <summary>The reasons of a suspension, in the order of the flags.</summary>
    public static IReadOnlyList<string> Of(SuspendReasons reasons)
    {
        var words = new List<string>();
        if (reasons.HasFlag(SuspendReasons.PausedByPolicy))
            words.Add("paused_by_policy");
        if (reasons.HasFlag(SuspendReasons.Blocked))
            words.Add("blocked");
        if (reasons.HasFlag(SuspendReasons.WaitingOnHuman))
            words.Add("waiting_on_human");
        if (reasons.HasFlag(SuspendReasons.WaitingOnReview))
            words.Add("waiting_on_review");
        return words;
    }
}
