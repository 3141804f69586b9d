using ControlSurface.Storage;
using ControlSurface.Storage.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ControlSurface.Access;

/// <summary>
/// The tables of <c>access.db</c>: who may call and with what. Kept apart from the journal, so that the command line can
/// write it while the server runs, and so that the journal never holds a secret, not even a hashed one.
/// </summary>
internal sealed class AccessDb(DbContextOptions<AccessDb> options) : DbContext(options)
{
    /// <summary>The file with the tables that this version makes in it.</summary>
    internal static KnownDatabase File { get; } =
        new(
            DataFolder.AccessFile,
            typeof(AccessDb),
            connection => new AccessDb(ControlSurface.Storage.Database.Options<AccessDb>(connection)),
            "Restore it from the newest backup; or move it away and start the server, which adds everybody that the journal knows, "
                + "without keys, and run people reset-admin."
        )
        {
            Tables = AccessTables.All,
            IsShared = true,
        };

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        AccessTables.Map(modelBuilder);
        ColumnNames.Apply(modelBuilder);
    }
}

/// <summary>For <c>dotnet ef migrations add</c> only.</summary>
internal sealed class AccessDbDesign : IDesignTimeDbContextFactory<AccessDb>
{
    public AccessDb CreateDbContext(string[] args) => new(Database.DesignOptions<AccessDb>());
}
