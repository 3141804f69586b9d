using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace ControlSurface.Api.Bodies;

internal sealed record ContentBody(string Hash, long Length, string ContentType);

/// <param name="Changed">Whether the target is known to be at another version by now.</param>
internal sealed record SourceBody(string Target, string Version, string? CurrentVersion, bool Changed);

internal sealed record VersionBody(
    int N,
    string ContentHash,
    long Length,
    string By,
    string ByName,
    string ByKind,
    string? Run,
    DateTimeOffset At,
    long Seq,
    string? Note,
    int? Base,
    IReadOnlyList<SourceBody> Sources,
    string Kind,
    int? ChangedLines
)
{
    internal static VersionBody From(ArtifactVersion v, Func<string, string?> versionOf) =>
        new(
            v.Number,
            v.ContentHash,
            v.Length,
            v.By.Text,
            v.ByName,
            WireNames.Of(v.ByKind),
            v.Run,
            v.At,
            v.Seq,
            v.Note,
            v.Base,
            [
                .. v.Sources.Select(s =>
                    versionOf(s.Target) is var now
                        ? new SourceBody(s.Target, s.Version, now, now is not null && now != s.Version)
                        : null!
                ),
            ],
            WireNames.Of(v.Kind),
            v.ChangedLines
        );
}

internal sealed record RuleBody(string Name, string? Role, int Required, int Given, string State)
{
    internal static RuleBody From(RuleStanding r) => new(r.Name, r.Role, r.Required, r.Given, WireNames.Of(r.State));
}

/// <param name="DecisionId">The decision that blocks, as <c>lift</c> names it.</param>
/// <param name="CanBeLifted">Whoever said it can say no other word: a manager may lift it.</param>
internal sealed record BlockBody(
    string DecisionId,
    string By,
    string ByName,
    DateTimeOffset At,
    string Decision,
    string? Comment,
    bool CanBeLifted
);

internal sealed record FallBody(int? Version, string? Target, string By, DateTimeOffset At, string Why)
{
    internal static FallBody? From(Invalidation? f) =>
        f is null ? null : new(f.Version, f.Target, f.By.Text, f.At, f.Why);
}

internal sealed record GivenBody(
    string Id,
    int Version,
    string By,
    string ByName,
    DateTimeOffset At,
    IReadOnlyList<string> Covers,
    int Uses,
    string State,
    string? Comment,
    DateTimeOffset? ExpiresAt,
    string? Override,
    string? Confirmed,
    FallBody? InvalidatedBy
)
{
    internal static GivenBody From(Approval a) =>
        new(
            a.Id.Text,
            a.Version,
            a.By.Text,
            a.ByName,
            a.At,
            [.. a.Covers.Select(c => c.Action)],
            a.Uses,
            WireNames.Of(a.State),
            a.Comment,
            a.ExpiresAt,
            a.Override,
            a.Confirmed,
            FallBody.From(a.Fell)
        );
}

/// <summary>API.md, <c>GET /artifacts/{id}/approvals</c>.</summary>
internal sealed record ApprovalBody(
    int Version,
    string ContentHash,
    string State,
    int Required,
    int Given,
    IReadOnlyList<RuleBody> Rules,
    IReadOnlyList<BlockBody> BlockedBy,
    FallBody? InvalidatedBy,
    IReadOnlyList<GivenBody> Approvals
)
{
    internal static ApprovalBody From(ApprovalStanding s) =>
        new(
            s.Version,
            s.ContentHash,
            WireNames.Of(s.State),
            s.Required,
            s.Given,
            [.. s.Rules.Select(RuleBody.From)],
            [
                .. s.BlockedBy.Select(v => new BlockBody(
                    VerdictBody.IdOf(v),
                    v.By.Text,
                    v.ByName,
                    v.At,
                    WireNames.Of(v.Decision),
                    v.Comment,
                    s.Liftable.Contains(v.Seq)
                )),
            ],
            FallBody.From(s.InvalidatedBy),
            [.. s.Approvals.Select(GivenBody.From)]
        );
}

/// <summary>API.md, Reviews and approvals, <c>review</c>.</summary>
/// <param name="Reviewers">Ids of principals, and names of roles.</param>
internal sealed record ReviewBody(
    string Id,
    string ArtifactId,
    string Name,
    int Version,
    string? ItemId,
    string? Queue,
    string State,
    IReadOnlyList<string> Reviewers,
    string? TakenBy,
    DateTimeOffset? DueAt,
    string Attention,
    IReadOnlyList<string> Eligible,
    string RequestedBy,
    string RequestedByName,
    DateTimeOffset RequestedAt,
    string? Note,
    int Reminders,
    string? Outcome,
    string? SupersededBy,
    DateTimeOffset? EndedAt
)
{
    internal static ReviewBody From(ReviewView v)
    {
        var r = v.Review;
        return new ReviewBody(
            r.Id.Text,
            v.Artifact.Text,
            v.Name,
            r.Version,
            v.Item?.Text,
            v.Queue,
            WireNames.Of(r.State),
            [.. r.Reviewers.Select(x => x.Principal?.Text ?? x.Role!)],
            r.TakenBy?.Text,
            r.DueAt,
            WireNames.Of(v.Attention),
            [.. v.Eligible.Select(p => p.Text)],
            r.RequestedBy.Text,
            r.RequestedByName,
            r.RequestedAt,
            r.Note,
            r.Reminders,
            r.Outcome is { } outcome ? WireNames.Of(outcome) : null,
            r.SupersededBy?.Text,
            r.EndedAt
        );
    }
}

internal sealed record AnchorBody(string Quote, int Start, int End);

internal sealed record CommentReplyBody(string By, string Name, DateTimeOffset At, string Body);

/// <param name="Blocks">It keeps the version from being approved until it is resolved.</param>
internal sealed record CommentBody(
    string Id,
    string ArtifactId,
    int Version,
    AuthorBody By,
    DateTimeOffset At,
    string Body,
    AnchorBody? Anchor,
    string? Suggestion,
    bool Blocks,
    bool IsQuestion,
    IReadOnlyList<CommentReplyBody> Replies,
    string? ResolvedAs,
    string? ResolvedBy,
    DateTimeOffset? ResolvedAt
)
{
    internal static CommentBody From(Comment c, ArtifactId artifact) =>
        new(
            c.Id.Text,
            artifact.Text,
            c.Version,
            new AuthorBody(c.By.Text, c.Name, WireNames.Of(c.ByKind)),
            c.At,
            c.Body,
            c.Anchor is { } a ? new AnchorBody(a.Quote, a.Start, a.End) : null,
            c.Suggestion,
            c.Blocks,
            c.IsQuestion,
            [.. c.Replies.Select(r => new CommentReplyBody(r.By.Text, r.Name, r.At, r.Body))],
            c.ResolvedAs is { } how ? WireNames.Of(how) : null,
            c.ResolvedBy?.Text,
            c.ResolvedAt
        );

    /// <summary>Where the quote stands in the version that is read; null for a comment without one, and where no version is read.</summary>
    public QuotePlaceBody? Place { get; init; }
}

internal sealed record HumanHoldBody(
    int Version,
    string By,
    DateTimeOffset? At,
    bool Editing,
    string ResolveBy,
    string? PermittedTo
);

/// <summary>API.md, Contents and artifacts, <c>artifact</c>.</summary>
internal sealed record ArtifactBody
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string? ItemId { get; init; }
    public required string? Queue { get; init; }
    public required string? Target { get; init; }
    public required string ContentType { get; init; }

    /// <summary>The current version's number.</summary>
    public required int Version { get; init; }
    public required string ContentHash { get; init; }
    public required IReadOnlyList<VersionBody> Versions { get; init; }
    public required ApprovalBody Approval { get; init; }
    public required ReviewBody? Review { get; init; }
    public required HumanHoldBody? HumanHold { get; init; }
    public required int OpenConflicts { get; init; }
    public required IReadOnlyList<PresentBody> Present { get; init; }
    public required IReadOnlyList<CommentBody> Comments { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required long Seq { get; init; }

    /// <summary>Only where <c>?since=</c> asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SinceBody>? Since { get; init; }

    internal static ArtifactBody From(ArtifactView view, ApiHost host)
    {
        var a = view.Artifact;
        return new ArtifactBody
        {
            Id = a.Id.Text,
            Name = a.Name,
            ItemId = a.Item?.Text,
            Queue = a.Queue,
            Target = a.Target,
            ContentType = a.ContentType,
            Version = a.Current.Number,
            ContentHash = a.Current.ContentHash,
            Versions = [.. a.Versions.Select(v => VersionBody.From(v, host.TargetVersion))],
            Approval = ApprovalBody.From(view.Approval),
            Review = view.Review is { } review ? ReviewBody.From(review) : null,
            HumanHold = view.Hold is { } h
                ? new HumanHoldBody(
                    h.Version,
                    h.By.Text,
                    h.At,
                    h.IsEditing,
                    WireNames.Of(h.ResolveBy),
                    h.Permit is { } permit ? permit.Principal?.Text ?? "agent" : null
                )
                : null,
            OpenConflicts = view.OpenConflicts,
            Present = PresentBody.On(host, Live.PresenceBoard.Topic(a.Id)),
            Comments = [.. a.Comments.Select(c => CommentBody.From(c, a.Id))],
            CreatedAt = a.CreatedAt,
            UpdatedAt = a.UpdatedAt,
            Seq = a.Seq,
        };
    }
}

/// <param name="Decision"><c>approve</c>, <c>request_changes</c>, <c>reject</c> or <c>ask</c>.</param>
/// <param name="Id"><c>D-</c> and the seq of its event.</param>
/// <param name="Lifted">Who lifted the block that it was; null where nobody did.</param>
internal sealed record VerdictBody(
    string Id,
    long Seq,
    int Version,
    string ContentHash,
    string Decision,
    string By,
    string ByName,
    DateTimeOffset At,
    string? Comment,
    string? ApprovalId,
    LiftedBody? Lifted
)
{
    internal static string IdOf(Verdict v) => string.Create(CultureInfo.InvariantCulture, $"D-{v.Seq}");

    internal static VerdictBody From(Verdict v) =>
        new(
            IdOf(v),
            v.Seq,
            v.Version,
            v.ContentHash,
            WireNames.Of(v.Decision),
            v.By.Text,
            v.ByName,
            v.At,
            v.Comment,
            v.Approval?.Text,
            v.Lifted is { } lifted ? new LiftedBody(lifted.By.Text, lifted.ByName, lifted.At, lifted.Why) : null
        );
}

internal sealed record LiftedBody(string By, string ByName, DateTimeOffset At, string Why);

/// <summary>A reviewer's words on a version: a comment, or what came with a decision.</summary>
/// <param name="Id">The comment's id; null for what came with a decision.</param>
/// <param name="Decision">The decision that it came with; null for a comment.</param>
/// <param name="ResolvedAs"><c>resolved</c> or <c>accepted</c>; null while it is open.</param>
internal sealed record OutcomeCommentBody(
    string? Id,
    AuthorBody By,
    DateTimeOffset At,
    string Body,
    string? Decision,
    AnchorBody? Anchor,
    string? Suggestion,
    bool Blocks,
    string? ResolvedAs
)
{
    internal static IReadOnlyList<OutcomeCommentBody> From(
        Artifact artifact,
        int version,
        Func<PrincipalId, string> kindOf
    ) =>
        [
            .. artifact
                .Verdicts.Where(v => v.Version == version && !string.IsNullOrWhiteSpace(v.Comment))
                .Select(v => new OutcomeCommentBody(
                    Id: null,
                    new AuthorBody(v.By.Text, v.ByName, kindOf(v.By)),
                    v.At,
                    v.Comment!,
                    WireNames.Of(v.Decision),
                    Anchor: null,
                    Suggestion: null,
                    Blocks: v.Blocks,
                    ResolvedAs: null
                ))
                .Concat(
                    artifact
                        .Comments.Where(c => c.Version == version)
                        .Select(c => CommentBody.From(c, artifact.Id))
                        .Select(c => new OutcomeCommentBody(
                            c.Id,
                            c.By,
                            c.At,
                            c.Body,
                            Decision: null,
                            c.Anchor,
                            c.Suggestion,
                            c.Blocks,
                            c.ResolvedAs
                        ))
                )
                .OrderBy(c => c.At),
        ];
}

/// <summary>API.md, Settled since, Waiting for a review.</summary>
/// <param name="Outcome">
/// <c>pending</c>, <c>approved</c>, <c>changes_requested</c>, <c>rejected</c>, <c>superseded</c>, <c>withdrawn</c> or <c>expired</c>.
/// </param>
/// <param name="CurrentVersion">Another than <paramref name="Version"/> once that was superseded.</param>
/// <param name="Comments">What reviewers said of this version, oldest first.</param>
/// <param name="Approval">What the approvals of the artifact come to.</param>
/// <param name="Review">The newest review of this version; null where nobody was asked.</param>
/// <param name="Lease">The lease on the artifact's item; null where nobody has one.</param>
internal sealed record OutcomeBody(
    string Outcome,
    string ArtifactId,
    int Version,
    int CurrentVersion,
    IReadOnlyList<OutcomeCommentBody> Comments,
    IReadOnlyList<VerdictBody> Decisions,
    ApprovalBody Approval,
    ReviewBody? Review,
    LeaseBody? Lease,
    decimal? LeaseExpiresInSeconds,
    long Seq
);

/// <summary>A decision, and what the approvals come to with it.</summary>
internal sealed record DecisionBody(VerdictBody? Decision, int Version, string ContentHash, ApprovalBody Approval);

internal sealed record ActionConsequenceBody(
    string ActionId,
    string Kind,
    string Target,
    string? ExpectedTargetVersion,
    string? CurrentTargetVersion,
    string? PayloadHash,
    string? Summary,
    bool WouldBegin,
    string? Why,
    string? LooksLike
);

/// <summary>API.md, <c>consequences</c>: what approving would let happen.</summary>
internal sealed record ConsequencesBody(
    int Version,
    string ContentHash,
    IReadOnlyList<ActionConsequenceBody> Actions,
    IReadOnlyList<RuleBody> Rules,
    IReadOnlyList<string> Eligible,
    string ConsequencesHash
)
{
    internal static ConsequencesBody From(
        Consequences c,
        ArtifactVersion version,
        IReadOnlyDictionary<string, string> like
    ) =>
        new(
            version.Number,
            version.ContentHash,
            [
                .. c.Actions.Select(a => new ActionConsequenceBody(
                    a.ActionId,
                    a.Kind,
                    a.Target,
                    a.ExpectedTargetVersion,
                    a.CurrentTargetVersion,
                    a.PayloadHash,
                    a.Summary,
                    a.WouldBegin,
                    a.Why,
                    like.GetValueOrDefault(a.Target)
                )),
            ],
            [.. c.Rules.Select(RuleBody.From)],
            [.. c.Eligible.Select(p => p.Text)],
            c.Hash
        );
}
