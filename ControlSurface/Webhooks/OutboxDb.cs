using ControlSurface.Storage;
using ControlSurface.Storage.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlSurface.Webhooks;

/// <summary>
/// The tables of <c>outbox.db</c>: how far each webhook has been told, and what has still to be sent. What is sent is not in it:
/// that is in the journal.
/// </summary>
internal sealed class OutboxDb(DbContextOptions<OutboxDb> options) : DbContext(options)
{
    /// <summary>The file with the tables that this version makes in it.</summary>
    internal static KnownDatabase File { get; } =
        new(
            DataFolder.OutboxFile,
            typeof(OutboxDb),
            connection => new OutboxDb(ControlSurface.Storage.Database.Options<OutboxDb>(connection)),
            "Stop the server, move the file away and start again: each webhook is told again of every event since it was created, under the same webhook-id."
        )
        {
            Tables = OutboxTables.All,
        };

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        OutboxTables.Map(modelBuilder);
        ColumnNames.Apply(modelBuilder);
    }
}

/// <summary>For <c>dotnet ef migrations add</c> only.</summary>
internal sealed class OutboxDbDesign : IDesignTimeDbContextFactory<OutboxDb>
{
    public OutboxDb CreateDbContext(string[] args) => new(Database.DesignOptions<OutboxDb>());
}
