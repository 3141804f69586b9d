using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>The list of conflicts.</summary>
public sealed partial class Conflicts
{
    private IReadOnlyList<ConflictRow>? _asked;

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = null!; // set by the framework
    private WorkList<ConflictRow>? _list;

    /// <summary>The tab, from the address; null for the first.</summary>
    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    /// <summary>Only conflicts of this kind.</summary>
    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    /// <summary>Only conflicts of this queue.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary>Only conflicts that the words mean.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    private ConflictFilter Filter =>
        new(Show is "resolved" or "dismissed" ? Show : null, Given(Kind), Given(Queue), Given(Text));

    /// <inheritdoc/>
    protected override ConflictListView Look() =>
        ReadPicture(at => ConflictListView.From(at, Filter, You, Time.GetUtcNow()));

    /// <inheritdoc/>
    protected override bool IsConcernedBy(Touched touched) => touched.Everything || touched.Conflicts;

    private RowSelection Selection { get; } = new();

    private bool MaySelect => You.May(Core.Vocabulary.Verb.Bulk);

    // What is drawn is what is meant: a conflict that was settled meanwhile has left.
    private IReadOnlyList<PickedRow> Picked(Board board) =>
        [.. View!.Selectable.Where(row => Selection.Has(row.Id)).Select(row => new PickedRow(row.Id))];

    private void Pick((string Id, bool UpToHere) row)
    {
        if (row.UpToHere && _list is { } list)
            Selection.PressUpTo(row.Id, list.Between);
        else
            Selection.Press(row.Id);
    }

    private void PickAll() => Selection.AddAll(View!.Selectable.Select(row => row.Id));

    private void PickAllOrNone() => Selection.PressAll([.. View!.Selectable.Select(row => row.Id)]);

    // Each by itself, as it was seen: what moved since is refused and named, and the others are not held up by it.
    private async Task DismissAsync(string why)
    {
        var failed = new List<string>();
        RefusalView? last = null;
        foreach (var row in _asked ?? [])
        {
            if (
                !ConflictId.TryParse(row.Id, out var id)
                || await DoAsync(
                    new ConflictCommand.Resolve(
                        id,
                        ConflictResolution.Dismiss,
                        row.Seq,
                        Content: null,
                        OnHash: null,
                        why
                    )
                )
            )
                continue;
            failed.Add(row.Id);
            last = Refusal;
        }
        Refusal = last is null
            ? null
            : last with
            {
                Happened =
                    $"{Words.Plural(failed.Count, "conflict")} stayed open: {string.Join(", ", failed.Take(8))}. {last.Happened}",
            };
        // The contract knows no way back for a conflict.
        if ((_asked?.Count ?? 0) - failed.Count is > 0 and var closed)
            Snackbar.Say(
                $"{(closed == 1 ? _asked!.Single(row => !failed.Contains(row.Id)).Id : Words.Plural(closed, "conflict"))} {(closed == 1 ? "is" : "are")} dismissed. That stays so."
            );
        _asked = null;
    }
}
