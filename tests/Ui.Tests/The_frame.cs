using System.Text.Json;
using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Shell;

namespace Ui.Tests;

public class The_frame : House
{
    [Fact]
    public void The_menu_holds_what_is_built_with_its_counts_and_the_reader()
    {
        var menu = Render<NavMenu>(p =>
            p.Add(
                x => x.View,
                new FrameView(
                    "Customer operations",
                    new HolderView("Mara Lindqvist", false, IsYou: true),
                    "support",
                    new Dictionary<string, long>(StringComparer.Ordinal) { ["./"] = 2381 },
                    48_213
                )
            )
        );

        Assert.Equal(
            [
                "Now2,381",
                "Desk",
                "Review",
                "Conflicts",
                "Queues",
                "Where it waits",
                "Locks",
                "Runbook",
                "Since",
                "History",
            ],
            menu.FindAll("a.nav-link").Select(Read)
        );
        Assert.Equal("page", menu.Find("a.nav-link[href='./']").GetAttribute("aria-current"));
        Assert.Equal("Mara Lindqvist", Read(menu.Find(".me .clip")));
        Assert.Equal("support · Sign out", Read(menu.Find(".me .role")));
        Assert.Equal("signout", menu.Find(".me .role a").GetAttribute("href"));
    }

    [Fact]
    public void A_phone_has_the_rest_of_the_menu_and_signing_out_behind_More()
    {
        var bar = Render<TabBar>(p => p.Add(x => x.View, FrameView.Empty));
        Assert.Equal(["Now", "Desk", "Review", "Conflicts", "More"], bar.FindAll("a").Select(Read));
        Assert.Equal("more", bar.FindAll("a")[^1].GetAttribute("href"));

        var more = Render<ControlSurface.Pages.More>();
        Assert.Equal(
            ["queues", "waits", "locks", "runbook", "since", "history", "signout"],
            more.FindAll("nav a").Select(a => a.GetAttribute("href"))
        );
    }

    [Theory]
    [InlineData(28_800, "8 h")]
    [InlineData(900, "15 min")]
    [InlineData(172_800, "2 d")]
    [InlineData(90, "90 s")]
    public void A_length_of_a_policy_is_shown_in_the_largest_unit_that_says_it(int seconds, string shown)
    {
        var policy = new ControlSurface.Core.Queues.QueuePolicy { PersonLeaseSeconds = seconds };
        var rows = ControlSurface.Pages.Views.PolicyWords.Rows(policy);
        Assert.Contains(rows, row => row.Name == "personLeaseSeconds" && row.Value == shown);
    }

    [Fact]
    public void One_table_of_keys_feeds_the_help_and_the_handler()
    {
        var help = Render<KeyboardHelp>();
        var handled = JsonDocument
            .Parse(Hotkeys.AsJson)
            .RootElement.EnumerateArray()
            .Select(key => key.GetProperty("keys").GetString());

        Assert.Equal(Hotkeys.All.Select(key => key.Says), help.FindAll("dt").Select(Read));
        Assert.Equal(Hotkeys.All.Select(key => key.Keys), handled);
        Assert.Contains("gthend", help.FindAll("dd").Select(Read));
    }

    [Fact]
    public void No_two_keys_are_the_same() =>
        Assert.Empty(Hotkeys.All.GroupBy(key => key.Keys).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void A_journal_that_takes_no_writes_is_said_above_the_page()
    {
        var banner = Render<ConnectionBanner>(p => p.Add(x => x.State, "readonly").Add(x => x.AsOf, T0));

        Assert.Equal(
            "Changes cannot be saved. The journal cannot be written. Nothing you did since 21:05:12 was accepted. Reading still works.",
            Read(banner.Find("[role=alert]"))
        );
    }

    [Fact]
    public void A_page_that_may_be_old_says_of_when_it_is()
    {
        var banner = Render<ConnectionBanner>(p => p.Add(x => x.State, "readonly").Add(x => x.CutOffSince, T0));

        Assert.Equal(
            "Not connected to the workspace since 21:05:12. What is shown is of then. Buttons wait until the connection is back or another machine has the workspace; this page then goes on by itself.",
            Read(banner.Find("[role=alert]"))
        );
    }

    [Fact]
    public void A_line_that_is_up_needs_no_banner()
    {
        var banner = Render<ConnectionBanner>();

        Assert.True(banner.Find("#connection-banner").HasAttribute("hidden"));
        Assert.Empty(banner.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task The_palette_offers_what_its_provider_finds()
    {
        var palette = Palette(words =>
            words == "88190"
                ?
                [
                    new PaletteEntry(
                        "Work",
                        Icons.Eye,
                        "W-1038",
                        "Reply to ticket 88190",
                        "Waiting on review",
                        Href: "/items/W-1038"
                    ),
                ]
                : []
        );

        await palette.Find("input").InputAsync("88190");

        Assert.Equal("W-1038 Reply to ticket 88190", Read(palette.Find("[role=option] .clip")));
        Assert.Equal("/items/W-1038", palette.Find("[role=option]").GetAttribute("data-href"));
        Assert.Equal("Work", palette.Find("[role=group]").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task A_word_that_nothing_has_is_said_back()
    {
        var palette = Palette(_ => []);

        await palette.Find("input").InputAsync("zzz");

        Assert.StartsWith("Nothing is called “zzz”.", Read(palette.Find(".none")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Places_come_after_what_the_house_knows()
    {
        var house = new PaletteEntry("Work", Icons.Eye, "W-1", "Desk lamp");
        var sources = new PaletteSources([(_, _) => ValueTask.FromResult<IReadOnlyList<PaletteEntry>>([house])]);

        var found = await sources.FindAsync("desk", CancellationToken.None);

        Assert.Equal(["Desk lamp", "Desk"], found.Select(one => one.Text));
    }

    [Fact]
    public async Task What_is_called_so_comes_before_the_search_for_the_words()
    {
        var search = new PaletteEntry("Search", Icons.Search, null, "All that has “desk”") { IsLast = true };
        var sources = new PaletteSources([(_, _) => ValueTask.FromResult<IReadOnlyList<PaletteEntry>>([search])]);

        Assert.Equal(
            ["Desk", search.Text],
            (await sources.FindAsync("desk", CancellationToken.None)).Select(one => one.Text)
        );
        Assert.Equal(
            ["Sign out", search.Text],
            (await sources.FindAsync("sign out", CancellationToken.None)).Select(one => one.Text)
        );
    }

    [Theory]
    [InlineData("sign out")]
    [InlineData("Sign")]
    public async Task The_palette_knows_the_way_out(string words)
    {
        var found = await new PaletteSources([]).FindAsync(words, CancellationToken.None);
        Assert.Equal(["Sign out"], found.Select(one => one.Text));
        Assert.Equal(("signout", true), (found[0].Href, found[0].IsWhole));
    }

    [Fact]
    public void The_frame_is_drawn_again_only_when_it_says_something_else()
    {
        var frame = new FrameState();
        var drawn = 0;
        frame.Changed += (_, _) => drawn++;
        var view = FrameView.Empty with { Seq = 7 };

        frame.Show(view);
        frame.Show(view with { Counts = new Dictionary<string, long>(StringComparer.Ordinal) });

        Assert.Equal(1, drawn);
    }

    private IRenderedComponent<CommandPalette> Palette(Func<string, IReadOnlyList<PaletteEntry>> find) =>
        Render<CommandPalette>(p => p.Add(x => x.Provider, (words, _) => ValueTask.FromResult(find(words))));
}
