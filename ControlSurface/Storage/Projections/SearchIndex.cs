using System.Data.Common;
using System.Globalization;

namespace ControlSurface.Storage.Projections;

/// <summary>Something that was found. How it stands now is asked of whoever knows.</summary>
/// <param name="Key">Its id; of a run <c>PRINCIPAL/RUN</c>, of a target its path.</param>
/// <param name="Item">The item that it is on, or was first seen on.</param>
/// <param name="Position">Where it stands in the order, for <c>after</c>.</param>
public sealed record FoundDocument(
    FoundKind Kind,
    string Key,
    string? Queue,
    string Title,
    ItemId? Item,
    DateTimeOffset At,
    long Position
);

/// <summary>A page of what was found, newest first; what bears the very id that was typed stands before all.</summary>
/// <param name="Total">How many there are in all.</param>
/// <param name="Next">Pass it as <c>after</c>; null where this is the end.</param>
/// <param name="Seq">The last event that was looked at when it was written down.</param>
public sealed record FoundPage(IReadOnlyList<FoundDocument> Found, long Total, long? Next, long Seq);

/// <summary>What is looked for.</summary>
/// <param name="Text">Words, each of which has to be there, or the beginning of one; or an id.</param>
/// <param name="Kinds">Any of these; empty for all.</param>
/// <param name="Queues">Only what is of these queues; null for everything, also what is of none.</param>
/// <param name="After">Null for the first page.</param>
public sealed record SearchQuery(
    string Text,
    IReadOnlyCollection<FoundKind> Kinds,
    IReadOnlyCollection<string>? Queues,
    long? After,
    int Limit
);

/// <summary>The projections are being made; nothing can be looked up in them yet.</summary>
public sealed class ProjectionsNotReadyException : Exception
{
    /// <inheritdoc/>
    public ProjectionsNotReadyException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <inheritdoc/>
    public ProjectionsNotReadyException() { }

    /// <inheritdoc/>
    public ProjectionsNotReadyException(string message)
        : base(message) { }
}

/// <summary>Finds things by their words. Safe from any thread; each call is one short read.</summary>
internal sealed class SearchIndex
{
    private const string Columns = "d.id, d.kind, d.key, d.queue, d.title, d.item, d.at";
    private readonly ProjectionFile _file;
    private readonly int _workspace;

    internal SearchIndex(ProjectionFile file, int workspace)
    {
        _file = file;
        _workspace = workspace;
    }

    /// <exception cref="ProjectionsNotReadyException">They are being made, or cannot be read just now.</exception>
    public FoundPage Find(SearchQuery query)
    {
        var reads = _file.Reads ?? throw new ProjectionsNotReadyException("The index is being made.");
        try
        {
            using var read = reads.Rent();
            return Find(read.Connection, query);
        }
        catch (Exception failure) when (failure is DbException or ObjectDisposedException)
        {
            throw new ProjectionsNotReadyException("The index cannot be read just now.", failure);
        }
    }

    private FoundPage Find(DbConnection connection, SearchQuery query)
    {
        using var snapshot = Database.BeginRead(connection);
        var found = new List<FoundDocument>();
        var exact = ById(connection, query);
        if (query.After is null && exact is not null)
            found.Add(exact);
        var question = SearchWords.Question(query.Text, ScopeOf(query));
        if (question is null)
            return new FoundPage(found, exact is null ? 0 : 1, null, SeqAt(connection));
        var except = exact?.Position ?? 0;
        var total = Count(connection, question, except) + (exact is null ? 0 : 1);
        long? next = null;
        using var command = connection.Command(
            $"select {Columns} from (select rowid from words where words match $question and rowid < $after and rowid <> $except "
                + "order by rowid desc limit $limit) w join documents d on d.id = w.rowid order by d.id desc",
            ("$question", question),
            ("$after", query.After ?? long.MaxValue),
            ("$except", except),
            ("$limit", query.Limit + 1 - found.Count)
        );
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (found.Count == query.Limit)
            {
                next = found[^1].Position;
                break;
            }
            found.Add(DocumentFrom(row));
        }
        return new FoundPage(found, total, next, SeqAt(connection));
    }

    private static long Count(DbConnection connection, string question, long except)
    {
        using var command = connection.Command(
            "select count(*) from words where words match $question and rowid <> $except",
            ("$question", question),
            ("$except", except)
        );
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    // An id is typed in full or not at all, and in either case: w-1042.
    private FoundDocument? ById(DbConnection connection, SearchQuery query)
    {
        using var command = connection.Command(
            $"select {Columns} from documents d where d.workspace = $workspace and d.kind in (1, 2, 3, 5) and d.key = $key",
            ("$workspace", _workspace),
            ("$key", query.Text.Trim().ToUpperInvariant())
        );
        using var row = command.ExecuteReader();
        if (!row.Read())
            return null;
        var found = DocumentFrom(row);
        return
            (query.Kinds.Count == 0 || query.Kinds.Contains(found.Kind))
            && (
                query.Queues is null
                || (found.Queue is { } queue && query.Queues.Contains(queue, StringComparer.Ordinal))
            )
            ? found
            : null;
    }

    private long SeqAt(DbConnection connection)
    {
        using var command = connection.Command(
            "select seq from progress where workspace = $workspace",
            ("$workspace", _workspace)
        );
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static string? ScopeOf(SearchQuery query)
    {
        var kinds = string.Join(" OR ", query.Kinds.Select(SearchWords.ScopeOf));
        if (query.Queues is not { } queues)
            return kinds.Length == 0 ? null : kinds;
        // Nothing is of no queue at all: whoever may see none finds nothing.
        var of = queues.Count == 0 ? "nothing" : string.Join(" OR ", queues.Select(SearchWords.ScopeOf));
        return kinds.Length == 0 ? of : $"({kinds}) AND ({of})";
    }

    private static FoundDocument DocumentFrom(DbDataReader row)
    {
        var kind = (FoundKind)row.GetInt32(1);
        var key = row.GetString(2);
        return new FoundDocument(
            kind,
            kind == FoundKind.Target ? key[(key.IndexOf('\n', StringComparison.Ordinal) + 1)..] : key,
            row.TextAt(3),
            row.GetString(4),
            row.IsDBNull(5) ? null : new ItemId(row.GetInt32(5)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
            row.GetInt64(0)
        );
    }
}
