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
        Ask(sources => Mark(sources, PostgresStorage.Format, PostgresStorage.Moving));
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
            return Mark(sources, PostgresStorage.Moving, PostgresStorage.Format);
        });

    public string? SetAside()
    {
        // A folder that was never moved through PostgreSQL, on a server that names none.
        if (place.Connection is not { Length: > 0 })
            return null;
        return Ask(sources =>
        {
            PostgresStorage.Prepare(sources);
            new PostgresNames(place).TakeName(id);
            return Mark(sources, PostgresStorage.Moving, PostgresStorage.MovedAway);
        })
            ? string.Create(CultureInfo.InvariantCulture, $"the rows of workspace {id} in PostgreSQL")
            : null;
    }

    private bool Mark(PostgresSources sources, int from, int to)
    {
        // With the epoch: a writer of before has no part in what the row says now.
        using var mark = sources.Reads.CreateCommand(
            $"update {Schema}.workspaces set format = $3, epoch = epoch + 1 where id = $1 and format = $2"
        );
        foreach (var value in (object[])[id, from, to])
            mark.Parameters.AddWithValue(value);
        return mark.ExecuteNonQuery() > 0;
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
