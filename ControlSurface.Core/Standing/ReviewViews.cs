using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Standing;

/// <summary>Makes views of reviews: <see cref="ReviewView"/> lies below the rules that know who may decide.</summary>
public static class ReviewViews
{
    extension(ReviewView)
    {
        /// <summary>The review with the principals who may decide on it now and are not away; nobody where it is not open.</summary>
        /// <param name="artifact">The artifact that the review is of.</param>
        public static ReviewView Of(IActions at, Artifact artifact, Review review)
        {
            if (review.State != ReviewState.Open)
                return View(artifact, review, [], ReviewAttention.Ok, backAt: null);
            var may = Eligible
                .Of(at, artifact)
                .Where(who => review.Reviewers.Any(r => r.Asks(who)))
                .Select(who => who.Id)
                .ToList();
            IReadOnlyList<PrincipalId> there = [.. may.Where(who => at.FindAbsence(who) is null)];
            var attention =
                there.Count == 0 ? ReviewAttention.NobodyEligible
                : review.IsOverdue ? ReviewAttention.Overdue
                : ReviewAttention.Ok;
            var backAt = there.Count == 0 ? may.Min(who => at.FindAbsence(who)?.Until) : null;
            return View(artifact, review, there, attention, backAt);
        }
    }

    private static ReviewView View(
        Artifact artifact,
        Review review,
        IReadOnlyList<PrincipalId> eligible,
        ReviewAttention attention,
        DateTimeOffset? backAt
    ) => new(review, artifact.Id, artifact.Name, artifact.Item, artifact.Queue, eligible, attention, backAt);
}
