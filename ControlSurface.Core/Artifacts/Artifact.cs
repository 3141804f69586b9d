using System.Collections.Immutable;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Artifacts;

/// <summary>A source of a version: a target, at the version that its author read.</summary>
/// <param name="Target">The target path, in its canonical form.</param>
/// <param name="Version">The target's version, in the words of the system outside.</param>
public sealed record Source(string Target, string Version);

/// <summary>How a version was made (API.md, Contents and artifacts).</summary>
public enum VersionKind
{
    /// <summary>An agent published it, a person took a refused content as it is, or it is the first version.</summary>
    Publish,

    /// <summary>A merge of a late version with the current one: a clean one, or the one with which somebody resolved a conflict.</summary>
    Merge,

    /// <summary>A person published it, or corrected it while approving.</summary>
    Edit,

    /// <summary>Somebody accepted a comment's suggestion.</summary>
    Suggestion,
}

/// <summary>One version of an artifact; its content is named by hash and never changes.</summary>
public sealed record ArtifactVersion
{
    /// <summary>From 1, without gaps.</summary>
    public required int Number { get; init; }

    /// <summary>The hash of its content: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The length of its content in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Who published it.</summary>
    public required PrincipalId By { get; init; }

    /// <summary>Their name, as it was then.</summary>
    public required string ByName { get; init; }

    /// <summary>Whether a person or an agent published it.</summary>
    public required PrincipalKind ByKind { get; init; }

    /// <summary>The run that published it; null for none.</summary>
    public required string? Run { get; init; }

    /// <summary>The lease under which it was published; null for none.</summary>
    public required LeaseId? Lease { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Seq of the event that published it.</summary>
    public required long Seq { get; init; }

    /// <summary>The publisher's note, up to 4,000 characters; null for none.</summary>
    public required string? Note { get; init; }

    /// <summary>The version that it was made from; null for the first.</summary>
    public required int? Base { get; init; }

    /// <summary>The sources that it was made from; empty for none.</summary>
    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>How it was made.</summary>
    public required VersionKind Kind { get; init; }

    /// <summary>How many lines differ from the base; null where there is no base, or one of the two is no text.</summary>
    public required int? ChangedLines { get; init; }
}

/// <summary>A person's leave for one agent to publish once on a person's version (<c>onHumanEdit</c> is <c>ask</c>).</summary>
/// <param name="Version">The version on which it may publish; a newer version ends the leave.</param>
/// <param name="Principal">The agent; null for any.</param>
/// <param name="At">When they gave it.</param>
public sealed record EditPermit(int Version, PrincipalId? Principal, PrincipalId By, DateTimeOffset At);

/// <summary>
/// A draft, page, record update or file that is worked on in versions (API.md, Objects). Its versions, reviews, decisions,
/// approvals and comments are all in this one record, so that no two views of it can disagree.
/// </summary>
public sealed record Artifact
{
    /// <summary>Its id: <c>A-12</c>.</summary>
    public required ArtifactId Id { get; init; }

    /// <summary>Its name, up to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The item that it belongs to; null for none.</summary>
    public ItemId? Item { get; init; }

    /// <summary>The queue of its item, whose policy and members decide; null for an artifact without an item.</summary>
    public string? Queue { get; init; }

    /// <summary>The target path that it becomes when it is applied; null where it has none.</summary>
    public string? Target { get; init; }

    /// <summary>The media type of all its versions: <c>text/markdown</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>Who created it.</summary>
    public required PrincipalId CreatedBy { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last event happened.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seq of its last event.</summary>
    public required long Seq { get; init; }

    /// <summary>All versions, oldest first; never empty once its creation is written whole.</summary>
    public ImmutableList<ArtifactVersion> Versions { get; init; } = [];

    /// <summary>All reviews, oldest first. Only the last can be open.</summary>
    public ImmutableList<Review> Reviews { get; init; } = [];

    /// <summary>All decisions on its versions, oldest first.</summary>
    public ImmutableList<Verdict> Verdicts { get; init; } = [];

    /// <summary>All approvals, in whatever state, in the order in which they were first given.</summary>
    public ImmutableList<Approval> Approvals { get; init; } = [];

    /// <summary>All comments, oldest first.</summary>
    public ImmutableList<Comment> Comments { get; init; } = [];

    /// <summary>A leave to publish that was given and not used; null for none.</summary>
    public EditPermit? Permit { get; init; }

    /// <summary>The newest version that once had all the approvals that it needed; null for none.</summary>
    public int? LastApproved { get; init; }

    /// <summary>All its events, oldest first.</summary>
    public ImmutableList<Recorded> Log { get; init; } = [];

    /// <summary>The newest version: the only one that can be approved and applied.</summary>
    public ArtifactVersion Current => Versions[^1];

    /// <summary>The open review; null for none.</summary>
    public Review? OpenReview => Reviews.Count > 0 && Reviews[^1].State == ReviewState.Open ? Reviews[^1] : null;

    /// <summary>The version with this number; null where there is none.</summary>
    public ArtifactVersion? FindVersion(int number) =>
        number >= 1 && number <= Versions.Count ? Versions[number - 1] : null;

    /// <summary>The next instant at which a review becomes overdue or an approval expires; null for never.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            DateTimeOffset? due = OpenReview is { IsOverdue: false, DueAt: { } at } ? at : null;
            foreach (var approval in Approvals)
            {
                if (
                    approval is { State: ApprovalState.Valid, ExpiresAt: { } expires }
                    && (due is null || expires < due)
                )
                    due = expires;
            }
            return due;
        }
    }
}
