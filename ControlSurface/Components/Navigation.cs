namespace ControlSurface.Components;

/// <summary>One place of the navigation.</summary>
/// <param name="Key">Second key of its <c>g</c> chord.</param>
/// <param name="IsManage">Stands under "Manage".</param>
/// <param name="InBar">Has a place in the bar at the bottom on phones; the others are behind its last tab, More.</param>
/// <param name="InMenu">Stands in the menu; what does not has a place of its own in the frame.</param>
public sealed record Place(
    string Name,
    string Href,
    string Icon,
    char Key,
    bool IsManage = false,
    bool InBar = false,
    bool InMenu = true
);

/// <summary>
/// The places there are, in their order. Menu, bottom bar, palette, help and keys all come from this list, so a page that is
/// added here is added everywhere, and one that is not built yet is linked to from nowhere.
/// </summary>
public static class Navigation
{
    /// <summary>All places, in the order of the menu.</summary>
    public static IReadOnlyList<Place> Places { get; } =
    [
        new("Now", "./", Icons.Radio, 'n', InBar: true),
        new("Desk", "desk", Icons.Inbox, 'd', InBar: true),
        new("Review", "review", Icons.FileCheck, 'r', InBar: true),
        new("Conflicts", "conflicts", Icons.GitCompareArrows, 'c', InBar: true),
        new("Inbox", "inbox", Icons.Bell, 'i', InMenu: false),
        new("Search", "search", Icons.Search, 's', InMenu: false),
        new("Queues", "queues", Icons.Layers, 'q', IsManage: true),
        new("Where it waits", "waits", Icons.Hourglass, 'w', IsManage: true),
        new("Locks", "locks", Icons.Lock, 'l', IsManage: true),
        new("Runbook", "runbook", Icons.BookOpen, 'b', IsManage: true),
        new("Since", "since", Icons.FileClock, 'u', IsManage: true),
        new("History", "history", Icons.History, 'h', IsManage: true),
    ];
}
