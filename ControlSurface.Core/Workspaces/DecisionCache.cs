using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Item records and follow-up events that a decision computed for its reply. Evolving by the same events from the same records takes
/// them from here instead of computing them twice; anything else is evolved afresh.
/// </summary>
internal sealed class DecisionCache
{
    // Events are evolved in the order in which the decision computed them: the entry is among the next few, or not there.
    private const int LooksAhead = 4;
    private readonly List<(Recorded Recorded, Item? Was, Item Now)> _records = [];
    private int _next;
    private (IReadOnlyList<Event> Events, int Count, IReadOnlyList<Event> After)? _followUps;

    /// <summary>The events with those that follow from them; null where the decision did not compute that for this very list.</summary>
    internal IReadOnlyList<Event>? FollowUpsOf(IReadOnlyList<Event> events) =>
        _followUps is { } known && ReferenceEquals(known.Events, events) && known.Count == events.Count
            ? known.After
            : null;

    internal IReadOnlyList<Event> Keep(IReadOnlyList<Event> events, IReadOnlyList<Event> after)
    {
        _followUps = (events, events.Count, after);
        return after;
    }

    internal Item Add(Recorded recorded, Item? was, Item now)
    {
        _records.Add((recorded, was, now));
        return now;
    }

    /// <summary>
    /// The record after the event; null unless the decision computed it for this event at this seq and instant, by the same principal,
    /// from the same record.
    /// </summary>
    internal Item? Find(Recorded recorded, Item? was)
    {
        for (var k = _next; k < _records.Count && k < _next + LooksAhead; k++)
        {
            var (known, before, now) = _records[k];
            if (!ReferenceEquals(known.Event, recorded.Event) || !ReferenceEquals(before, was))
                continue;
            _next = k + 1;
            return known.Seq == recorded.Seq && known.At == recorded.At && known.By == recorded.By ? now : null;
        }
        return null;
    }
}
