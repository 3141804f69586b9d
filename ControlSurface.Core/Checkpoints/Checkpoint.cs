using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Checkpoints;

/// <summary>Something that shows that the work was done. The server stores it as named and never fetches it.</summary>
/// <param name="Label">Required; up to 200 characters.</param>
/// <param name="Uri">Where it lies, as text; null for nowhere.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits of the bytes at <paramref name="Uri"/>; null for unknown.</param>
/// <param name="Text">The evidence itself, up to 4,000 characters; null for none.</param>
/// <param name="ContentHash">A content that was sent to <c>POST /contents</c>; null for none. Nobody checks that it is stored.</param>
public sealed record Evidence(string Label, string? Uri, string? Sha256, string? Text, string? ContentHash);

/// <summary>A version that the holder names at a checkpoint. Nobody checks that it exists.</summary>
/// <param name="Id">The artifact's id as sent.</param>
/// <param name="Version">From 1.</param>
public sealed record ArtifactRef(string Id, int Version);

/// <summary>A check that the holder ran.</summary>
/// <param name="Name">Up to 200 characters.</param>
/// <param name="Outcome"><c>passed</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Detail">Up to 4,000 characters; null for none.</param>
public sealed record Validation(string Name, string Outcome, string? Detail);

/// <summary>What a holder left so that the next owner can go on from here (API.md, Claims and leases).</summary>
/// <param name="Number">From 1 within the item, counted over all its leases.</param>
/// <param name="Lease">The lease under which it was recorded.</param>
/// <param name="By">The holder who recorded it.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Seq">The seq of the event that recorded it.</param>
/// <param name="Late">Whether it was recorded while the lease was stale.</param>
/// <param name="Summary">Up to 4,000 characters.</param>
/// <param name="Evidence">Up to 1,000.</param>
/// <param name="Artifacts">Up to 1,000 versions that the holder names.</param>
/// <param name="Validations">Up to 1,000 checks that the holder ran.</param>
/// <param name="OpenQuestions">Up to 1,000, each up to 4,000 characters.</param>
/// <param name="NextStep">Up to 4,000 characters; null for none.</param>
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

/// <summary>An event of checkpoints: they are only ever added.</summary>
public abstract record CheckpointEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        CheckpointEventDescriptions.Of(this, by, nameOf);

    private CheckpointEvent() { }

    /// <summary>A holder recorded a checkpoint.</summary>
    /// <param name="Item">The item that it belongs to.</param>
    /// <param name="Lease">The lease under which it was recorded.</param>
    /// <param name="Number">From 1 within the item.</param>
    /// <param name="Late">Whether the lease was stale.</param>
    /// <param name="Summary">Up to 4,000 characters.</param>
    /// <param name="Evidence">Up to 1,000.</param>
    /// <param name="Artifacts">Up to 1,000 versions that the holder names.</param>
    /// <param name="Validations">Up to 1,000 checks that the holder ran.</param>
    /// <param name="OpenQuestions">Up to 1,000, each up to 4,000 characters.</param>
    /// <param name="NextStep">Up to 4,000 characters; null for none.</param>
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
        /// <inheritdoc/>
        public override string Type => "checkpoint.recorded";

        /// <inheritdoc/>
        public override ItemId? ItemId => Item;
    }
}
