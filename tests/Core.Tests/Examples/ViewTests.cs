using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Views;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Lists that somebody wants again (API.md, <c>/views</c>), and what their words mean.</summary>
public class ViewTests
{
    private static Ask Save(string id, string query, bool shared = false, string page = "now", string name = "Mine") =>
        _ => new ViewCommand.Save(id, name, page, query, shared);

    private static Ask Delete(string id) => _ => new ViewCommand.Delete(id);

    [Fact]
    public void A_view_is_its_owners_until_it_is_shared_and_saving_it_as_it_is_changes_nothing()
    {
        var story = Story.Given().When(Ann, Save("late", "state:stale age:>1h")).ThenHappened("view.saved");
        story.When(Ann, Save("late", "state:stale age:>1h")).ThenNothingHappened();
        Assert.NotNull(story.At.FindView(Ann.Id, "late"));
        Assert.Null(story.At.FindView(Bob.Id, "late"));
        story.When(Bob, Delete("late")).ThenRefused<Refusal.NotFound>();
        // The same id is another's own affair.
        story.Does(Bob, Save("late", "owner:me"));
        Assert.Equal("state:stale age:>1h", story.At.FindView(Ann.Id, "late")!.Query);
        story.Does(Rita, Save("ours", "", shared: true));
        Assert.Equal(["late", "ours"], story.At.ViewsOf(Ann.Id).Select(view => view.Id).Order());
        Assert.Equal(["ours"], story.At.ViewsOf(Vic.Id).Select(view => view.Id));
    }

    [Fact]
    public void Who_may_share_may_delete_what_is_shared_and_nobody_else_may()
    {
        var story = Story.Given().Does(Rita, Save("ours", "", shared: true));
        story.When(Ann, Save("mine", "", shared: true)).ThenRefused<Refusal.Forbidden>();
        story.When(Ann, Delete("ours")).ThenRefused<Refusal.Forbidden>();
        story.When(Mona, Delete("ours")).ThenHappened("view.deleted");
        story.When(Mona, Delete("ours")).ThenRefused<Refusal.NotFound>();
    }

    [Theory]
    [InlineData("now", "kind:overlapping_edit")]
    [InlineData("conflicts", "owner:me")]
    [InlineData("now", "colour:red")]
    [InlineData("settings", "")]
    public void A_view_that_its_page_could_not_show_is_never_saved(string page, string query) =>
        Story.Given().When(Ann, Save("v", query, page: page)).ThenRefused<Refusal.InvalidRequest>();

    [Fact]
    public void Names_and_numbers_of_views_have_bounds()
    {
        var story = Story.Given();
        story.When(Ann, Save("", "")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Ann, Save("v", "", name: new string('n', 201))).ThenRefused<Refusal.InvalidRequest>();
        for (var k = 0; k < 100; k++)
            story.Does(Ann, Save($"v{k}", ""));
        story.When(Ann, Save("v100", "")).ThenRefused<Refusal.InvalidRequest>();
        story.Does(Ann, Save("v99", "owner:me"));
    }

    [Theory]
    [InlineData("", "W-1 W-2 W-3")]
    [InlineData("owner:none", "W-3")]
    [InlineData("owner:me", "W-1")]
    [InlineData("owner:bob", "W-2")]
    [InlineData("owner:agents,people", "W-1 W-2")]
    [InlineData("state:leased,queued", "W-1 W-3")]
    [InlineData("-state:queued", "W-1 W-2")]
    [InlineData("label:vip", "W-3")]
    [InlineData("target:repo:web", "W-2")]
    [InlineData("target:repo:we", "")]
    [InlineData("target:repo:", "W-2")]
    [InlineData("priority:<3", "W-3")]
    [InlineData("priority:>8", "")]
    [InlineData("queue:web", "")]
    [InlineData("age:>5m", "W-3")]
    [InlineData("age:<5m", "W-1 W-2")]
    [InlineData("w-1", "W-1")]
    [InlineData("TWICE refund", "W-3")]
    [InlineData("\"refund twice\"", "")]
    [InlineData("-refund", "W-1 W-2")]
    public void An_item_is_meant_by_what_it_is(string text, string meant)
    {
        var story = Story
            .Given()
            .AnItem()
            .AnItem(c => c with { Targets = new(IsSet: true, ["repo:web/src/a"]) })
            .AnItem(c =>
                c with
                {
                    Title = "Twice paid",
                    Body = "a refund",
                    Labels = new(IsSet: true, ["vip"]),
                    Priority = 1,
                }
            )
            .Does(Ann, Claim(1), at: 400)
            .Does(Ann, Start(1))
            .Does(Bob, Claim(2), at: 400);
        var query = Query.Read(QuerySubject.Items, text, out _)!;
        Assert.Equal(
            meant,
            string.Join(' ', story.At.Items().Where(i => query.Matches(i, Ann.Id, story.Now)).Select(i => i.Id.Text))
        );
    }

    [Fact]
    public void What_only_open_work_has_is_never_asked_of_what_is_over()
    {
        var story = Story.Given().AnItem().Does(Sam, Cancel(1));
        bool Takes(string text) =>
            Query.Read(QuerySubject.Items, text, out _)!.Matches(story.At.Items().Single(), Ann.Id, story.Now);
        Assert.True(Takes("state:cancelled mail"));
        Assert.False(Takes("priority:5"));
        Assert.False(Takes("-owner:me"));
    }
}
