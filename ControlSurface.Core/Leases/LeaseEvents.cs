namespace ControlSurface.Core.Leases;

/// <summary>What can happen to a lease. Each names its item and its lease.</summary>
/// <param name="Item">The item that the lease is on.</param>
/// <param name="Lease">The lease.</param>
public abstract record LeaseEvent(ItemId Item, LeaseId Lease) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        LeaseEventDescriptions.Of(this, by, nameOf);

    public override ItemId? ItemId => Item;

    /// <summary>How a grant came about.</summary>
    public enum Grant
    {
        Claim,
        Takeover,
        Force,
        Accept,
    }

    /// <summary>Granted: <c>lease.claimed</c>, <c>lease.takenOver</c> or <c>lease.accepted</c>. Its seq is the token.</summary>
    /// <param name="StartBy">Also when it expires if it is not started.</param>
    public sealed record Claimed(
        ItemId Item,
        LeaseId Lease,
        Holder Holder,
        Grant How,
        DateTimeOffset StartBy,
        int LeaseSeconds,
        string? Why
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type =>
            How switch
            {
                Grant.Claim => "lease.claimed",
                Grant.Takeover or Grant.Force => "lease.takenOver",
                Grant.Accept => "lease.accepted",
            };
    }

    public sealed record Started(ItemId Item, LeaseId Lease, DateTimeOffset ExpiresAt) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.started";
    }

    /// <param name="QuietRenewals">In a row, this one included; 0 if it brought news.</param>
    public sealed record Renewed(
        ItemId Item,
        LeaseId Lease,
        DateTimeOffset ExpiresAt,
        int QuietRenewals,
        Progress? Progress
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.renewed";
    }

    /// <summary>The holder has seen the change of the item.</summary>
    public sealed record Acknowledged(ItemId Item, LeaseId Lease, long Acknowledges) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.acknowledged";
    }

    /// <param name="Reasons">All that hold it now.</param>
    /// <param name="ExpiresAt">The end of the longest suspension; null while a policy pause stops that clock too.</param>
    public sealed record Suspended(
        ItemId Item,
        LeaseId Lease,
        SuspendReasons Reasons,
        long RemainingMs,
        DateTimeOffset? ExpiresAt,
        string? Note
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.suspended";
    }

    /// <param name="State">What it is now: active, claimed, or still suspended for another reason.</param>
    /// <param name="Next">While still suspended: what it returns to when the last reason ends; else the same as State.</param>
    /// <param name="Because"><c>holder</c>, <c>answer</c>, <c>queue</c> or <c>workspace</c>.</param>
    public sealed record Resumed(
        ItemId Item,
        LeaseId Lease,
        LeaseState State,
        LeaseState Next,
        SuspendReasons Reasons,
        DateTimeOffset? ExpiresAt,
        long SuspendedMs,
        string Because
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.resumed";
    }

    /// <param name="RequeueAt">When it goes back to the queue by itself; null where it is held.</param>
    /// <param name="AttentionAt">When the item asks for attention if nobody has come; null where it is requeued.</param>
    public sealed record WentStale(
        ItemId Item,
        LeaseId Lease,
        DateTimeOffset ExpiredAt,
        DateTimeOffset? RequeueAt,
        DateTimeOffset? AttentionAt
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.stale";
    }

    public sealed record Revived(
        ItemId Item,
        LeaseId Lease,
        DateTimeOffset ExpiresAt,
        int QuietRenewals,
        Progress? Progress
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type => "lease.revived";
    }

    /// <summary>
    /// Over. Everything that the item's next state needs is in here: whether it counted as an attempt or a lapse, and
    /// what the item waits for now.
    /// </summary>
    /// <param name="Attempt">A started lease that ended without completion.</param>
    /// <param name="Lapse">A claim that was never started.</param>
    public sealed record Ended(
        ItemId Item,
        LeaseId Lease,
        EndedAs As,
        bool Attempt,
        bool Lapse,
        string? Note,
        ReleaseOutcome? Outcome,
        string? Result
    ) : LeaseEvent(Item, Lease)
    {
        public override string Type =>
            As switch
            {
                EndedAs.Released => "lease.released",
                EndedAs.Completed => "lease.completed",
                EndedAs.HandedOff => "lease.handedOff",
                EndedAs.TakenOver => "lease.lost",
                EndedAs.Revoked => "lease.revoked",
                EndedAs.Requeued => "lease.requeued",
                EndedAs.Expired => Lapse ? "lease.lapsed" : "lease.expired",
                EndedAs.Cancelled => "lease.cancelled",
                EndedAs.RunEnded => "lease.runEnded",
                EndedAs.PrincipalEnded => "lease.principalEnded",
            };
    }
}
