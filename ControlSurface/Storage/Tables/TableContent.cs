using System.Data.Common;
using System.Globalization;

namespace ControlSurface.Storage.Tables;

/// <summary>Everything of one table, to be written elsewhere.</summary>
/// <param name="LastNumber">The last number that a row was given, whether or not that is there still; null for a table without numbers.</param>
internal sealed record TableContent(
    string Name,
    IReadOnlyList<string> Columns,
    IReadOnlyList<object?[]> Rows,
    long? LastNumber
)
{
    /// <summary>The tables of a file, in the order in which they can be written.</summary>
    internal static IReadOnlyList<TableContent> Of(DbConnection file, KnownDatabase database) =>
        [
            .. database.Tables.Select(table =>
                Of(
                    file.Command($"select * from {table.Name} order by {table.Order}"),
                    table,
                    table.IsNumbered ? LastNumberIn(file, table.Name) : null
                )
            ),
        ];

    /// <summary>The same where there is no file yet.</summary>
    internal static IEnumerable<TableContent> Nothing(KnownDatabase database) =>
        database.Tables.Select(table => new TableContent(table.Name, [], [], table.IsNumbered ? 0 : null));

    /// <summary>What a question answers.</summary>
    internal static TableContent Of(DbCommand all, KnownTable table, long? lastNumber)
    {
        using var command = all;
        using var row = command.ExecuteReader();
        var columns = Enumerable
            .Range(0, row.FieldCount)
            .Select(k => (Name: row.GetName(k), At: k))
            .Where(column => column.Name != "workspace")
            .ToList();
        var rows = new List<object?[]>();
        while (row.Read())
            rows.Add([.. columns.Select(column => row.IsDBNull(column.At) ? null : row.GetValue(column.At))]);
        return new TableContent(table.Name, [.. columns.Select(column => column.Name)], rows, lastNumber);
    }

    /// <summary>Writes into a file that has the tables, and no rows.</summary>
    internal void WriteTo(DbConnection file)
    {
        var values = string.Join(", ", Columns.Select(column => "@" + column));
        foreach (var row in Rows)
        {
            using var insert = file.Command($"insert into {Name} ({string.Join(", ", Columns)}) values ({values})");
            foreach (var (column, value) in Columns.Zip(row))
                insert.Add("@" + column, value);
            insert.ExecuteNonQuery();
        }
        if (LastNumber is { } last and > 0)
        {
            using var forget = file.Command("delete from sqlite_sequence where name = @name", ("@name", Name));
            forget.ExecuteNonQuery();
            using var count = file.Command(
                "insert into sqlite_sequence (name, seq) values (@name, @seq)",
                ("@name", Name),
                ("@seq", last)
            );
            count.ExecuteNonQuery();
        }
    }

    // SQLite forgets none that it gave, whether or not the row is there still.
    private static long LastNumberIn(DbConnection file, string table) =>
        long.TryParse(
            file.Scalar($"select seq from sqlite_sequence where name = '{table}'"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var last
        )
            ? last
            : 0;
}
