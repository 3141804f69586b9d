using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ControlSurface.Storage;
using Microsoft.Data.Sqlite;
using Server.Tests.Api;
using Server.Tests.Crash;
using Server.Tests.Field;

namespace Server.Tests.BadDays;

/// <summary>It cannot start, or is told to stop: what whoever operates it sees.</summary>
[Collection(Alone.Name)]
public sealed class Whoever_operates_it_is_told_in_a_sentence : IDisposable
{
    private readonly string _folder = LiveServer.NewFolder();

    [Fact]
    public async Task A_second_server_on_the_folder_ends_with_1_and_names_folder_and_pid()
    {
        await using var first = await ChildServer.StartAsync(_folder);
        var (code, error) = await ChildServer.FailAsync(_folder);
        Assert.Equal(1, code);
        Assert.Contains(_folder, error, StringComparison.Ordinal);
        Assert.Contains($"pid {first.Id}", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_that_may_only_be_read_ends_it_with_1_and_says_so(bool wasUsed)
    {
        if (wasUsed)
        {
            await using var once = await ChildServer.StartAsync(_folder);
            once.Terminate();
            Assert.Equal(0, await once.ExitAsync());
        }
        Directory.CreateDirectory(_folder);
        var (code, error) = await ChildServer.FailAsync(
            _folder,
            shell: $"mount --bind {_folder} {_folder} && mount -o remount,ro,bind {_folder}"
        );
        Assert.Equal(1, code);
        Assert.Contains($"The data folder {_folder} cannot be written", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Another server", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_port_in_use_ends_it_with_1_and_names_the_address_and_the_option()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (code, error) = await ChildServer.FailAsync(_folder, $"http://127.0.0.1:{port}");
        Assert.Equal(1, code);
        Assert.Contains($"127.0.0.1:{port}", error, StringComparison.Ordinal);
        Assert.Contains("--urls", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_folder_of_a_newer_version_ends_it_with_1_and_names_both_and_stays_as_it_was()
    {
        Storages.Default.Open(new StoragePlace(DataFolder.Create(_folder))).Dispose();
        using (var tool = Database.Open(DataFolder.JournalFileIn(_folder), DatabaseAccess.ReadWrite))
            tool.Execute(
                "update marks set value = '9' where name = 'format'; update marks set value = '7.1.0' where name = 'written_by'"
            );
        var (code, error) = await ChildServer.FailAsync(_folder);
        Assert.Equal(1, code);
        Assert.Contains("7.1.0 (format 9)", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        using var after = Database.Open(DataFolder.JournalFileIn(_folder), DatabaseAccess.ReadOnly);
        Assert.Equal("9", after.Scalar("select value from marks where name = 'format'"));
    }

    [Fact]
    public async Task Asked_to_stop_it_answers_who_waits_finishes_and_ends_with_0()
    {
        var key = When_the_disk_will_not_take_it.AddKey(_folder, "mia", Roles.Manager);
        await using var child = await ChildServer.StartAsync(_folder);
        using var mia = new RemoteCaller(key) { Address = child.Address };
        (await mia.SendAsync(HttpMethod.Put, "/queues/crm", new { }, null)).Is(201);
        (await mia.SendAsync(HttpMethod.Put, "/queues/other", new { }, null)).Is(201);
        // Of two with the same key one waits in the line, and the other hears so.
        Task<Answer>[] both =
        [
            mia.PostAsync("/queues/crm/claims", new { waitSeconds = 25 }, "waiting"),
            mia.PostAsync("/queues/crm/claims", new { waitSeconds = 25 }, "waiting"),
        ];
        var heard = await Task.WhenAny(both);
        (await heard).IsRefused(409, "request_in_progress");
        var waits = both.Single(one => one != heard);
        for (var k = 0; k < 50; k++)
            (await mia.PostAsync("/items", new { queue = "other", title = $"t{k}" })).Is(201);
        var began = TimeProvider.System.GetTimestamp();
        child.Terminate();
        var drained = (await waits).IsRefused(503, "unavailable");
        Assert.Equal("5", drained.Headers["Retry-After"]);
        Assert.Equal(0, await child.ExitAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal("", child.Error.Trim());

        await using var again = await ChildServer.StartAsync(_folder);
        mia.Address = again.Address;
        Assert.Equal(50, (await mia.GetAsync("/items"))["total"].GetInt32());
    }

    [Fact]
    public async Task While_it_stops_streams_and_hub_do_not_hold_it_up()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync();
        await mia.CreateAsync();
        using var stream = await mia.StreamAsync(0);
        await using var hub = await HubReader.FollowAsync(server, mia, 0, "all");
        Assert.NotNull(await stream.NextAsync());
        Assert.NotNull(await hub.NextAsync());
        var began = TimeProvider.System.GetTimestamp();
        await server.StopAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        while (await stream.NextAsync() is not null) { }
        while (await hub.NextAsync() is not null) { }
        _ = bot;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
