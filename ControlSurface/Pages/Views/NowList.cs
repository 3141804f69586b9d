using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Views;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>Which items Now lists under one filter: the rule for its rows, and for what is selected among them.</summary>
/// <param name="words">The words of the filter, parsed.</param>
internal sealed class NowList(NowFilter filter, Query words, Viewer you, DateTimeOffset now)
{
    private readonly bool _namesState = words.Names("state");
    private readonly string[]? _queues = FilterView.Each(filter.Queue);
    private readonly string[]? _states = FilterView.Each(filter.State);
    private readonly string[]? _owners = FilterView.Each(filter.Owner);
    private readonly string[]? _labels = FilterView.Each(filter.Label);

    /// <summary>
    /// Without a filter, and in a view, only owned items are listed. Any other filter searches all open items, and one that names a
    /// state searches the items in that state.
    /// </summary>
    private bool IsOfOwned { get; } =
        filter.IsAny || (filter.View is not null && filter.State is null && !words.Names("state"));

    /// <summary>The rule on a board; null where the words are not understood.</summary>
    public static NowList? Of(NowFilter filter, Viewer you, DateTimeOffset now) =>
        Query.Read(QuerySubject.Items, filter.Text ?? "", out _) is { } words
            ? new NowList(filter, words, you, now)
            : null;

    /// <summary>Whether items of the queue can be in the list.</summary>
    public bool HasQueue(string queue) => _queues is null || _queues.Contains(queue, StringComparer.Ordinal);

    /// <summary>The rows of one queue that the reader may see, in their order.</summary>
    public IReadOnlyList<Item> In(Board board, QueueBoard queue)
    {
        if (filter.IsAny)
            return queue.Owned; // nothing is looked at that all of them meet
        var from = IsOfOwned ? queue.Owned : board.UnownedIn(queue.Name).Concat(queue.Owned);
        return [.. from.Where(Has)];
    }

    /// <summary>How many are in the view that the filter names, whatever else narrows it.</summary>
    public static int InView(NowFilter filter, IEnumerable<QueueBoard> queues, Viewer you, DateTimeOffset now) =>
        Of(new NowFilter(filter.View), you, now) is { } list ? queues.Sum(queue => queue.Owned.Count(list.Has)) : 0;

    /// <summary>Whether the item is in the list, and the reader may see it.</summary>
    public bool Has(Item item) =>
        you.MaySee(item.Queue)
        && HasQueue(item.Queue)
        && IsInState(item)
        && IsInView(item)
        && (
            _owners is null
            || (item.Lease is { } lease && _owners.Contains(lease.Holder.Id.Text, StringComparer.Ordinal))
        )
        && (_labels is null || item.Labels.Any(label => _labels.Contains(label, StringComparer.Ordinal)))
        && words.Matches(item, you.Id, now);

    private bool IsInState(Item item) =>
        IsOfOwned ? item.Lease is not null
        : _states is null ? _namesState || item.Settled is null
        : _states.Contains(WireNames.Of(item.State), StringComparer.Ordinal);

    private bool IsInView(Item item) =>
        filter.View switch
        {
            NowFilter.Mine => item.Lease?.Holder.Id == you.Id,
            NowFilter.Expiring => item.Lease is { } lease && LeaseWords.Clock(lease, you)?.IsExpiring(now) == true,
            NowFilter.People => item.Lease?.Holder.Kind == PrincipalKind.Person,
            NowFilter.Paused => StandsFor(item, SuspendReasons.PausedByPolicy),
            NowFilter.Asking => StandsFor(item, SuspendReasons.WaitingOnHuman),
            _ => !WorkWaits.IsView(filter.View, out var cause) || WorkWaits.For(item, cause),
        };

    private static bool StandsFor(Item item, SuspendReasons reason) =>
        item.Lease is { State: LeaseState.Suspended, Reasons: var reasons } && reasons.HasFlag(reason);
}
