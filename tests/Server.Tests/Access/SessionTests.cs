using System.Net;
using ControlSurface.Access;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Field;

namespace Server.Tests.Access;

/// <summary>People sign in, are listed, and are signed out, whoever has a copy of their cookie.</summary>
public sealed class SessionTests
{
    private static readonly string[] EndedWords =
    [
        "signed_out",
        "key_revoked",
        "expired",
        "principal_paused",
        "principal_ended",
    ];

    public static TheoryData<string, string> Ends =>
        new()
        {
            { "sign out", "signed_out" },
            { "sign out of another window", "signed_out" },
            { "people sign-out", "signed_out" },
            { "DELETE /me/sessions", "signed_out" },
            { "DELETE /principals/id/sessions", "signed_out" },
            { "DELETE /principals/id/sessions/id", "signed_out" },
            { "revoke", "key_revoked" },
            { "DELETE /keys", "key_revoked" },
            { "key expires", "expired" },
            { "pause", "principal_paused" },
            { "end", "principal_ended" },
            { "people disable", "principal_ended" },
            { "unused for 8 h", "expired" },
            { "a day", "expired" },
            { "sign in anew", "signed_out" },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Found_4_3_a_session_ends_on_the_server_and_a_copied_cookie_with_it(string how, string endedAs)
    {
        await using var server = await LiveServer.OpenAsync();
        var admin = await server.AddAsync("Ada", Roles.Admin);
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        var access = server.Host.Access;
        var key = access.AddKey(rita.Principal.Id, "laptop", expiresAt: LiveServer.T0.AddHours(10));
        using var window = new Window(server);
        Assert.Equal("/", (await window.SignInAsync(key.Text)).Leads);
        Assert.True(await window.IsSignedInAsync());
        using var copy = window.Copy();
        using var elsewhere = new Window(server);
        await elsewhere.SignInAsync(admin.Key);

        await EndAsync(server, how, admin, rita, key.Id, window);

        Assert.False(await copy.IsSignedInAsync());
        Assert.False(await window.IsSignedInAsync() && how != "sign in anew");
        // The same cookie opens nothing else either.
        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.GetAsync("/hubs/live", "*/*")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.GetAsync("/export/items?format=csv", "*/*")).Status);
        Assert.Equal("over", (await copy.GetAsync("/session")).Text);
        Assert.Equal(how is not ("unused for 8 h" or "a day" or "key expires"), await elsewhere.IsSignedInAsync());
        var told = await EndOfAsync(admin, rita.Id);
        Assert.Equal(endedAs, told);
        Assert.Contains(told, EndedWords);
        // What is paused for a while does not bring the session back.
        if (how == "pause")
        {
            (await admin.PostAsync($"/principals/{rita.Id}/resume", new { })).Is(200);
            Assert.False(await copy.IsSignedInAsync());
        }
    }

    [Fact]
    public async Task Sessions_are_listed_without_secrets_and_each_sees_their_own()
    {
        await using var server = await LiveServer.OpenAsync();
        var admin = await server.AddAsync("Ada", Roles.Admin);
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var byKey = new Window(server);
        using var byLink = new Window(server);
        await byKey.SignInAsync(rita.Key, ("User-Agent", "Firefox"));
        await byLink.UseLinkAsync(server.Host.Access.MakeSignInLink(rita.Principal.Id));
        server.Pass(60);
        await byLink.GetAsync("/queues");

        var own = (await rita.GetAsync("/me/sessions")).Is(200);
        Assert.Equal(
            own["items"].GetRawText(),
            (await admin.GetAsync($"/principals/{rita.Id}/sessions")).Is(200)["items"].GetRawText()
        );
        var (first, second) = (own["items"][0], own["items"][1]);
        Assert.Equal(("S-1", "key", "Firefox"), (Text(first, "id"), Text(first, "how"), Text(first, "browser")));
        Assert.Equal(("S-2", "link", null), (Text(second, "id"), Text(second, "how"), Text(second, "keyId")));
        Assert.StartsWith("K-", Text(first, "keyId"), StringComparison.Ordinal);
        Assert.Equal(("127.0.0.1", rita.Id), (Text(first, "from"), Text(first, "principalId")));
        Assert.Equal(
            60,
            (
                second.GetProperty("lastSeenAt").GetDateTimeOffset()
                - first.GetProperty("lastSeenAt").GetDateTimeOffset()
            ).TotalSeconds
        );
        Assert.Equal(LiveServer.T0.AddHours(24), first.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(1, (await rita.GetAsync("/me/sessions?limit=1")).Is(200)["items"].GetArrayLength());
        Assert.Equal(
            "S-2",
            (await rita.GetAsync("/me/sessions?limit=1&after=S-1")).Is(200)["items"][0].GetProperty("id").GetString()
        );

        Assert.Equal(0, (await admin.GetAsync("/me/sessions")).Is(200)["total"].GetInt32());
        (await rita.GetAsync($"/principals/{admin.Id}/sessions")).Is(403);
        (await rita.SendAsync(HttpMethod.Delete, $"/principals/{admin.Id}/sessions", null, null)).Is(403);
        (await admin.SendAsync(HttpMethod.Delete, "/me/sessions/S-1", null, null)).Is(404);
        (await admin.GetAsync("/principals/U-99/sessions")).Is(404);
        (await rita.SendAsync(HttpMethod.Delete, "/me/sessions/S-1?dryRun=true", null, null)).Is(204);
        Assert.True(await byKey.IsSignedInAsync());
        (await rita.SendAsync(HttpMethod.Delete, "/me/sessions/S-1", null, null)).Is(204);
        (await rita.SendAsync(HttpMethod.Delete, "/me/sessions/S-1", null, null)).Is(404);
        Assert.False(await byKey.IsSignedInAsync());
        Assert.True(await byLink.IsSignedInAsync());

        // Told once each, by who did it, and never what the cookie holds.
        var events = (await admin.EventsAsync())
            .Where(e => e.GetProperty("type").GetString()!.StartsWith("session.", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(
            ["session.began", "session.began", "session.ended"],
            events.Select(e => e.GetProperty("type").GetString()!)
        );
        Assert.All(events, e => Assert.Equal(rita.Id, Text(e, "by")));
        Assert.DoesNotContain(events, e => e.GetRawText().Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sign out")]
    [InlineData("revoke")]
    [InlineData("pause")]
    [InlineData("a day")]
    public async Task Found_4_3_a_hub_connection_ends_with_the_session_that_opened_it(string how)
    {
        await using var server = await LiveServer.OpenAsync();
        var admin = await server.AddAsync("Ada", Roles.Admin);
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        var key = server.Host.Access.AddKey(rita.Principal.Id, "laptop");
        using var window = new Window(server);
        await window.SignInAsync(key.Text);
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Address, "/hubs/live"), to => to.Cookies = window.Cookies)
            .Build();
        var closed = new TaskCompletionSource();
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await hub.StartAsync();

        await EndAsync(server, how, admin, rita, key.Id, window);

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void What_is_refused_at_the_door_is_logged_once_a_minute_for_each_address_and_forgotten_in_time()
    {
        var lines = new Heard<RefusalLog>();
        var clock = new FakeTimeProvider(LiveServer.T0);
        var refusals = new RefusalLog(clock, lines);
        for (var k = 0; k < 100; k++)
            refusals.Refused(IPAddress.Loopback, "a sign-in");
        Assert.Equal(["Refused 127.0.0.1: a sign-in. Said once a minute; 0 more in the minute before it."], lines.All);
        clock.Advance(TimeSpan.FromMinutes(1));
        refusals.Refused(IPAddress.Loopback, "a sign-in");
        Assert.Equal(
            "Refused 127.0.0.1: a sign-in. Said once a minute; 99 more in the minute before it.",
            lines.All[^1]
        );
        // A whole network of one customer counts as one, and thousands of networks take no more room than there is.
        for (var k = 0; k < 20; k++)
            refusals.Refused(IPAddress.Parse($"2001:db8::{k:x}"), "a sign-in");
        Assert.Equal(3, lines.All.Count);
        for (var k = 0; k < 10_000; k++)
            refusals.Refused(IPAddress.Parse($"10.{k / 250}.{k % 250}.1"), "a sign-in");
        Assert.InRange(refusals.Count, 1, 2_048);
    }

    [Fact]
    public async Task A_session_and_its_end_survive_a_restart_and_are_told_once()
    {
        await using var server = await LiveServer.OpenAsync(folder: LiveServer.NewFolder());
        var admin = await server.AddAsync("Ada", Roles.Admin);
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        await window.SignInAsync(rita.Key);
        var cookies = window.Session;
        await server.StopAsync();
        using (var beside = AccessStore.Open(server.Folder, server.Time))
            Assert.Equal(
                0,
                await CommandTree.RunAsync(
                    ["people", "sign-out", "Rita", "--data", server.Folder],
                    _ => Task.FromResult(1),
                    TextWriter.Null,
                    TextWriter.Null,
                    server.Time
                )
            );
        await server.StartAsync();
        using var again = new Window(server);
        again.Cookies.Add(server.Address, new Cookie("controlsurface", cookies));
        Assert.False(await again.IsSignedInAsync());
        await again.SignInAsync(rita.Key);
        Assert.True(await again.IsSignedInAsync());
        await server.StopAsync();
        await server.StartAsync();
        using var third = new Window(server);
        third.Cookies.Add(server.Address, new Cookie("controlsurface", again.Session));
        Assert.True(await third.IsSignedInAsync());
        var types = (await admin.EventsAsync())
            .Select(e => e.GetProperty("type").GetString()!)
            .Where(t => t.StartsWith("session.", StringComparison.Ordinal));
        Assert.Equal(["session.began", "session.ended", "session.began"], types);
        await server.StopAsync();
        Directory.Delete(server.Folder, recursive: true);
    }

    [Fact]
    public async Task A_cookie_is_for_this_server_alone_and_no_script_reads_it()
    {
        await using var server = await LiveServer.OpenAsync(settings: ["--ControlSurface:KnownProxies=127.0.0.1"]);
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var plain = new Window(server);
        var cookie = (await plain.SignInAsync(rita.Key))
            .Headers["Set-Cookie"]
            .Split('\n')
            .Single(c => c.StartsWith("controlsurface=", StringComparison.Ordinal));
        Assert.Contains("; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        using var behindTls = new Window(server);
        (string, string)[] forwarded = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7")];
        var form = Window.FormIn(await behindTls.GetAsync("/login", "text/html", forwarded), "/login");
        form["key"] = rita.Key;
        // The cookie of the form is for TLS alone, which this socket has not: it is sent by hand.
        using var byHand = new Window(server, new CookieContainer());
        foreach (Cookie one in behindTls.Cookies.GetAllCookies())
            byHand.Cookies.Add(server.Address, new Cookie(one.Name, one.Value));
        var secured = (await byHand.PostAsync("/login", form, forwarded)).Headers["Set-Cookie"];
        Assert.Contains(
            "; secure; samesite=lax; httponly",
            secured.Split('\n').Single(c => c.StartsWith("controlsurface=", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "203.0.113.7",
            (await rita.GetAsync("/me/sessions")).Is(200)["items"][1].GetProperty("from").GetString()
        );
    }

    [Fact]
    public async Task Wrong_keys_are_slowed_down_and_a_right_one_is_let_in_all_the_same()
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        for (var k = 0; k < RefusalLog.MostFailures; k++)
            Assert.Equal("/login?failed=key", (await window.SignInAsync("cs_person_wrong")).Leads);
        var slowed = await window.SignInAsync("cs_person_wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, slowed.Status);
        Assert.InRange(
            int.Parse(slowed.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture),
            1,
            60
        );
        Assert.Equal("/", (await window.SignInAsync($"  {rita.Key}\r\n")).Leads);
        server.Pass(61);
        Assert.Equal("/login?failed=key", (await window.SignInAsync("cs_person_wrong")).Leads);
    }

    [Fact]
    public async Task A_key_that_is_not_for_signing_in_is_told_from_a_wrong_one()
    {
        await using var server = await LiveServer.OpenAsync();
        var bot = await server.AddAsync("bot", Roles.Agent);
        var narrow = await server.AddAsync("Nora", Roles.Reviewer, keyQueues: ["crm"]);
        var paused = await server.AddAsync("Pia", Roles.Reviewer);
        server.Host.Access.SetState(paused.Principal.Id, PrincipalState.Paused, "lunch");
        using var window = new Window(server);
        Assert.Equal("/login?failed=agent", (await window.SignInAsync(bot.Key)).Leads);
        Assert.Equal("/login?failed=queues", (await window.SignInAsync(narrow.Key)).Leads);
        Assert.Equal("/login?failed=paused", (await window.SignInAsync(paused.Key)).Leads);
        Assert.Equal(
            "/login?failed=form",
            (await window.PostAsync("/login", new Dictionary<string, string> { ["key"] = bot.Key })).Leads
        );
        Assert.Null(window.Session);
    }

    [Fact]
    public async Task Signing_in_twice_leaves_one_session()
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        var form = Window.FormIn(await window.GetAsync("/login"), "/login");
        form["key"] = rita.Key;
        Assert.Equal("/", (await window.PostAsync("/login", form)).Leads);
        Assert.Equal("/", (await window.PostAsync("/login", form)).Leads);
        Assert.Equal("S-2", (await rita.GetAsync("/me/sessions")).Is(200)["items"][0].GetProperty("id").GetString());
        Assert.Equal(1, (await rita.GetAsync("/me/sessions")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task Nothing_that_a_session_shows_stays_in_the_browser()
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        await window.SignInAsync(rita.Key);
        foreach (
            var path in new[] { "/", "/queues", "/artifacts/A-1", "/signout", "/login", "/export/items?format=csv" }
        )
            Assert.Contains(
                "no-store",
                (await window.GetAsync(path)).Headers["Cache-Control"],
                StringComparison.Ordinal
            );
        Assert.Equal("/login", (await window.SignOutAsync()).Leads);
        // The form of another tab, drawn before: it leads to the way in, and is no error.
        Assert.Equal("/login", (await window.PostAsync("/signout", new Dictionary<string, string>())).Leads);
    }

    private static async Task EndAsync(
        LiveServer server,
        string how,
        TestCaller admin,
        TestCaller rita,
        int keyId,
        Window window
    )
    {
        var access = server.Host.Access;
        switch (how)
        {
            case "sign out":
                await window.SignOutAsync();
                break;
            case "sign out of another window":
                using (var other = window.Copy())
                    await other.SignOutAsync();
                break;
            case "people sign-out":
                await CommandAsync(server, "sign-out");
                break;
            case "people disable":
                await CommandAsync(server, "disable");
                break;
            case "DELETE /me/sessions":
                (await rita.SendAsync(HttpMethod.Delete, "/me/sessions/S-1", null, null)).Is(204);
                break;
            case "DELETE /principals/id/sessions":
                (await admin.SendAsync(HttpMethod.Delete, $"/principals/{rita.Id}/sessions", null, null)).Is(204);
                break;
            case "DELETE /principals/id/sessions/id":
                (await admin.SendAsync(HttpMethod.Delete, $"/principals/{rita.Id}/sessions/S-1", null, null)).Is(204);
                break;
            case "revoke":
                access.RevokeKey(keyId);
                break;
            case "DELETE /keys":
                (await admin.SendAsync(HttpMethod.Delete, $"/keys/K-{keyId}", null, null)).Is(204);
                break;
            case "key expires":
                // Used all the while: it is not for idleness that it ends.
                for (var hour = 0; hour < 10; hour++)
                {
                    server.Pass(3600);
                    await window.GetAsync("/queues");
                }
                break;
            case "pause":
                (await admin.PostAsync($"/principals/{rita.Id}/pause", new { why = "lunch" })).Is(200);
                break;
            case "end":
                (await admin.PostAsync($"/principals/{rita.Id}/end", new { why = "left" })).Is(200);
                break;
            case "unused for 8 h":
                server.Pass(8 * 3600);
                break;
            case "a day":
                server.Pass(24 * 3600);
                break;
            default:
                await window.SignInAsync(rita.Key);
                break;
        }
    }

    private static async Task CommandAsync(LiveServer server, string verb)
    {
        Assert.Equal(
            0,
            await CommandTree.RunAsync(
                ["people", verb, "Rita", "--data", server.Folder],
                _ => Task.FromResult(1),
                TextWriter.Null,
                TextWriter.Null,
                server.Time
            )
        );
        server.Pass(1);
    }

    // Told within a moment, since nobody waits for it.
    private static async Task<string> EndOfAsync(TestCaller admin, string who)
    {
        for (var patience = 0; patience < 500; patience++)
        {
            var found = (await admin.EventsAsync()).Find(e =>
                e.GetProperty("type").GetString() == "session.ended"
                && e.GetProperty("data").GetProperty("who").GetString() == who
            );
            if (found.ValueKind != System.Text.Json.JsonValueKind.Undefined)
                return found.GetProperty("data").GetProperty("endedAs").GetString()!;
            await Task.Yield();
        }
        return "never told";
    }

    private static string? Text(System.Text.Json.JsonElement of, string name) => of.GetProperty(name).GetString();
}
