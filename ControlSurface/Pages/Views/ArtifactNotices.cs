using ControlSurface.Components;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What is said above a version, most pressing first: what came, what fell, who was first, what is in the way.</summary>
public static class ArtifactNotices
{
    /// <summary>The notices of one version as one viewer reads it, most pressing first. Under the picture's lock.</summary>
    public static IReadOnlyList<ArtifactNotice> Of(
        Workspace at,
        ArtifactView view,
        ArtifactVersion reading,
        ArtifactVersion? from,
        Pin pin,
        Viewer you
    )
    {
        var conflicts = at.OpenConflicts.Where(one => one.Artifact == view.Artifact.Id).ToList();
        // One fact is said once: an approval that fell is its own conflict.
        var fallen = Fallen(at, view, reading, from, you, conflicts.Find(IsOfApproval)).ToList();
        return
        [
            .. Newer(view.Artifact, reading, pin),
            .. fallen,
            .. Decided(view, reading, you),
            .. Waits(view, reading),
            .. Conflicts(conflicts.Where(one => fallen.TrueForAll(notice => notice.Settle != one.Id))),
        ];
    }

    private static bool IsOfApproval(Conflict conflict) => conflict.Kind == ConflictKind.ApprovalOutdated;

    private static IEnumerable<ArtifactNotice> Newer(Artifact artifact, ArtifactVersion reading, Pin pin)
    {
        var current = artifact.Current;
        if (reading.Number == current.Number)
            yield break;
        var arrived = current.Number > pin.Known;
        var note = Noted(current);
        var lines =
            current.ChangedLines is { } changed && current.Base == reading.Number
                ? $" {Words.Plural(changed, "line")} {(changed == 1 ? "differs" : "differ")} from what you see."
                : "";
        yield return new ArtifactNotice(
            arrived ? "newer" : "not_current",
            arrived ? Hue.Wait : Hue.Idle,
            arrived ? Icons.RefreshCw : Icons.Minus,
            arrived
                ? $"v{current.Number} arrived while you were reading v{reading.Number}"
                : $"You are reading v{reading.Number}; v{current.Number} is current",
            $"{ArtifactWords.Full(current)} published it{note}{lines}{(arrived ? " Your place and your comment are kept." : "")}",
            current.At,
            ArtifactWords.Address(artifact.Id, current.Number, reading.Number),
            $"What changed, v{reading.Number} to v{current.Number}",
            ArtifactWords.Address(artifact.Id, current.Number),
            $"Open v{current.Number}"
        );
    }

    // Said until the version that is current has been decided on: then what fell before is history, and in the list.
    private static IEnumerable<ArtifactNotice> Fallen(
        Workspace at,
        ArtifactView view,
        ArtifactVersion reading,
        ArtifactVersion? from,
        Viewer you,
        Conflict? settle
    )
    {
        var artifact = view.Artifact;
        if (view.Approval.State != StandingState.Invalidated || view.Approval.InvalidatedBy is not { } fell)
            yield break;
        var fallen = view.Approval.Approvals.Where(a => a.State == ApprovalState.Invalidated).ToList();
        var yours = fallen.Find(a => a.By == you.Id);
        var one = yours ?? fallen[^1];
        var who = yours is null
            ? string.Join(" and ", fallen.Select(a => a.ByName).Distinct(StringComparer.Ordinal))
            : "You";
        var by = fell.Version is { } version ? $"v{version}" : fell.Target;
        var cause =
            fell.Version is { } newer && artifact.FindVersion(newer) is { } made
                ? $"{ArtifactWords.Full(made)} published v{newer}{Noted(made)}"
                : $"{at.NameOf(fell.By)}: {fell.Why}.";
        var used = at.ActionsOn(artifact.Id).Any(a => a.Attempts.Any(t => t.Approvals.Contains(one.Id)));
        var current = artifact.Current.Number;
        // No link to what is on the screen already.
        var isHere = reading.Number == current && from?.Number == one.Version;
        var whose = yours is null ? "it" : "your approval";
        yield return new ArtifactNotice(
            "fallen",
            Hue.Bad,
            Icons.ShieldX,
            $"{(yours is null ? "The approval" : "Your approval")} of v{one.Version} {(by is null ? "no longer holds" : $"was invalidated by {by}")}",
            $"{who} approved v{one.Version} at {Words.At(one.At)}. At {Words.At(fell.At)} {cause} {(used ? $"What began under {whose} before stays done; nothing more can begin." : $"Nothing began under {whose}, and nothing can.")}",
            At: null,
            current == one.Version || isHere ? null : ArtifactWords.Address(artifact.Id, current, one.Version),
            $"What changed since, v{one.Version} to v{current}",
            Settle: settle?.Id
        );
    }

    private static IEnumerable<ArtifactNotice> Decided(ArtifactView view, ArtifactVersion reading, Viewer you)
    {
        if (reading.Number != view.Artifact.Current.Number || view.Approval.Version != reading.Number)
            yield break;
        foreach (var verdict in view.Approval.BlockedBy)
        {
            var isYours = verdict.By == you.Id;
            yield return new ArtifactNotice(
                WireNames.Of(verdict.Decision),
                verdict.Decision == ReviewDecision.Reject ? Hue.Bad : Hue.Wait,
                verdict.Decision == ReviewDecision.Reject ? Icons.Ban : Icons.Undo2,
                $"{(isYours ? "You" : verdict.ByName)} {ArtifactWords.Said(verdict.Decision)} at {Words.At(verdict.At)}",
                view.Approval.Liftable.Contains(verdict.Seq)
                    ? $"{Quoted(verdict.Comment)}Nothing can begin on v{reading.Number}. {verdict.ByName} can no longer take that back: a manager can lift it, with a reason, or a new version comes."
                    : $"{Quoted(verdict.Comment)}Nothing can begin on v{reading.Number} until {(isYours ? "you take" : $"{verdict.ByName} takes")} that back, by approving it, or a new version comes."
            );
        }
        if (view.Approval.State is not (StandingState.Valid or StandingState.Spent or StandingState.Partial))
            yield break;
        var given = view.Approval.Approvals.Where(a => a.State is ApprovalState.Valid or ApprovalState.Spent).ToList();
        var who = string.Join(" and ", given.Select(a => a.By == you.Id ? "you" : a.ByName));
        var comment = string.Concat(given.Where(a => a.By != you.Id).Select(a => Quoted(a.Comment)));
        yield return new ArtifactNotice(
            "approved",
            view.Approval.State == StandingState.Partial ? Hue.Wait : Hue.Good,
            Icons.ShieldCheck,
            $"{char.ToUpperInvariant(who[0])}{who[1..]} approved v{reading.Number} at {Words.At(given[^1].At)}",
            comment
                + view.Approval.State switch
                {
                    StandingState.Spent => "The approval is spent: what it let through has begun.",
                    StandingState.Partial when view.Approval.BlockedBy.Count > 0 =>
                        $"It counts once {string.Join(" and ", view.Approval.BlockedBy.Select(v => v.ByName).Distinct(StringComparer.Ordinal))} no longer {(view.Approval.BlockedBy.Count == 1 ? "blocks" : "block")} it.",
                    StandingState.Partial =>
                        $"{Words.Count(view.Approval.Given)} of {Words.Count(view.Approval.Required)} are given; nothing begins before all are.",
                    _ => "What is listed may begin now. Nothing more is needed.",
                }
        );
    }

    private static IEnumerable<ArtifactNotice> Waits(ArtifactView view, ArtifactVersion reading)
    {
        if (
            view.Review is not { Attention: not ReviewAttention.Ok } review
            || reading.Number != view.Artifact.Current.Number
        )
            yield break;
        var isHopeless = review.Attention == ReviewAttention.NobodyEligible;
        yield return new ArtifactNotice(
            WireNames.Of(review.Attention),
            isHopeless ? Hue.Bad : Hue.Wait,
            isHopeless ? Icons.UserSearch : Icons.Hourglass,
            isHopeless ? "Nobody who was asked can decide now" : "The review is overdue",
            review.BackAt is { } back
                    ? $"Everybody who may decide is away, the first until {Words.At(back)}. A manager can ask somebody else."
                : isHopeless ? "It would wait for ever: a manager has to ask somebody else, or decide by override."
                : $"It was due at {Words.At(review.Review.DueAt!.Value)}.",
            isHopeless ? null : review.Review.DueAt
        );
    }

    private static IEnumerable<ArtifactNotice> Conflicts(IEnumerable<Conflict> conflicts) =>
        conflicts.Select(conflict => new ArtifactNotice(
            "conflict",
            Hue.Bad,
            Icons.OctagonAlert,
            $"{conflict.Id} is open",
            conflict.What,
            Settle: conflict.Id
        ));

    // The end of a sentence that says who published a version.
    private static string Noted(ArtifactVersion version) =>
        string.IsNullOrWhiteSpace(version.Note) ? "." : $": “{version.Note.TrimEnd().TrimEnd('.')}”.";

    private static string Quoted(string? comment) => string.IsNullOrWhiteSpace(comment) ? "" : $"“{comment}” ";
}
