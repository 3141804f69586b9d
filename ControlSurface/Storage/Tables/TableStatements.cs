using System.Data.Common;
using System.Globalization;

namespace ControlSurface.Storage.Tables;

/// <summary>
/// Statements on the tables of one workspace. A statement reads the same for a file and for a shared database, where each table has
/// one more column, <c>workspace</c>, and each statement has to name it: <see cref="Own"/>.
/// </summary>
internal abstract class TableStatements(DbConnection connection)
{
    /// <summary>The version when these were begun, see <see cref="ITables.Version"/>.</summary>
    internal abstract long Version { get; }

    /// <summary>The condition that a row is of this workspace.</summary>
    internal abstract string Own { get; }

    /// <summary>Before the columns of an insert or of a conflict.</summary>
    internal abstract string OwnColumn { get; }

    /// <summary>Before the values of an insert.</summary>
    internal abstract string OwnValue { get; }

    protected DbConnection Connection => connection;

    /// <summary>A table as a statement names it.</summary>
    internal abstract string Table(string name);

    /// <summary>Numbers for new rows of a table that were never given to others; the first of them. Null where the database gives them itself.</summary>
    internal abstract long? NextNumbers(string table, int count);

    /// <summary>Other processes read the rows again. For statements whose change they have to see.</summary>
    internal abstract void MarkChanged();

    /// <summary>All rows of a question, read at once.</summary>
    internal List<T> Rows<T>(
        string sql,
        Func<DbDataReader, T> read,
        params ReadOnlySpan<(string Name, object? Value)> values
    )
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first value of the first row as a number; null for none.</summary>
    internal long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteScalar() is { } found and not DBNull
            ? Convert.ToInt64(found, CultureInfo.InvariantCulture)
            : null;
    }

    /// <returns>How many rows it changed.</returns>
    internal int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>A command; its parameters are named <c>@name</c> in the text.</summary>
    protected abstract DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values);
}
