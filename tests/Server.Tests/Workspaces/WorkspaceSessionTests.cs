using System.Net;
using System.Security.Claims;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Live;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Access;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>One sign-in for several workspaces: it lasts while it is used in any of them, and ends in all of them.</summary>
public sealed class WorkspaceSessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_the_command_line_ends_in_a_closed_workspace_is_over_everywhere_within_a_second()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, annex) = await AdaAsync(server);
        var key = annex.Access.AddKey(ada, "laptop");
        using var window = new Window(server);
        await window.SignInAsync(key.Text);
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/queues")).Status);
        await ClosedAsync(server, annex);
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/queues")).Status);

        using (var commandLine = AccessStore.Open(annex.Folder, server.Clock))
            commandLine.RevokeKey(key.Id);

        for (var k = 0; k < 4; k++)
            server.Pass(0.25);
        // Without a request that would look.
        await UntilAsync(() => Task.FromResult(annex.Access.Sessions().Count == 0));
        Assert.Contains("/login", (await window.GetAsync("/queues")).Leads, StringComparison.Ordinal);
        Assert.Null(annex.Host);
    }

    [Fact]
    public async Task When_a_session_of_a_closed_workspace_was_used_is_written_down()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, annex) = await AdaAsync(server);
        using var window = new Window(server);
        await window.SignInAsync(annex.Access.AddKey(ada, "laptop").Text);
        await window.GetAsync("/queues");
        await ClosedAsync(server, annex);
        await window.GetAsync("/queues");
        var used = server.Clock.GetUtcNow();
        Assert.Null(annex.Host);

        await UntilAsync(() =>
        {
            server.Pass(10);
            using var read = AccessStore.Open(annex.Folder, server.Clock);
            return Task.FromResult(read.Sessions(ada).Single().SeenAt >= used);
        });
    }

    [Fact]
    public async Task Who_works_in_one_page_of_another_workspace_stays_signed_in()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, annex) = await AdaAsync(server);
        var main = server.Host.Access;
        using var window = new Window(server);
        await window.UseLinkAsync(main.MakeSignInLink(main.Find("Ada")!.Id));
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);
        var session = annex.Access.Sessions().Single();
        await using var scope = annex.Host!.App.Services.CreateAsyncScope();
        using var circuit = ActivatorUtilities.CreateInstance<CircuitSession>(
            scope.ServiceProvider,
            new Signed(
                LiveCaller.ToUser(
                    annex.Access.Find(session.Principal)!,
                    keyQueues: null,
                    Credential.OfSession(session.Number)
                )
            )
        );
        await circuit.OnCircuitOpenedAsync(null!, CancellationToken.None);
        var act = circuit.CreateInboundActivityHandler(_ => Task.CompletedTask);

        // Ten hours, in which nothing is asked of the server but what the page sends.
        for (var k = 0; k < 20; k++)
        {
            server.Pass(30 * 60);
            await act(null!);
        }

        Assert.Single(main.Sessions());
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/queues")).Status);
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);
    }

    [Fact]
    public async Task Who_works_in_their_own_workspace_all_day_is_still_signed_in_in_the_other()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, annex) = await AdaAsync(server);
        var main = server.Host.Access;
        using var window = new Window(server);
        await window.UseLinkAsync(main.MakeSignInLink(main.Find("Ada")!.Id));
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);

        for (var hour = 0; hour < 10; hour++)
        {
            server.Pass(60 * 60);
            Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/queues")).Status);
            annex.Access.EndExpiredSessions();
        }

        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);
        // Used in neither, it runs out in both, which is how its end is written down.
        server.Pass(9 * 60 * 60);
        await UntilAsync(() =>
        {
            server.Pass(0.25);
            return Task.FromResult(annex.Access.Sessions().Count == 0);
        });
        using var read = Database.Open(annex.Access.Where, DatabaseAccess.ReadWrite);
        Assert.Equal("expired", read.Scalar("select ended_as from sessions"));
        Assert.Contains("/login", (await window.GetAsync("/w/annex/queues")).Leads, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_rests_on_a_session_that_ended_while_the_server_was_down_ends_too()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, annex) = await AdaAsync(server);
        var ada = server.Host.Access.Find("Ada")!.Id;
        using var window = new Window(server);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(ada));
        await window.GetAsync("/w/annex/queues");
        Assert.Single(annex.Access.Sessions());

        await server.StopAsync();
        using (var commandLine = AccessStore.Open(server.Folder, server.Clock))
            commandLine.EndSessions(ada, by: null);
        await server.StartAsync();

        var again = server.Host.Workspaces.Find("annex")!;
        await UntilAsync(() =>
        {
            server.Pass(0.25);
            return Task.FromResult(again.Access.Sessions().Count == 0);
        });
    }

    [Theory]
    [InlineData("/w/annex/signout")]
    [InlineData("/w/annex/login?failed=ended")]
    [InlineData("/w/annex/SignIn")]
    [InlineData("/w/annex/not-found")]
    public async Task The_way_out_of_a_workspace_is_nowhere_to_return_to(string address)
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        using var window = new Window(server);

        var landed = await window.SubmitAsync(
            "/login?returnUrl=" + Uri.EscapeDataString(address),
            "/login",
            new Dictionary<string, string> { ["key"] = mia.Key }
        );

        Assert.Equal("/", landed.Leads);
        Assert.Equal(
            "/w/annex/queues",
            (
                await window.SubmitAsync(
                    "/login?returnUrl=%2Fw%2Fannex%2Fqueues",
                    "/login",
                    new Dictionary<string, string> { ["key"] = mia.Key }
                )
            ).Leads
        );
    }

    // Ada, an admin of both.
    private static async Task<(PrincipalId There, WorkspaceEntry Annex)> AdaAsync(LiveServer server)
    {
        var ada = await server.AddAsync("Ada", Roles.Admin);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        var annex = server.Host.Workspaces.Find("annex")!;
        return (annex.Access.Find("Ada")!.Id, annex);
    }

    // Closed to the end: nothing of it runs any more once its mark is there.
    private static async Task ClosedAsync(LiveServer server, WorkspaceEntry entry)
    {
        await UntilAsync(() =>
        {
            server.Pass(60);
            return Task.FromResult(entry.Host is null);
        });
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(entry.Folder, "idle"))));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
            await Task.Delay(20, patience.Token);
    }

    private sealed class Signed(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(user));
    }
}
