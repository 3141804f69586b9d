namespace ControlSurface.Core.Vocabulary;

/// <summary>A request to change the workspace. Every case belongs to one room; nothing outside Core adds one.</summary>
public abstract record Command
{
    /// <summary>What the command does: <see cref="Permissions.MayAsk"/> says which roles may send it.</summary>
    public abstract Verb Verb { get; }

    /// <summary>
    /// Checks each thing that the command names against the queues of a caller who is limited to some (API.md, Limited callers).
    /// </summary>
    /// <param name="gate">Knows the queue of each thing, and the caller's scope.</param>
    /// <returns>The refusal of the first thing in a queue that the caller does not see; null for none.</returns>
    internal abstract Refusal? Outside(IQueueGate gate);
}

/// <summary>
/// A request whose body could not be read. It is decided like a good one, so that a caller without the right, or one who names
/// something that does not exist, gets that refusal first (API.md, Refusals: 401, 403, 404, then 400).
/// </summary>
/// <param name="Asked">The verb that a well-formed request to this address has.</param>
/// <param name="Item">The item in the address; null for none.</param>
/// <param name="Lease">The lease in the address; null for none.</param>
/// <param name="Queue">The queue in the address; null for none.</param>
/// <param name="Errors">Messages by member; never empty.</param>
/// <param name="Artifact">The artifact in the address; null for none.</param>
public sealed record MalformedCommand(
    Verb Asked,
    ItemId? Item,
    LeaseId? Lease,
    string? Queue,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Errors,
    ArtifactId? Artifact = null
) : Command
{
    /// <inheritdoc/>
    public override Verb Verb => Asked;

    internal override Refusal? Outside(IQueueGate gate) =>
        (Queue is { } queue ? gate.Queue(queue) : null)
        ?? (Item is { } item ? gate.Item(item) : null)
        ?? (Artifact is { } artifact ? gate.Artifact(artifact) : null)
        ?? (Lease is { } lease ? gate.Lease(lease) : null);
}
