using System.Data.Common;

namespace ControlSurface.Storage.Tables;

/// <summary>
/// Holds the file of tables that are being moved: triggers refuse every write, of processes too that have it open already. A server that
/// opens the workspace lifts it, because the folder names this storage.
/// </summary>
internal static class FileFence
{
    private const string Prefix = "moving_";

    // Commands write beside a server, and have no lock of the folder.
    private static readonly (string File, IReadOnlyList<KnownTable> Tables)[] Files =
    [
        (DataFolder.AccessFile, AccessTables.All),
        (DataFolder.OutboxFile, OutboxTables.All),
    ];

    /// <summary>Refuses all writes from the commit of the transaction on that the connection is in.</summary>
    internal static void Set(DbConnection connection, KnownDatabase database)
    {
        foreach (var (name, act, table) in TriggersOf(database.Tables))
            connection.Execute(
                $"create trigger if not exists {name} before {act} on {table} "
                    + "begin select raise(abort, 'the workspace is being moved, or was moved, to another storage'); end"
            );
    }

    /// <summary>Ends it for the files of a folder.</summary>
    internal static void Lift(string folder)
    {
        foreach (var (name, tables) in Files)
        {
            var file = Path.Combine(folder, name);
            if (File.Exists(file))
                Lift(file, tables);
        }
    }

    private static void Lift(string file, IReadOnlyList<KnownTable> tables)
    {
        try
        {
            using var connection = Database.Open(file, DatabaseAccess.ReadWrite);
            if (connection.Scalar($"select count(*) from sqlite_master where name like '{Prefix}%'") is "0")
                return;
            foreach (var trigger in TriggersOf(tables))
                connection.Execute($"drop trigger if exists {trigger.Name}");
        }
        catch (DbException)
        {
            // Damaged: whoever opens it for use says so, by its name and with what to do.
        }
    }

    private static IEnumerable<(string Name, string Act, string Table)> TriggersOf(IReadOnlyList<KnownTable> tables) =>
        from table in tables
        from act in (string[])["insert", "update", "delete"]
        select ($"{Prefix}{table.Name}_{act}", act, table.Name);
}
