using System.Data.Common;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Queries over committed rows. Safe from any thread; each call is one short read.</summary>
internal sealed class JournalReader
{
    // A filter that matches little must not read the whole journal in one call: the caller goes on from Next.
    private const int MostLookedAt = 10_000;
    private const string OfAll =
        "select seq, at, by, type, item, data from journal "
        + "where workspace = $workspace and seq > $after and seq <= $last order by seq limit $most";
    private readonly ReadConnections _reads;
    private readonly int _workspace;

    internal JournalReader(ReadConnections reads, int workspace)
    {
        _reads = reads;
        _workspace = workspace;
    }

    /// <inheritdoc cref="IEventLog.FindEvents"/>
    internal EventPage Events(EventQuery query)
    {
        var (after, limit) = (query.After, query.Limit);
        var types = query.Types?.ToHashSet(StringComparer.Ordinal);
        using var read = _reads.Rent();
        var last = Last(read.Connection);
        var most = types is null ? limit : MostLookedAt;
        using var command = read.Connection.Command(
            query.Item is null ? OfAll : ItemBlocks.Events,
            ("$workspace", _workspace),
            ("$after", after),
            ("$last", last),
            ("$item", query.Item?.Number),
            ("$most", most)
        );
        using var row = command.ExecuteReader();
        var events = new List<EventRow>();
        var (lookedAt, next) = (0, after);
        while (events.Count < limit && row.Read())
        {
            lookedAt++;
            next = row.GetInt64(0);
            if (types is null || types.Contains(row.GetString(3)))
                events.Add(StoredRow.EventFrom(row));
        }
        // Everything up to the end was looked at, whatever did not match.
        if (events.Count < limit && lookedAt < most)
            next = Math.Max(after, last);
        return new EventPage(events, next);
    }

    /// <inheritdoc cref="IEventLog.Chained"/>
    internal IReadOnlyList<AuditRow> Chained(long after, int limit)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select seq, at, by, type, item, data, hash from journal "
                + "where workspace = $workspace and seq > $after order by seq limit $most",
            ("$workspace", _workspace),
            ("$after", after),
            ("$most", limit)
        );
        using var row = command.ExecuteReader();
        var rows = new List<AuditRow>();
        while (row.Read())
            rows.Add(new AuditRow(StoredRow.EventFrom(row), row.GetFieldValue<byte[]>(6)));
        return rows;
    }

    /// <inheritdoc cref="IEventLog.LastBefore"/>
    internal long LastBefore(DateTimeOffset at)
    {
        using var read = _reads.Rent();
        var wanted = at.ToUnixTimeMilliseconds();
        // The time never goes back along the seq, so it is found by halves; there is no index by time.
        var (low, high) = (0L, Last(read.Connection));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            using var command = read.Connection.Command(
                "select at from journal where workspace = $workspace and seq = $seq",
                ("$workspace", _workspace),
                ("$seq", middle)
            );
            var then = Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
            (low, high) = then < wanted ? (middle, high) : (low, middle - 1);
        }
        return low;
    }

    /// <inheritdoc cref="IEventLog.CountOf"/>
    internal int CountOf(ItemId item)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            ItemBlocks.Count,
            ("$workspace", _workspace),
            ("$after", 0),
            ("$last", Last(read.Connection)),
            ("$item", item.Number)
        );
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="IArchive.FindArchived(ArchiveQuery)"/>
    internal ArchivePage Archived(ArchiveQuery query)
    {
        // No settled item asks for attention.
        if (query.Attention is not null || query.States is { Count: 0 })
            return new ArchivePage([], 0);
        using var read = _reads.Rent();
        var (where, values) = Where(query);
        using var count = read.Connection.Command("select count(*) from archive" + where, values);
        var total = Convert.ToInt32(count.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        using var select = read.Connection.Command(
            "select data from archive" + where + " and item > $after order by item limit $limit",
            [.. values, ("$after", query.After), ("$limit", query.Limit)]
        );
        using var row = select.ExecuteReader();
        var items = new List<Item>();
        while (row.Read())
            items.Add(StateJson.ReadItem(row.GetFieldValue<byte[]>(0)));
        return new ArchivePage(items, total);
    }

    private long Last(DbConnection connection)
    {
        using var command = connection.Command(
            "select coalesce(max(seq), 0) from journal where workspace = $workspace",
            ("$workspace", _workspace)
        );
        return (long)command.ExecuteScalar()!;
    }

    internal Item? FindItem(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(sql, values);
        command.Add("$workspace", _workspace);
        return command.ExecuteScalar() is byte[] data ? StateJson.ReadItem(data) : null;
    }

    private (string Where, (string, object?)[] Values) Where(ArchiveQuery filter)
    {
        var where = new StringBuilder(" where workspace = $workspace");
        var values = new List<(string, object?)> { ("$workspace", _workspace) };
        if (filter.Queues is { } queues)
        {
            var names = queues
                .Select((_, k) => "$queue" + k.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .ToList();
            where.Append(" and queue in (").AppendJoin(", ", names).Append(')');
            values.AddRange(names.Zip(queues, (name, queue) => (name, (object?)queue)));
        }
        And("state = $state", "$state", filter.States is { Count: 1 } only ? WireNames.Of(only[0]) : null);
        And("instr(labels, $label) > 0", "$label", filter.Label is { } label ? "\n" + label + "\n" : null);
        foreach (var (term, k) in (filter.Words?.Terms ?? []).Select((term, k) => (term, k)))
            AndTerm(term, k);
        return (where.ToString(), [.. values]);

        void AndTerm(QueryTerm term, int k)
        {
            var any = new List<string>();
            foreach (var (value, v) in term.Values.Select((value, v) => (value, v)))
            {
                var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"$t{k}_{v}");
                var (condition, given) = term.Name switch
                {
                    "queue" => ($"queue = {name}", value),
                    "state" => ($"state = {name}", value),
                    "label" => ($"instr(labels, {name}) > 0", "\n" + value + "\n"),
                    "" => ($"instr(search, {name}) > 0", value.ToLowerInvariant()),
                    // What only open work has is asked of no archive: nothing matches, whatever stands before it.
                    _ => ("0", value),
                };
                any.Add(condition);
                values.Add((name, given));
            }
            where.Append(term.IsNot ? " and not (" : " and (").AppendJoin(" or ", any).Append(')');
        }

        void And(string condition, string name, object? value)
        {
            if (value is null)
                return;
            where.Append(" and ").Append(condition);
            values.Add((name, value));
        }
    }
}

/// <summary>A row of the journal with its hash.</summary>
internal sealed record StoredRow(long Seq, long At, int By, string Type, int? Item, byte[] Data, byte[] Hash)
{
    internal static StoredRow From(DbDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetInt32(2),
            row.GetString(3),
            row.IsDBNull(4) ? null : row.GetInt32(4),
            row.GetFieldValue<byte[]>(5),
            row.GetFieldValue<byte[]>(6)
        );

    internal static EventRow EventFrom(DbDataReader row) =>
        new(
            row.GetInt64(0),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
            new PrincipalId(row.GetInt32(2)),
            row.GetString(3),
            row.IsDBNull(4) ? null : new ItemId(row.GetInt32(4)),
            row.GetFieldValue<byte[]>(5)
        );
}

/// <summary>
/// An item's events. Their index is kept in blocks of 4,096 events: the entries of one batch then share a few pages,
/// where an index by item alone would write a page of its own for each item that was renewed (measured: three to four
/// times the rows a second). Reading asks each block in turn, about a millisecond for a million events of history.
/// </summary>
internal static class ItemBlocks
{
    /// <summary>Made by the migration; the model cannot describe an index over an expression.</summary>
    internal const string Index =
        "create index journal_by_item on journal (workspace, seq >> 12, item, seq) where item is not null";

    private const string Blocks =
        "with recursive blocks (block) as "
        + "(select $after >> 12 union all select block + 1 from blocks where block < $last >> 12), "
        + "found (seq) as (select j.seq from blocks cross join journal j "
        + "on j.workspace = $workspace and (j.seq >> 12) = blocks.block and j.item = $item "
        + "where j.item is not null and j.seq > $after and j.seq <= $last";

    internal const string Events =
        Blocks
        + " order by j.seq limit $most) select j.seq, j.at, j.by, j.type, j.item, j.data "
        + "from found cross join journal j on j.workspace = $workspace and j.seq = found.seq order by j.seq";

    internal const string Count = Blocks + ") select count(*) from found";
}
