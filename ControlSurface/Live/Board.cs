using System.Collections.Concurrent;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>
/// The picture at one seq, copied out: what all lists are made from. Items and leases are records that never change, so the copy is
/// of references, quick under the picture's lock, and shared by every page of the process; sorting happens outside the lock, once.
/// </summary>
public sealed class Board
{
    private readonly Item[] _items;
    private readonly SortedDictionary<PrincipalId, Principal> _principals;
    private readonly List<QueueBoard> _rooms;
    private readonly ReviewsAwaited _awaited;
    private Lazy<IReadOnlyList<QueueBoard>> _queues;
    private readonly Lazy<InboxEntries> _causes;
    private readonly Dictionary<PrincipalId, InboxState> _inboxes;
    private readonly Dictionary<PrincipalId, DateTimeOffset> _away;
    private readonly Lazy<ILookup<string, Item>> _unowned;
    private readonly ConcurrentDictionary<string, BoardChoices> _choices = new(StringComparer.Ordinal);

    private Board(Workspace at, Board? before)
    {
        Seq = at.Seq;
        At = at.At;
        Stopped = at.Stopped;
        WasEverClaimed = at.WasEverClaimed;
        _items = [.. at.Items()];
        Artifacts = [.. at.Artifacts];
        OpenReviews = [.. at.InReview.Select(artifact => ReviewView.Of(at, artifact, artifact.OpenReview!))];
        OpenConflicts = [.. at.OpenConflicts];
        Ambiguous =
        [
            .. at.Actions.Where(action => action.Written == ActionState.Ambiguous).OrderBy(action => action.UpdatedAt),
        ];
        _principals = PrincipalsOf(at, before);
        List<Artifact> withFallen = [.. at.WithFallenApproval];
        _awaited = new ReviewsAwaited(
            at,
            OpenReviews,
            withFallen,
            before is not null && ReferenceEquals(before._principals, _principals) ? before._awaited : null
        );
        Views = [.. at.Views];
        _inboxes = at.Inboxes.ToDictionary(inbox => inbox.Principal);
        _away = at.Absences.ToDictionary(absence => absence.Who, absence => absence.Until);
        List<Item> unattended = [.. at.Unattended];
        _causes = new Lazy<InboxEntries>(() =>
            InboxEntries.Find(
                unattended,
                OpenReviews,
                withFallen,
                OpenConflicts,
                _principals.Values,
                Find,
                At,
                Items,
                NameOf
            )
        );
        _unowned = new Lazy<ILookup<string, Item>>(FindUnowned);
        _rooms = [.. at.Queues.Select(CopyOf)];
        _queues = new Lazy<IReadOnlyList<QueueBoard>>(() => QueueBoard.Sort(_rooms, _items));
    }

    private Board(Board whole, Func<Item, bool> keeps)
    {
        (Seq, At, Stopped, WasEverClaimed) = (whole.Seq, whole.At, whole.Stopped, whole.WasEverClaimed);
        _items = [.. whole._items.Where(keeps)];
        var kept = _items.Select(item => item.Id).ToHashSet();
        bool IsKept(ItemId? item) => item is not { } id || kept.Contains(id);
        Artifacts = [.. whole.Artifacts.Where(artifact => IsKept(artifact.Item))];
        OpenReviews = [.. whole.OpenReviews.Where(review => IsKept(review.Item))];
        OpenConflicts = [.. whole.OpenConflicts.Where(conflict => IsKept(conflict.Item))];
        Ambiguous = [.. whole.Ambiguous.Where(action => IsKept(action.Item))];
        (_principals, Views, _inboxes, _causes) = (whole._principals, whole.Views, whole._inboxes, whole._causes);
        (_away, _awaited) = (whole._away, whole._awaited);
        _unowned = new Lazy<ILookup<string, Item>>(FindUnowned);
        _rooms = [.. whole.Queues.Select(Recounted)];
        _queues = new Lazy<IReadOnlyList<QueueBoard>>(() => QueueBoard.Sort(_rooms, _items));
    }

    /// <summary>The same board with only some of its items, and what belongs to them; counts are of these.</summary>
    public Board Only(Func<Item, bool> keeps) => new(this, keeps);

    private QueueBoard Recounted(QueueBoard queue) =>
        new(
            queue.Queue,
            queue.Flow,
            [
                .. Enum.GetValues<ItemState>()
                    .Select(state => _items.Count(item => item.Queue == queue.Name && item.State == state)),
            ]
        );

    /// <summary>What needs this person and is wanted, newest first; found for everybody at once, when somebody asks first.</summary>
    public IReadOnlyList<InboxEntry> InboxOf(PrincipalId person)
    {
        var kept = KeptOf(person);
        return [.. _causes.Value.Of(person).Where(kept.Wants)];
    }

    /// <summary>What they have read, and do not want.</summary>
    public InboxState KeptOf(PrincipalId person) => _inboxes.GetValueOrDefault(person) ?? InboxState.Of(person);

    /// <summary>How many entries they have not read.</summary>
    public int UnreadOf(PrincipalId person)
    {
        var kept = KeptOf(person);
        var read = kept.Read.ToHashSet(StringComparer.Ordinal);
        return _causes.Value.Of(person).Count(entry => kept.Wants(entry) && !read.Contains(entry.Id));
    }

    /// <summary>Copies a workspace; under the picture's lock where it is the picture's.</summary>
    public static Board Of(Workspace at) => new(at, before: null);

    /// <summary>The same, with what did not change taken from an earlier board of the workspace; to be sorted by <see cref="SortAfter"/>.</summary>
    internal static Board Of(Workspace at, Board before) => new(at, before);

    /// <summary>
    /// Sorts the queues from those of an earlier board, by what changed since: a queue in which nothing changed is that board's own.
    /// Outside the picture's lock, and before anybody else has this board. Does nothing where nobody looked at the earlier queues.
    /// </summary>
    internal void SortAfter(Board before)
    {
        if (!before._queues.IsValueCreated)
            return;
        var sorted = QueueBoard.SortAfter(_rooms, _items, before.Queues, before._items);
        _queues = new Lazy<IReadOnlyList<QueueBoard>>(sorted);
    }

    /// <summary>Items of the queue without a lease, settled ones among them; in the order of their ids.</summary>
    internal IEnumerable<Item> UnownedIn(string queue) => _unowned.Value[queue];

    /// <summary>Items whose current lease is the principal's.</summary>
    internal IEnumerable<Item> HeldBy(PrincipalId principal) =>
        Queues
            .Where(queue => queue.Facts.CountOf(principal) > 0)
            .SelectMany(queue => queue.Owned)
            .Where(item => item.Lease!.Holder.Id == principal);

    /// <summary>Items that were parked after the run's attempt, which was the last that they had; in no order.</summary>
    internal IEnumerable<Item> SpentBy(PrincipalId principal, string run) =>
        Queues.SelectMany(queue => queue.SpentBy(principal, run));

    /// <summary>Owners and labels of what is owned in the queues that are seen; found once for all who see the same.</summary>
    internal BoardChoices ChoicesIn(IReadOnlyList<QueueBoard> queues) =>
        _choices.GetOrAdd(
            queues.Count == Queues.Count ? "*" : string.Join('\n', queues.Select(queue => queue.Name)),
            static (_, seen) => BoardChoices.Of(seen),
            queues
        );

    /// <summary>Seq of the last event that is in it.</summary>
    public long Seq { get; }

    /// <summary>Instant of that event.</summary>
    public DateTimeOffset At { get; }

    /// <summary>How much of the line is stopped; null while it runs.</summary>
    public LineStop? Stopped { get; }

    /// <summary>Whether anything was ever claimed in the workspace.</summary>
    public bool WasEverClaimed { get; }

    /// <summary>All items in memory, in the order of their ids.</summary>
    public IReadOnlyList<Item> Items => _items;

    /// <summary>All artifacts, in the order of their ids.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; }

    /// <summary>Reviews that wait for a decision, with who may give it now.</summary>
    public IReadOnlyList<ReviewView> OpenReviews { get; }

    /// <summary>Whether a review of it waits for the viewer's decision.</summary>
    internal bool IsFor(ReviewView review, Viewer you) => _awaited.IsFor(review, you.Id);

    /// <summary>How many reviews, and approvals that fell, wait for the viewer: what the list of reviews has for them.</summary>
    internal int ReviewsFor(Viewer you) => _awaited.CountFor(OpenReviews, you);

    /// <summary>Collisions that nobody has settled.</summary>
    public IReadOnlyList<Conflict> OpenConflicts { get; }

    /// <summary>Actions of which nobody knows whether they happened outside, the oldest first.</summary>
    public IReadOnlyList<WorkAction> Ambiguous { get; }

    /// <summary>All saved views.</summary>
    public IReadOnlyList<SavedView> Views { get; }

    /// <summary>All queues in the order of their names, with what is in them.</summary>
    public IReadOnlyList<QueueBoard> Queues => _queues.Value;

    /// <summary>The item, if it is in memory.</summary>
    public Item? Find(ItemId id)
    {
        var (low, high) = (0, _items.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _items[middle].Id.CompareTo(id);
            if (order == 0)
                return _items[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    /// <summary>The queue that a conflict belongs to now: its item's, wherever that was moved; null for none.</summary>
    public string? QueueOf(Conflict conflict) =>
        conflict.Item is { } id && Find(id) is { } item ? item.Queue : conflict.Queue;

    /// <summary>The queue that an action belongs to now: its item's, wherever that was moved; null for none.</summary>
    public string? QueueOf(WorkAction action) =>
        action.Item is { } id && Find(id) is { } item ? item.Queue : action.Queue;

    /// <summary>Everybody whom the workspace knows, ended ones too, in no order.</summary>
    public IEnumerable<Principal> Principals => _principals.Values;

    /// <summary>Until when the principal is away; null where they are not.</summary>
    public DateTimeOffset? AwayUntil(PrincipalId id) => _away.TryGetValue(id, out var until) ? until : null;

    /// <summary>The principal of that id; null where the workspace knows none.</summary>
    public Principal? FindPrincipal(PrincipalId id) => _principals.GetValueOrDefault(id);

    /// <summary>The queue of that name, compared letter by letter; null for none.</summary>
    public QueueBoard? FindQueue(string name) =>
        Queues.FirstOrDefault(queue => string.Equals(queue.Name, name, StringComparison.Ordinal));

    /// <summary>A principal's name, or a word for who is not one.</summary>
    public string NameOf(PrincipalId id) =>
        id == PrincipalId.System ? "the system" : FindPrincipal(id)?.Name ?? id.Text;

    private ILookup<string, Item> FindUnowned() =>
        _items.Where(item => item.Lease is null).ToLookup(item => item.Queue, StringComparer.Ordinal);

    // Seldom does one change, and sorting thousands for each board would cost more than all else.
    private static SortedDictionary<PrincipalId, Principal> PrincipalsOf(Workspace at, Board? before)
    {
        var now = at.Principals.ToList();
        return
            before is not null
            && before._principals.Count == now.Count
            && now.TrueForAll(who => ReferenceEquals(before._principals.GetValueOrDefault(who.Id), who))
            ? before._principals
            : new SortedDictionary<PrincipalId, Principal>(now.ToDictionary(who => who.Id));
    }

    private static QueueBoard CopyOf(QueueRoom room) =>
        new(room.Queue, [.. room.Flow], [.. Enum.GetValues<ItemState>().Select(room.CountOf)]);
}
