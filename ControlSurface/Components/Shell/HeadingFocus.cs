using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Shell;

/// <summary>
/// Gives the heading of a page the focus once the page is drawn, so that a reader who listens hears where they are. A reader who types
/// already, or has a dialog open, keeps the focus: else the rest of what they type would be keys of the page.
/// </summary>
public sealed class HeadingFocus : ComponentBase
{
    private Type? _page;
    private string _thing = "";
    private bool _isNew;

    /// <summary>The page that is shown.</summary>
    [Parameter, EditorRequired]
    public required Microsoft.AspNetCore.Components.RouteData RouteData { get; set; }

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        var thing = ThingOf(RouteData);
        _isNew |= _page != RouteData.PageType || _thing != thing;
        (_page, _thing) = (RouteData.PageType, thing);
    }

    // A page of one thing is another page for another thing. A list that shows one of its things beside it stays the list.
    private static string ThingOf(Microsoft.AspNetCore.Components.RouteData route) =>
        route
            .PageType.GetCustomAttributes<RouteAttribute>()
            .All(one => one.Template.Contains('{', StringComparison.Ordinal))
            ? string.Join(
                '/',
                route.RouteValues.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value)
            )
            : "";

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isNew)
            return;
        _isNew = false;
        await Browser.FocusHeadingAsync();
    }
}
