using ControlSurface.Components;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>The approvals of an artifact, the rules that they have to meet, and the blocks that may be lifted.</summary>
internal static class ApprovalLines
{
    internal static List<LiftLine> Liftable(ApprovalStanding standing, Viewer you) =>
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

    internal static RuleLine RuleOf(RuleStanding rule) =>
        new(
            $"{Words.Count(Math.Min(rule.Given, rule.Required))} of {Words.Count(rule.Required)} {RuleName(rule)}{(rule.State == RuleState.NobodyEligible ? ": nobody who may is left" : "")}",
            rule.IsMet,
            rule.State == RuleState.NobodyEligible
        );

    private static string RuleName(RuleStanding rule) =>
        rule.Kind switch
        {
            RuleKind.Count => rule.Required == 1 ? "approval needed" : "approvals needed, by different people",
            RuleKind.Second => "by somebody who did not change it",
            RuleKind.Named => $"for {rule.Name}{(rule.Role is { } role ? $", by the role {role}" : "")}",
        };

    internal static string Eligible(Workspace at, IReadOnlyList<PrincipalId> eligible, Viewer you)
    {
        const int Most = 6;
        if (eligible.Count == 0)
            return "Nobody can decide on it: a manager has to ask somebody else, or decide by override.";
        var names = eligible.OrderByDescending(id => id == you.Id).Select(id => id == you.Id ? "you" : at.NameOf(id));
        var more = eligible.Count > Most ? $" and {Words.Count(eligible.Count - Most)} more" : "";
        return $"May decide: {string.Join(", ", names.Take(Most))}{more}.";
    }

    internal static ApprovalLine Of(ApprovalStanding standing, Approval approval, Viewer you)
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
}
