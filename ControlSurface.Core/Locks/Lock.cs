using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Locks;

/// <summary>How much a lock keeps others away: an exclusive one from everything, a shared one from exclusive ones.</summary>
public enum LockMode
{
    Shared,
    Exclusive,
}

/// <summary>One target and how it is asked for.</summary>
/// <param name="Target">In its one spelling (<see cref="TargetPath"/>).</param>
public sealed record LockAsk(string Target, LockMode Mode);

/// <summary>
/// A lock that an item has, whoever its current lease belongs to: a takeover and a handoff find it as it was (DESIGN.md, 10).
/// It covers its target and what lies below.
/// </summary>
/// <param name="Lease">The lease under which it was acquired.</param>
public sealed record HeldLock(string Target, LockMode Mode, LeaseId Lease, DateTimeOffset At, long Seq)
{
    /// <summary>Whether it gives what is asked for on its target: all of it gives a share too.</summary>
    public bool Gives(LockMode mode) => Mode == LockMode.Exclusive || mode == LockMode.Shared;
}

/// <summary>A request that waits in line for all of its targets at once, within a bounded time.</summary>
/// <param name="Seq">Seq of the event with which it began to wait: its place in every line.</param>
/// <param name="Until">Then it gives up by itself.</param>
/// <param name="CausedBy">The targets whose locks it had to wait for when it began; its time is counted against them.</param>
public sealed record LockWait(
    long Seq,
    LeaseId Lease,
    IReadOnlyList<LockAsk> Locks,
    DateTimeOffset Since,
    DateTimeOffset Until,
    IReadOnlyList<string> CausedBy
);

/// <summary>A target that a person holds without an item, until then (API.md, <c>POST /targets/holds</c>).</summary>
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
    /// <summary>The person, as the holder of a lease is told of.</summary>
    public Holder Holder => new(By, ByName, PrincipalKind.Person, Run: null);
}

/// <summary>What can happen to the locks of an item.</summary>
public abstract record LockEvent(ItemId Item, LeaseId Lease) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        LockEventDescriptions.Of(this, by, nameOf);

    public override ItemId? ItemId => Item;

    /// <param name="Locks">What it has now that it had not, or had shared only.</param>
    /// <param name="Wait">The wait that this ends; null where it was granted at once.</param>
    /// <param name="WaitedMs">How long that was.</param>
    /// <param name="CausedBy">The targets whose locks it waited for.</param>
    public sealed record Acquired(
        ItemId Item,
        LeaseId Lease,
        IReadOnlyList<LockAsk> Locks,
        long? Wait,
        long WaitedMs,
        IReadOnlyList<string> CausedBy
    ) : LockEvent(Item, Lease)
    {
        public override string Type => "lock.acquired";
    }

    /// <param name="Because"><c>unlocked</c>, how the lease ended, <c>taken_over_stale</c>, or how the handoff ended.</param>
    public sealed record Released(ItemId Item, LeaseId Lease, IReadOnlyList<string> Targets, string Because)
        : LockEvent(Item, Lease)
    {
        public override string Type => "lock.released";
    }

    public sealed record Waited(
        ItemId Item,
        LeaseId Lease,
        IReadOnlyList<LockAsk> Locks,
        DateTimeOffset Until,
        IReadOnlyList<string> CausedBy
    ) : LockEvent(Item, Lease)
    {
        public override string Type => "lock.waited";
    }

    /// <param name="Wait">The wait that ends; null for one that would have closed a cycle and never began.</param>
    /// <param name="Because"><c>timeout</c>, <c>gone</c>, <c>deadlock</c>, <c>stale</c>, or how the lease ended.</param>
    public sealed record GaveUp(
        ItemId Item,
        LeaseId Lease,
        long? Wait,
        string Because,
        long WaitedMs,
        IReadOnlyList<string> CausedBy
    ) : LockEvent(Item, Lease)
    {
        public override string Type => "lock.gaveUp";
    }
}

/// <summary>What can happen to targets that people hold.</summary>
public abstract record HoldEvent(HoldId Hold) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        HoldEventDescriptions.Of(this, by, nameOf);

    public sealed record Began(
        HoldId Hold,
        string Target,
        LockMode Mode,
        string ByName,
        DateTimeOffset Until,
        string Why
    ) : HoldEvent(Hold)
    {
        public override string Type => "hold.began";
    }

    /// <param name="Because"><c>released</c> or <c>expired</c>.</param>
    public sealed record Ended(HoldId Hold, string Target, string Because) : HoldEvent(Hold)
    {
        public override string Type => "hold.ended";
    }
}

/// <summary>What a holder does with locks, under its lease.</summary>
public static class LockCommand
{
    /// <summary>All of the targets or none.</summary>
    /// <param name="WaitSeconds">How long to wait in line, 0 to 55, fractions too; 0 for not at all.</param>
    /// <param name="OverStale">Takes what only stale leases hold.</param>
    public sealed record Acquire(
        LeaseId Lease,
        string? Run,
        long Token,
        IReadOnlyList<LockAsk> Targets,
        decimal WaitSeconds,
        bool OverStale,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.Lock;
    }

    /// <summary>All of the targets or none. Letting go never needs an acknowledgement.</summary>
    public sealed record Unlock(LeaseId Lease, string? Run, long Token, IReadOnlyList<string> Targets)
        : LeaseCommand(Lease, Run, Token, Acknowledges: null)
    {
        public override Verb Verb => Verb.Unlock;
    }
}

/// <summary>What a person does with targets that they hold without an item.</summary>
public abstract record HoldCommand : Command
{
    private HoldCommand() { }

    public override Verb Verb => Verb.HoldTarget;

    public sealed record Begin(string Target, LockMode Mode, DateTimeOffset Until, string Why) : HoldCommand
    {
        // A target belongs to no queue.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    public sealed record End(HoldId Hold) : HoldCommand
    {
        internal override Refusal? Outside(IQueueGate gate) => gate.Hold(Hold);
    }
}

/// <summary>What stands in the way of a request (API.md, <c>target_locked</c>).</summary>
/// <param name="Target">The target that is locked or waited for, which may be above or below the one asked for.</param>
/// <param name="Owner">Who has it, or waits for it before the caller; null where the caller may not see them.</param>
/// <param name="Hold">The hold of a person, who has no item and no lease; null for a lease's.</param>
/// <param name="Position">0 for whoever has it; 1 and on for whoever waits for it, in their order.</param>
public sealed record Blocking(
    string Target,
    LockMode Mode,
    Holder? Owner,
    ItemId? Item,
    LeaseId? Lease,
    HoldId? Hold,
    DateTimeOffset? ExpiresAt,
    int Position,
    TakeoverHint? Takeover
);

/// <summary>One step of a cycle: this lease waits for what the next one has, and the last for what the first has.</summary>
public sealed record CycleStep(ItemId Item, LeaseId Lease, Holder Holder, string WaitsFor);
