using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Shell;

/// <summary>A page's title, its place in the top bar, and the title of the tab.</summary>
public sealed partial class PageTop
{
    [Inject]
    private FrameState Frame { get; set; } = null!; // set by the framework

    /// <summary>Where the layout puts it.</summary>
    public const string Section = "crumb";

    /// <summary>The page's heading, and the title of the window.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>The way to this page: address and words of each step.</summary>
    [Parameter]
    public IReadOnlyList<ChoiceView> Path { get; set; } = [];

    /// <summary>What waits here, said in the window's title; null or 0 for nothing.</summary>
    [Parameter]
    public long? Count { get; set; }

    private int _unread;

    // What needs the reader comes before what waits for anybody: it is what another tab is left for.
    private long Waiting => Frame.View.Unread > 0 ? Frame.View.Unread : Count ?? 0;

    /// <inheritdoc/>
    public void Dispose() => Frame.Changed -= Shown;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _unread = Frame.View.Unread;
        Frame.Changed += Shown;
    }

    // The frame changes with every seq; the title only with the count.
    private void Shown(object? sender, EventArgs e)
    {
        if (_unread != Frame.View.Unread)
            StateHasChanged();
        _unread = Frame.View.Unread;
    }
}
