using System.Collections.Immutable;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Reviews;

/// <summary>API.md, Reviews and approvals.</summary>
public enum ReviewState
{
    Open,
    Decided,
    Superseded,
    Withdrawn,
}

/// <summary>Somebody who is asked: one principal, or everybody in a role.</summary>
public sealed record Reviewer(PrincipalId? Principal, string? Role)
{
    /// <summary>Who is asked where nobody is named: every role that may decide.</summary>
    public static readonly IReadOnlyList<Reviewer> WhoeverMayDecide =
    [
        new(Principal: null, "reviewer"),
        new(Principal: null, "manager"),
        new(Principal: null, "admin"),
    ];

    /// <summary>Whether this asks that principal.</summary>
    public bool Asks(Principal who) =>
        Principal is { } one ? one == who.Id : RolesOf(Role!) is var role && (who.Roles & role) != 0;

    private static Roles RolesOf(string word)
    {
        foreach (var role in Enum.GetValues<Roles>())
        {
            if (WireNames.Of(role) == word)
                return role;
        }
        return Roles.None;
    }
}

/// <summary>A request to decide on one version, addressed to people or roles.</summary>
/// <param name="Lease">The lease that was suspended for it and is woken by a decision; null for none.</param>
/// <param name="IsOverdue">Its due time has passed, and that was said.</param>
/// <param name="Outcome">The decision that ended it; null while open, or where none did.</param>
public sealed record Review(
    ReviewId Id,
    int Version,
    ReviewState State,
    IReadOnlyList<Reviewer> Reviewers,
    PrincipalId RequestedBy,
    string RequestedByName,
    DateTimeOffset RequestedAt,
    string? Note,
    DateTimeOffset? DueAt,
    LeaseId? Lease
)
{
    public PrincipalId? TakenBy { get; init; }
    public bool IsOverdue { get; init; }
    public int Reminders { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The decision that ended it; null while it is open, and where it ended otherwise.</summary>
    public ReviewDecision? Outcome { get; init; }
    public ReviewId? SupersededBy { get; init; }
}

/// <summary>Where in a version's text a comment hangs: the quoted text, and where it stood (UTF-16 offsets).</summary>
public sealed record Anchor(string Quote, int Start, int End);

/// <summary>An answer below a comment.</summary>
public sealed record CommentReply(PrincipalId By, string Name, DateTimeOffset At, string Body);

/// <summary>A comment on a version, kept with it and shown on later ones where its quote still stands.</summary>
/// <param name="Suggestion">Text that is to stand in place of the quote; null for none.</param>
/// <param name="Blocks">It keeps the version from being approved until it is resolved.</param>
/// <param name="ResolvedAs"><c>resolved</c> or <c>accepted</c>; null while open.</param>
public sealed record Comment(
    CommentId Id,
    int Version,
    PrincipalId By,
    string Name,
    PrincipalKind ByKind,
    DateTimeOffset At,
    string Body,
    Anchor? Anchor,
    string? Suggestion,
    bool Blocks
)
{
    /// <summary>It asks its reader something (the decision <c>ask</c>), and is answered by a reply.</summary>
    public bool IsQuestion { get; init; }
    public ImmutableList<CommentReply> Replies { get; init; } = [];
    public string? ResolvedAs { get; init; }
    public PrincipalId? ResolvedBy { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
}
