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

    /// <param name="Scope"><c>queue</c>, <c>principal</c> or <c>workspace</c>.</param>
    public sealed record Paused(string Scope, PrincipalId By, string Why) : Refusal
    {
        public override string Code => "paused";
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
