using ControlSurface.Components;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One artifact, at the version that is read, with all that is known about deciding on it.</summary>
/// <param name="Source">The record that the view was made from.</param>
/// <param name="Base">The version that it is compared with; null where there is none.</param>
/// <param name="GateBase">The version against which hidden characters count as added; null where there is none.</param>
/// <param name="Decision">Null where the version cannot be decided on: it is not the current one.</param>
/// <param name="EditWarning">How an edit would affect the agent at work; null where none is.</param>
public sealed record ArtifactPageView(
    Artifact Source,
    ArtifactVersion Reading,
    ArtifactVersion? Base,
    ArtifactVersion? GateBase,
    string BaseLabel,
    string State,
    IReadOnlyList<string> Meta,
    IReadOnlyList<VersionTab> Tabs,
    IReadOnlyList<ArtifactNotice> Notices,
    string Lead,
    IReadOnlyList<ConsequenceView> Consequences,
    DecisionLine? Decision,
    IReadOnlyList<RuleLine> Rules,
    string Eligible,
    IReadOnlyList<ApprovalLine> Approvals,
    ReviewLine? Review,
    IReadOnlyList<LineView> Sources,
    string Made,
    IReadOnlyList<LineView> Validations,
    IReadOnlyList<LineView> Evidence,
    IReadOnlyList<CommentLine> Comments,
    IReadOnlyList<LiftLine> Liftable,
    HumanHold? Hold,
    string? HoldWords,
    bool MayPermit,
    bool MayEdit,
    bool MayComment,
    string? EditWarning,
    int OpenConflicts
) : IView<ArtifactPageView>
{
    /// <summary>The review that waits for the viewer beside this one; only once they have decided here. Null for none.</summary>
    public NextReview? Next { get; init; }

    /// <summary>Whether the version that is read is the current one.</summary>
    public bool IsCurrent => Reading.Number == Source.Current.Number;

    /// <summary>The page; null where there is no such artifact or version, or none that the viewer may see. Under the picture's lock.</summary>
    /// <param name="archived">The item from the archive, where memory has none.</param>
    public static ArtifactPageView? From(Workspace at, Pin pin, Viewer you, DateTimeOffset now, Item? archived = null)
    {
        if (
            at.FindArtifact(pin.Artifact) is not { } artifact
            || !you.MaySee(artifact.Queue)
            || artifact.FindVersion(pin.Version) is not { } reading
        )
            return null;
        var view = ArtifactView.Of(at, artifact);
        var item = artifact.Item is { } id ? at.FindItem(id) ?? archived : null;
        var isCurrent = reading.Number == artifact.Current.Number;
        var approved = LastApprovedBefore(artifact, reading.Number, you);
        var from = ComparedWith(artifact, reading, pin, approved);
        var tried = Core.Standing.Consequences.Of(at, artifact, reading, you.Id, now);
        var like = LookAlikeTargets.Of(at, [.. tried.Actions.Select(one => one.Target)], you.MaySee);
        var trial = isCurrent ? DecisionTrial.Try(at, artifact, tried.Hash, ReviewDecision.Approve, you, now) : null;
        var lease = DecisionTrial.Resumes(trial, item);
        var policy = at.FindQueue(artifact.Queue ?? "")?.Queue.Policy ?? QueuePolicy.Default;
        return new ArtifactPageView(
            artifact,
            reading,
            from,
            approved,
            from is null ? "" : LabelOf(artifact, from, you),
            StateOf(view.Approval, artifact, reading, pin),
            Describe(artifact, reading),
            VersionRail.Of(artifact, reading, pin),
            ArtifactNotices.Of(at, view, reading, from, pin, you),
            DecisionTrial.Leading(artifact, reading, tried, policy, trial, view.Approval),
            [
                .. tried.Actions.Select(one =>
                    DecisionTrial.Consequence(tried, one, artifact, reading, like.GetValueOrDefault(one.Target))
                ),
                .. lease is null ? [] : new[] { lease },
            ],
            isCurrent ? DecisionTrial.DecisionOf(at, artifact, tried, trial!, view, you, now) : null,
            [
                .. view.Approval.Version == artifact.Current.Number
                    ? view.Approval.Rules.Select(ApprovalLines.RuleOf)
                    : tried.Rules.Select(ApprovalLines.RuleOf),
            ],
            ApprovalLines.Eligible(at, tried.Eligible, you),
            [.. artifact.Approvals.Reverse().Select(approval => ApprovalLines.Of(view.Approval, approval, you))],
            view.Review is { } review && review.Review.Version == reading.Number ? ReviewOf(at, review, you) : null,
            [.. reading.Sources.Select(source => VersionOrigin.Source(at, source))],
            VersionOrigin.MadeBy(artifact, reading, item),
            VersionOrigin.Checks(item, reading),
            VersionOrigin.Evidence(item, reading),
            [
                .. artifact
                    .Comments.Where(comment => comment.Version <= reading.Number)
                    .Select(comment => CommentOf(artifact, comment, you)),
            ],
            isCurrent && view.Approval.Version == reading.Number ? ApprovalLines.Liftable(view.Approval, you) : [],
            isCurrent ? view.Hold : null,
            isCurrent ? HoldOf(at, view.Hold) : null,
            isCurrent && view.Hold is { ResolveBy: HoldResolution.Permit, Permit: null } && you.May(Verb.PermitPublish),
            isCurrent && you.Principal?.Kind == PrincipalKind.Person && you.May(Verb.Publish),
            you.May(Verb.Comment),
            Warning(item, policy),
            view.OpenConflicts
        );
    }

    // The version that the reader chose; else the one approved last, or the one that this version was made from.
    private static ArtifactVersion? ComparedWith(
        Artifact artifact,
        ArtifactVersion reading,
        Pin pin,
        ArtifactVersion? approved
    ) =>
        pin.From is { } asked && asked != reading.Number && artifact.FindVersion(asked) is { } chosen ? chosen
        : approved is not null ? approved
        : reading.Base is { } made ? artifact.FindVersion(made)
        : null;

    // The later of the last approved version and the last one that the viewer approved.
    private static ArtifactVersion? LastApprovedBefore(Artifact artifact, int reading, Viewer you)
    {
        var last = artifact.Approvals.Where(a => a.Version < reading && a.Version <= (artifact.LastApproved ?? 0));
        var yours = artifact.Approvals.Where(a => a.Version < reading && a.By == you.Id);
        var number = last.Concat(yours).Select(a => a.Version).DefaultIfEmpty(0).Max();
        return artifact.FindVersion(number);
    }

    private static string LabelOf(Artifact artifact, ArtifactVersion from, Viewer you)
    {
        var word =
            artifact.Approvals.Any(a => a.Version == from.Number && a.By == you.Id) ? ", approved by you"
            : from.Number == artifact.LastApproved ? ", last approved"
            : "";
        return $"v{from.Number}{word}";
    }

    private static string StateOf(ApprovalStanding standing, Artifact artifact, ArtifactVersion reading, Pin pin) =>
        reading.Number != artifact.Current.Number
            ? artifact.Current.Number > pin.Known
                ? "newer"
                : "not_current"
            : standing.Version == reading.Number
                ? ArtifactWords.Blocked(standing.BlockedBy) ?? WireNames.Of(standing.State)
                : WireNames.Of(standing.State);

    private static List<string> Describe(Artifact artifact, ArtifactVersion reading)
    {
        var meta = new List<string>();
        if (artifact.Queue is { } queue)
            meta.Add(queue);
        if (artifact.Target is { } target)
            meta.Add(target);
        meta.Add($"{artifact.ContentType.Split(';')[0]}, {Words.Plural(reading.Length, "byte")}");
        return meta;
    }

    private static ReviewLine ReviewOf(Workspace at, Core.Reviews.ReviewView review, Viewer you)
    {
        var one = review.Review;
        var isYours = one.TakenBy == you.Id;
        return new ReviewLine(
            one.Id,
            ArtifactWords.Asked(one.Reviewers, at.NameOf),
            one.RequestedByName,
            one.RequestedAt,
            one.Note,
            one.DueAt,
            review.Attention,
            one.TakenBy is { } taker ? at.NameOf(taker) : null,
            isYours,
            !isYours && you.May(Verb.TakeReview) && review.Eligible.Contains(you.Id),
            you.May(Verb.RemindReview) && !review.Eligible.Contains(you.Id) && review.Eligible.Count > 0,
            you.May(Verb.ReassignReview)
        );
    }

    private static CommentLine CommentOf(Artifact artifact, Core.Reviews.Comment comment, Viewer you) =>
        new(
            comment,
            new HolderView(comment.Name, comment.ByKind == PrincipalKind.Agent, IsYou: comment.By == you.Id),
            comment.ResolvedAs is null
                && you.May(Verb.Comment)
                && (!comment.Blocks || comment.By == you.Id || you.May(Verb.Decide)),
            comment is { ResolvedAs: null, Suggestion: not null, Anchor: not null } && you.May(Verb.AcceptSuggestion)
        );

    private static string? HoldOf(Workspace at, HumanHold? hold)
    {
        if (hold is null)
            return null;
        var who = hold.IsEditing
            ? $"{at.NameOf(hold.By)} is editing it."
            : $"{at.NameOf(hold.By)} edited it to v{hold.Version}.";
        if (hold.ResolveBy == HoldResolution.Acknowledges)
            return $"{who} An agent has to say that it read that version before it may publish.";
        if (hold.Permit is not { } permit)
            return $"{who} No agent may publish on it until a person permits it.";
        var to = permit.Principal is { } one ? at.NameOf(one) : "An agent";
        return $"{who} {to} may publish on it once: permitted by {at.NameOf(permit.By)} at {Words.At(permit.At)}.";
    }

    private static string? Warning(Item? item, QueuePolicy policy)
    {
        if (item?.Lease is not { IsLive: true, Holder.Kind: PrincipalKind.Agent } lease)
            return null;
        var after = policy.OnHumanEdit switch
        {
            OnHumanEdit.Ask =>
                "What it publishes on an older version is refused and kept; on yours it has to be permitted.",
            OnHumanEdit.Acknowledge => "It has to read your version before it may publish on it.",
            OnHumanEdit.Free => "It may publish on your version at once.",
        };
        return $"{LeaseWords.Full(lease.Holder)} holds {item.Id} and is {(lease.State == LeaseState.Suspended ? $"stopped: {LeaseWords.Suspension(lease.Reasons)}" : "at work")}. {after}";
    }
}
