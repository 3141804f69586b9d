using MudBlazor;

namespace ControlSurface.Components.Parts;

/// <summary>
/// Says what was done where the page itself does not show it, in MudBlazor's snackbar. Never an error: that stands beside what was
/// pressed. It goes by itself, and, where nothing can be undone from it, with the page.
/// </summary>
internal static class Notices
{
    // Long enough to be read, and to be reached; it waits while the pointer is on it.
    private const int ShownMs = 8_000;
    private const int ShownWithUndoMs = 10_000;

    /// <summary>Says <paramref name="words"/>; a screen reader hears them politely.</summary>
    /// <param name="undo">
    /// Takes back what was done, once, and returns what came of it, to be said too, or null; null where nothing simple takes it back.
    /// </param>
    /// <param name="staysOn">It is of the page that was left, and stays on the next.</param>
    internal static void Say(
        this ISnackbar notices,
        string words,
        Func<Task<string?>>? undo = null,
        bool staysOn = false
    )
    {
        var isUndone = false;
        notices.Add(
            Marked.Text(words),
            Severity.Normal,
            options =>
            {
                (options.HideIcon, options.CloseAfterNavigation, options.RequireInteraction) = (
                    true,
                    undo is null && !staysOn,
                    false
                );
                (options.ShowTransitionDuration, options.HideTransitionDuration) = (120, 120);
                options.MaximumOpacity = 100;
                options.VisibleStateDuration = undo is null ? ShownMs : ShownWithUndoMs;
                if (undo is null)
                    return;
                options.Action = "Undo";
                options.OnClick = async _ =>
                {
                    if (isUndone)
                        return;
                    isUndone = true;
                    if (await undo() is { } became)
                        notices.Say(became);
                };
            }
        );
    }
}
