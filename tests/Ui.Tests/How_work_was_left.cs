using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Runs;
using ControlSurface.Live;
using ControlSurface.Pages.Views;

namespace Ui.Tests;

/// <summary>Whoever opens work that another left reads how it was left, by whom, and for how long it was really held.</summary>
public sealed class How_work_was_left : LiveHouse
{
    private string Said(ItemId item) =>
        Engine.Picture.Read(at =>
            HandoverViews
                .Of(at.FindItem(item)!, at.FindQueue("replies")!.Queue, new Viewer(at.FindPrincipal(Mara)), at.NameOf)
                .HeldWords
        );

    private const string From = "from 21:05:12 UTC on 24 Nov 2026 to 21:06:12 UTC on 24 Nov 2026.";

    // Worked on from 21:05:12 for a minute.
    private async Task<(ItemId Item, Lease Lease)> WorkedAsync(int? leaseSeconds = 300)
    {
        var item = await Item("Refund order 5518");
        var lease = await Work(item, leaseSeconds: leaseSeconds);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Engine.AskAsync((_, _) => true);
        return (item, lease);
    }

    [Fact]
    public async Task One_that_works_has_it_and_no_end_is_foretold()
    {
        var (item, _) = await WorkedAsync();

        Assert.Equal("has it since 21:05:12 UTC on 24 Nov 2026.", Said(item));
    }

    [Fact]
    public async Task Work_that_was_taken_by_force_had_not_gone_stale()
    {
        var (item, _) = await WorkedAsync();
        await Do(Jun, new ClaimCommand.TakeOver(item, Run: null, "On my line.", Force: true));

        Assert.Equal($"held it for 1 min, {From} Jun Sato took it over by force.", Said(item));
    }

    [Fact]
    public async Task Stale_work_was_held_until_it_went_stale_and_not_until_somebody_took_it()
    {
        var (item, _) = await WorkedAsync(leaseSeconds: 60);
        Assert.Equal($"held it for 1 min, {From} It was not renewed in time; nobody owns it now.", Said(item));

        Clock.Advance(TimeSpan.FromMinutes(9));
        await Do(Jun, new ClaimCommand.TakeOver(item, Run: null, "Nobody has it.", Force: false));

        Assert.Equal($"held it for 1 min, {From} It was not renewed in time, and Jun Sato took it over.", Said(item));
    }

    [Fact]
    public async Task Work_that_was_given_back_or_ended_with_its_run_says_so()
    {
        var (released, lease) = await WorkedAsync();
        await Do(
            Agent,
            new LeaseCommand.Release(
                lease.Id,
                "7f3",
                lease.Token,
                Note: null,
                ReleaseOutcome.GivenBack,
                RetryAfterSeconds: null
            )
        );
        Assert.Equal($"held it for 1 min, {From} It was released.", Said(released));

        var (ended, _) = await WorkedAsync();
        await Do(Agent, new RunCommand.End("7f3", "succeeded", Why: null, Principal: null));
        Assert.EndsWith(" Its run was ended.", Said(ended), StringComparison.Ordinal);
    }
}
