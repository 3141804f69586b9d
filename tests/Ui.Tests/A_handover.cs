using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;

namespace Ui.Tests;

public class A_handover : House
{
    [Fact]
    public async Task What_may_have_happened_outside_comes_first_with_both_answers()
    {
        (string, bool, string)? saw = null;
        var panel = Render<HandoverPanel>(p =>
            p.Add(x => x.Handover, Refund())
                .Add(
                    x => x.OnSaw,
                    answer =>
                    {
                        saw = answer;
                        return Task.FromResult(true);
                    }
                )
        );

        Assert.Equal("What may have happened outside", Read(panel.FindAll("h2")[1]));
        Assert.Equal("ambiguous", panel.Find("[data-action='refund:5518:1']").GetAttribute("data-state"));
        Assert.Equal(["It was paid…", "It was not paid…"], panel.FindAll(".outside .acts button").Select(Read));

        await panel.Find("[data-do='resolve:not_happened']").ClickAsync();
        Assert.Null(saw);
        await panel.Find("dialog textarea").InputAsync("Not in the ledger.");
        await panel.Find("[data-do='confirm:resolve:not_happened']").ClickAsync();

        Assert.Equal(("refund:5518:1", false, "Not in the ledger."), saw);
    }

    [Fact]
    public async Task The_button_says_its_key_and_beside_it_stands_what_follows()
    {
        var taken = false;
        var panel = Render<HandoverPanel>(p =>
            p.Add(x => x.Handover, Refund()).Add(x => x.OnTakeOver, () => taken = true)
        );

        Assert.Equal("Take over t", Read(panel.Find("[data-do=take_over]")));
        Assert.Equal("You get a lease of 5:00 and 1 lock.", Read(panel.Find(".follows")));

        await panel.Find("[data-do=take_over]").ClickAsync();

        Assert.True(taken);
    }

    [Fact]
    public void Without_the_right_to_take_over_there_is_no_button() =>
        Assert.Empty(Render<HandoverPanel>(p => p.Add(x => x.Handover, Refund())).FindAll("[data-do=take_over]"));

    [Fact]
    public void What_was_left_is_counted_and_what_was_not_is_said()
    {
        var heads = Render<HandoverPanel>(p => p.Add(x => x.Handover, Refund()));

        Assert.Equal(
            [
                "Last checkpoint 20:21:34, step 4 of 5",
                "Evidence 1",
                "Drafts 0",
                "Validations 0",
                "Open questions 0",
                "Locks, kept for the next owner 1",
            ],
            heads.FindAll("h3").Select(Read)
        );
        Assert.Contains("None were left.", heads.Markup, StringComparison.Ordinal);
        Assert.Equal("Next step: confirm the refund", Read(heads.Find(".next")));
    }

    [Fact]
    public void A_missing_checkpoint_is_said_as_unknown()
    {
        var panel = Render<HandoverPanel>(p =>
            p.Add(x => x.Handover, Refund() with { Checkpoint = null, CheckpointAt = null, NextStep = null })
        );

        Assert.Contains("None was made: nothing is known of what was done.", panel.Markup, StringComparison.Ordinal);
    }

    private static HandoverView Refund() =>
        new(
            "W-0987",
            "stale",
            T0.AddMinutes(-42),
            "refunds",
            3,
            "Refund order 5518",
            new HolderView("refund-agent", true, "11d"),
            "held it for 18 min.",
            "You get a lease of 5:00 and 1 lock.",
            [
                new OutsideView(
                    "refund:5518:1",
                    "ambiguous",
                    "Refund of EUR 49.90.",
                    "It may have been paid, or not.",
                    "pay:order/5518",
                    "expected version 3",
                    "Look, then say what you saw.",
                    "It was paid",
                    "It was not paid"
                ),
            ],
            new DateTimeOffset(2026, 11, 24, 20, 21, 34, TimeSpan.Zero),
            "step 4 of 5",
            "Amount agrees.",
            "confirm the refund",
            [new LineView(Icons.FileText, "Return receipt", "sha256 4c1f…9e02", "/x")],
            [],
            [],
            [],
            [new LineView(Icons.Lock, "pay:order/5518", Under: "exclusive, nobody waits", IsMono: true)]
        );
}
