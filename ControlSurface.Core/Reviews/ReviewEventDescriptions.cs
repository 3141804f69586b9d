using System.Diagnostics;

namespace ControlSurface.Core.Reviews;

/// <summary>Each <see cref="ReviewEvent"/> as a sentence.</summary>
internal static class ReviewEventDescriptions
{
    internal static string Of(ReviewEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ReviewEvent.Requested e =>
                $"{e.Name} asked {Asked(e.Reviewers, nameOf)} to review version {e.Version} of {e.Artifact}{Phrases.Because(e.Note)}.",
            ReviewEvent.Superseded e =>
                $"The review {e.Review} of {e.Artifact} goes on as {e.By}, for the newer version.",
            ReviewEvent.Taken e => $"{by} took the review {e.Review} of {e.Artifact}.",
            ReviewEvent.Reassigned e =>
                $"{by} asked {Asked(e.To, nameOf)} to review {e.Artifact}{Phrases.Because(e.Why)}.",
            ReviewEvent.Reminded e => $"{by} reminded the reviewers of {e.Artifact}.",
            ReviewEvent.Withdrawn e => $"The review {e.Review} of {e.Artifact} was withdrawn{Phrases.Because(e.Why)}.",
            ReviewEvent.Overdue e => $"The review {e.Review} of {e.Artifact} is overdue.",
            ReviewEvent.Decided e =>
                $"The review {e.Review} of {e.Artifact} ended: {Phrases.Word(WireNames.Of(e.Outcome))}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static string Asked(IReadOnlyList<Reviewer> reviewers, Func<PrincipalId, string> nameOf) =>
        reviewers.SequenceEqual(Reviewer.WhoeverMayDecide)
            ? "anybody who may decide"
            : string.Join(" and ", reviewers.Select(r => r.Principal is { } id ? nameOf(id) : $"every {r.Role}"));
}
