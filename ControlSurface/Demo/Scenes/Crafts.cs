namespace ControlSurface.Demo.Scenes;

/// <summary>All work that the demo knows.</summary>
internal static class Crafts
{
    public static readonly IReadOnlyList<Craft> All =
    [
        SupportReplies.Craft,
        Refunds.Craft,
        CrmUpdates.Craft,
        RepoChanges.Craft,
        ContentPages.Craft,
    ];
}
