using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Journaling;

/// <summary>Queries over committed events. Safe from any thread.</summary>
internal sealed class EventReader(IBatchSource batches, IItemEvents items)
{
    // A filter that matches little must not read the whole journal in one call: the caller goes on from Next.
    private const int MostLookedAt = 10_000;

    /// <inheritdoc cref="IEventLog.FindEvents"/>
    internal EventPage Find(EventQuery query)
    {
        // Read first: everything up to it is there to be found, and what comes meanwhile is left for the next page.
        var last = batches.Last();
        // The index learns of a batch after its commit: an event in between is left for the next page too.
        if (query.Item is not null)
            last = Math.Min(last, items.Last);
        var types = query.Types?.ToHashSet(StringComparer.Ordinal);
        var most = types is null ? query.Limit : MostLookedAt;
        var candidates = query.Item is { } item ? At(items.Find(item, query.After, most)) : After(query.After, most);
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
        var rows = new List<AuditRow>();
        ChainCheck? chain = null;
        while (rows.Count < limit && batches.From(after + 1, limit) is { Count: > 0 } some)
        {
            foreach (var batch in some)
            {
                chain ??= batches.Before(batch);
                foreach (var stored in batch.Events())
                {
                    if (stored.Seq <= chain.Last)
                        continue;
                    chain.Follow(stored);
                    if (stored.Seq > after && rows.Count < limit)
                        rows.Add(new AuditRow(stored.ToRow(), chain.Hash.ToArray()));
                }
            }
            after = some[^1].Last;
        }
        return rows;
    }

    /// <inheritdoc cref="IEventLog.LastBefore"/>
    internal long LastBefore(DateTimeOffset at)
    {
        var wanted = at.ToUnixTimeMilliseconds();
        // The time never goes back along the seq, so it is found by halves; there is no index by time.
        var (low, high) = (0L, batches.Last());
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (batches.From(middle, events: 1) is not [var batch, ..])
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
    internal int CountOf(ItemId item) => items.Find(item, after: 0).Count;

    private IEnumerable<StoredEvent> After(long after, int most)
    {
        while (most > 0 && batches.From(after + 1, Math.Min(most, 1_000)) is { Count: > 0 } some)
        {
            foreach (var stored in some.SelectMany(batch => batch.Events()))
            {
                if (stored.Seq <= after)
                    continue;
                yield return stored;
                most--;
            }
            after = some[^1].Last;
        }
    }

    // Neighbours are often of one batch, which is unpacked once.
    private IEnumerable<StoredEvent> At(List<long> seqs)
    {
        var (first, events) = (0L, new List<StoredEvent>());
        foreach (var seq in seqs)
        {
            if (seq < first || seq >= first + events.Count)
            {
                if (batches.From(seq, events: 1) is not [var batch, ..])
                    yield break;
                (first, events) = (batch.First, batch.Events());
            }
            yield return events[(int)(seq - first)];
        }
    }
}
