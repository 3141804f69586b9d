using Bunit;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Runbook;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>The runbook's page.</summary>
public class What_recurs : ReviewHouse
{
    private async Task<Conflict> Collides(string name)
    {
        var piece = await Made(name, "one\n");
        foreach (var (by, text, token) in new[] { (Rita, "two\n", (long?)null), (Agent, "three\n", piece.Lease.Token) })
        {
            var content = Content(text);
            await Engine.SendAsync(
                new Request(
                    new ArtifactCommand.Publish
                    {
                        Artifact = piece.Id,
                        BaseVersion = 1,
                        Content = new Proposed(
                            content.Hash,
                            content.Bytes.Length,
                            1,
                            by == Agent
                                ? new MergeOffer(Current(piece).ContentHash, null, 0)
                                {
                                    Others = Engine.Picture.Read(at =>
                                        MergeOffer.OthersOn(at, at.FindArtifact(piece.Id)!, 1, content.Hash)
                                    ),
                                }
                                : null
                        ),
                        Run = token is null ? null : "7ef",
                        Token = token,
                    },
                    new Caller(by)
                )
                {
                    Contents = [content],
                }
            );
        }
        return Engine.Picture.Read(at => at.OpenConflicts.Single(c => c.Artifact == piece.Id));
    }

    private IRenderedComponent<Runbook> Narrowed(string words)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/runbook?q=" + Uri.EscapeDataString(words));
        return Render<Runbook>();
    }

    private Pattern Pattern() => Engine.Picture.Read(at => at.Patterns.Single());

    [Fact]
    public async Task A_pattern_stands_with_its_count_its_place_and_what_is_suggested()
    {
        await Collides("Reply one");
        var conflict = await Collides("Reply two");

        var page = Render<Runbook>();

        var row = page.Find(".row[data-pattern]");
        Assert.Contains("Overlapping edit on helpdesk:ticket/", Read(row), StringComparison.Ordinal);
        Assert.Contains("2 was 0", Read(row), StringComparison.Ordinal);
        Assert.Contains("Narrower lock", Read(row), StringComparison.Ordinal);
        Assert.NotNull(row.QuerySelector("svg.spark path"));
        Assert.Equal("2 in 14 days, at most 2 a day, 2 today", Read(row.QuerySelector(".trend")!));
        var side = Read(page.Find("aside"));
        Assert.Contains("2 conflicts in 7 days, none the week before", side, StringComparison.Ordinal);
        Assert.Contains(conflict.Id.Text, side, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-do=absorb]")); // Rita reviews; managers write the runbook.
        Assert.Single(Narrowed("narrower helpdesk").FindAll(".row[data-pattern]"));
        Assert.Contains("No pattern has these words", Narrowed("nowhere").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manager_writes_what_is_to_be_done_and_it_stands_on_the_conflict()
    {
        var conflict = await Collides("Reply one");
        Viewer = Priya;
        var page = Render<Runbook>();

        await page.Find("#rb-guidance").InputAsync(new ChangeEventArgs { Value = "Lock the ticket first." });
        await ChooseAsync(page, "Change to make", "Better trigger");
        await page.Find("[data-do=save_guidance]").ClickAsync();

        Assert.Equal(("Lock the ticket first.", PatternChange.BetterTrigger), (Pattern().Guidance, Pattern().Change));
        Assert.Contains("Set by Priya", Read(page.Find("aside")), StringComparison.Ordinal);
        var shown = Render<ConflictPage>(p => p.Add(x => x.Id, conflict.Id.Text));
        Assert.Contains(
            "Advice from the runbook: Lock the ticket first.",
            Read(shown.Find(".next")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_was_absorbed_moves_to_its_own_list_and_what_recurs_is_said()
    {
        await Collides("Reply one");
        Viewer = Priya;
        var page = Render<Runbook>();
        await page.Find("[data-do=absorb]").ClickAsync();
        Assert.Empty(page.FindAll(".row[data-pattern]"));

        await Collides("Reply two");
        Services.GetRequiredService<NavigationManager>().NavigateTo("/runbook?show=absorbed");

        page.WaitForAssertion(() =>
            Assert.Contains("1 since", Read(page.Find(".row[data-pattern]")), StringComparison.Ordinal)
        );
        Assert.Contains("recurred once since", Read(page.Find("aside")), StringComparison.Ordinal);
        await page.Find("[data-do=watch]").ClickAsync();
        Assert.Equal(PatternState.Watching, Pattern().State);
    }
}
