using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>What the Desk's list is narrowed to.</summary>
/// <param name="Show"><c>stale</c> or <c>handed_off</c>; null for both.</param>
/// <param name="Text">The words of a query (<see cref="Query"/>).</param>
public sealed record DeskFilter(string? Show = null, string? Queue = null, string? Text = null)
{
    /// <summary>All of it as the words of a query.</summary>
    public string Words =>
        string.Join(
            ' ',
            new[] { SavedViews.Term("state", Show), SavedViews.Term("queue", Queue), Text?.Trim() }.OfType<string>()
        );

    /// <summary>The Desk so narrowed, with an item open; null for none.</summary>
    public string Address(string? item)
    {
        var query = string.Join(
            '&',
            new[]
            {
                Show is null ? null : $"show={Show}",
                Queue is null ? null : $"queue={Uri.EscapeDataString(Queue)}",
                Text is null ? null : $"q={Uri.EscapeDataString(Text)}",
            }.OfType<string>()
        );
        return $"desk{(item is null ? "" : "/" + item)}{(query.Length == 0 ? "" : "?" + query)}";
    }
}

/// <summary>Which items the Desk lists under one filter: the rule for its rows, and for what is selected among them.</summary>
internal sealed class DeskList(DeskFilter filter, Query words, Viewer you, DateTimeOffset now)
{
    /// <summary>The states of all that waits here, as the words of a query name them.</summary>
    public const string States = "stale,handed_off";

    /// <summary>The rule; null where the words are not understood.</summary>
    public static DeskList? Of(DeskFilter filter, Viewer you, DateTimeOffset now) => Of(filter, you, now, out _, out _);

    /// <summary>The rule with the words as they were read, or with what is wrong with them.</summary>
    public static DeskList? Of(
        DeskFilter filter,
        Viewer you,
        DateTimeOffset now,
        out Query? words,
        out string? fault
    ) =>
        (words = Query.Read(QuerySubject.Items, filter.Text ?? "", out fault)) is { } read
            ? new DeskList(filter, read, you, now)
            : null;

    /// <summary>Whether the item is in the list, and the reader may see it.</summary>
    public bool Has(Item item) =>
        item.State is ItemState.Stale or ItemState.HandedOff
        && you.MaySee(item.Queue)
        && (filter.Show is null || WireNames.Of(item.State) == filter.Show)
        && FilterView.Allows(filter.Queue, item.Queue)
        && words.Matches(item, you.Id, now);
}

/// <summary>One entry of the Desk's list.</summary>
/// <param name="From">Who left it, and for whom.</param>
/// <param name="Note">What else is worth knowing at a glance: "may still revive".</param>
/// <param name="IsGone">No longer waits: it stays for as long as it is read.</param>
public sealed record DeskRow(
    string Item,
    string? Lease,
    string State,
    string Title,
    string Queue,
    DateTimeOffset Since,
    string From,
    string? Note,
    bool IsSelected,
    bool IsGone
);

/// <summary>The handover that is open.</summary>
/// <param name="Source">The very record that it was made from: the same record draws the same panel.</param>
/// <param name="Clock">The current lease's clock.</param>
/// <param name="Owner">Who holds it now, if somebody does.</param>
/// <param name="OwnedSince">Since when they do.</param>
public sealed record DeskPanel(
    Item Source,
    HandoverView Handover,
    ItemActs Acts,
    LeaseClock? Clock,
    HolderView? Owner,
    DateTimeOffset? OwnedSince,
    IReadOnlyList<string> Changed,
    IReadOnlyList<TimelineEntry> Since
)
{
    /// <summary>The panel for one item; null where there is none, or none that the viewer may see. Under the picture's lock.</summary>
    public static DeskPanel? From(Workspace at, Item? item, Viewer you, DateTimeOffset now)
    {
        if (item is null || !you.MaySee(item.Queue) || at.FindQueue(item.Queue) is not { } room)
            return null;
        var lease = item.Lease is { IsLive: true } live ? live : null;
        var records = ItemRecords.Of(at, item.Id, you, now);
        var acts = ItemActs.Of(at, item, you, now);
        var handover = HandoverViews.Of(item, room.Queue, you, at.NameOf);
        return new DeskPanel(
            item,
            handover with
            {
                // What one would get is said only where one may have it.
                TakeOverWords = WaitsForAnother(item, acts)
                    ? "It waits for somebody else; what was left is here to be read."
                    : handover.TakeOverWords,
                Outside = records.Outside,
                Done = records.Done,
                // What is known is more than what the holder wrote down.
                Drafts = records.Artifacts,
                Decisions = records.Decisions,
                Locks = LockViews.Held(at, item, you),
            },
            acts,
            lease is null ? null : LeaseWords.Clock(lease, you),
            lease is null ? null : LeaseWords.Of(lease.Holder, you),
            lease?.ClaimedAt,
            lease?.Holder.Id == you.Id ? lease.MustAcknowledge?.Changed ?? [] : [],
            HandoverViews.SinceThen(item, at, you)
        );
    }

    private static bool WaitsForAnother(Item item, ItemActs acts) =>
        item is { Settled: null, Lease: not { IsLive: true } }
        && acts is { MayTakeOver: false, MayAccept: false, MayClaim: false };
}

/// <summary>The Desk: stale and handed-off work, oldest first, and the handover of one of them.</summary>
public sealed record DeskView(
    [property: NotDrawn] long Seq,
    IReadOnlyList<TabView> Tabs,
    IReadOnlyList<FilterView> Filters,
    IReadOnlyList<DeskRow> Rows,
    int Waiting,
    DeskPanel? Panel
) : IView<DeskView>
{
    /// <summary>What is wrong with the words typed; null where nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The items that wait, in the order of the rows: what can be selected. One that is gone and still read is none.</summary>
    public IReadOnlyList<string> Waits { get; init; } = [];

    /// <summary>The saved view that this is, if the reader may delete it.</summary>
    public SavedView? Kept { get; init; }

    /// <summary>The same from a workspace.</summary>
    public static DeskView From(Workspace at, DeskFilter filter, ItemId? open, Viewer you, DateTimeOffset now) =>
        From(Board.Of(at), DeskPanel.From(at, open is { } id ? at.FindItem(id) : null, you, now), filter, you);

    /// <summary>The Desk of a board, with the item that stands open beside the list; null for none.</summary>
    public static DeskView From(Board board, DeskPanel? panel, DeskFilter filter, Viewer you)
    {
        var queues = board.Queues.Where(queue => you.MaySee(queue.Name)).ToList();
        var stale = queues.Sum(queue => queue.CountOf(ItemState.Stale));
        var handedOff = queues.Sum(queue => queue.CountOf(ItemState.HandedOff));
        var list = DeskList.Of(filter, you, board.At, out var words, out var fault);
        var waits = list is null ? [] : Waiters(board, queues).Where(list.Has).ToList();
        // What is being read stays, in its place, with what became of it, until the reader moves on.
        var gone = panel?.Source is { } read && waits.TrueForAll(item => item.Id != read.Id) ? read : null;
        var rows = (gone is null ? waits : waits.Append(gone))
            .OrderBy(HandoverViews.WaitedSince)
            .ThenBy(item => item.Id)
            .Select(item => Row(item, board, you, item.Id == panel?.Source.Id, ReferenceEquals(item, gone)))
            .ToList();
        return new DeskView(
            board.Seq,
            [
                new("All", stale + handedOff, (filter with { Show = null }).Address(null), filter.Show is null),
                new("Stale", stale, (filter with { Show = "stale" }).Address(null), filter.Show == "stale"),
                new(
                    "Handed off",
                    handedOff,
                    (filter with { Show = "handed_off" }).Address(null),
                    filter.Show == "handed_off"
                ),
            ],
            [
                new("Queue", "queue", filter.Queue, [.. queues.Select(queue => new ChoiceView(queue.Name, queue.Name))])
                {
                    TakesSeveral = true,
                    Said = SavedViews.Said(words, "queue"),
                },
            ],
            rows,
            stale + handedOff,
            panel
        )
        {
            Fault = fault,
            Waits = [.. rows.Where(row => !row.IsGone).Select(row => row.Item)],
            Kept = filter.Words is { Length: > 0 } kept
                ? SavedViews.Find(board.Views, "desk", kept, you.Id, you.May(Verb.ShareView))
                : null,
        };
    }

    // Stale work is known by its lease; only where somebody handed something off are the other items walked.
    private static IEnumerable<Item> Waiters(Board board, List<QueueBoard> queues)
    {
        foreach (var queue in queues)
        {
            for (var i = 0; i < queue.CountOf(ItemState.Stale); i++)
                yield return queue.Owned[i];
        }
        var names = queues
            .Where(queue => queue.CountOf(ItemState.HandedOff) > 0)
            .Select(queue => queue.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
            yield break;
        foreach (var item in board.Items)
        {
            if (item.Handoff is not null && item.State == ItemState.HandedOff && names.Contains(item.Queue))
                yield return item;
        }
    }

    private static DeskRow Row(Item item, Board board, Viewer you, bool isSelected, bool isGone) =>
        new(
            item.Id.Text,
            item.LastLease?.Id.Text,
            WireNames.Of(item.State),
            item.Title,
            item.Queue,
            HandoverViews.Since(item),
            Whence(item, board, you),
            Note(item),
            isSelected,
            isGone
        );

    private static string Whence(Item item, Board board, Viewer you)
    {
        if (item.Handoff is { } handoff)
        {
            var to =
                handoff.ToPrincipal == you.Id ? "you"
                : handoff.ToPrincipal is { } person ? board.NameOf(person)
                : handoff.ToRole!;
            return $"{LeaseWords.Full(handoff.From)} to {to}";
        }
        return item.LastLease is not { } lease ? "nobody yet"
            : lease.IsLive ? $"{LeaseWords.Full(lease.Holder)} holds it"
            : $"from {LeaseWords.Full(lease.Holder)}";
    }

    private static string? Note(Item item) =>
        item.Attention.Count > 0 && item.Attention[0] != AttentionKind.StaleHold
            ? WireNames.Of(item.Attention[0]).Replace('_', ' ')
        : item.RequeueAt is not null ? "goes back by itself"
        : item.State == ItemState.Stale && item.Lease!.Policy.ReviveStale ? "may still revive"
        : null;
}
