using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage;

/// <summary>A database of the data folder, with the tables and indexes that this version makes in it.</summary>
/// <param name="Context">Whose migrations made it.</param>
/// <param name="Mend">What to do where the file is damaged.</param>
internal sealed record KnownDatabase(string FileName, Type Context, Func<DbConnection, DbContext> Open, string Mend)
{
    /// <summary>Its tables, where a database keeps them for many workspaces too: one that others refer to comes before those.</summary>
    internal IReadOnlyList<KnownTable> Tables { get; init; } = [];

    /// <summary>Whether the command line writes it beside a server.</summary>
    internal bool IsShared { get; init; }

    /// <summary>What its tables are called together: <c>access</c>.</summary>
    internal string Word => Path.GetFileNameWithoutExtension(FileName);

    /// <summary>Tables, indexes and triggers that this version makes: found by making them in memory.</summary>
    internal IReadOnlyList<SchemaPart> Expected()
    {
        using var memory = Database.OpenInMemory();
        Database.Migrate(memory, Context, () => Open(memory));
        return SchemaPart.In(memory);
    }
}

/// <summary>A table whose rows are the same in a file and in a database.</summary>
/// <param name="Order">The column by which its rows are told apart.</param>
/// <param name="IsNumbered">Whether its rows have numbers in that column, none of which is given twice.</param>
internal sealed record KnownTable(string Name, string Order, bool IsNumbered = false);

/// <summary>A table, index or trigger of a database, or a column of a table.</summary>
/// <param name="Kind">The word for it: <c>table</c>, <c>index</c>, <c>column</c>.</param>
/// <param name="Definition">What makes two of the same name the same.</param>
internal sealed record SchemaPart(string Kind, string Name, string Definition)
{
    internal static IReadOnlyList<SchemaPart> In(DbConnection connection)
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
