using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Standing;

/// <summary>The outcome of a version's review (API.md, Settled since, Waiting for a review).</summary>
public enum ReviewOutcomeState
{
    /// <summary>Approvals are missing, or nobody was asked yet.</summary>
    Pending,

    /// <summary>All approvals that the version needs were given; they may have been spent since.</summary>
    Approved,

    /// <summary>Somebody requested changes, and has not decided otherwise since.</summary>
    ChangesRequested,

    /// <summary>Somebody rejected the version, and has not decided otherwise since.</summary>
    Rejected,

    /// <summary>A newer version is current: nobody decides on this one any more.</summary>
    Superseded,

    /// <summary>The review was withdrawn or an approval revoked, and no review is open.</summary>
    Withdrawn,

    /// <summary>The approvals expired, or were invalidated because the target or a source changed, and no review is open.</summary>
    Expired,
}

/// <summary>The outcome of a version's review, computed from the artifact's record.</summary>
/// <param name="State">The outcome.</param>
/// <param name="Standing">The approval state of the artifact, which may describe an older version.</param>
/// <param name="Review">The newest review of the version; null where nobody was asked.</param>
public sealed record ReviewOutcome(ReviewOutcomeState State, ApprovalStanding Standing, Review? Review)
{
    /// <summary>The outcome for one version now.</summary>
    /// <param name="version">The number of a version that exists.</param>
    public static ReviewOutcome Of(IActions at, Artifact artifact, int version)
    {
        var standing = ApprovalStanding.Of(at, artifact);
        var review = artifact.Reviews.FindLast(r => r.Version == version);
        return new ReviewOutcome(StateOf(artifact, version, standing, review), standing, review);
    }

    private static ReviewOutcomeState StateOf(Artifact artifact, int version, ApprovalStanding standing, Review? review)
    {
        if (version != artifact.Current.Number)
            return ReviewOutcomeState.Superseded;
        var blocking = ApprovalStanding.Blocking(artifact, version);
        if (blocking.Any(v => v.Decision == ReviewDecision.Reject))
            return ReviewOutcomeState.Rejected;
        if (blocking.Count > 0)
            return ReviewOutcomeState.ChangesRequested;
        var isOpen = review is { State: ReviewState.Open };
        // The standing may describe an older version that was approved.
        if (standing.Version != version)
            return isOpen || review is not { State: ReviewState.Withdrawn }
                ? ReviewOutcomeState.Pending
                : ReviewOutcomeState.Withdrawn;
        return standing.State switch
        {
            StandingState.Valid or StandingState.Spent => ReviewOutcomeState.Approved,
            StandingState.Partial => ReviewOutcomeState.Pending,
            StandingState.Expired or StandingState.Invalidated => isOpen
                ? ReviewOutcomeState.Pending
                : ReviewOutcomeState.Expired,
            StandingState.Revoked => isOpen ? ReviewOutcomeState.Pending : ReviewOutcomeState.Withdrawn,
            StandingState.None => review is { State: ReviewState.Withdrawn }
                ? ReviewOutcomeState.Withdrawn
                : ReviewOutcomeState.Pending,
        };
    }
}
