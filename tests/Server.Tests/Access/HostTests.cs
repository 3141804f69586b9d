using System.Net;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using Microsoft.AspNetCore.Http;
using Server.Tests.Field;

namespace Server.Tests.Access;

/// <summary>Under which names the server answers, and whom it believes about who called.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", "", "127.0.0.1:5080", true)]
    [InlineData("http://127.0.0.1:5080", "", "localhost:9999", true)]
    [InlineData("http://127.0.0.1:5080", "", "LOCALHOST", true)]
    [InlineData("http://127.0.0.1:5080", "", "[::1]:5080", true)]
    [InlineData("http://127.0.0.1:5080", "", "work.localhost", true)]
    [InlineData("http://127.0.0.1:5080", "", "evil.example", false)]
    [InlineData("http://127.0.0.1:5080", "", "127.0.0.1.evil.example", false)]
    [InlineData("http://127.0.0.1:5080", "", "localhost.evil.example", false)]
    [InlineData("http://127.0.0.1:5080", "", "evillocalhost", false)]
    [InlineData("http://127.0.0.1:5080", "", "10.0.0.5", false)]
    [InlineData("http://127.0.0.1:5080;https://work.example.com", "", "work.example.com", true)]
    [InlineData("http://127.0.0.1:5080;https://work.example.com", "", "work.example.com.", true)]
    [InlineData("http://127.0.0.1:5080", "work.example.com", "WORK.example.com:8443", true)]
    [InlineData("http://127.0.0.1:5080", "*.example.com", "a.b.example.com", true)]
    [InlineData("http://127.0.0.1:5080", "*.example.com", "example.com", false)]
    [InlineData("http://127.0.0.1:5080", "*.example.com", "evilexample.com", false)]
    [InlineData("http://127.0.0.1:5080", "*", "evil.example", true)]
    [InlineData("http://0.0.0.0:5080", "", "10.0.0.5:5080", true)]
    [InlineData("http://*:5080", "", "[fe80::1]:5080", true)]
    [InlineData("http://[::]:5080", "", "evil.example", false)]
    public void A_name_is_known_by_where_the_server_listens_and_by_its_settings(
        string urls,
        string more,
        string host,
        bool known
    ) =>
        Assert.Equal(
            known,
            new Hosts(urls.Split(';'), more.Length == 0 ? [] : more.Split(',')).Knows(new HostString(host))
        );

    [Fact]
    public async Task Found_4_9_another_sites_name_is_refused_everywhere_and_a_named_host_is_let_in()
    {
        await using var server = await LiveServer.OpenAsync(settings: ["--ControlSurface:Hosts=work.example.com"]);
        using var window = new Window(server);
        foreach (
            var path in new[]
            {
                "/",
                "/login",
                "/metrics",
                "/readyz",
                "/api/v1/me",
                "/mcp",
                "/hubs/live",
                "/css/app.css",
                "/nothing",
            }
        )
        {
            var refused = await window.GetAsync(path, "*/*", ("Host", "evil.example"));
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (refused.Status, refused.Type));
            Assert.Contains("ControlSurface:Hosts", refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("evil.example", refused.Text, StringComparison.Ordinal);
            foreach (var host in new[] { "work.example.com", "localhost" })
                Assert.NotEqual(HttpStatusCode.BadRequest, (await window.GetAsync(path, "*/*", ("Host", host))).Status);
        }
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Found_4_9_who_comes_through_a_proxy_on_this_machine_is_no_local_caller(
        string header,
        string value
    )
    {
        foreach (var settings in new string[][] { [], ["--ControlSurface:KnownProxies:0=127.0.0.1"] })
        {
            await using var server = await LiveServer.OpenAsync(settings: settings);
            var rita = await server.AddAsync("Rita", Roles.Viewer);
            using var window = new Window(server);
            Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/metrics", "*/*")).Status);
            Assert.Contains("\"seq\":", (await window.GetAsync("/readyz", "*/*")).Text, StringComparison.Ordinal);
            var refused = await window.GetAsync("/metrics", "*/*", (header, value));
            Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (refused.Status, refused.Type));
            Assert.Contains(
                "\"seq\":null",
                (await window.GetAsync("/readyz", "*/*", (header, value))).Text,
                StringComparison.Ordinal
            );
            var withKey = await window.GetAsync(
                "/metrics",
                "*/*",
                (header, value),
                ("Authorization", $"Bearer {rita.Key}")
            );
            Assert.Equal(HttpStatusCode.OK, withKey.Status);
        }
    }

    [Fact]
    public async Task Found_4_9_what_a_stranger_says_of_scheme_host_and_caller_is_not_believed()
    {
        await using var server = await LiveServer.OpenAsync(settings: ["--ControlSurface:KnownProxies=10.9.8.7"]);
        var rita = await server.AddAsync("Rita", Roles.Viewer);
        using var window = new Window(server);
        await window.SignInAsync(
            rita.Key,
            ("X-Forwarded-For", "203.0.113.7"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example")
        );
        Assert.Equal(
            "127.0.0.1",
            (await rita.GetAsync("/me/sessions")).Is(200)["items"][0].GetProperty("from").GetString()
        );
        Assert.DoesNotContain(
            "https",
            (await window.GetAsync("/api/v1/me", "*/*", ("X-Forwarded-Proto", "https"))).Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Hosts", "https://work.example.com")]
    [InlineData("Hosts", "work.example.com:443")]
    [InlineData("KnownProxies", "proxy")]
    [InlineData("KnownProxies", "10.0.0.0/99")]
    public async Task A_setting_that_cannot_be_is_refused_at_the_start(string name, string value)
    {
        var refused = await Assert.ThrowsAsync<ServerOptionsException>(() =>
            LiveServer.OpenAsync(settings: [$"--ControlSurface:{name}={value}"])
        );
        Assert.Contains($"ControlSurface:{name} holds {value}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "", false)]
    [InlineData("https://evil.example", "", false)]
    [InlineData("http://127.0.0.1:1", "", false)]
    [InlineData("null", "cross-site", false)]
    [InlineData("null", "same-site", false)]
    [InlineData("null", "same-origin", true)]
    [InlineData("own", "", true)]
    [InlineData("own", "same-origin", true)]
    public async Task Found_3_1_a_form_is_taken_from_our_own_pages_alone(string origin, string site, bool taken)
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Viewer);
        using var window = new Window(server);
        var form = Window.FormIn(await window.GetAsync("/login"), "/login");
        form["key"] = rita.Key;
        List<(string, string)> headers =
        [
            ("Origin", origin == "own" ? server.Address.GetLeftPart(UriPartial.Authority) : origin),
        ];
        if (site.Length > 0)
            headers.Add(("Sec-Fetch-Site", site));
        var answer = await window.PostAsync("/login", form, [.. headers]);
        Assert.Equal(taken ? "/" : null, answer.Leads);
        if (!taken)
            Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (answer.Status, answer.Type));
    }

    [Theory]
    [InlineData("work.example.com", "https://work.example.com", true)]
    [InlineData("work.example.com:8443", "https://work.example.com:8443", true)]
    [InlineData("work.example.com:443", "https://work.example.com", true)]
    [InlineData("work.example.com", "https://work.example.com:8443", false)]
    [InlineData("work.example.com", "https://evil.example", false)]
    public async Task Found_3_1_forms_work_behind_a_proxy_that_ends_TLS(string host, string origin, bool taken)
    {
        await using var server = await LiveServer.OpenAsync(
            settings: ["--ControlSurface:Hosts=work.example.com", "--ControlSurface:KnownProxies=127.0.0.1"]
        );
        var rita = await server.AddAsync("Rita", Roles.Viewer);
        // A proxy that is known and says all, and one that only passes the name on.
        (string, string)[][] proxies =
        [
            [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Host", host)],
            [("Host", host)],
        ];
        foreach (var proxy in proxies)
        {
            using var asked = new Window(server);
            var form = Window.FormIn(await asked.GetAsync("/login", "text/html", proxy), "/login");
            form["key"] = rita.Key;
            var bearing = (
                Name: "Cookie",
                Value: string.Join("; ", asked.Cookies.GetAllCookies().Select(c => $"{c.Name}={c.Value}"))
            );
            using var window = new Window(server);
            var answer = await window.PostAsync("/login", form, [.. proxy, ("Origin", origin), bearing]);
            Assert.Equal(taken ? "/" : null, answer.Leads);
        }
    }
}
