using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>
/// A list of live rows in groups: one grid with one tab stop, heads that stay, and only what is seen drawn. Rows are plain markup.
/// While a pointer or the focus is in the list no row changes its place; what would move waits behind "Show".
/// </summary>
public partial class WorkList<T>
{
    private IReadOnlyList<WorkGroup<T>> _shown = [];
    private readonly HashSet<string> _folded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unfolded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventCallback> _folds = new(StringComparer.Ordinal);
    private EventCallback _show;
    private int _waiting;
    private bool _pointed;
    private bool _focused;
    private object? _asked;

    /// <summary>The rows in groups, in order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<WorkGroup<T>> Groups { get; set; }

    /// <summary>The row's own markup: one <c>div.row</c>, best a component with <c>ShouldRender</c>.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment<T> Row { get; set; }

    /// <summary>The column heads.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment Head { get; set; }

    /// <summary>What tells one row from another, also when it changed.</summary>
    [Parameter, EditorRequired]
    public required Func<T, string> RowKey { get; set; }

    /// <summary>What the list is, and its order, for those who do not see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Height of a row in px; the stylesheet's row must have it.</summary>
    [Parameter]
    public float ItemSize { get; set; } = 36;

    /// <summary>Which rows are selected; null where rows cannot be.</summary>
    [Parameter]
    public RowSelection? Selection { get; set; }

    /// <summary>What tells the selection one row from another; null for a row that cannot be selected.</summary>
    [Parameter]
    public Func<T, string?>? SelectKey { get; set; }

    /// <summary>What the reader asked to see, or did: where it is another than before, the list takes its new order at once.</summary>
    [Parameter]
    public object? Asked { get; set; }

    /// <summary>
    /// All that rows are drawn by beside themselves, such as which of them are selected. A group that is the same object as before is
    /// drawn again only where this differs. Null: every group is drawn with the list.
    /// </summary>
    [Parameter]
    public object? DrawnBy { get; set; }

    /// <summary>A group was folded or unfolded: its name, and whether it is folded now.</summary>
    [Parameter]
    public EventCallback<(string Name, bool IsFolded)> OnFold { get; set; }

    private int RowCount => Groups.Sum(group => group.Total + (group.Name.Length > 0 ? 1 : 0));

    /// <inheritdoc/>
    protected override void OnInitialized() => _show = EventCallback.Factory.Create(this, Show);

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if ((_pointed || _focused) && Equals(Asked, _asked))
            Hold();
        else
            Show();
        _asked = Asked;
    }

    /// <summary>The rows from one to another, both included, as they stand in the list now; folded groups are left out.</summary>
    /// <returns>Keys of the selection; only <paramref name="to"/> where the other is not in the list.</returns>
    public IReadOnlyList<string> Between(string from, string to)
    {
        var keys = _shown.Where(group => !IsFolded(group)).SelectMany(group => KeysOf(group.Rows)).ToList();
        return RowSelection.Between(keys, from, to);
    }

    private IEnumerable<string> KeysOf(IReadOnlyList<T> rows) =>
        rows is IKeyedRows<T> keyed ? keyed.Keys : rows.Select(row => (SelectKey ?? RowKey)(row)).OfType<string>();

    private void Show()
    {
        _shown = Groups;
        _waiting = 0;
    }

    private void Hold()
    {
        var arrived = Groups.ToDictionary(group => group.Name, StringComparer.Ordinal);
        _waiting = 0;
        var held = new List<WorkGroup<T>>();
        foreach (var group in _shown)
        {
            var now = arrived.GetValueOrDefault(group.Name);
            var (rows, waiting) = HeldOrder.Keep(group.Rows, now?.Rows ?? [], RowKey);
            held.Add((now ?? group) with { Rows = rows });
            _waiting += waiting;
        }
        _waiting += Groups.Where(group => _shown.All(s => s.Name != group.Name)).Sum(group => group.Rows.Count);
        _shown = held;
    }

    private void LetGo(bool pointer)
    {
        if (pointer)
            _pointed = false;
        else
            _focused = false;
        if (!_pointed && !_focused)
            Show();
    }

    private bool IsFolded(WorkGroup<T> group) =>
        _folded.Contains(group.Name) || (group.IsFolded && !_unfolded.Contains(group.Name));

    // One handler for a group's life: a new one at each drawing would be sent to the browser for each group, again and again.
    private EventCallback FoldOf(WorkGroup<T> group)
    {
        if (!_folds.TryGetValue(group.Name, out var fold))
            _folds.Add(group.Name, fold = EventCallback.Factory.Create(this, () => FoldAsync(group.Name)));
        return fold;
    }

    private Task FoldAsync(string name) =>
        _shown.FirstOrDefault(group => group.Name == name) is { } group ? FoldAsync(group) : Task.CompletedTask;

    private Task FoldAsync(WorkGroup<T> group)
    {
        var folds = !IsFolded(group);
        (folds ? _folded : _unfolded).Add(group.Name);
        (folds ? _unfolded : _folded).Remove(group.Name);
        return OnFold.InvokeAsync((group.Name, folds));
    }
}
