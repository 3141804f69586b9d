using ControlSurface.Components;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>Says on a page that the whole line is stopped, and goes away by itself when it goes on.</summary>
public sealed partial class LineStopNote
{
    private (bool IsKnown, LineStop? Stop) _told;

    /// <summary>A <see cref="LineConsole"/> stands on the same page: no way to one is shown.</summary>
    [Parameter]
    public bool HasConsole { get; set; }

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    /// <inheritdoc/>
    protected override bool IsPart => true;

    /// <inheritdoc/>
    protected override bool IsConcernedBy(Touched touched) => touched.Everything;

    /// <inheritdoc/>
    protected override LineStopView Look() => LineStopView.From(Board, You, follows: []);

    // What stands there when a reader comes is read with the page; what changes while they are there is announced. The note is no live
    // region itself: its age would be announced each time that it grows.
    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (View is not { } view)
            return;
        var told = _told;
        _told = (true, view.Stop);
        if (told.IsKnown && told.Stop != view.Stop)
            await Browser.SayAsync(view.Aloud);
    }
}
