using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>A connection that ended: the database was started again, or its network was away.</summary>
internal static class LostConnection
{
    /// <summary>Whether a failure says no more than that.</summary>
    internal static bool Is(NpgsqlException failure) =>
        failure is PostgresException told
            ? told.SqlState.StartsWith("57P", StringComparison.Ordinal)
            : failure.InnerException is IOException;

    /// <summary>
    /// Does something once more where its connection ended: after a restart of the database each connection of a pool fails once.
    /// </summary>
    /// <param name="work">Leaves nothing behind that would be wrong if it were done twice.</param>
    internal static T Twice<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException lost) when (Is(lost))
        {
            return work();
        }
    }
}
