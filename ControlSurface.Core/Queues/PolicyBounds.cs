using ControlSurface.Core.Targets;
using ControlSurface.Core.Texts;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Queues;

/// <summary>What a policy may say. A combination that cannot take effect is refused, never stored (FIELD.md, 26).</summary>
internal static class PolicyBounds
{
    private const int Day = 86_400;
    private const int Month = 30 * Day;

    internal static void Check(Bounds bounds, QueuePolicy policy, PolicyChange change)
    {
        bounds.Range("leaseSeconds", policy.LeaseSeconds, 5, Day);
        bounds.Range("personLeaseSeconds", policy.PersonLeaseSeconds, 5, Day);
        bounds.Range("claimSeconds", policy.ClaimSeconds, 1, Day);
        bounds.Range("resumeSeconds", policy.ResumeSeconds, 1, Month);
        bounds.Range("maxSuspendSeconds", policy.MaxSuspendSeconds, 1, Month);
        bounds.Range("maxLifetimeSeconds", policy.MaxLifetimeSeconds, 5, Month);
        bounds.Range("maxQuietRenewals", policy.MaxQuietRenewals, 0, 1_000_000);
        bounds.Range("staleGraceSeconds", policy.StaleGraceSeconds, 0, Month);
        bounds.Range("staleHoldSeconds", policy.StaleHoldSeconds, 1, Month);
        bounds.Range("acceptSeconds", policy.AcceptSeconds, 1, Month);
        if (policy.MaxActive is { } active)
            bounds.Range("maxActive", active, 1, 1_000_000);
        if (policy.ClaimsPerMinute is { } rate)
            bounds.Range("claimsPerMinute", rate, 1, 1_000_000);
        if (policy.MaxAttempts is { } attempts)
            bounds.Range("maxAttempts", attempts, 1, 1_000_000);
        CheckReviews(bounds, policy, change);
        CheckBackoff(bounds, policy.Backoff);
        CheckLimits(bounds, policy);
        CheckCombinations(bounds, policy, change);
    }

    private static void CheckReviews(Bounds bounds, QueuePolicy policy, PolicyChange change)
    {
        if (policy.MaxWaitingReview is { } waiting)
            bounds.Range("maxWaitingReview", waiting, 1, 1_000_000);
        bounds.Range("requiredApprovals", policy.RequiredApprovals, 0, 20);
        if (policy.ApprovalTtlSeconds is { } ttl)
            bounds.Range("approvalTtlSeconds", ttl, 1, Month);
        bounds.Range("approvalUses", policy.ApprovalUses, 1, 1_000);
        bounds.Range("smallEditLines", policy.SmallEditLines, 0, 10_000);
        if (policy.ReviewDueSeconds is { } due)
            bounds.Range("reviewDueSeconds", due, 1, Month);
        if (change.SmallEditLines.IsNamed && policy.SelfApproval != SelfApproval.SmallEdit)
            bounds.Fault("smallEditLines", "only takes effect with selfApproval small_edit");
        var none = policy is { RequiredApprovals: 0, Approvals.Count: 0 };
        if (none && change.ApprovalTtlSeconds is { IsNamed: true, Value: not null })
            bounds.Fault("approvalTtlSeconds", "only takes effect where approvals are required");
        if (none && change.ApprovalUses is { IsNamed: true, Value: > 1 })
            bounds.Fault("approvalUses", "only takes effect where approvals are required");
        bounds.Count("approvals", policy.Approvals.Count, 20);
        foreach (var rule in policy.Approvals)
        {
            bounds.Name("approvals.name", rule.Name);
            bounds.OneOf("approvals.role", rule.Role, "reviewer", "manager", "admin");
            bounds.Range("approvals.count", rule.Count, 1, 20);
            bounds.OptionalName("approvals.when.label", rule.When.Label, 100);
            bounds.OptionalName("approvals.when.actionKind", rule.When.ActionKind, 100);
            bounds.OptionalName("approvals.when.contentType", rule.When.ContentType, 100);
            if (rule.When.TargetPrefix is { } prefix && WrongPrefix(prefix) is { } wrong)
                bounds.Fault("approvals.when.targetPrefix", wrong);
        }
        if (policy.Approvals.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count() != policy.Approvals.Count)
            bounds.Fault("approvals", "must not name two rules alike");
    }

    private static void CheckBackoff(Bounds bounds, Backoff? backoff)
    {
        if (backoff is null)
            return;
        bounds.Range("backoff.firstSeconds", backoff.FirstSeconds, 1, Month);
        bounds.Range("backoff.maxSeconds", backoff.MaxSeconds, 1, Month);
        if (backoff.Factor is < 1 or > 100)
            bounds.Fault("backoff.factor", "must be from 1 to 100");
        if (backoff.MaxSeconds < backoff.FirstSeconds)
            bounds.Fault("backoff.maxSeconds", "must not be less than firstSeconds, which could then never be");
    }

    private static void CheckLimits(Bounds bounds, QueuePolicy policy)
    {
        bounds.Count("maxActivePer", policy.MaxActivePer.Count, 100);
        foreach (var limit in policy.MaxActivePer)
        {
            if (limit.Label is null == limit.TargetPrefix is null)
                bounds.Fault("maxActivePer", "must each name a label or a targetPrefix, one of the two");
            bounds.OptionalName("maxActivePer.label", limit.Label, 100);
            if (limit.TargetPrefix is { } prefix && WrongPrefix(prefix) is { } wrong)
                bounds.Fault("maxActivePer.targetPrefix", wrong);
            bounds.Range("maxActivePer.limit", limit.Limit, 1, 1_000_000);
            if (policy.MaxActive is { } most && limit.Limit > most)
                bounds.Fault("maxActivePer.limit", "must not exceed maxActive, which would stop the claim first");
        }
    }

    // A prefix in another spelling than targets have would never match: a limit that does nothing.
    private static string? WrongPrefix(string prefix)
    {
        var wrong = TargetPath.Check(prefix, out var spelled);
        var isSystem =
            prefix.Length > 1
            && prefix.IndexOf(':', StringComparison.Ordinal) == prefix.Length - 1
            && NameText.Fault(prefix) is null;
        if (wrong is not null && !isSystem)
            return wrong;
        return spelled == prefix ? null : "must be in Unicode normal form C, as targets are";
    }

    private static void CheckCombinations(Bounds bounds, QueuePolicy policy, PolicyChange change)
    {
        if (policy.LeaseSeconds > policy.MaxLifetimeSeconds)
            bounds.Fault("leaseSeconds", "must not exceed maxLifetimeSeconds, which would cut every lease");
        if (policy.StaleGraceSeconds > 0 && policy.OnStale == OnStale.Hold)
            bounds.Fault("staleGraceSeconds", "only takes effect with onStale requeue");
        if (policy.StaleGraceSeconds > 0 && !policy.ReviveStale)
            bounds.Fault("staleGraceSeconds", "only takes effect with reviveStale true");
        if (change.StaleHoldSeconds.IsNamed && policy.OnStale == OnStale.Requeue)
            bounds.Fault("staleHoldSeconds", "only takes effect with onStale hold");
        if (
            change.ReviveStale is { IsNamed: true, Value: true }
            && policy is { OnStale: OnStale.Requeue, StaleGraceSeconds: 0 }
        )
            bounds.Fault("reviveStale", "only takes effect with onStale requeue if staleGraceSeconds is above 0");
    }
}
