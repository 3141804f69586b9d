using System.Collections.Immutable;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Reviews;

/// <summary>The state words of a review (API.md, Reviews and approvals).</summary>
public enum ReviewState
{
    /// <summary>It waits for a decision.</summary>
    Open,

    /// <summary>A decision ended it (<see cref="Review.Outcome"/>).</summary>
    Decided,

    /// <summary>A newer version came, and a review of that one asks the same people.</summary>
    Superseded,

    /// <summary>It ended without a decision.</summary>
    Withdrawn,
}

/// <summary>Whom a review asks: one principal, or everybody in a role. Exactly one of the two is set.</summary>
/// <param name="Principal">The principal; null for a role.</param>
/// <param name="Role">The role's word, such as <c>reviewer</c>; null for a principal.</param>
public sealed record Reviewer(PrincipalId? Principal, string? Role)
{
    /// <summary>Whom a review asks where its request names nobody: every role that may decide.</summary>
    public static readonly IReadOnlyList<Reviewer> WhoeverMayDecide =
    [
        new(Principal: null, "reviewer"),
        new(Principal: null, "manager"),
        new(Principal: null, "admin"),
    ];

    /// <summary>Whom a review asks, in one word: the first role's, <c>person</c> where it names people alone, else <c>anybody</c>.</summary>
    public static string KindOf(IReadOnlyList<Reviewer> reviewers) =>
        reviewers.Count == 0 || reviewers.SequenceEqual(WhoeverMayDecide)
            ? "anybody"
            : reviewers.FirstOrDefault(one => one.Role is not null)?.Role ?? "person";

    /// <summary>Whether the review asks that principal, by name or by role.</summary>
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
public sealed record Review
{
    /// <summary>Its id: <c>R-5</c>.</summary>
    public required ReviewId Id { get; init; }

    /// <summary>The version to decide on.</summary>
    public required int Version { get; init; }

    /// <summary>Its state now.</summary>
    public required ReviewState State { get; init; }

    /// <summary>Whom it asks; never empty.</summary>
    public required IReadOnlyList<Reviewer> Reviewers { get; init; }

    /// <summary>The principal that asked for it, or that published the newer version.</summary>
    public required PrincipalId RequestedBy { get; init; }

    /// <summary>The name of who asked for the first review, as it was then.</summary>
    public required string RequestedByName { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>A note to the reviewers, up to 4,000 characters; null for none.</summary>
    public required string? Note { get; init; }

    /// <summary>When it is due; null for never.</summary>
    public required DateTimeOffset? DueAt { get; init; }

    /// <summary>The lease that waits for it: suspended by the request, resumed by a decision. Null for none.</summary>
    public required LeaseId? Lease { get; init; }

    /// <summary>Who is reviewing it; null for nobody. Others may decide all the same.</summary>
    public PrincipalId? TakenBy { get; init; }

    /// <summary>Its due time passed while it was open, and that is recorded.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>How often its reviewers were reminded.</summary>
    public int Reminders { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The decision that ended it; null while it is open, and where it was superseded or withdrawn.</summary>
    public ReviewDecision? Outcome { get; init; }

    /// <summary>The review of the newer version; null where it was not superseded.</summary>
    public ReviewId? SupersededBy { get; init; }
}

/// <summary>The passage of a version's text that a comment is on.</summary>
/// <param name="Quote">The quoted text. In later versions the comment follows it.</param>
/// <param name="Start">Where it began in the version that was commented on, in UTF-16 code units from 0.</param>
/// <param name="End">The offset just after its end.</param>
public sealed record Anchor(string Quote, int Start, int End);

/// <summary>An answer below a comment.</summary>
/// <param name="By">Who answered.</param>
/// <param name="Name">Their name, as it was then.</param>
/// <param name="Body">The answer, up to 4,000 characters.</param>
public sealed record CommentReply(PrincipalId By, string Name, DateTimeOffset At, string Body);

/// <summary>A comment on a version, kept with it and shown on later ones where its quote still stands.</summary>
public sealed record Comment
{
    /// <summary>Its id: <c>M-3</c>.</summary>
    public required CommentId Id { get; init; }

    /// <summary>The version that it was made on.</summary>
    public required int Version { get; init; }

    /// <summary>Who made it.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>The name of who made it, as it was then.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a person or an agent made it.</summary>
    public required PrincipalKind ByKind { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The comment itself, up to 4,000 characters.</summary>
    public required string Body { get; init; }

    /// <summary>The passage that it is on; null for the version as a whole.</summary>
    public required Anchor? Anchor { get; init; }

    /// <summary>Text to put in place of the quote, up to 100,000 characters; null for none, and where there is no anchor.</summary>
    public required string? Suggestion { get; init; }

    /// <summary>It keeps the version from being approved until it is resolved, where the queue's <c>blockOnComments</c> says so.</summary>
    public required bool Blocks { get; init; }

    /// <summary>It asks the holder something (the decision <c>ask</c>); a reply answers it.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>The answers below it, oldest first.</summary>
    public ImmutableList<CommentReply> Replies { get; init; } = [];

    /// <summary>How it was settled; null while it is open.</summary>
    public CommentResolution? ResolvedAs { get; init; }

    /// <summary>Who resolved it; null while it is open.</summary>
    public PrincipalId? ResolvedBy { get; init; }

    /// <summary>When it was resolved; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }
}
