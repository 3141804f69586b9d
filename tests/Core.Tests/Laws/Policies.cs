using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>Changes of policy that a manager might make in the middle of a day.</summary>
internal static class Policies
{
    private static readonly PolicyChange[] Changes =
    [
        new() { LeaseSeconds = 5, ClaimSeconds = 10 },
        new() { LeaseSeconds = 600, MaxLifetimeSeconds = 900 },
        new() { OnStale = OnStale.Hold, StaleGraceSeconds = 0 },
        new()
        {
            OnStale = OnStale.Requeue,
            StaleGraceSeconds = 20,
            ReviveStale = true,
        },
        new() { OnStale = OnStale.Requeue, StaleGraceSeconds = 0 },
        new() { MaxActive = 2 },
        new() { MaxActive = null, MaxActivePer = new(IsSet: true, [new("big", null, 1)]) },
        new() { ClaimsPerMinute = 2 },
        new()
        {
            ClaimsPerMinute = null,
            MaxQuietRenewals = 0,
            MaxAttempts = 1,
        },
        new()
        {
            MaxQuietRenewals = 2,
            MaxAttempts = null,
            ResumeSeconds = 40,
            MaxSuspendSeconds = 90,
        },
        new()
        {
            LeaseSeconds = 10,
            MaxLifetimeSeconds = 20,
            ClaimSeconds = 60,
            ReviveStale = false,
            StaleGraceSeconds = 0,
        },
        new()
        {
            AcceptSeconds = 60,
            OnDuplicate = OnDuplicate.New,
            Backoff = null,
        },
    ];

    internal static PolicyChange Change(int which) => Changes[which % Changes.Length];
}
