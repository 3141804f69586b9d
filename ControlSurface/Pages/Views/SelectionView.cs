using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>A selected row that is in its list now.</summary>
/// <param name="Id">The id of an item or a conflict.</param>
/// <param name="Item">The item; null for a conflict.</param>
public sealed record PickedRow(string Id, Item? Item = null)
{
    /// <summary>The selected items that are in the list, in the order of their ids. Costs by what is selected, not by the list.</summary>
    /// <param name="isListed">Whether an item is in the list; null where the list shows nothing.</param>
    public static IReadOnlyList<PickedRow> Items(
        IReadOnlyCollection<string> ids,
        Board board,
        Func<Item, bool>? isListed
    )
    {
        var here = new List<Item>(ids.Count);
        foreach (var text in isListed is null ? [] : ids)
        {
            if (ItemId.TryParse(text, out var id) && board.Find(id) is { } item && isListed!(item))
                here.Add(item);
        }
        here.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        return here.ConvertAll(item => new PickedRow(item.Id.Text, item));
    }
}

/// <summary>What is selected in a list, as the list is now, and what can be done with it.</summary>
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
    /// <param name="selected">How many are selected.</param>
    /// <param name="here">Those of them that are in the list.</param>
    /// <param name="acts">What is done with rows of this kind.</param>
    /// <param name="last">The job that the last act began, if there is one.</param>
    public static SelectionView Of(
        int selected,
        IReadOnlyList<PickedRow> here,
        IReadOnlyList<BulkAct> acts,
        Viewer you,
        BulkJob? last
    ) =>
        new(
            selected,
            here.Count,
            you.May(Verb.Bulk)
                ? [.. acts.Where(act => here.Any(row => row.Item is not { } item || act.Suits(item)))]
                : [],
            last is null ? null : BulkProgress.Of(last)
        );
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
        var done = BulkAct.Of(job)?.Done(tried - failed) ?? $"{Components.Words.Plural(tried - failed, "item")} done";
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
