using System.Data.Common;
using System.Globalization;

namespace ControlSurface.Storage.Projections;

/// <summary>Reads where work waited. Safe from any thread; each call is one short read of one state of the file.</summary>
internal sealed class WaitsReader(ProjectionFile file, int workspace)
{
    /// <param name="from">From the stretch on that holds this instant.</param>
    /// <param name="before">From the stretch on that holds this instant, what was before <paramref name="from"/>; null for none.</param>
    /// <param name="byDay">By the day (UTC), at most 180 of them; else by the hour, at most 16 days.</param>
    /// <param name="queues">Only in these; null for all, and for what belongs to none.</param>
    internal Waits Read(DateTimeOffset from, DateTimeOffset? before, bool byDay, IReadOnlyList<string>? queues)
    {
        if (queues is { Count: 0 })
            return Waits.None;
        var reads = file.Reads ?? throw new ProjectionsNotReadyException("It is being written down.");
        var length = byDay ? WaitStretch.Day : WaitStretch.Hour;
        var query = new WaitsQuery(workspace, length, from.ToUnixTimeMilliseconds(), before, queues);
        try
        {
            using var lease = reads.Rent();
            var connection = lease.Connection;
            // One state of the file: what ends between two reads would be in both, or in none.
            connection.Execute("begin");
            try
            {
                return new Waits(
                    connection.Rows(query.ByTime, ThenFrom, query.Values),
                    connection.Rows(query.ByQueue, InFrom, query.Values),
                    query.Before is { } sums ? connection.Rows(sums, InFrom, query.Values) : [],
                    connection.Rows(query.Open, OpenFrom, query.Values),
                    connection.Rows(query.Settled, SettledFrom, query.Values)
                );
            }
            finally
            {
                connection.Execute("commit");
            }
        }
        catch (Exception failure) when (failure is DbException or ObjectDisposedException)
        {
            throw new ProjectionsNotReadyException("Where work waited cannot be read just now.", failure);
        }
    }

    private static WaitedThen ThenFrom(DbDataReader row) =>
        new(
            WaitStretch.At(row.GetInt64(0)),
            (WaitCause)row.GetInt32(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4)
        );

    private static WaitedIn InFrom(DbDataReader row) =>
        new(
            row.GetString(0),
            (WaitCause)row.GetInt32(1),
            row.GetString(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt64(6)
        );

    private static OpenWait OpenFrom(DbDataReader row) =>
        new(
            (WaitCause)row.GetInt32(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))
        );

    private static Settled SettledFrom(DbDataReader row) =>
        new(row.GetInt32(0), (WaitCause)row.GetInt32(1), row.GetInt64(2), row.GetInt64(3));

    /// <summary>The statements: the database adds up, so that a page reads as many rows as it tells apart.</summary>
    private sealed class WaitsQuery
    {
        private readonly string _where;
        private readonly string _finest;
        private readonly List<string> _stretches;

        internal WaitsQuery(
            int workspace,
            WaitStretch length,
            long from,
            DateTimeOffset? before,
            IReadOnlyList<string>? queues
        )
        {
            List<(string, object?)> values = [("$workspace", workspace)];
            for (var k = 0; k < queues?.Count; k++)
                values.Add((Name(k), queues[k]));
            _where =
                "workspace = $workspace"
                + (queues is null ? "" : $" and queue in ({string.Join(", ", queues.Select((_, k) => Name(k)))})");
            _finest = $"{_where} and hours = {Text(length.Hours)} and stretch >= {Text(length.Of(from))}";
            _stretches = In(length.Since(from));
            Values = [.. values];
            if (before is { } then && In(length.Between(then.ToUnixTimeMilliseconds(), from)) is { Count: > 0 } earlier)
                Before = SumsOf(earlier);
        }

        internal (string Name, object? Value)[] Values { get; }

        internal string ByTime =>
            $"select stretch, cause, sum(ms), sum(come), sum(gone) from waited where {_finest} "
            + "group by stretch, cause order by stretch, cause";

        internal string ByQueue => SumsOf(_stretches);

        /// <summary>The same of the period before; null where none was asked for.</summary>
        internal string? Before { get; }

        internal string Open => $"select cause, key, queue, kind, at from waiting where {_where}";

        internal string Settled =>
            "select by, cause, sum(count), sum(ms) from "
            + $"({All("by, cause, count, ms", "settled", _stretches)}) group by by, cause";

        private static string SumsOf(List<string> stretches) =>
            "select queue, cause, kind, sum(ms), sum(come), sum(gone), max(longest_ms) from "
            + $"({All("queue, cause, kind, ms, come, gone, longest_ms", "waited", stretches)}) group by queue, cause, kind";

        private static string All(string columns, string table, List<string> stretches) =>
            string.Join(" union all ", stretches.Select(where => $"select {columns} from {table} where {where}"));

        private List<string> In(IEnumerable<(WaitStretch Length, long From, long Until)> parts) =>
            [
                .. parts.Select(part =>
                    $"{_where} and hours = {Text(part.Length.Hours)} and stretch >= {Text(part.From)} and stretch < {Text(part.Until)}"
                ),
            ];

        private static string Name(int k) => "$queue" + Text(k);

        private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
