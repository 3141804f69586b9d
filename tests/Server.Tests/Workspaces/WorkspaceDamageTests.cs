using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using Server.Tests.Access;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>A workspace whose access.db is damaged is in no other's way.</summary>
public sealed class WorkspaceDamageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_cannot_be_written_in_one_keeps_no_other_from_being_looked_at()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        var mia = await server.AddAsync("Mia", Roles.Manager);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        var annex = server.Host.Workspaces.Find("annex")!;
        using var window = new Window(server);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(ada.Principal.Id));
        await window.GetAsync("/w/annex/queues");
        Assert.Single(annex.Access.Sessions());
        Damage(annex, "create trigger no before update on sessions begin select raise(abort, 'no'); end");

        // The one in the annex has to end with it, and cannot.
        server.Host.Access.EndSessions(ada.Principal.Id, by: null);
        for (var k = 0; k < 8; k++)
        {
            server.Pass(0.25);
            await Task.Delay(20);
        }
        using (var commandLine = AccessStore.Open(server.Folder, server.Clock))
            commandLine.SetState(mia.Principal.Id, PrincipalState.Ended, why: null);

        await UntilAsync(server, async () => (await mia.GetAsync("/me")).Status == HttpStatusCode.Unauthorized);
        (await ada.GetAsync("/me")).Is(200);
        Assert.Single(annex.Access.Sessions());
        Damage(annex, "drop trigger no");
        await UntilAsync(server, () => Task.FromResult(annex.Access.Sessions().Count == 0));
    }

    [Fact]
    public async Task A_word_that_is_none_in_one_keeps_nobody_from_signing_in_to_another()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        _ = Annex.Key(server, "annex", "Ann", Roles.Manager);
        Damage(server.Host.Workspaces.Find("annex")!, "update principals set state = 'nonsense'");
        using var window = new Window(server);

        // Nobody's: every workspace is asked whether it knows it.
        Assert.Equal("/login?failed=key", (await window.SignInAsync(KeyText.Make(PrincipalKind.Person))).Leads);
        var form = Window.FormIn(await window.GetAsync("/login"), "/login");
        form["t"] = new string('0', 64);
        Assert.Equal("/login?failed=link", (await window.PostAsync("/login/link", form)).Leads);

        Assert.Equal("/", (await window.SignInAsync(mia.Key)).Leads);
        (await mia.GetAsync("/me")).Is(200);
    }

    private static void Damage(WorkspaceEntry entry, string sql)
    {
        using var tool = Database.Open(entry.Access.Where, DatabaseAccess.ReadWrite);
        tool.Execute(sql);
    }

    private static async Task UntilAsync(LiveServer server, Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            server.Pass(0.25);
            await Task.Delay(20, patience.Token);
        }
    }
}
