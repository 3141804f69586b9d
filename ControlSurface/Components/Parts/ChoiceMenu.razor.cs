using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>A button that opens a list of choices.</summary>
public sealed partial class ChoiceMenu
{
    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    private ElementReference _box;

    // MudIcon draws the inside of an svg: ours come from the sprite.
    private string? Drawing => Icon is null ? null : $"<use href=\"#{Icon}\"></use>";

    private static readonly string Unfold = $"<use href=\"#{Icons.ChevronDown}\"></use>";

    /// <summary>The button's whole name, where the words on it are not enough; null for the words.</summary>
    [Parameter]
    public string? Named { get; set; }

    /// <summary>The button shows by a mark at its end that it opens.</summary>
    [Parameter]
    public bool Opens { get; set; }

    /// <summary>What the button says: what is chosen from, and what is chosen.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>More classes of the button.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>An icon of <see cref="Icons"/> before the words; null for none.</summary>
    [Parameter]
    public string? Icon { get; set; }

    /// <summary>Whether the words are shown. Where not, the icon stands alone, and the words are read out.</summary>
    [Parameter]
    public bool HasLabel { get; set; } = true;

    /// <summary>Something is chosen.</summary>
    [Parameter]
    public bool IsOn { get; set; }

    /// <summary>The lines of the menu, in order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<MenuEntry> Entries { get; set; }

    // MudMenu leaves the focus on the button when a pointer opens it, where Esc does not close it, and drops it when it closes:
    // the next Tab would start at the top of the page.
    private async Task FollowAsync(bool isOpen)
    {
        if (isOpen)
            await Browser.FocusMenuAsync();
        else
            await Browser.FocusBackAsync(_box);
    }
}
