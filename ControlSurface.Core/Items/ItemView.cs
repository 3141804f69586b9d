using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Items;

/// <summary>Whether one may safely go on with an item (API.md, Objects, item).</summary>
/// <param name="Agents">Whether an agent may.</param>
/// <param name="People">Whether a person may.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record MayProceed(bool Agents, bool People, string Why);

/// <summary>An item as callers read it: the record, and what is computed from it. Values only.</summary>
/// <param name="Item">The stored record.</param>
/// <param name="Lease">The current lease; null where nobody owns it.</param>
/// <param name="MayProceed">Whether one may safely go on with it.</param>
public sealed record ItemView(Item Item, LeaseView? Lease, MayProceed MayProceed)
{
    /// <summary>The oldest open review of one of its artifacts; null for none.</summary>
    public ReviewView? Review { get; init; }

    /// <summary>The items that it depends on, as far as the reader may see them.</summary>
    public IReadOnlyList<ItemId> DependsOn { get; init; } = Item.DependsOn;

    /// <summary>The same view without the ids of items in queues that the caller may not see. The state word stays.</summary>
    public ItemView For(IItems at, Scope scope)
    {
        if (!scope.IsLimited || Item.DependsOn.Count == 0)
            return this;
        var seen = VisibleDependencies.DependsOn(at, Item, scope);
        if (seen.Count == Item.DependsOn.Count)
            return this;
        return this with
        {
            DependsOn = seen,
            MayProceed =
                Item.State == ItemState.Blocked && Item.OpenDependencies.Count > 0
                    ? MayProceed with
                    {
                        Why = $"It depends on {VisibleDependencies.DependenciesInWords(at, Item, scope)}.",
                    }
                    : MayProceed,
        };
    }

    /// <summary>The holder of the current lease, or else of the last one; null where it never had one.</summary>
    public Holder? Owner => Item.LastLease?.Holder;

    /// <summary><c>current</c> while the lease is live, else <c>last</c>; null where it never had one.</summary>
    public string? OwnerIs =>
        Item.LastLease is not { } lease ? null
        : lease.IsLive ? "current"
        : "last";

    /// <summary>The item as it is now in that workspace.</summary>
    public static ItemView Of(IItems at, Item item)
    {
        var view = Of(item, at.FindQueue(item.Queue)!.Queue, at.Stopped) with { Review = at.ReviewOn(item.Id) };
        // An item that waits on a review that nobody can give must say so everywhere (API.md, Reviews and approvals).
        return item.State == ItemState.WaitingOnReview && view.Review?.Attention == ReviewAttention.NobodyEligible
            ? view with
            {
                MayProceed = view.MayProceed with
                {
                    Why =
                        "It waits on a review, and nobody who was asked can decide now. Ask somebody else, or wait until they are back.",
                },
            }
            : view;
    }

    /// <summary>The item in that queue, without its review.</summary>
    /// <param name="stopped">How much of the line is stopped; null while it runs.</param>
    public static ItemView Of(Item item, Queue queue, LineStop? stopped) =>
        new(item, item.Lease is { } lease ? LeaseView.Of(lease, item) : null, Proceed(item, queue, stopped));

    // Nobody should wait for what nobody will do.
    private static string CannotCome(Item item) =>
        item.Attention.Contains(AttentionKind.DependencyCancelled)
            ? " Some of that was cancelled: somebody has to decide."
        : item.Attention.Contains(AttentionKind.DependencyParked)
            ? " Some of that is parked, and comes only when somebody unparks it."
        : item.Attention.Contains(AttentionKind.DependencyStuck)
            ? " Some of that waits itself for work that cannot come: somebody has to decide."
        : "";

    private static string Some(IReadOnlyList<ItemId> ids) =>
        string.Join(", ", ids.Take(10)) + (ids.Count > 10 ? $" and {ids.Count - 10} more" : "");

    private static MayProceed Proceed(Item item, Queue queue, LineStop? stopped)
    {
        if (item.Lease is null && item.Settled is null && queue.Pause is { } pause)
            return new MayProceed(Agents: false, People: false, $"The queue {queue.Name} is paused: {pause.Why}");
        if (item.Lease is null && item.Settled is null && stopped is { Scope: not StopScope.Begins } stop)
            return new MayProceed(Agents: false, People: false, $"The line is stopped: {stop.Why}");
        return item.State switch
        {
            ItemState.Completed => new(false, false, "It is completed."),
            ItemState.Cancelled => new(false, false, "It was cancelled."),
            ItemState.Applying => new(false, false, "An action on it is being applied."),
            ItemState.WaitingOnReview => new(false, true, "It waits on a review."),
            ItemState.Suspended => new(false, false, $"{item.Lease!.Holder.Name} holds it and its clock is stopped."),
            ItemState.Leased or ItemState.Claimed => new(false, false, $"{item.Lease!.Holder.Name} holds it."),
            ItemState.Stale => new(
                true,
                true,
                $"{item.Lease!.Holder.Name} did not renew in time; anybody who may claim it may take it over."
            ),
            ItemState.HandedOff => new(
                false,
                false,
                $"It was handed to {item.Handoff!.ToPrincipal?.Text ?? item.Handoff.ToRole} and waits to be accepted."
            ),
            ItemState.ConflictDetected => new(
                false,
                true,
                "It has an open conflict; it is given out by id or takeover only."
            ),
            ItemState.Parked => new(false, false, $"It is parked: {item.Parked!.Why}"),
            ItemState.Blocked => new(
                false,
                false,
                item.OpenDependencies.Count > 0
                    ? $"It depends on {Some(item.OpenDependencies)}.{CannotCome(item)}"
                    : $"It is not available before its time ({WireNames.Of(item.WaitsFor!.Value)})."
            ),
            ItemState.Queued => new(true, true, "It is free to be claimed."),
        };
    }
}
