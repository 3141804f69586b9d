using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>What happened to versions, reviews, approvals, actions and conflicts, said to a person.</summary>
internal static class ReviewSentences
{
    internal static string Of(Recorded recorded, string by, Func<PrincipalId, string> nameOf) =>
        recorded.Event switch
        {
            ArtifactEvent.Created e => $"{by} started {e.Name} ({e.Artifact}).",
            ArtifactEvent.VersionPublished e => Published(e, by),
            ArtifactEvent.SourcesRecorded e => $"{by} checked the sources of version {e.Version} of {e.Artifact}.",
            ArtifactEvent.PermitGiven e =>
                $"{by} let {(e.Principal is { } to ? nameOf(to) : "an agent")} publish once on version {e.Version} of {e.Artifact}.",
            ReviewEvent.Requested e =>
                $"{e.Name} asked {Asked(e.Reviewers, nameOf)} to review version {e.Version} of {e.Artifact}{Sentences.Because(e.Note)}.",
            ReviewEvent.Superseded e =>
                $"The review {e.Review} of {e.Artifact} goes on as {e.By}, for the newer version.",
            ReviewEvent.Taken e => $"{by} took the review {e.Review} of {e.Artifact}.",
            ReviewEvent.Reassigned e =>
                $"{by} asked {Asked(e.To, nameOf)} to review {e.Artifact}{Sentences.Because(e.Why)}.",
            ReviewEvent.Reminded e => $"{by} reminded the reviewers of {e.Artifact}.",
            ReviewEvent.Withdrawn e =>
                $"The review {e.Review} of {e.Artifact} was withdrawn{Sentences.Because(e.Why)}.",
            ReviewEvent.Overdue e => $"The review {e.Review} of {e.Artifact} is overdue.",
            ReviewEvent.Decided e => $"The review {e.Review} of {e.Artifact} ended: {Word(WireNames.Of(e.Outcome))}.",
            CommentEvent.Added { IsQuestion: true } e =>
                $"{by} asked a question on version {e.Version} of {e.Artifact}.",
            CommentEvent.Added e =>
                $"{by} commented on version {e.Version} of {e.Artifact}{(e.Blocks ? ", blocking it" : "")}.",
            CommentEvent.Replied e => $"{by} answered {e.Comment} on {e.Artifact}.",
            CommentEvent.Resolved { How: "accepted" } e => $"{by} accepted the suggestion {e.Comment} on {e.Artifact}.",
            CommentEvent.Resolved e => $"{by} resolved {e.Comment} on {e.Artifact}.",
            ApprovalEvent.Decided e =>
                $"{by} said on version {e.Version} of {e.Artifact}: {Word(WireNames.Of(e.Decision))}{Sentences.Because(e.Comment)}.",
            ApprovalEvent.Given e =>
                $"{by} approved version {e.Version} of {e.Artifact}{(e.Override is null ? "" : " by override")}{Sentences.Because(e.Override ?? e.Comment)}.",
            ApprovalEvent.BlockLifted e =>
                $"{by} lifted the block on version {e.Version} of {e.Artifact} that {e.Of} left{Sentences.Because(e.Why)}.",
            ApprovalEvent.Invalidated e => $"{Approvals(e.Approvals)} of {e.Artifact} fell{Sentences.Because(e.Why)}.",
            ApprovalEvent.Spent e => $"{Approvals(e.Approvals)} of {e.Artifact} let {e.Action} through.",
            ApprovalEvent.Restored e =>
                $"{Approvals(e.Approvals)} of {e.Artifact} came back: {e.Action} had no effect.",
            ApprovalEvent.Revoked e => $"{by} revoked {e.Approval} of {e.Artifact}{Sentences.Because(e.Why)}.",
            ApprovalEvent.Expired e => $"{Approvals(e.Approvals)} of {e.Artifact} expired.",
            ActionEvent.Prepared e => $"{by} prepared {e.Action}: {e.Kind} on {e.Target}.",
            ActionEvent.Carried e => $"{e.Action} goes with version {e.Version}.",
            ActionEvent.Begun e => $"{e.Name} began {e.Action} and has until {Sentences.Clock(e.ApplyBy)}.",
            ActionEvent.Applied { How: SettledBy.Verify } e =>
                $"{by} saw that {e.Action} was applied{Sentences.Because(e.Note)}.",
            ActionEvent.Applied e => $"{by} applied {e.Action}{(e.Late ? ", late" : "")}.",
            ActionEvent.HadNoEffect { How: SettledBy.Verify } e =>
                $"{by} saw that {e.Action} had no effect{Sentences.Because(e.Why)}.",
            ActionEvent.HadNoEffect e => $"{e.Action} had no effect{Sentences.Because(e.Why)}.",
            ActionEvent.BecameAmbiguous e => $"Nobody knows whether {e.Action} happened{Sentences.Because(e.Why)}.",
            ActionEvent.Withdrawn e => $"{e.Action} was withdrawn{Sentences.Because(e.Why)}.",
            ConflictEvent.Opened e => $"{e.Conflict} opened: {e.What}",
            ConflictEvent.Joined e => $"{e.Competing.ByName} added another content to {e.Conflict}.",
            ConflictEvent.Taken e => $"{by} took {e.Conflict} into review.",
            ConflictEvent.Resolved e => $"{by} settled {e.Conflict}: {Word(e.Resolution)}{Sentences.Because(e.Note)}.",
            ConflictEvent.Overtaken e => $"{e.Conflict} settled itself{Sentences.Because(e.Why)}.",
            var other => other.Type,
        };

    private static string Published(ArtifactEvent.VersionPublished e, string by)
    {
        var how = e.Kind switch
        {
            VersionKind.Publish => $"{by} published",
            VersionKind.Merge => $"{by} merged into",
            VersionKind.Edit => $"{by} edited",
            VersionKind.Suggestion => $"{by} took over a suggestion as",
        };
        return $"{how} version {e.Version} of {e.Artifact}{Sentences.Because(e.Note)}.";
    }

    private static string Asked(IReadOnlyList<Reviewer> reviewers, Func<PrincipalId, string> nameOf) =>
        reviewers.SequenceEqual(Reviewer.WhoeverMayDecide)
            ? "whoever may decide"
            : string.Join(" and ", reviewers.Select(r => r.Principal is { } id ? nameOf(id) : $"every {r.Role}"));

    private static string Approvals(IReadOnlyList<ApprovalId> ids) =>
        ids.Count == 1 ? $"The approval {ids[0]}" : $"The approvals {string.Join(", ", ids)}";

    private static string Word(string word) => word.Replace('_', ' ');
}
