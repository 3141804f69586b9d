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

/// <summary>What a check came to.</summary>
public enum ValidationOutcome
{
    /// <summary>What was checked is as it should be.</summary>
    Passed,

    /// <summary>It is not.</summary>
    Failed,

    /// <summary>Nobody checked it.</summary>
    Skipped,
}

/// <summary>A check that the holder ran.</summary>
/// <param name="Name">Up to 200 characters.</param>
/// <param name="Outcome">What it came to; null for an unknown word, which the rule refuses.</param>
/// <param name="Detail">Up to 4,000 characters; null for none.</param>
public sealed record Validation(string Name, ValidationOutcome? Outcome, string? Detail);

/// <summary>What a holder left so that the next owner can go on from here (API.md, Claims and leases).</summary>
public sealed record Checkpoint
{
    /// <summary>From 1 within the item, counted over all its leases.</summary>
    public required int Number { get; init; }

    /// <summary>The lease under which it was recorded.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>The holder who recorded it.</summary>
    public required Holder By { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The seq of the event that recorded it.</summary>
    public required long Seq { get; init; }

    /// <summary>Whether it was recorded while the lease was stale.</summary>
    public required bool Late { get; init; }

    /// <summary>What was done so far; up to 4,000 characters.</summary>
    public required string Summary { get; init; }

    /// <summary>What shows that the work was done; up to 1,000 pieces.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>The versions that the holder names; up to 1,000.</summary>
    public required IReadOnlyList<ArtifactRef> Artifacts { get; init; }

    /// <summary>The checks that the holder ran; up to 1,000.</summary>
    public required IReadOnlyList<Validation> Validations { get; init; }

    /// <summary>What the next owner has to find out; up to 1,000, each up to 4,000 characters.</summary>
    public required IReadOnlyList<string> OpenQuestions { get; init; }

    /// <summary>What to do next; up to 4,000 characters; null for none.</summary>
    public string? NextStep { get; init; }
}

/// <summary>An event of checkpoints: they are only ever added.</summary>
public abstract record CheckpointEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        CheckpointEventDescriptions.Of(this, by, nameOf);

    private CheckpointEvent() { }

    /// <summary>A holder recorded a checkpoint.</summary>
    public sealed record Recorded : CheckpointEvent
    {
        /// <summary>The item that it belongs to.</summary>
        public required ItemId Item { get; init; }

        /// <summary>The lease under which it was recorded.</summary>
        public required LeaseId Lease { get; init; }

        /// <summary>The checkpoint's number, from 1 within the item.</summary>
        public required int Number { get; init; }

        /// <summary>Whether the lease was stale.</summary>
        public required bool Late { get; init; }

        /// <summary>What was done so far; up to 4,000 characters.</summary>
        public required string Summary { get; init; }

        /// <summary>What shows that the work was done; up to 1,000 pieces.</summary>
        public required IReadOnlyList<Evidence> Evidence { get; init; }

        /// <summary>The versions that the holder names; up to 1,000.</summary>
        public required IReadOnlyList<ArtifactRef> Artifacts { get; init; }

        /// <summary>The checks that the holder ran; up to 1,000.</summary>
        public required IReadOnlyList<Validation> Validations { get; init; }

        /// <summary>What the next owner has to find out; up to 1,000, each up to 4,000 characters.</summary>
        public required IReadOnlyList<string> OpenQuestions { get; init; }

        /// <summary>What to do next; up to 4,000 characters; null for none.</summary>
        public string? NextStep { get; init; }

        /// <inheritdoc/>
        public override string Type => "checkpoint.recorded";

        /// <inheritdoc/>
        public override ItemId? ItemId => Item;
    }
}
