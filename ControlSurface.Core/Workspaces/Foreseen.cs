using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// The records that the last decision foresaw for its reply. Where its events are then recorded, what was foreseen is what
/// becomes: made once, by the same rule, from the same record, by the same event. Anything else is evolved afresh.
/// </summary>
internal sealed class Foreseen
{
    // Events are recorded in the order in which they were foreseen: what is looked for is next, or not there.
    private const int LooksAhead = 4;
    private readonly List<(Recorded Recorded, Item? Was, Item Now)> _records = [];
    private int _next;

    internal void Clear()
    {
        _records.Clear();
        _next = 0;
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
