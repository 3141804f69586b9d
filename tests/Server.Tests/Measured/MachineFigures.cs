using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Benchmarks;
using ControlSurface.Core.Principals;
using Server.Tests.Clusters;
using Server.Tests.Crash;
using Server.Tests.Field;
using Server.Tests.Storage;
using Server.Tests.Workspaces;
using Xunit.Abstractions;

namespace Server.Tests.Measured;

/// <summary>The figures of docs/BENCHMARKS.md, Several machines, beside those of bad days; <c>tests/cluster.sh</c> makes them.</summary>
[Collection(Alone.Name)]
[Trait("Makes", "figures")]
public sealed class MachineFigures(ITestOutputHelper output)
{
    private const int Callers = 32;
    private static readonly string[] NoLimit =
    [
        "--ControlSurface:Limits:RequestsPerSecond=1000000",
        "--ControlSurface:Limits:RequestBurst=1000000",
    ];
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Commands_of_one_workspace_and_of_eight()
    {
        Tell(["| commands a second | one workspace | eight |", "|---|---|---|"]);
        var folder = LiveServer.NewFolder();
        List<string> keys;
        await using (var maker = await LiveServer.OpenAsync(TimeProvider.System, folder))
            keys = [.. Enumerable.Range(1, 8).Select(k => Annex.Key(maker, $"w{k}", "Mia", Roles.Manager).Key)];
        await using (
            var sqlite = await ChildServer.StartAsync(
                folder,
                shell: null,
                [.. NoLimit, "--Logging:LogLevel:Default=Error"]
            )
        )
            await CompareAsync("SQLite, one process", [sqlite.Address], keys);
        using var database = PostgresServer.Own();
        var connection = database.NewDatabase();
        keys = await MakeAsync(connection, 8);
        string[] settings =
        [
            .. NoLimit,
            "--ControlSurface:Storage=postgres",
            $"--ControlSurface:StorageConnection={connection}",
            "--Logging:LogLevel:Default=Error",
        ];
        await using (var postgres = await ChildServer.StartAsync(LiveServer.NewFolder(), shell: null, settings))
            await CompareAsync("PostgreSQL, one process", [postgres.Address], keys);
        await using var machines = await TestMachines.JoinAsync(connection, count: 3, NoLimit);
        await CompareAsync("PostgreSQL, three machines, through all of them", machines.Addresses, keys);
    }

    [Fact]
    public async Task Reading_on_another_machine_what_was_written_on_one()
    {
        using var database = PostgresServer.Own();
        await using var machines = await TestMachines.StartAsync(
            database.NewDatabase(),
            count: 3,
            network: null,
            NoLimit
        );
        using var http = Client(machines.Key);
        await PutAsync(http, machines.Addresses[0], "/queues/crm");
        var (writes, both) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var k = 0; k < 700; k++)
        {
            var (one, other) = (machines.Addresses[k % 3], machines.Addresses[(k + 1) % 3]);
            var began = Stopwatch.GetTimestamp();
            var item = (await PostAsync(http, one, "/items", $"{k}")).GetProperty("id").GetString();
            var wrote = Stopwatch.GetElapsedTime(began);
            var read = await http.GetStringAsync(new Uri(other, $"/api/v1/items/{item}"));
            var took = Stopwatch.GetElapsedTime(began);
            Assert.Contains(
                $"\"title\":\"{k}\"",
                read.Replace(" ", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
            // Until the code is compiled for good: not counted.
            if (k < 200)
                continue;
            writes.Add(wrote);
            both.Add(took);
        }
        Tell([
            $"Read-your-write: {both.Count} writes through one machine, each read through another: write p50 {At(writes, 0.5)}, p99 {At(writes, 0.99)}; write and read p50 {At(both, 0.5)}, p99 {At(both, 0.99)}; each was there.",
        ]);
    }

    [Fact]
    public async Task A_hundred_workspaces_on_three_machines_and_machines_that_do_nothing()
    {
        using var database = PostgresServer.Own();
        var connection = database.NewDatabase();
        var keys = await MakeAsync(connection, 100);
        await using var machines = await TestMachines.JoinAsync(connection, count: 3, NoLimit);
        var idle = Enumerable.Range(0, 3).Select(machine => Use(machines, machine)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(10));
        var later = Enumerable.Range(0, 3).Select(machine => Use(machines, machine)).ToList();
        Tell([
            $"A machine that has nothing: {later.Average(use => use.Megabytes):0} MiB, {later.Zip(idle, (a, b) => (a.Processor - b.Processor).TotalSeconds / 10).Average():0.0%} of a core.",
        ]);
        var opened = await EachAsync(machines, keys, "first");
        var again = await EachAsync(machines, keys, "again");
        // What opening them leaves behind, compiling and collecting, is over by then.
        await Task.Delay(TimeSpan.FromSeconds(40));
        idle = [.. Enumerable.Range(0, 3).Select(machine => Use(machines, machine))];
        await Task.Delay(TimeSpan.FromSeconds(10));
        later = [.. Enumerable.Range(0, 3).Select(machine => Use(machines, machine))];
        var has = new List<long>();
        for (var machine = 0; machine < 3; machine++)
            has.Add(await machines.FigureAsync(machine, "controlsurface_workspaces"));
        Tell([
            $"100 workspaces on three machines ({string.Join(", ", has)}): the first command, which opens it, p50 {At(opened, 0.5)}, p99 {At(opened, 0.99)}; the next p50 {At(again, 0.5)}, p99 {At(again, 0.99)}; {later.Average(use => use.Megabytes):0} MiB a machine; with nobody calling {later.Zip(idle, (a, b) => (a.Processor - b.Processor).TotalSeconds / 10).Average():0.0%} of a core.\n",
        ]);
    }

    // Workspaces in a database, made by a machine that is gone then, with a key of each.
    private static async Task<List<string>> MakeAsync(string connection, int count)
    {
        await using var maker = await OwnMachine.StartAsync(connection);
        return [.. Enumerable.Range(1, count).Select(k => maker.Add($"w{k}", "Mia", Roles.Manager).Key)];
    }

    private static (double Megabytes, TimeSpan Processor) Use(TestMachines machines, int machine)
    {
        using var process = Process.GetProcessById(machines[machine].Id);
        return (process.WorkingSet64 / 1024.0 / 1024.0, process.TotalProcessorTime);
    }

    // Eight at a time, each through the next machine.
    private static async Task<List<TimeSpan>> EachAsync(TestMachines machines, List<string> keys, string title)
    {
        var took = new ConcurrentBag<TimeSpan>();
        await Parallel.ForEachAsync(
            keys.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (key, _) =>
            {
                using var http = Client(key.Item);
                var began = Stopwatch.GetTimestamp();
                await PutAsync(http, machines.Addresses[key.Index % 3], $"/queues/{title}");
                took.Add(Stopwatch.GetElapsedTime(began));
            }
        );
        return [.. took.Order()];
    }

    private async Task CompareAsync(string what, IReadOnlyList<Uri> addresses, List<string> keys)
    {
        foreach (var key in keys)
        {
            using var http = Client(key);
            await PutAsync(http, addresses[0], "/queues/crm");
        }
        await LoadAsync(addresses, keys, Warm);
        var one = await LoadAsync(addresses, keys[..1], Measured);
        var eight = await LoadAsync(addresses, keys, Measured);
        Tell([string.Create(CultureInfo.InvariantCulture, $"| {what} | {one:N0} | {eight:N0} |")]);
    }

    // Items are created by 32 callers, each with a connection of its own.
    private static async Task<double> LoadAsync(IReadOnlyList<Uri> addresses, List<string> keys, TimeSpan lasts)
    {
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        using var client = new LeanClient(
                            addresses[caller % addresses.Count],
                            keys[caller % keys.Count]
                        );
                        var count = 0;
                        for (; Stopwatch.GetElapsedTime(began) < lasts; count++)
                            await client.PostAsync(
                                "items",
                                """{"queue":"crm","title":"a"}""",
                                Guid.NewGuid().ToString("N")
                            );
                        return count;
                    })
                )
        );
        return counts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static HttpClient Client(string key)
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    // A workspace that nobody has is opened by it, where it can be.
    private static async Task PutAsync(HttpClient http, Uri machine, string path)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await http.PutAsync(new Uri(machine, "/api/v1" + path), Json("{}"));
            if (answer.IsSuccessStatusCode)
                return;
            Assert.True(tries < 600, await answer.Content.ReadAsStringAsync());
            await Task.Delay(50);
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, Uri machine, string path, string title)
    {
        using var answer = await http.PostAsync(
            new Uri(machine, "/api/v1" + path),
            Json(JsonSerializer.Serialize(new { queue = "crm", title }))
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string At(List<TimeSpan> took, double part)
    {
        took.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{took[(int)((took.Count - 1) * part)].TotalMilliseconds:0.0} ms"
        );
    }

    private void Tell(string[] lines) => RecordedDay.Tell(output, lines);
}
