using ControlSurface.Components;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>Something that came since an instant and still needs somebody.</summary>
/// <param name="State">How it stands, in a word: "Stale".</param>
/// <param name="What">What it is, by its title.</param>
/// <param name="Of">Its id and where it belongs.</param>
/// <param name="At">Since when it stands so.</param>
/// <param name="Act">What can be done there, on the link: "Take over".</param>
public sealed record StillView(
    string Icon,
    Hue Hue,
    string State,
    string What,
    string Of,
    DateTimeOffset At,
    string Href,
    string Act
)
{
    /// <summary>All of it that the viewer may see, the worst kind first, in each the oldest first.</summary>
    public static IReadOnlyList<StillView> Since(Board board, Viewer you, DateTimeOffset from) =>
        [
            .. Doubtful(board, you).Where(one => one.At >= from).OrderBy(one => one.At),
            .. Open(board, you).Where(one => one.At >= from).OrderBy(one => one.At),
            .. Stale(board, you).Where(one => one.At >= from).OrderBy(one => one.At),
            .. Parked(board, you).Where(one => one.At >= from).OrderBy(one => one.At),
            .. Paused(board, you).Where(one => one.At >= from).OrderBy(one => one.At),
        ];

    private static IEnumerable<StillView> Doubtful(Board board, Viewer you) =>
        from action in board.Ambiguous
        where you.MaySee(board.QueueOf(action))
        select new StillView(
            Icons.CircleQuestionMark,
            Hue.Open,
            "May have happened",
            $"{action.Kind} on {action.Target}",
            Where(action.Id, board.QueueOf(action)),
            action.UpdatedAt,
            action.Item is { } item ? $"items/{item.Text}" : "history?type=action.ambiguous",
            "Look"
        );

    private static IEnumerable<StillView> Open(Board board, Viewer you) =>
        from conflict in board.OpenConflicts
        where you.MaySee(board.QueueOf(conflict))
        select new StillView(
            Icons.OctagonAlert,
            Hue.Bad,
            conflict.State == ConflictState.InReview ? "In review" : "Conflict",
            conflict.Item is { } id && board.Find(id) is { } item ? item.Title : conflict.What,
            Where(conflict.Id.Text, board.QueueOf(conflict)),
            conflict.OpenedAt,
            $"conflicts/{conflict.Id.Text}",
            "Settle"
        );

    private static IEnumerable<StillView> Stale(Board board, Viewer you) =>
        from item in board.Items
        where item.State == ItemState.Stale && item.Lease is { StaleAt: not null } && you.MaySee(item.Queue)
        select new StillView(
            Icons.TimerOff,
            Hue.Bad,
            "Stale",
            item.Title,
            $"{Where(item.Id.Text, item.Queue)} · from {LeaseWords.Full(item.Lease!.Holder)}",
            item.Lease.StaleAt!.Value,
            $"desk/{item.Id.Text}",
            "Take over"
        );

    // What was put off until a time comes back by itself.
    private static IEnumerable<StillView> Parked(Board board, Viewer you) =>
        from item in board.Items
        where item.State == ItemState.Parked && item.Parked is { Until: null } && you.MaySee(item.Queue)
        select new StillView(
            Icons.CircleMinus,
            Hue.Wait,
            "Parked",
            item.Title,
            Where(item.Id.Text, item.Queue),
            item.Parked!.At,
            $"items/{item.Id.Text}",
            "Look"
        );

    private static IEnumerable<StillView> Paused(Board board, Viewer you) =>
        from queue in board.Queues
        where queue.Queue.Pause is not null && you.MaySee(queue.Name)
        select new StillView(
            Icons.CirclePause,
            Hue.Wait,
            "Paused",
            queue.Name,
            queue.Queue.Pause!.Why,
            queue.Queue.Pause.At,
            $"queues/{Uri.EscapeDataString(queue.Name)}",
            "Look"
        );

    private static string Where(string id, string? queue) => queue is null ? id : $"{id} · {queue}";
}
