using ControlSurface.Components;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>How long locks below one path made others wait within a period.</summary>
/// <param name="Path">What the targets have in common; their own pattern in the runbook.</param>
/// <param name="Queues">The queues of the work that waited.</param>
/// <param name="Waits">How many waits ended.</param>
/// <param name="Ms">How long those had lasted together, in milliseconds.</param>
/// <param name="Href">The patterns that it sums, in the runbook.</param>
public sealed record LockLoss(string Path, string Queues, int Waits, long Ms, string Href);

/// <summary>Time lost by waits for locks, by path, within a period that has a name.</summary>
/// <param name="Period">The period.</param>
/// <param name="Since">When the period began.</param>
/// <param name="Rows">The path that cost most first.</param>
public sealed record LockLosses(LockPeriod Period, DateTimeOffset Since, IReadOnlyList<LockLoss> Rows)
{
    // What one reads at a glance; the runbook has the rest.
    private const int Most = 12;

    /// <summary>How long all of them had waited, in milliseconds.</summary>
    public long Ms => Rows.Sum(row => row.Ms);

    /// <summary>From the patterns of the runbook that the viewer may see. Under the picture's lock.</summary>
    /// <param name="queue">Only what work of this queue waited for; null for all.</param>
    public static LockLosses Of(Workspace at, LockPeriod period, Viewer you, DateTimeOffset now, string? queue = null)
    {
        return new LockLosses(
            period,
            period.SinceAt(now),
            [
                .. at
                    .Patterns.Where(pattern => pattern.Kind == Pattern.LockWait && you.MaySee(pattern.Queue))
                    .Where(pattern => queue is null || pattern.Queue == queue)
                    .GroupBy(pattern => pattern.Prefix, StringComparer.Ordinal)
                    .Select(same => same.Where(pattern => period.CountOf(pattern, now) > 0).ToList())
                    .Where(same => same.Count > 0)
                    .Select(same => new LockLoss(
                        same[0].Prefix,
                        string.Join(
                            ", ",
                            same.Select(pattern => pattern.Queue).OfType<string>().Order(StringComparer.Ordinal)
                        ),
                        same.Sum(pattern => period.CountOf(pattern, now)),
                        same.Sum(pattern => period.LostMsOf(pattern, now)),
                        RunbookFilter.AddressOf(same[0].Prefix, period, queue)
                    ))
                    .OrderByDescending(row => row.Ms)
                    .ThenBy(row => row.Path, StringComparer.Ordinal)
                    .Take(Most),
            ]
        );
    }
}

/// <summary>A period of days of UTC that ends today.</summary>
/// <param name="Key">In the address: <c>7d</c>.</param>
/// <param name="Days">How many days, today included.</param>
public sealed record LockPeriod(string Key, string Name, int Days)
{
    /// <summary>The periods of which the runbook keeps the days.</summary>
    public static IReadOnlyList<LockPeriod> All { get; } =
    [new("1d", "Today", 1), new("7d", "7 days", 7), new("28d", "28 days", 28)];

    /// <summary>How often what the pattern counts happened in the period.</summary>
    public int CountOf(Pattern pattern, DateTimeOffset now) => Of(pattern, now).Sum(day => day.Count);

    /// <summary>How much time was lost in the period, in milliseconds.</summary>
    public long LostMsOf(Pattern pattern, DateTimeOffset now) => Of(pattern, now).Sum(day => day.LostMs);

    /// <summary>When its first day began.</summary>
    public DateTimeOffset SinceAt(DateTimeOffset now) => DateTimeOffset.UnixEpoch.AddDays(FirstDay(now));

    private IEnumerable<PatternDay> Of(Pattern pattern, DateTimeOffset now)
    {
        var first = FirstDay(now);
        return pattern.Days.Where(day => day.Day >= first);
    }

    private int FirstDay(DateTimeOffset now) => PatternDay.Of(now) - Days + 1;

    /// <summary>The period that an address names; 7 days where it names none.</summary>
    public static LockPeriod Of(string? key) => All.FirstOrDefault(one => one.Key == key) ?? All[1];
}

/// <summary>A request for locks that waits, and who has what it waits for.</summary>
/// <param name="Waits">Who waits, since when and until when at the longest.</param>
/// <param name="Wanted">The targets that it asked for.</param>
/// <param name="For">Who has what was in the way when the wait began, and still has it.</param>
/// <param name="Behind">The targets that were in the way, with commas between.</param>
public sealed record WaitingFor(TargetUser Waits, string Wanted, IReadOnlyList<TargetUser> For, string? Behind)
{
    /// <summary>Each request that waits, the longest wait first.</summary>
    public static IReadOnlyList<WaitingFor> All(IReadOnlyList<TargetView> targets)
    {
        var byPath = targets.ToDictionary(target => target.Path, StringComparer.Ordinal);
        return
        [
            .. targets
                .SelectMany(target => target.Waiters)
                // One request may wait for several targets.
                .GroupBy(user => (user.Item, user.Since, user.Behind))
                .Select(asked => new WaitingFor(
                    asked.First(),
                    string.Join(", ", asked.Select(user => user.Target)),
                    [
                        .. (asked.Key.Behind ?? "")
                            .Split(", ")
                            .SelectMany(path => byPath.GetValueOrDefault(path)?.Holders ?? [])
                            .Where(holder => holder.Item is null || holder.Item != asked.Key.Item)
                            .DistinctBy(holder => (holder.Item, holder.Hold, holder.Target)),
                    ],
                    asked.Key.Behind
                ))
                .OrderBy(one => one.Waits.Since)
                .ThenBy(one => one.Wanted, StringComparer.Ordinal),
        ];
    }
}
