using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;

namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Why a command was not carried out: one case for each code of API.md, "Refusals", with the members named there.
/// Closed. The edge alone turns one into a status and a sentence.
/// </summary>
public abstract record Refusal
{
    private Refusal() { }

    /// <summary>The code on the wire.</summary>
    public abstract string Code { get; }

    /// <summary>The hash under which a content that came with the request was kept; null where none was.</summary>
    public string? KeptAs { get; init; }

    /// <summary>The conflict that the request revealed, now or before; null for none.</summary>
    public ConflictId? Conflict { get; init; }

    /// <summary>What the runbook says about collisions like this one; null where it says nothing.</summary>
    public string? Guidance { get; init; }

    public sealed record InvalidRequest(IReadOnlyDictionary<string, IReadOnlyList<string>> Errors) : Refusal
    {
        public override string Code => "invalid_request";

        /// <summary>One member, one thing wrong with it.</summary>
        public static InvalidRequest Of(string member, string message) =>
            new(new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [member] = [message] });
    }

    /// <summary>The caller is nobody, or no longer anybody.</summary>
    public sealed record Unauthorized(string Why) : Refusal
    {
        public override string Code => "unauthorized";
    }

    /// <param name="Who">Who may, in words; the sentence names them.</param>
    public sealed record Forbidden(string Who) : Refusal
    {
        public override string Code => "forbidden";
    }

    /// <param name="Kind"><c>item</c>, <c>lease</c>, <c>queue</c>, …</param>
    public sealed record NotFound(string Kind, string Id) : Refusal
    {
        public override string Code => "not_found";
    }

    public sealed record IdempotencyKeyReused : Refusal
    {
        public override string Code => "idempotency_key_reused";
    }

    public sealed record RunEnded(string Run, DateTimeOffset At) : Refusal
    {
        public override string Code => "run_ended";
    }

    public sealed record NotHolder(Holder Holder) : Refusal
    {
        public override string Code => "not_holder";
    }

    /// <param name="Owner">Who holds the item now, or held it last under the newer grant.</param>
    /// <param name="EndedAs">How the caller's own lease ended.</param>
    public sealed record Fenced(Holder Owner, EndedAs? EndedAs, PrincipalId? By, DateTimeOffset? At) : Refusal
    {
        public override string Code => "fenced";
    }

    public sealed record LeaseEnded(EndedAs EndedAs, PrincipalId By, DateTimeOffset At) : Refusal
    {
        public override string Code => "lease_ended";
    }

    public sealed record LeaseStale(DateTimeOffset ExpiredAt, bool Revivable) : Refusal
    {
        public override string Code => "lease_stale";
    }

    public sealed record LeaseSuspended(IReadOnlyList<string> Reasons) : Refusal
    {
        public override string Code => "lease_suspended";
    }

    public sealed record LeaseRequired(LeaseId? Lease) : Refusal
    {
        public override string Code => "lease_required";
    }

    /// <param name="Scope"><c>queue</c>, <c>principal</c> or <c>workspace</c>.</param>
    public sealed record Paused(string Scope, PrincipalId By, string Why) : Refusal
    {
        public override string Code => "paused";
    }

    /// <param name="RetryAfter">Whole seconds until asking again can help; null while no clock runs.</param>
    public sealed record AlreadyOwned(
        Holder Owner,
        LeaseId Lease,
        LeaseState State,
        DateTimeOffset? ExpiresAt,
        int? RetryAfter,
        TakeoverHint Takeover
    ) : Refusal
    {
        public override string Code => "already_owned";
    }

    /// <param name="State">The item's state word.</param>
    /// <param name="Why">blocked, parked, not_before, conflict, limit, handed_off, completed, cancelled or not_stale.</param>
    /// <param name="WaitingFor">What it waits for, in words, where there is more to say.</param>
    public sealed record NotClaimable(string State, string Why, int? RetryAfter, string? WaitingFor = null) : Refusal
    {
        public override string Code => "not_claimable";
    }

    /// <param name="QuietRenewals">Renewals in a row without news, the refused one included.</param>
    /// <param name="Limit"><c>maxQuietRenewals</c>: how many full terms may pass without news.</param>
    /// <param name="QuietSeconds">How long the lease brought no news, in whole seconds.</param>
    /// <param name="LimitSeconds">The longest quiet time: the limit times <c>leaseSeconds</c>.</param>
    public sealed record NoProgress(int QuietRenewals, int Limit, long QuietSeconds, long LimitSeconds) : Refusal
    {
        public override string Code => "no_progress";
    }

    /// <param name="Limit">The longest life in seconds.</param>
    public sealed record LifetimeExceeded(int QuietRenewals, int Limit) : Refusal
    {
        public override string Code => "lifetime_exceeded";
    }

    /// <param name="Acknowledges">The seq to pass.</param>
    public sealed record AcknowledgeRequired(long Acknowledges, IReadOnlyList<string> Changed) : Refusal
    {
        public override string Code => "acknowledge_required";
    }

    /// <param name="Seq">The item's current seq.</param>
    public sealed record ItemChanged(long Seq) : Refusal
    {
        public override string Code => "item_changed";
    }

    /// <summary>A policy was changed by somebody else since the caller read it.</summary>
    public sealed record QueueChanged(long Seq) : Refusal
    {
        public override string Code => "item_changed";
    }

    /// <param name="Blocking">What stands in the way: locks first, then earlier requests that wait.</param>
    /// <param name="WouldDeadlock">Waiting would have closed the cycle, so that nobody in it could ever go on.</param>
    public sealed record TargetLocked(
        IReadOnlyList<Blocking> Blocking,
        bool WouldDeadlock,
        IReadOnlyList<CycleStep> Cycle
    ) : Refusal
    {
        public override string Code => "target_locked";
    }

    /// <param name="Owner">Who has a lock on the target, above it or below it; null where nobody has.</param>
    public sealed record LockNotHeld(string Target, Holder? Owner, LeaseId? Lease) : Refusal
    {
        /// <summary>Somebody has a lock there whom the caller may not see.</summary>
        public bool IsElsewhere { get; init; }

        public override string Code => "lock_not_held";
    }

    /// <param name="HumanEdit">A person made the version that stands in between.</param>
    public sealed record VersionConflict(int CurrentVersion, bool Mergeable, bool HumanEdit) : Refusal
    {
        public override string Code => "version_conflict";
    }

    /// <param name="By">Who edited or is editing.</param>
    /// <param name="ResolveBy"><c>permit</c> or <c>acknowledges</c>: what lets the agent go on.</param>
    public sealed record HumanEditHold(int Version, PrincipalId By, bool IsEditing, string ResolveBy) : Refusal
    {
        public override string Code => "human_edit_hold";
    }

    /// <summary>What the caller saw is not the current version.</summary>
    public sealed record VersionChanged(int Version, string ContentHash) : Refusal
    {
        public override string Code => "version_changed";
    }

    public sealed record ConsequencesChanged(string ConsequencesHash) : Refusal
    {
        public override string Code => "consequences_changed";
    }

    /// <param name="Eligible">Who may decide instead.</param>
    public sealed record SelfApproval(IReadOnlyList<PrincipalId> Eligible) : Refusal
    {
        public override string Code => "self_approval";
    }

    public sealed record CommentsOpen(IReadOnlyList<CommentId> Comments) : Refusal
    {
        public override string Code => "comments_open";
    }

    public sealed record ActionIdReused(string Action) : Refusal
    {
        public override string Code => "action_id_reused";
    }

    /// <param name="Why"><c>unknown</c>, <c>used</c>, <c>not_yours</c>, or <c>run</c> where that member is missing or one too many.</param>
    /// <param name="Run">With <c>run</c>: the run that the permit was given to; null for none.</param>
    public sealed record PermitInvalid(string Why, string? Run = null) : Refusal
    {
        public override string Code => "permit_invalid";
    }

    /// <param name="As">What it was settled as.</param>
    public sealed record ActionSettled(PrincipalId By, string As) : Refusal
    {
        public override string Code => "action_settled";
    }

    public sealed record Unsettled(
        IReadOnlyList<string> Actions,
        IReadOnlyList<ConflictId> Conflicts,
        IReadOnlyList<ApprovalId> Approvals
    ) : Refusal
    {
        public override string Code => "unsettled";
    }

    /// <param name="Count">How many there are now.</param>
    public sealed record CountChanged(int Count) : Refusal
    {
        public override string Code => "count_changed";
    }

    public sealed record ConflictChanged(long Seq) : Refusal
    {
        public override string Code => "conflict_changed";
    }

    public sealed record ConflictClosed(string Resolution, PrincipalId By) : Refusal
    {
        public override string Code => "conflict_closed";
    }

    /// <summary>
    /// The merge that was tried is not with the version that is current now, or does not hold all that competes. The edge tries
    /// again; a caller hears it only where versions come faster than they can be merged.
    /// </summary>
    public sealed record MergeOutdated(int CurrentVersion) : Refusal
    {
        public override string Code => "unavailable";
    }

    /// <param name="RetryAfter">Seconds.</param>
    /// <param name="Limit">Which limit was reached, and whose.</param>
    public sealed record RateLimited(int RetryAfter, LimitReached? Limit = null) : Refusal
    {
        public override string Code => "rate_limited";
    }

    /// <summary>A rule failed on this one request: a bug. Nothing was done.</summary>
    public sealed record InternalError : Refusal
    {
        public override string Code => "internal_error";
    }

    public sealed record RequestInProgress : Refusal
    {
        public override string Code => "request_in_progress";
    }

    public sealed record Unavailable(string Why, int RetryAfter = 1) : Refusal
    {
        public override string Code => "unavailable";
    }

    public sealed record OutcomeUnknown : Refusal
    {
        public override string Code => "outcome_unknown";
    }
}

/// <summary>Who may take a lease's item over, and from when (API.md, <c>already_owned</c>).</summary>
/// <param name="Who">In words.</param>
/// <param name="From">The earliest instant without force; null while no clock runs.</param>
public sealed record TakeoverHint(string Who, DateTimeOffset? From);

/// <summary>A bound on how much may be under way at once, or come in a while (API.md, Limits).</summary>
/// <param name="Name">What is counted: <c>requests</c>, <c>waits</c>, <c>streams</c>, …</param>
/// <param name="Most">How many there may be at once, or in each second.</param>
/// <param name="Principal">For whom they are counted; null where they are counted for all together.</param>
/// <param name="Seconds">The span that <paramref name="Most"/> is counted over; null for what is open at once.</param>
public sealed record LimitReached(string Name, long Most, PrincipalId? Principal, int? Seconds = null);
