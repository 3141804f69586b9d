namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Whether a thing lies in a queue that the caller does not see. Each command asks it about everything that it names
/// (<see cref="Command.Outside"/>). Each method returns the refusal for a thing in another queue, and null otherwise: also for a
/// thing that does not exist, because the room that decides the command says so.
/// </summary>
internal interface IQueueGate
{
    /// <param name="name">Null for what belongs to no queue: only callers who are limited to none may name it.</param>
    Refusal? Queue(string? name);

    Refusal? Item(ItemId id);

    /// <param name="ids">As the caller wrote them; null for none. A text that is no id is passed over.</param>
    Refusal? Items(IReadOnlyList<string>? ids);

    Refusal? Lease(LeaseId id);

    Refusal? Artifact(ArtifactId id);

    Refusal? Review(ReviewId id);

    Refusal? Conflict(ConflictId id);

    /// <param name="ids">As the caller wrote them. A text that is no id is passed over.</param>
    Refusal? Conflicts(IReadOnlyList<string> ids);

    /// <summary>Whether there is an action of this id.</summary>
    bool KnowsAction(string id);

    Refusal? Action(string id);

    /// <summary>A job, which may act on items of several queues.</summary>
    Refusal? Bulk(BulkId id);

    /// <summary>A hold. Another's belongs to no queue.</summary>
    Refusal? Hold(HoldId id);

    /// <summary>A saved view. One that another shares belongs to no queue.</summary>
    /// <param name="id">The id that its owner gave it.</param>
    Refusal? View(string id);

    /// <param name="id">The id of a pattern of the runbook.</param>
    Refusal? Pattern(string id);

    /// <summary>A run, with every item that it holds: a run is ended whole or not at all.</summary>
    /// <param name="run">The name of the run.</param>
    /// <param name="of">Whose run; null for the caller's own.</param>
    Refusal? Run(string run, PrincipalId? of);
}
