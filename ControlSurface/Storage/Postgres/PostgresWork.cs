using System.Diagnostics;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// Which workspaces are at work, on whichever machine: hundreds that are asked about at the same time cost one question. Safe from any
/// thread.
/// </summary>
internal sealed class PostgresWork(NpgsqlDataSource source)
{
    private readonly Lock _lock = new();
    private Dictionary<Guid, bool> _opened = [];
    private long _askedAt = long.MinValue;
    private NpgsqlException? _failure;

    /// <summary>How often the database was asked.</summary>
    internal int Questions { get; private set; }

    /// <summary>Whether a workspace was ever opened.</summary>
    /// <param name="asOf">A timestamp of <see cref="Stopwatch"/>; what was committed before it counts.</param>
    /// <exception cref="NpgsqlException">The database did not answer.</exception>
    internal bool WasOpened(Guid workspace, long asOf) => Ask(asOf).ContainsKey(workspace);

    /// <summary>Whether a workspace was opened, and not closed since because nothing needed it.</summary>
    /// <inheritdoc cref="WasOpened"/>
    internal bool WasAtWork(Guid workspace, long asOf) => Ask(asOf).GetValueOrDefault(workspace);

    private Dictionary<Guid, bool> Ask(long asOf)
    {
        lock (_lock)
        {
            if (_askedAt < asOf)
                AskNow();
            return _failure is null ? _opened : throw new NpgsqlException(_failure.Message, _failure);
        }
    }

    private void AskNow()
    {
        _askedAt = Stopwatch.GetTimestamp();
        try
        {
            (_opened, _failure) = (LostConnection.Twice(Read), null);
        }
        catch (NpgsqlException failure)
        {
            // Those who ask together need not each wait for a database that is away.
            _failure = failure;
        }
    }

    // Whether each one that was ever opened is at work.
    private Dictionary<Guid, bool> Read()
    {
        Questions++;
        using var connection = source.OpenConnection();
        using var command = new NpgsqlCommand(
            $"select id, not is_idle from {PostgresDb.Schema}.workspaces where epoch > 0",
            connection
        );
        using var row = command.ExecuteReader();
        var found = new Dictionary<Guid, bool>();
        while (row.Read())
            found[row.GetGuid(0)] = row.GetBoolean(1);
        return found;
    }
}
