using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Shell;

/// <summary>
/// Gives the heading of a page the focus once it is drawn, so that whoever listens hears where they are. Whoever types already, or has a
/// dialog open, keeps the focus: it comes a moment after the page, and letters that were meant for a field would be keys of the page.
/// </summary>
public sealed class HeadingFocus : ComponentBase
{
    private Type? _page;
    private bool _isNew;

    /// <summary>The page that is shown.</summary>
    [Parameter, EditorRequired]
    public required Microsoft.AspNetCore.Components.RouteData RouteData { get; set; }

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    protected override void OnParametersSet()
    {
        _isNew = _page != RouteData.PageType;
        _page = RouteData.PageType;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isNew)
            return;
        _isNew = false;
        await Browser.FocusHeadingAsync();
    }
}
