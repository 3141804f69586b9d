using ControlSurface.Access;
using ControlSurface.Outside;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Commands;

/// <summary>A database of the data folder, with the tables and indexes that this version makes in it.</summary>
/// <param name="Context">Whose migrations made it.</param>
/// <param name="Mend">What to do where the file is damaged.</param>
internal sealed record KnownDatabase(string FileName, Type Context, Func<SqliteConnection, DbContext> Open, string Mend)
{
    private const string Restore = "Keep a copy of the folder as it is, and restore the newest backup.";

    internal static readonly IReadOnlyList<KnownDatabase> All =
    [
        new(
            "journal.db",
            typeof(JournalDb),
            c => new JournalDb(new DbContextOptionsBuilder<JournalDb>().UseSqlite(c).Options),
            Restore
        ),
        new(
            "access.db",
            typeof(AccessDb),
            c => new AccessDb(new DbContextOptionsBuilder<AccessDb>().UseSqlite(c).Options),
            "Restore it from the newest backup; or move it away and start the server, which adds everybody that the journal knows, "
                + "without keys, and run people reset-admin."
        ),
        new(
            "outbox.db",
            typeof(OutboxDb),
            c => new OutboxDb(new DbContextOptionsBuilder<OutboxDb>().UseSqlite(c).Options),
            "Stop the server, move the file away and start again: webhooks are told from the next event on, and what was missed is sent with redeliver."
        ),
        new(
            "projections.db",
            typeof(ProjectionDb),
            c => new ProjectionDb(new DbContextOptionsBuilder<ProjectionDb>().UseSqlite(c).Options),
            "Stop the server and delete the file: it is made again from the journal."
        ),
    ];

    /// <summary>Tables, indexes and triggers that this version makes: found by making them in memory.</summary>
    internal IReadOnlyList<SchemaPart> Expected()
    {
        using var memory = new SqliteConnection("Data Source=:memory:");
        memory.Open();
        Sqlite.Migrate(memory, Context, () => Open(memory));
        return SchemaPart.In(memory);
    }
}

/// <summary>A table, index or trigger of a database, or a column of a table.</summary>
/// <param name="Kind">The word for it: <c>table</c>, <c>index</c>, <c>column</c>.</param>
/// <param name="Definition">What makes two of the same name the same.</param>
internal sealed record SchemaPart(string Kind, string Name, string Definition)
{
    internal static IReadOnlyList<SchemaPart> In(SqliteConnection connection)
    {
        var named = connection.Rows(
            "select type, name, coalesce(sql, '') from sqlite_master where name not like 'sqlite_%' and name not like '__EF%'",
            row => (Kind: row.GetString(0), Name: row.GetString(1), Sql: row.GetString(2))
        );
        var parts = new List<SchemaPart>();
        foreach (var (kind, name, sql) in named)
        {
            parts.Add(new SchemaPart(kind, name, kind == "table" ? "" : Plain(sql)));
            if (kind == "table")
                parts.AddRange(
                    connection.Rows(
                        "select name, type from pragma_table_info($table)",
                        row => new SchemaPart("column", $"{name}.{row.GetString(0)}", row.GetString(1)),
                        ("$table", name)
                    )
                );
        }
        return parts;
    }

    private static string Plain(string sql) =>
        string.Concat(sql.Where(c => !char.IsWhiteSpace(c) && c != '"')).ToLowerInvariant();
}
