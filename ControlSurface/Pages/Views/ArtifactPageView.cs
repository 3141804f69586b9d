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

/// <summary>What the reader looks at: it stays, whatever is published meanwhile.</summary>
/// <param name="From">The version that it is compared with; null for what is chosen for them.</param>
/// <param name="Known">The version that was current when they began to read: a later one arrived under their eyes.</param>
public sealed record Pin(ArtifactId Artifact, int Version, int? From, int Known);

/// <summary>One version on the rail.</summary>
/// <param name="Word">What became of it, as "last approved" or "changes asked".</param>
public sealed record VersionTab(
    int Number,
    string Icon,
    Hue Hue,
    string Word,
    string By,
    DateTimeOffset At,
    string Href,
    bool IsReading
);

/// <summary>Something to know before deciding: what came, what fell, who was first.</summary>
/// <param name="At">Said as an age that ticks, after the head; null for none.</param>
/// <param name="Since">The address of what differs since then; null for none.</param>
public sealed record ArtifactNotice(
    string Kind,
    Hue Hue,
    string Icon,
    string Head,
    string Text,
    DateTimeOffset? At = null,
    string? Since = null,
    string? SinceWords = null,
    string? Open = null,
    string? OpenWords = null
);

/// <summary>One rule and how far it is met.</summary>
public sealed record RuleLine(string Words, bool IsMet, bool IsHopeless);

/// <summary>One approval that was given.</summary>
/// <param name="MayRevoke">The viewer may take it back.</param>
public sealed record ApprovalLine(
    ApprovalId Id,
    string State,
    string Who,
    DateTimeOffset At,
    string? Ended,
    string? Comment,
    bool MayRevoke
);

/// <summary>A block that nobody can take back any more, and that the viewer may lift.</summary>
/// <param name="Decision">Seq of the decision that blocks.</param>
public sealed record LiftLine(int Version, long Decision, string Who, string Why);

/// <summary>One comment with its place in the text that is read.</summary>
public sealed record CommentLine(Core.Reviews.Comment Comment, HolderView By, bool MayResolve, bool MayAccept);

/// <summary>The open review of the version.</summary>
public sealed record ReviewLine(
    ReviewId Id,
    string Asked,
    string By,
    DateTimeOffset At,
    string? Note,
    DateTimeOffset? DueAt,
    string Attention,
    string? Taken,
    bool IsTakenByYou,
    bool MayTake,
    bool MayRemind,
    bool MayReassign
);

/// <summary>What the viewer may decide on the version that they read, found by trying.</summary>
/// <param name="ContentHash">Of what is on the screen: what is sent with the decision.</param>
/// <param name="ConsequencesHash">Of what is listed beside the button.</param>
/// <param name="WhyNot">In place of the button: why the viewer may not approve; null where they may.</param>
/// <param name="MayOverride">A manager may decide where nobody may.</param>
/// <param name="Completes">With this approval there are enough.</param>
/// <param name="Again">The version was approved and that was used: why approving once more is an act of its own; null where it was not.</param>
public sealed record DecisionLine(
    int Version,
    string ContentHash,
    string ConsequencesHash,
    bool MayApprove,
    bool MaySay,
    bool MayOverride,
    string? WhyNot,
    bool Completes,
    string? Again = null
);

/// <summary>One artifact, at the version that is read, with all that is known about deciding on it.</summary>
/// <param name="Source">The very record that it was made from.</param>
/// <param name="Base">The version that it is compared with; null where there is none.</param>
/// <param name="GateBase">The version against which hidden characters count as added; null where there is none.</param>
/// <param name="Decision">Null where the version cannot be decided on: it is not the current one.</param>
/// <param name="EditWarning">What editing would mean for whoever is at work; null for nobody.</param>
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
        var from =
            pin.From is { } asked && asked != reading.Number && artifact.FindVersion(asked) is { } chosen
                ? chosen
                : approved ?? (reading.Base is { } made ? artifact.FindVersion(made) : null);
        var tried = Core.Standing.Consequences.Of(at, artifact, reading, you.Id, now);
        var like = LookAlikeTargets.Of(at, [.. tried.Actions.Select(one => one.Target)], you.MaySee);
        var trial = isCurrent ? Try(at, artifact, tried.Hash, ReviewDecision.Approve, you, now) : null;
        var lease = Resumes(trial, item);
        var policy = at.FindQueue(artifact.Queue ?? "")?.Queue.Policy ?? QueuePolicy.Default;
        return new ArtifactPageView(
            artifact,
            reading,
            from,
            approved,
            from is null ? "" : LabelOf(artifact, from, you),
            StateOf(view.Approval, artifact, reading, pin),
            Describe(artifact, reading),
            Rail(artifact, reading, pin),
            ArtifactNotices.Of(at, view, reading, from, pin, you),
            Leading(artifact, reading, tried, policy, trial, view.Approval),
            [
                .. tried.Actions.Select(one =>
                    Consequence(tried, one, artifact, reading, like.GetValueOrDefault(one.Target))
                ),
                .. lease is null ? [] : new[] { lease },
            ],
            isCurrent ? DecisionOf(at, artifact, tried, trial!, view, you, now) : null,
            [
                .. view.Approval.Version == artifact.Current.Number
                    ? view.Approval.Rules.Select(Rule)
                    : tried.Rules.Select(Rule),
            ],
            EligibleWords(at, tried.Eligible, you),
            [.. artifact.Approvals.Reverse().Select(approval => Line(view.Approval, approval, you))],
            view.Review is { } review && review.Review.Version == reading.Number ? ReviewOf(at, review, you) : null,
            [.. reading.Sources.Select(source => SourceLine(at, source))],
            MadeBy(artifact, reading, item),
            Checks(item, reading),
            EvidenceOf(item, reading),
            [
                .. artifact
                    .Comments.Where(comment => comment.Version <= reading.Number)
                    .Select(comment => CommentOf(artifact, comment, you)),
            ],
            isCurrent && view.Approval.Version == reading.Number ? Lifts(view.Approval, you) : [],
            isCurrent ? view.Hold : null,
            isCurrent ? HoldOf(at, view.Hold) : null,
            isCurrent && view.Hold is { ResolveBy: "permit", Permit: null } && you.May(Verb.PermitPublish),
            isCurrent && you.Principal?.Kind == PrincipalKind.Person && you.May(Verb.Publish),
            you.May(Verb.Comment),
            Warning(item, policy),
            view.OpenConflicts
        );
    }

    private static List<LiftLine> Lifts(ApprovalStanding standing, Viewer you) =>
        you.May(Verb.OverrideReview)
            ?
            [
                .. standing
                    .BlockedBy.Where(v => standing.Liftable.Contains(v.Seq))
                    .Select(v => new LiftLine(
                        v.Version,
                        v.Seq,
                        v.ByName,
                        $"{v.ByName} {ArtifactWords.Said(v.Decision)} and can say no other word."
                    )),
            ]
            : [];

    // What the viewer approved themselves comes before what others did: "since your approval".
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
                ? ArtifactWords.Blocked(standing.BlockedBy) ?? standing.State
                : standing.State;

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

    private static List<VersionTab> Rail(Artifact artifact, ArtifactVersion reading, Pin pin)
    {
        var tabs = new List<VersionTab>(artifact.Versions.Count);
        foreach (var version in artifact.Versions)
        {
            var isReading = version.Number == reading.Number;
            var (icon, hue, word) = isReading
                ? version.Number == artifact.Current.Number
                    ? (Icons.Eye, Hue.Wait, "reading")
                    : (Icons.Minus, Hue.Idle, "reading, not current")
                : Became(artifact, version, pin);
            tabs.Add(
                new VersionTab(
                    version.Number,
                    icon,
                    hue,
                    word,
                    version.Run is { } run ? $"run {run}" : version.ByName,
                    version.At,
                    ArtifactWords.Address(artifact.Id, version.Number),
                    isReading
                )
            );
        }
        return tabs;
    }

    private static (string, Hue, string) Became(Artifact artifact, ArtifactVersion version, Pin pin)
    {
        var approvals = artifact.Approvals.Where(a => a.Version == version.Number).ToList();
        var blocked = artifact.Verdicts.LastOrDefault(v =>
            v.Version == version.Number && v.Decision != ReviewDecision.Ask
        );
        return (version, approvals) switch
        {
            _ when version.Number > pin.Known => (Icons.RefreshCw, Hue.Wait, "new"),
            _ when approvals.Any(a => a.State == ApprovalState.Valid) => (Icons.ShieldCheck, Hue.Good, "approved"),
            _ when approvals.Any(a => a.State == ApprovalState.Spent) => (Icons.TicketCheck, Hue.Idle, "spent"),
            _ when version.Number == artifact.LastApproved => (Icons.ShieldCheck, Hue.Idle, "last approved"),
            _ when approvals.Count > 0 => States.Of(StateKind.Approval, WireNames.Of(approvals[^1].State)) switch
            {
                var look => (look.Icon, look.Hue, WireNames.Of(approvals[^1].State)),
            },
            _ when blocked is { Decision: ReviewDecision.Reject } => (Icons.Ban, Hue.Idle, "rejected"),
            _ when blocked is { Decision: ReviewDecision.RequestChanges } => (Icons.Undo2, Hue.Idle, "changes asked"),
            _ when version.Number == artifact.Current.Number => (Icons.FileText, Hue.Idle, "current"),
            _ => (
                Icons.Minus,
                Hue.Idle,
                WireNames.Of(version.Kind) switch
                {
                    "publish" => "published",
                    "merge" => "merged",
                    "edit" => "edited",
                    _ => "suggested",
                }
            ),
        };
    }

    private static string Leading(
        Artifact artifact,
        ArtifactVersion reading,
        Consequences tried,
        QueuePolicy policy,
        Core.Vocabulary.Decision? trial,
        ApprovalStanding before
    )
    {
        if (reading.Number != artifact.Current.Number)
            return $"A decision is always for the current version. Open v{artifact.Current.Number} to see what approving it would do; the button comes back there.";
        var next = artifact.Current.Number + 1;
        var more =
            trial is { Refusal: null, Events.Count: > 0 } && !Completes(trial) ? StillMissing(before, trial) : "";
        return tried.Actions.Count == 0
            ? $"No action is prepared on this version, so approving lets nothing begin yet. One that is prepared later has to be looked at first.{more}"
            : $"The approval is good for {(policy.ApprovalUses == 1 ? "one action, once" : $"{Words.Count(policy.ApprovalUses)} actions, once each")}, on this content only. A v{next} from anyone ends it.{more}";
    }

    // Counted rule by rule, before and after: one approval more may be of no use to what is missing.
    private static string StillMissing(ApprovalStanding before, Core.Vocabulary.Decision trial)
    {
        if (trial.Reply is not VerdictReply { Artifact.Approval: var after })
            return "";
        if (after.BlockedBy.Count > 0)
            return $" It would not be enough: {string.Join(" and ", after.BlockedBy.Select(v => v.ByName).Distinct(StringComparer.Ordinal))} blocks it.";
        var missing = after.Rules.Where(r => !r.IsMet).Select(MissingName).ToList();
        if (missing.Count == 0)
            return "";
        var counted = before.Version == after.Version ? ApprovalStanding.Counted(before.Rules) : 0;
        var left = string.Join("; ", missing);
        return ApprovalStanding.Counted(after.Rules) > counted
            ? $" After yours it still needs {left}."
            : $" Yours would not count: it needs {left}.";
    }

    private static string MissingName(RuleStanding rule)
    {
        var left = rule.Required - rule.Given;
        return rule.Name switch
        {
            "approvals" => left == 1 ? "one more, by somebody else" : $"{Words.Count(left)} more, by different people",
            "second" => "one by somebody who did not change it",
            var name when rule.Role is { } role =>
                $"{(left == 1 ? $"a {role}'s" : $"{Words.Count(left)} of the role {role}")}, for {name}",
            var name => $"{Words.Count(left)} for {name}",
        };
    }

    private static ConsequenceView Consequence(
        Core.Standing.Consequences tried,
        ActionConsequence one,
        Artifact artifact,
        ArtifactVersion reading,
        string? like
    )
    {
        var shown = ArtifactWords.Of(tried, one, reading.ContentHash, like);
        return reading.Number == artifact.Current.Number
            ? shown
            : shown with
            {
                GoesThrough = null,
                Why = null,
                Expectation = $"not any more: v{artifact.Current.Number} is current",
            };
    }

    // The lease that waits for the review and would run again, as the trial says.
    private static ConsequenceView? Resumes(Core.Vocabulary.Decision? trial, Item? item) =>
        trial?.Events.Any(happened => happened is LeaseEvent.Resumed) == true && item?.Lease is { } lease
            ? new ConsequenceView(
                Icons.Play,
                $"{LeaseWords.Full(lease.Holder)} goes on",
                Action: null,
                $"its stopped lease can run again with a full {Words.Left(TimeSpan.FromSeconds(lease.LeaseSeconds))}",
                GoesThrough: null
            )
            : null;

    private static Core.Vocabulary.Decision Try(
        Workspace at,
        Artifact artifact,
        string consequences,
        ReviewDecision decision,
        Viewer you,
        DateTimeOffset now,
        string? over = null
    ) =>
        at.Decide(
            new ApprovalCommand.Decide(
                artifact.Id,
                artifact.Current.Number,
                decision,
                artifact.Current.ContentHash,
                decision == ReviewDecision.Approve ? consequences : null,
                decision == ReviewDecision.Approve ? null : "tried",
                [],
                Override: over
            ),
            you.Caller,
            now
        );

    private static bool Completes(Core.Vocabulary.Decision trial) =>
        trial.Events.Any(happened => happened is ApprovalEvent.Given { Completes: true });

    private static DecisionLine DecisionOf(
        Workspace at,
        Artifact artifact,
        Consequences tried,
        Core.Vocabulary.Decision trial,
        ArtifactView view,
        Viewer you,
        DateTimeOffset now
    )
    {
        var mayApprove = trial is { Refusal: null, Events.Count: > 0 };
        var maySay = Try(at, artifact, tried.Hash, ReviewDecision.Reject, you, now).Refusal is null;
        var mayOverride =
            !mayApprove
            && you.May(Verb.OverrideReview)
            && Try(at, artifact, tried.Hash, ReviewDecision.Approve, you, now, "tried")
                is { Refusal: null, Events.Count: > 0 };
        return new DecisionLine(
            artifact.Current.Number,
            artifact.Current.ContentHash,
            tried.Hash,
            mayApprove,
            maySay,
            mayOverride,
            mayApprove ? null : WhyNot(at, trial, view, you, now),
            Completes(trial),
            view.Approval is { State: "spent" } spent && spent.Version == artifact.Current.Number
                ? AgainWords(at, artifact, tried)
                : null
        );
    }

    private static string AgainWords(Workspace at, Artifact artifact, Consequences tried)
    {
        var used = at.ActionsOn(artifact.Id)
            .Where(a => a.Version == artifact.Current.Number && a.Attempts.Count > 0)
            .Select(a => a.Id)
            .ToList();
        var what = used.Count == 0 ? "" : $" by {string.Join(", ", used)}";
        return $"This version was approved, and the approval was used{what}. "
            + (
                tried.Actions.Count == 0
                    ? "Nothing else is prepared on it: another approval would let nothing begin."
                    : $"{Words.Plural(tried.Actions.Count, "action")} more {(tried.Actions.Count == 1 ? "is" : "are")} prepared: approving again lets {(tried.Actions.Count == 1 ? "it" : "one of them")} begin."
            );
    }

    private static string WhyNot(
        Workspace at,
        Core.Vocabulary.Decision trial,
        ArtifactView view,
        Viewer you,
        DateTimeOffset now
    )
    {
        if (trial.Refusal is null)
        {
            return view.Approval.Approvals.Any(a => a.By == you.Id && a.State == ApprovalState.Valid)
                ? "You approved it already."
                : "It has all the approvals that it needs.";
        }
        var said = RefusalNotes.Of(trial.Refusal, at.NameOf, now);
        return trial.Refusal is ApprovalRefusal.SelfApproval or ApprovalRefusal.CommentsOpen or Refusal.Forbidden
            ? said.Detail
            : $"{said.Happened}. {said.Detail}";
    }

    private static RuleLine Rule(RuleStanding rule) =>
        new(
            $"{Words.Count(Math.Min(rule.Given, rule.Required))} of {Words.Count(rule.Required)} {RuleName(rule)}{(rule.State == "nobody_eligible" ? ": nobody who may is left" : "")}",
            rule.IsMet,
            rule.State == "nobody_eligible"
        );

    private static string RuleName(RuleStanding rule) =>
        rule.Name switch
        {
            "approvals" => rule.Required == 1 ? "approval needed" : "approvals needed, by different people",
            "second" => "by somebody who did not change it",
            var name => $"for {name}{(rule.Role is { } role ? $", by the role {role}" : "")}",
        };

    private static string EligibleWords(Workspace at, IReadOnlyList<PrincipalId> eligible, Viewer you)
    {
        const int Most = 6;
        if (eligible.Count == 0)
            return "Nobody can decide on it: a manager has to ask somebody else, or decide by override.";
        var names = eligible.OrderByDescending(id => id == you.Id).Select(id => id == you.Id ? "you" : at.NameOf(id));
        var more = eligible.Count > Most ? $" and {Words.Count(eligible.Count - Most)} more" : "";
        return $"May decide: {string.Join(", ", names.Take(Most))}{more}.";
    }

    private static ApprovalLine Line(ApprovalStanding standing, Approval approval, Viewer you)
    {
        var who = approval.By == you.Id ? "you" : approval.ByName;
        var ended = approval switch
        {
            { State: ApprovalState.Invalidated, Fell: { } fell } => $"invalidated {Words.At(fell.At)}: {fell.Why}",
            { State: ApprovalState.Spent } => "spent on an action that began",
            { State: ApprovalState.Revoked, Fell: { } fell } => $"revoked: {fell.Why}",
            { State: ApprovalState.Revoked } => "revoked",
            { State: ApprovalState.Expired, ExpiresAt: { } expired } => $"expired {Words.At(expired)}",
            { ExpiresAt: { } expires } => $"holds until {Words.At(expires)}",
            _ => null,
        };
        var isBlocked =
            approval.State == ApprovalState.Valid
            && approval.Version == standing.Version
            && standing.BlockedBy.Count > 0;
        return new ApprovalLine(
            approval.Id,
            isBlocked ? "given_blocked" : WireNames.Of(approval.State),
            $"v{approval.Version}, by {who}{(approval.Override is { } why ? $", by override: {why}" : "")}",
            approval.At,
            ended,
            approval.Comment,
            approval.State == ApprovalState.Valid
                && you.May(Verb.RevokeApproval)
                && (approval.By == you.Id || you.May(Verb.OverrideReview))
        );
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

    private static LineView SourceLine(Workspace at, Source source)
    {
        var known = at.TargetVersion(source.Target);
        var (icon, hue, word) = known switch
        {
            null => (Icons.CircleQuestionMark, (Hue?)null, $"{source.Version}, not known whether it changed"),
            _ when known == source.Version => (Icons.CircleCheck, Hue.Good, $"{source.Version}, unchanged"),
            _ => (Icons.TriangleAlert, Hue.Wait, $"{source.Version}, now {known}"),
        };
        return new LineView(icon, source.Target, Right: null, Hue: hue, Under: word, IsMono: true);
    }

    private static string MadeBy(Artifact artifact, ArtifactVersion reading, Item? item)
    {
        if (reading.Lease is not { } id || item?.FindLease(id) is not { } lease)
            return reading.ByKind == PrincipalKind.Person ? "Made by hand, under no lease." : "Made under no lease.";
        return $"Made under {id.Text}, which {LeaseWords.Full(lease.Holder)} {(lease.IsLive ? "holds" : "held")} on {artifact.Item}.";
    }

    private static IEnumerable<Checkpoint> CheckpointsOf(Item? item, ArtifactVersion reading) =>
        reading.Lease is { } lease && item is not null ? item.Checkpoints.Where(c => c.Lease == lease) : [];

    // What the holder last said of each check, as of the newest checkpoint that names it.
    private static List<LineView> Checks(Item? item, ArtifactVersion reading) =>
        [
            .. CheckpointsOf(item, reading)
                .SelectMany(checkpoint => checkpoint.Validations)
                .GroupBy(check => check.Name, StringComparer.Ordinal)
                .Select(group => HandoverViews.Line(group.Last())),
        ];

    private static List<LineView> EvidenceOf(Item? item, ArtifactVersion reading) =>
        [.. CheckpointsOf(item, reading).SelectMany(c => c.Evidence).Distinct().Select(HandoverViews.Line)];

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
        if (hold.ResolveBy == "acknowledges")
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
