using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Views;
using ControlSurface.Wording;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>Saves the list as it is narrowed now under a name, or deletes the view that is open.</summary>
public sealed partial class ViewKeeper
{
    private bool _asksSave;
    private bool _asksDelete;
    private string _name = "";
    private bool _shared;
    private string _query = "";

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = null!; // set by the framework

    /// <summary>The API's word of the page: <c>now</c>.</summary>
    [Parameter, EditorRequired]
    public required string Page { get; set; }

    /// <summary>All that the list is narrowed to, in words; empty for nothing.</summary>
    [Parameter, EditorRequired]
    public required string Query { get; set; }

    /// <summary>What is kept already and may be deleted by the reader, if this is it.</summary>
    [Parameter]
    public SavedView? Kept { get; set; }

    /// <summary>Who reads.</summary>
    [Parameter, EditorRequired]
    public required PrincipalId Reader { get; set; }

    /// <summary>Whether the reader may keep it for everybody.</summary>
    [Parameter]
    public bool MayShare { get; set; }

    /// <summary>The view was sent and is not answered yet.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>Why it could not be kept; null where it could.</summary>
    [Parameter]
    public RefusalView? Problem { get; set; }

    /// <summary>Sends a command as the reader; whether it was accepted.</summary>
    [Parameter, EditorRequired]
    public required Func<Command, Task<bool>> Do { get; set; }

    private void Ask() => (_asksSave, _name, _shared, _query) = (true, "", false, Query);

    // The id is made from the name: whoever saves the same name again changes that view.
    private async Task SaveAsync(string _)
    {
        if (await Do(new ViewCommand.Save(SavedViews.IdOf(_name), _name.Trim(), Page, _query, _shared)))
            _asksSave = false;
    }

    private async Task DeleteAsync(string _)
    {
        if (Kept is not { } kept || !await Do(new ViewCommand.Delete(kept.Id)))
            return;
        _asksDelete = false;
        // Saving makes a view of the reader's own: another person's cannot be brought back so.
        Snackbar.Say($"The view {kept.Name} is deleted.", kept.By == Reader ? () => BringBackAsync(kept) : null);
    }

    // Where that is refused, the question to save it opens and says why.
    private async Task<string?> BringBackAsync(SavedView kept)
    {
        if (await Do(new ViewCommand.Save(kept.Id, kept.Name, kept.Page, kept.Query, kept.Shared)))
            return $"The view {kept.Name} is back.";
        (_asksSave, _name, _shared, _query) = (true, kept.Name, kept.Shared, kept.Query);
        StateHasChanged();
        return null;
    }
}
