using ControlSurface.Demo;

namespace Server.Tests.Demo;

/// <summary>What the simulated people do by themselves, and what they leave for a visitor.</summary>
public class When_people_look_for_errands
{
    private static readonly IReadOnlyList<DemoQuestion> NoQuestions = [];

    private static Errand? Support(params IEnumerable<DemoItem> items) =>
        Errands.ForSupport(Sample.Floor(items), NoQuestions, Sample.Now);

    [Fact]
    public void Three_stale_items_stay_however_old_they_are() =>
        Assert.Null(Support(Sample.Aged("stale", 9_000, 8_000, 7_000)));

    [Fact]
    public void A_fourth_makes_the_oldest_be_taken_over_after_four_minutes()
    {
        Assert.Null(Support(Sample.Aged("stale", 239, 100, 90, 80)));
        var errand = Assert.IsType<Errand.TakeOver>(Support(Sample.Aged("stale", 90, 240, 80, 100)));
        Assert.Equal("W-101", errand.Item.Id);
    }

    [Fact]
    public void Above_five_the_oldest_is_taken_over_at_once() =>
        Assert.IsType<Errand.TakeOver>(Support(Sample.Aged("stale", 6, 5, 4, 3, 2, 1)));

    [Fact]
    public void The_last_handoff_is_left_and_an_older_one_is_accepted()
    {
        Assert.Null(Support(Sample.Aged("handed_off", 9_000)));
        Assert.Null(Support(Sample.Aged("handed_off", 74, 10)));
        var errand = Assert.IsType<Errand.Accept>(Support(Sample.Aged("handed_off", 10, 75)));
        Assert.Equal("W-101", errand.Item.Id);
    }

    [Fact]
    public void A_single_question_waits_four_minutes_and_the_older_of_two_one_minute()
    {
        DemoQuestion Asked(string item, int seconds) => new(item, "1", "Yes.", Sample.Now.AddSeconds(-seconds));

        Assert.Null(Errands.ForSupport(Floor.Empty, [Asked("W-1", 239)], Sample.Now));
        Assert.IsType<Errand.Answer>(Errands.ForSupport(Floor.Empty, [Asked("W-1", 240)], Sample.Now));
        Assert.Null(Errands.ForSupport(Floor.Empty, [Asked("W-1", 59), Asked("W-2", 5)], Sample.Now));
        var errand = Errands.ForSupport(Floor.Empty, [Asked("W-1", 60), Asked("W-2", 5)], Sample.Now);
        Assert.Equal("W-1", Assert.IsType<Errand.Answer>(errand).Question.Item);
    }

    [Fact]
    public void Parked_work_comes_back_when_there_is_too_much_of_it_or_after_five_minutes()
    {
        Assert.Null(Support(Sample.Aged("parked", 9_000)));
        Assert.Null(Support(Sample.Aged("parked", 299, 10)));
        Assert.IsType<Errand.Unpark>(Support(Sample.Aged("parked", 300, 10)));
        Assert.IsType<Errand.Unpark>(Support(Sample.Aged("parked", 4, 3, 2, 1)));
    }

    [Fact]
    public void The_manager_keeps_two_items_parked_and_raises_what_waits_longest_only_when_asked()
    {
        var queued = Sample.Aged("queued", 30, 60);
        Assert.IsType<Errand.Park>(Errands.ForManager(Sample.Floor(queued), raises: false));
        var floor = Sample.Floor([.. queued, .. Sample.Aged("parked", 5, 5)]);
        Assert.Null(Errands.ForManager(floor, raises: false));
        var errand = Assert.IsType<Errand.Raise>(Errands.ForManager(floor, raises: true));
        Assert.Equal("W-101", errand.Item.Id);
    }
}
