namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Why a command was refused: one case for each code of API.md, "Refusals", with the members named there. A room holds the cases of
/// its own concept; any command can meet the cases here. Core alone adds cases. The HTTP edge turns a refusal into a sentence.
/// </summary>
public abstract record Refusal
{
    private protected Refusal() { }

    /// <summary>The <c>code</c> of the problem on the wire, such as <c>lease_ended</c>; never changes.</summary>
    public abstract string Code { get; }

    /// <summary>The kind of refusal, which decides the HTTP status; the same for all refusals of one code.</summary>
    public abstract RefusalStatus Status { get; }

    /// <summary>The hash under which the request's content was kept (<c>keptAs</c>); null where no content was kept.</summary>
    public string? KeptAs { get; init; }

    /// <summary>The conflict that this request, or the same one earlier, opened or joined (<c>conflictId</c>); null for none.</summary>
    public ConflictId? Conflict { get; init; }

    /// <summary>The runbook's guidance for collisions of this pattern, in the words of its author; null for none.</summary>
    public string? Guidance { get; init; }

    /// <summary><c>invalid_request</c>: a member is malformed or out of bounds.</summary>
    /// <param name="Errors">Messages by member, as the request names it; never empty.</param>
    public sealed record InvalidRequest(IReadOnlyDictionary<string, IReadOnlyList<string>> Errors) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "invalid_request";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.Malformed;

        /// <summary>A refusal with one message about one member.</summary>
        /// <param name="message">The end of a sentence that begins with the member: "must be from 1 to 10".</param>
        public static InvalidRequest Of(string member, string message) =>
            new(new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [member] = [message] });
    }

    /// <summary><c>unauthorized</c>: the caller is no principal, or one that was ended.</summary>
    /// <param name="Why">A whole sentence.</param>
    public sealed record Unauthorized(string Why) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "unauthorized";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.Unidentified;
    }

    /// <summary><c>forbidden</c>: the caller's role or queues do not allow it.</summary>
    /// <param name="Who">Who may do it, in words that fit a sentence: <c>support, manager or admin</c>. Never names a queue.</param>
    public sealed record Forbidden(string Who) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "forbidden";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.NotAllowed;
    }

    /// <summary><c>not_found</c>: there is no such thing, or the caller may not learn that there is.</summary>
    /// <param name="Kind"><c>item</c>, <c>lease</c>, <c>queue</c>, …</param>
    /// <param name="Id">As the caller named it.</param>
    public sealed record NotFound(string Kind, string Id) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "not_found";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.NotFound;
    }

    /// <summary><c>idempotency_key_reused</c>: the same key came with another method, path or body.</summary>
    public sealed record IdempotencyKeyReused : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "idempotency_key_reused";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.KeyReused;
    }

    /// <summary><c>paused</c>: the queue, the principal or the workspace is paused.</summary>
    /// <param name="Scope">What is paused.</param>
    /// <param name="By">Who paused it; the system where that is not known.</param>
    /// <param name="Why">The reason that they gave.</param>
    public sealed record Paused(PauseScope Scope, PrincipalId By, string Why) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "paused";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>rate_limited</c>: one principal's limit, or one for all callers, is reached.</summary>
    /// <param name="RetryAfter">Whole seconds after which trying again can help.</param>
    /// <param name="Limit">The limit that was reached; null where it has no name.</param>
    public sealed record RateLimited(int RetryAfter, LimitReached? Limit = null) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "rate_limited";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.TooMany;
    }

    /// <summary><c>internal_error</c>: a rule threw on this one request, which is a bug. Nothing was done; the engine goes on.</summary>
    public sealed record InternalError : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "internal_error";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.Fault;
    }

    /// <summary><c>request_in_progress</c>: a request with the same idempotency key has not been answered yet.</summary>
    public sealed record RequestInProgress : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "request_in_progress";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>unavailable</c>: nothing was done, because the journal cannot be written, the server drains or too much waits.</summary>
    /// <param name="Why">A whole sentence.</param>
    /// <param name="RetryAfter">Whole seconds.</param>
    public sealed record Unavailable(string Why, int RetryAfter = 1) : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "unavailable";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.Unavailable;
    }

    /// <summary>
    /// <c>outcome_unknown</c>: the write that held this request failed in a way that leaves its fate unknown. Repeating the request
    /// with the same idempotency key tells.
    /// </summary>
    public sealed record OutcomeUnknown : Refusal
    {
        /// <inheritdoc/>
        public override string Code => "outcome_unknown";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.Unavailable;
    }
}

/// <summary>Kinds of refusals, by what the caller must change before trying again. The HTTP edge answers each with one status.</summary>
public enum RefusalStatus
{
    /// <summary>The request is malformed or out of bounds: it can never be accepted as it was sent (400).</summary>
    Malformed,

    /// <summary>The key or session belongs to no principal who may call (401).</summary>
    Unidentified,

    /// <summary>The caller may not do this; somebody with another role, key or lease may (403).</summary>
    NotAllowed,

    /// <summary>There is nothing with the id or name that the request gives (404).</summary>
    NotFound,

    /// <summary>The state is not as the command requires: it changed, or somebody else holds the item or target (409).</summary>
    AtOdds,

    /// <summary>The idempotency key came with another request before (422).</summary>
    KeyReused,

    /// <summary>The caller sends too much and must wait (429).</summary>
    TooMany,

    /// <summary>A rule threw, which is a bug; the caller need change nothing (500).</summary>
    Fault,

    /// <summary>The server cannot write now: the caller sends the same request again later (503).</summary>
    Unavailable,
}

/// <summary>Who may take a lease's item over, and from when (API.md, <c>already_owned</c>).</summary>
/// <param name="Who">Who may, in words that fit a sentence.</param>
/// <param name="From">The earliest instant of a takeover without force; null while the lease's clock stands still.</param>
public sealed record TakeoverHint(string Who, DateTimeOffset? From);

/// <summary>
/// A limit on how many requests, waits or streams may be open at once or come within a time (API.md, Settled since, Limits).
/// </summary>
/// <param name="Name">What is counted: <c>requests</c>, <c>waits</c>, <c>streams</c>, …</param>
/// <param name="Most">The limit itself, in pieces of what is counted.</param>
/// <param name="Principal">Whose limit it is; null where all callers share it.</param>
/// <param name="Seconds">The time within which <paramref name="Most"/> may come; null where that many may be open at once.</param>
public sealed record LimitReached(string Name, long Most, PrincipalId? Principal, int? Seconds = null);
