using System.Text;
using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Review;
using ControlSurface.Content;

namespace Ui.Tests.Review;

public class A_content_on_the_page : House
{
    [Fact]
    public async Task Markdown_is_read_as_it_is_meant_and_as_its_source()
    {
        var view = Show("text/markdown", "# Returns\n\nSee [the rules](https://example.org/rules).\n");

        Assert.Equal("Returns", Read(view.Find(".markdown-heading-1")));
        Assert.Equal("example.org", Read(view.Find(".markdown-target")));
        Assert.Empty(view.FindAll(".markdown a, .markdown h1"));
        await view.FindAll(".segments button").Single(b => b.TextContent == "Source").ClickAsync();
        Assert.Equal("# Returns", view.FindAll(".text")[0].TextContent);
        await view.FindAll(".segments button").Single(b => b.TextContent == "Beside").ClickAsync();
        Assert.NotEmpty(view.FindAll(".beside .markdown"));
        Assert.NotEmpty(view.FindAll(".beside .text"));
    }

    [Fact]
    public void Markdown_runs_loads_and_links_nothing()
    {
        var view = Show(
            "text/markdown",
            "<script>ran.push(1)</script>\n\n![x](https://example.org/pixel.png)\n\n[go](javascript:ran.push(2)) <b onclick=x()>b</b> <https://example.org>\n\n<iframe src=//example.org>\n"
        );

        Assert.Empty(view.FindAll("script, img, iframe, .markdown a, .markdown b, [onclick]"));
        Assert.Contains("<script>ran.push(1)</script>", view.Find(".markdown").TextContent, StringComparison.Ordinal);
        Assert.Contains("Picture, not loaded:", view.Find(".markdown-image").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            ["example.org", "javascript:ran.push(2)", "example.org"],
            view.FindAll(".markdown-target").Select(Read)
        );
    }

    [Fact]
    public void A_link_that_says_another_host_is_called_out() =>
        Assert.Equal(
            "(the link says bank.example and leads to evil.example)",
            Read(Show("text/markdown", "[bank.example](https://evil.example/login)\n").Find(".markdown-misleading"))
        );

    [Fact]
    public void Markdown_shows_what_it_hides() =>
        Assert.Equal("U+200B", Read(Show("text/markdown", "pay\u200Bpal *a\u200Bb*\n").Find(".markdown .hidden-code")));

    [Fact]
    public void Json_is_put_in_order_and_names_that_stand_twice_are_said()
    {
        var view = Show("application/json", """{"amount":1,"amount":900}""");

        Assert.Equal(
            ["{", "  \"amount\": 1,", "  \"amount\": 900", "}"],
            view.FindAll(".text").Select(tx => tx.TextContent)
        );
        Assert.Contains("1 name stands twice in one object", view.Find(".note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_json_is_shown_as_it_is()
    {
        var view = Show("application/json", "{!}");

        Assert.Equal("{!}", view.Find(".text").TextContent);
        Assert.Equal("It says it is JSON, and is not: line 1, column 2.", Read(view.Find(".diff-note")));
    }

    [Fact]
    public void A_drawing_that_can_run_is_shown_as_its_source_and_says_so()
    {
        var view = Show("image/svg+xml", "<svg onload='x()'/>");

        Assert.Equal("<svg onload='x()'/>", view.Find(".text").TextContent);
        Assert.Empty(view.FindAll(".content > svg, img"));
        Assert.Equal("Shown as its source: this format can run and load things.", Read(view.Find(".note")));
    }

    [Fact]
    public void Of_what_cannot_be_shown_name_size_hash_and_a_download_are()
    {
        var view = Show("application/pdf", "%PDF-1.7", href: "/contents/1");

        Assert.Equal(
            ["letterU+202E\u202Efdp.exe.pdf", "application/pdf", "8 bytes", "sha256:9f2c"],
            view.FindAll("dd").Select(Read)
        );
        Assert.True(view.Find("a[href='/contents/1']").HasAttribute("download"));
    }

    [Fact]
    public async Task Two_pictures_stand_side_by_side_or_one_over_the_other()
    {
        var pair = Render<ImagePair>(p =>
            p.Add(x => x.Before, new PictureView("/a.png", "v3", 640, 480))
                .Add(x => x.After, new PictureView("/b.png", "v4", 640, 400))
        );
        Assert.Equal(["/a.png", "/b.png"], pair.FindAll(".picture-pair img").Select(img => img.GetAttribute("src")));
        Assert.Contains("The sizes differ: 640 × 480 px, then 640 × 400 px", pair.Markup, StringComparison.Ordinal);

        await pair.FindAll(".segments button")[1].ClickAsync();
        await pair.Find("input[type=range]").InputAsync("30");

        Assert.Equal("--at:30%", pair.Find(".swipe").GetAttribute("style"));
        Assert.Equal("30 % v3, 70 % v4", pair.Find("input").GetAttribute("aria-valuetext"));
    }

    [Theory]
    [InlineData("A\nb\nc\n", "a\nb\nC\n", "Clean, 0 places to settle", "A|b|C")]
    [InlineData("a\nX\nc\n", "a\nY\nc\n", "1 place to settle", "a|<<<<<<< v7|X|=======|Y|>>>>>>> proposed|c")]
    public void A_merge_says_whether_it_is_clean(string current, string proposed, string word, string lines)
    {
        var preview = Render<MergePreview>(p =>
            p.Add(x => x.Merge, ThreeWay.Merge("a\nb\nc\n", current, proposed))
                .Add(x => x.Current, current)
                .Add(x => x.Proposed, proposed)
                .Add(x => x.CurrentName, "v7")
                .Add(x => x.Title, "Merged, as it would become v8")
        );

        Assert.Equal(word, Read(preview.Find(".state")));
        Assert.Equal(lines, string.Join('|', preview.FindAll(".text").Select(tx => tx.TextContent)));
    }

    private IRenderedComponent<ContentView> Show(string type, string text, string? href = null) =>
        Render<ContentView>(p =>
            p.Add(x => x.Shape, ContentShape.Of(type, Encoding.UTF8.GetBytes(text)))
                .Add(x => x.Hidden, HiddenText.Of(text))
                .Add(x => x.Name, "letter\u202Efdp.exe.pdf")
                .Add(x => x.Length, text.Length)
                .Add(x => x.Hash, "sha256:9f2c")
                .Add(x => x.Href, href)
        );
}
