using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>A lease and an item as rows, cards and sentences say them. The one place, so that no two pages differ.</summary>
public static class LeaseWords
{
    /// <summary>A holder as a chip shows them.</summary>
    public static HolderView Of(Holder holder, Viewer you) =>
        new(holder.Name, holder.Kind == PrincipalKind.Agent, holder.Run, holder.Id == you.Id);

    /// <summary>Name and run, as in a sentence: <c>reply-agent run 7f3</c>.</summary>
    public static string Full(Holder holder) => holder.Run is null ? holder.Name : $"{holder.Name} run {holder.Run}";

    /// <summary>The clock; null for an ended lease, which has none.</summary>
    public static LeaseClock? Clock(Lease lease, Viewer you) =>
        lease.State switch
        {
            LeaseState.Claimed => new LeaseClock(
                ClockMode.Start,
                lease.StartBy ?? lease.ExpiresAt,
                lease.Policy.ClaimSeconds,
                IsYours: lease.Holder.Id == you.Id
            ),
            LeaseState.Active => new LeaseClock(
                ClockMode.Running,
                lease.ExpiresAt,
                lease.LeaseSeconds,
                IsYours: lease.Holder.Id == you.Id
            ),
            LeaseState.Suspended => new LeaseClock(
                ClockMode.Stopped,
                ExpiresAt: null,
                lease.LeaseSeconds,
                (int)Math.Ceiling(lease.RemainingMs / 1000.0)
            ),
            LeaseState.Stale => new LeaseClock(ClockMode.Stale, lease.StaleAt ?? lease.ExpiresAt, lease.LeaseSeconds),
            LeaseState.Ended => null,
        };

    /// <summary>The clock as it ran at a past moment: it stands, and announces nothing.</summary>
    public static LeaseClock? ClockThen(Lease lease, DateTimeOffset then) =>
        Clock(lease, Viewer.Nobody) is { } clock ? clock with { Then = then } : null;

    /// <summary>Last progress, without its age; null for "not started".</summary>
    public static (string? Words, DateTimeOffset? At) Progress(Lease lease)
    {
        if (lease.State == LeaseState.Suspended && lease.SuspendedAt is { } since)
            return (Suspension(lease.Reasons), since);
        if (lease.LastProgress is { } progress)
            return (Step(progress.Step) ?? progress.Note, progress.At);
        return lease.StartedAt is { } started ? ("started", started) : (null, null);
    }

    /// <summary><c>3 of 5</c> reads as a step; words stand by themselves.</summary>
    public static string? Step(string? step) =>
        string.IsNullOrWhiteSpace(step) ? null
        : char.IsAsciiDigit(step[0]) ? "step " + step
        : step;

    /// <summary>Why a clock is stopped.</summary>
    public static string Suspension(SuspendReasons reasons) =>
        reasons switch
        {
            _ when reasons.HasFlag(SuspendReasons.PausedByPolicy) => "queue or line paused",
            _ when reasons.HasFlag(SuspendReasons.WaitingOnReview) => "waits on review",
            _ when reasons.HasFlag(SuspendReasons.WaitingOnHuman) => "waits on a person",
            _ => "blocked",
        };

    /// <summary>An item as a row of owned work.</summary>
    /// <param name="then">The past moment that the row is of; null for now.</param>
    /// <param name="isHopeless">It waits for a review that nobody can decide on.</param>
    public static WorkRowView Row(Item item, Viewer you, DateTimeOffset? then = null, bool isHopeless = false)
    {
        var lease = item.Lease;
        var (progress, progressAt) = lease is null ? ("queued", (DateTimeOffset?)item.ReadyAt) : Progress(lease);
        if (item.State is not ItemState.Queued && lease is null)
            (progress, progressAt) = (Waits(item, you), null);
        if (then is { } moment && progressAt is { } at)
            (progress, progressAt) = ($"{progress} · {Words.Age(moment - at)} before", null);
        return new WorkRowView(
            item.Id.Text,
            lease?.Id.Text,
            WireNames.Of(item.State),
            item.Title,
            $"items/{item.Id.Text}",
            lease is null ? null : Of(lease.Holder, you),
            progress,
            progressAt,
            lease is null ? null
                : then is { } frozen ? ClockThen(lease, frozen)
                : Clock(lease, you),
            isHopeless ? "nobody can decide" : Tag(item),
            Revision(item)
        );
    }

    /// <summary>What an item without an owner waits for.</summary>
    public static string Waits(Item item, Viewer you) =>
        item.State switch
        {
            ItemState.HandedOff => item.Handoff!.ToRole is { } role ? $"for {role}" : "for one person",
            ItemState.Parked => item.Parked!.Why,
            // Whose work that is may not be theirs to see; the item's own page says as much as may be said.
            ItemState.Blocked when item.OpenDependencies.Count > 0 && you.Scope.IsLimited => "for other work",
            ItemState.Blocked when item.OpenDependencies.Count > 0 => $"for {string.Join(", ", item.OpenDependencies)}",
            ItemState.Blocked => item.WaitsFor == WaitCause.Backoff ? "rests after a failure" : "for its time",
            ItemState.Completed => "completed",
            ItemState.Cancelled => item.Settled?.Why ?? "cancelled",
            _ => "for an owner",
        };

    // What someone should look at is worth more room than a label.
    private static string? Tag(Item item) =>
        item.OpenConflicts > 0 ? Words.Plural(item.OpenConflicts, "conflict")
        : item.Attention.Count > 0 ? WireNames.Of(item.Attention[0]).Replace('_', ' ')
        : item.Labels.Count > 0 ? item.Labels[0]
        : null;

    // Grows with every event of the item and with every news of its holder. Renewals without news are not in it: a board that
    // blinks with each heartbeat says nothing.
    private static long Revision(Item item) =>
        (item.Log.IsEmpty ? item.Seq : item.Log[^1].Seq) + (item.Lease?.LastProgress?.At.ToUnixTimeMilliseconds() ?? 0);
}
