using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private static readonly IReadOnlySet<ArtifactId> NoArtifacts = new SortedSet<ArtifactId>();
    private static readonly IReadOnlySet<string> NoActions = new SortedSet<string>(StringComparer.Ordinal);
    private readonly SortedDictionary<ArtifactId, Artifact> _artifacts = [];
    private readonly SortedDictionary<string, WorkAction> _actions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<ConflictId, Conflict> _conflicts = [];
    private readonly SortedDictionary<string, TargetState> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<ItemId, SortedSet<ArtifactId>> _artifactsOf = [];
    private readonly Dictionary<ItemId, SortedSet<string>> _actionsOf = [];
    private readonly Dictionary<ArtifactId, SortedSet<string>> _actionsOn = [];
    private readonly Dictionary<string, SortedSet<string>> _actionsAt = new(StringComparer.Ordinal);
    private readonly Dictionary<ReviewId, ArtifactId> _reviews = [];
    private readonly SortedSet<ArtifactId> _inReview = [];
    private readonly SortedSet<ArtifactId> _withFallen = [];
    private readonly SortedSet<ConflictId> _open = [];
    private readonly Dictionary<string, ConflictId> _conflictByKey = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset At, ArtifactId Artifact)> _artifactDue = [];
    private readonly SortedSet<(DateTimeOffset At, string Action)> _actionDue = new(
        Comparer<(DateTimeOffset At, string Action)>.Create(
            (a, b) => a.At == b.At ? string.CompareOrdinal(a.Action, b.Action) : a.At.CompareTo(b.At)
        )
    );

    /// <inheritdoc/>
    public int LastArtifact { get; private set; }

    /// <inheritdoc/>
    public int LastReview { get; private set; }

    /// <inheritdoc/>
    public int LastApproval { get; private set; }

    /// <inheritdoc/>
    public int LastComment { get; private set; }

    /// <inheritdoc/>
    public int LastConflict { get; private set; }

    /// <summary>All artifacts, in the order of their ids.</summary>
    public IEnumerable<Artifact> Artifacts => _artifacts.Values;

    /// <summary>All actions, in the ordinal order of their ids.</summary>
    public IEnumerable<WorkAction> Actions => _actions.Values;

    /// <summary>All conflicts, in the order of their ids.</summary>
    public IEnumerable<Conflict> Conflicts => _conflicts.Values;

    /// <summary>All open conflicts, in the order of their ids.</summary>
    public IEnumerable<Conflict> OpenConflicts => _open.Select(id => _conflicts[id]);

    /// <summary>Artifacts with an open review, in the order of their ids.</summary>
    public IEnumerable<Artifact> InReview => _inReview.Select(id => _artifacts[id]);

    /// <summary>Artifacts with an invalidated approval, in the order of their ids.</summary>
    public IEnumerable<Artifact> WithFallenApproval => _withFallen.Select(id => _artifacts[id]);

    /// <inheritdoc/>
    public Artifact? FindArtifact(ArtifactId id) => _artifacts.GetValueOrDefault(id);

    /// <summary>The artifact of a review; null where there is no such review.</summary>
    public Artifact? FindReviewed(ReviewId id) =>
        _reviews.TryGetValue(id, out var artifact) ? _artifacts[artifact] : null;

    /// <inheritdoc/>
    public WorkAction? FindAction(string id) => _actions.GetValueOrDefault(id);

    /// <inheritdoc/>
    public Conflict? FindConflict(ConflictId id) => _conflicts.GetValueOrDefault(id);

    /// <summary>The queue of a conflict now: that of its item or artifact, which may have been moved; null for none.</summary>
    public string? QueueOf(Conflict conflict) =>
        conflict.Item is { } item && FindItem(item) is { } of ? of.Queue
        : conflict.Artifact is { } artifact && FindArtifact(artifact) is { } on ? on.Queue
        : conflict.Queue;

    /// <summary>The queue of an action now: that of its item or artifact, which may have been moved; null for none.</summary>
    public string? QueueOf(WorkAction action) =>
        action.Item is { } item && FindItem(item) is { } of ? of.Queue
        : action.Artifact is { } artifact && FindArtifact(artifact) is { } on ? on.Queue
        : action.Queue;

    /// <summary>The newest conflict with this collision key, open or not; null for none.</summary>
    public Conflict? FindConflictByKey(string key) =>
        _conflictByKey.TryGetValue(key, out var id) ? _conflicts[id] : null;

    /// <summary>The item's artifacts, in the order of their ids.</summary>
    public IEnumerable<Artifact> ArtifactsOf(ItemId item) =>
        (_artifactsOf.TryGetValue(item, out var ids) ? ids : NoArtifacts).Select(id => _artifacts[id]);

    /// <summary>The item's actions, in the ordinal order of their ids.</summary>
    public IEnumerable<WorkAction> ActionsOf(ItemId item) =>
        (_actionsOf.TryGetValue(item, out var ids) ? ids : NoActions).Select(id => _actions[id]);

    internal bool HasArtifacts(ItemId item) => _artifactsOf.ContainsKey(item);

    internal bool HasActions(ItemId item) => _actionsOf.ContainsKey(item);

    /// <summary>The actions that apply a version of the artifact, in the ordinal order of their ids.</summary>
    public IEnumerable<WorkAction> ActionsOn(ArtifactId artifact) =>
        (_actionsOn.TryGetValue(artifact, out var ids) ? ids : NoActions).Select(id => _actions[id]);

    /// <summary>The actions on exactly this target, in the ordinal order of their ids.</summary>
    public IEnumerable<WorkAction> ActionsAt(string target) =>
        (_actionsAt.TryGetValue(target, out var ids) ? ids : NoActions).Select(id => _actions[id]);

    /// <summary>The item's open conflicts, in the order of their ids.</summary>
    public IEnumerable<Conflict> ConflictsOf(ItemId item) => OpenConflicts.Where(c => c.Item == item);

    /// <summary>The policy of a queue; the default policy for an unknown one, and null for what belongs to none.</summary>
    public QueuePolicy PolicyOf(string? queue) =>
        queue is null ? QueuePolicy.Default : FindQueue(queue)?.Queue.Policy ?? QueuePolicy.Default;

    /// <summary>The known version of a target; null where nobody reported one.</summary>
    public string? TargetVersion(string target) =>
        FindTarget(target) is { Version.Length: > 0 } known ? known.Version : null;

    /// <inheritdoc/>
    public TargetState? FindTarget(string target) => _targets.GetValueOrDefault(target);

    /// <inheritdoc/>
    public IEnumerable<TargetState> Targets => _targets.Values;

    /// <summary>The same id where the item is in memory; null where it is archived, or where the id is null.</summary>
    public ItemId? InMemory(ItemId? item) => item is { } id && IsInMemory(id) ? id : null;

    /// <summary>The action's state now: a prepared one is superseded by a newer version, or conflicting where its target moved.</summary>
    public ActionState StateOf(WorkAction action) =>
        action.Written != ActionState.Prepared ? action.Written
        : IsSuperseded(action) ? ActionState.Superseded
        : HasMoved(action) ? ActionState.Conflicting
        : ActionState.Prepared;

    /// <inheritdoc/>
    public bool IsSuperseded(WorkAction action) =>
        action is { Artifact: { } artifact, Version: { } version }
        && FindArtifact(artifact) is { } of
        && of.Current.Number != version;

    /// <inheritdoc/>
    public bool HasMoved(WorkAction action) =>
        action.ExpectedTargetVersion is { } expected
        && TargetVersion(action.Target) is { } known
        && !string.Equals(expected, known, StringComparison.Ordinal);

    /// <summary>Whether a settled item must stay in memory, because somebody still has to act on it.</summary>
    internal bool IsHeldInMemory(ItemId item) =>
        ActionsOf(item).Any(a => a.IsUnsettled)
        || ConflictsOf(item).Any()
        || ArtifactsOf(item).Any(a => a.OpenReview is not null);

    private void Follow(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case OnArtifact e:
                if (e is ReviewEvent.Decided decided)
                    CountReview(decided, recorded);
                PutArtifact(ArtifactEvolution.Evolve(FindArtifact(e.Artifact), recorded));
                break;
            case ActionEvent e:
                PutAction(ActionEvolution.Evolve(FindAction(e.Action), recorded));
                if (e is ActionEvent.Applied { ObservedTargetVersion: { } observed })
                {
                    var target = _actions[e.Action].Target;
                    _targets[target] = TargetEvolution.Observed(FindTarget(target), target, observed, recorded);
                }
                break;
            case TargetEvent.Changed e:
                _targets[e.Target] = TargetEvolution.Evolve(FindTarget(e.Target), e, recorded);
                break;
            case TargetEvent.Released e:
                _targets[e.Target] = TargetEvolution.Evolve(FindTarget(e.Target), e, recorded);
                break;
            case HoldEvent e:
                FollowHold(e, recorded);
                break;
            case LockEvent.Acquired { Wait: not null } e:
                CountWait(e.CausedBy, e.WaitedMs, recorded);
                break;
            case LockEvent.GaveUp e:
                CountWait(e.CausedBy, e.WaitedMs, recorded);
                break;
            case ConflictEvent e:
                PutConflict(ConflictEvolution.Evolve(FindConflict(e.Conflict), recorded));
                CountConflict(e, recorded);
                if (e is ConflictEvent.Opened { Queue: { } opened } && FindQueue(opened) is { } room)
                    room.Flowed(recorded.At, conflicts: 1);
                break;
            default:
                break; // Others: the switch of Evolve keeps them, and names every event.
        }
    }

    private void CountReview(ReviewEvent.Decided decided, Recorded recorded)
    {
        if (
            FindArtifact(decided.Artifact) is { Queue: { } queue, OpenReview: { } review }
            && review.Id == decided.Review
            && FindQueue(queue) is { } room
        )
            room.Flowed(
                recorded.At,
                reviews: 1,
                reviewWaitMs: (long)(recorded.At - review.RequestedAt).TotalMilliseconds
            );
    }

    private void PutArtifact(Artifact now)
    {
        if (_artifacts.TryGetValue(now.Id, out var was) && was.NextDueAt is { } old)
            _artifactDue.Remove((old, now.Id));
        _artifacts[now.Id] = now;
        LastArtifact = Math.Max(LastArtifact, now.Id.Number);
        if (now.NextDueAt is { } due)
            _artifactDue.Add((due, now.Id));
        if (was is null && now.Item is { } item)
            AddTo(_artifactsOf, item, now.Id);
        if (now.OpenReview is null)
            _inReview.Remove(now.Id);
        else
            _inReview.Add(now.Id);
        // An invalidated approval stays so for ever: a later one has an id of its own.
        if (
            !ReferenceEquals(was?.Approvals, now.Approvals)
            && now.Approvals.Exists(a => a.State == ApprovalState.Invalidated)
        )
            _withFallen.Add(now.Id);
        for (var k = was?.Reviews.Count ?? 0; k < now.Reviews.Count; k++)
        {
            _reviews[now.Reviews[k].Id] = now.Id;
            LastReview = Math.Max(LastReview, now.Reviews[k].Id.Number);
        }
        for (var k = was?.Approvals.Count ?? 0; k < now.Approvals.Count; k++)
            LastApproval = Math.Max(LastApproval, now.Approvals[k].Id.Number);
        for (var k = was?.Comments.Count ?? 0; k < now.Comments.Count; k++)
            LastComment = Math.Max(LastComment, now.Comments[k].Id.Number);
    }

    private void PutAction(WorkAction now)
    {
        if (_actions.TryGetValue(now.Id, out var was) && was.NextDueAt is { } old)
            _actionDue.Remove((old, now.Id));
        _actions[now.Id] = now;
        if (now.NextDueAt is { } due)
            _actionDue.Add((due, now.Id));
        if (was is not null)
            return;
        if (now.Item is { } item)
            AddTo(_actionsOf, item, now.Id);
        if (now.Artifact is { } artifact)
            AddTo(_actionsOn, artifact, now.Id);
        AddTo(_actionsAt, now.Target, now.Id);
    }

    private void PutConflict(Conflict now)
    {
        _conflicts[now.Id] = now;
        _conflictByKey[now.Key] = now.Id;
        LastConflict = Math.Max(LastConflict, now.Id.Number);
        if (now.IsOpen)
            _open.Add(now.Id);
        else
            _open.Remove(now.Id);
    }

    private static void AddTo<TKey>(Dictionary<TKey, SortedSet<string>> index, TKey key, string id)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var ids))
            index[key] = ids = new SortedSet<string>(StringComparer.Ordinal);
        ids.Add(id);
    }

    private static void AddTo(Dictionary<ItemId, SortedSet<ArtifactId>> index, ItemId key, ArtifactId id)
    {
        if (!index.TryGetValue(key, out var ids))
            index[key] = ids = [];
        ids.Add(id);
    }

    // An artifact moves with its item to another queue.
    private void MoveArtifacts(ItemId item, string queue)
    {
        if (!_artifactsOf.TryGetValue(item, out var ids))
            return;
        foreach (var id in ids)
            _artifacts[id] = _artifacts[id] with { Queue = queue };
    }
}
