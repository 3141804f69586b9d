using MudBlazor;

namespace ControlSurface.Components.Parts;

/// <summary>
/// Says what was done where the page itself does not show it, in MudBlazor's snackbar. Never an error: that stands beside what was
/// pressed. It goes by itself, and with the page.
/// </summary>
internal static class Notices
{
    // Long enough to be read, and to be reached; it waits while the pointer is on it.
    private const int ShownMs = 8_000;
    private const int ShownWithUndoMs = 15_000;

    /// <summary>Says <paramref name="words"/>; a screen reader hears them politely.</summary>
    /// <param name="undo">Takes back what was done, as one press; null where nothing simple does.</param>
    internal static void Say(this ISnackbar notices, string words, Func<Task>? undo = null) =>
        notices.Add(
            Marked.Text(words),
            Severity.Normal,
            options =>
            {
                (options.HideIcon, options.CloseAfterNavigation, options.RequireInteraction) = (true, true, false);
                (options.ShowTransitionDuration, options.HideTransitionDuration) = (120, 120);
                options.MaximumOpacity = 100;
                options.VisibleStateDuration = undo is null ? ShownMs : ShownWithUndoMs;
                if (undo is null)
                    return;
                options.Action = "Undo";
                options.OnClick = _ => undo();
            }
        );
}
