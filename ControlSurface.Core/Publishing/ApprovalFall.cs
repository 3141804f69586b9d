using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Publishing;

/// <summary>What takes approvals away, and ends the wait of the lease that asked for a review.</summary>
internal static class ApprovalFall
{
    /// <summary>
    /// All approvals of the artifact fall at once; an action that they covered and that has not begun shows as a
    /// conflict, because somebody counts on it (DESIGN.md, 4; API.md, <c>approval_outdated</c>).
    /// </summary>
    internal static void Fall(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        int? version,
        string? target,
        string why
    )
    {
        List<Approval> falling = [.. artifact.Approvals.Where(a => a.State == ApprovalState.Valid)];
        if (falling.Count == 0)
            return;
        var wasEnough = ApprovalStanding.Unspent(context.At, artifact).Count > 0;
        var item = context.At.InMemory(artifact.Item);
        events.Add(
            new ApprovalEvent.Invalidated(artifact.Id, item, [.. falling.Select(a => a.Id)], version, target, why)
        );
        if (!wasEnough)
            return;
        foreach (var action in ApprovalStanding.ActionsToShow(context.At, artifact, falling[0].Version))
        {
            if (!falling.All(a => Consequences.Covers(a, action)))
                continue;
            var approved = artifact.Versions[falling[0].Version - 1];
            Collisions.Open(
                context.At,
                events,
                ArtifactCollision.Conflict(
                    context,
                    artifact,
                    ConflictKind.ApprovalOutdated,
                    $"{artifact.Id}|{approved.Number}|{action.Id}",
                    approved.Number,
                    $"{action.Kind} on {action.Target} was approved with version {approved.Number} and had not begun when {why}.",
                    merged: null,
                    [ArtifactCollision.Of(artifact, approved, "approved")],
                    action.Id
                )
            );
        }
    }

    /// <summary>What an open review comes to: it is decided, and its holder is woken with the comment.</summary>
    internal static void End(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        ReviewDecision outcome,
        string? comment
    )
    {
        if (artifact.OpenReview is { } review)
            events.Add(new ReviewEvent.Decided(artifact.Id, context.At.InMemory(artifact.Item), review.Id, outcome));
        Wake(events, context, artifact, "note", comment);
    }

    /// <summary>Ends the wait of the lease that asked for the review.</summary>
    internal static void Wake(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        string kind,
        string? comment,
        CommentId? question = null
    )
    {
        if (
            artifact.Item is not { } id
            || context.At.FindItem(id) is not { Lease: { State: LeaseState.Suspended } lease } item
            || !lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview)
            || (artifact.OpenReview?.Lease is { } asked && asked != lease.Id)
        )
            return;
        events.Add(
            SuspendRules.Resume(
                lease,
                lease.Reasons & ~SuspendReasons.WaitingOnReview,
                LeaseState.Claimed,
                "decision",
                context.Now
            )
        );
        if (!string.IsNullOrWhiteSpace(comment))
            events.Add(
                new NoteEvent.Added(
                    id,
                    item.Notes.Count + 1,
                    "holder",
                    kind,
                    comment,
                    context.Who.Name,
                    context.Who.Kind
                )
                {
                    Artifact = question is null ? null : artifact.Id,
                    Comment = question,
                }
            );
    }
}
