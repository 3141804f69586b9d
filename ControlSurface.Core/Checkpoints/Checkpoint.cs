using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Checkpoints;

/// <summary>Something that backs a claim: where it is and what it hashes to. The server never fetches it.</summary>
public sealed record Evidence(string Label, string? Uri, string? Sha256, string? Text, string? ContentHash);

/// <summary>An artifact's version that existed at the checkpoint.</summary>
public sealed record ArtifactRef(string Id, int Version);

/// <summary>A check that was run: <c>passed</c>, <c>failed</c> or <c>skipped</c>.</summary>
public sealed record Validation(string Name, string Outcome, string? Detail);

/// <summary>What the next owner needs to go on from here (API.md, Claims and leases).</summary>
/// <param name="Number">From 1 within the item; the newest is what a takeover inherits.</param>
/// <param name="Late">Recorded while the lease was stale.</param>
public sealed record Checkpoint(
    int Number,
    LeaseId Lease,
    Holder By,
    DateTimeOffset At,
    long Seq,
    bool Late,
    string Summary,
    IReadOnlyList<Evidence> Evidence,
    IReadOnlyList<ArtifactRef> Artifacts,
    IReadOnlyList<Validation> Validations,
    IReadOnlyList<string> OpenQuestions,
    string? NextStep
);

/// <summary>What can happen to checkpoints: they are only ever added.</summary>
public abstract record CheckpointEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        CheckpointEventDescriptions.Of(this, by, nameOf);

    private CheckpointEvent() { }

    public sealed record Recorded(
        ItemId Item,
        LeaseId Lease,
        int Number,
        bool Late,
        string Summary,
        IReadOnlyList<Evidence> Evidence,
        IReadOnlyList<ArtifactRef> Artifacts,
        IReadOnlyList<Validation> Validations,
        IReadOnlyList<string> OpenQuestions,
        string? NextStep
    ) : CheckpointEvent
    {
        public override string Type => "checkpoint.recorded";
        public override ItemId? ItemId => Item;
    }
}
