using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// The records, and what follows, that the last decision foresaw for its reply. Where its events are then recorded, what was
/// foreseen is what becomes: made once, by the same rule, from the same record, by the same event. Anything else is evolved afresh.
/// </summary>
internal sealed class DecisionCache
{
    // Events are recorded in the order in which they were foreseen: what is looked for is next, or not there.
    private const int LooksAhead = 4;
    private readonly List<(Recorded Recorded, Item? Was, Item Now)> _records = [];
    private int _next;
    private (IReadOnlyList<Event> Events, int Count, IReadOnlyList<Event> After)? _followUps;

    /// <summary>What was found to follow from just these events; null where that was not looked for.</summary>
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
    /// Null unless exactly this event, at this place and instant and by the same principal, was foreseen for this record.
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
