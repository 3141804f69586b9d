using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Approvals;

/// <summary>The state words of one approval (API.md, Reviews and approvals).</summary>
public enum ApprovalState
{
    /// <summary>It holds, and still lets at least one action through.</summary>
    Valid,

    /// <summary>Actions have used all of its uses.</summary>
    Spent,

    /// <summary>A newer version, a changed source or a rejection ended it.</summary>
    Invalidated,

    /// <summary>Its approver or a manager took it back, or its approver was ended.</summary>
    Revoked,

    /// <summary>Its time was over before it was spent.</summary>
    Expired,
}

/// <summary>An action that an approval covers, exactly as it was shown to the approver.</summary>
/// <param name="Fingerprint">The action's fingerprint when it was shown; an action that changed since is not covered.</param>
public sealed record CoveredAction(string Action, string Fingerprint);

/// <summary>Why an approval was invalidated or revoked.</summary>
/// <param name="Version">The newer version that ended it; null where none did.</param>
/// <param name="Target">The source or target that changed; null where none did.</param>
/// <param name="By">The principal whose act ended it.</param>
/// <param name="Why">A sentence for people.</param>
public sealed record Invalidation(int? Version, string? Target, PrincipalId By, DateTimeOffset At, string Why);

/// <summary>One person's approval of exactly one content and of the consequences that were shown with it (DESIGN.md, 4).</summary>
public sealed record Approval
{
    /// <summary>Its id: <c>P-8</c>. A person who approves the same version again, for more actions, keeps the id.</summary>
    public required ApprovalId Id { get; init; }

    /// <summary>The version that is approved.</summary>
    public required int Version { get; init; }

    /// <summary>The hash of that version's content: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The approver.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>The approver's name, as it was then.</summary>
    public required string ByName { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The hash of the consequences that were shown (<see cref="Standing.Consequences"/>).</summary>
    public required string ConsequencesHash { get; init; }

    /// <summary>The actions that it covers, and no others.</summary>
    public required IReadOnlyList<CoveredAction> Covers { get; init; }

    /// <summary>How many more actions may begin on it.</summary>
    public required int Uses { get; init; }

    /// <summary>Its state now; kept by events, also when it expires.</summary>
    public required ApprovalState State { get; init; }

    /// <summary>The approver's comment, up to 4,000 characters; null for none.</summary>
    public required string? Comment { get; init; }

    /// <summary>When it expires; null where the queue's policy sets no time.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why a manager decided though they were not eligible, because nobody was; null for an ordinary approval.</summary>
    public required string? Override { get; init; }

    /// <summary>What the approver confirmed that they had not seen; null for nothing.</summary>
    public required string? Confirmed { get; init; }

    /// <summary>Why it was invalidated or revoked; null where neither happened.</summary>
    public Invalidation? Fell { get; init; }
}

/// <summary>A block that a manager lifted, so that it no longer keeps the version from being approved.</summary>
/// <param name="By">The manager.</param>
/// <param name="ByName">Their name, as it was then.</param>
/// <param name="Why">Their reason, up to 4,000 characters.</param>
public sealed record Lifted(PrincipalId By, string ByName, DateTimeOffset At, string Why);

/// <summary>One decision on a version: an approval, a request for changes, a rejection or a question.</summary>
public sealed record Verdict
{
    /// <summary>Seq of its event, which is also the <c>decisionId</c> of API.md.</summary>
    public required long Seq { get; init; }

    /// <summary>The version that was decided on.</summary>
    public required int Version { get; init; }

    /// <summary>The hash of that version's content.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The principal that decided.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>Their name, as it was then.</summary>
    public required string ByName { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What they decided.</summary>
    public required ReviewDecision Decision { get; init; }

    /// <summary>Their comment, up to 4,000 characters; null for none.</summary>
    public required string? Comment { get; init; }

    /// <summary>The approval that it gave; null for another decision than <see cref="ReviewDecision.Approve"/>.</summary>
    public required ApprovalId? Approval { get; init; }

    /// <summary>Who lifted its block, and why; null where nobody did.</summary>
    public Lifted? Lifted { get; init; }

    /// <summary>Whether it keeps the version from being approved: it asks for changes or rejects, and nobody lifted it.</summary>
    public bool Blocks => Decision is ReviewDecision.RequestChanges or ReviewDecision.Reject && Lifted is null;
}
