using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Queues;

/// <summary>Bounds of those members of a policy that are lists or records; numbers have theirs in their descriptors.</summary>
internal static class PolicyBounds
{
    internal static void CheckApprovals(Bounds bounds, QueuePolicy policy)
    {
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

    internal static void CheckBackoff(Bounds bounds, QueuePolicy policy)
    {
        if (policy.Backoff is not { } backoff)
            return;
        bounds.Range("backoff.firstSeconds", backoff.FirstSeconds, 1, PolicyMembers.Month);
        bounds.Range("backoff.maxSeconds", backoff.MaxSeconds, 1, PolicyMembers.Month);
        if (backoff.Factor is < 1 or > 100)
            bounds.Fault("backoff.factor", "must be from 1 to 100");
        if (backoff.MaxSeconds < backoff.FirstSeconds)
            bounds.Fault("backoff.maxSeconds", "must not be less than firstSeconds, which could then never be");
    }

    internal static void CheckLimits(Bounds bounds, QueuePolicy policy)
    {
        bounds.Count("maxActivePer", policy.MaxActivePer.Count, 100);
        foreach (var limit in policy.MaxActivePer)
        {
            if (limit.Label is null == limit.TargetPrefix is null)
                bounds.Fault("maxActivePer", "must each name a label or a targetPrefix, one of the two");
            bounds.OptionalName("maxActivePer.label", limit.Label, 100);
            if (limit.TargetPrefix is { } prefix && WrongPrefix(prefix) is { } wrong)
                bounds.Fault("maxActivePer.targetPrefix", wrong);
            bounds.Range("maxActivePer.limit", limit.Limit, 1, PolicyMembers.Million);
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
}
