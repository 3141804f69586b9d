using ControlSurface.Content;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Review;

/// <summary>One text as its lines.</summary>
public sealed partial class SourceView
{
    private const int Columns = 100;

    private RowList? _list;
    private string? _laid;
    private IReadOnlyList<DiffRow> _rows = [];

    /// <summary>The text as it is.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>What the text hides.</summary>
    [Parameter, EditorRequired]
    public required HiddenText Hidden { get; set; }

    /// <summary>What the text is, for those who do not see it.</summary>
    [Parameter]
    public string Label { get; set; } = "Source";

    /// <summary>Drawn in the fixed width, as code is.</summary>
    [Parameter]
    public bool IsCode { get; set; }

    /// <summary>How many comments stand at a line, by its number.</summary>
    [Parameter]
    public IReadOnlyDictionary<int, int>? Comments { get; set; }

    /// <summary>The comments of a line were asked for.</summary>
    [Parameter]
    public EventCallback<int> OnComments { get; set; }

    /// <summary>The text is not what is under review, but the same in order.</summary>
    [Parameter]
    public bool IsLaid { get; set; }

    /// <summary>Brings a line, from 1, into sight.</summary>
    public ValueTask ShowLineAsync(int line)
    {
        var row = _rows.TakeWhile(one => one.Left!.Line != line).Count();
        return row < _rows.Count && _list is not null ? _list.ShowAsync(row) : ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_laid, Text))
            return;
        _laid = Text;
        _rows = DiffRows.Plain(Text, HiddenText.LongLine);
        if (_rows.Count >= RowList.Many)
            _rows = DiffRows.Plain(Text, Columns);
    }
}
