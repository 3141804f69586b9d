using ControlSurface.Content;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Review;

/// <summary>
/// One version beside another: words marked, unchanged stretches folded, each hidden character shown. On a phone always one
/// line below the other. What is unfolded and where the reader is stays theirs until another pair is shown.
/// </summary>
public partial class DiffView
{
    private readonly HashSet<int> _unfolded = [];
    private IReadOnlyList<DiffRow> _rows = [];
    private (Comparison? Comparison, DiffLayout Layout, int Unfolded) _made;
    private RowList? _list;
    private bool _isNarrow;
    private int _change = -1;

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    /// <summary>What is compared; made by <see cref="Comparisons"/>.</summary>
    [Parameter, EditorRequired]
    public required Comparison Comparison { get; set; }

    /// <summary>The old version in words, as "v3, last approved".</summary>
    [Parameter, EditorRequired]
    public required string FromLabel { get; set; }

    /// <summary>The new version in words, as "v4, reading".</summary>
    [Parameter, EditorRequired]
    public required string ToLabel { get; set; }

    /// <summary>Who made the old version, when, and what became of it.</summary>
    [Parameter]
    public RenderFragment? FromHead { get; set; }

    /// <summary>Who made the new version, when, and its hash.</summary>
    [Parameter]
    public RenderFragment? ToHead { get; set; }

    /// <summary>What is read stays although a newer version may come.</summary>
    [Parameter]
    public bool IsPinned { get; set; }

    /// <summary>Beside one another, or in one column.</summary>
    [Parameter]
    public DiffLayout Layout { get; set; }

    /// <summary>The reader chose the other layout.</summary>
    [Parameter]
    public EventCallback<DiffLayout> LayoutChanged { get; set; }

    /// <summary>Whether <see cref="Comparison"/> ignores whitespace; the page makes another one when this is asked to change.</summary>
    [Parameter]
    public bool IgnoreWhitespace { get; set; }

    /// <summary>The reader chose whether white space counts.</summary>
    [Parameter]
    public EventCallback<bool> IgnoreWhitespaceChanged { get; set; }

    /// <summary>Drawn in the fixed width, as code is.</summary>
    [Parameter]
    public bool IsCode { get; set; }

    /// <summary>How many comments stand at a line of the new text, by its number.</summary>
    [Parameter]
    public IReadOnlyDictionary<int, int>? Comments { get; set; }

    /// <summary>The comments of a line were asked for.</summary>
    [Parameter]
    public EventCallback<int> OnComments { get; set; }

    private TextDiff Diff => Comparison.Diff;

    private DiffLayout Shown => _isNarrow && Layout == DiffLayout.Side ? DiffLayout.Inline : Layout;

    private string Where =>
        _change >= 0
            ? $"{Words.Count(_change + 1)} of {Words.Plural(Diff.Changes, "change")}"
            : Words.Plural(Diff.Changes, "change");

    /// <summary>Brings a line of the new text into sight, unfolding what hides it.</summary>
    public async Task ShowLineAsync(int line)
    {
        var pair = Diff.Pairs.TakeWhile(one => one.NewNumber != line).Count();
        foreach (var fold in _rows.Select(row => row.Fold).OfType<DiffFold>())
        {
            if (pair >= fold.First && pair < fold.First + fold.Count)
                _unfolded.Add(fold.First);
        }
        MakeRows();
        StateHasChanged();
        var row = _rows
            .TakeWhile(one => (one.Right ?? one.Left) is not { OfOld: false } cell || cell.Line != line)
            .Count();
        if (row < _rows.Count && _list is not null)
            await _list.ShowAsync(row);
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_made.Comparison, Comparison))
        {
            _unfolded.Clear();
            _change = -1;
        }
        MakeRows();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !await Browser.IsNarrowAsync())
            return;
        _isNarrow = true;
        MakeRows();
        StateHasChanged();
    }

    // A long line goes on in the next row: where rows are few the browser breaks it, and only a very long one is divided.
    private static int RoomFor(DiffLayout layout) => layout == DiffLayout.Side ? 46 : 100;

    private void MakeRows()
    {
        var made = (Comparison, Shown, _unfolded.Count);
        if (made == _made)
            return;
        _made = made;
        _rows = DiffRows.Of(Diff, Shown, _unfolded, HiddenText.LongLine);
        if (_rows.Count >= RowList.Many)
            _rows = DiffRows.Of(Diff, Shown, _unfolded, RoomFor(Shown));
    }

    private void Unfold(DiffFold fold)
    {
        _unfolded.Add(fold.First);
        MakeRows();
    }

    private async Task StepAsync(int by)
    {
        _change = _change < 0 && by < 0 ? Diff.Changes - 1 : (_change + by + Diff.Changes) % Diff.Changes;
        var row = _rows.TakeWhile(one => one.Change != _change).Count();
        if (row < _rows.Count && _list is not null)
            await _list.ShowAsync(row);
    }

    // What cannot be pressed says why.
    private string? NoChange => Diff.Changes == 0 ? "There is no change to go to" : null;

    private string BlanksWords =>
        IgnoreWhitespace
            ? "Lines that differ only in blanks and line ends count as the same"
            : "Lines that differ only in blanks and line ends are shown as changed";

    private string Pressed(DiffLayout layout) => Layout == layout ? "true" : "false";
}
