using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Approvals;

/// <summary>What became of one approval.</summary>
public enum ApprovalState
{
    Valid,
    Spent,
    Invalidated,
    Revoked,
    Expired,
}

/// <summary>An action that was shown beside the button, as it was then.</summary>
public sealed record Cover(string Action, string Fingerprint);

/// <summary>Why approvals fell: a newer version, a moved target, or a decision.</summary>
/// <param name="Version">The version that took the place of the approved one; null where none did.</param>
/// <param name="Target">The source or target that changed; null where none did.</param>
public sealed record Fall(int? Version, string? Target, PrincipalId By, DateTimeOffset At, string Why);

/// <summary>One person's word for exactly one content and the consequences that were shown with it (DESIGN.md, 4).</summary>
/// <param name="Uses">Actions that it may still let through.</param>
/// <param name="Override">Why a manager decided where nobody was eligible; null for everybody else.</param>
/// <param name="Confirmed">What the approver confirmed that they had not seen; null for nothing.</param>
public sealed record Approval(
    ApprovalId Id,
    int Version,
    string ContentHash,
    PrincipalId By,
    string ByName,
    DateTimeOffset At,
    string ConsequencesHash,
    IReadOnlyList<Cover> Covers,
    int Uses,
    ApprovalState State,
    string? Comment,
    DateTimeOffset? ExpiresAt,
    string? Override,
    string? Confirmed
)
{
    public Fall? Fell { get; init; }
}

/// <summary>A block that counts no more: who lifted it, when and why.</summary>
public sealed record Lifted(PrincipalId By, string ByName, DateTimeOffset At, string Why);

/// <summary>A decision on a version, whoever made it and whatever it was.</summary>
public sealed record Verdict(
    long Seq,
    int Version,
    string ContentHash,
    PrincipalId By,
    string ByName,
    DateTimeOffset At,
    ReviewDecision Decision,
    string? Comment,
    ApprovalId? Approval
)
{
    /// <summary>Who lifted the block that it was, and why; null where nobody did.</summary>
    public Lifted? Lifted { get; init; }

    /// <summary>Whether it keeps the version from going on.</summary>
    public bool Blocks => Decision is ReviewDecision.RequestChanges or ReviewDecision.Reject && Lifted is null;
}
