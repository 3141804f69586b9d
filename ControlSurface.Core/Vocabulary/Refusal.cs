namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Why a command was not carried out: one case for each code of API.md, "Refusals", with the members named there. The cases of a
/// concept are in its room; those here can meet any command. Closed to this assembly. The edge alone turns one into a sentence.
/// </summary>
public abstract record Refusal
{
    private protected Refusal() { }

    /// <summary>The code on the wire.</summary>
    public abstract string Code { get; }

    /// <summary>What the caller has to change; the same for all refusals of one code.</summary>
    public abstract RefusalStatus Status { get; }

    /// <summary>The hash under which a content that came with the request was kept; null where none was.</summary>
    public string? KeptAs { get; init; }

    /// <summary>The conflict that the request revealed, now or before; null for none.</summary>
    public ConflictId? Conflict { get; init; }

    /// <summary>What the runbook says about collisions like this one; null where it says nothing.</summary>
    public string? Guidance { get; init; }

    public sealed record InvalidRequest(IReadOnlyDictionary<string, IReadOnlyList<string>> Errors) : Refusal
    {
        public override string Code => "invalid_request";
        public override RefusalStatus Status => RefusalStatus.Malformed;

        /// <summary>One member, one thing wrong with it.</summary>
        public static InvalidRequest Of(string member, string message) =>
            new(new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [member] = [message] });
    }

    /// <summary>The caller is nobody, or no longer anybody.</summary>
    public sealed record Unauthorized(string Why) : Refusal
    {
        public override string Code => "unauthorized";
        public override RefusalStatus Status => RefusalStatus.Unidentified;
    }

    /// <param name="Who">Who may, in words; the sentence names them.</param>
    public sealed record Forbidden(string Who) : Refusal
    {
        public override string Code => "forbidden";
        public override RefusalStatus Status => RefusalStatus.NotAllowed;
    }

    /// <param name="Kind"><c>item</c>, <c>lease</c>, <c>queue</c>, …</param>
    public sealed record NotFound(string Kind, string Id) : Refusal
    {
        public override string Code => "not_found";
        public override RefusalStatus Status => RefusalStatus.NotFound;
    }

    public sealed record IdempotencyKeyReused : Refusal
    {
        public override string Code => "idempotency_key_reused";
        public override RefusalStatus Status => RefusalStatus.KeyReused;
    }

    /// <param name="Scope"><c>queue</c>, <c>principal</c> or <c>workspace</c>.</param>
    public sealed record Paused(string Scope, PrincipalId By, string Why) : Refusal
    {
        public override string Code => "paused";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="RetryAfter">Seconds.</param>
    /// <param name="Limit">Which limit was reached, and whose.</param>
    public sealed record RateLimited(int RetryAfter, LimitReached? Limit = null) : Refusal
    {
        public override string Code => "rate_limited";
        public override RefusalStatus Status => RefusalStatus.TooMany;
    }

    /// <summary>A rule failed on this one request: a bug. Nothing was done.</summary>
    public sealed record InternalError : Refusal
    {
        public override string Code => "internal_error";
        public override RefusalStatus Status => RefusalStatus.Fault;
    }

    public sealed record RequestInProgress : Refusal
    {
        public override string Code => "request_in_progress";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record Unavailable(string Why, int RetryAfter = 1) : Refusal
    {
        public override string Code => "unavailable";
        public override RefusalStatus Status => RefusalStatus.Unavailable;
    }

    public sealed record OutcomeUnknown : Refusal
    {
        public override string Code => "outcome_unknown";
        public override RefusalStatus Status => RefusalStatus.Unavailable;
    }
}

/// <summary>What a caller has to change for a refused command to go through. The edge answers each with one HTTP status.</summary>
public enum RefusalStatus
{
    /// <summary>The request itself: it can never be carried out as it was sent.</summary>
    Malformed,

    /// <summary>The key: it belongs to nobody who may call.</summary>
    Unidentified,

    /// <summary>The caller: somebody else may.</summary>
    NotAllowed,

    /// <summary>The name: there is nothing of that name.</summary>
    NotFound,

    /// <summary>The picture that the caller acted on: it is at odds with what is true now.</summary>
    AtOdds,

    /// <summary>The idempotency key: it came with another request before.</summary>
    KeyReused,

    /// <summary>The pace: the caller has to wait.</summary>
    TooMany,

    /// <summary>Nothing: a rule failed, which is a bug.</summary>
    Fault,

    /// <summary>Nothing: the server cannot write now, and the caller sends it again.</summary>
    Unavailable,
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
