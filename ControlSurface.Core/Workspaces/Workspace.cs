using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
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
    private static readonly IReadOnlyList<ItemId> NothingAwaited = [];
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

    /// <summary>What is true after the event. Events come in the order of their seq, each once.</summary>
    /// <returns>The item's record after the event; null for an event that is not an item's.</returns>
    public Item? Evolve(Recorded recorded) => Evolve(recorded, known: null);

    /// <summary>The same for an event of a decision just made: the record that it foresaw is taken over, not made again.</summary>
    internal Item? Evolve(Recorded recorded, DecisionCache cache) =>
        Evolve(recorded, recorded.Event.ItemId is { } id ? cache.Find(recorded, _items.Find(id)) : null);

    /// <summary>
    /// The same for a workspace that follows another: it takes over the record that the other made of the same event, so
    /// that the two share it instead of each holding a copy. Records never change, and the other made it by the same rule.
    /// </summary>
    internal Item? Evolve(Recorded recorded, Item? known)
    {
        if (recorded.Seq != Seq + 1)
            throw new UnreachableException($"seq {recorded.Seq} does not follow {Seq}");
        Seq = recorded.Seq;
        At = recorded.At;
        Follow(recorded);
        SeeRun(recorded);
        switch (recorded.Event)
        {
            case ItemEvent.Archived e:
                Forget(_items.Find(e.Item)!);
                break;
            case QueueEvent e:
                EvolveQueue(e, recorded);
                break;
            case WorkspaceEvent e:
                EvolveLine(e, recorded);
                break;
            case PrincipalEvent e:
                EvolvePrincipal(e);
                break;
            case InboxEvent e:
                _inboxes[e.Principal] = InboxRules.Evolve(InboxOf(e.Principal), e);
                break;
            case BulkEvent e:
                EvolveBulk(e, recorded);
                break;
            case WebhookEvent e:
                EvolveWebhook(e, recorded);
                break;
            case ViewEvent e:
                EvolveView(e, recorded);
                break;
            case RunbookEvent e:
                _patterns[e.Pattern] = RunbookRules.Evolve(_patterns[e.Pattern], e, recorded);
                break;
            case RunEvent e:
                EvolveRun(e, recorded);
                break;
            case { ItemId: { } id }:
                return EvolveItem(id, recorded, known);
            case OnArtifact or ActionEvent or ConflictEvent or TargetEvent or HoldEvent:
                break; // On no item, or on one that has left memory: followed already.
            default:
                throw new UnreachableException(recorded.Event.GetType().Name);
        }
        return null;
    }

    private Item EvolveItem(ItemId id, Recorded recorded, Item? known)
    {
        var was = _items.Find(id);
        var queue =
            was?.Queue
            ?? (
                recorded.Event is ItemEvent.Created created
                    ? created.Queue
                    : ((ItemEvent.Restored)recorded.Event).Was.Queue
            );
        var room = _queues[queue];
        var now = known ?? ItemEvolution.Evolve(was, recorded, room.Queue.Policy);
        Put(was, now);
        if (was is not null && was.Queue != now.Queue)
            MoveArtifacts(id, now.Queue);
        switch (recorded.Event)
        {
            case ItemEvent.Created:
                room.Flowed(recorded.At, created: 1);
                break;
            case LeaseEvent.Claimed:
                room.Flowed(recorded.At, claims: 1);
                break;
            case ItemEvent.Completed:
                room.Flowed(recorded.At, completions: 1);
                break;
            case LeaseEvent.WentStale:
                room.Flowed(recorded.At, stale: 1);
                break;
            case LeaseEvent.Ended { Lapse: true }:
                room.Flowed(recorded.At, lapses: 1);
                break;
            case LockEvent.Acquired { Wait: not null } e:
                room.Flowed(recorded.At, lockWaitMs: e.WaitedMs);
                break;
            case LockEvent.GaveUp e:
                room.Flowed(recorded.At, lockWaitMs: e.WaitedMs);
                break;
        }
        return now;
    }

    private void EvolveQueue(QueueEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case QueueEvent.PolicySet e:
                if (_queues.TryGetValue(e.Queue, out var known))
                    known.Queue = known.Queue with { Policy = e.Policy, PolicySeq = recorded.Seq };
                else
                    _queues[e.Queue] = new QueueRoom(
                        new Queue(e.Queue, e.Policy, recorded.Seq, Pause: null, recorded.At)
                    );
                _openings?.QueueChanged(e.Queue);
                break;
            case QueueEvent.Paused e:
                _queues[e.Queue].Queue = _queues[e.Queue].Queue with
                {
                    Pause = new Pause(recorded.By, recorded.At, e.Why),
                };
                _openings?.QueueChanged(e.Queue);
                break;
            case QueueEvent.Resumed e:
                _queues[e.Queue].Queue = _queues[e.Queue].Queue with { Pause = null };
                _openings?.QueueChanged(e.Queue);
                break;
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    private void EvolveLine(WorkspaceEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case WorkspaceEvent.Stopped e:
                Stopped = new LineStop(e.Scope, recorded.By, recorded.At, e.Why);
                _openings?.LineChanged();
                break;
            case WorkspaceEvent.Went:
                Stopped = null;
                _openings?.LineChanged();
                break;
            case WorkspaceEvent.Drained:
                // Said for whoever asks later: what follows from it is the process's, and over with it.
                break;
            case WorkspaceEvent.Resumed e:
                foreach (var extension in e.Extended)
                {
                    var was = _items.Find(extension.Item)!;
                    Put(was, DowntimeCompensation.Extend(was, extension));
                }
                break;
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    /// <summary>The one place where an item's record is replaced, and every index with it.</summary>
    private void Put(Item? was, Item now)
    {
        if (was is not null)
            Unindex(was, now);
        _items.Put(now);
        var room = _queues[now.Queue];
        var state = now.State;
        if (was is null || was.Queue != now.Queue || was.State != state)
            room.Count(state, +1);
        if (state == ItemState.Queued)
        {
            room.AddReady(now);
            _openings?.ItemReady(now);
        }
        if (now.Lease is { } lease)
            IndexLease(was, now, lease, room);
        if (now.Settled is { } settled)
            _settled.Add((settled.At, now.Id));
        if (IsUnattended(now))
            _unattended.Add(now.Id);
        if (was is null)
            IndexNew(now);
        if (!ReferenceEquals(Awaited(was), Awaited(now)))
            IndexDependencies(Awaited(was), Awaited(now), now.Id);
        Locks.Replace(was, now);
        if (now.NextDueAt is { } due)
            _due.Schedule(now.Id, due);
        else
            _due.Drop(now.Id);
        if (was is not null && FreesSlot(was, now))
            _openings?.SlotFreed(was.Queue);
    }

    // Limits count working leases, some of them by label or target, and items that wait for review.
    private static bool FreesSlot(Item was, Item now) =>
        was.Lease is { IsWorking: true }
            && (
                now.Lease is not { IsWorking: true }
                || was.Queue != now.Queue
                || !ReferenceEquals(was.Labels, now.Labels)
                || !ReferenceEquals(was.Targets, now.Targets)
            )
        || was.State == ItemState.WaitingOnReview && (now.State != ItemState.WaitingOnReview || was.Queue != now.Queue);

    private void IndexLease(Item? was, Item now, Lease lease, QueueRoom room)
    {
        if (lease.IsWorking)
            room.Working++;
        if (was?.Lease?.Id == lease.Id && was.Queue == now.Queue)
            return; // A renewal: where it is found stays as it was.
        room.Owned.Add(now.Id);
        _leases[lease.Id] = now.Id;
        LastLease = Math.Max(LastLease, lease.Id.Number);
        if (!_heldBy.TryGetValue(lease.Holder.Id, out var held))
            _heldBy[lease.Holder.Id] = held = [];
        held.Add(now.Id);
    }

    private void IndexNew(Item item)
    {
        LastItem = Math.Max(LastItem, item.Id.Number);
        foreach (var past in item.Past)
            _leases[past.Id] = item.Id;
        IndexExternalId(item);
    }

    // An externalId may have several items (onDuplicate new); which of them is found must not depend on what came last.
    private void IndexExternalId(Item item)
    {
        if (item.ExternalId is not { } externalId)
            return;
        if (!_byExternalId.TryGetValue((item.Queue, externalId), out var ids))
            _byExternalId[(item.Queue, externalId)] = ids = [];
        ids.Add(item.Id);
    }

    private void UnindexExternalId(Item item)
    {
        if (item.ExternalId is not { } externalId)
            return;
        var ids = _byExternalId[(item.Queue, externalId)];
        ids.Remove(item.Id);
        if (ids.Count == 0)
            _byExternalId.Remove((item.Queue, externalId));
    }

    // What is settled waits for nothing, whatever it was waiting for when it was settled.
    private static IReadOnlyList<ItemId> Awaited(Item? item) =>
        item is { Settled: null } ? item.OpenDependencies : NothingAwaited;

    private void IndexDependencies(IReadOnlyList<ItemId> was, IReadOnlyList<ItemId> now, ItemId item)
    {
        foreach (var dependency in was)
        {
            if (_dependents.TryGetValue(dependency, out var set) && set.Remove(item) && set.Count == 0)
                _dependents.Remove(dependency);
        }
        foreach (var dependency in now)
        {
            if (!_dependents.TryGetValue(dependency, out var set))
                _dependents[dependency] = set = [];
            set.Add(item);
        }
    }

    private void Unindex(Item was, Item now)
    {
        var room = _queues[was.Queue];
        if (was.Queue != now.Queue || was.State != now.State)
            room.Count(was.State, -1);
        if (was.State == ItemState.Queued)
            room.RemoveReady(was);
        if (was.Lease is { } lease)
            UnindexLease(was, lease, now, room);
        if (was.Settled is { } settled)
            _settled.Remove((settled.At, was.Id));
        if (IsUnattended(was))
            _unattended.Remove(was.Id);
        if (was.Queue == now.Queue)
            return;
        UnindexExternalId(was);
        IndexExternalId(now);
    }

    private static bool IsUnattended(Item item) =>
        item.Handoff is not null || item.Lease is { State: LeaseState.Stale };

    private void UnindexLease(Item was, Lease lease, Item now, QueueRoom room)
    {
        if (lease.IsWorking)
            room.Working--;
        if (now.Lease?.Id == lease.Id && was.Queue == now.Queue)
            return;
        room.Owned.Remove(was.Id);
        if (!_heldBy.TryGetValue(lease.Holder.Id, out var held))
            return;
        held.Remove(was.Id);
        if (held.Count == 0)
            _heldBy.Remove(lease.Holder.Id);
    }

    private void Forget(Item item)
    {
        _queues[item.Queue].Count(item.State, -1);
        _items.Remove(item.Id);
        foreach (var past in item.Past)
            _leases.Remove(past.Id);
        UnindexExternalId(item);
        if (item.Settled is { } settled)
            _settled.Remove((settled.At, item.Id));
    }

    /// <summary>Everything that it is, in a fixed order.</summary>
    public WorkspaceState ToState() =>
        new(
            Seq,
            At,
            LastItem,
            LastLease,
            Stopped,
            [.. _queues.Values.Select(q => new QueueState(q.Queue, [.. q.Flow], [.. q.RecentClaims]))],
            [.. _principals.Values],
            [.. _endedRuns.Values],
            [.. _items.After(0)],
            [.. _artifacts.Values],
            [.. _actions.Values],
            [.. _conflicts.Values],
            [.. _targets.Values],
            [.. _holds.Values],
            LastHold,
            [.. _inboxes.Values],
            [.. _patterns.Values],
            [.. _bulk.Values],
            LastBulk,
            [.. _views.Values],
            [.. _absences.Values],
            [.. _webhooks.Values],
            [.. _knownRuns.Values]
        );

    /// <summary>The workspace that a state describes; its digest is the same.</summary>
    public static Workspace From(WorkspaceState state)
    {
        var workspace = new Workspace
        {
            Seq = state.Seq,
            At = state.At,
            Stopped = state.Stopped,
        };
        foreach (var queue in state.Queues)
        {
            var room = new QueueRoom(queue.Queue);
            room.Restore(queue.Flow, queue.RecentClaims);
            workspace._queues[queue.Queue.Name] = room;
        }
        foreach (var principal in state.Principals)
            workspace._principals[principal.Id] = principal;
        foreach (var run in state.EndedRuns)
            workspace._endedRuns[(run.Principal, run.Run)] = run;
        foreach (var run in state.KnownRuns ?? [])
            workspace.PutRun(run);
        foreach (var item in state.Items)
            workspace.Put(was: null, item);
        foreach (var artifact in state.Artifacts ?? [])
            workspace.PutArtifact(artifact);
        foreach (var action in state.Actions ?? [])
            workspace.PutAction(action);
        foreach (var conflict in state.Conflicts ?? [])
            workspace.PutConflict(conflict);
        foreach (var target in state.Targets ?? [])
            workspace._targets[target.Path] = target;
        foreach (var hold in state.Holds ?? [])
            workspace.PutHold(hold);
        workspace.LastHold = state.LastHold;
        foreach (var inbox in state.Inboxes ?? [])
            workspace._inboxes[inbox.Principal] = inbox;
        foreach (var pattern in state.Patterns ?? [])
            workspace._patterns[pattern.Id] = pattern;
        foreach (var job in state.Bulk ?? [])
            workspace._bulk[job.Id] = job;
        workspace.LastBulk = state.LastBulk;
        foreach (var view in state.Views ?? [])
            workspace._views[(view.By, view.Id)] = view;
        foreach (var webhook in state.Webhooks ?? [])
            workspace._webhooks[webhook.Id] = webhook;
        foreach (var absence in state.Absences ?? [])
            workspace.PutAbsence(absence.Who, absence);
        workspace.LastItem = state.LastItem;
        workspace.LastLease = state.LastLease;
        return workspace;
    }
}
