using System.Globalization;
using static ControlSurface.Core.Texts.Amounts;

namespace ControlSurface.Core.Queues;

// The members of a policy about claims: how many, how fast, and how often an item is tried. Each member: its value, its name in a change, its descriptor.

public sealed partial record QueuePolicy
{
    /// <summary>Most claimed and active leases at once; null for no limit. Suspended and stale ones do not count.</summary>
    public int? MaxActive { get; init; }

    /// <summary>Limits of their own for labels and target prefixes; empty for none.</summary>
    public IReadOnlyList<ActiveLimit> MaxActivePer { get; init; } = [];

    /// <summary>Most claims granted in any 60 s; null for no limit.</summary>
    public int? ClaimsPerMinute { get; init; }

    /// <summary>After this many attempts an item is parked; null for never.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long failed work rests; null for not at all.</summary>
    public Backoff? Backoff { get; init; }

    /// <summary>What a second item with the same <c>externalId</c> does.</summary>
    public OnDuplicate OnDuplicate { get; init; } = OnDuplicate.Return;
}

public sealed partial class PolicyChange
{
    /// <inheritdoc cref="QueuePolicy.MaxActive"/>
    public Optional<int?> MaxActive
    {
        get => Of(PolicyMembers.MaxActive);
        init => Name(PolicyMembers.MaxActive, value);
    }

    /// <inheritdoc cref="QueuePolicy.MaxActivePer"/>
    public Optional<IReadOnlyList<ActiveLimit>> MaxActivePer
    {
        get => Of(PolicyMembers.MaxActivePer);
        init => Name(PolicyMembers.MaxActivePer, value);
    }

    /// <inheritdoc cref="QueuePolicy.ClaimsPerMinute"/>
    public Optional<int?> ClaimsPerMinute
    {
        get => Of(PolicyMembers.ClaimsPerMinute);
        init => Name(PolicyMembers.ClaimsPerMinute, value);
    }

    /// <inheritdoc cref="QueuePolicy.MaxAttempts"/>
    public Optional<int?> MaxAttempts
    {
        get => Of(PolicyMembers.MaxAttempts);
        init => Name(PolicyMembers.MaxAttempts, value);
    }

    /// <inheritdoc cref="QueuePolicy.Backoff"/>
    public Optional<Backoff?> Backoff
    {
        get => Of(PolicyMembers.Backoff);
        init => Name(PolicyMembers.Backoff, value);
    }

    /// <inheritdoc cref="QueuePolicy.OnDuplicate"/>
    public Optional<OnDuplicate> OnDuplicate
    {
        get => Of(PolicyMembers.OnDuplicate);
        init => Name(PolicyMembers.OnDuplicate, value);
    }
}

public static partial class PolicyMembers
{
    /// <inheritdoc cref="QueuePolicy.MaxActive"/>
    public static OptionalNumberMember MaxActive { get; } =
        new()
        {
            Number = 13,
            Name = "maxActive",
            Label = "Most at once",
            Meaning = "The most leases at work at once; null for no limit.",
            Get = p => p.MaxActive,
            With = (p, value) => p with { MaxActive = value },
            Unit = PolicyUnit.Count,
            Least = 1,
            Most = Million,
            Consequence = p =>
                p.MaxActive is { } most
                    ? $"At most {Plural(most, "item")} in work; further claims wait."
                    : "As many in work at once as are claimed.",
            InLastWeek = (p, week) => p.MaxActive is { } most ? week.OfActive(most) : "",
        };

    /// <inheritdoc cref="QueuePolicy.MaxActivePer"/>
    public static ListMember<ActiveLimit> MaxActivePer { get; } =
        new()
        {
            Number = 14,
            Name = "maxActivePer",
            Label = "Most at once of a kind",
            Meaning = "The same for each label or target prefix.",
            Get = p => p.MaxActivePer,
            With = (p, value) => p with { MaxActivePer = value },
            CheckEntries = PolicyBounds.CheckLimits,
            Consequence = p =>
                p.MaxActivePer.Count == 0
                    ? "No label and no target is limited by itself."
                    : string.Join(" ", p.MaxActivePer.Select(LimitInWords)),
        };

    /// <inheritdoc cref="QueuePolicy.ClaimsPerMinute"/>
    public static OptionalNumberMember ClaimsPerMinute { get; } =
        new()
        {
            Number = 15,
            Name = "claimsPerMinute",
            Label = "Claims a minute",
            Meaning = "The most claims a minute; null for no limit.",
            Get = p => p.ClaimsPerMinute,
            With = (p, value) => p with { ClaimsPerMinute = value },
            Unit = PolicyUnit.Count,
            Least = 1,
            Most = Million,
            Consequence = p =>
                p.ClaimsPerMinute is { } rate
                    ? $"At most {Plural(rate, "claim")} in any minute."
                    : "Claims are not slowed down.",
            InLastWeek = (p, week) => p.ClaimsPerMinute is { } rate ? week.OfRate(rate) : "",
        };

    /// <inheritdoc cref="QueuePolicy.MaxAttempts"/>
    public static OptionalNumberMember MaxAttempts { get; } =
        new()
        {
            Number = 16,
            Name = "maxAttempts",
            Label = "Attempts",
            Meaning = "After how many failed attempts an item is parked; null for never.",
            Get = p => p.MaxAttempts,
            With = (p, value) => p with { MaxAttempts = value },
            Unit = PolicyUnit.Count,
            Least = 1,
            Most = Million,
            Consequence = p =>
                p.MaxAttempts is { } tries
                    ? $"After {Plural(tries, "attempt")} it is parked and asks for a person."
                    : "It is tried until it is done.",
            InLastWeek = (p, week) => p.MaxAttempts is { } tries ? week.OfAttempts(tries) : "",
        };

    /// <inheritdoc cref="QueuePolicy.Backoff"/>
    public static RecordMember<Backoff> Backoff { get; } =
        new()
        {
            Number = 17,
            Name = "backoff",
            Label = "Rest after a failure",
            Meaning = "How long a failed item waits before it is given out again; null for not at all.",
            Get = p => p.Backoff,
            With = (p, value) => p with { Backoff = value },
            CheckEntries = PolicyBounds.CheckBackoff,
            Consequence = p =>
                p.Backoff is { } b
                    ? $"Failed work rests for {Span(b.FirstSeconds)}, then {b.Factor.ToString(CultureInfo.InvariantCulture)} times as long after each further attempt, {Span(b.MaxSeconds)} at most."
                    : "Failed work may be claimed again at once.",
        };

    /// <inheritdoc cref="QueuePolicy.OnDuplicate"/>
    public static ChoiceMember<OnDuplicate> OnDuplicate { get; } =
        new()
        {
            Number = 18,
            Name = "onDuplicate",
            Label = "A second of the same",
            Meaning = "What a known `externalId` gives: `return`, `reopen` or `new`.",
            Get = p => p.OnDuplicate,
            With = (p, value) => p with { OnDuplicate = value },
            Consequence = p =>
                p.OnDuplicate switch
                {
                    Queues.OnDuplicate.Return => "A second item with the same external id is answered with the first.",
                    Queues.OnDuplicate.Reopen => "A second item with the same external id opens the first again.",
                    Queues.OnDuplicate.New =>
                        "Once the first is settled, a second with the same external id is new work.",
                },
        };

    private static readonly PolicyMember[] OfClaims =
    [
        MaxActive,
        MaxActivePer,
        ClaimsPerMinute,
        MaxAttempts,
        Backoff,
        OnDuplicate,
    ];

    private static string LimitInWords(ActiveLimit limit) =>
        $"At most {Plural(limit.Limit, "item")} in work {(limit.Label is { } label ? $"with the label {label}" : $"on targets under {limit.TargetPrefix}")}.";
}
