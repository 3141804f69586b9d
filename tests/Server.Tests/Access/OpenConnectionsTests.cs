using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Access;

/// <summary>What is open rests on a credential and ends with it.</summary>
public sealed class OpenConnectionsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public static TheoryData<string, EndReason> Ends =>
        new()
        {
            { "revoked", EndReason.KeyRevoked },
            { "expired", EndReason.Expired },
            { "ended", EndReason.PrincipalEnded },
            { "narrowed", EndReason.RightsChanged },
            { "other role", EndReason.RightsChanged },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_rests_on_a_key_ends_with_it_and_nothing_else_does(string how, EndReason why)
    {
        await using var server = await LiveServer.OpenAsync();
        var access = server.Host.Access;
        var connections = server.Host.App.Services.GetRequiredService<OpenConnections>();
        var ann = (await server.AddAsync("Ann", Roles.Viewer)).Principal;
        var key = access.AddKey(ann.Id, "a", expiresAt: LiveServer.T0.AddHours(1));
        var other = access.AddKey(ann.Id, "b");
        var bob = (await server.AddAsync("Bob", Roles.Viewer)).Principal;
        using var opened = connections.Open(ann.Id, Credential.OfKey(key.Id))!;
        using var onOther = connections.Open(ann.Id, Credential.OfKey(other.Id))!;
        using var ofBob = connections.Open(bob.Id, credential: null)!;
        var ended = new TaskCompletionSource();
        opened.Ended.Register(ended.SetResult);
        switch (how)
        {
            case "revoked":
                access.RevokeKey(key.Id);
                break;
            case "expired":
                server.Pass(3601);
                break;
            case "ended":
                access.SetState(ann.Id, PrincipalState.Ended, "left");
                break;
            case "narrowed":
                access.SetPrincipal(ann.Id, "Ann", Roles.Viewer, ["crm"]);
                break;
            default:
                access.SetPrincipal(ann.Id, "Ann", Roles.Reviewer, queues: null);
                break;
        }
        await ended.Task.WaitAsync(Soon);
        Assert.Equal(why, opened.Reason);
        Assert.Equal(how is "revoked" or "expired", onOther.Reason is null);
        Assert.Null(ofBob.Reason);
        // What is over lets nothing new in.
        Assert.Equal(why != EndReason.RightsChanged, connections.Open(ann.Id, Credential.OfKey(key.Id)) is null);
    }

    [Fact]
    public async Task One_principal_takes_no_more_places_than_are_theirs()
    {
        await using var server = await LiveServer.OpenAsync();
        var connections = server.Host.App.Services.GetRequiredService<OpenConnections>();
        var ann = (await server.AddAsync("Ann", Roles.Viewer)).Principal;
        var bob = (await server.AddAsync("Bob", Roles.Viewer)).Principal;
        var own = Enumerable
            .Range(0, OpenConnections.MostPerPrincipal)
            .Select(_ => connections.Open(ann.Id, credential: null)!)
            .ToList();
        Assert.All(own, Assert.NotNull);
        Assert.Null(connections.Open(ann.Id, credential: null));
        Assert.NotNull(connections.Open(bob.Id, credential: null));
        own[0].Dispose();
        Assert.NotNull(connections.Open(ann.Id, credential: null));
    }
}
