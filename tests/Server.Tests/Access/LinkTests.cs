using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using Server.Tests.Field;

namespace Server.Tests.Access;

/// <summary>One-time links, and where one lands after signing in.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task Found_4_8_looking_at_a_link_uses_nothing_up_and_pressing_its_button_does_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var link = FirstLink(server);
        using var preview = new Window(server);
        for (var k = 0; k < 3; k++)
            Assert.Contains("first admin", (await preview.GetAsync(link)).Text, StringComparison.Ordinal);
        Assert.Null(preview.Session);
        Assert.Empty(server.Host.Access.Principals);

        using var window = new Window(server);
        Assert.Equal("/", (await window.UseLinkAsync(link)).Leads);
        Assert.True(await window.IsSignedInAsync());
        var admin = Assert.Single(server.Host.Access.Principals);
        Assert.Equal((Roles.Admin, PrincipalKind.Person), (admin.Roles, admin.Kind));

        Assert.Contains("does not let you in", (await preview.GetAsync(link)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/login/link", (await preview.GetAsync(link)).Text, StringComparison.Ordinal);
        Assert.Equal("/login?failed=link", (await UseByHandAsync(preview, link)).Leads);
    }

    [Theory]
    [InlineData("command line, person")]
    [InlineData("command line, agent")]
    [InlineData("another link")]
    [InlineData("time")]
    public async Task Found_4_8_the_first_admins_link_is_void_once_there_is_an_admin_or_a_newer_link(string what)
    {
        await using var server = await LiveServer.OpenAsync();
        var link = FirstLink(server);
        var access = server.Host.Access;
        using var window = new Window(server);
        using var other = new Window(server);
        // The page was open before it happened: pressing its button then does nothing either.
        var form = Window.FormIn(await window.GetAsync(link), "/login/link");
        switch (what)
        {
            case "command line, person":
                access.AddPrincipal("Ada", PrincipalKind.Person, Roles.Admin, queues: null);
                break;
            case "command line, agent":
                access.AddPrincipal("setup", PrincipalKind.Agent, Roles.Admin, queues: null);
                break;
            case "another link":
                Assert.Equal("/", (await other.UseLinkAsync(access.MakeSignInLink(principal: null))).Leads);
                break;
            default:
                server.Pass(15 * 60);
                break;
        }
        var before = access.Principals.Count;
        Assert.Equal("/login?failed=link", (await window.PostAsync("/login/link", form)).Leads);
        Assert.Null(window.Session);
        Assert.Equal(before, access.Principals.Count);
        Assert.Contains("does not let you in", (await window.GetAsync(link)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_was_not_looked_for_is_not_said_to_be_void()
    {
        await using var server = await LiveServer.OpenAsync();
        var link = FirstLink(server);
        using var window = new Window(server);
        var wrong = link.Replace("t=", "t=0", StringComparison.Ordinal);
        for (var k = 0; k < 30; k++)
            await window.GetAsync(wrong);

        Assert.Contains("It is not used up", (await window.GetAsync(link)).Text, StringComparison.Ordinal);
        server.Pass(1);
        Assert.Contains("first admin", (await window.GetAsync(link)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_4_8_a_new_link_for_the_first_admin_voids_the_older()
    {
        await using var server = await LiveServer.OpenAsync();
        var (old, newer) = (FirstLink(server), FirstLink(server));
        using var window = new Window(server);
        Assert.DoesNotContain("/login/link", (await window.GetAsync(old)).Text, StringComparison.Ordinal);
        Assert.Equal("/", (await window.UseLinkAsync(newer)).Leads);
    }

    [Fact]
    public async Task Found_4_8_of_two_that_use_the_first_link_at_once_one_becomes_admin()
    {
        await using var server = await LiveServer.OpenAsync();
        var link = FirstLink(server);
        using var one = new Window(server);
        using var two = new Window(server);
        var forms = (
            Window.FormIn(await one.GetAsync(link), "/login/link"),
            Window.FormIn(await two.GetAsync(link), "/login/link")
        );
        var answers = await Task.WhenAll(
            one.PostAsync("/login/link", forms.Item1),
            two.PostAsync("/login/link", forms.Item2)
        );
        Assert.Equal(["/", "/login?failed=link"], answers.Select(a => a.Leads!).Order(StringComparer.Ordinal));
        Assert.Single(server.Host.Access.Principals);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("link")]
    public async Task Found_6_16_whoever_signs_in_lands_where_they_were_going(string by)
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        var sent = await window.GetAsync("/artifacts/A-12?version=3");
        Assert.Equal("/login?returnUrl=%2Fartifacts%2FA-12%3Fversion%3D3", sent.Leads);
        // A wrong key on the way loses nothing.
        var form = Window.FormIn(await window.GetAsync(sent.Leads!), "/login");
        form["key"] = "cs_person_wrong";
        var again = (await window.PostAsync("/login", form)).Leads!;
        var landed =
            by == "link"
                ? await window.UseLinkAsync(server.Host.Access.MakeSignInLink(rita.Principal.Id))
                : await window.SubmitAsync(again, "/login", new Dictionary<string, string> { ["key"] = rita.Key });
        Assert.Equal("/artifacts/A-12?version=3", landed.Leads);
        // Once: who signs in later goes to the front page.
        await window.SignOutAsync();
        Assert.Equal("/", (await window.SignInAsync(rita.Key)).Leads);
    }

    [Fact]
    public async Task A_link_that_was_not_looked_for_is_no_failure_and_works_a_moment_later()
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        var link = server.Host.Access.MakeSignInLink(rita.Principal.Id);
        var form = Window.FormIn(await window.GetAsync(link), "/login/link");
        for (var k = 0; k < 30; k++)
            _ = server.Host.Workspaces.FindByLink("0000", IPAddress.Loopback, out _);

        // More often than so many failures would be answered the same.
        for (var k = 0; k < 30; k++)
        {
            var busy = await window.PostAsync("/login/link", form);
            Assert.Equal(HttpStatusCode.TooManyRequests, busy.Status);
            Assert.Equal("1", busy.Headers["Retry-After"]);
            Assert.Contains("try again in a moment", busy.Text, StringComparison.Ordinal);
        }

        server.Pass(1);
        Assert.Equal("/", (await window.PostAsync("/login/link", form)).Leads);
    }

    [Fact]
    public async Task A_link_to_a_workspace_that_does_not_open_is_not_used_up()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ann, _) = Workspaces.Annex.Key(server, "annex", "Ann", Roles.Manager);
        var annex = server.Host.Workspaces.Find("annex")!;
        var link = annex.Access.MakeSignInLink(ann.Id);
        using var window = new Window(server);
        // Its mark cannot be taken away.
        var mark = Directory.CreateDirectory(Path.Combine(annex.Folder, "idle"));

        Assert.Equal("/login?failed=unavailable", (await window.UseLinkAsync(link)).Leads);

        Assert.Null(window.Session);
        mark.Delete();
        server.Pass(5);
        await window.UseLinkAsync(link);
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n//evil.example")]
    [InlineData("evil.example")]
    [InlineData("")]
    [InlineData("/login?returnUrl=/x")]
    [InlineData("/signout")]
    public async Task Found_6_16_no_address_leads_to_another_site_or_in_a_circle(string returnUrl)
    {
        await using var server = await LiveServer.OpenAsync();
        var rita = await server.AddAsync("Rita", Roles.Reviewer);
        using var window = new Window(server);
        var form = Window.FormIn(
            await window.GetAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl)),
            "/login"
        );
        Assert.DoesNotContain("evil", form["returnUrl"], StringComparison.Ordinal);
        form["key"] = rita.Key;
        form["returnUrl"] = returnUrl;
        window.Cookies.Add(server.Address, new Cookie("cs-return", Uri.EscapeDataString(returnUrl)));
        Assert.Equal("/", (await window.PostAsync("/login", form)).Leads);
        Assert.False(ReturnAddress.IsLocal(returnUrl) && returnUrl is not ("/login?returnUrl=/x" or "/signout"));
    }

    private static string FirstLink(LiveServer server) => server.Host.Access.MakeSignInLink(principal: null);

    private static async Task<Page> UseByHandAsync(Window window, string link)
    {
        var form = Window.FormIn(await window.GetAsync("/login"), "/login");
        form["t"] = link.Split('=')[1];
        return await window.PostAsync("/login/link", form);
    }
}
