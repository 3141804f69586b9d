using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage.Moving;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// PostgreSQL as a side of a move. The row of the workspace says who has it: a server, a move, or that it was moved away.
/// </summary>
internal sealed class PostgresMoveSide(StoragePlace place, Guid id) : IMoveSide
{
    private const string Schema = PostgresDb.Schema;

    // Of the hold of this move; null where it began none.
    private long? _held;

    public void CheckTarget() =>
        Ask(sources =>
        {
            PostgresStorage.Prepare(sources);
            PostgresCopy.RefuseInUse(sources.Reads, id);
            return true;
        });

    public void Hold()
    {
        // Taking the next epoch is what every start does: whoever opened the workspace before is fenced by it.
        PostgresStorage.Open(place).Dispose();
        _held = Ask(sources => Mark(sources, PostgresStorage.Format, PostgresStorage.Moving)) ?? throw Overtaken();
    }

    // Another machine that shares the database opens what a move holds: its own folder names PostgreSQL still.
    public void CheckHold()
    {
        var holds = Ask(sources =>
        {
            using var ask = sources.Reads.CreateCommand(
                $"select epoch from {Schema}.workspaces where id = $1 and format = {PostgresStorage.Moving}"
            );
            ask.Parameters.AddWithValue(id);
            return ask.ExecuteScalar() is long epoch && epoch == _held;
        });
        if (!holds)
            throw Overtaken();
    }

    public IJournalExamination Source() => Copy();

    public IJournalExamination Copy() => new PostgresExamination(PostgresStorage.SourcesOf(place).Reads, id);

    public void Receive(IJournalExamination source) =>
        Ask(sources =>
        {
            PostgresStorage.Prepare(sources);
            PostgresCopy.Make(sources.Writers, id, source);
            return true;
        });

    public HomeContent HoldHome(IReadOnlyList<KnownDatabase> databases) =>
        Ask(sources =>
        {
            // What the folder holds still of an earlier time belongs to it.
            var home = new PostgresHome(place, id);
            foreach (var database in databases)
                home.Open(database).Dispose();
            _ = home.Secrets;
            using var connection = sources.Tables.OpenConnection();
            PostgresTableRows.Hold(connection, id, databases);
            return PostgresTableRows.Of(connection, id, databases);
        });

    public void ReceiveHome(HomeContent content, IReadOnlyList<KnownDatabase> databases) =>
        Ask(sources =>
        {
            using var connection = sources.Tables.OpenConnection();
            PostgresTableRows.Replace(connection, id, content, databases);
            return true;
        });

    public HomeContent CopyOfHome(IReadOnlyList<KnownDatabase> databases) =>
        Ask(sources =>
        {
            using var connection = sources.Tables.OpenConnection();
            return PostgresTableRows.Of(connection, id, databases);
        });

    // It is where it belongs already: nothing but the folder's own file leads to it.
    public void Place() { }

    public void Release() =>
        Ask(sources =>
        {
            using var connection = sources.Tables.OpenConnection();
            PostgresTableRows.Release(connection, id);
            Mark(sources, PostgresStorage.Moving, PostgresStorage.Format);
            return true;
        });

    public string? SetAside()
    {
        // A folder that was never moved through PostgreSQL, on a server that names none.
        if (place.Connection is not { Length: > 0 })
            return null;
        return Ask(sources =>
        {
            PostgresStorage.Prepare(sources);
            var isMoved = Mark(sources, PostgresStorage.Moving, PostgresStorage.MovedAway, _held) is not null;
            if (!isMoved && _held is not null)
                throw Overtaken();
            // Also where the move before this one ended between the two. Of one that is in use here the list keeps the name.
            var names = new PostgresNames(place);
            if (!names.Has(id))
                names.TakeName(id);
            return isMoved;
        })
            ? string.Create(CultureInfo.InvariantCulture, $"the rows of workspace {id} in PostgreSQL")
            : null;
    }

    private OvertakenException Overtaken() =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Another machine opened the workspace {id} while it was being moved. It stays in PostgreSQL, with what was written there meanwhile. Stop every machine that shares the database, then move it again."
            )
        );

    /// <returns>The epoch of the row from then on; null where the row is not as it was left.</returns>
    private long? Mark(PostgresSources sources, int from, int to, long? held = null)
    {
        // With the epoch: a writer of before has no part in what the row says now.
        using var mark = sources.Reads.CreateCommand(
            $"update {Schema}.workspaces set format = $3, epoch = epoch + 1 where id = $1 and format = $2 and epoch = coalesce($4, epoch) returning epoch"
        );
        foreach (var value in (object[])[id, from, to])
            mark.Parameters.AddWithValue(value);
        mark.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Bigint, (object?)held ?? DBNull.Value);
        return (long?)mark.ExecuteScalar();
    }

    private T Ask<T>(Func<PostgresSources, T> ask)
    {
        try
        {
            return ask(PostgresStorage.SourcesOf(place));
        }
        catch (NpgsqlException failure)
        {
            throw new DataFolderException(
                $"PostgreSQL did not do it: {failure.Message} {PostgresStorage.Mend}",
                failure
            );
        }
    }
}
