using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>A workspace is opened when it is needed, and closed when nothing needs it.</summary>
public sealed class WorkspaceLifeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_nobody_uses_is_closed_and_opened_again_with_all_that_it_holds()
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
        var mia = new TestCaller(server, who, key);
        Assert.Null(Entry(server).Host);

        (await mia.PutAsync("/queues/crm", new { })).Is(201);
        Assert.NotNull(Entry(server).Host);
        await IdleAsync(server);

        await ClosedAsync(server);
        Assert.NotNull(server.Host.Workspaces.First.Host);
        Assert.Equal("crm", (await mia.GetAsync("/queues")).Is(200)["items.0.name"].GetString());
    }

    [Theory]
    [InlineData("a lease")]
    [InlineData("a stream")]
    [InlineData("a hub connection")]
    [InlineData("a wait")]
    public async Task What_something_needs_stays_open(string what)
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
        var mia = new TestCaller(server, who, key);
        (await mia.PutAsync("/queues/crm", new { })).Is(201);
        var host = Entry(server).Host;
        IAsyncDisposable? open = null;
        EventReader? stream = null;
        Task? wait = null;
        using var abandoned = new CancellationTokenSource();
        switch (what)
        {
            case "a lease":
                await mia.HoldAsync(await mia.CreateAsync());
                break;
            case "a stream":
                stream = await mia.StreamAsync(0);
                break;
            case "a hub connection":
                open = await HubReader.FollowAsync(server, mia, after: 0, "all");
                break;
            default:
                wait = mia.SendAsync(
                    HttpMethod.Post,
                    "/queues/crm/claims",
                    new { waitSeconds = 55 },
                    idempotencyKey: null,
                    abandoned.Token
                );
                while (Entry(server).Visits == 0)
                    await Task.Delay(10);
                break;
        }

        if (what == "a wait")
            server.Pass(50);
        else
            await IdleAsync(server);

        Assert.Same(host, Entry(server).Host);
        stream?.Dispose();
        if (open is not null)
            await open.DisposeAsync();
        await abandoned.CancelAsync();
        if (wait is not null)
            await wait.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task After_a_restart_only_what_was_under_way_is_opened_by_itself()
    {
        var folder = LiveServer.NewFolder();
        await using (var server = await LiveServer.OpenAsync(folder: folder))
        {
            foreach (var name in new[] { "annex", "busy" })
            {
                var (who, key) = Annex.Key(server, name, "Mia", Roles.Manager);
                var mia = new TestCaller(server, who, key);
                (await mia.PutAsync("/queues/crm", new { })).Is(201);
                if (name == "busy")
                    await mia.HoldAsync(await mia.CreateAsync());
            }
            await IdleAsync(server);
            await ClosedAsync(server);
            Assert.NotNull(server.Host.Workspaces.Find("busy")!.Host);
        }
        await using (var again = await LiveServer.OpenAsync(folder: folder))
        {
            using var patience = new CancellationTokenSource(Patience);
            while (again.Host.Workspaces.Find("busy")!.Host is null)
                await Task.Delay(20, patience.Token);
            Assert.Null(Entry(again).Host);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_keeps_no_other_closed_after_a_restart()
    {
        var folder = LiveServer.NewFolder();
        string bad;
        await using (var server = await LiveServer.OpenAsync(folder: folder))
        {
            _ = Annex.Key(server, "annex", "Mia", Roles.Manager);
            bad = Entry(server).Folder;
            var (who, key) = Annex.Key(server, "busy", "Mia", Roles.Manager);
            (await new TestCaller(server, who, key).PutAsync("/queues/crm", new { })).Is(201);
        }
        await File.WriteAllTextAsync(Path.Combine(bad, "storage"), "no storage");
        await using (var again = await LiveServer.OpenAsync(folder: folder))
        {
            using var patience = new CancellationTokenSource(Patience);
            while (again.Host.Workspaces.Find("busy")!.Host is null)
                await Task.Delay(20, patience.Token);
            // Nor from being closed when nobody uses it.
            await ClosedAsync(again, "busy");
            // Who may call in it is where its folder would say.
            Assert.Null(again.Host.Workspaces.Find("annex"));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_session_in_another_workspace_ends_with_the_one_that_it_rests_on()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var ada = await server.AddAsync("Ada", Roles.Admin);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        using var window = new Access.Window(server);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(ada.Principal.Id));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);
        Assert.Single(Entry(server).Access.Sessions());

        server.Host.Access.EndSessions(ada.Principal.Id, by: null);

        using var patience = new CancellationTokenSource(Patience);
        while (Entry(server).Access.Sessions().Count > 0)
            await Task.Delay(20, patience.Token);
        Assert.Contains("/login", (await window.GetAsync("/w/annex/queues")).Leads!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_left_a_moment_ago_is_not_closed_over_what_was_begun_there()
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
        (await new TestCaller(server, who, key).GetAsync("/me")).Is(200);
        var (entry, idle) = (Entry(server), server.Host.Workspaces.Idle);

        Assert.False(entry.TryShut(idle, out _));
        var visit = entry.TryEnter()!;
        server.Pass(idle.TotalSeconds);
        Assert.False(entry.TryShut(idle, out _));
        visit.Dispose();
        Assert.False(entry.TryShut(idle, out _));
        Assert.NotNull(entry.Host);
    }

    [Fact]
    public async Task What_is_in_the_way_of_one_that_closes_is_in_no_others_way()
    {
        await using var server = await LiveServer.OpenAsync();
        var callers = new[] { "annex", "zoo" }
            .Select(name => (Name: name, Made: Annex.Key(server, name, "Mia", Roles.Manager)))
            .Select(made => (made.Name, Mia: new TestCaller(server, made.Made.Who, made.Made.Key)))
            .ToList();
        foreach (var (_, mia) in callers)
            (await mia.GetAsync("/me")).Is(200);
        // No mark can be written where a folder is.
        var mark = Directory.CreateDirectory(Path.Combine(Entry(server).Folder, "idle"));

        await ClosedAsync(server);
        await ClosedAsync(server, "zoo");

        // Nor taken away: it does not open, and holds nothing that the next try needs.
        (await callers[0].Mia.GetAsync("/me")).IsRefused(503, "unavailable");
        mark.Delete();
        // Opening costs much: what failed a moment ago is not tried again by every request.
        (await callers[0].Mia.GetAsync("/me")).IsRefused(503, "unavailable");
        server.Pass(5);
        (await callers[0].Mia.GetAsync("/me")).Is(200);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_workspace_whose_application_stopped_is_opened_anew_by_the_next_visit()
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
        var mia = new TestCaller(server, who, key);
        (await mia.PutAsync("/queues/crm", new { })).Is(201);
        var stopped = Entry(server).Host!;

        // As when one of its services fails.
        stopped.App.Lifetime.StopApplication();

        using var patience = new CancellationTokenSource(Patience);
        while (Entry(server).Host == stopped)
            await Task.Delay(20, patience.Token);
        Assert.Equal("crm", (await mia.GetAsync("/queues")).Is(200)["items.0.name"].GetString());
        (await mia.PutAsync("/queues/erp", new { })).Is(201);
    }

    [Fact]
    public async Task A_workspace_that_was_drained_takes_work_again_after_a_while()
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, key) = Annex.Key(server, "annex", "Ada", Roles.Admin);
        var ada = new TestCaller(server, who, key);
        (await ada.PutAsync("/queues/crm", new { })).Is(201);
        (await ada.PostAsync("/workspace/drain", new { why = "a look at it" })).Is(202);
        (await ada.PutAsync("/queues/erp", new { })).IsRefused(503, "unavailable");
        // Somebody looks at it all the time.
        var stream = await ada.StreamAsync(0);

        using var patience = new CancellationTokenSource(Patience);
        while ((await ada.PutAsync("/queues/erp", new { })).Status == System.Net.HttpStatusCode.ServiceUnavailable)
        {
            server.Pass(60);
            await Task.Delay(20, patience.Token);
        }

        Assert.Equal(2, (await ada.GetAsync("/queues")).Is(200)["total"].GetInt32());
        stream.Dispose();
    }

    private static WorkspaceEntry Entry(LiveServer server) => server.Host.Workspaces.Find("annex")!;

    // In steps: whoever looks whether anything is idle looks at each.
    private static async Task IdleAsync(LiveServer server)
    {
        for (var minutes = 0; minutes < 30; minutes++)
        {
            server.Pass(60);
            await Task.Delay(20);
        }
    }

    private static async Task ClosedAsync(LiveServer server, string name = "annex")
    {
        using var patience = new CancellationTokenSource(Patience);
        while (server.Host.Workspaces.Find(name)!.Host is not null)
        {
            server.Pass(60);
            await Task.Delay(20, patience.Token);
        }
    }
}
