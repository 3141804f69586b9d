using System.Diagnostics;
using Server.Tests.Field;
using Server.Tests.Storage;
using Xunit.Abstractions;

namespace Server.Tests.Clusters;

/// <summary>
/// Three processes with one database (docs/decisions/0045), each in a network namespace of its own: whoever hears whom, each acknowledged
/// write is there once, and a stream that goes on at another machine misses nothing. <c>tests/cluster.sh</c> plays it, and
/// with more than one round all of it.
/// </summary>
[Collection(Alone.Name)]
[Trait("Makes", "bad-days")]
public sealed class Three_machines_in_a_network_that_breaks(ITestOutputHelper output)
{
    private static readonly bool IsLong = Three_machines_with_one_database.Rounds > 1;

    // Longer than the others take to give somebody up whom they do not hear.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Do_each_thing_once_whoever_hears_whom()
    {
        using var network = TestNetwork.TryOpen(machines: 3, out var why);
        if (network is null)
            output.WriteLine($"Without cut networks: {why}. What needs no network of its own is played.");
        using var database = PostgresServer.Own(network);
        var connection = database.NewDatabase();
        await using var machines = await TestMachines.StartAsync(connection, count: 3, network);
        using var day = await RecordedDay.DawnAsync(machines, output);
        await day.BeginAsync();
        for (var round = 0; round < (IsLong ? 2 : 1); round++)
        {
            await PauseTheDatabaseAsync(database, machines, day);
            await CutSessionsAsync(connection, machines, day);
            if (network is not null)
                await BreakAsync(network, machines, day);
            if (IsLong)
                await SetClocksWrongAsync(machines, day);
        }
        await day.EndAsync();
    }

    private static async Task BreakAsync(TestNetwork network, TestMachines machines, RecordedDay day)
    {
        var all = Enumerable.Range(0, machines.Count).ToList();
        await BreakAsync(
            "the owner is cut off from all but its callers",
            owner => [.. all.Where(other => other != owner).Append(TestNetwork.Database)],
            (owner, other) => network.Cut(owner, other)
        );
        await BreakAsync(
            "the owner does not hear the database",
            _ => [TestNetwork.Database],
            (owner, other) => network.Deafen(owner, to: other),
            Short
        );
        if (!IsLong)
            return;
        await BreakAsync(
            "the owner and the database are cut off from each other",
            _ => [TestNetwork.Database],
            (owner, other) => network.Cut(owner, other)
        );
        await BreakAsync(
            "the database does not hear the owner",
            _ => [TestNetwork.Database],
            (owner, other) => network.Deafen(other, to: owner)
        );
        await BreakAsync(
            "the owner is cut off from the other machines",
            owner => all.Where(other => other != owner),
            (owner, other) => network.Cut(owner, other)
        );
        await BreakAsync(
            "the other machines do not hear the owner",
            owner => all.Where(other => other != owner),
            (owner, other) => network.Deafen(other, to: owner)
        );
        await BreakAsync(
            "another machine is cut off from all but its callers",
            owner => all.Where(other => other != (owner + 1) % all.Count).Append(TestNetwork.Database),
            (owner, other) => network.Cut((owner + 1) % all.Count, other)
        );
        await day.MeasureAsync(network.Slow());
        await Task.Delay(Long);
        network.Heal();
        await machines.RecoverAsync();

        async Task BreakAsync(
            string what,
            Func<int, IEnumerable<int>> others,
            Action<int, int> cut,
            TimeSpan? lasts = null
        )
        {
            var owner = await machines.OwnerAsync();
            foreach (var other in others(owner))
                cut(owner, other);
            await day.MeasureAsync(what);
            // In the suite for no longer than until another one has what it had.
            if (lasts is null && !IsLong)
                await machines.OwnerAsync(except: owner);
            else
                await Task.Delay(lasts ?? Long);
            network.Heal();
            await day.MeasureAsync(what + ", and no longer");
            await machines.RecoverAsync();
        }
    }

    private static async Task PauseTheDatabaseAsync(PostgresServer database, TestMachines machines, RecordedDay day)
    {
        database.Freeze();
        try
        {
            await Task.Delay(Short);
        }
        finally
        {
            database.Thaw();
        }
        await day.MeasureAsync("the database stood still for 4 s, and goes on");
        await machines.RecoverAsync();
    }

    // In the middle of whatever they do: reads, writes, membership.
    private static async Task CutSessionsAsync(string connection, TestMachines machines, RecordedDay day)
    {
        var began = Stopwatch.GetTimestamp();
        for (var cut = 0; cut < 100 || Stopwatch.GetElapsedTime(began) < Short; )
            cut += PostgresServer.CutSessions(connection);
        await day.MeasureAsync("all sessions of the database were cut for 4 s");
        await machines.RecoverAsync();
    }

    private async Task SetClocksWrongAsync(TestMachines machines, RecordedDay day)
    {
        if (!WrongClock.IsThere)
        {
            output.WriteLine("Without wrong clocks: that needs libfaketime (the package faketime).");
            return;
        }
        foreach (var (machine, off) in ((int, int)[])[(0, 300), (1, -300)])
        {
            await machines.StopAsync(machine);
            await machines.StartAsync(machine, off);
        }
        for (var turn = 0; turn < machines.Count; turn++)
        {
            var owner = await machines.OwnerAsync();
            await machines.KillAsync(owner);
            await day.MeasureAsync("kill -9 of the owner, clocks ten minutes apart");
            await machines.StartAsync(owner, owner == 2 ? 0 : 300 - (600 * owner));
        }
        foreach (var machine in (int[])[0, 1])
        {
            await machines.StopAsync(machine);
            await machines.StartAsync(machine);
        }
        await machines.RecoverAsync();
    }
}
