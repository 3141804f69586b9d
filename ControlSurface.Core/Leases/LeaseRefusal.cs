namespace ControlSurface.Core.Leases;

/// <summary>Why a write under a lease, or a claim of an item that has one, was refused (API.md, Refusals).</summary>
public abstract record LeaseRefusal : Refusal
{
    private LeaseRefusal() { }

    public sealed record NotHolder(Holder Holder) : LeaseRefusal
    {
        public override string Code => "not_holder";
        public override RefusalStatus Status => RefusalStatus.NotAllowed;
    }

    /// <param name="Owner">Who holds the item now, or held it last under the newer grant.</param>
    /// <param name="EndedAs">How the caller's own lease ended.</param>
    public sealed record Fenced(Holder Owner, EndedAs? EndedAs, PrincipalId? By, DateTimeOffset? At) : LeaseRefusal
    {
        public override string Code => "fenced";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record LeaseEnded(EndedAs EndedAs, PrincipalId By, DateTimeOffset At) : LeaseRefusal
    {
        public override string Code => "lease_ended";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record LeaseStale(DateTimeOffset ExpiredAt, bool Revivable) : LeaseRefusal
    {
        public override string Code => "lease_stale";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record LeaseSuspended(IReadOnlyList<string> Reasons) : LeaseRefusal
    {
        public override string Code => "lease_suspended";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record LeaseRequired(LeaseId? Lease) : LeaseRefusal
    {
        public override string Code => "lease_required";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="RetryAfter">Whole seconds until context again can help; null while no clock runs.</param>
    public sealed record AlreadyOwned(
        Holder Owner,
        LeaseId Lease,
        LeaseState State,
        DateTimeOffset? ExpiresAt,
        int? RetryAfter,
        TakeoverHint Takeover
    ) : LeaseRefusal
    {
        public override string Code => "already_owned";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="QuietRenewals">Renewals in a row without news, the refused one included.</param>
    /// <param name="Limit"><c>maxQuietRenewals</c>: how many full terms may pass without news.</param>
    /// <param name="QuietSeconds">How long the lease brought no news, in whole seconds.</param>
    /// <param name="LimitSeconds">The longest quiet time: the limit times <c>leaseSeconds</c>.</param>
    public sealed record NoProgress(int QuietRenewals, int Limit, long QuietSeconds, long LimitSeconds) : LeaseRefusal
    {
        public override string Code => "no_progress";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="Limit">The longest life in seconds.</param>
    public sealed record LifetimeExceeded(int QuietRenewals, int Limit) : LeaseRefusal
    {
        public override string Code => "lifetime_exceeded";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="Acknowledges">The seq to pass.</param>
    public sealed record AcknowledgeRequired(long Acknowledges, IReadOnlyList<string> Changed) : LeaseRefusal
    {
        public override string Code => "acknowledge_required";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
