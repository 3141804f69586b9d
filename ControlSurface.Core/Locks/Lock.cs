using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Locks;

/// <summary>The mode of a lock. Two locks of different items on touching targets conflict unless both are shared.</summary>
public enum LockMode
{
    /// <summary>Stands beside other shared locks, never beside an exclusive one.</summary>
    Shared,

    /// <summary>Stands beside no other lock.</summary>
    Exclusive,
}

/// <summary>One target of a lock request.</summary>
/// <param name="Target">As sent in a command; in canonical form (<see cref="TargetPath.Check"/>) in events and records.</param>
/// <param name="Mode">The mode asked for.</param>
public sealed record RequestedLock(string Target, LockMode Mode);

/// <summary>
/// A lock that an item holds. It belongs to the item and not to the lease: a takeover or a handoff keeps it (DESIGN.md, 10). It covers
/// its target and everything below it.
/// </summary>
/// <param name="Target">In canonical form (<see cref="TargetPath.Check"/>).</param>
/// <param name="Mode">The mode in which it is held.</param>
/// <param name="Lease">The lease under which it was acquired, which may have ended.</param>
/// <param name="At">When it was acquired in this mode.</param>
/// <param name="Seq">The seq of the event that acquired it.</param>
public sealed record HeldLock(string Target, LockMode Mode, LeaseId Lease, DateTimeOffset At, long Seq)
{
    /// <summary>Whether this lock satisfies a request for the same target in that mode: an exclusive lock satisfies both.</summary>
    public bool Gives(LockMode mode) => Mode == LockMode.Exclusive || mode == LockMode.Shared;
}

/// <summary>A lock request that waits in line for all of its targets at once.</summary>
/// <param name="Seq">The seq of the event that began the wait; earlier ones are served first.</param>
/// <param name="Lease">The lease that asks; the wait ends with it.</param>
/// <param name="Locks">What it waits for, in canonical form.</param>
/// <param name="Since">When the wait began.</param>
/// <param name="Until">When the request gives up by itself: at most 55 s after <paramref name="Since"/>, and later by any downtime.</param>
/// <param name="CausedBy">The targets that were in the way when the wait began, at most 20; the waited time counts against them.</param>
public sealed record LockWait(
    long Seq,
    LeaseId Lease,
    IReadOnlyList<RequestedLock> Locks,
    DateTimeOffset Since,
    DateTimeOffset Until,
    IReadOnlyList<string> CausedBy
);

/// <summary>A target that a person holds without an item (API.md, <c>POST /targets/holds</c>).</summary>
/// <param name="Id">Unique in the workspace.</param>
/// <param name="Target">In canonical form.</param>
/// <param name="Mode">As for a lock.</param>
/// <param name="By">The person who holds it.</param>
/// <param name="ByName">Their name when the hold began.</param>
/// <param name="Why">Up to 4,000 characters.</param>
/// <param name="At">When the hold began.</param>
/// <param name="Until">When it ends by itself; at most 30 days after <paramref name="At"/>.</param>
public sealed record TargetHold(
    HoldId Id,
    string Target,
    LockMode Mode,
    PrincipalId By,
    string ByName,
    string Why,
    DateTimeOffset At,
    DateTimeOffset Until
)
{
    /// <summary>The person in the shape of a lease's holder, for refusals that name who is in the way.</summary>
    public Holder Holder => new(By, ByName, PrincipalKind.Person, Run: null);
}

/// <summary>An event of an item's locks and waits.</summary>
/// <param name="Item">The item that holds the locks or waits.</param>
/// <param name="Lease">The lease under which it did; for a release, the item's last lease.</param>
public abstract record LockEvent(ItemId Item, LeaseId Lease) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        LockEventDescriptions.Of(this, by, nameOf);

    /// <inheritdoc/>
    public override ItemId? ItemId => Item;

    /// <summary>The item got locks, at once or after a wait.</summary>
    /// <param name="Locks">The locks that it did not hold before, or held shared and holds exclusive now.</param>
    /// <param name="Wait">The seq of the wait that this ends; null where the locks were granted at once.</param>
    /// <param name="WaitedMs">How long it waited, in milliseconds; 0 where it did not.</param>
    /// <param name="CausedBy">The targets that were in the way when the wait began; empty where it did not wait.</param>
    public sealed record Acquired(
        ItemId Item,
        LeaseId Lease,
        IReadOnlyList<RequestedLock> Locks,
        long? Wait,
        long WaitedMs,
        IReadOnlyList<string> CausedBy
    ) : LockEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lock.acquired";
    }

    /// <summary>The item holds these locks no longer.</summary>
    /// <param name="Targets">In canonical form.</param>
    /// <param name="Because">Why the item let them go.</param>
    public sealed record Released(ItemId Item, LeaseId Lease, IReadOnlyList<string> Targets, LockEnd Because)
        : LockEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lock.released";
    }

    /// <summary>The request waits in line. Its seq names the wait.</summary>
    /// <param name="Locks">What it waits for, in canonical form.</param>
    /// <param name="Until">When it gives up by itself.</param>
    /// <param name="CausedBy">The targets that are in the way, at most 20.</param>
    public sealed record Waited(
        ItemId Item,
        LeaseId Lease,
        IReadOnlyList<RequestedLock> Locks,
        DateTimeOffset Until,
        IReadOnlyList<string> CausedBy
    ) : LockEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lock.waited";
    }

    /// <summary>A wait ended without the locks, or was refused because it would have closed a cycle.</summary>
    /// <param name="Wait">The seq of the wait; null for one that would have closed a cycle and never began.</param>
    /// <param name="Because">Why it ended.</param>
    /// <param name="WaitedMs">How long it waited, in milliseconds.</param>
    /// <param name="CausedBy">The targets that were in the way when the wait began.</param>
    public sealed record GaveUp(
        ItemId Item,
        LeaseId Lease,
        long? Wait,
        LockEnd Because,
        long WaitedMs,
        IReadOnlyList<string> CausedBy
    ) : LockEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lock.gaveUp";
    }
}

/// <summary>An event of a person's hold on a target.</summary>
/// <param name="Hold">The hold that it happened to.</param>
public abstract record HoldEvent(HoldId Hold) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        HoldEventDescriptions.Of(this, by, nameOf);

    /// <summary>A person holds the target from now on.</summary>
    /// <param name="Target">In canonical form.</param>
    /// <param name="Mode">As for a lock.</param>
    /// <param name="ByName">The person's name now.</param>
    /// <param name="Until">When the hold ends by itself.</param>
    /// <param name="Why">The person's reason.</param>
    public sealed record Began(
        HoldId Hold,
        string Target,
        LockMode Mode,
        string ByName,
        DateTimeOffset Until,
        string Why
    ) : HoldEvent(Hold)
    {
        /// <inheritdoc/>
        public override string Type => "hold.began";
    }

    /// <summary>The hold ended.</summary>
    /// <param name="Target">In canonical form.</param>
    /// <param name="Because">Why it ended.</param>
    public sealed record Ended(HoldId Hold, string Target, HoldEnd Because) : HoldEvent(Hold)
    {
        /// <inheritdoc/>
        public override string Type => "hold.ended";
    }
}

/// <summary>The commands by which a holder locks and unlocks targets under its lease.</summary>
public static class LockCommand
{
    /// <summary>
    /// Locks all of the targets or none. Changes nothing where the item holds them already; refused with <c>target_locked</c>, at once
    /// where waiting would close a cycle.
    /// </summary>
    /// <param name="Targets">1 to 1,000 targets, as sent.</param>
    /// <param name="WaitSeconds">How long to wait in line: 0 (not at all) to 55, fractions too.</param>
    /// <param name="OverStale">Takes the targets away from items whose lease is stale, where nothing else is in the way.</param>
    public sealed record Acquire(
        LeaseId Lease,
        string? Run,
        long Token,
        IReadOnlyList<RequestedLock> Targets,
        decimal WaitSeconds,
        bool OverStale,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Lock;
    }

    /// <summary>Unlocks all of the targets or none; refused with <c>lock_not_held</c>. Never needs an acknowledgement.</summary>
    /// <param name="Targets">1 to 10,000 targets, as sent.</param>
    public sealed record Unlock(LeaseId Lease, string? Run, long Token, IReadOnlyList<string> Targets)
        : LeaseCommand(Lease, Run, Token, Acknowledges: null)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Unlock;
    }
}

/// <summary>The commands by which a person holds targets without an item.</summary>
public abstract record HoldCommand : Command
{
    private HoldCommand() { }

    /// <inheritdoc/>
    public override Verb Verb => Verb.HoldTarget;

    /// <summary>Begins a hold; refused with <c>target_locked</c> where a lock, a hold or a waiting request is in the way.</summary>
    /// <param name="Target">As sent.</param>
    /// <param name="Mode">As for a lock.</param>
    /// <param name="Until">In the future, within 30 days.</param>
    /// <param name="Why">Required; up to 4,000 characters.</param>
    public sealed record Begin(string Target, LockMode Mode, DateTimeOffset Until, string Why) : HoldCommand
    {
        // A target belongs to no queue.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Ends a hold before its time; whoever waits for its target is served in the same write.</summary>
    /// <param name="Hold">The hold to end.</param>
    public sealed record End(HoldId Hold) : HoldCommand
    {
        internal override Refusal? Outside(IQueueGate gate) => gate.Hold(Hold);
    }
}

/// <summary>A lock, a hold or an earlier waiting request that is in the way of a request (API.md, <c>target_locked</c>).</summary>
public sealed record Blocking
{
    /// <summary>The target that is locked or waited for; it may lie above or below the one asked for.</summary>
    public required string Target { get; init; }

    /// <summary>The mode in which it is locked or waited for.</summary>
    public required LockMode Mode { get; init; }

    /// <summary>The holder of the lock or hold, or the one who waits; null where the caller may not see them.</summary>
    public Holder? Owner { get; init; }

    /// <summary>The item that holds the lock or waits; null for a person's hold, and where the caller may not see it.</summary>
    public ItemId? Item { get; init; }

    /// <summary>The item's last lease; null as for <see cref="Item"/>.</summary>
    public LeaseId? Lease { get; init; }

    /// <summary>The person's hold; null for a lock or a wait, and where the caller may not see it.</summary>
    public HoldId? Hold { get; init; }

    /// <summary>The end of the lease, handoff or hold; null while a policy pause stops the lease's clock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>0 for a lock or hold; for waiting requests 1 and on, in their order.</summary>
    public required int Position { get; init; }

    /// <summary>Who may get the target free, and from when; null where the caller may not see the owner.</summary>
    public TakeoverHint? Takeover { get; init; }
}

/// <summary>One step of a deadlock: this lease waits for a target of the next step's lease, and the last for one of the first.</summary>
/// <param name="Item">The item that waits.</param>
/// <param name="Lease">Its lease.</param>
/// <param name="Holder">The holder of that lease.</param>
/// <param name="WaitsFor">The target of the next step that is in its way.</param>
public sealed record CycleStep(ItemId Item, LeaseId Lease, Holder Holder, string WaitsFor);
