using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Api.Bodies;

/// <summary>A lock that an item has.</summary>
/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
internal sealed record LockBody(string Target, string Mode, DateTimeOffset Since)
{
    internal static IReadOnlyList<LockBody> From(IReadOnlyList<HeldLock> locks) =>
        locks.Count == 0 ? [] : [.. locks.Select(l => new LockBody(l.Target, WireNames.Of(l.Mode), l.At))];
}

/// <summary>All that was asked for is locked.</summary>
/// <param name="Locks">What was asked for, as it stands now.</param>
internal sealed record LockedBody(IReadOnlyList<LockBody> Locks, LeaseBody Lease, decimal? LeaseExpiresInSeconds);

/// <summary>What was let go, by name.</summary>
internal sealed record UnlockedBody(IReadOnlyList<string> Released, LeaseBody Lease, decimal? LeaseExpiresInSeconds);

/// <summary>A target that a person holds without an item.</summary>
internal sealed record HoldBody(
    string Id,
    string Target,
    string Mode,
    string By,
    string ByName,
    string Why,
    DateTimeOffset At,
    DateTimeOffset Until
)
{
    internal static HoldBody From(TargetHold h) =>
        new(h.Id.Text, h.Target, WireNames.Of(h.Mode), h.By.Text, h.ByName, h.Why, h.At, h.Until);
}

/// <summary>Whoever has a target locked, or waits for it.</summary>
/// <param name="ItemId">Null for a person's hold.</param>
/// <param name="HoldId">Null for a lock of an item.</param>
/// <param name="Until">The end of the lease or hold; of the wait for whoever waits.</param>
internal sealed record TargetUserBody(
    string Target,
    string Mode,
    string? ItemId,
    string? LeaseId,
    HolderBody? Holder,
    string? HoldId,
    DateTimeOffset Since,
    DateTimeOffset? Until
)
{
    internal static TargetUserBody From(TargetUser u) =>
        new(
            u.Target,
            WireNames.Of(u.Mode),
            u.Item?.Text,
            u.Lease?.Text,
            u.Holder is { } holder ? HolderBody.From(holder) : null,
            u.Hold?.Text,
            u.Since,
            u.Until
        );
}
