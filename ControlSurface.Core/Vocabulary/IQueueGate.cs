namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Tells whether the things that a command names lie in queues that the caller does not see (<see cref="Command.Outside"/>). Each
/// method returns the refusal for a thing in such a queue, and null otherwise. It returns null for a thing that does not exist, too:
/// the room that decides the command refuses that. A queue is asked for by its name, known or not: a name outside a limited scope is refused.
/// </summary>
internal interface IQueueGate
{
    /// <param name="name">Null for what belongs to no queue: only callers who are not limited may name that.</param>
    Refusal? Queue(string? name);

    Refusal? Item(ItemId id);

    /// <param name="ids">As the caller wrote them; null for none. A text that is no id is ignored.</param>
    Refusal? Items(IReadOnlyList<string>? ids);

    Refusal? Lease(LeaseId id);

    Refusal? Artifact(ArtifactId id);

    Refusal? Review(ReviewId id);

    Refusal? Conflict(ConflictId id);

    /// <param name="ids">As the caller wrote them. A text that is no id is ignored.</param>
    Refusal? Conflicts(IReadOnlyList<string> ids);

    /// <summary>Whether an action with this id exists.</summary>
    bool KnowsAction(string id);

    Refusal? Action(string id);

    /// <summary>A bulk job, which may act on items of several queues.</summary>
    Refusal? Bulk(BulkId id);

    /// <summary>A hold. The caller may name their own; any other belongs to no queue.</summary>
    Refusal? Hold(HoldId id);

    /// <summary>A saved view. The caller may name their own; a shared one of somebody else belongs to no queue.</summary>
    /// <param name="id">The id that its owner gave it.</param>
    Refusal? View(string id);

    /// <param name="id">The id of a pattern of the runbook.</param>
    Refusal? Pattern(string id);

    /// <summary>A run, with every item that it holds: a run is ended whole or not at all.</summary>
    /// <param name="run">The name of the run.</param>
    /// <param name="of">The run's principal; null for the caller.</param>
    Refusal? Run(string run, PrincipalId? of);
}
