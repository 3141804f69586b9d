using System.Text.Json;

namespace ControlSurface.Components;

/// <summary>One key.</summary>
/// <param name="Keys">Keys of a chord parted by spaces, as <c>Shift T</c> or <c>g n</c>; alternatives as their own entries.</param>
/// <param name="Act">
/// What <c>js/keys.js</c> does: <c>focus:take_over</c>, <c>press:next_change</c>, <c>go:/desk</c>, <c>palette</c>, <c>next</c>, …; of several,
/// parted by <c>|</c>, the first that the page has.
/// </param>
/// <param name="InFields">Acts also while someone types.</param>
public sealed record Hotkey(string Group, string Says, string Keys, string Act, bool InFields = false);

/// <summary>The one table of keys: the help, the hints on buttons and the handler read it.</summary>
public static class Hotkeys
{
    /// <summary>All keys, in the order of the help.</summary>
    public static IReadOnlyList<Hotkey> All { get; } =
    [
        new("Anywhere", "Search or jump to", "Ctrl K", "palette", InFields: true),
        new("Anywhere", "Filter the list", "/", "filter"),
        new("Anywhere", "This help", "?", "help"),
        new("Anywhere", "Close, step back, clear the selection", "Esc", "close", InFields: true),
        new("Anywhere", "To Undo, of what was just done", "z", "undo"),
        new("Anywhere", "Density", "Shift D", "density"),
        new("Anywhere", "Theme", "Shift L", "theme"),
        .. Navigation.Places.Select(place => new Hotkey("Go to", place.Name, $"g {place.Key}", $"go:{place.Href}")),
        new("In a list", "Next", "j", "next"),
        new("In a list", "Previous", "k", "previous"),
        new("In a list", "Next group", "Shift J", "next-group"),
        new("In a list", "Previous group", "Shift K", "previous-group"),
        new("In a list", "Open", "Enter", "open"),
        new("In a list", "Peek", "Space", "peek"),
        new("In a list", "Copy link", "c", "copy"),
        new("In a list", "Select", "x", "pick"),
        new("In a list", "Select up to here", "Shift X", "pick-up-to"),
        new("In a list", "Select all that match", "Ctrl A", "pick-all"),
        new("In a list", "To what can be done with the selection", "s", "selection"),
        new("In a text", "Next change, elsewhere a new item", "n", "press:next_change|go:items/new"),
        new("In a text", "Previous change", "p", "press:previous_change"),
        new("In a text", "Comment on the words that are selected", "m", "focus:comment"),
        new("Work", "Take over", "t", "focus:take_over"),
        new("Work", "Force takeover…", "Shift T", "focus:force"),
        new("Work", "Hand off to…", "h", "focus:hand_off"),
        new(
            "Work",
            "Next that waits for you, after an act or a decision",
            "Shift N",
            "press:next_review|press:next_desk|press:next_conflict"
        ),
        new("Review", "To the decision", "a", "focus:approve"),
        new("Review", "Request changes", "r", "focus:request_changes"),
        new(
            "Review",
            "Send what is written: a decision from its comment, a form",
            "Ctrl Enter",
            "submit",
            InFields: true
        ),
        new("Review", "Open the newer version", "o", "press:open_newer"),
    ];

    /// <summary>
    /// The only buttons that a key presses: they show something else and change nothing. Every other key leads to its button
    /// (UI.md, No letter acts).
    /// </summary>
    public static IReadOnlyList<string> Pressed { get; } =
    ["next_change", "previous_change", "open_newer", "next_review", "next_desk", "next_conflict"];

    /// <summary>The table as the handler reads it, in an attribute of the page.</summary>
    public static string AsJson { get; } =
        JsonSerializer.Serialize(
            All.Select(key => new
            {
                keys = key.Keys,
                act = key.Act,
                inFields = key.InFields,
            })
        );

    /// <summary>The keys that press, or lead to, the button with this <c>data-do</c>; null if it has none.</summary>
    public static string? ForDo(string what) =>
        All.FirstOrDefault(key =>
            key.Act.Split('|').Any(act => act == $"press:{what}" || act == $"focus:{what}")
        )?.Keys;

    /// <summary>The keys of an act of the handler; null if it has none.</summary>
    public static string? ForAct(string act) => All.FirstOrDefault(key => key.Act == act)?.Keys;

    /// <summary>Keys of a chord, one by one, and whether they follow each other instead of being held together.</summary>
    public static (string[] Keys, bool IsSequence) Parts(string keys)
    {
        var parts = keys.Split(' ');
        return (parts, parts.Length == 2 && parts[0] == "g");
    }
}
