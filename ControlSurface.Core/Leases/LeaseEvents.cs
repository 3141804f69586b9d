namespace ControlSurface.Core.Leases;

/// <summary>An event of one lease.</summary>
/// <param name="Item">The leased item.</param>
/// <param name="Lease">The lease that it happened to.</param>
public abstract record LeaseEvent(ItemId Item, LeaseId Lease) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        LeaseEventDescriptions.Of(this, by, nameOf);

    /// <inheritdoc/>
    public override ItemId? ItemId => Item;

    /// <summary>How a holder got the item.</summary>
    public enum Grant
    {
        /// <summary>From the queue, or by the item's id.</summary>
        Claim,

        /// <summary>From a stale lease, or of an item with an open conflict that nobody holds.</summary>
        Takeover,

        /// <summary>From a live lease, by support.</summary>
        Force,

        /// <summary>From a handoff.</summary>
        Accept,
    }

    /// <summary>The grant: <c>lease.claimed</c>, <c>lease.takenOver</c> or <c>lease.accepted</c>. Its seq is the fencing token.</summary>
    /// <param name="Holder">The new holder.</param>
    /// <param name="How">How the holder got the item; it decides the event's type.</param>
    /// <param name="StartBy">When the claim lapses if it is not started; also its first <c>expiresAt</c>.</param>
    /// <param name="LeaseSeconds">The length of a full term in seconds.</param>
    /// <param name="Why">The reason for a takeover; null for any other grant.</param>
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
        /// <summary>What the lease keeps of its queue's policy; null in events of before, when it kept the policy of then.</summary>
        public LeaseTerms? Terms { get; init; }

        /// <inheritdoc/>
        public override string Type =>
            How switch
            {
                Grant.Claim => "lease.claimed",
                Grant.Takeover or Grant.Force => "lease.takenOver",
                Grant.Accept => "lease.accepted",
            };
    }

    /// <summary>The holder started, or wrote for the first time: the first term begins.</summary>
    /// <param name="ExpiresAt">The end of that term.</param>
    public sealed record Started(ItemId Item, LeaseId Lease, DateTimeOffset ExpiresAt) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.started";
    }

    /// <summary>The holder renewed a live lease.</summary>
    /// <param name="ExpiresAt">The new end; never earlier than the one before.</param>
    /// <param name="QuietRenewals">Renewals in a row without progress, this one included; 0 if it brought progress.</param>
    /// <param name="Progress">The progress; null for a quiet renewal.</param>
    public sealed record Renewed(
        ItemId Item,
        LeaseId Lease,
        DateTimeOffset ExpiresAt,
        int QuietRenewals,
        Progress? Progress
    ) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.renewed";
    }

    /// <summary>The holder acknowledged a change of the item.</summary>
    /// <param name="Acknowledges">The seq that it named.</param>
    public sealed record Acknowledged(ItemId Item, LeaseId Lease, long Acknowledges) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.acknowledged";
    }

    /// <summary>The clock stopped, or stands still for one more reason.</summary>
    /// <param name="Reasons">All reasons now, earlier ones included.</param>
    /// <param name="RemainingMs">What was left of the term, in milliseconds; not used where the lease was suspended already.</param>
    /// <param name="ExpiresAt">The end of the longest suspension; null while a policy pause stops that clock too.</param>
    /// <param name="Note">The holder's note; null for none.</param>
    public sealed record Suspended(
        ItemId Item,
        LeaseId Lease,
        SuspendReasons Reasons,
        long RemainingMs,
        DateTimeOffset? ExpiresAt,
        string? Note
    ) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.suspended";
    }

    /// <summary>A reason of the suspension ended; the clock runs again once none is left.</summary>
    /// <param name="State">The state now: active, claimed, or still suspended for another reason.</param>
    /// <param name="Next">While still suspended, the state after the last reason ends; else the same as <paramref name="State"/>.</param>
    /// <param name="Reasons">The reasons that are left.</param>
    /// <param name="ExpiresAt">The new end; null while a policy pause is left.</param>
    /// <param name="SuspendedMs">Completed suspensions of the lease in all, in milliseconds.</param>
    /// <param name="Because">What ended the reason.</param>
    public sealed record Resumed(
        ItemId Item,
        LeaseId Lease,
        LeaseState State,
        LeaseState Next,
        SuspendReasons Reasons,
        DateTimeOffset? ExpiresAt,
        long SuspendedMs,
        ResumeCause Because
    ) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.resumed";
    }

    /// <summary>The lease was not renewed in time.</summary>
    /// <param name="ExpiredAt">The end that passed.</param>
    /// <param name="RequeueAt">
    /// When the item goes back to its queue by itself; null where it is held, or requeued in the same write.
    /// </param>
    /// <param name="AttentionAt">When the item asks for attention if nobody has taken it over; null where it is requeued.</param>
    public sealed record WentStale(
        ItemId Item,
        LeaseId Lease,
        DateTimeOffset ExpiredAt,
        DateTimeOffset? RequeueAt,
        DateTimeOffset? AttentionAt
    ) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.stale";
    }

    /// <summary>The holder renewed the stale lease before anybody took the item over: it is active again.</summary>
    /// <param name="ExpiresAt">The new end.</param>
    /// <param name="QuietRenewals">Renewals in a row without progress, this one included; 0 if it brought progress.</param>
    /// <param name="Progress">The progress; null for a quiet renewal.</param>
    public sealed record Revived(
        ItemId Item,
        LeaseId Lease,
        DateTimeOffset ExpiresAt,
        int QuietRenewals,
        Progress? Progress
    ) : LeaseEvent(Item, Lease)
    {
        /// <inheritdoc/>
        public override string Type => "lease.revived";
    }

    /// <summary>
    /// The lease ended. The event says whether that counts as an attempt or a lapse; where the item goes next is said by events of
    /// the item in the same write.
    /// </summary>
    /// <param name="As">How it ended; it decides the event's type.</param>
    /// <param name="Attempt">Whether a started lease ended without completion.</param>
    /// <param name="Lapse">Whether a claim ran out that was never started.</param>
    /// <param name="Note">The note or reason of whoever ended it; null for none.</param>
    /// <param name="Outcome">Of a release; null for any other end.</param>
    /// <param name="Result">Of a completion, a JSON value as text; null for none.</param>
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
        /// <inheritdoc/>
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
