using System.Net;
using ControlSurface.Core.Principals;
using Server.Tests.Access;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Clusters;

/// <summary>Two workspaces on two machines: whoever signs in to one of them does not know which machine has it.</summary>
[Collection(Alone.Name)]
public sealed class Signing_in_on_several_machines
{
    [Fact]
    public async Task Works_through_each_machine_whichever_has_the_workspace()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        await using var one = await OwnMachine.StartAsync(connection);
        var (mia, miaKey) = one.Add("main", "Mia", Roles.Manager);
        var (rita, ritaKey) = one.Add("research", "Rita", Roles.Manager);
        Assert.True(await one.OpenAsync("main"));
        await using var other = await OwnMachine.StartAsync(connection);
        // Orleans chooses: until it has chosen the other one.
        while (await one.OpenAsync("research"))
            await one.CloseAsync("research");
        OwnMachine[] machines = [one, other];
        foreach (var machine in machines)
        {
            foreach (
                var (who, key, home) in ((Principal, string, string)[])
                    [(mia, miaKey, "/"), (rita, ritaKey, "/w/research/")]
            )
            {
                using var byKey = new Window(() => machine.Address);
                Assert.Equal(home, (await byKey.SignInAsync(key)).Leads);
                await IsInAsync(byKey.Cookies, home);
                var access = machine.Entry(home == "/" ? "main" : "research").Access;
                using var byLink = new Window(() => machine.Address);
                Assert.Equal(home, (await byLink.UseLinkAsync(access.MakeSignInLink(who.Id))).Leads);
                await IsInAsync(byLink.Cookies, home);
            }
        }
        // The machine that has the workspace tells its journal who came.
        await OwnMachine.UntilAsync(() =>
            machines.All(machine => machine.Workspaces.All.All(entry => !entry.Access.UntoldSessions().Any()))
        );

        // At once, through each machine.
        async Task IsInAsync(CookieContainer cookies, string home)
        {
            foreach (var machine in machines)
            {
                using var window = new Window(() => machine.Address, cookies);
                var page = await window.GetAsync(home + "queues");
                Assert.True(page.Status == HttpStatusCode.OK, $"{page.Status} {page.Leads}");
            }
        }
    }
}
