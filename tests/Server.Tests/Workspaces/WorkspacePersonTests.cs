using System.Net;
using ControlSurface.Core.Principals;
using Server.Tests.Access;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>Who one is in several workspaces: what an admin of one can make does not make them somebody in another (docs/decisions/0030).</summary>
public sealed class WorkspacePersonTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_an_admin_issued_to_somebody_leads_nowhere_else(bool fromFirst)
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, admin, own, other) = await TwoWorkspacesAsync(server, fromFirst);
        var issued = await IssueAsync(server, own, admin, ada);

        using var window = new Window(server);
        Assert.Equal(HttpStatusCode.Redirect, (await window.SignInAsync(issued)).Status);

        await SeesOneAloneAsync(server, window, issued, own, other);
    }

    [Fact]
    public async Task A_key_issued_with_such_a_key_leads_nowhere_else_either()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, admin, own, other) = await TwoWorkspacesAsync(server, fromFirst: false);
        var issued = await IssueAsync(server, own, admin, ada);

        // In Ada's name, for Ada; and for the admin, who has it from "Ada".
        var second = await IssueAsync(server, own, issued, ada);
        using var window = new Window(server);
        await window.SignInAsync(second);

        await SeesOneAloneAsync(server, window, second, own, other);
    }

    [Fact]
    public async Task A_key_that_its_owner_or_the_command_line_issued_leads_everywhere()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, _, own, other) = await TwoWorkspacesAsync(server, fromFirst: false);
        var byOperator = server.Host.Workspaces.Find(own)!.Access.AddKey(ada, "laptop").Text;

        foreach (var key in new[] { byOperator, await IssueAsync(server, own, byOperator, ada) })
        {
            using var window = new Window(server);
            await window.SignInAsync(key);

            Assert.Equal(HttpStatusCode.OK, (await window.GetAsync($"/w/{other}/queues")).Status);
            Assert.Contains("data-leads-to", (await window.GetAsync($"/w/{own}/more")).Text, StringComparison.Ordinal);
            Assert.Equal(2, await CountAsync(server, own, key));
        }
    }

    private static async Task SeesOneAloneAsync(LiveServer server, Window window, string key, string own, string other)
    {
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync($"/w/{own}/queues")).Status);
        var there = await window.GetAsync($"/w/{other}/queues");
        Assert.Equal(HttpStatusCode.NotFound, there.Status);
        Assert.Equal(there.Status, (await window.GetAsync("/w/nowhere/queues")).Status);
        Assert.DoesNotContain(
            "data-leads-to",
            (await window.GetAsync($"/w/{own}/more")).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(1, await CountAsync(server, own, key));
        Assert.Empty(server.Host.Workspaces.Find(other)!.Access.Sessions());
    }

    // Ada, an admin of both; and the key of another admin of one of them.
    private static async Task<(PrincipalId Ada, string Admin, string Own, string Other)> TwoWorkspacesAsync(
        LiveServer server,
        bool fromFirst
    )
    {
        var ada = await server.AddAsync("Ada", Roles.Admin);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        if (fromFirst)
            return (ada.Principal.Id, (await server.AddAsync("Olive", Roles.Admin)).Key, "main", "annex");
        var there = server.Host.Workspaces.Find("annex")!.Access.Find("Ada")!;
        return (there.Id, Annex.Key(server, "annex", "Olive", Roles.Admin).Key, "annex", "main");
    }

    private static async Task<string> IssueAsync(LiveServer server, string workspace, string by, PrincipalId owner) =>
        (
            await WorkspaceAddressTests.AskAsync(
                server,
                HttpMethod.Post,
                $"/w/{workspace}/api/v1/principals/{owner.Text}/keys",
                by,
                body: "{\"name\":\"laptop\"}"
            )
        )
            .Is(201)["key"]
            .GetString()!;

    private static async Task<int> CountAsync(LiveServer server, string workspace, string key) =>
        (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, $"/w/{workspace}/api/v1/me", key))
            .Is(200)["workspaces"]
            .GetArrayLength();
}
