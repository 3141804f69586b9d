using System.Runtime.CompilerServices;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Leases;

/// <summary>
/// What a grant takes over from the policy of its queue and keeps for the life of the lease, whatever becomes of the policy. The
/// event of the grant carries it, so that what the lease is depends on that event alone. A member that an older event lacks has its
/// value of <see cref="QueuePolicy.Default"/>.
/// </summary>
public sealed record LeaseTerms
{
    /// <inheritdoc cref="QueuePolicy.ClaimSeconds"/>
    public required int ClaimSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.MaxQuietRenewals"/>
    public required int MaxQuietRenewals { get; init; }

    /// <inheritdoc cref="QueuePolicy.MaxLifetimeSeconds"/>
    public required int MaxLifetimeSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.MaxSuspendSeconds"/>
    public required int MaxSuspendSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.ResumeSeconds"/>
    public required int ResumeSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.OnStale"/>
    public required OnStale OnStale { get; init; }

    /// <inheritdoc cref="QueuePolicy.ReviveStale"/>
    public required bool ReviveStale { get; init; }

    /// <inheritdoc cref="QueuePolicy.StaleGraceSeconds"/>
    public required int StaleGraceSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.StaleHoldSeconds"/>
    public required int StaleHoldSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.AcceptSeconds"/>
    public required int AcceptSeconds { get; init; }

    /// <inheritdoc cref="QueuePolicy.MaxAttempts"/>
    public required int? MaxAttempts { get; init; }

    /// <inheritdoc cref="QueuePolicy.Backoff"/>
    public required Backoff? Backoff { get; init; }

    // Ten thousand leases of a queue share one record; those that are read from the journal, by the converter of JSON.
    private static readonly ConditionalWeakTable<QueuePolicy, LeaseTerms> OfPolicies = [];

    /// <summary>What a lease granted under the policy keeps of it.</summary>
    public static LeaseTerms Of(QueuePolicy policy) => OfPolicies.GetValue(policy, Take);

    private static LeaseTerms Take(QueuePolicy policy) =>
        new()
        {
            ClaimSeconds = policy.ClaimSeconds,
            MaxQuietRenewals = policy.MaxQuietRenewals,
            MaxLifetimeSeconds = policy.MaxLifetimeSeconds,
            MaxSuspendSeconds = policy.MaxSuspendSeconds,
            ResumeSeconds = policy.ResumeSeconds,
            OnStale = policy.OnStale,
            ReviveStale = policy.ReviveStale,
            StaleGraceSeconds = policy.StaleGraceSeconds,
            StaleHoldSeconds = policy.StaleHoldSeconds,
            AcceptSeconds = policy.AcceptSeconds,
            MaxAttempts = policy.MaxAttempts,
            Backoff = policy.Backoff,
        };
}
