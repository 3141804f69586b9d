using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What recurs is counted where it recurs, and what people say about it is heard (API.md, Runbook).</summary>
public class RunbookTests
{
    private static Pattern Only(Story story) => Assert.Single(story.At.Patterns);

    private static Ask Set(
        string id,
        string? guidance = null,
        PatternChange? change = null,
        PatternState? state = null
    ) => _ => new RunbookCommand.Set(id, guidance, change, state);

    // Ann publishes on a version that Rita edited meanwhile.
    private static Story Collided() => Drafted().Does(Rita, EditAs("second", 1, 1)).When(Ann, PublishAs("third", 1));

    [Theory]
    [InlineData("page:help/returns", "page:help/")]
    [InlineData("crm:customers/4101#address", "crm:customers/")]
    [InlineData("kb:credit-rules", "kb:credit-rules")]
    [InlineData("kb:credit-rules#4.2", "kb:credit-rules")]
    [InlineData(null, "")]
    public void Targets_that_begin_alike_are_one_place(string? target, string prefix) =>
        Assert.Equal(prefix, Pattern.PrefixOf(target));

    [Fact]
    public void A_collision_is_counted_once_however_often_it_is_retried_and_takes_until_it_is_settled()
    {
        var story = Collided().When(Ann, PublishAs("third", 1)).When(Ann, PublishAs("fourth", 1));
        Assert.Equal(
            ("overlapping_edit", "crm", "mail:ann", 1),
            (Only(story).Kind, Only(story).Queue, Only(story).Prefix, Only(story).Count)
        );
        Assert.Equal(0, Only(story).LostMs);
        story.Does(Rita, Resolve(1, "keep_current"), at: 90);
        Assert.Equal((1, 90_000), (Only(story).Count, Only(story).LostMs));
        Assert.Equal([new ConflictId(1)], Only(story).Latest);
    }

    [Fact]
    public void Waits_for_a_lock_count_against_the_lock_that_caused_them()
    {
        var story = Story.Given().AnItem().AnItem().Does(Ann, Claim(1)).Does(Bob, Claim(2));
        static Ask Lock(int lease, string target, int wait = 0) =>
            s => new LockCommand.Acquire(
                new LeaseId(lease),
                Run: null,
                s.Lease(lease).Token,
                [new RequestedLock(target, LockMode.Exclusive)],
                wait,
                OverStale: false
            );
        story.Does(Ann, Lock(1, "repo:web")).Does(Bob, Lock(2, "repo:web/src/a", wait: 50), at: 10);
        story.Does(Ann, s => new LockCommand.Unlock(new LeaseId(1), null, s.Lease(1).Token, ["repo:web"]), at: 22);
        Assert.Equal(
            ("lock_wait", "repo:web", 1, 12_000),
            (Only(story).Kind, Only(story).Prefix, Only(story).Count, Only(story).LostMs)
        );
        Assert.Equal(PatternChange.NarrowerLock, RunbookRules.SuggestionFor(Only(story)).Change);
    }

    [Fact]
    public void What_the_runbook_says_is_heard_by_the_next_who_is_refused_and_seen_on_the_conflict()
    {
        var story = Collided();
        Assert.Null(story.Refusal!.Guidance);
        story.When(Mona, Set(Only(story).Id, "Lock the page before you read it. ")).ThenHappened("runbook.set");
        story.When(Mona, Set(Only(story).Id, "Lock the page before you read it.")).ThenNothingHappened();
        story.When(Ann, PublishAs("fourth", 1));
        Assert.Equal("Lock the page before you read it.", story.Refusal!.Guidance);
        var view = Resolving.ConflictView.Of(story.At, story.At.FindConflict(new ConflictId(1))!);
        Assert.Equal("Lock the page before you read it.", view.Pattern!.Guidance);
        story.Does(Mona, Set(Only(story).Id, ""));
        Assert.Null(Only(story).Guidance);
    }

    [Fact]
    public void What_recurs_after_it_was_absorbed_is_counted_apart()
    {
        var story = Collided();
        story.Does(
            Mona,
            Set(Only(story).Id, change: PatternChange.ClearerHandoff, state: PatternState.Absorbed),
            at: 60
        );
        story.Does(Rita, Resolve(1, "keep_current")).When(Ann, PublishAs("fifth", 1));
        Assert.Equal((2, 1, PatternState.Absorbed), (Only(story).Count, Only(story).Since, Only(story).State));
        Assert.Equal(T0.AddSeconds(60), Only(story).AbsorbedAt);
        story.Does(Mona, Set(Only(story).Id, state: PatternState.Watching));
        Assert.Equal((2, 0, null), (Only(story).Count, Only(story).Since, Only(story).AbsorbedAt));
        Assert.Equal(PatternChange.ClearerHandoff, Only(story).Change);
    }

    [Fact]
    public void A_trend_is_of_two_weeks_and_what_is_older_than_four_is_not_kept_by_day()
    {
        var first = new Recorded(1, T0, Ann.Id, new RunbookEvent.WasSet("x", null, null, PatternState.Watching));
        var pattern = Pattern.Of("late_result", "crm", "pay:", first);
        for (var day = 0; day < 40; day++)
            pattern = RunbookRules.Counted(pattern, first with { At = T0.AddDays(day) }, new ConflictId(day + 1));
        var now = T0.AddDays(39);
        Assert.Equal((7, 7), pattern.Trend(now));
        Assert.Equal((0, 1), pattern.Trend(now.AddDays(13)));
        Assert.Equal((40, 28, 5), (pattern.Count, pattern.Days.Count, pattern.Latest.Count));
    }

    [Fact]
    public void Only_managers_write_it_and_what_is_not_there_or_too_long_is_refused()
    {
        var story = Collided();
        var id = Only(story).Id;
        story.When(Rita, Set(id, "mine")).ThenRefused<Refusal.Forbidden>();
        story.When(Mona, Set("RB-00000000", "mine")).ThenRefused<Refusal.NotFound>();
        story.When(Mona, Set(id, new string('x', 4_001))).ThenRefused<Refusal.InvalidRequest>();
    }
}
