using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Standing;

/// <summary>How far the approvals of a version meet one rule of its queue.</summary>
/// <param name="Kind">Where the queue's policy has the rule.</param>
/// <param name="Name">
/// The rule's name in the queue's policy; <c>approvals</c> for <c>requiredApprovals</c>, <c>second</c> for <c>with_second</c>.
/// </param>
/// <param name="Role">The word of the role whose approvals count; null where everybody's do who may decide.</param>
/// <param name="Required">How many approvals the rule requires.</param>
/// <param name="Given">How many were given that count for it; it may be more than required.</param>
/// <param name="State">Whether it is met.</param>
public sealed record RuleStanding(RuleKind Kind, string Name, string? Role, int Required, int Given, RuleState State)
{
    /// <summary>Whether the rule asks for no further approval.</summary>
    public bool IsMet => State == RuleState.Met;
}

/// <summary>
/// The approval state of an artifact (API.md, <c>GET /artifacts/{id}/approvals</c>). It is computed from the artifact's record each
/// time, so that pages, lists and actions cannot see different states.
/// </summary>
public sealed record ApprovalStanding
{
    /// <summary>
    /// The version that is described: the current one, or the last that had approvals where nobody approved or decided on the current one.
    /// </summary>
    public required int Version { get; init; }

    /// <summary>The content hash of that version.</summary>
    public required string ContentHash { get; init; }

    /// <summary>What the approvals of that version come to.</summary>
    public required StandingState State { get; init; }

    /// <summary>How many approvals the rules require in all.</summary>
    public required int Required { get; init; }

    /// <summary>How many of those were given; never more than required.</summary>
    public required int Given { get; init; }

    /// <summary>Each rule that applies and how far it is met.</summary>
    public required IReadOnlyList<RuleStanding> Rules { get; init; }

    /// <summary>The decisions that block the version, by their seq: the latest of each principal.</summary>
    public required IReadOnlyList<Verdict> BlockedBy { get; init; }

    /// <summary>Why the last invalidated approval fell; null for none.</summary>
    public Invalidation? InvalidatedBy { get; init; }

    /// <summary>All approvals of that version, in the order in which they were given.</summary>
    public required IReadOnlyList<Approval> Approvals { get; init; }

    /// <summary>Seqs of the decisions in <see cref="BlockedBy"/> whose author can no longer decide: a manager may lift these.</summary>
    public IReadOnlyList<long> Liftable { get; init; } = [];

    /// <summary>The approval state of the artifact now.</summary>
    public static ApprovalStanding Of(IActions at, Artifact artifact)
    {
        var shown = Shown(artifact);
        var approvals = artifact.Approvals.Where(a => a.Version == shown.Number).ToList();
        var holding = Holding(artifact, shown);
        // Spent approvals still meet the rules: nobody waits for another approval of a version that was applied.
        IReadOnlyList<Approval> counting =
            holding.Count > 0 ? holding : [.. approvals.Where(a => a.State == ApprovalState.Spent)];
        var rules = Weigh(at, artifact, counting, ActionsToShow(at, artifact, shown.Number));
        var blocked = Blocking(artifact, shown.Number);
        return new ApprovalStanding
        {
            Version = shown.Number,
            ContentHash = shown.ContentHash,
            State = StateOf(approvals, rules, blocked),
            Required = rules.Sum(r => r.Required),
            Given = rules.Sum(r => Math.Min(r.Given, r.Required)),
            Rules = rules,
            BlockedBy = blocked,
            InvalidatedBy = approvals.LastOrDefault(a => a.State == ApprovalState.Invalidated)?.Fell,
            Approvals = approvals,
            Liftable = [.. blocked.Where(v => !Eligible.CanComeBack(at, artifact, v.By)).Select(v => v.Seq)],
        };
    }

    /// <summary>Why the approval fell that the artifact had; null where it has one, or where another end came to it.</summary>
    public static Invalidation? FallOf(Artifact artifact)
    {
        var shown = Shown(artifact);
        var approvals = artifact.Approvals.Where(a => a.Version == shown.Number).ToList();
        // Rules and blocking decisions tell one standing approval from another, and never one that fell.
        return StateOf(approvals, [], []) == StandingState.Invalidated
            ? approvals.Last(a => a.State == ApprovalState.Invalidated).Fell
            : null;
    }

    /// <summary>The valid approvals that would still let an action begin; empty unless they meet every rule.</summary>
    internal static IReadOnlyList<Approval> Unspent(IActions at, Artifact artifact) =>
        artifact.Approvals.Any(a => a.State == ApprovalState.Valid)
        && Of(at, artifact) is { State: StandingState.Valid } standing
            ? [.. standing.Approvals.Where(a => a.State == ApprovalState.Valid)]
            : [];

    /// <summary>Valid approvals of exactly this version and content.</summary>
    internal static IReadOnlyList<Approval> Holding(Artifact artifact, ArtifactVersion version) =>
        [
            .. artifact.Approvals.Where(a =>
                a.State == ApprovalState.Valid && a.Version == version.Number && a.ContentHash == version.ContentHash
            ),
        ];

    /// <summary>The rules that apply to the artifact, and how far these approvals meet them.</summary>
    /// <param name="actions">The actions that are to begin: a rule may apply only to a kind of action or to a target prefix.</param>
    internal static IReadOnlyList<RuleStanding> Weigh(
        IActions at,
        Artifact artifact,
        IReadOnlyList<Approval> approvals,
        IReadOnlyList<WorkAction> actions
    )
    {
        var policy = at.PolicyOf(artifact.Queue);
        var rules = new List<RuleStanding>();
        var isOverridden = approvals.Any(a => a.Override is not null);
        void Add(RuleKind kind, string name, string? role, int required, Func<Principal, bool> counts)
        {
            var given = approvals
                .Where(a => at.FindPrincipal(a.By) is { } who && counts(who))
                .Select(a => a.By)
                .ToHashSet();
            var left = Eligible.Of(at, artifact).Count(who => counts(who) && !given.Contains(who.Id));
            var state =
                isOverridden || given.Count >= required ? RuleState.Met
                : given.Count + left >= required ? RuleState.Missing
                : RuleState.NobodyEligible;
            rules.Add(new RuleStanding(kind, name, role, required, given.Count, state));
        }
        if (policy.RequiredApprovals > 0)
            Add(RuleKind.Count, "approvals", role: null, policy.RequiredApprovals, _ => true);
        foreach (var rule in policy.Approvals)
        {
            if (Applies(at, rule.When, artifact, actions))
                Add(RuleKind.Named, rule.Name, rule.Role, rule.Count, who => RoleWords(who).Contains(rule.Role));
        }
        // An author's approval counts only beside another's (selfApproval with_second).
        if (
            rules.Count > 0
            && policy.SelfApproval == SelfApproval.WithSecond
            && approvals.Any(a => Eligible.IsAuthor(artifact, a.By))
        )
            Add(RuleKind.Second, "second", role: null, required: 1, who => !Eligible.IsAuthor(artifact, who.Id));
        return rules;
    }

    /// <summary>
    /// Whether an approval by this principal would bring a rule of the current version closer to being met. Where only a manager's
    /// approval is missing, another reviewer's does not.
    /// </summary>
    /// <param name="who">A principal who may decide on the artifact.</param>
    public static bool Helps(IActions at, Artifact artifact, Principal who)
    {
        var version = artifact.Current;
        var holding = Holding(artifact, version);
        if (holding.Any(a => a.By == who.Id))
            return false;
        var shown = ActionsToShow(at, artifact, version.Number);
        var theirs = Consequences.Tried(artifact, version, who.Id, version.At, shown);
        var before = Weigh(at, artifact, holding, shown);
        // Where no rule asks for more, a further approval still answers whoever asked for a review.
        return before.All(r => r.IsMet) || Counted(Weigh(at, artifact, [.. holding, theirs], shown)) > Counted(before);
    }

    /// <summary>How many approvals count towards the rules: those beyond what a rule requires do not.</summary>
    public static int Counted(IReadOnlyList<RuleStanding> rules) => rules.Sum(r => Math.Min(r.Given, r.Required));

    /// <summary>The latest decision of each principal whose latest decision blocks the version, by seq.</summary>
    internal static IReadOnlyList<Verdict> Blocking(Artifact artifact, int version) =>
        [
            .. artifact
                .Verdicts.Where(v => v.Version == version && v.Decision != ReviewDecision.Ask)
                .GroupBy(v => v.By)
                .Select(g => g.Last())
                .Where(v => v.Blocks)
                .OrderBy(v => v.Seq),
        ];

    /// <summary>The prepared actions on the version: those that its approval may let begin.</summary>
    internal static IReadOnlyList<WorkAction> ActionsToShow(IActions at, Artifact artifact, int version) =>
        [.. at.ActionsOn(artifact.Id).Where(a => a.Version == version && a.Written == ActionState.Prepared)];

    private static ArtifactVersion Shown(Artifact artifact)
    {
        var current = artifact.Current;
        if (artifact.Approvals.Count == 0 || artifact.Approvals.Any(a => a.Version == current.Number))
            return current;
        // A decision on the current version makes that the one to describe; else describe the last approved version.
        return artifact.Verdicts.Any(v => v.Version == current.Number)
            ? current
            : artifact.Versions[artifact.Approvals.Max(a => a.Version) - 1];
    }

    private static StandingState StateOf(
        IReadOnlyList<Approval> approvals,
        IReadOnlyList<RuleStanding> rules,
        IReadOnlyList<Verdict> blocked
    )
    {
        if (approvals.Count == 0)
            return StandingState.None;
        if (approvals.Any(a => a.State == ApprovalState.Valid))
            return blocked.Count == 0 && rules.All(r => r.IsMet) ? StandingState.Valid : StandingState.Partial;
        if (approvals.Any(a => a.State == ApprovalState.Spent))
            return StandingState.Spent;
        return approvals[^1].State switch
        {
            ApprovalState.Valid => StandingState.Valid,
            ApprovalState.Spent => StandingState.Spent,
            ApprovalState.Invalidated => StandingState.Invalidated,
            ApprovalState.Revoked => StandingState.Revoked,
            ApprovalState.Expired => StandingState.Expired,
        };
    }

    private static bool Applies(IActions at, ApprovalWhen when, Artifact artifact, IReadOnlyList<WorkAction> actions) =>
        (
            when.TargetPrefix is not { } prefix
            || (artifact.Target is { } target && TargetPath.IsAtOrBelow(target, prefix))
            || actions.Any(a => TargetPath.IsAtOrBelow(a.Target, prefix))
        )
        && (when.ActionKind is not { } kind || actions.Any(a => a.Kind == kind))
        && (
            when.Label is not { } label
            || (artifact.Item is { } item && at.FindItem(item) is { } of && of.Labels.Contains(label))
        )
        && (
            when.ContentType is not { } type
            || artifact.ContentType.Split(';')[0].Trim().Equals(type, StringComparison.OrdinalIgnoreCase)
        );

    private static IEnumerable<string> RoleWords(Principal who)
    {
        foreach (var role in Enum.GetValues<Roles>())
        {
            if (role != Roles.None && who.Roles.HasFlag(role))
                yield return WireNames.Of(role);
        }
    }
}

/// <summary>Tells who may decide on an artifact's current version (API.md, Reviews and approvals).</summary>
public static class Eligible
{
    /// <summary>Every principal who could approve the current version now, in the order of their ids.</summary>
    public static IReadOnlyList<Principal> Of(IActions at, Artifact artifact) =>
        [.. at.Principals.Where(who => MayDecide(at, artifact, who) && !IsBarred(at, artifact, who.Id))];

    /// <summary>Whether the principal may still decide later: somebody paused may, somebody ended may not.</summary>
    internal static bool CanComeBack(IActions at, Artifact artifact, PrincipalId by) =>
        at.FindPrincipal(by) is { } who && MayDecide(at, artifact, who with { State = StateToDecide(who) });

    private static PrincipalState StateToDecide(Principal who) =>
        who.State == PrincipalState.Paused ? PrincipalState.Active : who.State;

    /// <summary>Whether state, role, queue and kind let the principal decide at all.</summary>
    internal static bool MayDecide(IActions at, Artifact artifact, Principal who) =>
        who.State == PrincipalState.Active
        && (Permissions.MayAsk(Verb.Decide) & who.Roles) != 0
        && Scope.Of(who).Sees(artifact.Queue)
        && (who.Kind == PrincipalKind.Person || at.PolicyOf(artifact.Queue).AgentsMayApprove);

    /// <summary>Whether the principal made a version since the last approved one.</summary>
    internal static bool IsAuthor(Artifact artifact, PrincipalId who) =>
        artifact.Versions.Any(v => v.Number > (artifact.LastApproved ?? 0) && v.By == who);

    /// <summary>Whether the principal's own versions keep them from approving (<c>selfApproval</c>).</summary>
    internal static bool IsBarred(IActions at, Artifact artifact, PrincipalId who)
    {
        var policy = at.PolicyOf(artifact.Queue);
        return IsAuthor(artifact, who)
            && policy.SelfApproval switch
            {
                SelfApproval.Never => true,
                SelfApproval.WithSecond => false,
                SelfApproval.SmallEdit => !artifact
                    .Versions.Where(v => v.Number > (artifact.LastApproved ?? 0) && v.By == who)
                    .All(v =>
                        v is { Base: not null, Kind: VersionKind.Edit or VersionKind.Suggestion }
                        && v.ChangedLines <= policy.SmallEditLines
                    ),
            };
    }
}
