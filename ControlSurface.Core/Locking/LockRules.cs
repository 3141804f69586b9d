using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Locking;

/// <summary>
/// Decides who may lock a target, who waits for whom, and who is served when a target comes free (API.md, Locks and targets). A request
/// waits behind each earlier one that it conflicts with, so that none is passed over for ever.
/// </summary>
internal static class LockRules
{
    /// <summary>The most targets in one request, and the most that one item may have locked.</summary>
    internal const int MostAtOnce = 1_000;
    internal const int MostHeld = 10_000;

    /// <summary>The longest wait in seconds, as for a claim. A caller who waits longer asks again and keeps the place in line.</summary>
    internal const int LongestWait = 55;

    // A refused caller needs the first few; nobody reads more than these.
    private const int MostBlocking = 20;

    internal static void Shape(Bounds bounds, LockCommand.Acquire c)
    {
        if (c.WaitSeconds is < 0 or > LongestWait)
            bounds.Fault("waitSeconds", $"must be from 0 to {LongestWait}");
        Shape(bounds, [.. c.Targets.Select(t => t.Target)], MostAtOnce);
    }

    internal static void Shape(Bounds bounds, LockCommand.Unlock c) => Shape(bounds, c.Targets, MostHeld);

    private static void Shape(Bounds bounds, IReadOnlyList<string> targets, int most)
    {
        if (targets.Count == 0)
            bounds.Fault("targets", "must name at least one target");
        bounds.Targets("targets", targets, most);
    }

    internal static Decision Acquire(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LockCommand.Acquire c
    )
    {
        var asks = Canonical(c.Targets);
        List<RequestedLock> missing = [.. asks.Where(a => item.FindLock(a.Target)?.Gives(a.Mode) != true)];
        if (missing.Count == 0)
            return Accepted(context, item, lease, events, asks);
        if (item.Locks.Count + missing.Count > MostHeld)
            return Refusal.InvalidRequest.Of(
                "targets",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"would be more than {MostHeld} locks on one item; lock what is above them, or unlock what is no longer needed"
                )
            );
        var plan = new LockPlan(context.At);
        var blocking = plan.BlockersOf(item, missing, before: long.MaxValue, isWithin: true).ToList();
        if (blocking.Count > 0 && c.OverStale && blocking.TrueForAll(b => IsStale(context.At, b)))
        {
            TakeFromStale(events, context, item, blocking);
            blocking.Clear();
        }
        if (blocking.Count == 0)
        {
            events.Add(new LockEvent.Acquired(item.Id, lease.Id, missing, Wait: null, WaitedMs: 0, CausedBy: []));
            return Accepted(context, item, lease, events, asks);
        }
        if (c.WaitSeconds == 0)
            return Locked(context, blocking, []);
        // A caller who asks again while the first request waits, or after a restart, keeps the place in line.
        if (item.LockWaits.Find(w => w.Locks.SequenceEqual(missing)) is { } same)
            return Decision.Unchanged(new LockWaitReply(item.Id, same.Seq));
        blocking = [.. plan.BlockersOf(item, missing, before: long.MaxValue)];
        if (Cycle(context.At, plan, item, blocking) is { Count: > 0 } cycle)
        {
            var never = new LockEvent.GaveUp(
                item.Id,
                lease.Id,
                Wait: null,
                LockEnd.Deadlock,
                WaitedMs: 0,
                Causes(blocking)
            );
            return Decision.Revealed([.. events, never], Locked(context, blocking, cycle));
        }
        events.Add(
            new LockEvent.Waited(
                item.Id,
                lease.Id,
                missing,
                Instant.Cut(context.Now.AddSeconds((double)c.WaitSeconds)),
                Causes(blocking)
            )
        );
        return Decision.Accepted(events, new LockWaitReply(item.Id, context.At.Seq + events.Count));
    }

    internal static Decision Unlock(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LockCommand.Unlock c
    )
    {
        List<string> targets = [.. c.Targets.Select(Canonical)];
        if (targets.Find(t => item.FindLock(t) is null) is { } notHeld)
            return NotHeld(context, notHeld);
        events.Add(new LockEvent.Released(item.Id, lease.Id, targets, LockEnd.Unlocked));
        var after = context.After(item, events);
        return Decision.Accepted(events, new UnlockedReply(targets, LeaseView.Of(after.FindLease(lease.Id)!, after)));
    }

    internal static Decision Decide(IItemContext<ILocks> context, HoldCommand command)
    {
        switch (command)
        {
            case HoldCommand.Begin c:
                return Hold(context, c);
            case HoldCommand.End { Hold: var id }:
                return context.At.FindHold(id) is { } hold
                    ? Decision.Accepted(new HoldEvent.Ended(id, hold.Target, HoldEnd.Released), Reply.Done.Instance)
                    : new Refusal.NotFound("hold", id.Text);
            default:
                throw new UnreachableException(command.GetType().Name);
        }
    }

    /// <summary>
    /// The events with those that follow for locks in the same write: locks and waits go with an ended lease, handoff or item, and the
    /// requests that waited for a freed target are served.
    /// </summary>
    internal static IReadOnlyList<Event> Follow(ILocks at, IReadOnlyList<Event> events, DateTimeOffset now)
    {
        if (!Concerns(at, events))
            return events;
        List<Event> all = [.. events];
        var done = new HashSet<ItemId>();
        foreach (var happened in events)
            Drop(all, at, happened, done, now);
        var plan = new LockPlan(at);
        foreach (var happened in all)
            plan.Apply(happened);
        foreach (var (item, wait) in plan.Served())
            all.Add(
                new LockEvent.Acquired(
                    item.Id,
                    wait.Lease,
                    wait.Locks,
                    wait.Seq,
                    (long)(now - wait.Since).TotalMilliseconds,
                    wait.CausedBy
                )
            );
        return all;
    }

    /// <summary>The event that ends a wait without its locks.</summary>
    internal static LockEvent.GaveUp GiveUp(Item item, LockWait wait, LockEnd because, DateTimeOffset now) =>
        new(item.Id, wait.Lease, wait.Seq, because, (long)(now - wait.Since).TotalMilliseconds, wait.CausedBy);

    /// <summary>
    /// The refusal of a write to a target that the queue guards (<c>guardTargets</c>) without an exclusive lock on it; null where the
    /// write may go on. A person needs no lock of their own, but may not write to what others have locked or hold.
    /// </summary>
    /// <param name="item">The item that the write belongs to; null for none.</param>
    internal static Refusal? Guard(IItemContext<ILocks> context, Item? item, string? queue, string? target)
    {
        if (target is null || !context.At.PolicyOf(queue).GuardTargets)
            return null;
        if (item?.IsLocked(target, LockMode.Exclusive) == true)
            return null;
        if (
            context.Who.Kind == PrincipalKind.Person
            && !context.At.Locks.HeldTouching(target).Any(h => !IsOwn(context, h))
        )
            return null;
        return NotHeld(context, target);
    }

    private static bool IsOwn(IItemContext<ILocks> context, Held held) =>
        held.Owner.Hold is { } hold && context.At.FindHold(hold)!.By == context.Who.Id;

    private static bool Concerns(ILocks at, IReadOnlyList<Event> events)
    {
        for (var k = 0; k < events.Count; k++)
        {
            switch (events[k])
            {
                case LockEvent or HoldEvent:
                    return true;
                case LeaseEvent.Ended
                or LeaseEvent.WentStale
                or ItemEvent.HandoffEnded
                or ItemEvent.Cancelled
                    when events[k].ItemId is { } id
                        && at.FindItem(id) is { } item
                        && item.Locks.Count + item.LockWaits.Count > 0:
                    return true;
                default:
                    break; // Others: no lock goes with them, and nobody waits for them.
            }
        }
        return false;
    }

    // A takeover or handoff leaves the locks with the item; a wait belongs to its lease and ends with it.
    private static void Drop(List<Event> all, ILocks at, Event happened, HashSet<ItemId> done, DateTimeOffset now)
    {
        var (end, keepsLocks) = happened switch
        {
            LeaseEvent.Ended e => (LockEnds.With(e.As), e.As is EndedAs.TakenOver or EndedAs.HandedOff),
            LeaseEvent.WentStale => (LockEnd.Stale, true),
            ItemEvent.HandoffEnded e => (With(e.How), false),
            ItemEvent.Cancelled => (LockEnd.Cancelled, false),
            // Others: leave locks and waits as they are.
            _ => ((LockEnd?)null, true),
        };
        if (end is not { } because || happened.ItemId is not { } id || at.FindItem(id) is not { } item)
            return;
        foreach (var wait in item.LockWaits)
        {
            if (!all.Exists(e => e is LockEvent.GaveUp g && g.Wait == wait.Seq))
                all.Add(GiveUp(item, wait, because, now));
        }
        if (!keepsLocks && item.Locks.Count > 0 && done.Add(id))
            all.Add(new LockEvent.Released(id, item.LastLease!.Id, [.. item.Locks.Select(l => l.Target)], because));
    }

    private static LockEnd With(HandoffEnd handoff) =>
        handoff switch
        {
            HandoffEnd.Declined => LockEnd.HandoffDeclined,
            HandoffEnd.Withdrawn => LockEnd.HandoffWithdrawn,
            HandoffEnd.Expired => LockEnd.HandoffExpired,
        };

    /// <summary>
    /// The answer to a request whose wait was served and whose lease still has all of its locks; null where it has not. It is given even
    /// where the caller could not send the request now, as while the queue is paused.
    /// </summary>
    internal static Decision? Served(ILocks at, LockCommand.Acquire c)
    {
        var asks = Canonical(c.Targets);
        return
            at.FindItemOf(c.Lease) is { Lease: { } lease } item
            && lease.Id == c.Lease
            && asks.TrueForAll(a => item.FindLock(a.Target)?.Gives(a.Mode) == true)
            ? Decision.Unchanged(Granted(item, lease.Id, asks))
            : null;
    }

    private static Decision Accepted(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        List<RequestedLock> asks
    ) => Decision.Accepted(events, Granted(context.After(item, events), lease.Id, asks));

    private static LockedReply Granted(Item after, LeaseId lease, List<RequestedLock> asks) =>
        new([.. asks.Select(a => after.FindLock(a.Target)!)], LeaseView.Of(after.FindLease(lease)!, after));

    private static Decision Hold(IItemContext<ILocks> context, HoldCommand.Begin c)
    {
        var bounds = new Bounds();
        if (TargetPath.Check(c.Target, out var target) is { } wrong)
            bounds.Fault("target", wrong);
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        var until = Instant.Cut(c.Until);
        if (until <= context.Now || until > context.Now.AddDays(30))
            bounds.Fault("until", "must be in the future, and within 30 days");
        if (bounds.Refusal is { } invalid)
            return invalid;
        var plan = new LockPlan(context.At);
        var blocking = plan.BlockersOf(item: null, [new RequestedLock(target, c.Mode)], before: long.MaxValue).ToList();
        if (blocking.Count > 0)
            return Locked(context, blocking, []);
        var id = new HoldId(context.At.LastHold + 1);
        return Decision.Accepted(
            new HoldEvent.Began(id, target, c.Mode, context.Who.Name, until, c.Why),
            new HoldReply(
                new TargetHold(id, target, c.Mode, context.Who.Id, context.Who.Name, c.Why, context.Now, until)
            )
        );
    }

    private static void TakeFromStale(
        List<Event> events,
        IItemContext<ILocks> context,
        Item item,
        List<Blocker> blocking
    )
    {
        foreach (var group in blocking.GroupBy(b => b.Held!.Value.Owner.Item!.Value))
        {
            var stale = context.At.FindItem(group.Key)!;
            List<string> targets = [.. group.Select(b => b.Held!.Value.Target).Distinct(StringComparer.Ordinal)];
            events.Add(new LockEvent.Released(stale.Id, stale.Lease!.Id, targets, LockEnd.TakenOverStale));
            foreach (var artifact in context.At.ArtifactsOf(stale.Id))
            {
                if (
                    artifact.Target is { } at
                    && artifact.Current.Lease == stale.Lease.Id
                    && targets.Exists(t => TargetPath.Touches(at, t))
                )
                    Collisions.Open(
                        context.At,
                        events,
                        ArtifactCollision.Conflict(
                            context,
                            artifact,
                            ConflictKind.OverlappingEdit,
                            $"{artifact.Id}|{at}|{artifact.Current.Number}|{item.Id}",
                            artifact.Current.Number,
                            $"{context.Who.Name} took the lock on {at} from {stale.Lease.Holder.Name}, whose lease on {stale.Id} is stale, for {(item.Queue == stale.Queue ? item.Id.Text : "work in another queue")}. {stale.Lease.Holder.Name} had published version {artifact.Current.Number} of {artifact.Name} there.",
                            merged: null,
                            [ArtifactCollision.Of(artifact, artifact.Current, "current")]
                        )
                    );
            }
        }
    }

    private static bool IsStale(ILocks at, Blocker blocker) =>
        blocker.Held is { Owner.Item: { } id } && at.FindItem(id)!.Lease is { State: LeaseState.Stale };

    /// <summary>
    /// The shortest cycle that a wait of the item would close; empty for none. A loop and no recursion: a line of waiters may be as long
    /// as there are leases.
    /// </summary>
    private static List<CycleStep> Cycle(ILocks at, LockPlan plan, Item asks, List<Blocker> blocking)
    {
        if (!IsWaitedFor(at, asks))
            return [];
        var cameFrom = new Dictionary<ItemId, (ItemId Before, string WaitsFor)>();
        var next = new Queue<ItemId>();
        var here = asks.Id;
        var waitsFor = blocking;
        while (true)
        {
            foreach (var blocker in waitsFor)
            {
                if (blocker.Item is { } further && cameFrom.TryAdd(further, (here, blocker.Target)))
                    next.Enqueue(further);
            }
            if (cameFrom.ContainsKey(asks.Id))
                return Way(at, asks.Id, cameFrom);
            if (!next.TryDequeue(out here))
                return [];
            var item = at.FindItem(here)!;
            waitsFor = [.. item.LockWaits.SelectMany(wait => plan.BlockersOf(item, wait.Locks, wait.Seq))];
        }
    }

    private static List<CycleStep> Way(
        ILocks at,
        ItemId asks,
        Dictionary<ItemId, (ItemId Before, string WaitsFor)> cameFrom
    )
    {
        var way = new List<CycleStep>();
        var id = asks;
        do
        {
            var (before, waitsFor) = cameFrom[id];
            var lease = at.FindItem(before)!.Lease!;
            way.Add(new CycleStep(before, lease.Id, lease.Holder, waitsFor));
            id = before;
        } while (id != asks);
        way.Reverse();
        return way;
    }

    // No cycle leads back to an item that nobody waits for, which nearly always ends the search.
    private static bool IsWaitedFor(ILocks at, Item item)
    {
        foreach (var held in item.Locks)
        {
            if (
                at
                    .Locks.WaitingTouching(held.Target)
                    .Any(w => w.Item != item.Id && LockPlan.Conflict(w.Mode, held.Mode))
            )
                return true;
        }
        return item.LockWaits.Count > 0;
    }

    private static LockRefusal.TargetLocked Locked(
        IItemContext<ILocks> context,
        List<Blocker> blocking,
        IReadOnlyList<CycleStep> cycle
    )
    {
        var line = 0;
        return new LockRefusal.TargetLocked(
            [.. blocking.Take(MostBlocking).Select(b => Describe(context, b, b.Waiting is null ? 0 : ++line))],
            cycle.Count > 0,
            cycle
        );
    }

    private static Blocking Describe(IItemContext<ILocks> context, Blocker blocker, int position)
    {
        if (blocker.Held is { Owner.Hold: { } holdId })
        {
            var hold = context.At.FindHold(holdId)!;
            return new Blocking
            {
                Target = hold.Target,
                Mode = hold.Mode,
                Owner = hold.Holder,
                Hold = holdId,
                ExpiresAt = hold.Until,
                Position = position,
                Takeover = new TakeoverHint(
                    $"{hold.ByName}, or anybody who may hold targets, by ending the hold",
                    hold.Until
                ),
            };
        }
        var item = context.At.FindItem(blocker.Item!.Value)!;
        var lease = item.LastLease!;
        var hint =
            item.Handoff is { } handoff ? new TakeoverHint("the receiver, once the handoff is accepted", handoff.Until)
            : lease.IsLive
                ? new TakeoverHint(
                    "with overStale once the lease is stale; support with force at any time",
                    lease.ExpiresAt
                )
            : new TakeoverHint("anybody who may lock it, with overStale", lease.StaleAt);
        return new Blocking
        {
            Target = blocker.Target,
            Mode = blocker.Mode,
            Owner = lease.Holder,
            Item = item.Id,
            Lease = lease.Id,
            ExpiresAt = item.Handoff?.Until ?? lease.ExpiresAt,
            Position = position,
            Takeover = hint,
        };
    }

    private static LockRefusal.LockNotHeld NotHeld(IItemContext<ILocks> context, string target)
    {
        foreach (var held in context.At.Locks.HeldTouching(target))
        {
            if (held.Owner.Hold is { } hold)
                return new LockRefusal.LockNotHeld(target, context.At.FindHold(hold)!.Holder, Lease: null);
            if (context.At.FindItem(held.Owner.Item!.Value)!.LastLease is { } lease)
                return new LockRefusal.LockNotHeld(target, lease.Holder, lease.Id);
        }
        return new LockRefusal.LockNotHeld(target, Owner: null, Lease: null);
    }

    private static List<string> Causes(List<Blocker> blocking) =>
        [.. blocking.Select(b => b.Target).Distinct(StringComparer.Ordinal).Take(MostBlocking)];

    private static List<RequestedLock> Canonical(IReadOnlyList<RequestedLock> asks) =>
        [.. asks.Select(ask => ask with { Target = Canonical(ask.Target) })];

    private static string Canonical(string target)
    {
        _ = TargetPath.Check(target, out var canonical);
        return canonical;
    }
}
