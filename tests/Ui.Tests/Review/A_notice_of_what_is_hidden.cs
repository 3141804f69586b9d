using Bunit;
using ControlSurface.Components.Review;
using ControlSurface.Content;

namespace Ui.Tests.Review;

public class A_notice_of_what_is_hidden : House
{
    [Fact]
    public void It_counts_what_a_version_adds_and_says_what_it_is()
    {
        var notice = Show("if (ok\u202E)\npa\u200Bid\u200B\n");

        Assert.Equal("v4 adds 3 things that would not be seen", Read(notice.Find(".note-title")));
        Assert.Equal(
            "1 turns the direction of the text, 2 characters that show nothing. Look at them before you approve.",
            Read(notice.Find("p"))
        );
        Assert.Contains("wait", notice.Find(".note").ClassList);
    }

    [Fact]
    public async Task It_has_to_be_opened_and_says_that_it_was()
    {
        var opened = false;
        var text = "if (ok\u202E)\n";
        var notice = Show(text, value => opened = value);
        Assert.True(HiddenNotice.NeedsOpening(HiddenText.Of(text).Findings));

        await notice.Find("[data-do=look_hidden]").ClickAsync();

        Assert.True(opened);
        Assert.Equal(
            "line 1, column 7 U+202E right-to-left override: what follows is shown backwards",
            Read(notice.Find("li"))
        );
        notice.Render(p => p.Add(x => x.IsOpened, true));
        Assert.NotNull(notice.Find("[data-opened]"));
        Assert.DoesNotContain("before you approve", notice.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_another_version_it_is_closed_again()
    {
        var notice = Show("if (ok\u202E)\n");
        await notice.Find("[data-do=look_hidden]").ClickAsync();

        notice.Render(p => p.Add(x => x.IsOpened, false).Add(x => x.Version, "v5"));

        Assert.Empty(notice.FindAll("li"));
    }

    [Fact]
    public void What_is_usual_in_honest_texts_holds_nobody_up()
    {
        var text = "10\u00A0€ \n";
        var notice = Show(text);

        Assert.False(HiddenNotice.NeedsOpening(HiddenText.Of(text).Findings));
        Assert.Contains("idle", notice.Find(".note").ClassList);
        Assert.Equal("1 unusual space, 1 line with blanks at the end.", Read(notice.Find("p")));
    }

    [Fact]
    public void Where_nothing_is_hidden_it_is_not_there() => Assert.Empty(Show("plain\n").Markup.Trim());

    [Fact]
    public async Task Of_very_many_the_first_are_listed_and_the_rest_counted()
    {
        var notice = Show(new string('\u200B', 500));

        await notice.Find("[data-do=look_hidden]").ClickAsync();

        Assert.Equal(200, notice.FindAll("li").Count);
        Assert.Contains("300 more are marked in the text.", notice.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<HiddenNotice> Show(string text, Action<bool>? opened = null) =>
        Render<HiddenNotice>(p =>
        {
            p.Add(x => x.Added, HiddenText.Added("", HiddenText.None, text, HiddenText.Of(text)))
                .Add(x => x.Version, "v4");
            if (opened is not null)
                p.Add(x => x.IsOpenedChanged, opened);
        });
}
