using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Queues;
using Words = ControlSurface.Components.Words;

namespace ControlSurface.Pages.Views;

/// <summary>A queue's policy as people read and write it: each setting with what follows from it.</summary>
public static class PolicyWords
{
    /// <summary>All settings in the order of a lease's life.</summary>
    /// <param name="typed">Values as they are being edited, by setting; what is not in it is as it is.</param>
    /// <param name="refused">What the rules say of a value, by setting.</param>
    /// <param name="lastWeek">What another value would have done is counted in it.</param>
    public static IReadOnlyList<PolicyRow> Rows(
        QueuePolicy policy,
        IReadOnlyDictionary<string, string>? typed = null,
        PolicyPast? lastWeek = null,
        IReadOnlyDictionary<string, string>? refused = null
    )
    {
        var past = lastWeek ?? PolicyPast.Unknown;
        var draft = typed is null ? policy : Apply(policy, typed);
        IReadOnlyList<PolicyRow> rows =
        [
            Row(
                "leaseSeconds",
                "Lease",
                Number(draft.LeaseSeconds),
                $"A run that shows no life for {Span(draft.LeaseSeconds)} loses the item.{past.OfLease(draft.LeaseSeconds, isPerson: false)}",
                typed
            ),
            Row(
                "personLeaseSeconds",
                "Lease of a person",
                Number(draft.PersonLeaseSeconds),
                $"A person holds an item for {Span(draft.PersonLeaseSeconds)} at a time.{past.OfLease(draft.PersonLeaseSeconds, isPerson: true)}",
                typed
            ),
            Row(
                "claimSeconds",
                "Time to start",
                Number(draft.ClaimSeconds),
                $"A claim that is not started in {Span(draft.ClaimSeconds)} goes back to the queue.{past.OfStart(draft.ClaimSeconds)}",
                typed
            ),
            Row(
                "maxQuietRenewals",
                "Quiet renewals",
                Number(draft.MaxQuietRenewals),
                $"{Quiet(draft)}{past.OfQuiet(draft.MaxQuietRenewals)}",
                typed
            ),
            Row(
                "maxLifetimeSeconds",
                "Longest life",
                Number(draft.MaxLifetimeSeconds),
                $"No lease of an agent lives longer than {Span(draft.MaxLifetimeSeconds)}.{past.OfLife(draft.MaxLifetimeSeconds)}",
                typed
            ),
            Row(
                "maxSuspendSeconds",
                "Longest suspension",
                Number(draft.MaxSuspendSeconds),
                $"A lease that is suspended for {Span(draft.MaxSuspendSeconds)} goes stale.",
                typed
            ),
            Row(
                "resumeSeconds",
                "Time to resume",
                Number(draft.ResumeSeconds),
                $"After an answer its holder has {Span(draft.ResumeSeconds)} to go on.",
                typed
            ),
            Row(
                "onStale",
                "When stale",
                Word(draft.OnStale),
                draft.OnStale == OnStale.Hold
                    ? "Stale work waits on the Desk for a person; no agent is given it by itself."
                    : "Stale work goes back to the queue by itself.",
                typed
            ),
            Row(
                "reviveStale",
                "Revive stale",
                draft.ReviveStale ? "true" : "false",
                draft.ReviveStale
                    ? "A holder that comes back before anybody else goes on."
                    : "A holder that was late is out, also where nobody else came.",
                typed
            ),
            Row(
                "staleGraceSeconds",
                "Grace when stale",
                Number(draft.StaleGraceSeconds),
                draft.OnStale == OnStale.Hold
                    ? "Has an effect only where stale work is requeued."
                    : $"It is requeued {Span(draft.StaleGraceSeconds)} after it went stale.",
                typed
            ),
            Row(
                "staleHoldSeconds",
                "Attention when stale",
                Number(draft.StaleHoldSeconds),
                draft.OnStale == OnStale.Requeue
                    ? "Has an effect only where stale work is held."
                    : $"After {Span(draft.StaleHoldSeconds)} without a takeover it asks for attention.",
                typed
            ),
            Row(
                "acceptSeconds",
                "Time to accept",
                Number(draft.AcceptSeconds),
                $"A handoff that nobody accepts in {Span(draft.AcceptSeconds)} goes back to the queue.",
                typed
            ),
            Row(
                "maxActive",
                "Most at once",
                Optional(draft.MaxActive),
                draft.MaxActive is { } most
                    ? $"At most {Words.Plural(most, "item")} in work; further claims wait."
                    : "As many in work at once as are claimed.",
                typed
            ),
            Row(
                "claimsPerMinute",
                "Claims a minute",
                Optional(draft.ClaimsPerMinute),
                draft.ClaimsPerMinute is { } rate
                    ? $"At most {Words.Plural(rate, "claim")} in any minute."
                    : "Claims are not slowed down.",
                typed
            ),
            Row(
                "maxAttempts",
                "Attempts",
                Optional(draft.MaxAttempts),
                draft.MaxAttempts is { } tries
                    ? $"After {Words.Plural(tries, "attempt")} it is parked and asks for a person."
                    : "It is tried until it is done.",
                typed
            ),
            Row(
                "reviewDueSeconds",
                "Review due",
                Optional(draft.ReviewDueSeconds),
                draft.ReviewDueSeconds is { } due
                    ? $"A review that waits {Span(due)} is overdue and says so.{past.OfReview(due)}"
                    : "No review is ever overdue.",
                typed
            ),
            Row("onDuplicate", "A second of the same", Word(draft.OnDuplicate), Duplicate(draft.OnDuplicate), typed),
        ];
        return typed is null ? rows : [.. rows.Select(row => row with { Error = Wrong(row.Name, typed, refused) })];
    }

    private static string? Wrong(
        string name,
        IReadOnlyDictionary<string, string> typed,
        IReadOnlyDictionary<string, string>? refused
    ) =>
        typed.TryGetValue(name, out var value) && Set(new PolicyChange(), name, value.Trim()) is null
            ? $"“{value}” is not {Expected(name)}."
            : refused?.GetValueOrDefault(name);

    /// <summary>What was typed, as a change of the policy; what cannot be read is named with why.</summary>
    public static PolicyChange? Read(IReadOnlyDictionary<string, string> typed, out string? wrong)
    {
        wrong = null;
        var change = new PolicyChange();
        foreach (var (name, value) in typed)
        {
            if (Set(change, name, value.Trim()) is not { } next)
            {
                wrong = $"{name}: “{value}” is not {Expected(name)}.";
                return null;
            }
            change = next;
        }
        return change;
    }

    private static QueuePolicy Apply(QueuePolicy policy, IReadOnlyDictionary<string, string> typed)
    {
        foreach (var (name, value) in typed)
        {
            if (Set(new PolicyChange(), name, value.Trim()) is { } one)
                policy = With(policy, one);
        }
        return policy;
    }

    private static PolicyChange? Set(PolicyChange change, string name, string value)
    {
        int? number = ReadNumber(name, value);
        var isNone = value is "" or "none";
        return name switch
        {
            "leaseSeconds" when number is { } n => change with { LeaseSeconds = n },
            "personLeaseSeconds" when number is { } n => change with { PersonLeaseSeconds = n },
            "claimSeconds" when number is { } n => change with { ClaimSeconds = n },
            "maxQuietRenewals" when number is { } n => change with { MaxQuietRenewals = n },
            "maxLifetimeSeconds" when number is { } n => change with { MaxLifetimeSeconds = n },
            "maxSuspendSeconds" when number is { } n => change with { MaxSuspendSeconds = n },
            "resumeSeconds" when number is { } n => change with { ResumeSeconds = n },
            "staleGraceSeconds" when number is { } n => change with { StaleGraceSeconds = n },
            "staleHoldSeconds" when number is { } n => change with { StaleHoldSeconds = n },
            "acceptSeconds" when number is { } n => change with { AcceptSeconds = n },
            "maxActive" when isNone || number is not null => change with { MaxActive = number },
            "claimsPerMinute" when isNone || number is not null => change with { ClaimsPerMinute = number },
            "reviewDueSeconds" when isNone || number is not null => change with { ReviewDueSeconds = number },
            "maxAttempts" when isNone || number is not null => change with { MaxAttempts = number },
            "onStale" when value is "hold" or "requeue" => change with
            {
                OnStale = value == "hold" ? OnStale.Hold : OnStale.Requeue,
            },
            "reviveStale" when value is "true" or "false" => change with { ReviveStale = value == "true" },
            "onDuplicate" when value is "return" or "reopen" or "new" => change with
            {
                OnDuplicate =
                    value == "return" ? OnDuplicate.Return
                    : value == "reopen" ? OnDuplicate.Reopen
                    : OnDuplicate.New,
            },
            _ => null,
        };
    }

    // Lengths are read with their unit, as they are shown: 20 s, 5 min, 1.5 h, 2 d; a bare number is seconds.
    private static int? ReadNumber(string name, string value)
    {
        var digits = value.TrimEnd();
        var factor = 1m;
        if (name.EndsWith("Seconds", StringComparison.Ordinal))
        {
            var at = digits.Length;
            while (at > 0 && char.IsAsciiLetter(digits[at - 1]))
                at--;
            if (UnitOf(digits[at..]) is not { } unit)
                return null;
            (digits, factor) = (digits[..at].TrimEnd(), unit);
        }
        return
            decimal.TryParse(
                digits,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture,
                out var number
            )
            && number * factor is var whole
            && whole == decimal.Truncate(whole)
            && whole <= int.MaxValue
            ? (int)whole
            : null;
    }

    private static decimal? UnitOf(string word) =>
        word.ToLowerInvariant() switch
        {
            "" or "s" or "sec" or "second" or "seconds" => 1,
            "m" or "min" or "minute" or "minutes" => 60,
            "h" or "hour" or "hours" => 3_600,
            "d" or "day" or "days" => 86_400,
            _ => null,
        };

    private static QueuePolicy With(QueuePolicy was, PolicyChange change) =>
        was with
        {
            LeaseSeconds = change.LeaseSeconds.Or(was.LeaseSeconds),
            PersonLeaseSeconds = change.PersonLeaseSeconds.Or(was.PersonLeaseSeconds),
            ClaimSeconds = change.ClaimSeconds.Or(was.ClaimSeconds),
            MaxQuietRenewals = change.MaxQuietRenewals.Or(was.MaxQuietRenewals),
            MaxLifetimeSeconds = change.MaxLifetimeSeconds.Or(was.MaxLifetimeSeconds),
            MaxSuspendSeconds = change.MaxSuspendSeconds.Or(was.MaxSuspendSeconds),
            ResumeSeconds = change.ResumeSeconds.Or(was.ResumeSeconds),
            StaleGraceSeconds = change.StaleGraceSeconds.Or(was.StaleGraceSeconds),
            StaleHoldSeconds = change.StaleHoldSeconds.Or(was.StaleHoldSeconds),
            AcceptSeconds = change.AcceptSeconds.Or(was.AcceptSeconds),
            MaxActive = change.MaxActive.Or(was.MaxActive),
            ClaimsPerMinute = change.ClaimsPerMinute.Or(was.ClaimsPerMinute),
            MaxAttempts = change.MaxAttempts.Or(was.MaxAttempts),
            ReviewDueSeconds = change.ReviewDueSeconds.Or(was.ReviewDueSeconds),
            OnStale = change.OnStale.Or(was.OnStale),
            ReviveStale = change.ReviveStale.Or(was.ReviveStale),
            OnDuplicate = change.OnDuplicate.Or(was.OnDuplicate),
        };

    private static PolicyRow Row(
        string name,
        string setting,
        string value,
        string consequence,
        IReadOnlyDictionary<string, string>? typed
    ) => new(name, setting, typed?.GetValueOrDefault(name) ?? Shown(name, value), consequence);

    // Shown as it can be typed: with its unit.
    private static string Shown(string name, string value) =>
        !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? value
        : name.EndsWith("Seconds", StringComparison.Ordinal) ? Length(number)
        : Words.Count(number);

    // In the largest unit that says it exactly: 28800 is 8 h, 90 stays 90 s.
    private static string Length(long seconds) =>
        seconds switch
        {
            > 0 when seconds % 86_400 == 0 => $"{Words.Count(seconds / 86_400)} d",
            > 0 when seconds % 3600 == 0 => $"{Words.Count(seconds / 3600)} h",
            > 0 when seconds % 60 == 0 => $"{Words.Count(seconds / 60)} min",
            _ => $"{Words.Count(seconds)} s",
        };

    private static string Expected(string name) =>
        name switch
        {
            "onStale" => "hold or requeue",
            "reviveStale" => "true or false",
            "onDuplicate" => "return, reopen or new",
            "reviewDueSeconds" => "a length such as 20 s, 5 min, 8 h or 2 d, or none",
            "maxActive" or "claimsPerMinute" or "maxAttempts" => "a whole number or none",
            _ when name.EndsWith("Seconds", StringComparison.Ordinal) => "a length such as 20 s, 5 min, 8 h or 2 d",
            _ => "a whole number",
        };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Optional(int? value) => value is { } number ? Number(number) : "none";

    private static string Word(OnStale value) =>
        value switch
        {
            OnStale.Hold => "hold",
            OnStale.Requeue => "requeue",
        };

    private static string Word(OnDuplicate value) =>
        value switch
        {
            OnDuplicate.Return => "return",
            OnDuplicate.Reopen => "reopen",
            OnDuplicate.New => "new",
        };

    private static string Duplicate(OnDuplicate value) =>
        value switch
        {
            OnDuplicate.Return => "A second item with the same external id is answered with the first.",
            OnDuplicate.Reopen => "A second item with the same external id opens the first again.",
            OnDuplicate.New => "Once the first is settled, a second with the same external id is new work.",
        };

    // Whole units only: "5 minutes", "8 hours", "90 seconds".
    private static string Quiet(QueuePolicy policy) =>
        policy.MaxQuietRenewals == 0
            ? "Each renewal of an agent's lease has to bring news: another step or note."
            : $"An agent's lease may be renewed for {Span((long)policy.MaxQuietRenewals * policy.LeaseSeconds)} without news ({Words.Plural(policy.MaxQuietRenewals, "full lease")}); then a renewal needs another step or note.";

    private static string Span(long seconds) =>
        seconds switch
        {
            >= 86_400 when seconds % 86_400 == 0 => Words.Plural(seconds / 86_400, "day"),
            >= 3_600 when seconds % 3_600 == 0 => Words.Plural(seconds / 3_600, "hour"),
            >= 60 when seconds % 60 == 0 => Words.Plural(seconds / 60, "minute"),
            _ => Words.Plural(seconds, "second"),
        };
}
