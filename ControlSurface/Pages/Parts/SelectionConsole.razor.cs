using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>
/// The bar below a list of items: what is selected, the acts on it, and what came of the last one. It follows by itself, so that a
/// commit draws this bar and no row. An act is tried on the state as it is before it is asked for, and once more before it begins.
/// </summary>
public sealed partial class SelectionConsole
{
    // Said by a command that is only tried: the rules want a reason and a label, the reader has not written them yet.
    private const string NotYet = "not yet said";

    private BulkAct? _asked;
    private IReadOnlyList<BulkResult> _tried = [];
    private IReadOnlyList<LineView> _lines = [];
    private IReadOnlyList<string> _willDo = [];
    private IReadOnlyCollection<string> _queues = [];
    private RefusalView? _problem;
    private bool _hasChanged;
    private bool _leadsBack;
    private int _leftOut;
    private QuietJob? _quiet;
    private string? _undone;
    private int _said;
    private string _add = "";
    private string _remove = "";
    private int _priority = 5;
    private string _to = Addressees.Roles[0].Value;

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private PaletteSources Palette { get; set; } = null!; // set by the framework before anything is drawn

    /// <summary>What is selected; shared with the list.</summary>
    [Parameter, EditorRequired]
    public required RowSelection Selection { get; set; }

    /// <summary>On a board: the selected rows that are in the list.</summary>
    [Parameter, EditorRequired]
    public required Func<Board, IReadOnlyList<PickedRow>> Here { get; set; }

    /// <summary>What can be done with rows of this kind.</summary>
    [Parameter]
    public IReadOnlyList<BulkAct> Acts { get; set; } = BulkAct.Items;

    /// <summary>What one row is called.</summary>
    [Parameter]
    public string Noun { get; set; } = "item";

    /// <summary>How many items match, also those that are not drawn.</summary>
    [Parameter, EditorRequired]
    public required int Total { get; set; }

    /// <summary>Says how many are selected each time: a row that is a link cannot say by itself that it is.</summary>
    [Parameter]
    public bool SaysEach { get; set; }

    /// <summary>More may match than <see cref="Total"/>: they are found when all are selected.</summary>
    [Parameter]
    public bool MayBeMore { get; set; }

    /// <summary>The address at which all that match can be acted on, to be sent to somebody; null where no words say which they are.</summary>
    [Parameter]
    public string? Page { get; set; }

    /// <summary>All that match are to be selected.</summary>
    [Parameter]
    public EventCallback OnAll { get; set; }

    /// <summary>
    /// The selection is another, or its last job went on: the list is to be looked at and drawn again. A list that drew what it knew
    /// before would let go of its order for rows that are not gone yet, and hold them for good.
    /// </summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    // Of those that were selected, how many will be done.
    private string Those =>
        _willDo.Count == _tried.Count
            ? Words.Plural(_tried.Count, Noun)
            : $"{Words.Count(_willDo.Count)} of {Words.Plural(_tried.Count, Noun)}";

    private bool IsMissing => _asked?.Do == BulkDo.Label && Named(_add) is null && Named(_remove) is null;

    /// <inheritdoc/>
    protected override bool IsPart => true;

    /// <inheritdoc/>
    protected override SelectionView Look()
    {
        var job = Selection.Job is { } id && You.May(Verb.Read) ? ReadPicture(at => at.FindBulk(id)) : null;
        return SelectionView.Of(Selection.Count, Here(Board), Acts, You, job);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Palette.Page = FindAsync;

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        if (Palette.Page == FindAsync)
            Palette.Page = null;
        base.Dispose(isDisposing);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (View is not { } view)
            return;
        await SayAsync(view);
        if (view.Last is { } last && last.Results != Selection.Results)
        {
            Selection.Results = last.Results;
            await OnChanged.InvokeAsync();
            if (last.IsOver)
                await Browser.SayAsync(last.Words);
        }
        if (_leadsBack && _asked is null)
        {
            _leadsBack = false;
            await Browser.FocusListAsync();
        }
    }

    // Once when it begins: what each further row adds is said by the row itself, where it can.
    private async Task SayAsync(SelectionView view)
    {
        var was = _said;
        _said = view.Selected;
        if (SaysEach && was > 0 && view.Selected > 0 && view.Selected != was)
            await Browser.SayAsync($"{Words.Plural(view.Selected, Noun)} selected");
        if (was == 0 && view.Selected > 0)
            await Browser.SayAsync(
                $"{Words.Plural(view.Selected, Noun)} selected. {Hotkeys.ForAct("selection")} leads to what can be done, Escape clears"
            );
    }

    private ValueTask<IReadOnlyList<PaletteEntry>> FindAsync(string words, CancellationToken abandoned)
    {
        if (View is not { Here: > 0 } view)
            return ValueTask.FromResult<IReadOnlyList<PaletteEntry>>([]);
        var group = $"{Words.Plural(view.Here, $"selected {Noun}")}";
        return ValueTask.FromResult<IReadOnlyList<PaletteEntry>>([
            .. view
                .Acts.Select(act => new PaletteEntry(group, act.Icon, null, act.ButtonFor(view.Here), Do: act.Key))
                .Where(entry => entry.Text.Contains(words.Trim(), StringComparison.OrdinalIgnoreCase)),
        ]);
    }

    private Task ClearAsync()
    {
        Selection.Clear();
        return OnChanged.InvokeAsync();
    }

    private void Ask(BulkAct act)
    {
        (_asked, _problem, _hasChanged) = (act, null, false);
        Try(NotYet);
    }

    private BulkCommand.Start Command(BulkAct act, IReadOnlyList<string> ids, string why) =>
        new(
            act.Do,
            act.Do switch
            {
                BulkDo.Label => new BulkArgs(Named(_add) ?? (IsMissing ? [NotYet] : null), Named(_remove)),
                BulkDo.Resolve => new BulkArgs(Resolution: act.Resolution),
                BulkDo.Priority => new BulkArgs(Priority: _priority),
                BulkDo.Handoff => Addressees.IsRole(_to) ? new BulkArgs(ToRole: _to) : new BulkArgs(ToPrincipal: _to),
                _ => new BulkArgs(),
            },
            ids,
            Filter: null,
            ids.Count,
            why
        );

    private static string[]? Named(string label) => label.Trim() is { Length: > 0 } given ? [given] : null;

    // Only what is in the list at this moment is tried, and only what would not be refused is done.
    private void Try(string why)
    {
        var here = Here(Board);
        _queues = here.Select(row => row.Item?.Queue).OfType<string>().ToHashSet(StringComparer.Ordinal);
        _tried = BulkView.Try(
            Engine.Picture,
            Command(_asked!, [.. here.Select(row => row.Id)], why),
            You,
            Time.GetUtcNow(),
            out var refusal
        );
        _problem = refusal is null ? null : RefusalNotes.Of(refusal, Board.NameOf, Time.GetUtcNow());
        _willDo = [.. _tried.Where(result => result.Code is null).Select(result => result.Id)];
        _lines = BulkView.Said(BulkView.Together(_tried), isDone: false, _asked);
    }

    private async Task ConfirmAsync(string why)
    {
        var (shown, meant) = (_willDo.ToHashSet(StringComparer.Ordinal), _tried.Count);
        Try(why);
        // Fewer than were shown is what the reader agreed to; one more is not.
        _hasChanged = !_willDo.All(shown.Contains);
        if (_hasChanged || _problem is not null || _willDo.Count == 0)
            return;
        var leftOut = meant - _willDo.Count;
        var were = Here(Board).Select(row => row.Item).OfType<Item>().ToList();
        var outcome = await SendAsync(Command(_asked!, _willDo, why));
        _problem = Refusal;
        if (outcome.Reply is not BulkReply { Job: var job })
            return;
        (_asked, _leftOut, _leadsBack) = (null, leftOut, true);
        (_quiet, _undone) = (QuietJob.Of(job, were), null);
        Selection.Began(job.Id);
        await OnChanged.InvokeAsync();
    }

    // Once, and of that job alone: what was done after it is not taken back with it.
    private async Task UndoAsync()
    {
        if (_quiet is not { } quiet || ReadPicture(at => at.FindBulk(quiet.Id)) is not { } job)
            return;
        _quiet = null;
        _undone = await quiet.UndoAsync(job, Engine, You.Caller);
        LookNow();
        await Browser.SayAsync(_undone);
    }
}
