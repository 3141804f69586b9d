using System.Data.Common;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Queries over committed rows. Safe from any thread; each call is one short read.</summary>
internal sealed class JournalReader
{
    // A filter that matches little must not read the whole journal in one call: the caller goes on from Next.
    private const int MostLookedAt = 10_000;
    private readonly ReadConnections _reads;
    private readonly ItemIndex _items;

    internal JournalReader(ReadConnections reads, ItemIndex items)
    {
        _reads = reads;
        _items = items;
    }

    /// <inheritdoc cref="IEventLog.FindEvents"/>
    internal EventPage Events(EventQuery query)
    {
        using var read = _reads.Rent();
        // Read first: everything up to it is there to be found, and what comes meanwhile is left for the next page.
        var last = BatchRows.Last(read.Connection);
        // The index learns of a batch after its commit: an event in between is left for the next page too.
        if (query.Item is not null)
            last = Math.Min(last, _items.Last);
        var types = query.Types?.ToHashSet(StringComparer.Ordinal);
        var most = types is null ? query.Limit : MostLookedAt;
        var candidates = query.Item is { } item
            ? At(read.Connection, _items.Find(item, query.After, most))
            : After(read.Connection, query.After, most);
        var events = new List<EventRow>();
        var (lookedAt, next) = (0, query.After);
        foreach (var stored in candidates)
        {
            if (events.Count == query.Limit || lookedAt == most || stored.Seq > last)
                break;
            lookedAt++;
            next = stored.Seq;
            if (types is null || types.Contains(stored.Type))
                events.Add(stored.ToRow());
        }
        // Everything up to the end was looked at, whatever did not match.
        if (events.Count < query.Limit && lookedAt < most)
            next = Math.Max(query.After, last);
        return new EventPage(events, next);
    }

    /// <inheritdoc cref="IEventLog.Chained"/>
    internal IReadOnlyList<AuditRow> Chained(long after, int limit)
    {
        using var read = _reads.Rent();
        var rows = new List<AuditRow>();
        ChainCheck? chain = null;
        while (rows.Count < limit && BatchRows.From(read.Connection, after + 1, limit) is { Count: > 0 } batches)
        {
            foreach (var batch in batches)
            {
                chain ??= new ChainCheck(BatchRows.HashBefore(read.Connection, batch.First));
                foreach (var stored in batch.Events())
                {
                    chain.Follow(stored);
                    if (stored.Seq > after && rows.Count < limit)
                        rows.Add(new AuditRow(stored.ToRow(), chain.Hash.ToArray()));
                }
            }
            after = batches[^1].Last;
        }
        return rows;
    }

    /// <inheritdoc cref="IEventLog.LastBefore"/>
    internal long LastBefore(DateTimeOffset at)
    {
        using var read = _reads.Rent();
        var wanted = at.ToUnixTimeMilliseconds();
        // The time never goes back along the seq, so it is found by halves; there is no index by time.
        var (low, high) = (0L, BatchRows.Last(read.Connection));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (BatchRows.From(read.Connection, middle, events: 1) is not [var batch, ..])
                return low;
            if (batch.At >= wanted)
                high = batch.First - 1;
            else if (batch.Events() is var events && events[^1].At < wanted)
                low = batch.Last;
            else
                return events.FindLast(e => e.At < wanted).Seq;
        }
        return low;
    }

    /// <inheritdoc cref="IEventLog.CountOf"/>
    internal int CountOf(ItemId item) => _items.Find(item, after: 0).Count;

    private static IEnumerable<StoredEvent> After(DbConnection connection, long after, int most)
    {
        while (most > 0 && BatchRows.From(connection, after + 1, Math.Min(most, 1_000)) is { Count: > 0 } batches)
        {
            foreach (var stored in batches.SelectMany(batch => batch.Events()))
            {
                if (stored.Seq <= after)
                    continue;
                yield return stored;
                most--;
            }
            after = batches[^1].Last;
        }
    }

    // Neighbours are often of one batch, which is unpacked once.
    private static IEnumerable<StoredEvent> At(DbConnection connection, List<long> seqs)
    {
        var (first, events) = (0L, new List<StoredEvent>());
        foreach (var seq in seqs)
        {
            if (seq < first || seq >= first + events.Count)
            {
                if (BatchRows.From(connection, seq, events: 1) is not [var batch, ..])
                    yield break;
                (first, events) = (batch.First, batch.Events());
            }
            yield return events[(int)(seq - first)];
        }
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
            items.Add(ArchivedItem.Unpack(row.GetFieldValue<byte[]>(0)));
        return new ArchivePage(items, total);
    }

    internal Item? FindItem(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(sql, values);
        return command.ExecuteScalar() is byte[] data ? ArchivedItem.Unpack(data) : null;
    }

    private static (string Where, (string, object?)[] Values) Where(ArchiveQuery filter)
    {
        var where = new StringBuilder(" where item > 0");
        var values = new List<(string, object?)>();
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
