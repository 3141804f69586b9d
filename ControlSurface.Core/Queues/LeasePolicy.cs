using static ControlSurface.Core.Texts.Amounts;

namespace ControlSurface.Core.Queues;

// The members of a policy about leases: how long they last, and what happens at their end. Each member: its value, its name in a change, its descriptor.

public sealed partial record QueuePolicy
{
    /// <summary>Length of an agent's lease, 5 to 86,400.</summary>
    public int LeaseSeconds { get; init; } = 300;

    /// <summary>Length of a person's lease, 5 to 86,400.</summary>
    public int PersonLeaseSeconds { get; init; } = 28_800;

    /// <summary>How long a claim may stay unstarted; at least 1.</summary>
    public int ClaimSeconds { get; init; } = 120;

    /// <summary>
    /// How many full terms (<c>leaseSeconds</c>) an agent's lease may be renewed without progress; the renewal after that is
    /// <c>no_progress</c>. At 0 each renewal has to bring progress. How often it is renewed in that time makes no difference.
    /// People's leases have no limit.
    /// </summary>
    public int MaxQuietRenewals { get; init; } = 3;

    /// <summary>The longest life of an agent's lease, suspended time not counted. People's have none.</summary>
    public int MaxLifetimeSeconds { get; init; } = 14_400;

    /// <summary>The longest suspension; at its end the lease is stale.</summary>
    public int MaxSuspendSeconds { get; init; } = 86_400;

    /// <summary>How long a holder has to start again after a suspension ended for them; at least 1.</summary>
    public int ResumeSeconds { get; init; } = 900;

    /// <summary>What happens to an item whose lease was not renewed in time.</summary>
    public OnStale OnStale { get; init; } = OnStale.Hold;

    /// <summary>Whether a stale lease that nobody took comes back when its holder renews.</summary>
    public bool ReviveStale { get; init; } = true;

    /// <summary>With <see cref="OnStale.Requeue"/>: how long the holder may still revive before it is requeued.</summary>
    public int StaleGraceSeconds { get; init; }

    /// <summary>With <see cref="OnStale.Hold"/>: after this long without a takeover the item asks for attention.</summary>
    public int StaleHoldSeconds { get; init; } = 3_600;

    /// <summary>How long a handoff waits to be accepted before the item goes back to the queue.</summary>
    public int AcceptSeconds { get; init; } = 14_400;
}

public sealed partial class PolicyChange
{
    /// <inheritdoc cref="QueuePolicy.LeaseSeconds"/>
    public Optional<int> LeaseSeconds
    {
        get => Of(PolicyMembers.LeaseSeconds);
        init => Name(PolicyMembers.LeaseSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.PersonLeaseSeconds"/>
    public Optional<int> PersonLeaseSeconds
    {
        get => Of(PolicyMembers.PersonLeaseSeconds);
        init => Name(PolicyMembers.PersonLeaseSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.ClaimSeconds"/>
    public Optional<int> ClaimSeconds
    {
        get => Of(PolicyMembers.ClaimSeconds);
        init => Name(PolicyMembers.ClaimSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.MaxQuietRenewals"/>
    public Optional<int> MaxQuietRenewals
    {
        get => Of(PolicyMembers.MaxQuietRenewals);
        init => Name(PolicyMembers.MaxQuietRenewals, value);
    }

    /// <inheritdoc cref="QueuePolicy.MaxLifetimeSeconds"/>
    public Optional<int> MaxLifetimeSeconds
    {
        get => Of(PolicyMembers.MaxLifetimeSeconds);
        init => Name(PolicyMembers.MaxLifetimeSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.MaxSuspendSeconds"/>
    public Optional<int> MaxSuspendSeconds
    {
        get => Of(PolicyMembers.MaxSuspendSeconds);
        init => Name(PolicyMembers.MaxSuspendSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.ResumeSeconds"/>
    public Optional<int> ResumeSeconds
    {
        get => Of(PolicyMembers.ResumeSeconds);
        init => Name(PolicyMembers.ResumeSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.OnStale"/>
    public Optional<OnStale> OnStale
    {
        get => Of(PolicyMembers.OnStale);
        init => Name(PolicyMembers.OnStale, value);
    }

    /// <inheritdoc cref="QueuePolicy.ReviveStale"/>
    public Optional<bool> ReviveStale
    {
        get => Of(PolicyMembers.ReviveStale);
        init => Name(PolicyMembers.ReviveStale, value);
    }

    /// <inheritdoc cref="QueuePolicy.StaleGraceSeconds"/>
    public Optional<int> StaleGraceSeconds
    {
        get => Of(PolicyMembers.StaleGraceSeconds);
        init => Name(PolicyMembers.StaleGraceSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.StaleHoldSeconds"/>
    public Optional<int> StaleHoldSeconds
    {
        get => Of(PolicyMembers.StaleHoldSeconds);
        init => Name(PolicyMembers.StaleHoldSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.AcceptSeconds"/>
    public Optional<int> AcceptSeconds
    {
        get => Of(PolicyMembers.AcceptSeconds);
        init => Name(PolicyMembers.AcceptSeconds, value);
    }
}

public static partial class PolicyMembers
{
    /// <inheritdoc cref="QueuePolicy.LeaseSeconds"/>
    public static NumberMember LeaseSeconds { get; } =
        new()
        {
            Number = 1,
            Name = "leaseSeconds",
            Label = "Lease",
            Meaning = "How long until it has to be renewed, within what the queue allows.",
            Get = p => p.LeaseSeconds,
            With = (p, value) => p with { LeaseSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 5,
            Most = Day,
            Consequence = p => $"A run that shows no life for {Span(p.LeaseSeconds)} loses the item.",
            InLastWeek = (p, week) => week.OfLease(p.LeaseSeconds, isPerson: false),
            Rules =
            [
                new(
                    "must not exceed maxLifetimeSeconds, which would cut every lease",
                    (p, _) => p.LeaseSeconds > p.MaxLifetimeSeconds
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.PersonLeaseSeconds"/>
    public static NumberMember PersonLeaseSeconds { get; } =
        new()
        {
            Number = 2,
            Name = "personLeaseSeconds",
            Label = "Lease of a person",
            Meaning = "The length of a person's lease.",
            Get = p => p.PersonLeaseSeconds,
            With = (p, value) => p with { PersonLeaseSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 5,
            Most = Day,
            Consequence = p => $"A person holds an item for {Span(p.PersonLeaseSeconds)} at a time.",
            InLastWeek = (p, week) => week.OfLease(p.PersonLeaseSeconds, isPerson: true),
        };

    /// <inheritdoc cref="QueuePolicy.ClaimSeconds"/>
    public static NumberMember ClaimSeconds { get; } =
        new()
        {
            Number = 3,
            Name = "claimSeconds",
            Label = "Time to start",
            Meaning = "How long a claim may stay unstarted.",
            Get = p => p.ClaimSeconds,
            With = (p, value) => p with { ClaimSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Day,
            Consequence = p => $"A claim that is not started in {Span(p.ClaimSeconds)} goes back to the queue.",
            InLastWeek = (p, week) => week.OfStart(p.ClaimSeconds),
        };

    /// <inheritdoc cref="QueuePolicy.MaxQuietRenewals"/>
    public static NumberMember MaxQuietRenewals { get; } =
        new()
        {
            Number = 7,
            Name = "maxQuietRenewals",
            Label = "Quiet renewals",
            Meaning = "How many lease lengths may pass without progress; 0: each renewal has to bring some.",
            Get = p => p.MaxQuietRenewals,
            With = (p, value) => p with { MaxQuietRenewals = value },
            Unit = PolicyUnit.Count,
            Least = 0,
            Most = Million,
            Consequence = QuietRenewals,
            InLastWeek = (p, week) => week.OfQuiet(p.MaxQuietRenewals),
        };

    /// <inheritdoc cref="QueuePolicy.MaxLifetimeSeconds"/>
    public static NumberMember MaxLifetimeSeconds { get; } =
        new()
        {
            Number = 6,
            Name = "maxLifetimeSeconds",
            Label = "Longest life",
            Meaning = "The longest life of an agent's lease.",
            Get = p => p.MaxLifetimeSeconds,
            With = (p, value) => p with { MaxLifetimeSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 5,
            Most = Month,
            Consequence = p => $"No lease of an agent lives longer than {Span(p.MaxLifetimeSeconds)}.",
            InLastWeek = (p, week) => week.OfLife(p.MaxLifetimeSeconds),
        };

    /// <inheritdoc cref="QueuePolicy.MaxSuspendSeconds"/>
    public static NumberMember MaxSuspendSeconds { get; } =
        new()
        {
            Number = 5,
            Name = "maxSuspendSeconds",
            Label = "Longest suspension",
            Meaning = "The longest suspension.",
            Get = p => p.MaxSuspendSeconds,
            With = (p, value) => p with { MaxSuspendSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Month,
            Consequence = p => $"A lease that is suspended for {Span(p.MaxSuspendSeconds)} goes stale.",
        };

    /// <inheritdoc cref="QueuePolicy.ResumeSeconds"/>
    public static NumberMember ResumeSeconds { get; } =
        new()
        {
            Number = 4,
            Name = "resumeSeconds",
            Label = "Time to resume",
            Meaning = "How long a woken lease may stay unstarted.",
            Get = p => p.ResumeSeconds,
            With = (p, value) => p with { ResumeSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Month,
            Consequence = p => $"After an answer its holder has {Span(p.ResumeSeconds)} to go on.",
        };

    /// <inheritdoc cref="QueuePolicy.OnStale"/>
    public static ChoiceMember<OnStale> OnStale { get; } =
        new()
        {
            Number = 9,
            Name = "onStale",
            Label = "When stale",
            Meaning = "`hold`, or `requeue` to put stale work back.",
            Get = p => p.OnStale,
            With = (p, value) => p with { OnStale = value },
            Consequence = p =>
                p.OnStale == Queues.OnStale.Hold
                    ? "Stale work waits on the Desk for a person; no agent is given it by itself."
                    : "Stale work goes back to the queue by itself.",
        };

    /// <inheritdoc cref="QueuePolicy.ReviveStale"/>
    public static SwitchMember ReviveStale { get; } =
        new()
        {
            Number = 8,
            Name = "reviveStale",
            Label = "Revive stale",
            Meaning = "Whether a stale lease's holder may renew it.",
            Get = p => p.ReviveStale,
            With = (p, value) => p with { ReviveStale = value },
            Consequence = p =>
                p.ReviveStale
                    ? "A holder that comes back before anybody else goes on."
                    : "A holder that was late is out, also where nobody else came.",
            Rules =
            [
                new(
                    "only takes effect with onStale requeue if staleGraceSeconds is above 0",
                    (p, isNamed) =>
                        isNamed && p is { ReviveStale: true, OnStale: Queues.OnStale.Requeue, StaleGraceSeconds: 0 }
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.StaleGraceSeconds"/>
    public static NumberMember StaleGraceSeconds { get; } =
        new()
        {
            Number = 10,
            Name = "staleGraceSeconds",
            Label = "Grace when stale",
            Meaning = "How long a stale lease's holder may still revive it.",
            Get = p => p.StaleGraceSeconds,
            With = (p, value) => p with { StaleGraceSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 0,
            Most = Month,
            Consequence = p =>
                p.OnStale == Queues.OnStale.Hold
                    ? "Has an effect only where stale work is requeued."
                    : $"It is requeued {Span(p.StaleGraceSeconds)} after it went stale.",
            Rules =
            [
                new(
                    "only takes effect with onStale requeue",
                    (p, _) => p is { StaleGraceSeconds: > 0, OnStale: Queues.OnStale.Hold }
                ),
                new(
                    "only takes effect with reviveStale true",
                    (p, _) => p is { StaleGraceSeconds: > 0, ReviveStale: false }
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.StaleHoldSeconds"/>
    public static NumberMember StaleHoldSeconds { get; } =
        new()
        {
            Number = 11,
            Name = "staleHoldSeconds",
            Label = "Attention when stale",
            Meaning = "After how long stale work asks for attention.",
            Get = p => p.StaleHoldSeconds,
            With = (p, value) => p with { StaleHoldSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Month,
            Consequence = p =>
                p.OnStale == Queues.OnStale.Requeue
                    ? "Has an effect only where stale work is held."
                    : $"After {Span(p.StaleHoldSeconds)} without a takeover it asks for attention.",
            Rules =
            [
                new(
                    "only takes effect with onStale hold",
                    (p, isNamed) => isNamed && p.OnStale == Queues.OnStale.Requeue
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.AcceptSeconds"/>
    public static NumberMember AcceptSeconds { get; } =
        new()
        {
            Number = 12,
            Name = "acceptSeconds",
            Label = "Time to accept",
            Meaning = "How long a handoff waits to be accepted.",
            Get = p => p.AcceptSeconds,
            With = (p, value) => p with { AcceptSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Month,
            Consequence = p => $"A handoff that nobody accepts in {Span(p.AcceptSeconds)} goes back to the queue.",
        };

    private static readonly PolicyMember[] OfLeases =
    [
        LeaseSeconds,
        PersonLeaseSeconds,
        ClaimSeconds,
        MaxQuietRenewals,
        MaxLifetimeSeconds,
        MaxSuspendSeconds,
        ResumeSeconds,
        OnStale,
        ReviveStale,
        StaleGraceSeconds,
        StaleHoldSeconds,
        AcceptSeconds,
    ];

    private static string QuietRenewals(QueuePolicy p) =>
        p.MaxQuietRenewals == 0
            ? "Each renewal of an agent's lease has to bring news: another step or note."
            : $"An agent's lease may be renewed for {Span((long)p.MaxQuietRenewals * p.LeaseSeconds)} without news ({Plural(p.MaxQuietRenewals, "full lease")}); then a renewal needs another step or note.";
}
