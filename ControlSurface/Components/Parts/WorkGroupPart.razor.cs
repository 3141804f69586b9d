using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>
/// One group of a <see cref="WorkList{T}"/>: its head and its rows. It is drawn again only where its list says that something of it
/// changed: of twenty queues on a page a commit mostly touches one.
/// </summary>
public partial class WorkGroupPart<T>
{
    // Below this Virtualize costs more than the rows do, and without it the browser can find text in all of them.
    internal const int DrawAllUpTo = 60;

    private (WorkGroup<T> Group, bool IsFolded, int Waiting, object? By) _drawn;

    /// <summary>The group. One that is the same object is drawn the same.</summary>
    [Parameter, EditorRequired]
    public required WorkGroup<T> Group { get; set; }

    /// <summary>What it is, for those who do not see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>The row's own markup, as in <see cref="WorkList{T}.Row"/>.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment<T> Row { get; set; }

    /// <summary>Height of a row in px.</summary>
    [Parameter, EditorRequired]
    public required float ItemSize { get; set; }

    /// <summary>Only its head is shown.</summary>
    [Parameter]
    public bool IsFolded { get; set; }

    /// <summary>Its button was pressed.</summary>
    [Parameter]
    public EventCallback OnFold { get; set; }

    /// <summary>How many rows of the whole list wait to change their place, where this is the first group.</summary>
    [Parameter]
    public int Waiting { get; set; }

    /// <summary>The list's new order was asked for.</summary>
    [Parameter]
    public EventCallback OnShow { get; set; }

    /// <inheritdoc cref="WorkList{T}.DrawnBy"/>
    [Parameter]
    public object? DrawnBy { get; set; }

    // The first drawing asks nobody.
    /// <inheritdoc/>
    protected override void OnInitialized() => _drawn = (Group, IsFolded, Waiting, DrawnBy);

    /// <inheritdoc/>
    protected override bool ShouldRender()
    {
        var isSame =
            DrawnBy is not null
            && ReferenceEquals(_drawn.Group, Group)
            && (_drawn.IsFolded, _drawn.Waiting) == (IsFolded, Waiting)
            && DrawnBy.Equals(_drawn.By);
        _drawn = (Group, IsFolded, Waiting, DrawnBy);
        return !isSame;
    }
}
