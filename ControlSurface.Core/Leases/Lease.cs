using System.Diagnostics;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Leases;

/// <summary>API.md, Objects, lease.</summary>
public enum LeaseState
{
    Claimed,
    Active,
    Suspended,
    Stale,
    Ended,
}

/// <summary>How a lease came to its end (API.md, Refusals, <c>lease_ended</c>).</summary>
public enum EndedAs
{
    Released,
    Completed,
    HandedOff,
    TakenOver,
    Revoked,
    Requeued,
    Expired,
    Cancelled,
    RunEnded,
    PrincipalEnded,
}

/// <summary>Why a lease's clock stands. A lease may be suspended for several reasons at once.</summary>
[Flags]
public enum SuspendReasons
{
    None = 0,
    PausedByPolicy = 1,
    Blocked = 2,
    WaitingOnHuman = 4,
    WaitingOnReview = 8,
}

/// <summary>What a holder last said of how far it is.</summary>
public sealed record Progress(DateTimeOffset At, string? Step, string? Note);

/// <summary>A change of the item that the holder has to acknowledge before it writes again.</summary>
/// <param name="Seq">What <c>acknowledges</c> must name.</param>
public sealed record PendingChange(long Seq, IReadOnlyList<string> Changed);

/// <summary>
/// A grant of one item to one holder: the one record of ownership (DESIGN.md, 11). Live while <c>now &lt; ExpiresAt</c>.
/// </summary>
public sealed record Lease
{
    public required LeaseId Id { get; init; }
    public required ItemId Item { get; init; }
    public required string Queue { get; init; }
    public required Holder Holder { get; init; }

    /// <summary>The fencing token: the seq of the grant, so that it only ever grows. Shown to the holder alone.</summary>
    public required long Token { get; init; }

    public required LeaseState State { get; init; }
    public SuspendReasons Reasons { get; init; }

    /// <summary>What the lease was before a policy pause suspended it; resuming the queue returns to it.</summary>
    public LeaseState Before { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>Until when a claimed lease has to be started; null in every other state.</summary>
    public DateTimeOffset? StartBy { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// The end: of the claim while claimed, of the term while active, of the longest suspension while suspended, the
    /// one that passed once stale. Null only while a policy pause stops every clock.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Length of a full term, in seconds.</summary>
    public required int LeaseSeconds { get; init; }

    public int Renewals { get; init; }
    public int QuietRenewals { get; init; }

    /// <summary>
    /// Since when no accepted write brought news: quiet time is counted from here. Null before the lease is started, and in
    /// snapshots of earlier versions.
    /// </summary>
    public DateTimeOffset? QuietSince { get; init; }
    public Progress? LastProgress { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }

    /// <summary>What was left of the term when the clock stopped, in milliseconds; resuming takes none of it back.</summary>
    public long RemainingMs { get; init; }

    /// <summary>Suspended time so far, in milliseconds; it does not count towards the longest life.</summary>
    public long SuspendedMs { get; init; }

    public DateTimeOffset? StaleAt { get; init; }
    public PendingChange? MustAcknowledge { get; init; }

    /// <summary>Whether a checkpoint was recorded under this lease.</summary>
    public bool HasCheckpoint { get; init; }

    public EndedAs? EndedAs { get; init; }
    public PrincipalId? EndedBy { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What <c>complete</c> brought: a JSON value as text.</summary>
    public string? Result { get; init; }

    /// <summary>The policy that it was granted under, which it keeps.</summary>
    public required QueuePolicy Policy { get; init; }

    public bool IsLive => State is LeaseState.Claimed or LeaseState.Active or LeaseState.Suspended;

    /// <summary>Counts against a queue's <c>maxActive</c>.</summary>
    public bool IsWorking => State is LeaseState.Claimed or LeaseState.Active;

    /// <summary>The longest life in seconds; null for a person, whose lease has none.</summary>
    public int? MaxLifetimeSeconds => Holder.Kind == PrincipalKind.Agent ? Policy.MaxLifetimeSeconds : null;

    /// <summary>How many full terms may pass without news; null for a person.</summary>
    public int? MaxQuietRenewals => Holder.Kind == PrincipalKind.Agent ? Policy.MaxQuietRenewals : null;

    /// <summary>
    /// The longest quiet time in seconds: <c>maxQuietRenewals</c> full terms; null for a person. How often the holder renews in
    /// that time makes no difference (API.md, Settled since, Leases).
    /// </summary>
    public long? MaxQuietSeconds => MaxQuietRenewals is { } most ? (long)most * LeaseSeconds : null;

    /// <summary>The instant from which a renewal needs news; null for a person, and while the lease is not active.</summary>
    public DateTimeOffset? QuietUntil =>
        State == LeaseState.Active && MaxQuietSeconds is { } seconds ? LastNewsAt.AddSeconds(seconds) : null;

    private DateTimeOffset LastNewsAt => QuietSince ?? LastProgress?.At ?? StartedAt ?? ClaimedAt;

    /// <summary>How long the lease has been live without news. A stale lease does not count on, and starting one is news.</summary>
    public TimeSpan QuietFor(DateTimeOffset now)
    {
        if (State == LeaseState.Claimed)
            return TimeSpan.Zero;
        var quiet = (State == LeaseState.Stale ? StaleAt ?? now : now) - LastNewsAt;
        return quiet > TimeSpan.Zero ? quiet : TimeSpan.Zero;
    }

    /// <summary>The instant beyond which no renewal helps; null where there is none.</summary>
    public DateTimeOffset? LifeEndsAt =>
        MaxLifetimeSeconds is { } seconds ? ClaimedAt.AddSeconds(seconds).AddMilliseconds(SuspendedMs) : null;

    /// <summary>A full term from now, cut at the longest life.</summary>
    public DateTimeOffset FullTerm(DateTimeOffset now, int? seconds = null)
    {
        var end = now.AddSeconds(seconds ?? LeaseSeconds);
        return LifeEndsAt is { } last && last < end ? last : end;
    }

    /// <summary>
    /// The end of the term that begins with the first write, never earlier than the claim's own end. A call of <c>start</c> begins
    /// exactly the full lease instead (API.md, Claims and leases).
    /// </summary>
    public DateTimeOffset FirstTerm(DateTimeOffset now) =>
        FullTerm(now) is var term && ExpiresAt > term ? ExpiresAt.Value : term;

    /// <summary>The end of an active lease whose clock runs again: a full term, or what was left of a longer one.</summary>
    public DateTimeOffset ResumedTerm(DateTimeOffset now)
    {
        var term = FullTerm(now);
        if (Before != LeaseState.Active || now.AddMilliseconds(RemainingMs) is var left && left <= term)
            return term;
        return LifeEndsAt is { } last && last < left ? last : left;
    }

    /// <summary>What is true after the event. Copies what it says; asks nothing, refuses nothing.</summary>
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
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    // A lease that is suspended already keeps what it was before, and since when its clock stands.
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
            // Nobody can bring news while the clock stands.
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
