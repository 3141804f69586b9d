using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>
/// A list of live rows in groups: one grid with one tab stop, heads that stay, and only what is seen drawn. Rows are plain markup.
/// While a pointer or the focus is in the list no row changes its place; what would move waits behind "Show".
/// </summary>
public partial class WorkList<T>
{
    // Below this Virtualize costs more than the rows do, and without it the browser can find text in all of them.
    private const int DrawAllUpTo = 60;

    private IReadOnlyList<WorkGroup<T>> _shown = [];
    private readonly HashSet<string> _folded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unfolded = new(StringComparer.Ordinal);
    private int _waiting;
    private bool _pointed;
    private bool _focused;

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

    /// <summary>A group was folded or unfolded: its name, and whether it is folded now.</summary>
    [Parameter]
    public EventCallback<(string Name, bool IsFolded)> OnFold { get; set; }

    private int RowCount => Groups.Sum(group => group.Total + (group.Name.Length > 0 ? 1 : 0));

    protected override void OnParametersSet()
    {
        if (_pointed || _focused)
            Hold();
        else
            Show();
    }

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

    private Task FoldAsync(WorkGroup<T> group)
    {
        var folds = !IsFolded(group);
        (folds ? _folded : _unfolded).Add(group.Name);
        (folds ? _unfolded : _folded).Remove(group.Name);
        return OnFold.InvokeAsync((group.Name, folds));
    }
}
