namespace ControlSurface.Demo;

/// <summary>Something that a simulated person does next.</summary>
internal abstract record Errand
{
    private Errand() { }

    public sealed record TakeOver(DemoItem Item) : Errand;

    public sealed record Accept(DemoItem Item) : Errand;

    public sealed record Answer(DemoQuestion Question) : Errand;

    public sealed record Unpark(DemoItem Item) : Errand;

    public sealed record Park(DemoItem Item) : Errand;

    public sealed record Raise(DemoItem Item) : Errand;
}

/// <summary>
/// What people do by themselves: little enough that a visitor always finds work on the Desk, and enough that it never
/// silts up when nobody visits.
/// </summary>
internal static class Errands
{
    /// <summary>Stale items that are left for the visitor whatever their age.</summary>
    public const int StaleLeft = 3;
    private const int StaleMost = 5;
    private static readonly TimeSpan StalePatience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan QuestionPatience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan SoonestAnswer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SoonestAccept = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan ParkedPatience = TimeSpan.FromMinutes(5);
    private const int ParkedMost = 3;

    /// <summary>What support does next; null where all may wait.</summary>
    public static Errand? ForSupport(Floor floor, IReadOnlyList<DemoQuestion> questions, DateTimeOffset now)
    {
        if (questions.Count > 0)
        {
            var age = now - questions[0].AskedAt;
            if (age >= QuestionPatience || (questions.Count > 1 && age >= SoonestAnswer))
                return new Errand.Answer(questions[0]);
        }
        if (Oldest(floor.Of("stale"), item => item.Lease?.StaleAt ?? item.UpdatedAt) is { } stale)
        {
            var count = floor.Of("stale").Count;
            var since = stale.Lease?.StaleAt ?? stale.UpdatedAt;
            if (count > StaleMost || (count > StaleLeft && now - since >= StalePatience))
                return new Errand.TakeOver(stale);
        }
        var handedOff = floor.Of("handed_off");
        if (
            handedOff.Count > 1
            && Oldest(handedOff, UpdatedAt) is { } offered
            && now - offered.UpdatedAt >= SoonestAccept
        )
            return new Errand.Accept(offered);
        var parked = floor.Of("parked");
        return
            Oldest(parked, UpdatedAt) is { } longest
            && (parked.Count > ParkedMost || (parked.Count > 1 && now - longest.UpdatedAt >= ParkedPatience))
            ? new Errand.Unpark(longest)
            : null;
    }

    /// <summary>What the manager does next; null where all is as it should be.</summary>
    /// <param name="raises">Whether it is time to look at what waits longest.</param>
    public static Errand? ForManager(Floor floor, bool raises)
    {
        if (
            floor.Of("parked").Count < 2
            && floor.Of("queued").OrderByDescending(i => i.Priority).FirstOrDefault() is { } last
        )
            return new Errand.Park(last);
        return raises && Oldest(floor.Of("queued"), UpdatedAt) is { Priority: > 2 } waiting
            ? new Errand.Raise(waiting)
            : null;
    }

    private static DateTimeOffset UpdatedAt(DemoItem item) => item.UpdatedAt;

    private static DemoItem? Oldest(IReadOnlyList<DemoItem> items, Func<DemoItem, DateTimeOffset> since) =>
        items.OrderBy(since).ThenBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault();
}
