using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What is selected in a list of items, as the list is now, and what can be done with it.</summary>
/// <param name="Selected">How many are selected, also those that have left the list.</param>
/// <param name="Here">How many of them are in the list: the only ones that anything is done to.</param>
/// <param name="Acts">What is worth offering for these.</param>
/// <param name="Last">What became of the last selection; null where nothing was done.</param>
public sealed record SelectionView(int Selected, int Here, IReadOnlyList<BulkAct> Acts, BulkProgress? Last)
    : IView<SelectionView>
{
    /// <summary>How many have left the list since they were selected.</summary>
    public int Gone => Selected - Here;

    /// <summary>The view of a selection.</summary>
    /// <param name="ids">What is selected.</param>
    /// <param name="isListed">Whether an item is in the list; null where the list shows nothing.</param>
    /// <param name="last">The job that the last act began, if there is one.</param>
    public static SelectionView Of(
        IReadOnlyCollection<string> ids,
        Board board,
        Func<Item, bool>? isListed,
        Viewer you,
        BulkJob? last
    )
    {
        var here = ItemsOf(ids, board, isListed);
        IReadOnlyList<BulkAct> acts = you.May(Verb.Bulk) ? [.. BulkAct.All.Where(act => here.Any(act.Suits))] : [];
        return new SelectionView(ids.Count, here.Count, acts, last is null ? null : BulkProgress.Of(last));
    }

    /// <summary>The selected items that are in the list now, in the order of their ids. Costs by what is selected, not by the list.</summary>
    public static List<Item> ItemsOf(IReadOnlyCollection<string> ids, Board board, Func<Item, bool>? isListed)
    {
        var here = new List<Item>(ids.Count);
        if (isListed is null)
            return here;
        foreach (var text in ids)
        {
            if (ItemId.TryParse(text, out var id) && board.Find(id) is { } item && isListed(item))
                here.Add(item);
        }
        here.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        return here;
    }
}

/// <summary>How far a job is, in the one line below a list.</summary>
/// <param name="Words">What was done so far, and how many were refused, in sentences.</param>
/// <param name="Results">How many were tried.</param>
/// <param name="IsOver">Nothing more comes of it.</param>
public sealed record BulkProgress(string Id, string Words, int Results, bool IsOver, bool HasFailed)
{
    /// <summary>The line of a job.</summary>
    public static BulkProgress Of(BulkJob job)
    {
        var (tried, failed, total) = (job.Results.Count, job.Failed, job.Ids.Count);
        var done =
            BulkAct.Of(job.Do)?.Done(tried - failed) ?? $"{Components.Words.Plural(tried - failed, "item")} done";
        var refused = failed == 0 ? "" : $", {Components.Words.Count(failed)} refused";
        return new BulkProgress(
            job.Id.Text,
            job.State switch
            {
                BulkState.Running => $"{done}{refused} of {Components.Words.Count(total)} so far",
                BulkState.Stopped => $"{done}{refused}; it was stopped",
                BulkState.Done => done + refused,
            },
            tried,
            job.State != BulkState.Running,
            failed > 0
        );
    }
}
