using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Server.Tests.Api;
using Server.Tests.Crash;
using Server.Tests.Field;

namespace Server.Tests.BadDays;

/// <summary>What somebody sees who runs it: starts, wrong settings, lost files, too many connections.</summary>
[Collection(Alone.Name)]
public sealed class Somebody_runs_it : IDisposable
{
    private readonly string _folder = LiveServer.NewFolder();

    [Theory]
    [InlineData("ControlSurface:ArchiveAfterSeconds", null, "--ControlSurface:ArchiveAfterSeconds=banana")]
    [InlineData("ArchiveAfterSeconds must be at least 1", null, "--ControlSurface:ArchiveAfterSeconds=0")]
    [InlineData("Nonsense", null, "--ControlSurface:Nonsense=1")]
    [InlineData("Logging:LogLevel:Default is Loud", null, "--Logging:LogLevel:Default=Loud")]
    [InlineData("--urls has banana", "banana", "--Logging:LogLevel:Default=Critical")]
    [InlineData("https needs a certificate", "https://127.0.0.1:0", "--Logging:LogLevel:Default=Critical")]
    [InlineData("--urls", "http://192.0.2.1:5080", "--Logging:LogLevel:Default=Critical")]
    [InlineData(
        "ControlSurface:Http2Port is 5999, which is the port of",
        "http://127.0.0.1:0;http://localhost:5999",
        "--ControlSurface:Http2Port=5999"
    )]
    public async Task Found_7_9_a_wrong_setting_ends_it_with_1_and_one_sentence(
        string named,
        string? urls,
        string setting
    )
    {
        using var error = new StringWriter();
        var options = new ServeOptions(urls ?? "http://127.0.0.1:0", _folder, Demo: false, [setting]);
        Assert.Equal(1, await ServerHost.ServeAsync(options, TextWriter.Null, error));
        var said = Assert.Single(error.ToString().Trim().Split('\n'));
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_9_a_port_in_use_is_one_sentence_and_no_stack_in_the_log_that_an_operator_has()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (code, said) = await ChildServer.FailAloudAsync(_folder, $"http://127.0.0.1:{port}");
        Assert.Equal(1, code);
        Assert.Contains("--urls", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_9_a_start_says_version_folder_address_seq_and_time_and_refused_writes_are_one_line_each()
    {
        var key = When_the_disk_will_not_take_it.AddKey(_folder, "mia", Roles.Manager);
        await using var child = await ChildServer.StartAsync(_folder, null, "--Logging:LogLevel:Default=Warning");
        using var mia = new RemoteCaller(key) { Address = child.Address };
        (await mia.SendAsync(HttpMethod.Put, "/queues/crm", new { }, null)).Is(201);
        using (var tool = Database.Open(DataFolder.JournalFileIn(_folder), DatabaseAccess.ReadWrite))
        {
            tool.Execute("begin immediate");
            (await mia.PostAsync("/items", new { queue = "crm", title = "no" })).IsRefused(503, "unavailable");
            (await mia.PostAsync("/items", new { queue = "crm", title = "no" })).IsRefused(503, "unavailable");
            tool.Execute("rollback");
        }
        await When_the_disk_will_not_take_it.ReadyAsync(mia);
        (await mia.PostAsync("/items", new { queue = "crm", title = "yes" })).Is(201);
        await Clusters.OwnMachine.UntilAsync(() =>
            child.Output.Contains("takes writes again", StringComparison.Ordinal)
        );
        child.Terminate();
        Assert.Equal(0, await child.ExitAsync());
        var lines = child.Output.Split('\n');
        var start = Assert.Single(lines, l => l.Contains("to start.", StringComparison.Ordinal));
        foreach (var part in (string[])[DataFolder.OwnVersion, _folder, child.Address.ToString(), "seq "])
            Assert.Contains(part, start, StringComparison.Ordinal);
        Assert.Single(lines, l => l.Contains("refuses writes", StringComparison.Ordinal));
        Assert.Single(lines, l => l.Contains("takes writes again", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", child.Output + child.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_9_what_callers_do_wrong_over_the_hub_fills_no_log()
    {
        var key = When_the_disk_will_not_take_it.AddKey(_folder, "mia", Roles.Manager);
        await using var child = await ChildServer.StartAsync(_folder, null, "--Logging:LogLevel:Default=Warning");
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(child.Address, "/hubs/live"), http => http.Headers["Authorization"] = "Bearer " + key)
            .Build();
        await hub.StartAsync();
        for (var k = 0; k < 20; k++)
        {
            await Assert.ThrowsAsync<HubException>(() => hub.InvokeAsync("SayPresence", null, null));
            await Assert.ThrowsAsync<HubException>(async () =>
            {
                await foreach (var _ in hub.StreamAsync<object>("Subscribe", new { topics = new[] { "nonsense" } }))
                    Assert.Fail("A subscription to nonsense tells nothing.");
            });
        }
        child.Terminate();
        Assert.Equal(0, await child.ExitAsync());
        Assert.DoesNotContain("HubException", child.Output + child.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", child.Output + child.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_2_after_access_db_was_lost_nobody_is_given_the_house_and_reset_admin_is_an_event()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System, _folder);
        var ada = await server.AddAsync("Ada", Roles.Admin);
        var (mia, bot, _, _) = await server.StaffAsync();
        await server.StopAsync();
        foreach (var ending in (string[])["", "-wal", "-shm"])
            File.Delete(DataFolder.AccessFileIn(_folder) + ending);

        // Somebody new, before the server has started again, has a number of their own.
        Assert.Equal(
            0,
            await RunAsync(TextWriter.Null, "keys", "add", "--name", "zoe", "--kind", "agent", "--role", "agent")
        );
        await server.StartAsync();
        using var greeting = new StringWriter();
        server.Host.Greet(greeting, TimeSpan.Zero);
        Assert.DoesNotContain("/login?t=", greeting.ToString(), StringComparison.Ordinal);
        Assert.Equal(ada.Id, server.Host.Access.Find("Ada")!.Id.Text);
        Assert.Equal(bot.Id, server.Host.Access.Find("bot")!.Id.Text);
        Assert.Equal("zoe", server.Host.Access.Principals[^1].Name);
        (await mia.GetAsync("/me")).IsRefused(401, "unauthorized");

        using var link = new StringWriter();
        Assert.Equal(0, await RunAsync(link, "people", "reset-admin"));
        Assert.Matches(@"^/login\?t=[0-9a-f]{64}\n$", link.ToString());
        server.Host.Access.LookForChanges();
        var fresh = server.Host.Access.AddKey(ada.Principal.Id, "again").Text;
        var back = new Field.TestCaller(server, ada.Principal, fresh);
        for (var k = 0; k < 500; k++)
        {
            var said = (await back.EventsAsync()).LastOrDefault(e =>
                e.GetProperty("type").GetString() == "principal.set"
                && e.ToString().Contains("made an admin again from the command line", StringComparison.Ordinal)
            );
            if (said.ValueKind == System.Text.Json.JsonValueKind.Object)
                return;
        }
        Assert.Fail("No event says that an admin was made again.");
    }

    [Fact]
    public async Task Found_6_13_a_command_without_the_servers_folder_makes_none()
    {
        var before = Environment.CurrentDirectory;
        var elsewhere = Directory.CreateDirectory(_folder).FullName;
        using var said = new StringWriter();
        try
        {
            Environment.CurrentDirectory = elsewhere;
            string[] add = ["keys", "add", "--name", "x", "--kind", "agent", "--role", "agent"];
            Assert.Equal(1, await CommandTree.RunAsync(add, _ => Task.FromResult(7), TextWriter.Null, said));
            Assert.False(Directory.Exists("data"));
            Assert.Contains(Path.Combine(elsewhere, "data"), said.ToString(), StringComparison.Ordinal);
            Assert.Contains("--new-folder", said.ToString(), StringComparison.Ordinal);
            Assert.Equal(0, await CommandTree.RunAsync([.. add, "--new-folder"], _ => Task.FromResult(7), said, said));
            Assert.True(Directory.Exists("data"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
        foreach (
            var command in (string[][])
                [
                    ["keys", "list"],
                    ["keys", "revoke", "K-1"],
                    ["people", "reset-admin"],
                ]
        )
        {
            var none = Path.Combine(_folder, "none");
            Assert.Equal(
                1,
                await CommandTree.RunAsync(
                    [.. command, "--data", none],
                    _ => Task.FromResult(7),
                    TextWriter.Null,
                    TextWriter.Null
                )
            );
            Assert.False(Directory.Exists(none));
        }
    }

    [Fact]
    public async Task Found_1_5_half_sent_requests_beyond_the_descriptors_end_nothing_and_are_gone_within_their_time()
    {
        var key = When_the_disk_will_not_take_it.AddKey(_folder, "mia", Roles.Manager);
        await using var child = await ChildServer.StartAsync(_folder, "ulimit -n 600");
        using var mia = new RemoteCaller(key) { Address = child.Address };
        (await mia.SendAsync(HttpMethod.Put, "/queues/crm", new { }, null)).Is(201);
        var half = new List<Socket>();
        try
        {
            for (var k = 0; k < 800; k++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                half.Add(socket);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, child.Address.Port));
                // Half of them say nothing at all.
                if (k % 2 == 0)
                    await SendAsync(socket);
            }
            var began = TimeProvider.System.GetTimestamp();
            using var fresh = new RemoteCaller(key) { Address = child.Address };
            while (!await IsServedAsync(fresh))
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), child.Error);
            (await fresh.PostAsync("/items", new { queue = "crm", title = "after" })).Is(201);
        }
        finally
        {
            half.ForEach(socket => socket.Dispose());
        }
        child.Terminate();
        Assert.Equal(0, await child.ExitAsync());
        Assert.Contains("Warning: Only 600 files", child.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(512, 32L)]
    [InlineData(1_024, 288L)]
    [InlineData(65_536, 32_544L)]
    public void Found_1_5_requests_and_open_pages_together_leave_the_server_its_own_files(long limit, long each)
    {
        Assert.Equal(each, Connections.MostOf(limit));
        Assert.True(limit - 2 * each >= 448);
        Assert.Null(Connections.Fault(limit));
        Assert.Equal(limit < 4_096, Connections.Warning(limit) is not null);
    }

    [Fact]
    public void Found_1_5_too_few_to_start_with_are_refused_in_a_sentence() =>
        Assert.Contains("ulimit -n", Connections.Fault(256), StringComparison.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static async Task SendAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/v1/me HTTP/1.1\r\nHost: x\r\n"));
        }
        catch (SocketException)
        {
            // It was one too many, and closed at once.
        }
    }

    private static async Task<bool> IsServedAsync(RemoteCaller caller)
    {
        try
        {
            return (await caller.GetAsync("/me")).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task<int> RunAsync(TextWriter output, params string[] arguments) =>
        CommandTree.RunAsync([.. arguments, "--data", _folder], _ => Task.FromResult(7), output, TextWriter.Null);
}
