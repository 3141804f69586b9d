using ControlSurface.Components;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What was made for an item and what is to become of it: known without its holder's help (FIELD.md, 24).</summary>
public sealed record ItemRecords(
    IReadOnlyList<LineView> Artifacts,
    IReadOnlyList<LineView> Actions,
    IReadOnlyList<LineView> Conflicts,
    IReadOnlyList<LineView> Decisions,
    IReadOnlyList<OutsideView> Outside,
    IReadOnlyList<LineView> Reviews
)
{
    /// <summary>What was done outside, the newest first.</summary>
    public IReadOnlyList<DoneView> Done { get; init; } = [];

    /// <summary>Nothing was made.</summary>
    public static readonly ItemRecords None = new([], [], [], [], [], []);

    /// <summary>Under the picture's lock.</summary>
    public static ItemRecords Of(Workspace at, ItemId item, Viewer you, DateTimeOffset now)
    {
        var artifacts = at.ArtifactsOf(item).ToList();
        var actions = at.ActionsOf(item)
            .OrderByDescending(action => action.IsUnsettled)
            .ThenBy(action => action.Seq)
            .ToList();
        return new ItemRecords(
            [.. artifacts.Select(artifact => Line(at, artifact))],
            [.. actions.Select(action => ArtifactWords.Line(at, action))],
            [
                .. at.ConflictsOf(item)
                    .Select(conflict => new LineView(
                        Icons.OctagonAlert,
                        conflict.Id.Text,
                        States.Of(StateKind.Conflict, WireNames.Of(conflict.State)).Word
                            + (conflict.TakenBy is { } taker ? $", {at.NameOf(taker)}" : ""),
                        Href: $"conflicts/{conflict.Id}",
                        Hue: Hue.Bad,
                        Under: conflict.What
                    )),
            ],
            [
                .. artifacts
                    .SelectMany(artifact => artifact.Verdicts.Select(said => (artifact, said)))
                    .OrderByDescending(one => one.said.Seq)
                    .Select(one => Decision(one.artifact, one.said)),
            ],
            [.. actions.Where(action => action.IsUnsettled).Select(action => OutsideOf(at, action, you, now))],
            [.. artifacts.Where(artifact => artifact.OpenReview is not null).Select(artifact => ReviewOf(at, artifact))]
        )
        {
            Done =
            [
                .. actions
                    .Where(action => action.AppliedAt is not null)
                    .OrderByDescending(action => action.AppliedAt)
                    .Select(DoneOf),
            ],
        };
    }

    private static DoneView DoneOf(WorkAction action)
    {
        var by = action.Attempts.Count > 0 ? action.Attempts[^1] : null;
        return new DoneView(
            action.Id,
            ArtifactWords.Verb(action.Kind),
            action.Target,
            action.AppliedAt!.Value,
            by is null ? ""
                : by.Run is { } run ? $"{by.ByName} run {run}"
                : by.ByName,
            action.Receipt
        );
    }

    private static LineView Line(Workspace at, Artifact artifact)
    {
        var standing = ApprovalStanding.Of(at, artifact);
        var state =
            standing.Version == artifact.Current.Number
                ? ArtifactWords.Blocked(standing.BlockedBy) ?? WireNames.Of(standing.State)
                : WireNames.Of(standing.State);
        var look = States.Of(StateKind.Approval, state);
        var word = state == "none" && artifact.OpenReview is null ? "not reviewed" : look.Word;
        return new LineView(
            Icons.FileText,
            $"{artifact.Name}, v{artifact.Current.Number}",
            Href: ArtifactWords.Address(artifact.Id, artifact.Current.Number),
            Under: $"{artifact.Id.Text}, {word.ToLowerInvariant()}, by {ArtifactWords.Full(artifact.Current)}"
        );
    }

    /// <summary>The open review of an artifact: how many approvals it has, and who was asked. Under the picture's lock.</summary>
    internal static LineView ReviewOf(Workspace at, Artifact artifact)
    {
        var review = Core.Reviews.ReviewView.Of(at, artifact, artifact.OpenReview!);
        var standing = ApprovalStanding.Of(at, artifact);
        var given = standing.Version == artifact.Current.Number ? standing.Given : 0;
        var isHopeless = review.Attention == ReviewAttention.NobodyEligible;
        return new LineView(
            isHopeless ? Icons.UserSearch : Icons.Eye,
            $"{artifact.Id.Text} v{review.Review.Version}",
            $"{Words.Count(given)} of {Words.Count(standing.Required)} approvals",
            ArtifactWords.Address(artifact.Id, artifact.Current.Number),
            isHopeless ? Hue.Bad : Hue.Wait,
            isHopeless
                ? "Nobody who was asked can decide now."
                : $"{(review.Attention == ReviewAttention.Overdue ? "Overdue. " : "")}Asked: {ArtifactWords.Asked(review.Review.Reviewers, at.NameOf)}{(review.Review.TakenBy is { } who ? $"; taken by {at.NameOf(who)}" : "")}."
        );
    }

    private static LineView Decision(Artifact artifact, Verdict said)
    {
        var (icon, hue) = said.Decision switch
        {
            ReviewDecision.Approve => (Icons.ShieldCheck, (Hue?)Hue.Good),
            ReviewDecision.Reject => (Icons.Ban, Hue.Bad),
            ReviewDecision.RequestChanges => (Icons.Undo2, Hue.Wait),
            _ => (Icons.MessageSquare, null),
        };
        return new LineView(
            icon,
            $"{said.ByName} {ArtifactWords.Said(said.Decision)}: {artifact.Id.Text} v{said.Version}",
            $"{Words.At(said.At)}",
            ArtifactWords.Address(artifact.Id, said.Version),
            hue,
            said.Comment
        );
    }

    private static OutsideView OutsideOf(Workspace at, WorkAction action, Viewer you, DateTimeOffset now)
    {
        var attempt = action.Attempts[^1];
        var who = attempt.Run is { } run ? $"{attempt.ByName} run {run}" : attempt.ByName;
        var state = WireNames.Of(at.StateOf(action));
        var isOpen = state == "applying";
        var conflict = at.OpenConflicts.FirstOrDefault(one => one.Action == action.Id);
        var verify = new ActionCommand.Verify(action.Id, Applied: true, null, null, null);
        return new OutsideView(
            action.Id,
            state,
            $"{ArtifactWords.Verb(action.Kind)}.",
            isOpen
                ? $"{who} began at {Words.At(attempt.BegunAt)} and has until {Words.At(attempt.ApplyBy)} to report the outcome."
                : $"{who} began at {Words.At(attempt.BegunAt)}. {action.Why ?? "No outcome was reported."}",
            action.Target,
            action.ExpectedTargetVersion is { } expected ? $"expected at version {expected}" : "",
            isOpen
                ? "It may be happening now. Nobody else is let through until it is settled."
                : "It may have happened, or not. Look in the real system, then say what you saw.",
            "It happened",
            "It did not happen",
            conflict?.Id.Text,
            ConflictHref: null,
            MaySay: !isOpen && at.Decide(verify, you.Caller, now).Refusal is null,
            IfHappened: isOpen ? "" : Follows(at, verify, you, now),
            IfNotHappened: isOpen ? "" : Follows(at, verify with { Applied = false }, you, now)
        );
    }

    // Tried as it would be sent, and thrown away.
    private static string Follows(Workspace at, ActionCommand.Verify verify, Viewer you, DateTimeOffset now)
    {
        var tried = at.Decide(verify, you.Caller, now);
        var said = tried.Events.Select(
            (e, k) => EventDescriptions.Of(new Recorded(at.Seq + 1 + k, now, you.Id, e), at.NameOf)
        );
        var meaning = verify.Applied
            ? "It counts as done. It is never begun again, and what it used up stays used up."
            : "It counts as not done. Somebody may begin it again, so it would happen twice if it did happen.";
        return string.Join('\n', said.Prepend(meaning));
    }
}
