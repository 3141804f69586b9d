using Bunit;
using ControlSurface.Components.Review;
using ControlSurface.Content;

namespace Ui.Tests.Review;

public class A_difference_on_the_page : House
{
    private const string Old =
        "Dear Mr Haverkamp,\n\nwe are sorry about the interruption on 21 November.\n\nWith apologies,\nCustomer operations\n";
    private const string New =
        "Dear Mr Haverkamp,\n\nwe are sorry about the outage on 21 November.\n\nKind regards,\nCustomer operations\n";

    [Fact]
    public void Side_by_side_it_marks_the_words_and_says_added_and_removed()
    {
        var view = Show(Old, New);

        Assert.Equal(6, view.FindAll(".diff-split").Count);
        Assert.Equal(["interruption"], view.FindAll("del").Select(Read));
        Assert.Equal(["outage"], view.FindAll("ins").Select(Read));
        Assert.Equal(["removed", "added", "removed", "added"], view.FindAll(".sign .visually-hidden").Select(Read));
        Assert.Equal("2 lines added, 2 lines removed", Read(view.Find("[data-added] .visually-hidden")));
        Assert.Equal(["3", "3"], view.FindAll(".diff-split")[2].QuerySelectorAll(".line-number").Select(Read));
    }

    [Fact]
    public void Inline_the_old_line_stands_above_the_new_one()
    {
        var view = Show(Old, New, DiffLayout.Inline);

        Assert.Equal(
            ["we are sorry about the interruption on 21 November.", "we are sorry about the outage on 21 November."],
            view.FindAll(".diff-inline").Skip(2).Take(2).Select(row => Read(row.QuerySelector(".text")!))
        );
        Assert.Empty(view.FindAll(".diff-split"));
    }

    [Fact]
    public void On_a_phone_it_is_always_inline()
    {
        JSInterop.Setup<bool>("controlSurface.narrow").SetResult(true);

        var view = Show(Old, New);

        view.WaitForAssertion(() => Assert.Equal(8, view.FindAll(".diff-inline").Count));
        Assert.Empty(view.FindAll(".diff-split"));
    }

    [Fact]
    public void The_result_is_the_new_text_alone()
    {
        var view = Show(Old, New, DiffLayout.Result);

        Assert.Equal(
            TextLine.Split(New).Select(line => line.Text),
            view.FindAll(".diff-inline .text").Select(tx => tx.TextContent)
        );
    }

    [Fact]
    public async Task Folded_lines_come_out_when_asked_for()
    {
        var old = string.Concat(Enumerable.Range(1, 40).Select(k => $"line {k}\n"));
        var view = Show(old, old + "one more\n");
        Assert.Equal("Show 37 unchanged lines", Read(view.Find(".fold")));

        await view.Find(".fold").ClickAsync();

        Assert.Equal(41, view.FindAll(".diff-split").Count);
        Assert.Empty(view.FindAll(".fold"));
    }

    [Fact]
    public void What_is_hidden_is_shown_by_its_code_and_a_copy_has_the_character()
    {
        var view = Show("access = user\n", "access = \u202Euser\n", DiffLayout.Inline);

        var tag = view.Find(".hidden-character");
        Assert.Equal("U+202E", Read(tag.QuerySelector(".hidden-code")!));
        Assert.Equal("right-to-left override: what follows is shown backwards", tag.GetAttribute("title"));
        Assert.Equal("\u202E", tag.QuerySelector(".hidden-itself[aria-hidden=true]")!.TextContent);
        Assert.Equal("ltr", view.Find(".text").GetAttribute("dir"));
        Assert.Equal("access = U+202E\u202Euser", view.FindAll(".text")[1].TextContent);
    }

    [Fact]
    public void Words_of_others_are_never_markup()
    {
        var view = Show("", "<script>ran.push(1)</script><img src=x onerror=ran.push(2)>\n", DiffLayout.Result);

        Assert.Equal("<script>ran.push(1)</script><img src=x onerror=ran.push(2)>", Read(view.Find(".text")));
        Assert.Empty(view.FindAll("script, img"));
    }

    [Fact]
    public async Task The_reader_steps_from_change_to_change_and_around()
    {
        var shown = JSInterop.SetupVoid("controlSurface.showRow", _ => true).SetVoidResult();
        var view = Show(Old, New);
        Assert.Equal("2 changes", Read(view.Find("[aria-live]")));

        await view.Find("[data-do=next_change]").ClickAsync();
        await view.Find("[data-do=next_change]").ClickAsync();
        Assert.Equal("2 of 2 changes", Read(view.Find("[aria-live]")));
        await view.Find("[data-do=next_change]").ClickAsync();
        await view.Find("[data-do=previous_change]").ClickAsync();

        Assert.Equal([2, 4, 2, 4], shown.Invocations.Select(call => (int)call.Arguments[1]!));
    }

    [Fact]
    public async Task A_line_that_is_folded_away_can_be_shown()
    {
        var shown = JSInterop.SetupVoid("controlSurface.showRow", _ => true).SetVoidResult();
        var old = string.Concat(Enumerable.Range(1, 40).Select(k => $"line {k}\n"));
        var view = Show(old, old + "one more\n");

        await view.InvokeAsync(() => view.Instance.ShowLineAsync(5));

        Assert.Equal(41, view.FindAll(".diff-split").Count);
        Assert.Equal(4, (int)Assert.Single(shown.Invocations).Arguments[1]!);
    }

    [Fact]
    public void Of_many_rows_only_those_in_sight_are_drawn()
    {
        var view = Show("", string.Concat(Enumerable.Range(1, 50_000).Select(k => $"line {k}\n")), DiffLayout.Inline);

        var list = view.Find(".diff.many");
        Assert.Equal("0", list.GetAttribute("tabindex"));
        Assert.Equal("50000", list.GetAttribute("data-rows"));
        Assert.True(view.FindAll(".diff-inline").Count < 200);
    }

    [Fact]
    public async Task Whitespace_that_is_ignored_is_said()
    {
        var asked = false;
        var view = Render<DiffView>(p =>
            p.Add(x => x.Comparison, Comparison.Of("a\n", " a\n", new DiffOptions(IgnoreWhitespace: true)))
                .Add(x => x.FromLabel, "v1")
                .Add(x => x.ToLabel, "v2")
                .Add(x => x.IgnoreWhitespace, true)
                .Add(x => x.IgnoreWhitespaceChanged, ignores => asked = !ignores)
        );

        Assert.Contains(
            "1 line differs only in whitespace, and counts as the same here.",
            view.FindAll(".diff-note").Select(Read)
        );
        await view.Find("[data-do=whitespace]").ClickAsync();
        Assert.True(asked);
    }

    [Fact]
    public async Task Comments_stand_at_their_lines()
    {
        var asked = 0;
        var view = Render<DiffView>(p =>
            p.Add(x => x.Comparison, Comparison.Of(Old, New, DiffOptions.Exact))
                .Add(x => x.FromLabel, "v1")
                .Add(x => x.ToLabel, "v2")
                .Add(x => x.Comments, new Dictionary<int, int> { [3] = 2 })
                .Add(x => x.OnComments, line => asked = line)
        );

        Assert.Equal("2 comments on this line", view.Find(".comment-mark").GetAttribute("aria-label"));
        await view.Find(".comment-mark").ClickAsync();
        Assert.Equal(3, asked);
    }

    private IRenderedComponent<DiffView> Show(string old, string @new, DiffLayout layout = DiffLayout.Side) =>
        Render<DiffView>(p =>
            p.Add(x => x.Comparison, Comparison.Of(old, @new, DiffOptions.Exact))
                .Add(x => x.FromLabel, "v3, last approved")
                .Add(x => x.ToLabel, "v4, reading")
                .Add(x => x.Layout, layout)
        );
}
