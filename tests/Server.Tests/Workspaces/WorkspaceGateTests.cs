using System.Net;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using ControlSurface.Webhooks;
using Server.Tests.Access;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>What comes to the gate of all workspaces: nobody's requests, proxies, damaged folders, and those who try.</summary>
public sealed class WorkspaceGateTests
{
    private const string Hook = "/w/annex/api/v1/hooks/github?target=/repository/full_name&version=/after";
    private const string Ping = """{"zen":"Design for failure.","repository":{"full_name":"web/shop"}}""";

    [Fact]
    public async Task What_is_signed_by_nobody_opens_no_workspace_and_learns_of_none()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, key) = Annex.Key(server, "annex", "github", Roles.Agent);
        var annex = server.Host.Workspaces.Find("annex")!;
        HookKeys.Open(annex.Folder).Keep("github", key);
        var wrong = KeyText.Make(PrincipalKind.Agent);

        foreach (var signature in new[] { null, "sha256=00", Sign(wrong, Ping), Sign(key, Ping + " ") })
        {
            var there = await DeliverAsync(server, Hook, Ping, signature);
            var notThere = await DeliverAsync(server, Hook.Replace("annex", "no-such-name"), Ping, signature);

            Assert.Equal(HttpStatusCode.Unauthorized, there.Status);
            Assert.Equal(there, notThere);
            Assert.Null(annex.Host);
        }
        Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(server, Hook, Ping, Sign(key, Ping))).Status);
        Assert.NotNull(annex.Host);
    }

    [Fact]
    public async Task A_key_that_was_revoked_opens_nothing_with_its_signature()
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, key) = Annex.Key(server, "annex", "github", Roles.Agent);
        var annex = server.Host.Workspaces.Find("annex")!;
        HookKeys.Open(annex.Folder).Keep("github", key);
        annex.Access.SetState(who.Id, PrincipalState.Ended, why: null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await DeliverAsync(server, Hook, Ping, Sign(key, Ping))).Status);
        Assert.Null(annex.Host);
    }

    [Theory]
    [InlineData("/w/annex", null)]
    [InlineData("/w/typo", null)]
    [InlineData("", "annex")]
    [InlineData("", "typo")]
    [InlineData("/w/main", "annex")]
    [InlineData("/w/annex", "main")]
    public async Task What_the_first_workspaces_key_signed_for_another_changes_nothing(string address, string? header)
    {
        const string push = """{"after":"b2","repository":{"full_name":"web/shop"}}""";
        await using var server = await LiveServer.OpenAsync();
        _ = Annex.Key(server, "annex", "github", Roles.Agent);
        var hook = await server.AddAsync("github", Roles.Agent);
        var first = server.Host.Workspaces.First;
        first.Hooks.Keep("github", hook.Key);
        var before = await hook.SeqAsync();
        var own = Hook["/w/annex".Length..];

        var refused = await DeliverAsync(server, address + own, push, Sign(hook.Key, push), header, "push");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        var wrong = Sign(KeyText.Make(PrincipalKind.Agent), push);
        Assert.Equal(await DeliverAsync(server, address + own, push, wrong, header, "push"), refused);
        Assert.Equal(before, await hook.SeqAsync());
        // Where it is meant for, it is taken.
        foreach (var (there, after) in new[] { (own, "b2"), ("/w/main" + own, "b3") })
        {
            var next = push.Replace("b2", after, StringComparison.Ordinal);
            Assert.Equal(
                HttpStatusCode.Created,
                (await DeliverAsync(server, there, next, Sign(hook.Key, next), kind: "push")).Status
            );
        }
        Assert.NotEqual(before, await hook.SeqAsync());
    }

    [Theory]
    [InlineData("Basic YWRhOmFkYQ==")]
    [InlineData("Bearer cs_agent_of_nobody")]
    [InlineData("Negotiate abc")]
    public async Task A_proxy_that_sends_an_authorization_of_its_own_signs_nobody_out(string authorization)
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        using var window = new Window(server);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(ada.Principal.Id));

        foreach (var page in new[] { "/queues", "/w/main/queues", "/w/annex/queues" })
        {
            var shown = await window.GetAsync(page, "text/html", ("Authorization", authorization));
            Assert.Equal((page, HttpStatusCode.OK), (page, shown.Status));
        }
        // Programs come with keys: a session counts for nothing there.
        var api = await window.GetAsync("/api/v1/me", "application/json", ("Authorization", authorization));
        Assert.Equal(HttpStatusCode.Unauthorized, api.Status);
    }

    [Fact]
    public async Task One_workspace_that_cannot_be_read_takes_no_other_down()
    {
        var folder = LiveServer.NewFolder();
        string mia;
        string ann;
        await using (var server = await LiveServer.OpenAsync(folder: folder))
        {
            mia = (await server.AddAsync("Mia", Roles.Manager)).Key;
            (_, ann) = Annex.Key(server, "annex", "Ann", Roles.Manager);
            var broken = Directory.CreateDirectory(Path.Combine(folder, "workspaces", "broken")).FullName;
            await File.WriteAllTextAsync(Path.Combine(broken, "access.db"), "no database");
            await File.WriteAllTextAsync(Path.Combine(broken, "workspace"), "");

            await OthersGoOnAsync(server);
        }
        await using (var again = await LiveServer.OpenAsync(folder: folder))
            await OthersGoOnAsync(again);
        Directory.Delete(folder, recursive: true);

        async Task OthersGoOnAsync(LiveServer server)
        {
            using var health = await server.Http.GetAsync(new Uri(server.Address, "/healthz"));
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            foreach (
                var (address, key, status) in new[]
                {
                    ("/api/v1/me", mia, 200),
                    ("/w/annex/api/v1/me", ann, 200),
                    ("/w/broken/api/v1/me", mia, 404),
                    ("/api/v1/me", KeyText.Make(PrincipalKind.Person), 401),
                }
            )
                (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, address, key)).Is(status);
            Assert.Null(server.Host.Workspaces.Find("broken"));
        }
    }

    [Fact]
    public async Task What_the_gate_cannot_find_out_is_a_problem_with_when_to_try_again()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        using var window = new Window(server);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(ada.Principal.Id));
        // As with a disk that is gone: no session begins there.
        server.Host.Workspaces.Find("annex")!.Access.Dispose();

        var answer = await window.GetAsync("/w/annex/queues");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("application/problem+json", answer.Type);
        Assert.Contains("\"unavailable\"", answer.Text, StringComparison.Ordinal);
        Assert.True(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture) > 0);
        // What is in memory goes on.
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/queues")).Status);
        (await ada.GetAsync("/me")).Is(200);
    }

    [Fact]
    public async Task A_network_that_tries_keys_and_links_is_in_nobody_elses_way()
    {
        await using var server = await LiveServer.OpenAsync();
        var (who, _) = Annex.Key(server, "annex", "Ann", Roles.Manager);
        var workspaces = server.Host.Workspaces;
        var annex = workspaces.Find("annex")!;
        var (one, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        string key;
        string link;
        using (var commandLine = AccessStore.Open(annex.Folder, server.Clock))
        {
            key = commandLine.AddKey(who.Id, "laptop").Text;
            link = commandLine.MakeSignInLink(who.Id).Split('=')[1];
            for (var k = 0; k < 60; k++)
                Assert.Null(workspaces.FindByKey(KeyText.Make(PrincipalKind.Agent), one));
            // Made just now: whoever tries is looked for on disk no more, and whoever does not is found.
            key = commandLine.AddKey(who.Id, "phone").Text;
        }

        Assert.Null(workspaces.FindByKey(key, one));
        // An agent with a dead key keeps nobody from signing in with a link.
        Assert.Equal(who.Id, workspaces.FindByLink(link, one, out _)?.Link.Principal?.Id);
        for (var k = 0; k < 60; k++)
            Assert.Null(workspaces.FindByLink("0000", one, out _));
        Assert.Null(workspaces.FindByLink(link, one, out var isBusy));
        Assert.True(isBusy);
        Assert.Equal(who.Id, workspaces.FindByLink(link, other, out isBusy)?.Link.Principal?.Id);
        Assert.False(isBusy);
        Assert.Equal(annex, workspaces.FindByKey(key, other));
        // A key that is known needs no look.
        Assert.Equal(annex, workspaces.FindByKey(key, one));
        server.Pass(1);
        Assert.NotNull(workspaces.FindByLink(link, one, out _));
    }

    [Fact]
    public async Task Signatures_for_names_that_are_not_known_make_the_server_look_a_bounded_number_of_times()
    {
        await using var server = await LiveServer.OpenAsync();
        // A folder without its mark: each look goes through the folders.
        var stray = Path.Combine(server.Folder, "workspaces", "stray");
        Directory.CreateDirectory(stray);
        var workspaces = server.Host.Workspaces;
        var looks = workspaces.Looks;
        var nobody = KeyText.Make(PrincipalKind.Agent);

        for (var k = 0; k < 60; k++)
        {
            var refused = await DeliverAsync(server, Hook.Replace("annex", "no-such-name"), Ping, Sign(nobody, Ping));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        }

        Assert.InRange(workspaces.Looks - looks, 1, 20);
    }

    [Fact]
    public async Task While_one_caller_asks_for_the_keys_of_senders_the_others_take_what_is_known()
    {
        await using var server = await LiveServer.OpenAsync();
        using var secrets = new SlowSecrets(server.Host.Workspaces.First.Home.Secrets);
        var keys = HookKeys.Open(secrets);
        keys.Keep("github", "key");
        Assert.Equal(["key"], keys.Of("github"));
        secrets.IsSlow = true;
        var asking = Task.Run(() => keys.Of("github"));
        await secrets.Asked.WaitAsync(TimeSpan.FromSeconds(20));

        var known = await Task.Run(() => keys.Of("github")).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(["key"], known);
        Assert.False(asking.IsCompleted);
        secrets.Answers.Set();
        Assert.Equal(["key"], await asking);
    }

    /// <summary>Secrets in a database that answers when the test says so.</summary>
    private sealed class SlowSecrets(ISecrets secrets) : ISecrets, IDisposable
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool IsSlow { get; set; }

        internal Task Asked => _asked.Task;

        internal ManualResetEventSlim Answers { get; } = new();

        public string Protection => secrets.Protection;

        public string Where(string name) => secrets.Where(name);

        public void KeepKeys(Microsoft.AspNetCore.DataProtection.IDataProtectionBuilder protection) =>
            secrets.KeepKeys(protection);

        public bool HasKey(Guid id) => secrets.HasKey(id);

        public long Version(string name)
        {
            if (IsSlow)
            {
                _asked.TrySetResult();
                Answers.Wait();
            }
            return secrets.Version(name);
        }

        public byte[]? Read(string name) => secrets.Read(name);

        public byte[]? Update(string name, Func<byte[]?, byte[]?> update) => secrets.Update(name, update);

        public void Dispose()
        {
            Answers.Set();
            Answers.Dispose();
        }
    }

    [Fact]
    public async Task A_folder_that_never_becomes_a_workspace_is_gone_through_now_and_then_only()
    {
        await using var server = await LiveServer.OpenAsync();
        Directory.CreateDirectory(Path.Combine(server.Folder, "workspaces", "stray"));
        var workspaces = server.Host.Workspaces;
        Assert.Null(workspaces.Find("stray"));
        for (var k = 0; k < 3; k++)
        {
            server.Pass(6);
            workspaces.Look();
        }
        var looks = workspaces.Looks;

        for (var k = 0; k < 50; k++)
            Assert.Null(workspaces.Find("no-such-name"));

        Assert.Equal(looks, workspaces.Looks);
        // Its mark may come late all the same.
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "workspaces", "stray", "workspace"), "");
        server.Pass(6);
        Assert.NotNull(workspaces.Find("stray"));
    }

    [Fact]
    public async Task Who_is_known_costs_no_look_at_the_disk()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var (ann, key) = Annex.Key(server, "annex", "Ann", Roles.Manager);
        using var window = new Window(server);
        await window.SignInAsync(mia.Key);
        await new TestCaller(server, ann, key).GetAsync("/me");
        // Each look would find something new.
        Directory.CreateDirectory(Path.Combine(server.Folder, "workspaces", "stray"));
        var looks = server.Host.Workspaces.Looks;

        (await mia.GetAsync("/queues")).Is(200);
        (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, "/w/annex/api/v1/me", key)).Is(200);
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/queues")).Status);
        (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, "/w/nowhere/api/v1/me", key: null)).Is(401);

        Assert.Equal(looks, server.Host.Workspaces.Looks);
    }

    private static async Task<(HttpStatusCode Status, string Text)> DeliverAsync(
        LiveServer server,
        string address,
        string json,
        string? signature,
        string? workspace = null,
        string kind = "ping"
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, address));
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Add("X-GitHub-Event", kind);
        if (workspace is not null)
            request.Headers.Add("Workspace", workspace);
        if (signature is not null)
            request.Headers.Add("X-Hub-Signature-256", signature);
        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Sign(string key, string text) =>
        "sha256="
        + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
}
