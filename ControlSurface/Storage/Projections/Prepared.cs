using System.Data.Common;

namespace ControlSurface.Storage.Projections;

/// <summary>A statement that is prepared once; its parameters are <c>$1</c>, <c>$2</c> and on, given in their order.</summary>
internal sealed class Prepared : IDisposable
{
    private readonly DbCommand _command;

    internal Prepared(DbConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var k = 1; k <= parameters; k++)
            _command.Add("$" + k.ToString(System.Globalization.CultureInfo.InvariantCulture), value: null);
        _command.Prepare();
    }

    internal int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null where there is none or it is null.</summary>
    internal object? Find(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalar() is { } found and not DBNull ? found : null;
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var k = 0; k < values.Length; k++)
            _command.Parameters[k].Value = values[k] ?? DBNull.Value;
    }
}
