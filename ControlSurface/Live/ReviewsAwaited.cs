using System.Collections.Frozen;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>
/// Whom a review, or an approval that fell, waits for: the one rule of the list of reviews, of what is next, of the menu's count and of
/// the palette. Of a board it is found for everybody at once, and anew only where something that it depends on has changed.
/// </summary>
internal sealed class ReviewsAwaited
{
    private readonly Dictionary<ArtifactId, Found> _open = [];
    private readonly Lazy<ILookup<PrincipalId, Artifact>> _fallen;

    /// <summary>Under the picture's lock.</summary>
    /// <param name="open">The reviews that are open in it.</param>
    /// <param name="fallen">The artifacts with an approval that fell.</param>
    /// <param name="before">What was found for the same principals in an earlier picture; null for nothing.</param>
    internal ReviewsAwaited(
        Workspace at,
        IReadOnlyList<ReviewView> open,
        IReadOnlyList<Artifact> fallen,
        ReviewsAwaited? before
    )
    {
        foreach (var review in open)
            _open[review.Artifact] = Found.In(at, review, before?._open.GetValueOrDefault(review.Artifact));
        _fallen = new Lazy<ILookup<PrincipalId, Artifact>>(() => ByApprover(fallen));
    }

    /// <summary>
    /// Whether a review waits for the principal's decision. One that waits only for another person's does not, even if they may decide.
    /// </summary>
    internal static bool IsFor(IActions at, ReviewView review, Principal who) =>
        review.Eligible.Contains(who.Id)
        && at.FindArtifact(review.Artifact) is { } artifact
        && ApprovalStanding.Helps(at, artifact, who);

    /// <summary>Whether somebody else has to be asked, which is for whoever may ask them.</summary>
    internal static bool IsForWhoAsks(ReviewView review, Viewer you) =>
        review.Attention == ReviewAttention.NobodyEligible && you.May(Verb.ReassignReview) && you.MaySee(review.Queue);

    /// <summary>Whether an approval of the principal's fell and nobody asked for a new one.</summary>
    internal static bool IsFallenOf(Artifact artifact, PrincipalId who) =>
        artifact.OpenReview is null
        && artifact.Approvals.Any(one => one.By == who && one.State == ApprovalState.Invalidated)
        && ApprovalStanding.FallOf(artifact) is not null;

    /// <summary>The same as <see cref="IsFor(IActions, ReviewView, Principal)"/>, as it was found.</summary>
    internal bool IsFor(ReviewView review, PrincipalId who) =>
        _open.TryGetValue(review.Artifact, out var found) && found.For.Contains(who);

    /// <summary>How many things wait for the viewer: what the list of reviews has under "For me".</summary>
    internal int CountFor(IReadOnlyList<ReviewView> open, Viewer you) =>
        open.Count(review => IsFor(review, you.Id) || IsForWhoAsks(review, you))
        + _fallen.Value[you.Id].Count(artifact => you.MaySee(artifact.Queue));

    private static ILookup<PrincipalId, Artifact> ByApprover(IReadOnlyList<Artifact> fallen) =>
        fallen
            .SelectMany(artifact =>
                artifact
                    .Approvals.Select(one => one.By)
                    .Distinct()
                    .Where(by => IsFallenOf(artifact, by))
                    .Select(by => (By: by, Artifact: artifact))
            )
            .ToLookup(one => one.By, one => one.Artifact);

    /// <summary>Whom one review waits for, and all that this was found from: records, each of which is another once it changes.</summary>
    private sealed record Found(
        Artifact Artifact,
        Item? Item,
        QueuePolicy Policy,
        IReadOnlyList<WorkAction> Actions,
        IReadOnlyList<PrincipalId> Eligible,
        FrozenSet<PrincipalId> For
    )
    {
        internal static Found In(Workspace at, ReviewView review, Found? before)
        {
            var artifact = at.FindArtifact(review.Artifact)!;
            var item = artifact.Item is { } id ? at.FindItem(id) : null;
            var policy = at.PolicyOf(artifact.Queue);
            List<WorkAction> actions = [.. at.ActionsOn(artifact.Id)];
            if (
                before is not null
                && ReferenceEquals(before.Artifact, artifact)
                && ReferenceEquals(before.Item, item)
                && ReferenceEquals(before.Policy, policy)
                && before.Actions.SequenceEqual(actions, ReferenceEqualityComparer.Instance)
                && before.Eligible.SequenceEqual(review.Eligible)
            )
                return before;
            var waits = review.Eligible.Where(who => IsFor(at, review, at.FindPrincipal(who)!));
            return new Found(artifact, item, policy, actions, review.Eligible, waits.ToFrozenSet());
        }
    }
}
