namespace ControlSurface.Core.Standing;

/// <summary>What the approvals of a version come to together.</summary>
public enum StandingState
{
    /// <summary>Nobody approved it.</summary>
    None,

    /// <summary>Some approvals are valid; others are missing, or a decision blocks the version.</summary>
    Partial,

    /// <summary>The approvals meet every rule, and an action may begin.</summary>
    Valid,

    /// <summary>The approvals let an action begin, and let no other begin.</summary>
    Spent,

    /// <summary>A newer version, a changed source or target, or a rejection ended them.</summary>
    Invalidated,

    /// <summary>The approver took the last one back, or was ended.</summary>
    Revoked,

    /// <summary>Their time was over.</summary>
    Expired,
}

/// <summary>Where a queue's policy has a rule for approvals.</summary>
public enum RuleKind
{
    /// <summary><c>requiredApprovals</c>: so many approvals by different people.</summary>
    Count,

    /// <summary>A rule of <c>approvals</c>, with a name and a role of its own.</summary>
    Named,

    /// <summary><c>selfApproval: with_second</c>: an approval by somebody who is no author.</summary>
    Second,
}

/// <summary>Whether approvals meet a rule.</summary>
public enum RuleState
{
    /// <summary>It asks for no further approval.</summary>
    Met,

    /// <summary>Approvals are missing, and enough principals are left who could give them.</summary>
    Missing,

    /// <summary>Too few are left who could still approve.</summary>
    NobodyEligible,
}
