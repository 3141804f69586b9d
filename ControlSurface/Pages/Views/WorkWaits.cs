using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>Whose work waits now.</summary>
/// <param name="Who">An agent by its name; "You"; or people, from <see cref="WaitsView.LeastGroup"/> on, by their number.</param>
/// <param name="IsAgent">It is one agent.</param>
/// <param name="Runs">In how many runs.</param>
/// <param name="Open">How many items.</param>
/// <param name="OldestAt">Since when the one that waits longest.</param>
/// <param name="Href">Those items, as a list; null where they belong to several people.</param>
public sealed record WaitingHolderRow(
    string Who,
    bool IsAgent,
    int Runs,
    int Open,
    DateTimeOffset OldestAt,
    string? Href
);

/// <summary>Work that somebody has and that cannot go on: the rule for the list of it, and for the figures that lead there.</summary>
internal static class WorkWaits
{
    private const string Prefix = NowFilter.Waiting + "-";

    /// <summary>The view of Now that lists it.</summary>
    internal static string ViewOf(WaitCause? cause) =>
        cause is { } one ? Prefix + WaitWords.Word(one) : NowFilter.Waiting;

    /// <summary>Whether a view of Now is one of these, and for which cause; null for all causes.</summary>
    internal static bool IsView(string? view, out WaitCause? cause)
    {
        cause =
            view?.StartsWith(Prefix, StringComparison.Ordinal) == true
                ? WaitWords.CauseOf(view[Prefix.Length..])
                : null;
        return view == NowFilter.Waiting || cause is not null;
    }

    /// <summary>Whether the item's work waits for that cause, or for any.</summary>
    internal static bool For(Core.Items.Item item, WaitCause? cause) =>
        Begun(item, static _ => default).Any(one => cause is null || one.Cause == cause);

    // For what it waits and since when; null for what its holder says blocks it. A clock that stands still for several reasons has stood
    // since the first.
    private static IEnumerable<(WaitCause? Cause, DateTimeOffset Since)> Begun(
        Core.Items.Item item,
        Func<ItemId, DateTimeOffset> conflictOf
    )
    {
        if (item.Lease is not { IsLive: true } lease)
            yield break;
        if (lease is { State: LeaseState.Suspended, SuspendedAt: { } since })
        {
            foreach (var (reason, cause) in Reasons)
            {
                if (lease.Reasons.HasFlag(reason))
                    yield return (cause, since);
            }
        }
        foreach (var wait in item.LockWaits)
            yield return (WaitCause.Lock, wait.Since);
        if (item.OpenConflicts > 0)
            yield return (WaitCause.Conflict, conflictOf(item.Id));
    }

    private static readonly (SuspendReasons, WaitCause?)[] Reasons =
    [
        (SuspendReasons.WaitingOnReview, WaitCause.Review),
        (SuspendReasons.WaitingOnHuman, WaitCause.Question),
        (SuspendReasons.PausedByPolicy, WaitCause.Pause),
        (SuspendReasons.Blocked, null),
    ];

    /// <summary>Who waits with what they have: each agent, and people as their figures are shown.</summary>
    internal static IReadOnlyList<WaitingHolderRow> Of(Board board, Viewer you, string? queue, WaitCause? cause)
    {
        var conflicts = board
            .OpenConflicts.Where(one => one.Item is not null)
            .GroupBy(one => one.Item!.Value)
            .ToDictionary(of => of.Key, of => of.Min(one => one.OpenedAt));
        var waiting = board
            .Queues.Where(one => you.MaySee(one.Name) && (queue is null || one.Name == queue))
            .SelectMany(one => one.Owned)
            .SelectMany(item =>
                Begun(item, id => conflicts.GetValueOrDefault(id, board.At))
                    .Where(one => cause is null || one.Cause == cause)
                    .OrderBy(one => one.Since)
                    .Take(1)
                    .Select(one => (item.Lease!.Holder, one.Since))
            )
            .ToLookup(one => one.Holder.Kind);
        var people = waiting[PrincipalKind.Person].ToLookup(one => one.Holder.Id == you.Id);
        List<WaitingHolderRow> rows =
        [
            .. waiting[PrincipalKind.Agent]
                .GroupBy(one => one.Holder.Id)
                .Select(one => Row([.. one], one.First().Holder.Name, isAgent: true, Address(one.Key))),
        ];
        if (people[true].ToList() is { Count: > 0 } own)
            rows.Add(Row(own, "You", isAgent: false, Address(you.Id)));
        var others = people[false].ToList();
        if (others.Select(one => one.Holder.Id).Distinct().Count() is >= WaitsView.LeastGroup and var count)
            rows.Add(Row(others, $"{Components.Words.Count(count)} people", isAgent: false, href: null));
        return [.. rows.OrderBy(row => row.OldestAt).ThenBy(row => row.Who, StringComparer.Ordinal)];

        string Address(PrincipalId who) => "./?" + new NowFilter(ViewOf(cause), queue, Owner: who.Text).Query;
    }

    private static WaitingHolderRow Row(
        List<(Holder Holder, DateTimeOffset Since)> work,
        string who,
        bool isAgent,
        string? href
    ) =>
        new(
            who,
            isAgent,
            work.Select(one => (one.Holder.Id, one.Holder.Run)).Where(one => one.Run is not null).Distinct().Count(),
            work.Count,
            work.Min(one => one.Since),
            href
        );
}
