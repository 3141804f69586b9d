using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Hosting.Cluster;
using ControlSurface.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Core.Internal;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Clusters;

/// <summary>Which machine has a workspace, while it is being opened and closed.</summary>
[Collection(Alone.Name)]
public sealed class A_workspace_that_one_of_several_machines_has : IAsyncLifetime
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(120);
    private readonly string _connection = PostgresServer.Shared.NewDatabase();
    private OwnMachine _machine = null!; // Set by InitializeAsync.

    public async Task InitializeAsync()
    {
        _machine = await OwnMachine.StartAsync(_connection, "--ControlSurface:DrainSeconds=120");
        Assert.True(await _machine.OpenAsync("main"));
    }

    public async Task DisposeAsync() => await _machine.DisposeAsync();

    [Fact]
    public async Task Is_opened_again_for_a_request_that_waited_for_its_idle_close()
    {
        var entry = _machine.Workspaces.First;
        await entry.Turn.WaitAsync();
        Assert.True(entry.TryShut(emptyFor: null, out var host));
        var asked = _machine.Placement.FindAsync(entry, CancellationToken.None);
        await host.DisposeAsync();
        _machine.Placement.Leave(entry);
        entry.Turn.Release();
        using var visit = (await asked).Visit;
        Assert.NotNull(visit);
    }

    [Fact]
    public async Task Is_closed_where_it_was_given_up_while_it_was_being_opened()
    {
        var entry = _machine.Workspaces.First;
        // Nobody opens it before its journal is held: the machine itself opens what was at work, whenever it looks.
        await entry.Turn.WaitAsync();
        Assert.True(entry.TryShut(emptyFor: null, out var host));
        await host.DisposeAsync();
        Task<Place> asked;
        await using (await HeldJournals.HoldAsync(_connection))
        {
            asked = _machine.Placement.FindAsync(entry, CancellationToken.None).AsTask();
            entry.Turn.Release();
            await OwnMachine.UntilAsync(() => HeldJournals.SomebodyWaits(_connection));
            await GiveUpAsync();
        }
        (await asked).Visit?.Dispose();
        // Open by a right of its own, where somebody else asked for it meanwhile, or not at all.
        await OwnMachine.UntilAsync(() => entry.Host is null || _machine.Placement.MayOpen(entry));
        // And the next one who comes finds it.
        await _machine.OpenAsync("main");
    }

    [Fact]
    public async Task Is_looked_for_by_no_machine_that_leaves_where_another_one_asks()
    {
        // Never opened: the machine opens it by itself for nobody.
        _machine.Add("annex", "Mia", Roles.Manager);
        var entry = _machine.Entry("annex");
        _machine.Placement.BeginLeaving();
        var place = await _machine.Placement.FindAsync(entry, CancellationToken.None, isForwarded: true);
        Assert.True(place == default);
        Assert.Null(entry.Host);
        // Who came here is still told where it is.
        Assert.True(await _machine.OpenAsync("annex"));
    }

    [Fact]
    public async Task Is_listed_as_open_by_every_machine()
    {
        await using var other = await OwnMachine.StartAsync(_connection);
        Assert.False(await other.OpenAsync("main"));
        var own = new OwnWorkspace(other.Workspaces.First, other.Workspaces);
        Assert.True(own.All().Single().IsOpen);
    }

    [Fact]
    public void Has_its_whole_time_to_drain()
    {
        var services = _machine.Silo.Services;
        Assert.True(services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout > Drain);
        Assert.True(services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value.DeactivationTimeout > Drain);
    }

    [Fact]
    public async Task Gives_no_house_away_in_the_log_of_a_machine_that_starts_after_a_loss()
    {
        Assert.Contains("Sign in: ", _machine.Greeting(), StringComparison.Ordinal);
        var admin = _machine.Add("main", "Ada", Roles.Admin).Who;
        var host = _machine.Workspaces.First.Host!;
        await OwnMachine.UntilAsync(() => host.Parts.Engine.Picture.Read(at => at.FindPrincipal(admin.Id) is not null));
        PostgresServer.Execute(
            _connection,
            $"delete from {PostgresDb.Schema}.keys; delete from {PostgresDb.Schema}.principals"
        );
        await using var other = await OwnMachine.StartAsync(_connection);
        var said = other.Greeting();
        Assert.DoesNotContain("Sign in: ", said, StringComparison.Ordinal);
        Assert.Contains("people reset-admin", said, StringComparison.Ordinal);
    }

    private async Task GiveUpAsync()
    {
        await _machine
            .Placement.Members!.GetGrain<IWorkspaceGrain>("main")
            .AsReference<IGrainManagementExtension>()
            .DeactivateOnIdle();
        await OwnMachine.UntilAsync(() => !_machine.Placement.MayOpen(_machine.Workspaces.First));
    }
}
