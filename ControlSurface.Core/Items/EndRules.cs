using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Items;

/// <summary>Ends a lease and says where its item goes: the one place for every way in which a lease ends (FIELD.md, 3).</summary>
internal static class EndRules
{
    /// <summary>The end itself. A started lease that ends without completion counts as an attempt (API.md, Items).</summary>
    internal static LeaseEvent.Ended End(
        Lease lease,
        EndedAs how,
        string? note = null,
        ReleaseOutcome? outcome = null,
        string? result = null
    ) =>
        new(
            lease.Item,
            lease.Id,
            how,
            Attempt: how != EndedAs.Completed && lease.StartedAt is not null,
            Lapse: how == EndedAs.Expired && lease.State == LeaseState.Claimed && lease.StartedAt is null,
            note,
            outcome,
            result
        );

    /// <summary>Ends the lease and puts the item where it goes by itself: queue, rest after a failure, or parked.</summary>
    /// <param name="rest">The rest asked for, in seconds; null for the queue's own after a failure.</param>
    internal static void EndAndReturn(
        List<Event> events,
        Item item,
        LeaseEvent.Ended end,
        DateTimeOffset now,
        bool failed = false,
        int? rest = null
    )
    {
        events.Add(end);
        var policy = item.Lease!.Policy;
        var attempts = item.Attempts + (end.Attempt ? 1 : 0);
        if (end.Attempt && policy.MaxAttempts is { } most && attempts >= most)
        {
            events.Add(new ItemEvent.Parked(item.Id, "attempts_exhausted", Until: null, AttemptsUsedUp: true));
            events.Add(new ItemEvent.AskedForAttention(item.Id, AttentionKind.AttemptsExhausted, Detail: null));
            return;
        }
        var seconds = failed ? rest ?? policy.Backoff?.After(Math.Max(1, attempts)) ?? 0 : 0;
        if (seconds > 0)
            events.Add(new ItemEvent.BackedOff(item.Id, now.AddSeconds(seconds)));
    }

    /// <summary>Ends every lease of a principal, or of one run of theirs, in the order of the items.</summary>
    internal static List<Lease> EndAll(
        List<Event> events,
        IItems at,
        PrincipalId principal,
        Func<Lease, bool> which,
        EndedAs how,
        string? why,
        DateTimeOffset now
    )
    {
        var ended = new List<Lease>();
        foreach (var item in at.HeldBy(principal))
        {
            if (!which(item.Lease!))
                continue;
            ended.Add(item.Lease!);
            EndAndReturn(events, item, End(item.Lease!, how, why), now);
        }
        return ended;
    }
}
