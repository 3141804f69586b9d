namespace ControlSurface.Core.Vocabulary;

/// <summary>Something a caller asks for. Closed: every case is nested in its room's own hierarchy.</summary>
public abstract record Command
{
    /// <summary>What is asked, as the table of roles knows it (<see cref="Permissions"/>).</summary>
    public abstract Verb Verb { get; }

    /// <summary>
    /// Holds each thing that the command names against the queues of a caller who is limited to some (API.md, Limited callers).
    /// </summary>
    /// <param name="gate">Knows the queue of each thing, and the caller's scope.</param>
    /// <returns>Why the caller may not make the command; null where it names nothing of a queue that they do not see.</returns>
    internal abstract Refusal? Outside(IQueueGate gate);
}

/// <summary>
/// A request whose body could not be read as one. It walks the same line as a good one, so that a caller who may not,
/// or who names nothing, hears that first (API.md, Refusals: 401, 403, 404, 400).
/// </summary>
/// <param name="Item">The item that the address names, if it names one.</param>
/// <param name="Lease">The lease that the address names, if it names one.</param>
/// <param name="Errors">What is wrong, by member; never empty.</param>
/// <param name="Artifact">The artifact that the address names, if it names one.</param>
public sealed record MalformedCommand(
    Verb Asked,
    ItemId? Item,
    LeaseId? Lease,
    string? Queue,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Errors,
    ArtifactId? Artifact = null
) : Command
{
    public override Verb Verb => Asked;

    internal override Refusal? Outside(IQueueGate gate) =>
        (Queue is { } queue ? gate.Queue(queue) : null)
        ?? (Item is { } item ? gate.Item(item) : null)
        ?? (Artifact is { } artifact ? gate.Artifact(artifact) : null)
        ?? (Lease is { } lease ? gate.Lease(lease) : null);
}
