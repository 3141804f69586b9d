using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlSurface.Storage.Projections;

/// <summary>
/// A statement that is prepared once; its parameters are <c>$1</c>, <c>$2</c> and on, given in their order. Bound and stepped directly:
/// the provider's command looks each parameter up by its name and makes a reader for each row, thousands of times a second.
/// </summary>
internal sealed class Prepared : IDisposable
{
    private const int ShortText = 256;
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    // SQLite numbers names by where they stand first in the text.
    private readonly int[] _places;

    /// <exception cref="DbException">The statement does not fit the tables.</exception>
    internal Prepared(DbConnection connection, string sql, int parameters)
    {
        _connection = (SqliteConnection)connection;
        Check(raw.sqlite3_prepare_v2(_connection.Handle, sql, out _statement));
        _places =
        [
            .. Enumerable
                .Range(1, parameters)
                .Select(k =>
                    raw.sqlite3_bind_parameter_index(_statement, "$" + k.ToString(CultureInfo.InvariantCulture))
                ),
        ];
    }

    /// <param name="values">Null, text, bytes, a truth value, or a whole number.</param>
    /// <exception cref="DbException">Nothing was written.</exception>
    internal void Run(params ReadOnlySpan<object?> values)
    {
        try
        {
            Bind(values);
            Check(raw.sqlite3_step(_statement));
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>The first column of the first row, text or a whole number; null where there is none or it is null.</summary>
    /// <param name="values">As of <see cref="Run"/>.</param>
    /// <exception cref="DbException">It could not be read, and nothing was written.</exception>
    internal object? Find(params ReadOnlySpan<object?> values) => Read(values, row => row.Value(0));

    /// <summary>Reads the first row; the default where there is none.</summary>
    internal T? Read<T>(ReadOnlySpan<object?> values, Func<Prepared, T> read)
    {
        try
        {
            Bind(values);
            var code = raw.sqlite3_step(_statement);
            if (code == raw.SQLITE_ROW)
                return read(this);
            Check(code);
            return default;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>A column of the row that is read, text or a whole number; null where it is null.</summary>
    internal object? Value(int column) =>
        raw.sqlite3_column_type(_statement, column) switch
        {
            raw.SQLITE_NULL => null,
            raw.SQLITE_TEXT => raw.sqlite3_column_text(_statement, column).utf8_to_string(),
            _ => raw.sqlite3_column_int64(_statement, column),
        };

    public void Dispose() => _statement.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var k = 0; k < values.Length; k++)
        {
            var at = _places[k];
            Check(
                values[k] switch
                {
                    null => raw.sqlite3_bind_null(_statement, at),
                    string text => BindText(at, text),
                    byte[] bytes => raw.sqlite3_bind_blob(_statement, at, bytes),
                    bool yes => raw.sqlite3_bind_int64(_statement, at, yes ? 1 : 0),
                    var number => raw.sqlite3_bind_int64(
                        _statement,
                        at,
                        Convert.ToInt64(number, CultureInfo.InvariantCulture)
                    ),
                }
            );
        }
    }

    private int BindText(int at, string text)
    {
        // An empty span has no address, which SQLite would take for null.
        if (text.Length == 0)
            return raw.sqlite3_bind_text(_statement, at, text);
        var rented = text.Length <= ShortText ? null : ArrayPool<byte>.Shared.Rent(text.Length * 3);
        Span<byte> room = rented ?? stackalloc byte[ShortText * 3];
        try
        {
            // SQLite makes a copy of its own.
            return raw.sqlite3_bind_text(_statement, at, room[..Encoding.UTF8.GetBytes(text, room)]);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Ready for the next, also after a failure: it reports the failure of the step a second time, which has been thrown.
    private void Reset() => _ = raw.sqlite3_reset(_statement);

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(code, _connection.Handle);
    }
}
