using System.Data.Common;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Projections;

/// <summary>Writes down which events are of what kind, so that a week is counted without reading it again.</summary>
internal sealed class HappeningsProjection : IDisposable
{
    private readonly int _workspace;
    private readonly SearchProjection _documents;
    private readonly Prepared _insert;
    private readonly Prepared _prune;

    internal HappeningsProjection(DbConnection connection, int workspace, SearchProjection documents)
    {
        _workspace = workspace;
        _documents = documents;
        _insert = new Prepared(
            connection,
            "insert or replace into happenings (workspace, seq, at, what, queue) values ($1, $2, $3, $4, $5)",
            5
        );
        _prune = new Prepared(connection, "delete from happenings where workspace = $1 and at < $2", 2);
    }

    internal void Follow(Recorded recorded)
    {
        if (HappeningTypes.Of(recorded.Event.Type) is { } what)
            _insert.Run(
                _workspace,
                recorded.Seq,
                recorded.At.ToUnixTimeMilliseconds(),
                (int)what,
                QueueOf(recorded.Event)
            );
    }

    /// <summary>Forgets what was before then.</summary>
    internal void Prune(DateTimeOffset before) => _prune.Run(_workspace, before.ToUnixTimeMilliseconds());

    // The queue that it was in then. What belongs to none is for those who see all.
    private string? QueueOf(Event happened) =>
        happened switch
        {
            QueueEvent.PolicySet e => e.Queue,
            QueueEvent.Paused e => e.Queue,
            QueueEvent.Resumed e => e.Queue,
            ConflictEvent.Opened e => e.Queue,
            OnArtifact e => _documents.QueueOf(e.Artifact),
            // Others: belong where their item does.
            _ => happened.ItemId is { } item ? _documents.QueueOf(item) : null,
        };

    public void Dispose()
    {
        _insert.Dispose();
        _prune.Dispose();
    }
}

/// <summary>Reads what was written down. Safe from any thread; each call is one or two short reads.</summary>
internal sealed class Happenings(ProjectionFile file, int workspace)
{
    /// <summary>What happened since an instant, by what it is.</summary>
    /// <param name="until">Only before this instant; null for all since then.</param>
    /// <param name="queues">Only in these; null for all, and for what belongs to none.</param>
    /// <param name="most">How many of the newest are named for each.</param>
    internal IReadOnlyList<Happened> Since(
        DateTimeOffset since,
        DateTimeOffset? until,
        IReadOnlyList<string>? queues,
        int most
    )
    {
        if (queues is { Count: 0 })
            return [];
        var where =
            $"workspace = $workspace and at >= $since{(until is null ? "" : " and at < $until")}{(queues is null ? "" : $" and queue in ({Names(queues)})")}";
        List<(string, object?)> values = [("$workspace", workspace), ("$since", since.ToUnixTimeMilliseconds())];
        if (until is { } end)
            values.Add(("$until", end.ToUnixTimeMilliseconds()));
        for (var k = 0; k < queues?.Count; k++)
            values.Add((Name(k), queues[k]));
        var counts = Read($"select what, count(*) from happenings where {where} group by what", Pair, [.. values]);
        if (most == 0)
            return [.. counts.Select(count => new Happened((Happening)count.What, count.Value, []))];
        values.Add(("$most", most));
        var newest = Read(
            // One pass over the stretch: each kind's newest by their place within it.
            "select what, seq from (select what, seq, row_number() over (partition by what order by seq desc) as place "
                + $"from happenings where {where}) where place <= $most order by seq desc",
            Pair,
            [.. values]
        );
        return
        [
            .. counts.Select(count => new Happened(
                (Happening)count.What,
                count.Value,
                [.. newest.Where(one => one.What == count.What).Select(one => one.Value)]
            )),
        ];
    }

    private static string Name(int k) => FormattableString.Invariant($"$queue{k}");

    private static string Names(IReadOnlyList<string> queues) =>
        string.Join(", ", Enumerable.Range(0, queues.Count).Select(Name));

    private static (long What, long Value) Pair(DbDataReader row) => (row.GetInt64(0), row.GetInt64(1));

    private List<T> Read<T>(string sql, Func<DbDataReader, T> read, (string, object?)[] values)
    {
        var reads = file.Reads ?? throw new ProjectionsNotReadyException("What happened is being written down.");
        try
        {
            using var lease = reads.Rent();
            return lease.Connection.Rows(sql, read, values);
        }
        catch (Exception failure) when (failure is DbException or ObjectDisposedException)
        {
            throw new ProjectionsNotReadyException("What happened cannot be read just now.", failure);
        }
    }
}
