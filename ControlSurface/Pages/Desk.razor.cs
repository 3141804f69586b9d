using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Live;
using ControlSurface.Pages.Parts;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>Stale and handed-off work, oldest first, with the handover of the one that is open.</summary>
public sealed partial class Desk
{
    private ItemConsole? _console;

    // Opened by itself, as the oldest; kept although it may no longer be that, since somebody reads it.
    private string? _first;

    // What the reader did something to last: where it is no longer theirs, the next that waits is offered.
    private string? _acted;
    private bool _handedOff;

    /// <summary>The item that is open; null for the list alone.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>The tab, from the address; null for the first.</summary>
    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    /// <summary>Only items of this queue.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary>Only items that the words mean.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    private DeskFilter Filter => new(Show is "stale" or "handed_off" ? Show : null, Given(Queue), Given(Text));

    private RowSelection Selection { get; } = new();

    private bool MaySelect => You.May(Verb.Bulk);

    private IReadOnlyList<PickedRow> Picked(Board board) =>
        PickedRow.Items(Selection.Ids, board, DeskList.Of(Filter, You, board.At) is { } list ? list.Has : null);

    private void Pick((string Id, bool UpToHere) row)
    {
        if (row.UpToHere)
            Selection.PressUpTo(row.Id, (from, to) => RowSelection.Between(View!.Waits, from, to));
        else
            Selection.Press(row.Id);
    }

    private void PickAll() => Selection.AddAll(View!.Waits);

    private void PickAllOrNone() => Selection.PressAll(View!.Waits);

    /// <inheritdoc/>
    protected override DeskView Look()
    {
        if (Id is null && _first is null)
            _first = DeskView.From(Board, panel: null, Filter, You).Rows is [var first, ..] ? first.Item : null;
        var open = ItemId.TryParse(Id ?? _first, out var id) ? id : (ItemId?)null;
        var panel = open is { } item
            ? ReadPicture(at => DeskPanel.From(at, at.FindItem(item), You, Time.GetUtcNow()))
            : null;
        return DeskView.From(Board, panel, Filter, You);
    }

    private async Task<Outcome> ActAsync(Command command)
    {
        var item = View?.Panel?.Handover.Item;
        var outcome = await SendAsync(command);
        if (outcome.Refusal is not null)
            return outcome;
        // The page was drawn as soon as the outcome was there, and does not offer the next work yet.
        (_acted, _handedOff) = (item, command is LeaseCommand.HandOff);
        StateHasChanged();
        return outcome;
    }

    private DeskRow? NextAfter(DeskView view, DeskPanel panel) =>
        _acted == panel.Handover.Item
        && !panel.Acts.IsYours
        && (IsHandedOff(panel) || !view.Waits.Contains(panel.Handover.Item, StringComparer.Ordinal))
            ? view.Rows.FirstOrDefault(row => !row.IsGone && row.Item != panel.Handover.Item)
            : null;

    private Task<bool> SawAsync((string Action, bool Happened, string Saw) seen) =>
        DoAsync(new ActionCommand.Verify(seen.Action, seen.Happened, null, null, seen.Saw));

    // It waits on the Desk again, for somebody else: the reader is done with it.
    private bool IsHandedOff(DeskPanel panel) =>
        _handedOff && _acted == panel.Handover.Item && panel.Handover.State == "handed_off";

    private bool IsGood(DeskPanel panel) =>
        panel.Acts.IsYours || panel.Handover.State == "completed" || IsHandedOff(panel);

    // What became of it: who has it now is said, and the panel stays to be read.
    private string? Became(DeskPanel panel) =>
        panel switch
        {
            { Acts.IsYours: true, Changed.Count: > 0 } =>
                $"It is yours. Changed since you took it: {string.Join(", ", panel.Changed)}.",
            { Acts.IsYours: true } => "It is yours.",
            { Owner: { } owner, OwnedSince: { } since } => $"{owner.Full} has it since {Words.At(since)}.",
            _ when IsHandedOff(panel) => "You handed it off. It waits until somebody accepts it.",
            { Handover.State: "completed" } => "It is completed.",
            { Handover.State: "cancelled" } => "It was cancelled.",
            { Handover.State: "queued" } => "It is back in its queue.",
            { Handover.State: "parked" or "blocked" } => "It is back in its queue, and rests.",
            _ => null,
        };
}
