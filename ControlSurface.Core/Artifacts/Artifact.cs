using System.Collections.Immutable;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Artifacts;

/// <summary>What a version rests on: a target, in the version that was read.</summary>
public sealed record Source(string Target, string Version);

/// <summary>How a version came about (API.md, Contents and artifacts).</summary>
public enum VersionKind
{
    Publish,
    Merge,
    Edit,
    Suggestion,
}

/// <summary>One version of an artifact; its content is named by hash and never changes.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Base">The version that it was made from; null for the first.</param>
/// <param name="ChangedLines">Lines that differ from the base; null where that cannot be said (not text, no base).</param>
public sealed record ArtifactVersion(
    int Number,
    string ContentHash,
    long Length,
    PrincipalId By,
    string ByName,
    PrincipalKind ByKind,
    string? Run,
    LeaseId? Lease,
    DateTimeOffset At,
    long Seq,
    string? Note,
    int? Base,
    IReadOnlyList<Source> Sources,
    VersionKind Kind,
    int? ChangedLines
);

/// <summary>Leave for one publish on one version that a person made (<c>onHumanEdit</c> ask).</summary>
/// <param name="Principal">Who may; null for any agent.</param>
public sealed record EditPermit(int Version, PrincipalId? Principal, PrincipalId By, DateTimeOffset At);

/// <summary>
/// A draft, page, record update or file that is worked on in versions (API.md, Objects). What is approved, reviewed and
/// said about it lives in this one record, so that no view of it can disagree with another.
/// </summary>
public sealed record Artifact
{
    public required ArtifactId Id { get; init; }
    public required string Name { get; init; }
    public ItemId? Item { get; init; }

    /// <summary>The queue of its item, whose policy and members decide; null for an artifact without an item.</summary>
    public string? Queue { get; init; }
    public string? Target { get; init; }
    public required string ContentType { get; init; }
    public required PrincipalId CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seq of the last event on it.</summary>
    public required long Seq { get; init; }
    public ImmutableList<ArtifactVersion> Versions { get; init; } = [];
    public ImmutableList<Review> Reviews { get; init; } = [];
    public ImmutableList<Verdict> Verdicts { get; init; } = [];
    public ImmutableList<Approval> Approvals { get; init; } = [];
    public ImmutableList<Comment> Comments { get; init; } = [];
    public EditPermit? Permit { get; init; }

    /// <summary>The newest version whose approvals were once enough; null for none.</summary>
    public int? LastApproved { get; init; }

    /// <summary>What happened to it, oldest first.</summary>
    public ImmutableList<Recorded> Log { get; init; } = [];

    /// <summary>The version that counts.</summary>
    public ArtifactVersion Current => Versions[^1];

    /// <summary>The review that is open; there is at most one.</summary>
    public Review? OpenReview => Reviews.Count > 0 && Reviews[^1].State == ReviewState.Open ? Reviews[^1] : null;

    /// <summary>The version with this number; null where it never was.</summary>
    public ArtifactVersion? FindVersion(int number) =>
        number >= 1 && number <= Versions.Count ? Versions[number - 1] : null;

    /// <summary>The next instant at which something happens to it by itself; null for never.</summary>
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
