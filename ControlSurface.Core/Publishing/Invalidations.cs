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

/// <summary>Invalidates approvals, ends reviews, and resumes the lease that waits for a review.</summary>
internal static class Invalidations
{
    /// <summary>
    /// Invalidates all valid approvals of the artifact at once. Each action that was approved and had not begun opens a conflict,
    /// because somebody counts on it (DESIGN.md, 4; API.md, <c>approval_outdated</c>).
    /// </summary>
    internal static void Invalidate(
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

    /// <summary>Ends the open review with this decision, and resumes the lease that waits for it.</summary>
    internal static void EndReview(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        ReviewDecision outcome,
        string? comment
    )
    {
        if (artifact.OpenReview is { } review)
            events.Add(new ReviewEvent.Decided(artifact.Id, context.At.InMemory(artifact.Item), review.Id, outcome));
        ResumeLease(events, context, artifact, comment);
    }

    /// <summary>Resumes the lease that waits for the review, and leaves the comment as a note to its holder.</summary>
    /// <param name="asks">Whether the holder has to answer the comment.</param>
    /// <param name="question">The comment that asks; null where only comments on lines do.</param>
    internal static void ResumeLease(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        string? comment,
        bool asks = false,
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
                ResumeCause.Decision,
                context.Now
            )
        );
        if (!string.IsNullOrWhiteSpace(comment))
            events.Add(
                new NoteEvent.Added(
                    id,
                    item.Notes.Count + 1,
                    "holder",
                    asks ? NoteKind.Question : NoteKind.Note,
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
