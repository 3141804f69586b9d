using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Standing;

/// <summary>What the review of one version has come to (API.md, Settled since, Waiting for a review).</summary>
public enum ReviewOutcomeState
{
    /// <summary>Somebody has still to decide, or nobody was asked yet.</summary>
    Pending,

    /// <summary>All approvals that the version needs were given; they may have been spent since.</summary>
    Approved,
    ChangesRequested,
    Rejected,

    /// <summary>A newer version is current, whoever made it: nobody decides on this one any more.</summary>
    Superseded,

    /// <summary>The review, or an approval, was taken back, and nobody is asked.</summary>
    Withdrawn,

    /// <summary>The approvals have had their time, or fell because the target or a source moved, and nobody is asked.</summary>
    Expired,
}

/// <summary>What the review of one version has come to: computed from the one record, as every other state word is.</summary>
/// <param name="Standing">What the approvals of the artifact come to.</param>
/// <param name="Review">The newest review of the version; null where nobody was asked.</param>
public sealed record ReviewOutcome(ReviewOutcomeState State, ApprovalStanding Standing, Review? Review)
{
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
        // What is told of the artifact may be what became of an older version that was approved.
        if (standing.Version != version)
            return isOpen || review is not { State: ReviewState.Withdrawn }
                ? ReviewOutcomeState.Pending
                : ReviewOutcomeState.Withdrawn;
        return standing.State switch
        {
            "valid" or "spent" => ReviewOutcomeState.Approved,
            _ when isOpen => ReviewOutcomeState.Pending,
            "partial" => ReviewOutcomeState.Pending,
            "expired" or "invalidated" => ReviewOutcomeState.Expired,
            "revoked" => ReviewOutcomeState.Withdrawn,
            _ => review is { State: ReviewState.Withdrawn } ? ReviewOutcomeState.Withdrawn : ReviewOutcomeState.Pending,
        };
    }
}
