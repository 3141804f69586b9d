using System.Data.Common;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// Holds a <c>journal.db</c> that is being moved. Triggers refuse every insert of events, answers, contents, archived items, snapshots
/// and marks, of processes too that have it open already. Opening the storage lifts it, and only where the folder says that its journal
/// is in SQLite.
/// </summary>
internal static class SqliteFence
{
    private const string Prefix = "moving_";

    // Each write of a server inserts into one of these; a mark is made every second.
    private static readonly string[] Tables = ["batches", "recent", "contents", "archive", "snapshots", "marks"];

    /// <summary>Refuses those inserts from here on. Every batch that was committed before is in the file.</summary>
    internal static void Set(string file)
    {
        using var connection = SqliteFile.Open(file, DatabaseAccess.ReadWrite);
        connection.Execute("pragma synchronous=full");
        using var transaction = connection.BeginTransaction();
        foreach (var table in Tables)
        {
            using var make = connection.Command(
                $"create trigger if not exists {Prefix}{table} before insert on {table} "
                    + "begin select raise(abort, 'the workspace is being moved, or was moved, to another storage'); end"
            );
            make.Transaction = transaction;
            make.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    /// <summary>Whether a move holds the file, or did when it moved the workspace away.</summary>
    internal static bool IsSet(string file)
    {
        using var connection = SqliteFile.Open(file, DatabaseAccess.ReadOnly);
        return IsSet(connection);
    }

    /// <summary>Ends it.</summary>
    internal static void Lift(DbConnection connection)
    {
        if (!IsSet(connection))
            return;
        // All of them or none: with some of them left, a workspace could be opened and not be written.
        var drops = Tables.Select(table => $"drop trigger if exists {Prefix}{table};");
        connection.Execute($"begin immediate; {string.Concat(drops)} commit");
    }

    // Any of them: an earlier version lifted them one by one, and could be ended half way.
    private static bool IsSet(DbConnection connection) =>
        connection.Scalar($"select name from sqlite_master where type = 'trigger' and name glob '{Prefix}*'")
            is { Length: > 0 };
}
