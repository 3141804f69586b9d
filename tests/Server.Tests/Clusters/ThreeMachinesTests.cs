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
    // One of each in a run of the suite; tests/cluster.sh asks for more, and for what takes longer.
    internal static readonly int Rounds = int.TryParse(
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
        using var day = await RecordedDay.DawnAsync(machines, output);
        await AnswerAnythingThroughAnyAsync(machines);
        await day.BeginAsync();
        for (var round = 0; round < Rounds; round++)
        {
            await machines.StartMissingAsync();
            await KillTheOwnerAsync(machines, day);
            await RestartTheDatabaseAsync(database, day);
            await StopTheOwnerAsync(machines, day);
            await FreezeTheOwnerAsync(machines, day);
            if (Rounds > 1)
                await KillAllAsync(machines, day);
        }
        await day.EndAsync();
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

    private static async Task KillTheOwnerAsync(TestMachines machines, RecordedDay day)
    {
        var owner = await machines.OwnerAsync();
        await machines.KillAsync(owner);
        await day.MeasureAsync("kill -9 of the owner");
        await machines.StartAsync(owner);
    }

    private static async Task RestartTheDatabaseAsync(PostgresServer database, RecordedDay day)
    {
        database.Crash();
        database.Start();
        await day.MeasureAsync("restart of the database");
    }

    private static async Task StopTheOwnerAsync(TestMachines machines, RecordedDay day)
    {
        var stopping = machines.StopAsync(await machines.OwnerAsync());
        await day.MeasureAsync("SIGTERM of the owner", over: stopping);
        Assert.Equal(0, await stopping);
    }

    private static async Task FreezeTheOwnerAsync(TestMachines machines, RecordedDay day)
    {
        var owner = await machines.OwnerAsync();
        var frozen = machines[owner];
        frozen.Freeze();
        await day.MeasureAsync("SIGSTOP of the owner");
        await machines.OwnerAsync(except: owner);
        frozen.Thaw();
        // Until it hears that it is none of them any more it may pass a request on, and answers nothing that it has in memory.
        var (late, key) = (new { queue = "crm", title = "late" }, Guid.NewGuid().ToString("N"));
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var (status, code, _) = await day.First.SendAsync(
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
        day.First.Created.Enqueue(
            (await day.First.SettleAsync("/items", late, named: key)).GetProperty("id").GetString()!
        );
        Assert.Equal(ControlSurface.Hosting.ServerHost.FatalExitCode, await machines.EndedAsync(owner));
    }

    private static async Task KillAllAsync(TestMachines machines, RecordedDay day)
    {
        await machines.StartMissingAsync();
        await machines.OwnerAsync();
        await Task.WhenAll(Enumerable.Range(0, machines.Count).Select(machines.KillAsync));
        var starting = machines.StartMissingAsync();
        await day.MeasureAsync("start of all after all were killed");
        await starting;
    }
}
