using System.Diagnostics;
using System.Globalization;
using Benchmarks;
using Server.Tests.Field;
using Server.Tests.Storage;
using Xunit.Abstractions;

namespace Server.Tests.Clusters;

/// <summary>
/// One machine after the other is stopped and started again, as at an upgrade, while agents work and pages are open.
/// <c>tests/cluster.sh</c> plays it with 200 agents and 50 pages.
/// </summary>
[Collection(Alone.Name)]
[Trait("Makes", "bad-days")]
public sealed class Three_machines_that_are_upgraded_one_after_another(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly bool IsLong = Three_machines_with_one_database.Rounds > 1;
    private static readonly int Agents = IsLong ? 200 : 10;
    private static readonly int Pages = IsLong ? 50 : 3;

    private int _seen;

    [Fact]
    public async Task Lose_nothing_do_nothing_twice_and_have_every_page_open_in_the_end()
    {
        using var database = PostgresServer.Own();
        await using var machines = await TestMachines.StartAsync(
            database.NewDatabase(),
            count: 3,
            network: null,
            "--ControlSurface:Limits:Circuits=1000"
        );
        using var day = await RecordedDay.DawnAsync(machines, output, Agents);
        var cookies = await CircuitClient.SignInAsync(machines.AddressOf(0), machines.Key);
        using var close = new CancellationTokenSource();
        var pages = Enumerable.Range(0, Pages).Select(_ => new OpenPage(machines, cookies, "/queues")).ToList();
        var open = pages.Select(page => page.StayAsync(close.Token)).ToList();
        await UntilAllDrawAsync(day, pages);
        await day.BeginAsync(TimeSpan.FromSeconds(IsLong ? 2 : 0.2));
        for (var machine = 0; machine < machines.Count; machine++)
        {
            Assert.Equal(0, await machines.StopAsync(machine));
            await machines.StartAsync(machine);
            await machines.RecoverAsync();
        }
        var waits = day.Waits;
        await UntilAllDrawAsync(day, pages);
        await close.CancelAsync();
        await Task.WhenAll(open);
        await day.EndAsync();
        RecordedDay.Tell(
            output,
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Rolling upgrade: {Agents} agents, {waits.Count} commands, p50 {At(waits, 0.5):0.000} s, p99 {At(waits, 0.99):0.000} s, longest {waits[^1].TotalSeconds:0.00} s; {Pages} pages, loaded {pages.Sum(page => page.Loaded)} times, all open in the end.\n"
                ),
            ]
        );
    }

    private static double At(List<TimeSpan> waits, double part) => waits[(int)((waits.Count - 1) * part)].TotalSeconds;

    // What happens now is drawn on each page.
    private async Task UntilAllDrawAsync(RecordedDay day, List<OpenPage> pages)
    {
        var began = Stopwatch.GetTimestamp();
        var waiting = pages.Select(page => (Page: page, page.Loaded, page.Drawn)).ToList();
        while (waiting.Count > 0)
        {
            await day.First.SettleAsync("/queues/seen", new { leaseSeconds = 60 + _seen++ }, HttpMethod.Put);
            await Task.Delay(100);
            // A page that was loaded again begins to count anew.
            waiting =
            [
                .. waiting.Where(seen =>
                    seen.Page.Loaded == seen.Loaded && seen.Page.Drawn <= seen.Drawn || seen.Page.Drawn == 0
                ),
            ];
            Assert.True(
                Stopwatch.GetElapsedTime(began) < Patience,
                $"{waiting.Count} pages draw nothing: {waiting.FirstOrDefault().Page?.Cut}"
            );
        }
    }
}
