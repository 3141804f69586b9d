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
/// The unit of consistency: one team's queues, items, leases and people, in memory (DESIGN.md, The way of a change).
/// <see cref="Evolve(Recorded)"/> is the only thing that changes it, and never fails; <see cref="Decide(Command, DecisionContext)"/> only reads. It knows no
/// clock, disk or task, and is not safe for use by two threads at once: an engine or a picture owns it.
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

    /// <summary>Seq of the last event.</summary>
    public long Seq { get; private set; }

    /// <summary>Instant of the last event; the next is never earlier.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>How much of the line is stopped; null while it runs.</summary>
    public LineStop? Stopped { get; private set; }

    public int LastItem { get; private set; }
    public int LastLease { get; private set; }

    /// <summary>Whether anything was ever claimed.</summary>
    public bool WasEverClaimed => LastLease > 0;

    // Archived items that one decision may read beside those in memory; only ever set on a copy that is read and thrown away.
    private IReadOnlyList<Item> _rehydrated = [];

    // Hears of what changes while claims wait; no decision reads it.
    private IClaimOpenings? _openings;

    /// <summary>Has the listener hear, from now on, of what waiting claims could be given.</summary>
    internal void Subscribe(IClaimOpenings openings) => _openings = openings;

    /// <summary>Items in memory: everything that can still change.</summary>
    public int ItemCount => _items.Count;

    public IEnumerable<QueueRoom> Queues => _queues.Values;

    public IEnumerable<Principal> Principals => _principals.Values;

    /// <summary>What people keep about their inboxes, where they keep anything.</summary>
    public IEnumerable<InboxState> Inboxes => _inboxes.Values;

    /// <summary>What the person keeps about their inbox.</summary>
    public InboxState InboxOf(PrincipalId person) => _inboxes.GetValueOrDefault(person) ?? InboxState.Of(person);

    public QueueRoom? FindQueue(string name) => _queues.GetValueOrDefault(name);

    public Principal? FindPrincipal(PrincipalId id) => _principals.GetValueOrDefault(id);

    /// <summary>The item, from memory, or the archived one that was lent to this decision.</summary>
    public Item? FindItem(ItemId id) => _items.Find(id) ?? FindRehydrated(i => i.Id == id);

    /// <summary>Whether the item can still change: what is archived has to be restored first.</summary>
    public bool IsInMemory(ItemId id) => _items.Find(id) is not null;

    /// <summary>The lease, current or ended.</summary>
    public Lease? FindLease(LeaseId id) => FindItemOf(id)?.FindLease(id);

    /// <summary>The item that the lease is or was on.</summary>
    public Item? FindItemOf(LeaseId id) =>
        _leases.TryGetValue(id, out var item) ? _items.Find(item) : FindRehydrated(i => i.FindLease(id) is not null);

    /// <summary>The newest item of an externalId within its queue; null where there is none.</summary>
    public Item? FindByExternalId(string queue, string externalId) =>
        _byExternalId.TryGetValue((queue, externalId), out var ids)
            ? _items.Find(ids.Max)
            : FindRehydrated(i => i.Queue == queue && i.ExternalId == externalId);

    /// <summary>This workspace with archived items beside it, to be read and never evolved: tables and indexes are shared.</summary>
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
    /// <param name="after">Only those with a higher number.</param>
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

    /// <summary>Open items that wait for this one.</summary>
    public IEnumerable<Item> DependentsOf(ItemId id)
    {
        if (!_dependents.TryGetValue(id, out var dependents))
            yield break;
        foreach (var dependent in dependents)
            yield return _items.Find(dependent)!;
    }

    /// <summary>The first instant at which something happens by itself; null for never.</summary>
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

    /// <summary>Since when the item has been settled that may leave memory next: open work does not wait for it.</summary>
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

    /// <summary>A principal's name, or a word for who is not one.</summary>
    public string NameOf(PrincipalId id) =>
        id == PrincipalId.System ? "the system" : FindPrincipal(id)?.Name ?? id.Text;
}
