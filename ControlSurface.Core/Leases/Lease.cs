using System.Diagnostics;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Leases;

/// <summary>The state of a lease, which alone says who owns its item (API.md, Objects, lease).</summary>
public enum LeaseState
{
    /// <summary>Granted and not started. It lapses at <c>startBy</c> unless its holder starts it.</summary>
    Claimed,

    /// <summary>The holder works, and renews before <c>expiresAt</c>.</summary>
    Active,

    /// <summary>The clock stands still, for the reasons in <see cref="SuspendReasons"/>.</summary>
    Suspended,

    /// <summary>
    /// Not renewed in time. The item is still this lease's until somebody takes it over, it is revived, or it is requeued.
    /// </summary>
    Stale,

    /// <summary>Over for good; <see cref="EndedAs"/> says how.</summary>
    Ended,
}

/// <summary>How a lease ended (API.md, Refusals, <c>lease_ended</c>).</summary>
public enum EndedAs
{
    /// <summary>The holder gave the item back.</summary>
    Released,

    /// <summary>The holder completed the item.</summary>
    Completed,

    /// <summary>The holder, or support, handed the item off.</summary>
    HandedOff,

    /// <summary>Another principal took the item over, stale or by force; the holder is fenced.</summary>
    TakenOver,

    /// <summary>No rule ends a lease this way; journals of earlier versions and clients may know the word.</summary>
    Revoked,

    /// <summary>Support put the item back into its queue, or parked or snoozed it while it was stale.</summary>
    Requeued,

    /// <summary>A claim was not started in time, or a stale lease was requeued by the queue's policy.</summary>
    Expired,

    /// <summary>Somebody cancelled the item.</summary>
    Cancelled,

    /// <summary>The run that the lease was granted to ended.</summary>
    RunEnded,

    /// <summary>The holder was ended for good.</summary>
    PrincipalEnded,
}

/// <summary>Why a lease's clock stands still, as flags: a lease may be suspended for several reasons at once.</summary>
[Flags]
public enum SuspendReasons
{
    /// <summary>The clock runs.</summary>
    None = 0,

    /// <summary>The queue or the whole line is paused. The longest suspension does not run either.</summary>
    PausedByPolicy = 1,

    /// <summary>The holder said that something outside keeps the work from going on.</summary>
    Blocked = 2,

    /// <summary>The holder waits for a person's answer.</summary>
    WaitingOnHuman = 4,

    /// <summary>A version of one of the item's artifacts is in review.</summary>
    WaitingOnReview = 8,
}

/// <summary>The progress that a holder last reported.</summary>
/// <param name="At">When it was reported.</param>
/// <param name="Step">In the holder's words, such as <c>3 of 5</c>; up to 200 characters.</param>
/// <param name="Note">Up to 4,000 characters; null for none.</param>
public sealed record Progress(DateTimeOffset At, string? Step, string? Note);

/// <summary>A change of the item that the holder must acknowledge before it writes again.</summary>
/// <param name="Seq">The seq of the change: the holder passes it, or a later one, as <c>acknowledges</c>.</param>
/// <param name="Changed">The members that were changed since the holder last acknowledged, in ordinal order.</param>
public sealed record PendingChange(long Seq, IReadOnlyList<string> Changed);

/// <summary>
/// A grant of one item to one holder, and the only record of who owns the item (DESIGN.md, 11). The lease is live while it is
/// claimed, active or suspended and <c>now &lt; ExpiresAt</c>.
/// </summary>
public sealed record Lease
{
    /// <summary>Unique in the workspace; counted up by one with each grant.</summary>
    public required LeaseId Id { get; init; }

    /// <summary>The leased item.</summary>
    public required ItemId Item { get; init; }

    /// <summary>The item's queue at the grant; the item may have been moved since.</summary>
    public required string Queue { get; init; }

    /// <summary>The principal and run that the lease was granted to; never changes.</summary>
    public required Holder Holder { get; init; }

    /// <summary>The fencing token: the seq of the grant, so that it only ever grows. Only the holder may see it.</summary>
    public required long Token { get; init; }

    /// <summary>The state after the last event. At <see cref="ExpiresAt"/> the engine writes the event that changes it.</summary>
    public required LeaseState State { get; init; }

    /// <summary>Why the clock stands still; <see cref="SuspendReasons.None"/> unless suspended.</summary>
    public SuspendReasons Reasons { get; init; }

    /// <summary>The state that the lease returns to when its suspension ends: claimed or active. Only meaningful while suspended.</summary>
    public LeaseState Before { get; init; }

    /// <summary>The instant of the grant; the longest life counts from here.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>The instant by which a claimed lease must be started; null in every other state.</summary>
    public DateTimeOffset? StartBy { get; init; }

    /// <summary>When the holder first started or wrote; null for a claim that was never started. Resuming does not change it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// When the lease ends by itself: the claim while claimed, the term while active, the longest suspension while suspended. Once
    /// stale, the instant that passed. Null only while a policy pause stops every clock.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The length of a full term in seconds, 5 to 86,400, as the claim asked or the queue's policy says.</summary>
    public required int LeaseSeconds { get; init; }

    /// <summary>How many renewals were accepted, revivals included.</summary>
    public int Renewals { get; init; }

    /// <summary>How many renewals in a row brought no progress; 0 after one that did.</summary>
    public int QuietRenewals { get; init; }

    /// <summary>
    /// The instant from which quiet time counts: the last progress, or the end of the last suspension. Null until either was, and in
    /// snapshots of earlier versions.
    /// </summary>
    public DateTimeOffset? QuietSince { get; init; }

    /// <summary>The last progress that a renewal reported; null for none so far.</summary>
    public Progress? LastProgress { get; init; }

    /// <summary>When the current suspension began; null unless suspended.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }

    /// <summary>What was left of the term when the clock stopped, in milliseconds; resuming gives at least this much.</summary>
    public long RemainingMs { get; init; }

    /// <summary>Completed suspensions in all, in milliseconds; this time does not count towards the longest life.</summary>
    public long SuspendedMs { get; init; }

    /// <summary>When the lease went stale; null where it did not, or was revived. Kept after a stale lease ended.</summary>
    public DateTimeOffset? StaleAt { get; init; }

    /// <summary>The change of the item that the next write must acknowledge; null for none.</summary>
    public PendingChange? MustAcknowledge { get; init; }

    /// <summary>Whether a checkpoint was recorded under this lease.</summary>
    public bool HasCheckpoint { get; init; }

    /// <summary>How the lease ended; null until it has.</summary>
    public EndedAs? EndedAs { get; init; }

    /// <summary>Who ended the lease, the system where time did; null until it has ended.</summary>
    public PrincipalId? EndedBy { get; init; }

    /// <summary>When the lease ended; null until it has.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The result that <c>complete</c> brought: a JSON value as text, up to 100,000 characters; null for none.</summary>
    public string? Result { get; init; }

    /// <summary>What the lease keeps of the queue's policy at the grant. Later changes of the policy do not reach it.</summary>
    public required LeaseTerms Policy { get; init; }

    /// <summary>Whether the lease is claimed, active or suspended: nobody else may claim the item.</summary>
    public bool IsLive => State is LeaseState.Claimed or LeaseState.Active or LeaseState.Suspended;

    /// <summary>Whether the lease counts against the queue's <c>maxActive</c> and <c>maxActivePer</c>: claimed or active.</summary>
    public bool IsWorking => State is LeaseState.Claimed or LeaseState.Active;

    /// <summary>The longest life in seconds; null for a person, whose lease has none.</summary>
    public int? MaxLifetimeSeconds => Holder.Kind == PrincipalKind.Agent ? Policy.MaxLifetimeSeconds : null;

    /// <summary>How many full terms may pass without progress; null for a person, whose lease has no such limit.</summary>
    public int? MaxQuietRenewals => Holder.Kind == PrincipalKind.Agent ? Policy.MaxQuietRenewals : null;

    /// <summary>
    /// The longest time without progress in seconds: <c>maxQuietRenewals</c> full terms; null for a person. How often the holder
    /// renews in that time makes no difference (API.md, Settled since, Leases).
    /// </summary>
    public long? MaxQuietSeconds => MaxQuietRenewals is { } most ? (long)most * LeaseSeconds : null;

    /// <summary>
    /// The instant from which a renewal without progress is refused; null for a person, and while the lease is not active.
    /// </summary>
    public DateTimeOffset? QuietUntil =>
        State == LeaseState.Active && MaxQuietSeconds is { } seconds ? LastNewsAt.AddSeconds(seconds) : null;

    private DateTimeOffset LastNewsAt => QuietSince ?? LastProgress?.At ?? StartedAt ?? ClaimedAt;

    /// <summary>
    /// How long the lease has brought no progress; zero before it is started. The count stands still once the lease is stale.
    /// </summary>
    public TimeSpan QuietFor(DateTimeOffset now)
    {
        if (State == LeaseState.Claimed)
            return TimeSpan.Zero;
        var quiet = (State == LeaseState.Stale ? StaleAt ?? now : now) - LastNewsAt;
        return quiet > TimeSpan.Zero ? quiet : TimeSpan.Zero;
    }

    /// <summary>The end of the longest life: no term reaches beyond it. Null for a person, whose lease has none.</summary>
    public DateTimeOffset? LifeEndsAt =>
        MaxLifetimeSeconds is { } seconds ? ClaimedAt.AddSeconds(seconds).AddMilliseconds(SuspendedMs) : null;

    /// <summary>The end of a full term that begins now, cut at the longest life.</summary>
    /// <param name="seconds">Another length than <see cref="LeaseSeconds"/>; null for that.</param>
    public DateTimeOffset FullTerm(DateTimeOffset now, int? seconds = null)
    {
        var end = now.AddSeconds(seconds ?? LeaseSeconds);
        return LifeEndsAt is { } last && last < end ? last : end;
    }

    /// <summary>
    /// The end of the term that the first write begins: a full term, but never earlier than the claim's own end. A call of
    /// <c>start</c> begins exactly a full term instead (API.md, Claims and leases).
    /// </summary>
    public DateTimeOffset FirstTerm(DateTimeOffset now) =>
        FullTerm(now) is var term && ExpiresAt > term ? ExpiresAt.Value : term;

    /// <summary>The end of an active lease whose clock runs again now: a full term, or what was left of a longer one.</summary>
    public DateTimeOffset ResumedTerm(DateTimeOffset now)
    {
        var term = FullTerm(now);
        if (Before != LeaseState.Active || now.AddMilliseconds(RemainingMs) is var left && left <= term)
            return term;
        return LifeEndsAt is { } last && last < left ? last : left;
    }

    /// <summary>The lease after the event. It copies what the event says; it asks no policy and never refuses.</summary>
    /// <param name="happened">An event of this lease.</param>
    /// <param name="at">The instant of the event.</param>
    /// <param name="by">Who caused the event.</param>
    public Lease Evolve(LeaseEvent happened, DateTimeOffset at, PrincipalId by) =>
        happened switch
        {
            LeaseEvent.Started e => this with
            {
                State = LeaseState.Active,
                StartBy = null,
                StartedAt = StartedAt ?? at,
                ExpiresAt = e.ExpiresAt,
                QuietRenewals = 0,
                QuietSince = at,
            },
            LeaseEvent.Renewed e => this with
            {
                ExpiresAt = e.ExpiresAt,
                Renewals = Renewals + 1,
                QuietRenewals = e.QuietRenewals,
                QuietSince = e.QuietRenewals == 0 ? at : QuietSince,
                LastProgress = e.Progress ?? LastProgress,
            },
            LeaseEvent.Acknowledged => this with { MustAcknowledge = null },
            LeaseEvent.Suspended e => Suspend(e, at),
            LeaseEvent.Resumed e => Resume(e, at),
            LeaseEvent.WentStale => this with
            {
                State = LeaseState.Stale,
                StaleAt = at,
                Reasons = SuspendReasons.None,
                SuspendedMs = SuspendedAt is { } since
                    ? SuspendedMs + (long)(at - since).TotalMilliseconds
                    : SuspendedMs,
                SuspendedAt = null,
                StartBy = null,
            },
            LeaseEvent.Revived e => Revive(e, at),
            LeaseEvent.Ended e => this with
            {
                State = LeaseState.Ended,
                EndedAs = e.As,
                EndedBy = by,
                EndedAt = at,
                Reasons = SuspendReasons.None,
                StartBy = null,
                Result = e.Result,
            },
            LeaseEvent.Claimed => throw new UnreachableException("a grant makes a new lease"),
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    // A lease that is suspended already keeps the state from before, and the instant at which its clock stopped.
    private Lease Suspend(LeaseEvent.Suspended e, DateTimeOffset at) =>
        this with
        {
            State = LeaseState.Suspended,
            Before = State == LeaseState.Suspended ? Before : State,
            Reasons = e.Reasons,
            SuspendedAt = SuspendedAt ?? at,
            RemainingMs = State == LeaseState.Suspended ? RemainingMs : e.RemainingMs,
            QuietRenewals = 0,
            StartBy = null,
            ExpiresAt = e.ExpiresAt,
        };

    private Lease Resume(LeaseEvent.Resumed e, DateTimeOffset at) =>
        this with
        {
            State = e.State,
            Before = e.Next,
            Reasons = e.Reasons,
            SuspendedMs = e.SuspendedMs,
            SuspendedAt = e.State == LeaseState.Suspended ? SuspendedAt : null,
            RemainingMs = e.State == LeaseState.Suspended ? RemainingMs : 0,
            StartBy = e.State == LeaseState.Claimed ? e.ExpiresAt : null,
            ExpiresAt = e.ExpiresAt,
            // A holder cannot report progress while the clock stands still.
            QuietSince = at,
        };

    private Lease Revive(LeaseEvent.Revived e, DateTimeOffset at) =>
        this with
        {
            State = LeaseState.Active,
            StaleAt = null,
            ExpiresAt = e.ExpiresAt,
            Renewals = Renewals + 1,
            QuietRenewals = e.QuietRenewals,
            QuietSince = e.QuietRenewals == 0 ? at : at - QuietFor(at),
            LastProgress = e.Progress ?? LastProgress,
        };
}
