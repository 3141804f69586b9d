using ControlSurface.Components.Parts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ControlSurface.Components.Shell;

/// <summary>The frame around every page: menu, top bar, banner, the page itself in its own error boundary, palette and help.</summary>
public sealed partial class MainLayout
{
    private MudThemeProvider? _provider;
    private PanelBoundary? _boundary;
    private bool _dark;
    private string? _chosen;
    private int _unread;
    private bool _popoversWereAway;
    private string? _workspacesOf;
    private IReadOnlyList<Live.Membership> _workspaces = [];

    /// <summary>The theme that the reader chose before; null if the system decides.</summary>
    [CascadingParameter(Name = "Theme")]
    public string? Theme { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Live.CircuitLine Line { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private PaletteSources Sources { get; set; } = null!; // set by the framework before anything is drawn

    // With <base href="./"> a bare fragment would lead to the front page.
    private string SkipHref => $"{Navigation.ToBaseRelativePath(Navigation.Uri).Split('#')[0]}#main";

    [Inject]
    private IServiceProvider Services { get; set; } = null!; // set by the framework before anything is drawn

    // Kept in the browser with what the reader types: ids begin anew in each workspace.
    private string? Who =>
        Frame.View.YourId is { } id && Services.GetService<Live.IOwnWorkspace>() is { IsFirst: false, Name: var name }
            ? $"{name}/{id}"
            : Frame.View.YourId;

    private string InboxWords =>
        Frame.View.Unread == 0 ? "Inbox, nothing new" : $"Inbox, {Words.Count(Frame.View.Unread)} not read";

    private string LiveTitle => $"Everything up to event {Words.Count(Frame.View.Seq)} is shown";

    /// <inheritdoc/>
    public void Dispose()
    {
        Frame.Changed -= Shown;
        Drafts.Changed -= Shown;
        Line.Over -= SessionOver;
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _chosen = Theme;
        _dark = Theme == "dark";
        Frame.Changed += Shown;
        Drafts.Changed += Shown;
        Line.Over += SessionOver;
    }

    // Another page is another chance: what failed on the last one is gone with it, and the reader may belong elsewhere by now.
    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        _boundary?.Recover();
        return FindWorkspacesAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // The icon of the tab is the one thing that a reader of another tab sees.
        if (_unread != Frame.View.Unread)
        {
            _unread = Frame.View.Unread;
            await Browser.UnreadAsync(_unread);
        }
        if (_popoversWereAway && !Frame.HasPopoversInDialog)
            await Browser.PopoversAreBackAsync();
        _popoversWereAway = Frame.HasPopoversInDialog;
        if (!firstRender)
            return;
        await Browser.StartedAsync();
        if (_chosen is null && _provider is not null && await _provider.GetSystemDarkModeAsync())
        {
            _dark = true;
            StateHasChanged();
        }
    }

    private ValueTask<IReadOnlyList<PaletteEntry>> FindAsync(string words, CancellationToken abandoned) =>
        Sources.FindAsync(words, abandoned);

    private void Shown(object? sender, EventArgs e)
    {
        if (_workspacesOf != Frame.View.YourId)
            _ = InvokeAsync(FindWorkspacesAsync);
        StateHasChanged();
    }

    private async Task FindWorkspacesAsync()
    {
        _workspacesOf = Frame.View.YourId;
        if (Services.GetService<Live.Memberships>() is { } memberships)
            _workspaces = await memberships.FindAsync();
    }

    // Raised from any thread, when somebody signed out elsewhere or was signed out: the way in says so, and leads back here.
    private void SessionOver(object? sender, EventArgs e) => _ = InvokeAsync(Leave);

    private void Leave()
    {
        var here = new Uri(Navigation.Uri).PathAndQuery;
        Navigation.NavigateTo($"login?failed=ended&returnUrl={Uri.EscapeDataString(here)}", forceLoad: true);
    }

    private void Followed(bool isDark) => _dark = isDark;

    // js/theme.js has switched the page by now; MudBlazor's own colours follow here.
    private void Choose()
    {
        _dark = !_dark;
        _chosen = _dark ? "dark" : "light";
    }
}
