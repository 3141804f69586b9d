using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Pages.Views;

namespace Ui.Tests;

public class A_question_before_an_act : House
{
    [Fact]
    public void It_says_that_the_owner_is_alive_and_what_happens_at_once()
    {
        var dialog = Force();

        Assert.Equal("Force takeover of W-1057?", Read(dialog.Find("h2")));
        Assert.Equal("Its owner is alive", Read(dialog.Find(".note-title")));
        Assert.Equal("Run 7f9 is fenced and told.", Read(dialog.Find(".lines li")));
    }

    [Fact]
    public void The_focus_starts_on_cancel() =>
        Assert.StartsWith("Cancel", Read(Force().Find("[autofocus]")), StringComparison.Ordinal);

    [Theory]
    [InlineData(false, false, "BUTTON")]
    [InlineData(true, false, "TEXTAREA")]
    [InlineData(true, true, "BUTTON")]
    public void A_form_opens_on_its_field_and_on_cancel_where_it_takes_something_away(
        bool isForm,
        bool takesAway,
        string opensOn
    )
    {
        var dialog = Render<ConfirmDialog>(p =>
            p.Add(x => x.IsOpen, true)
                .Add(x => x.Title, "Cancel 3 items?")
                .Add(x => x.Act, "Cancel 3 items")
                .Add(x => x.Do, "confirm:bulk_cancel")
                .Add(x => x.AskWhy, true)
                .Add(x => x.IsForm, isForm)
                .Add(x => x.TakesAway, takesAway)
        );
        Assert.Equal(opensOn, Assert.Single(dialog.FindAll("[autofocus]")).TagName);
    }

    [Fact]
    public void Of_the_acts_on_many_those_take_away_that_end_take_or_settle()
    {
        string[] takeAway =
        [
            .. BulkAct.Items.Concat(BulkAct.Conflicts).Where(act => act.TakesAway).Select(act => act.Key),
        ];
        Assert.Equal(
            ["bulk_cancel", "bulk_requeue", "bulk_dismiss", "bulk_keep_current", "bulk_take_proposed", "bulk_retry"],
            takeAway
        );
    }

    [Fact]
    public async Task It_waits_for_a_reason_and_passes_it_on()
    {
        string? why = null;
        var dialog = Force(confirm: reason => why = reason);
        Assert.True(dialog.Find("[data-do=force]").HasAttribute("disabled"));

        await dialog.Find("textarea").InputAsync("  Customer is on the phone. ");
        await dialog.Find("[data-do=force]").ClickAsync();

        Assert.Equal("Customer is on the phone.", why);
    }

    [Fact]
    public void Closed_it_is_not_there() =>
        Assert.Empty(
            Render<ConfirmDialog>(p =>
                    p.Add(x => x.IsOpen, false).Add(x => x.Title, "").Add(x => x.Act, "").Add(x => x.Do, "")
                )
                .FindAll("dialog")
        );

    private IRenderedComponent<ConfirmDialog> Force(Action<string>? confirm = null) =>
        Render<ConfirmDialog>(p =>
            p.Add(x => x.IsOpen, true)
                .Add(x => x.Title, "Force takeover of W-1057?")
                .Add(x => x.Act, "Force takeover")
                .Add(x => x.Do, "force")
                .Add(x => x.AskWhy, true)
                .Add(x => x.Owner, new HolderView("reply-agent", true, "7f9"))
                .Add(x => x.Consequences, [new LineView(Icons.Unlink, "Run 7f9 is fenced and told.")])
                .Add(x => x.OnConfirm, confirm ?? (_ => { }))
        );
}
