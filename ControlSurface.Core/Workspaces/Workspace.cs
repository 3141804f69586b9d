using ControlSurface.Core.Bulk;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// The unit of consistency: one team's queues, items, leases and people, in memory (DESIGN.md, The way of a change). Only
/// <see cref="Evolve(Recorded)"/> changes it, and never fails; <see cref="Decide(Command, DecisionContext)"/> only reads. It knows no
/// clock, disk or task. An engine or a picture owns it: one thread at a time may use it, though several may decide while none evolves.
/// </summary>
public sealed partial class Workspace : IPrincipalWork, IQueueWork, ITargets, IViews, IBulkJobs, IInboxes, IWebhookList
{
    private readonly ItemTable _items = new();
    private readonly Dictionary<LeaseId, ItemId> _leases = [];
    private readonly SortedDictionary<string, QueueRoom> _queues = new(StringComparer.Ordinal);
    private readonly SortedDictionary<PrincipalId, Principal> _principals = [];
    private readonly SortedDictionary<PrincipalId, InboxState> _inboxes = [];

    private readonly Dictionary<PrincipalId, SortedSet<ItemId>> _heldBy = [];
    private readonly Dictionary<(string Queue, string ExternalId), SortedSet<ItemId>> _byExternalId = [];
    private readonly Dictionary<ItemId, SortedSet<ItemId>> _dependents = [];
    private readonly DueList _due = new();
    private readonly SortedSet<(DateTimeOffset At, ItemId Item)> _settled = [];
    private readonly SortedSet<ItemId> _unattended = [];

    /// <summary>The seq of the last event; 0 before the first.</summary>
    public long Seq { get; private set; }

    /// <summary>The instant of the last event; the next event is never earlier.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>The stop of the whole line and what it stops; null while the line runs.</summary>
    public LineStop? Stopped { get; private set; }

    /// <inheritdoc/>
    public int LastItem { get; private set; }

    /// <inheritdoc/>
    public int LastLease { get; private set; }

    /// <summary>Whether any item was ever claimed; a new workspace shows how to begin until then.</summary>
    public bool WasEverClaimed => LastLease > 0;

    // Archived items that one decision may read beside those in memory. Set only on a copy, which is thrown away after the decision.
    private IReadOnlyList<Item> _rehydrated = [];

    // Is told of changes while claims wait; no decision reads it.
    private IClaimOpenings? _openings;

    /// <summary>From now on, tells the listener of each change that may serve or refuse a waiting claim. There is one listener.</summary>
    internal void Subscribe(IClaimOpenings openings) => _openings = openings;

    /// <summary>How many items are in memory: all that are not archived.</summary>
    public int ItemCount => _items.Count;

    /// <summary>All queues, in the ordinal order of their names.</summary>
    public IEnumerable<QueueRoom> Queues => _queues.Values;

    /// <summary>All principals, ended ones too, in the order of their ids.</summary>
    public IEnumerable<Principal> Principals => _principals.Values;

    /// <summary>The inbox settings of everybody who has any, in the order of their ids.</summary>
    public IEnumerable<InboxState> Inboxes => _inboxes.Values;

    /// <summary>The inbox settings of one person; the defaults where they have none.</summary>
    public InboxState InboxOf(PrincipalId person) => _inboxes.GetValueOrDefault(person) ?? InboxState.Of(person);

    /// <inheritdoc/>
    public QueueRoom? FindQueue(string name) => _queues.GetValueOrDefault(name);

    /// <inheritdoc/>
    public Principal? FindPrincipal(PrincipalId id) => _principals.GetValueOrDefault(id);

    /// <summary>
    /// The item from memory, or from the archived items of this decision (<see cref="DecisionContext.Rehydrated"/>); null for
    /// neither.
    /// </summary>
    public Item? FindItem(ItemId id) => _items.Find(id) ?? FindRehydrated(i => i.Id == id);

    /// <summary>Whether the item is in memory and can change; an archived one must be restored first.</summary>
    public bool IsInMemory(ItemId id) => _items.Find(id) is not null;

    /// <summary>The lease, current or ended; null where its item is not found.</summary>
    public Lease? FindLease(LeaseId id) => FindItemOf(id)?.FindLease(id);

    /// <summary>The item of the lease, current or ended; null where it is neither in memory nor rehydrated.</summary>
    public Item? FindItemOf(LeaseId id) =>
        _leases.TryGetValue(id, out var item) ? _items.Find(item) : FindRehydrated(i => i.FindLease(id) is not null);

    /// <summary>The newest item with this <c>externalId</c> in the queue; null for none.</summary>
    public Item? FindByExternalId(string queue, string externalId) =>
        _byExternalId.TryGetValue((queue, externalId), out var ids)
            ? _items.Find(ids.Max)
            : FindRehydrated(i => i.Queue == queue && i.ExternalId == externalId);

    /// <summary>
    /// A copy for reading, with archived items beside those in memory. It shares all tables and indexes and must not be evolved.
    /// </summary>
    private Workspace Beside(IReadOnlyList<Item> rehydrated)
    {
        var copy = (Workspace)MemberwiseClone();
        copy._rehydrated = rehydrated;
        return copy;
    }

    private Item? FindRehydrated(Func<Item, bool> isIt)
    {
        foreach (var item in _rehydrated)
        {
            if (isIt(item))
                return item;
        }
        return null;
    }

    /// <summary>All items in memory, in the order of their ids.</summary>
    /// <param name="after">Only items with a greater number.</param>
    public IEnumerable<Item> Items(int after = 0) => _items.After(after);

    /// <summary>Items that are handed off and not accepted, or whose lease is stale; in the order of their ids.</summary>
    public IEnumerable<Item> Unattended => _unattended.Select(id => _items.Find(id)!);

    /// <summary>Items whose current lease, live or stale, is the principal's; in the order of their ids.</summary>
    public IEnumerable<Item> HeldBy(PrincipalId principal)
    {
        if (!_heldBy.TryGetValue(principal, out var held))
            yield break;
        foreach (var id in held)
            yield return _items.Find(id)!;
    }

    /// <summary>The open items that depend on this one, in the order of their ids.</summary>
    public IEnumerable<Item> DependentsOf(ItemId id)
    {
        if (!_dependents.TryGetValue(id, out var dependents))
            yield break;
        foreach (var dependent in dependents)
            yield return _items.Find(dependent)!;
    }

    /// <summary>The first instant at which <see cref="DecideDue"/> has something to decide; null for never.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            var next = _due.Next(_items);
            if (_artifactDue.Count > 0 && !(next <= _artifactDue.Min.At))
                next = _artifactDue.Min.At;
            if (_actionDue.Count > 0 && !(next <= _actionDue.Min.At))
                next = _actionDue.Min.At;
            if (_holdDue.Count > 0 && !(next <= _holdDue.Min.At))
                next = _holdDue.Min.At;
            if (_absenceDue.Count > 0 && !(next <= _absenceDue.Min.At))
                next = _absenceDue.Min.At;
            return next;
        }
    }

    /// <summary>When the item was settled that may be archived first; null where none may.</summary>
    internal DateTimeOffset? OldestSettledAt
    {
        get
        {
            foreach (var (at, item) in _settled)
            {
                if (!_dependents.ContainsKey(item) && !IsHeldInMemory(item))
                    return at;
            }
            return null;
        }
    }

    /// <summary>A principal's name; <c>the system</c> for the system, and the id for somebody unknown.</summary>
    public string NameOf(PrincipalId id) =>
        id == PrincipalId.System ? "the system" : FindPrincipal(id)?.Name ?? id.Text;
}
