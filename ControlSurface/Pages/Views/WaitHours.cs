using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>How long work waited in each hour or day of the time that is shown, by cause, what still waits included.</summary>
internal sealed class WaitHours
{
    private readonly Dictionary<WaitCause, long[]> _ms = [];
    private readonly ChartRange _range;
    private readonly DateTimeOffset _until;

    internal WaitHours(Waits waits, WaitPeriods periods, ChartRange range)
    {
        (_range, _until) = (range, periods.Until);
        At = [.. Enumerable.Range(0, range.Steps).Select(k => periods.From + range.Step * k)];
        foreach (var one in waits.ByTime.Where(one => one.Ms > 0))
        {
            if (PlaceOf(one.From) is >= 0 and var place && place < At.Count)
                Of(one.Cause)[place] += one.Ms;
        }
        foreach (var cause in waits.Open.GroupBy(open => open.Cause))
            AddOpen(Of(cause.Key), cause);
    }

    /// <summary>When each hour or day begins.</summary>
    internal IReadOnlyList<DateTimeOffset> At { get; }

    /// <summary>How long in one of them, for all causes.</summary>
    internal long MsAt(int place) => _ms.Values.Sum(ms => ms[place]);

    /// <summary>For which cause work waited longest in one of them.</summary>
    internal (WaitCause Cause, long Ms) MostAt(int place) =>
        _ms.Select(one => (one.Key, one.Value[place]))
            .OrderByDescending(one => one.Item2)
            .ThenBy(one => one.Key)
            .First();

    // Each adds a part of the hour in which it began, and all of those after it: many that wait long cost no more than the hours.
    private void AddOpen(long[] ms, IEnumerable<OpenWait> open)
    {
        var begun = new int[At.Count];
        foreach (var one in open)
        {
            var since = one.Since > At[0] ? one.Since : At[0];
            if (since >= _until)
                continue;
            var place = Math.Min(PlaceOf(since), At.Count - 1);
            ms[place] += (long)(EndOf(place) - since).TotalMilliseconds;
            if (place + 1 < begun.Length)
                begun[place + 1]++;
        }
        var waiting = 0L;
        for (var place = 0; place < ms.Length; place++)
        {
            waiting += begun[place];
            ms[place] += waiting * (long)(EndOf(place) - At[place]).TotalMilliseconds;
        }
    }

    private int PlaceOf(DateTimeOffset at) => (int)((at - At[0]) / _range.Step);

    private DateTimeOffset EndOf(int place) => At[place] + _range.Step is var end && end < _until ? end : _until;

    private long[] Of(WaitCause cause) =>
        _ms.TryGetValue(cause, out var known) ? known : _ms[cause] = new long[At.Count];
}
