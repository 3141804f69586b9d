namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Checks the things that a command names against the scope of a caller who is limited to queues (API.md, Limited callers). Every
/// command is checked before its room decides it, and again before a kept answer is replayed.
/// </summary>
internal sealed class QueueGate : IQueueGate
{
    private readonly Workspace _at;
    private readonly Scope _scope;

    private QueueGate(Workspace at, Scope scope) => (_at, _scope) = (at, scope);

    /// <summary>The refusal of a command that names something outside the scope; null for none.</summary>
    internal static Refusal? Outside(Workspace at, Command command, Scope scope) =>
        scope.IsLimited ? scope.OutsideOf(command.Verb) ?? command.Outside(new QueueGate(at, scope)) : null;

    /// <inheritdoc/>
    public Refusal? Queue(string? name) => _scope.Outside(name);

    /// <inheritdoc/>
    public Refusal? Item(ItemId id) => _at.FindItem(id) is { } item ? _scope.Outside(item.Queue) : null;

    /// <inheritdoc/>
    public Refusal? Items(IReadOnlyList<string>? ids)
    {
        foreach (var text in ids ?? [])
        {
            if (ItemId.TryParse(text, out var id) && Item(id) is { } outside)
                return outside;
        }
        return null;
    }

    /// <inheritdoc/>
    public Refusal? Lease(LeaseId id) => _at.FindItemOf(id) is { } item ? _scope.Outside(item.Queue) : null;

    /// <inheritdoc/>
    public Refusal? Artifact(ArtifactId id) =>
        _at.FindArtifact(id) is { } artifact ? _scope.Outside(artifact.Queue) : null;

    /// <inheritdoc/>
    public Refusal? Review(ReviewId id) => _at.FindReviewed(id) is { } artifact ? _scope.Outside(artifact.Queue) : null;

    /// <inheritdoc/>
    public Refusal? Conflict(ConflictId id) =>
        _at.FindConflict(id) is { } conflict ? _scope.Outside(_at.QueueOf(conflict)) : null;

    /// <inheritdoc/>
    public Refusal? Conflicts(IReadOnlyList<string> ids)
    {
        foreach (var text in ids)
        {
            if (ConflictId.TryParse(text, out var id) && Conflict(id) is { } outside)
                return outside;
        }
        return null;
    }

    /// <inheritdoc/>
    public bool KnowsAction(string id) => _at.FindAction(id) is not null;

    /// <inheritdoc/>
    public Refusal? Action(string id) => _at.FindAction(id) is { } action ? _scope.Outside(_at.QueueOf(action)) : null;

    /// <inheritdoc/>
    public Refusal? Bulk(BulkId id) =>
        _at.FindBulk(id) is { } job && !_scope.Covers(job.Queues) ? _scope.Outside(queue: null) : null;

    /// <inheritdoc/>
    public Refusal? Hold(HoldId id) =>
        _at.FindHold(id) is { } hold && hold.By != _scope.Who ? _scope.Outside(queue: null) : null;

    /// <inheritdoc/>
    public Refusal? View(string id) =>
        _at.FindOwnView(_scope.Who, id) is null && _at.FindView(_scope.Who, id) is not null
            ? _scope.Outside(queue: null)
            : null;

    /// <inheritdoc/>
    public Refusal? Pattern(string id) => _at.FindPattern(id) is { } pattern ? _scope.Outside(pattern.Queue) : null;

    /// <inheritdoc/>
    public Refusal? Run(string run, PrincipalId? of)
    {
        foreach (var item in _at.HeldBy(of ?? _scope.Who))
        {
            if (
                string.Equals(item.Lease!.Holder.Run, run, StringComparison.Ordinal)
                && _scope.Outside(item.Queue) is { } outside
            )
                return outside;
        }
        return null;
    }
}
