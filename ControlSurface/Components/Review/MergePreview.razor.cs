using ControlSurface.Content;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Review;

/// <summary>The merged text, and whether the merge is clean.</summary>
public sealed partial class MergePreview
{
    private MergeResult? _made;
    private IReadOnlyList<DiffRow> _rows = [];
    private HiddenText _hidden = HiddenText.None;

    /// <summary>What the merge offers, place by place.</summary>
    [Parameter, EditorRequired]
    public required MergeResult Merge { get; set; }

    /// <summary>The current text, that a conflict is shown from.</summary>
    [Parameter, EditorRequired]
    public required string Current { get; set; }

    /// <summary>The proposed text, that a conflict is shown from.</summary>
    [Parameter, EditorRequired]
    public required string Proposed { get; set; }

    /// <summary>What the merge would become, as "Merged, as it would become v8".</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>What the current version is called.</summary>
    [Parameter]
    public string CurrentName { get; set; } = "current";

    /// <summary>What the proposed content is called.</summary>
    [Parameter]
    public string ProposedName { get; set; } = "proposed";

    /// <summary>Drawn in the fixed font, with white space as it is.</summary>
    [Parameter]
    public bool IsCode { get; set; }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_made, Merge))
            return;
        _made = Merge;
        var text = Merge.Text ?? ThreeWay.Marked(Merge, Current, Proposed, CurrentName, ProposedName);
        _hidden = HiddenText.Of(text);
        _rows = DiffRows.Plain(text, HiddenText.LongLine, ThreeWay.Changed(Merge));
        if (_rows.Count >= RowList.Many)
            _rows = DiffRows.Plain(text, 100, ThreeWay.Changed(Merge));
    }
}
