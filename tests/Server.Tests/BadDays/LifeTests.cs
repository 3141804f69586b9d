using System.Diagnostics;
using System.Net;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using Microsoft.AspNetCore.SignalR.Client;
using Server.Tests.Crash;
using Server.Tests.Field;
using Xunit.Abstractions;

namespace Server.Tests.BadDays;

/// <summary>What ends the process, what does not, and how it ends (DESIGN.md, 3).</summary>
[Collection(Alone.Name)]
public sealed class How_the_process_lives_and_ends(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = LiveServer.NewFolder();

    [Fact]
    public async Task Found_1_2_what_the_hub_and_the_API_are_sent_without_sense_ends_nothing()
    {
        await using var server = await LiveServer.OpenAsync();
        var vic = await server.AddAsync("Vic", Roles.Viewer);
        var ada = await server.AddAsync("Ada", Roles.Admin);
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Address, "/hubs/live"), http => http.Headers["Authorization"] = "Bearer " + vic.Key)
            .Build();
        await hub.StartAsync();
        (string? Topic, string? Mode)[] said =
        [
            (null, null),
            ("item:W-1", null),
            (null, "viewing"),
            ("", ""),
            (":", "x"),
        ];
        foreach (var (topic, mode) in said)
            await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() =>
                hub.InvokeAsync("SayPresence", topic, mode)
            );
        object?[] webhooks =
        [
            new { url = "https://example.org/", events = new string?[] { null } },
            new { url = (string?)null, events = Array.Empty<string>() },
            new
            {
                url = "https://example.org/",
                events = new[] { "item.created" },
                queues = new string?[] { null },
            },
        ];
        foreach (var webhook in webhooks)
            (await ada.PutAsync("/webhooks/x", webhook!)).IsRefused(400, "invalid_request");
        Assert.Null(server.Host.Engine.Fatal);
        (await ada.PutAsync("/queues/crm", new { })).Is(201);
    }

    [Fact]
    public async Task Found_1_3_under_load_a_write_of_unknown_fate_ends_it_within_a_second_and_it_is_not_well_meanwhile()
    {
        var key = When_the_disk_will_not_take_it.AddKey(_folder, "mia", Roles.Manager);
        await using var child = await ChildServer.StartAsync(
            _folder,
            "trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0 DOTNET_EnableDiagnostics=0; ulimit -f 4096"
        );
        using var mia = new RemoteCaller(key) { Address = child.Address };
        (await mia.SendAsync(HttpMethod.Put, "/queues/crm", new { }, null)).Is(201);
        var body = new string('x', 50_000);
        long unknownAt = 0;
        var wasUnwell = false;
        async Task LoadAsync(int worker)
        {
            try
            {
                for (var k = 0; ; k++)
                {
                    var sent = await mia.PostAsync(
                        "/items",
                        new
                        {
                            queue = "crm",
                            title = "t",
                            body,
                        },
                        $"{worker}-{k}"
                    );
                    if (sent.Status == HttpStatusCode.ServiceUnavailable)
                        Interlocked.CompareExchange(ref unknownAt, Stopwatch.GetTimestamp(), 0);
                }
            }
            catch (HttpRequestException)
            {
                // The process is gone.
            }
        }
        async Task WatchAsync()
        {
            try
            {
                while (true)
                    wasUnwell |= (await mia.GetAsync("/healthz")).Status == HttpStatusCode.ServiceUnavailable;
            }
            catch (HttpRequestException)
            {
                // The process is gone.
            }
        }
        var load = Enumerable.Range(0, 16).Select(LoadAsync).Append(WatchAsync()).ToList();
        var code = await child.ExitAsync();
        var took = Stopwatch.GetElapsedTime(unknownAt);
        await Task.WhenAll(load);
        output.WriteLine($"gone {took.TotalMilliseconds:0} ms after the first who heard it");
        Assert.Equal(ServerHost.FatalExitCode, code);
        Assert.True(wasUnwell, "/healthz never said 503");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task Found_1_11_asked_to_stop_at_any_moment_of_its_start_it_ends_in_order()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        DataFolder.Open(_folder).Dispose();
        for (var k = 0; k < 8; k++)
        {
            await using var child = ChildServer.Begin(_folder);
            // From the first moment at which the program itself runs, to a while after it listens.
            await Task.Delay(random.Next(150, 1_600));
            child.Terminate();
            var code = await child.ExitAsync();
            output.WriteLine($"{k}: ended with {code}");
            // 143 is the system's own end of a program that has not begun yet.
            Assert.True(code is 0 or 143, $"it ended with {code}: {child.Error}");
            Assert.Equal("", child.Error.Trim());
        }
        await using var after = await ChildServer.StartAsync(_folder);
        after.Terminate();
        Assert.Equal(0, await after.ExitAsync());
    }

    [Fact]
    public async Task Found_7_1_a_clock_far_behind_the_journal_is_refused_in_a_sentence_and_taken_when_told_so()
    {
        await using (var server = await LiveServer.OpenAsync(new Ahead(TimeSpan.FromDays(365)), _folder))
        {
            var mia = await server.AddAsync("Mia", Roles.Manager);
            (await mia.PutAsync("/queues/crm", new { })).Is(201);
        }
        var (code, error) = await ChildServer.FailAsync(_folder);
        Assert.Equal(1, code);
        Assert.Contains("--accept-clock", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        await using var child = await ChildServer.StartAsync(_folder, settings: ["--accept-clock"]);
        child.Terminate();
        Assert.Equal(0, await child.ExitAsync());
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The system's clock, set forward.</summary>
    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
