using ControlSurface.Demo;
using ControlSurface.Demo.Scenes;

namespace Server.Tests.Demo;

/// <summary>What turns up, and that it never is too much.</summary>
public class When_work_arrives
{
    private static IEnumerable<DemoItem> Queued(string queue, int count) =>
        Enumerable.Range(1, count).Select(k => Sample.Item(k, "queued", TimeSpan.Zero, queue));

    [Fact]
    public void Nothing_arrives_once_as_much_is_open_as_the_demo_allows()
    {
        var stale = Enumerable.Range(1, Arrivals.MostOpen).Select(k => Sample.Item(k, "stale", TimeSpan.Zero));
        Assert.Null(Arrivals.Next(Sample.Floor(stale)));
        Assert.NotNull(Arrivals.Next(Sample.Floor(stale.Skip(1))));
    }

    [Fact]
    public void It_arrives_where_the_queue_has_most_room()
    {
        var floor = Sample.Floor(
            Crafts.All.SelectMany(craft =>
                Queued(craft.Queue, craft == CrmUpdates.Craft ? craft.Depth - 2 : craft.Depth - 1)
            )
        );
        Assert.Equal(CrmUpdates.Craft, Arrivals.Next(floor));
    }

    [Fact]
    public void Nothing_arrives_while_all_queues_are_as_deep_as_they_should_be() =>
        Assert.Null(Arrivals.Next(Sample.Floor(Crafts.All.SelectMany(craft => Queued(craft.Queue, craft.Depth)))));

    [Fact]
    public void Two_items_at_most_wait_for_another_one()
    {
        DemoItem Waiting(int number, string reason) => Sample.Item(number, "blocked", TimeSpan.Zero, reason: reason);

        Assert.True(Arrivals.BringsFollowUp(Sample.Floor([Waiting(1, "depends_on"), Waiting(2, "backoff")])));
        Assert.False(Arrivals.BringsFollowUp(Sample.Floor([Waiting(1, "depends_on"), Waiting(2, "depends_on")])));
    }
}
