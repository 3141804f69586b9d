using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace ControlSurface.Components.Parts;

/// <summary>
/// A part of the frame that changes seldom, while the frame itself is drawn with every event: it is drawn again only when what it is
/// made from has changed. Its content must be made from nothing but <see cref="Of"/>.
/// </summary>
public sealed class Still : ComponentBase
{
    private object? _drawnOf;
    private bool _isDrawn;
    private bool _isNew;

    /// <summary>What the content is made from, as a value; null for nothing that changes.</summary>
    [Parameter]
    public object? Of { get; set; }

    /// <summary>What is drawn.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        _isNew = !_isDrawn || !Equals(_drawnOf, Of);
        (_drawnOf, _isDrawn) = (Of, true);
    }

    /// <inheritdoc/>
    protected override bool ShouldRender() => _isNew;

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, ChildContent);
}
