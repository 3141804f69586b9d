namespace ControlSurface.Core.Leases;

/// <summary>The refusals of writes under a lease and of claims of an item that has one (API.md, Refusals).</summary>
public abstract record LeaseRefusal : Refusal
{
    private LeaseRefusal() { }

    /// <summary><c>not_holder</c>: the lease is another principal's or another run's.</summary>
    /// <param name="Holder">The holder of the lease.</param>
    public sealed record NotHolder(Holder Holder) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "not_holder";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.NotAllowed;
    }

    /// <summary><c>fenced</c>: a newer grant exists on the item. Nothing is written; a content that came along is kept.</summary>
    /// <param name="Owner">The holder of the newest grant, which may have ended since.</param>
    /// <param name="EndedAs">How the caller's own lease ended; null where the caller named an older token of a lease that has not.</param>
    /// <param name="By">Who ended the caller's lease; null as above.</param>
    /// <param name="At">When it ended; null as above.</param>
    public sealed record Fenced(Holder Owner, EndedAs? EndedAs, PrincipalId? By, DateTimeOffset? At) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "fenced";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>lease_ended</c>: the lease has ended, and the item was not granted again since.</summary>
    /// <param name="By">Who ended it; the system where time did.</param>
    /// <param name="At">When it ended.</param>
    public sealed record LeaseEnded(EndedAs EndedAs, PrincipalId By, DateTimeOffset At) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "lease_ended";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>lease_stale</c>: the lease was not renewed in time, and a stale lease may not do this.</summary>
    /// <param name="ExpiredAt">The end that passed.</param>
    /// <param name="Revivable">Whether a renewal would revive the lease now.</param>
    public sealed record LeaseStale(DateTimeOffset ExpiredAt, bool Revivable) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "lease_stale";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>lease_suspended</c>: a suspended lease may not do this.</summary>
    /// <param name="Reasons">The words of the reasons, in the order of <see cref="SuspendReasons"/>.</param>
    public sealed record LeaseSuspended(IReadOnlyList<string> Reasons) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "lease_suspended";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>lease_required</c>: an agent writes on an item that has or had a lease, and names no token.</summary>
    /// <param name="Lease">The item's current lease; null where nobody holds it: it has to be claimed first.</param>
    public sealed record LeaseRequired(LeaseId? Lease) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "lease_required";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>already_owned</c>: somebody holds the item.</summary>
    /// <param name="Owner">The holder.</param>
    /// <param name="Lease">The holder's lease.</param>
    /// <param name="State">The state of that lease.</param>
    /// <param name="ExpiresAt">Its end; null while a policy pause stops its clock.</param>
    /// <param name="RetryAfter">Whole seconds after which trying again can help; null for a stale lease, and during a policy pause.</param>
    /// <param name="Takeover">Who may take the item over, and from when.</param>
    public sealed record AlreadyOwned(
        Holder Owner,
        LeaseId Lease,
        LeaseState State,
        DateTimeOffset? ExpiresAt,
        int? RetryAfter,
        TakeoverHint Takeover
    ) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "already_owned";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>no_progress</c>: the lease brought no progress for too long. A renewal with progress is accepted.</summary>
    /// <param name="QuietRenewals">Renewals in a row without progress, the refused one included.</param>
    /// <param name="Limit"><c>maxQuietRenewals</c>: how many full terms may pass without progress.</param>
    /// <param name="QuietSeconds">How long the lease brought no progress, in whole seconds.</param>
    /// <param name="LimitSeconds">The longest such time: <paramref name="Limit"/> times <c>leaseSeconds</c>.</param>
    public sealed record NoProgress(int QuietRenewals, int Limit, long QuietSeconds, long LimitSeconds) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "no_progress";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>lifetime_exceeded</c>: the lease has reached its longest life; no renewal is accepted any more.</summary>
    /// <param name="QuietRenewals">Renewals in a row without progress.</param>
    /// <param name="Limit">The longest life (<c>maxLifetimeSeconds</c>), in seconds.</param>
    public sealed record LifetimeExceeded(int QuietRenewals, int Limit) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "lifetime_exceeded";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>acknowledge_required</c>: the item changed under the lease, and the holder has not said that it saw that.</summary>
    /// <param name="Acknowledges">The seq to pass as <c>acknowledges</c>.</param>
    /// <param name="Changed">The members that were changed since the holder last acknowledged, in ordinal order.</param>
    public sealed record AcknowledgeRequired(long Acknowledges, IReadOnlyList<string> Changed) : LeaseRefusal
    {
        /// <inheritdoc/>
        public override string Code => "acknowledge_required";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
