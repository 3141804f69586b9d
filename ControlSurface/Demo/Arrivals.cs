using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>Which work turns up next, and when none does: the demo's bound.</summary>
internal static class Arrivals
{
    /// <summary>Open items at which nothing new turns up; a visitor's own come on top.</summary>
    public const int MostOpen = 56;
    private const int DependentWanted = 2;

    /// <summary>The craft with the most room in its queue; null while there is enough to do.</summary>
    public static Craft? Next(Floor floor) =>
        floor.Count >= MostOpen
            ? null
            : Crafts
                .All.Where(craft => floor.Queued(craft.Queue) < craft.Depth)
                .OrderBy(craft => (double)floor.Queued(craft.Queue) / craft.Depth)
                .FirstOrDefault();

    /// <summary>Whether the next item that can bring one that depends on it does.</summary>
    public static bool BringsFollowUp(Floor floor) =>
        floor.Count < MostOpen - 1 && floor.Blocked("depends_on") < DependentWanted;
}
