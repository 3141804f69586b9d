using ControlSurface.Core.Principals;
using ControlSurface.Demo;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Demo;

/// <summary>The demo's people among those who are there already.</summary>
public class When_a_name_of_the_demo_is_taken
{
    [Fact]
    public async Task Whoever_could_play_the_part_plays_it_and_else_another_name_is_taken()
    {
        await using var server = await LiveServer.OpenAsync();
        await server.AddAsync("Mara Lindqvist", Roles.Support);
        await server.AddAsync("Priya Nair", Roles.Viewer);
        var access = server.Host.App.Services.GetRequiredService<IDemoAccess>();
        var mara = await access.JoinAsync("Mara Lindqvist", PrincipalKind.Person, Roles.Support);
        var priya = await access.JoinAsync("Priya Nair", PrincipalKind.Person, Roles.Manager);
        var again = await access.JoinAsync("Priya Nair 2", PrincipalKind.Person, Roles.Manager);
        Assert.Equal(("Mara Lindqvist", "Priya Nair 2", "Priya Nair 2"), (mara.Name, priya.Name, again.Name));
        Assert.Equal(Roles.Manager, server.Host.Access.Verify(priya.Key)!.Principal.Roles);
        Assert.Equal(Roles.Viewer, server.Host.Access.Find("Priya Nair")!.Roles);
    }
}
