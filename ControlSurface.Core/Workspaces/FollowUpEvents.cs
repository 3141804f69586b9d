using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// The events that follow in the same write when a lease or an item ends, whoever ended it: an applying action becomes ambiguous,
/// prepared actions and open reviews are withdrawn, locks go to those who wait for them, and an item whose dependency cannot complete
/// asks for attention.
/// </summary>
internal static class FollowUpEvents
{
    /// <summary>The decision with the events that follow from its own.</summary>
    internal static Decision Complete(Workspace at, Decision decision, DateTimeOffset now, DecisionCache cache)
    {
        var events = After(at, decision.Events, now, cache);
        return ReferenceEquals(events, decision.Events) ? decision : decision.With(events);
    }

    /// <summary>The events, and those that follow from them; the same list where none do.</summary>
    internal static IReadOnlyList<Event> After(
        Workspace at,
        IReadOnlyList<Event> events,
        DateTimeOffset now,
        DecisionCache cache
    )
    {
        if (!MayFollow(events))
            return events;
        // The decision may have computed them for its reply already.
        return cache.FollowUpsOf(events)
            ?? cache.Keep(events, DependencyAttention.Follow(at, LockRules.Follow(at, Settle(at, events), now), now));
    }

    // Most events end nothing.
    private static bool MayFollow(IReadOnlyList<Event> events)
    {
        for (var k = 0; k < events.Count; k++)
        {
            if (DependencyAttention.MayChange(events[k]))
                return true;
            switch (events[k])
            {
                case LeaseEvent.Ended or LeaseEvent.WentStale or LeaseEvent.Resumed:
                case ItemEvent.Completed or ItemEvent.Cancelled or ItemEvent.HandoffEnded:
                case LockEvent or HoldEvent:
                    return true;
                default:
                    break; // Others: end neither work nor a wait.
            }
        }
        return false;
    }

    private static IReadOnlyList<Event> Settle(Workspace at, IReadOnlyList<Event> events)
    {
        List<Event>? all = null;
        HashSet<string>? doubted = null;
        for (var k = 0; k < events.Count; k++)
        {
            switch (events[k])
            {
                case LeaseEvent.Ended e when at.HasActions(e.Item):
                    MarkAmbiguous(
                        all ??= [.. events],
                        at,
                        doubted ??= new HashSet<string>(StringComparer.Ordinal),
                        e.Item,
                        a => a.Outstanding!.Lease == e.Lease,
                        "Its lease ended."
                    );
                    break;
                case LeaseEvent.WentStale e when at.HasActions(e.Item):
                    MarkAmbiguous(
                        all ??= [.. events],
                        at,
                        doubted ??= new HashSet<string>(StringComparer.Ordinal),
                        e.Item,
                        a => a.Outstanding!.Lease == e.Lease,
                        "Its lease went stale."
                    );
                    break;
                case LeaseEvent.Resumed { Because: ResumeCause.Holder } e when WaitsOnReview(at, e.Lease):
                    Withdraw(ref all, events, at, e.Item, r => r.Lease == e.Lease, "The holder went on without it.");
                    break;
                case ItemEvent.Cancelled e:
                    if (at.HasActions(e.Item))
                    {
                        MarkAmbiguous(
                            all ??= [.. events],
                            at,
                            doubted ??= new HashSet<string>(StringComparer.Ordinal),
                            e.Item,
                            _ => true,
                            "The item was cancelled."
                        );
                        Withdraw(all, at, e.Item, "The item was cancelled.");
                    }
                    Withdraw(ref all, events, at, e.Item, _ => true, "The item was cancelled.");
                    break;
                case ItemEvent.Completed e:
                    if (at.HasActions(e.Item))
                        Withdraw(all ??= [.. events], at, e.Item, "The item was completed.");
                    Withdraw(ref all, events, at, e.Item, _ => true, "The item was completed.");
                    break;
                default:
                    break; // Others: end no work, so no action and no review is left without its reason.
            }
        }
        return all ?? events;
    }

    // Resuming from another reason leaves the review open.
    private static bool WaitsOnReview(Workspace at, LeaseId lease) =>
        at.FindLease(lease) is { } was && was.Reasons.HasFlag(SuspendReasons.WaitingOnReview);

    private static void MarkAmbiguous(
        List<Event> all,
        Workspace at,
        HashSet<string> doubted,
        ItemId item,
        Func<WorkAction, bool> which,
        string why
    )
    {
        foreach (var action in at.ActionsOf(item))
        {
            if (action.Written == ActionState.Applying && which(action) && doubted.Add(action.Id))
                ActionOutcomes.MarkAmbiguous(all, at, action, why);
        }
    }

    private static void Withdraw(List<Event> all, Workspace at, ItemId item, string why)
    {
        foreach (var action in at.ActionsOf(item))
        {
            if (action.Written == ActionState.Prepared)
                all.Add(new ActionEvent.Withdrawn(action.Id, item, why));
        }
    }

    private static void Withdraw(
        ref List<Event>? all,
        IReadOnlyList<Event> events,
        Workspace at,
        ItemId item,
        Func<Review, bool> which,
        string why
    )
    {
        if (!at.HasArtifacts(item))
            return;
        foreach (var artifact in at.ArtifactsOf(item))
        {
            if (artifact.OpenReview is { } review && which(review))
                (all ??= [.. events]).Add(new ReviewEvent.Withdrawn(artifact.Id, item, review.Id, why));
        }
    }
}
