using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>Waits added up: those that are over, those that still wait, and those of the period before.</summary>
/// <param name="Ms">How long in the time that is shown, what still waits included.</param>
/// <param name="WasMs">How long in the period before.</param>
/// <param name="LongestMs">The longest that ended in the time that is shown; 0 where none did.</param>
internal sealed record WaitSum(
    long Ms,
    long WasMs,
    long Come,
    long Gone,
    long WasCome,
    long WasGone,
    long LongestMs,
    int Open,
    DateTimeOffset? OldestAt
)
{
    internal static WaitSum Nothing { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, null);

    internal WaitSum And(WaitSum more) =>
        new(
            Ms + more.Ms,
            WasMs + more.WasMs,
            Come + more.Come,
            Gone + more.Gone,
            WasCome + more.WasCome,
            WasGone + more.WasGone,
            Math.Max(LongestMs, more.LongestMs),
            Open + more.Open,
            OldestAt is null || more.OldestAt < OldestAt ? more.OldestAt ?? OldestAt : OldestAt
        );
}

/// <summary>What is told apart: a queue, a cause, and its kind.</summary>
internal readonly record struct WaitKey(string Queue, WaitCause Cause, string Kind);

/// <summary>The waits of both periods by queue, cause and kind, and added up by any of them.</summary>
internal sealed class WaitSums
{
    private readonly Dictionary<WaitKey, WaitSum> _sums = [];

    internal WaitSums(Waits waits, WaitPeriods periods)
    {
        foreach (var one in waits.ByQueue)
            Add(
                new(one.Queue, one.Cause, one.Kind),
                WaitSum.Nothing with
                {
                    Ms = one.Ms,
                    Come = one.Come,
                    Gone = one.Gone,
                    LongestMs = one.LongestMs,
                }
            );
        foreach (var one in waits.Before)
            Add(
                new(one.Queue, one.Cause, one.Kind),
                WaitSum.Nothing with
                {
                    WasMs = one.Ms,
                    WasCome = one.Come,
                    WasGone = one.Gone,
                }
            );
        foreach (var open in waits.Open)
            Add(
                new(open.Queue, open.Cause, open.Kind),
                WaitSum.Nothing with
                {
                    Ms = periods.MsOf(open),
                    WasMs = periods.WasMsOf(open),
                    Open = 1,
                    OldestAt = open.Since,
                }
            );
        All = _sums.Values.Aggregate(WaitSum.Nothing, (sum, one) => sum.And(one));
    }

    /// <summary>All of it in one.</summary>
    internal WaitSum All { get; }

    /// <summary>Added up by what a key has in common with others.</summary>
    internal Dictionary<T, WaitSum> By<T>(Func<WaitKey, T> what)
        where T : notnull
    {
        var sums = new Dictionary<T, WaitSum>();
        foreach (var (key, sum) in _sums)
            sums[what(key)] = sums.TryGetValue(what(key), out var known) ? known.And(sum) : sum;
        return sums;
    }

    private void Add(WaitKey key, WaitSum sum) =>
        _sums[key] = _sums.TryGetValue(key, out var known) ? known.And(sum) : sum;
}
