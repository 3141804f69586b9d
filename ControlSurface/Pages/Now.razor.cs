using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>Who owns what, grouped by queue.</summary>
public sealed partial class Now
{
    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    [Inject]
    private IServiceProvider Services { get; set; } = null!; // set by the framework

    [Inject]
    private KnownPast Past { get; set; } = null!; // set by the framework

    private WorkList<WorkRowView>? _list;
    private string? _peeked;

    // Each row has them: one for a page, not one for a row and a drawing.
    private EventCallback<(string Id, bool UpToHere)> _pick;
    private EventCallback<string> _peek;
    private string? _key;
    private RefusalView? _keyProblem;
    private bool _makesKey;

    /// <inheritdoc/>
    protected override Task OnInitializedAsync()
    {
        _pick = EventCallback.Factory.Create<(string, bool)>(this, Pick);
        _peek = EventCallback.Factory.Create<string>(this, item => _peeked = item);
        return base.OnInitializedAsync();
    }

    // Not every house that shows this page has keys to give.
    private IAgentKeys? Keys => Services.GetService<IAgentKeys>();

    private async Task MakeKeyAsync(string name)
    {
        if (Keys is not { } keys)
            return;
        _makesKey = true;
        try
        {
            (_key, var outcome) = await keys.MakeAsync(name.Trim(), You.Caller);
            _keyProblem = outcome.Refusal is { } refusal ? RefusalNotes.Of(refusal, Board.NameOf, outcome.Now) : null;
        }
        finally
        {
            _makesKey = false;
            LookNow();
        }
    }

    /// <summary>One of the views of <c>NowFilter</c>, from the address; null for all.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? ViewName { get; set; }

    /// <summary>Only items of these queues, parted by commas.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary>Only items in these states, parted by commas.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>Only items of these owners, by id, parted by commas.</summary>
    [SupplyParameterFromQuery]
    public string? Owner { get; set; }

    /// <summary>Only items with these labels, parted by commas.</summary>
    [SupplyParameterFromQuery]
    public string? Label { get; set; }

    /// <summary>Only items that the words mean.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    private int? _stale;

    // What a list leaves out is said, so that nobody takes an empty list for an answer.
    private string NotSearched =>
        Filter.NamesState
            ? "Only work in memory was searched: what was completed or cancelled leaves it after a while and is found by search."
            : "What is completed or cancelled was not searched.";

    private NowFilter Filter =>
        new(Given(ViewName), Given(Queue), Given(State), Given(Owner), Given(Label), Given(Text));

    private RowSelection Selection { get; } = new();

    private bool MaySelect => You.May(Core.Vocabulary.Verb.Bulk);

    private void Pick((string Id, bool UpToHere) row)
    {
        if (row.UpToHere && _list is { } list)
            Selection.PressUpTo(row.Id, list.Between);
        else
            Selection.Press(row.Id);
    }

    private IReadOnlyList<PickedRow> Picked(Board board) =>
        PickedRow.Items(Selection.Ids, board, NowList.Of(Filter, You, Time.GetUtcNow()) is { } list ? list.Has : null);

    private IEnumerable<string> AllShown =>
        View!.Groups.SelectMany(group => ((IKeyedRows<WorkRowView>)group.Rows).Keys);

    private void PickAll() => Selection.AddAll(AllShown);

    private void PickAllOrNone() => Selection.PressAll([.. AllShown]);

    /// <inheritdoc/>
    protected override NowView Look()
    {
        var now = Time.GetUtcNow();
        return NowView.From(Board, Filter, You, now, past: Past.OfYesterday(Board, You, now, Zone), before: View);
    }

    // What turned stale by itself is told to those who do not see the list; what stands there when they come is in it.
    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await KnowZoneAsync();
        if (View is not { } view)
            return;
        var (before, now) = (_stale, view.Stale);
        _stale = now;
        if (now > before)
            await Browser.SayAsync($"{Words.Plural(now - before.Value, "item")} became stale");
    }
}
