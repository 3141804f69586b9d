using ControlSurface.Components;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>Menu, counts and reader: what the frame around each page says.</summary>
public static class FrameViews
{
    // More than these are found in the palette.
    private const int MostViews = 12;

    /// <summary>The frame of one reader; empty for nobody.</summary>
    public static FrameView From(Board board, Viewer you, bool isWritable)
    {
        if (you.Principal is null)
            return FrameView.Empty with { Seq = board.Seq, IsWritable = isWritable };
        long owned = 0;
        long desk = 0;
        foreach (var queue in board.Queues)
        {
            if (!you.MaySee(queue.Name))
                continue;
            owned += queue.LiveCount;
            desk += queue.CountOf(ItemState.Stale) + queue.CountOf(ItemState.HandedOff);
        }
        var counts = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["./"] = owned,
            ["desk"] = desk,
            ["review"] = board.ReviewsFor(you),
            ["conflicts"] = board.OpenConflicts.Count(conflict => you.MaySee(board.QueueOf(conflict))),
        };
        return new FrameView(
            House: null,
            you.Principal is { } who ? new HolderView(who.Name, who.Kind == PrincipalKind.Agent, IsYou: true) : null,
            you.Role,
            counts,
            board.Seq,
            isWritable,
            isWritable ? null : board.At,
            board.UnreadOf(you.Id)
        )
        {
            YourId = you.Id.Text,
            Lost = Lost(board, you),
            Views =
            [
                .. board
                    .Views.Where(view => view.By == you.Id || (view.Shared && ViewRules.IsSeen(you.Scope, view)))
                    .OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase)
                    .Take(MostViews)
                    .Select(view => new ChoiceView(SavedViews.Address(view), view.Name)),
            ],
        };
    }

    private static List<LostView> Lost(Board board, Viewer you)
    {
        var kept = board.KeptOf(you.Id);
        return
        [
            .. board
                .InboxOf(you.Id)
                .Where(entry => entry.Kind == InboxKind.LeaseEnded && !kept.HasRead(entry))
                .Take(3)
                .Select(entry => new LostView(entry.Id, entry.What, entry.At, $"items/{entry.Item}")),
        ];
    }

    /// <summary>Whether they differ in nothing but the seq.</summary>
    public static bool SayTheSame(FrameView a, FrameView b) =>
        ViewEquality.AreSame(a with { Seq = 0 }, b with { Seq = 0 });
}
