namespace ControlSurface.Components;

/// <summary>
/// What the frame shows, for one circuit. A page that follows the feed calls <see cref="Show"/> in the same turn in which it draws
/// itself, so that menu, counts and <c>data-seq</c> go out in the page's own batch and no second subscription is needed.
/// </summary>
public sealed class FrameState
{
    private Action? _page;

    /// <summary>Raised on the circuit's own dispatcher, by <see cref="Show"/>.</summary>
    public event EventHandler? Changed;

    /// <summary>What the frame says now.</summary>
    public FrameView View { get; private set; } = FrameView.Empty;

    /// <summary>Takes an entry of the inbox as read, as the reader; set by the page that follows the feed.</summary>
    public Func<string, Task>? Acknowledge { get; set; }

    /// <summary>
    /// What the palette was opened on: <c>item:W-1042</c> where an item's row, peek or page has the focus, <c>queue:crm</c> on a queue's
    /// page; null elsewhere.
    /// </summary>
    public string? PaletteOn { get; set; }

    /// <summary>MudBlazor's popovers stand in a dialog now, and not at the end of the page (<see cref="Parts.PopoverSpot"/>).</summary>
    public bool HasPopoversInDialog { get; private set; }

    /// <summary>Moves the place of MudBlazor's popovers into a dialog, or back.</summary>
    public void ShowPopovers(bool inDialog)
    {
        if (HasPopoversInDialog == inDialog)
            return;
        HasPopoversInDialog = inDialog;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Shows <paramref name="view"/>, if it says anything else than what is shown already, and draws the page with it.</summary>
    /// <param name="page">Asks for the drawing of the page; null where nothing on it has changed.</param>
    public void Show(FrameView view, Action? page = null)
    {
        _page = page;
        if (!ViewEquality.AreSame(View, view))
        {
            View = view;
            Changed?.Invoke(this, EventArgs.Empty);
        }
        DrawPage();
    }

    /// <summary>
    /// Asks for the drawing of the page, if it waits for that. The frame calls it while it is drawn itself: both go out in one batch, so
    /// that <c>data-seq</c> never claims what the page does not show yet.
    /// </summary>
    public void DrawPage()
    {
        var page = _page;
        _page = null;
        page?.Invoke();
    }
}
