using System.Diagnostics;
using ControlSurface.Core.Principals;
using ControlSurface.Storage.Projections;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Storage;

/// <summary>What somebody who was away is told equals what is counted from the journal, event by event.</summary>
public sealed class What_happened_since
{
    private static IProjections Of(LiveServer server) => server.Host.App.Services.GetRequiredService<IProjections>();

    private static async Task CaughtUpAsync(LiveServer server)
    {
        while (Of(server).Seq < server.Host.Engine.Picture.Seq)
            await Task.Delay(10);
    }

    private static Dictionary<Happening, long> Counts(
        LiveServer server,
        DateTimeOffset since,
        params string[]? queues
    ) => Of(server).HappenedSince(since, until: null, queues, most: 3).ToDictionary(h => h.What, h => h.Count);

    [Fact]
    public async Task Each_kind_is_counted_from_the_instant_on_and_its_newest_are_named()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, sue) = await server.StaffAsync(new { leaseSeconds = 60 });
        var done = new List<string>();
        for (var k = 0; k < 5; k++)
        {
            var item = await mia.CreateAsync($"Work {k}");
            var held = await bot.HoldAsync(item, run: "r1");
            if (k == 4)
                break; // Goes stale.
            (await bot.PostAsync($"/leases/{held.Lease}/complete", new { run = "r1", token = held.Token })).Is(200);
            done.Add(item);
        }
        server.Pass(120);
        await server.Host.Engine.AskAsync(static (_, _) => true);
        var stale = server.Host.Engine.Picture.Read(at => at.Unattended.Single().Id.Text);
        (await sue.PostAsync($"/items/{stale}/takeover", new { why = "It is stale." })).Is(200);
        await CaughtUpAsync(server);

        var all = Counts(server, LiveServer.T0, null);

        Assert.Equal((4, 1, 1), (all[Happening.Completed], all[Happening.WentStale], all[Happening.TakenOver]));
        Assert.Equal(1, all[Happening.PolicySet]);
        // The same from the journal itself, by its types.
        var types = server
            .Host.Journal.ReadAfter(0)
            .CountBy(r => r.Event.Type)
            .ToDictionary(t => t.Key, t => (long)t.Value);
        Assert.Equal(types["item.completed"], all[Happening.Completed]);
        Assert.Equal(types["lease.stale"], all[Happening.WentStale]);
        var newest = Of(server)
            .HappenedSince(LiveServer.T0, until: null, queues: null, most: 3)
            .Single(h => h.What == Happening.Completed);
        Assert.Equal(3, newest.Newest.Count);
        Assert.Equal(newest.Newest.OrderDescending(), newest.Newest);
        // From later on there is only what came later.
        var later = Counts(server, LiveServer.T0.AddSeconds(60), null);
        Assert.False(later.ContainsKey(Happening.Completed));
        Assert.Equal(1, later[Happening.TakenOver]);
        // Up to then there is only the rest, and none is named where none is asked for.
        var earlier = Of(server).HappenedSince(LiveServer.T0, LiveServer.T0.AddSeconds(60), queues: null, most: 0);
        Assert.All(
            earlier,
            one => Assert.Equal((all[one.What] - later.GetValueOrDefault(one.What), 0), (one.Count, one.Newest.Count))
        );
        Assert.Equal(all.Values.Sum(), earlier.Sum(one => one.Count) + later.Values.Sum());
    }

    [Fact]
    public async Task Whoever_is_limited_to_queues_hears_of_those_alone_and_of_nothing_that_belongs_to_none()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        (await mia.PutAsync("/queues/law", new { })).Is(201);
        foreach (var queue in (string[])["crm", "law", "law"])
        {
            var item = await mia.CreateAsync("Work", queue);
            (await mia.PostAsync($"/items/{item}/cancel", new { why = "No more." })).Is(200);
        }
        (await mia.PostAsync("/workspace/stop", new { scope = "claims", why = "Fire drill." })).Is(200);
        await CaughtUpAsync(server);

        Assert.Equal(1, Counts(server, LiveServer.T0, "crm")[Happening.Cancelled]);
        Assert.Equal(2, Counts(server, LiveServer.T0, "law")[Happening.Cancelled]);
        Assert.False(Counts(server, LiveServer.T0, "crm", "law").ContainsKey(Happening.PausedOrResumed));
        Assert.Empty(Of(server).HappenedSince(LiveServer.T0, until: null, [], most: 3));
        Assert.Equal(1, Counts(server, LiveServer.T0, null)[Happening.PausedOrResumed]);
    }

    [Fact]
    public async Task It_is_all_there_after_a_restart_and_where_the_file_was_of_a_version_without_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        var item = await mia.CreateAsync();
        (await mia.PostAsync($"/items/{item}/cancel", new { why = "No more." })).Is(200);
        await CaughtUpAsync(server);
        var (before, figures) = (Counts(server, LiveServer.T0, null), Figures(server));
        Assert.Contains(figures, f => f is (Measure.Cancelled, 1, _));
        await server.StopAsync();
        using (
            var connection = ControlSurface.Storage.Database.Open(
                Path.Combine(server.Folder, "projections.db"),
                ControlSurface.Storage.DatabaseAccess.ReadWrite
            )
        )
        {
            ControlSurface.Storage.Database.Execute(connection, "drop table happenings");
            ControlSurface.Storage.Database.Execute(
                connection,
                "delete from __EFMigrationsHistory where MigrationId like '%_Happenings'"
            );
        }
        await server.StartAsync();
        await CaughtUpAsync(server);
        Assert.Equal(before, Counts(server, LiveServer.T0, null));
        Assert.Equal(figures, Figures(server));
    }

    // What is counted; levels depend on when they are looked at.
    private static List<(Measure, long, long)> Figures(LiveServer server) =>
        [
            .. Of(server)
                .FiguresOf("crm", LiveServer.T0 - TimeSpan.FromDays(1), byDay: false)
                .Where(figure => figure.Measure < Measure.Queued)
                .Select(figure => (figure.Measure, figure.Count, figure.PeakSeq)),
        ];

    [Fact]
    public async Task What_is_older_than_ninety_days_goes_while_the_server_runs()
    {
        var clock = new JumpingClock(LiveServer.T0);
        await using var server = await LiveServer.OpenAsync(clock);
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var item = await mia.CreateAsync();
        var held = await bot.HoldAsync(item, run: "r1");
        (await bot.PostAsync($"/leases/{held.Lease}/complete", new { run = "r1", token = held.Token })).Is(200);
        await CaughtUpAsync(server);
        Assert.Equal(1, Counts(server, LiveServer.T0, null)[Happening.Completed]);
        Assert.Single(Of(server).TermsOf("crm", LiveServer.T0, most: 10));

        clock.Jump(TimeSpan.FromDays(31));
        await mia.CreateAsync("After a month");
        await GoneAsync(() => Of(server).TermsOf("crm", LiveServer.T0, most: 10).Count == 0);
        Assert.Equal(1, Counts(server, LiveServer.T0, null)[Happening.Completed]);

        clock.Jump(TimeSpan.FromDays(60));
        await mia.CreateAsync("After three months");
        await GoneAsync(() => !Counts(server, LiveServer.T0, null).ContainsKey(Happening.Completed));
    }

    private static async Task GoneAsync(Func<bool> isGone)
    {
        for (var began = Stopwatch.StartNew(); !isGone(); await Task.Delay(10))
            Assert.InRange(began.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
