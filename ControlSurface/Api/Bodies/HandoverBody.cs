using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Leases;

namespace ControlSurface.Api.Bodies;

internal sealed record EvidenceBody(string Label, string? Uri, string? Sha256, string? Text, string? ContentHash);

internal sealed record ArtifactRefBody(string Id, int Version);

internal sealed record ValidationBody(string Name, string Outcome, string? Detail);

/// <summary>API.md, Claims and leases, <c>checkpoints</c>.</summary>
/// <param name="Id">From 1 within the item.</param>
/// <param name="Late">Recorded while the lease was stale.</param>
internal sealed record CheckpointBody(
    int Id,
    string LeaseId,
    HolderBody By,
    DateTimeOffset At,
    long Seq,
    bool Late,
    string Summary,
    IReadOnlyList<EvidenceBody> Evidence,
    IReadOnlyList<ArtifactRefBody> Artifacts,
    IReadOnlyList<ValidationBody> Validations,
    IReadOnlyList<string> OpenQuestions,
    string? NextStep
)
{
    internal static CheckpointBody From(Checkpoint c) =>
        new(
            c.Number,
            c.Lease.Text,
            HolderBody.From(c.By),
            c.At,
            c.Seq,
            c.Late,
            c.Summary,
            [.. c.Evidence.Select(e => new EvidenceBody(e.Label, e.Uri, e.Sha256, e.Text, e.ContentHash))],
            [.. c.Artifacts.Select(a => new ArtifactRefBody(a.Id, a.Version))],
            [.. c.Validations.Select(v => new ValidationBody(v.Name, WireNames.Of(v.Outcome!.Value), v.Detail))],
            c.OpenQuestions,
            c.NextStep
        );
}

internal sealed record CheckpointReplyBody(CheckpointBody Checkpoint, LeaseBody Lease, decimal? LeaseExpiresInSeconds);

/// <summary>An artifact of the item, in short.</summary>
internal sealed record HandoverArtifactBody(
    string Id,
    string Name,
    string? Target,
    int Version,
    string ContentHash,
    string By,
    DateTimeOffset At
);

internal sealed record HandoverConflictBody(string Id, string Kind, string State, string What, DateTimeOffset OpenedAt);

internal sealed record HandoverDecisionBody(
    string ArtifactId,
    int Version,
    string Decision,
    string By,
    string ByName,
    DateTimeOffset At,
    string? Comment
);

/// <summary>API.md, Objects, handover.</summary>
internal sealed record HandoverBody
{
    public required HolderBody From { get; init; }
    public required string LeaseId { get; init; }
    public required string EndedAs { get; init; }
    public required DateTimeOffset At { get; init; }
    public required CheckpointBody? Checkpoint { get; init; }
    public required IReadOnlyList<CheckpointBody> Checkpoints { get; init; }
    public required IReadOnlyList<HandoverArtifactBody> Artifacts { get; init; }
    public required IReadOnlyList<ActionBody> Actions { get; init; }
    public required IReadOnlyList<HandoverConflictBody> Conflicts { get; init; }

    /// <summary>What is locked for the item, and goes over to whoever takes it.</summary>
    public required IReadOnlyList<LockBody> Locks { get; init; }
    public required IReadOnlyList<HandoverDecisionBody> Decisions { get; init; }
    public required IReadOnlyList<NoteBody> Notes { get; init; }
    public required IReadOnlyList<string> OpenQuestions { get; init; }
    public required IReadOnlyList<SinceBody> Since { get; init; }

    internal static HandoverBody Of(Handover handover, Core.Vocabulary.ItemId item) =>
        new()
        {
            From = HolderBody.From(handover.From),
            LeaseId = handover.Lease.Text,
            EndedAs = handover.EndedAs,
            At = handover.At,
            Checkpoint = handover.Checkpoint is { } last ? CheckpointBody.From(last) : null,
            Checkpoints = [.. handover.Checkpoints.Select(CheckpointBody.From)],
            Artifacts =
            [
                .. handover.Artifacts.Select(a => new HandoverArtifactBody(
                    a.Id.Text,
                    a.Name,
                    a.Target,
                    a.Current.Number,
                    a.Current.ContentHash,
                    a.Current.By.Text,
                    a.Current.At
                )),
            ],
            Actions = [.. handover.Actions.Select(ActionBody.From)],
            Conflicts =
            [
                .. handover.Conflicts.Select(c => new HandoverConflictBody(
                    c.Id.Text,
                    WireNames.Of(c.Kind),
                    WireNames.Of(c.State),
                    c.What,
                    c.OpenedAt
                )),
            ],
            Locks = LockBody.From(handover.Locks),
            Decisions =
            [
                .. handover.Decisions.Select(d => new HandoverDecisionBody(
                    d.Artifact.Text,
                    d.Verdict.Version,
                    WireNames.Of(d.Verdict.Decision),
                    d.Verdict.By.Text,
                    d.Verdict.ByName,
                    d.Verdict.At,
                    d.Verdict.Comment
                )),
            ],
            Notes = NoteBody.From(handover.Notes, item),
            OpenQuestions = handover.OpenQuestions,
            Since = [.. handover.Since.Select(SinceBody.From)],
        };
}

/// <summary>What an owner would inherit, shown without taking.</summary>
/// <param name="Handover">Null where nobody worked on the item before.</param>
internal sealed record HandoverReplyBody(HandoverBody? Handover);
