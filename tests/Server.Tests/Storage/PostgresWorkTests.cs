using System.Diagnostics;
using ControlSurface.Storage;
using ControlSurface.Storage.Postgres;
using Npgsql;

namespace Server.Tests.Storage;

/// <summary>A machine that looks which workspaces are at work.</summary>
public sealed class Which_workspaces_are_at_work : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly string _connection = PostgresServer.Shared.NewDatabase();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Is_one_question_for_all_that_are_asked_about_together()
    {
        // Of three two were opened, and one of these has nothing to do.
        var places = ((string[])["busy", "idle"])
            .Select(name => new StoragePlace(DataFolder.Create(Path.Combine(_temporary.Path, name)), _connection))
            .ToList();
        foreach (var place in places)
            PostgresStorage.Open(place).Dispose();
        var homes = places.Select(PostgresStorage.HomeOf).ToList();
        homes[1].MarkIdle();
        await using var source = NpgsqlDataSource.Create(_connection);
        var ids = places.Select(place => StorageMark.Read(place.Folder)!.Id!.Value).ToList();
        ids.Add(PostgresStorage.NewWorkspace(source));
        var work = new PostgresWork(source);
        var asOf = Stopwatch.GetTimestamp();
        Assert.Equal([true, false, false], ids.Select(id => work.WasAtWork(id, asOf)));
        Assert.Equal([true, true, false], ids.Select(id => work.WasOpened(id, asOf)));
        Assert.Equal(1, work.Questions);
        homes[0].MarkIdle();
        Assert.False(work.WasAtWork(ids[0], Stopwatch.GetTimestamp()));
        Assert.Equal(2, work.Questions);
    }
}
