using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlSurface.Testing;
using Microsoft.AspNetCore.SignalR.Client;
using Server.Tests.Field;
using Server.Tests.Lines;
using Server.Tests.Storage;
using Xunit.Abstractions;

namespace Server.Tests.Clusters;

/// <summary>
/// Three processes with one database (docs/decisions/0045): whatever becomes of the one that has the workspace, each acknowledged write
/// is there once, and nothing is granted twice. <c>tests/cluster.sh</c> plays it for longer.
/// </summary>
[Collection(Alone.Name)]
public sealed class Three_machines_with_one_database(ITestOutputHelper output)
{
    private readonly Dictionary<string, List<TimeSpan>> _waits = new(StringComparer.Ordinal);

    // One of each in a run of the suite; tests/cluster.sh asks for more, and for what takes longer.
    private static readonly int Rounds = int.TryParse(
        Environment.GetEnvironmentVariable("CLUSTER_ROUNDS"),
        CultureInfo.InvariantCulture,
        out var rounds
    )
        ? rounds
        : 1;

    [Fact]
    public async Task Do_each_thing_once_whatever_becomes_of_the_one_that_has_the_workspace()
    {
        using var database = PostgresServer.Own();
        await using var machines = await TestMachines.StartAsync(database.NewDatabase(), count: 3);
        using var first = new RecordedCaller(machines, "first");
        await first.SettleAsync(
            "/queues/crm",
            new { claimSeconds = 86_400, maxLifetimeSeconds = 86_400 },
            HttpMethod.Put
        );
        await AnswerAnythingThroughAnyAsync(machines);

        using var stop = new CancellationTokenSource();
        RecordedCaller[] callers = [new(machines, "ann"), new(machines, "bob"), new(machines, "cid")];
        var working = callers.Select(caller => caller.WorkAsync(stop.Token)).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            await machines.StartMissingAsync();
            await KillTheOwnerAsync(machines, first);
            await RestartTheDatabaseAsync(database, first);
            await StopTheOwnerAsync(machines, first);
            await FreezeTheOwnerAsync(machines, first);
            if (Rounds > 1)
                await KillAllAsync(machines, first);
        }
        await stop.CancelAsync();
        await Task.WhenAll(working);

        Check([.. callers, first], await first.EventsAsync(machines.Addresses[0]));
        Tell(callers);
        foreach (var caller in callers)
            caller.Dispose();
    }

    // Reads, writes, streams both ways, hub and pages through a machine that does not have the workspace.
    private static async Task AnswerAnythingThroughAnyAsync(TestMachines machines)
    {
        var owner = await machines.OwnerAsync();
        var other = machines[(owner + 1) % machines.Count].Address;
        await using (var lines = await LineSocket.OpenAsync(other, machines.Key))
        {
            // The answer comes before the stream is at its end.
            await lines.SendAsync(1, "POST", "/items", new { queue = "crm", title = "by line" });
            (await lines.NextAsync())!.Is(201);
            await lines.SendAsync(2, "GET", "/items");
            (await lines.NextAsync())!.Is(200);
        }
        await using var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(other, "/hubs/live"),
                http =>
                {
                    http.Headers["Authorization"] = "Bearer " + machines.Key;
                    http.SkipNegotiation = true;
                    http.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
                }
            )
            .Build();
        await hub.StartAsync();
        await foreach (
            var happened in hub.StreamAsync<JsonElement>("Subscribe", new { topics = new[] { "all" }, after = 0L })
        )
        {
            if (happened.GetProperty("type").GetString() == "item.created")
                break;
        }
        using var browser = new HttpClient();
        Assert.Contains("<html", await browser.GetStringAsync(new Uri(other, "/login")), StringComparison.Ordinal);
        // Each figure of a machine that an operator is told to watch.
        var manual = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "docs", "OPERATIONS.md"));
        var named = Regex.Matches(manual, "`(controlsurface_cluster_[a-z_]+)").Select(m => m.Groups[1].Value).ToList();
        Assert.True(named.Count > 4);
        // What is asked for twice within a moment is answered from the first time.
        // Without the page's cookie: whoever shows one asks about their workspace.
        using var operating = new HttpClient();
        var began = Stopwatch.GetTimestamp();
        while (named.Count > 0 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
        {
            foreach (var machine in (Uri[])[machines[owner].Address, other])
            {
                var shown = await operating.GetStringAsync(new Uri(machine, "/metrics"));
                named.RemoveAll(name => shown.Contains($"# TYPE {name} ", StringComparison.Ordinal));
            }
            await Task.Delay(50);
        }
        Assert.Empty(named);
    }

    private async Task KillTheOwnerAsync(TestMachines machines, RecordedCaller caller)
    {
        var owner = await machines.OwnerAsync();
        await machines.KillAsync(owner);
        await MeasureAsync(caller, "kill -9 of the owner");
        await machines.StartAsync(owner);
    }

    private async Task RestartTheDatabaseAsync(PostgresServer database, RecordedCaller caller)
    {
        database.Crash();
        database.Start();
        await MeasureAsync(caller, "restart of the database");
    }

    private async Task StopTheOwnerAsync(TestMachines machines, RecordedCaller caller)
    {
        var stopping = machines.StopAsync(await machines.OwnerAsync());
        await MeasureAsync(caller, "SIGTERM of the owner");
        Assert.Equal(0, await stopping);
    }

    private async Task FreezeTheOwnerAsync(TestMachines machines, RecordedCaller caller)
    {
        var owner = await machines.OwnerAsync();
        var frozen = machines[owner];
        frozen.Freeze();
        await MeasureAsync(caller, "SIGSTOP of the owner");
        await machines.OwnerAsync(except: owner);
        frozen.Thaw();
        // Until it hears that it is none of them any more it may pass a request on, and answers nothing that it has in memory.
        var (late, key) = (new { queue = "crm", title = "late" }, Guid.NewGuid().ToString("N"));
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var (status, code, _) = await caller.SendAsync(
                frozen.Address,
                HttpMethod.Post,
                "/items",
                late,
                key,
                patience.Token
            );
            Assert.True(status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"{status} {code}");
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException)
        {
            // It is gone already.
        }
        caller.Created.Enqueue((await caller.SettleAsync("/items", late, named: key)).GetProperty("id").GetString()!);
        Assert.Equal(ControlSurface.Hosting.ServerHost.FatalExitCode, await machines.EndedAsync(owner));
    }

    private async Task KillAllAsync(TestMachines machines, RecordedCaller caller)
    {
        await machines.StartMissingAsync();
        await machines.OwnerAsync();
        await Task.WhenAll(Enumerable.Range(0, machines.Count).Select(machines.KillAsync));
        var starting = machines.StartMissingAsync();
        await MeasureAsync(caller, "start of all after all were killed");
        await starting;
    }

    private async Task MeasureAsync(RecordedCaller caller, string what)
    {
        var began = Stopwatch.GetTimestamp();
        await caller.SettleAsync("/targets/changes", new { target = "crm:x", version = Guid.NewGuid().ToString("N") });
        if (!_waits.TryGetValue(what, out var waits))
            _waits[what] = waits = [];
        waits.Add(Stopwatch.GetElapsedTime(began));
    }

    // The table of docs/TESTING.md and docs/BENCHMARKS.md.
    private void Tell(RecordedCaller[] callers)
    {
        List<string> lines = ["| what | times | median | longest |", "|---|---|---|---|"];
        foreach (var (what, waits) in _waits)
        {
            waits.Sort();
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {what} | {waits.Count} | {waits[waits.Count / 2].TotalSeconds:0.00} s | {waits[^1].TotalSeconds:0.00} s |"
                )
            );
        }
        lines.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{callers.Sum(caller => caller.Created.Count)} items were created, granted and completed by three callers meanwhile."
            )
        );
        output.WriteLine(string.Join('\n', lines));
        if (Environment.GetEnvironmentVariable("CLUSTER_TABLE") is { Length: > 0 } file)
            File.WriteAllLines(file, lines);
    }

    private static void Check(RecordedCaller[] callers, List<JsonElement> events)
    {
        var created = callers.SelectMany(caller => caller.Created).ToList();
        var granted = callers.SelectMany(caller => caller.Granted).ToList();
        // Each acknowledged write once, and none that nobody sent: one item came by line, before all others.
        Assert.Equal(
            created.Order(StringComparer.Ordinal),
            Items("item.created").Skip(1).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            granted.Select(grant => (grant.Item, grant.Token)).Order(),
            Of("lease.claimed").Select(e => (ItemOf(e), SeqOf(e))).Order()
        );
        Assert.Equal(
            callers.SelectMany(caller => caller.Completed).Order(StringComparer.Ordinal),
            Items("lease.completed").Order(StringComparer.Ordinal)
        );
        // Numbers without a gap: no two machines wrote at the same place.
        Assert.Equal(Enumerable.Range(1, events.Count).Select(seq => (long)seq), events.Select(SeqOf));
        foreach (var caller in callers)
            Assert.Equal(
                caller.Granted.Select(grant => grant.Token).Order(),
                caller.Granted.Select(grant => grant.Token)
            );

        IEnumerable<JsonElement> Of(string type) => events.Where(e => e.GetProperty("type").GetString() == type);
        IEnumerable<string> Items(string type) => Of(type).Select(ItemOf);
    }

    private static string ItemOf(JsonElement happened) => happened.GetProperty("itemId").GetString()!;

    private static long SeqOf(JsonElement happened) => happened.GetProperty("seq").GetInt64();
}
