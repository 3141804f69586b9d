using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// A prepared statement that writes one row, many thousand times a second: bound by position and stepped directly, since
/// the provider's command looks each parameter up by its name and makes a reader for each row.
/// </summary>
internal sealed class HotStatement : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    internal HotStatement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v2(connection.Handle, sql, out _statement),
            connection.Handle
        );
    }

    /// <param name="at">Position of the parameter, from 1.</param>
    internal void Bind(int at, long value) => Check(raw.sqlite3_bind_int64(_statement, at, value));

    internal void Bind(int at, ReadOnlySpan<byte> value) =>
        Check(
            // An empty span has no address, which SQLite would take for null.
            value.IsEmpty
                ? raw.sqlite3_bind_zeroblob(_statement, at, 0)
                : raw.sqlite3_bind_blob(_statement, at, value)
        );

    /// <summary>Writes the row; ready for the next, also after a failure.</summary>
    /// <exception cref="SqliteException">It was not written.</exception>
    internal void Run()
    {
        try
        {
            Check(raw.sqlite3_step(_statement));
        }
        finally
        {
            // Reports the failure of the step a second time; that one has been thrown.
            _ = raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(code, _connection.Handle);
    }
}
