using System.Diagnostics;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// How often the tables of each workspace were changed, by whichever process: hundreds of workspaces that look for changes at the same
/// time cost one question. Safe from any thread.
/// </summary>
internal sealed class PostgresVersions(NpgsqlDataSource source)
{
    /// <summary>Counts changes of the secrets of a workspace.</summary>
    internal const string Secrets = "secrets";

    /// <summary>Counts changes of the names of workspaces, under no workspace's id.</summary>
    internal const string Names = "names";

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);
    private readonly Lock _lock = new();
    private Dictionary<(Guid, string), long> _known = [];
    private long _askedAt = long.MinValue;
    private long _failedAt;
    private NpgsqlException? _failure;

    /// <summary>The count.</summary>
    /// <param name="asOf">A timestamp of <see cref="Stopwatch"/>; what was committed before it is counted.</param>
    /// <exception cref="NpgsqlException">The database did not answer.</exception>
    internal long Of(Guid workspace, string name, long asOf)
    {
        lock (_lock)
        {
            if (_askedAt < asOf && !HasJustFailed)
                Ask();
            return _failure is null
                ? _known.GetValueOrDefault((workspace, name))
                : throw new NpgsqlException(_failure.Message, _failure);
        }
    }

    // Those who ask at the same time need not each wait for a database that is away.
    private bool HasJustFailed => _failure is not null && Stopwatch.GetElapsedTime(_failedAt) < Rest;

    private void Ask()
    {
        _askedAt = Stopwatch.GetTimestamp();
        try
        {
            (_known, _failure) = (LostConnection.Twice(Read), null);
        }
        catch (NpgsqlException failure)
        {
            (_failure, _failedAt) = (failure, Stopwatch.GetTimestamp());
        }
    }

    private Dictionary<(Guid, string), long> Read()
    {
        using var connection = source.OpenConnection();
        using var command = new NpgsqlCommand(
            $"select workspace, name, value from {PostgresDb.Schema}.counters where name in ('access', '{Secrets}', '{Names}')",
            connection
        );
        using var row = command.ExecuteReader();
        var found = new Dictionary<(Guid, string), long>();
        while (row.Read())
            found[(row.GetGuid(0), row.GetString(1))] = row.GetInt64(2);
        return found;
    }
}
