using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;

namespace Ui.Tests;

public class A_live_list : House
{
    [Fact]
    public void A_row_carries_its_ids_and_the_words_of_its_work()
    {
        var row = Render<WorkRow>(p => p.Add(x => x.Row, Row("W-1042"))).Find(".row");

        Assert.Equal("W-1042", row.GetAttribute("data-item"));
        Assert.Equal("L-77", row.GetAttribute("data-lease"));
        Assert.Equal("leased", row.GetAttribute("data-state"));
        Assert.Equal("step 4 of 5 · 4 min ago", Read(row.Children[4]));
        Assert.Equal("Actions for W-1042", row.QuerySelector("button")!.GetAttribute("aria-label"));
    }

    [Fact]
    public void A_row_without_progress_says_that_it_is_not_started() =>
        Assert.Equal(
            "not started",
            Read(Render<WorkRow>(p => p.Add(x => x.Row, Row("W-1") with { Progress = null })).Find(".row").Children[4])
        );

    [Fact]
    public void A_row_that_did_not_change_is_not_drawn_again()
    {
        var row = Render<WorkRow>(p => p.Add(x => x.Row, Row("W-1")));

        row.Render(p => p.Add(x => x.Row, Row("W-1")));

        Assert.Equal(1, row.RenderCount);
    }

    [Fact]
    public void Groups_say_their_facts_and_all_rows_are_counted()
    {
        var list = List("W-1", "W-2");

        Assert.Equal("103", list.Find("[role=grid]").GetAttribute("aria-rowcount"));
        Assert.Equal("support-replies", Read(list.Find("h2")));
        Assert.Contains("12 owned", Read(list.Find(".group-head")), StringComparison.Ordinal);
        Assert.NotNull(list.Find("[data-queue='support-replies']"));
    }

    [Fact]
    public async Task A_folded_group_keeps_its_head()
    {
        var list = List("W-1");

        await list.Find("[aria-label='Fold support-replies']").ClickAsync();

        Assert.Empty(list.FindAll(".row"));
        Assert.Equal("false", list.Find("[aria-label='Unfold support-replies']").GetAttribute("aria-expanded"));
    }

    [Fact]
    public async Task No_row_changes_its_place_under_the_pointer_until_it_leaves_or_asks()
    {
        var list = List("W-1", "W-2");
        list.Find("[role=grid]")
            .TriggerEvent("onpointerenter", new Microsoft.AspNetCore.Components.Web.PointerEventArgs());

        list.Render(p => p.Add(x => x.Groups, Groups("W-2", "W-1", "W-3")));
        Assert.Equal(["W-1", "W-2"], Items(list));
        Assert.Contains("3 rows changed place", Read(list.Find(".group-head")), StringComparison.Ordinal);

        await list.Find(".group-head .show").ClickAsync();
        Assert.Equal(["W-2", "W-1", "W-3"], Items(list));
    }

    [Fact]
    public void A_held_row_takes_its_new_values_in_its_old_place()
    {
        var (rows, waiting) = HeldOrder.Keep(["a1", "b1", "c1"], ["b2", "a2"], row => row[..1]);

        Assert.Equal(["a2", "b2", "c1"], rows);
        Assert.Equal(3, waiting);
    }

    [Fact]
    public void A_long_group_draws_only_what_is_seen()
    {
        var list = List([.. Enumerable.Range(0, 10_000).Select(i => $"W-{i}")]);

        Assert.InRange(list.FindAll(".row").Count, 1, 150);
    }

    private IRenderedComponent<WorkList<WorkRowView>> List(params string[] items) =>
        Render<WorkList<WorkRowView>>(p =>
            p.Add(x => x.Groups, Groups(items))
                .Add(x => x.RowKey, row => row.Item)
                .Add(x => x.Label, "Owned work, soonest expiry first")
                .Add(x => x.Head, "<div role=\"columnheader\">State</div>")
                .Add(x => x.Row, row => $"<div class=\"row\" role=\"row\" data-item=\"{row.Item}\"></div>")
        );

    private static IEnumerable<string?> Items(IRenderedComponent<WorkList<WorkRowView>> list) =>
        list.FindAll(".row").Select(row => row.GetAttribute("data-item"));

    private static WorkGroup<WorkRowView>[] Groups(params string[] items) =>
        [
            new(
                "support-replies",
                ["12 owned", "46 queued"],
                [.. items.Select(Row)],
                Total: 102,
                "queues/support-replies"
            ),
        ];

    private static WorkRowView Row(string item) =>
        new(
            item,
            "L-77",
            "leased",
            "Reply to ticket 88213",
            $"items/{item}",
            new HolderView("reply-agent", true, "7f3"),
            "step 4 of 5",
            T0.AddMinutes(-4),
            new LeaseClock(ClockMode.Running, T0.AddSeconds(227), 300)
        );
}
